"""RGB's JSON lines (Chen et al., Benchmarking Large Language Models in Retrieval-Augmented Generation, 2024)."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from report_qa.errors import Text
from report_qa.evals.dataset import Case
from report_qa.evals.importers.imported import Imported, as_markdown, not_importable, parse, read_bytes
from report_qa.text.normalise import language_of

_HEADING = Text("Passage", "片段")


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    id: int | str
    query: str
    answer: str | list[str | list[str]]
    positive: list[str | list[str]]
    negative: list[str]


def import_rgb(source: Path, *, negatives_only: bool = False) -> Imported:
    """Read a file: a case for every line, and a document with its passages, right ones and noise, shuffled.

    Every part of the answer is a key fact; a list among them holds accepted forms. There is no evidence, since several
    passages tell the same: a passage that holds a key fact counts.

    Args:
        source: the file.
        negatives_only: keep only the noise, and make every case unanswerable (RGB's negative rejection).

    Raises:
        ConfigError: unreadable, or a line of another shape (with its number).
    """
    try:
        lines = read_bytes(source).decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise not_importable(source, "it is not UTF-8 text", "不是 UTF-8 文本") from error
    cases: list[Case] = []
    documents: dict[str, str] = {}
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        line = parse(_Line, text, source, number)
        name = f"rgb-{line.id}"
        passages = list(_flat([*([] if negatives_only else line.positive), *line.negative]))
        if passages:
            # the order of their hashes is the same every time and tells nothing about which are right
            passages.sort(key=lambda passage: sha256(passage.encode()).digest())
            documents[f"{name}.md"] = as_markdown(name, passages, _HEADING, language_of("".join(passages)))
        cases.append(_case(line, name, unanswerable=negatives_only))
    return Imported(tuple(cases), documents)


def _case(line: _Line, name: str, *, unanswerable: bool) -> Case:
    parts = [line.answer] if isinstance(line.answer, str) else line.answer
    facts = () if unanswerable else tuple((part,) if isinstance(part, str) else tuple(part) for part in parts)
    return Case(
        id=name,
        document=f"{name}.md",
        language="zh" if language_of(line.query) == "zh" else "en",
        kind="unanswerable" if unanswerable else "multi" if len(facts) > 1 else "fact",
        question=line.query,
        gold="; ".join(forms[0] for forms in facts if forms),
        key_facts=facts,
    )


def _flat(parts: Iterable[str | list[str]]) -> Iterable[str]:
    for part in parts:
        yield from [part] if isinstance(part, str) else part
