"""How files lay out pairs: ours, and those of WeKnora, MaxKB, RAGFlow, FastGPT and Alpaca, read and written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from report_qa.faq.records import Draft, Evidence, Pair
from report_qa.text.normalise import language_of

_OWN = (
    "id state version question answer similar negative quote document headings lines row column type language flags "
    "reviewer updated_by updated_at"
).split()
_LISTS = re.compile(r"\n|##")


class RowError(ValueError):
    """A row that holds no pair; its text is for the user, in both languages, parted by a bar."""


@dataclass(frozen=True)
class Layout:
    """How one system lays out pairs.

    Attributes:
        name: as the user says it.
        detect: whether a header is one of this layout.
        read: cells by name (by position for files without header) to a draft.
        header, write: what is written; an empty header writes none.
        headed: whether files have a header.
    """

    name: str
    detect: Callable[[Sequence[str]], bool]
    read: Callable[[Mapping[str, Any]], Draft]
    header: tuple[str, ...]
    write: Callable[[Pair], list[Any]]
    headed: bool = True


def _text(cells: Mapping[str, Any], *names: str) -> str:
    """Return the first cell whose name begins with one of the names: headers carry hints such as （必填）."""
    for name in names:
        for column, value in cells.items():
            if column.strip().lower().startswith(name) and value not in (None, ""):
                return str(value).strip()
    return ""


def _many(cells: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    for name in names:
        for column, value in cells.items():
            if column.strip().lower().startswith(name) and value:
                parts = value if isinstance(value, list) else _LISTS.split(str(value))
                return tuple(dict.fromkeys(str(part).strip() for part in parts if str(part).strip()))
    return ()


def _draft(question: str, answer: str, **more: Any) -> Draft:
    if not question:
        raise RowError("the question is missing|缺少问题")
    if not answer:
        raise RowError("the answer is missing|缺少回答")
    return Draft(question=question, answer=answer, source="import", language=language_of(question), **more)


def _read_own(cells: Mapping[str, Any]) -> Draft:
    quote = _text(cells, "quote")
    evidence = Evidence(_text(cells, "document"), "", (), quote, 0, 0, "") if quote else None
    return _draft(
        _text(cells, "question"), _text(cells, "answer"), similar=_many(cells, "similar"),
        negative=_many(cells, "negative"), evidence=evidence, type=_text(cells, "type") or "fact",
    )  # fmt: skip


def _write_own(pair: Pair) -> list[Any]:
    place = [""] * 6
    if evidence := pair.evidence:
        lines = f"{evidence.first_line}-{evidence.last_line}"
        cell = [evidence.cell.row, evidence.cell.column] if evidence.cell else ["", ""]
        place = [evidence.quote, evidence.document, evidence.heading, lines, *cell]
    return [
        pair.id, pair.state.value, pair.version, pair.question, pair.answer, list(pair.similar), list(pair.negative),
        *place, pair.type, pair.language, [flag.code for flag in pair.flags], pair.reviewer, pair.updated_by,
        pair.updated_at,
    ]  # fmt: skip


def _read_weknora(cells: Mapping[str, Any]) -> Draft:
    answers = _many(cells, "机器人回答", "answers")
    return _draft(
        _text(cells, "问题", "standard_question"), "\n".join(answers),
        similar=_many(cells, "相似问题", "similar_questions"), negative=_many(cells, "反例问题", "negative_questions"),
    )  # fmt: skip


def _write_weknora(pair: Pair) -> list[Any]:
    return [
        pair.evidence.document if pair.evidence else "FAQ", pair.question, "##".join(pair.similar),
        "##".join(pair.negative), pair.answer, "FALSE", "FALSE", "FALSE",
    ]  # fmt: skip


def _read_maxkb(cells: Mapping[str, Any]) -> Draft:
    questions = _many(cells, "问题")
    title = _text(cells, "分段标题")
    asked = questions or ((title,) if title else ())
    return _draft(asked[0] if asked else "", _text(cells, "分段内容"), similar=asked[1:])


def _read_fastgpt(cells: Mapping[str, Any]) -> Draft:
    indexes = next((value for name, value in cells.items() if name.strip().lower().startswith("indexes")), None)
    if isinstance(indexes, str) and indexes.strip().startswith("["):
        try:
            indexes = json.loads(indexes)
        except ValueError:
            raise RowError("indexes is no JSON|indexes 不是 JSON") from None
    if isinstance(indexes, list):
        indexes = [item.get("text", "") if isinstance(item, dict) else item for item in indexes]
    question = _text(cells, "q")
    similar = tuple(s for s in _many({"indexes": indexes}, "indexes") if s != question)
    return _draft(question, _text(cells, "a"), similar=similar)


def _read_alpaca(cells: Mapping[str, Any]) -> Draft:
    asked = [_text(cells, "instruction"), _text(cells, "input")]
    return _draft("\n".join(part for part in asked if part), _text(cells, "output"))


def _read_two_columns(cells: Mapping[str, Any]) -> Draft:
    given = [str(value).strip() for value in cells.values() if str(value).strip()]
    if len(given) != 2:
        raise RowError(f"{len(given)} cells instead of two|应有两格，实有 {len(given)} 格")
    return _draft(given[0], given[1])


def _begins(*names: str) -> Callable[[Sequence[str]], bool]:
    return lambda header: all(any(cell.strip().lower().startswith(name) for cell in header) for name in names)


LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout("report-qa", _begins("question", "answer"), _read_own, tuple(_OWN), _write_own),
        Layout(
            "weknora",
            lambda header: _begins("问题", "机器人回答")(header) or _begins("standard_question", "answers")(header),
            _read_weknora,
            (
                "分类(必填)", "问题(必填)", "相似问题(选填-多个用##分隔)", "反例问题(选填-多个用##分隔)",
                "机器人回答(必填-多个用##分隔)", "是否全部回复(选填-默认FALSE)", "是否停用(选填-默认FALSE)",
                "是否禁止被推荐(选填-默认FALSE)",
            ),
            _write_weknora,
        ),
        Layout(
            "maxkb", _begins("分段内容"), _read_maxkb,
            ("分段标题（选填）", "分段内容（必填，问题答案）", "问题（选填，单元格内一行一个）"),
            lambda pair: ["", pair.answer, [pair.question, *pair.similar]],
        ),
        Layout(
            "fastgpt", lambda header: {"q", "a"} <= {cell.strip().lower() for cell in header}, _read_fastgpt,
            ("q", "a", "indexes"),
            lambda pair: [
                pair.question, pair.answer,
                json.dumps([{"type": "custom", "text": text} for text in pair.similar], ensure_ascii=False),
            ],
        ),
        Layout(
            "alpaca", _begins("instruction", "output"), _read_alpaca, ("instruction", "input", "output"),
            lambda pair: [pair.question, "", pair.answer],
        ),
        Layout(
            "ragflow", lambda header: sum(bool(cell) for cell in header) == 2, _read_two_columns, (),
            lambda pair: [pair.question, pair.answer], headed=False,
        ),
    )
}  # fmt: skip
"""In the order in which a header is tried; that of two bare columns comes last."""
