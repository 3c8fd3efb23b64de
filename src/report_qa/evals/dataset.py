"""Evaluation cases: JSON lines, validated; a bad line stops with its number. The schema is in docs/evaluation.md."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from report_qa.errors import ConfigError, Text
from report_qa.evals.facts import held_form, missing_facts
from report_qa.qa.records import Turn
from report_qa.text.normalise import fold, has_words

Kind = Literal["fact", "table", "multi", "follow_up", "unanswerable"]

_PROBLEMS_ZH = {
    "missing": "缺少该字段",
    "extra_forbidden": "没有这个字段",
    "literal_error": "不是允许的值",
    "json_invalid": "不是有效的 JSON",
    "string_type": "应为字符串",
    "string_too_short": "不能为空",
    "tuple_type": "应为列表",
    "model_type": "应为 JSON 对象",
}


class Message(BaseModel):
    """One message of the conversation before the question."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    role: Literal["user", "assistant"]
    content: str = Field(min_length=1)


class Case(BaseModel):
    """One question with what a right answer must hold.

    Attributes:
        id: unique in its dataset.
        document: the corpus file it is about, empty for any.
        language: language of the question.
        kind: what it tests; ``unanswerable`` ones must be refused.
        history: messages before the question, user and assistant by turns.
        gold: a model answer.
        key_facts: facts that a right answer holds, each a list of accepted forms.
        forbidden: forms that make an answer wrong.
        evidence: places of the document, word for word, that bear the answer out.
        figure: names (or captions) of pictures of which one must come with the answer; empty where none may come,
            None where pictures are not judged.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(min_length=1)
    document: str = ""
    language: Literal["zh", "en"]
    kind: Kind
    question: str = Field(min_length=1)
    history: tuple[Message, ...] = ()
    gold: str
    key_facts: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    figure: tuple[str, ...] | None = None

    @property
    def answerable(self) -> bool:
        """Whether the documents answer the question."""
        return self.kind != "unanswerable"

    @property
    def turns(self) -> list[Turn]:
        """The history as turns of question and answer."""
        messages = [message.content for message in self.history]
        return [Turn(*pair) for pair in zip(messages[::2], messages[1::2], strict=True)]


def load_cases(path: Path, called: str = "") -> list[Case]:
    """Read a dataset.

    Args:
        path: the file.
        called: what errors call it, by default its path.

    Raises:
        ConfigError: unreadable, empty, a bad line (with its number), an id that occurs twice, or a case whose gold
            answer would not be scored right (with its id).
    """
    file, path = path, Path(called or path)
    try:
        # not by splitlines: a text may hold other marks of lines, such as U+2028
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise _refused(path, f"{error.strerror}", f"{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _refused(path, "it is not UTF-8 text", "不是 UTF-8 文本") from error
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = Case.model_validate_json(line)
        except ValidationError as error:
            raise _bad_line(path, number, error) from error
        if case.id in seen:
            raise _refused(
                path,
                f"line {number}: id {case.id} occurs twice (first in line {seen[case.id]})",
                f"第 {number} 行：id {case.id} 重复（首见于第 {seen[case.id]} 行）",
            )
        if problem := problem_of(case):
            raise _refused(
                path, f"line {number}: case {case.id}: {problem.en}", f"第 {number} 行：用例 {case.id}：{problem.zh}"
            )
        seen[case.id] = number
        cases.append(case)
    if not cases:
        raise _refused(path, "it holds no case", "其中没有用例")
    return cases


def require_usable(cases: Sequence[Case], path: Path) -> None:
    """Refuse cases that were made from another file and that :func:`load_cases` would refuse.

    Args:
        cases: the cases.
        path: where they come from.

    Raises:
        ConfigError: no case, an id that occurs twice, or an unusable case, each with its id.
    """
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise _refused(path, f"id {case.id} occurs twice", f"id {case.id} 重复")
        if problem := problem_of(case):
            raise _refused(path, f"case {case.id}: {problem.en}", f"用例 {case.id}：{problem.zh}")
        seen.add(case.id)
    if not cases:
        raise _refused(path, "it holds no case", "其中没有用例")


def dump_cases(cases: Sequence[Case]) -> str:
    """Return cases as JSON lines, as :func:`load_cases` reads them; equal cases give equal text."""
    return "".join(case.model_dump_json(exclude_defaults=True) + "\n" for case in cases)


def fingerprint(cases: Sequence[Case]) -> str:
    """Return the SHA-256 of the cases, whatever their file is called and however it is laid out."""
    return hashlib.sha256(dump_cases(cases).encode()).hexdigest()


def problem_of(case: Case) -> Text | None:
    """Return what makes a well-formed case unusable, None where nothing does."""
    texts = (case.question, *case.evidence)
    forms = (*(form for forms in case.key_facts for form in forms), *case.forbidden, *(case.figure or ()))
    if not all(has_words(text) for text in texts) or not all(fold(form) for form in forms):
        return Text("it has a blank question, form or quote", "问题、表述或引文中有空白项")
    if any(not forms for forms in case.key_facts):
        return Text("a key fact has no accepted form", "有一项关键事实没有任何可接受的表述")
    if case.answerable != bool(case.key_facts):
        return Text(
            "key_facts must be given for answerable cases, and only for them",
            "可回答的用例必须给出 key_facts，不可回答的不得给出",
        )
    roles = [message.role for message in case.history]
    if roles != ["user", "assistant"] * (len(roles) // 2):
        return Text(
            "history must be user and assistant by turns, the assistant last", "history 须由 user 与 assistant 交替组成"
        )
    if missing := missing_facts(case.gold, case.key_facts):
        return Text(f"the gold answer lacks its own key fact {missing[0]}", f"标准答案缺少自己的关键事实 {missing[0]}")
    if stated := held_form(case.gold, case.forbidden):
        return Text(f"the gold answer holds the forbidden {stated}", f"标准答案含有被禁止的 {stated}")
    return None


def _bad_line(path: Path, number: int, error: ValidationError) -> ConfigError:
    what: Any = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in what["loc"])
    at = f" {place}:" if place else ""
    return _refused(
        path,
        f"line {number}:{at} {what['msg']}",
        f"第 {number} 行：{place}{'：' if place else ''}{_PROBLEMS_ZH.get(what['type'], what['msg'])}",
    )


def _refused(path: Path, en: str, zh: str) -> ConfigError:
    return ConfigError(
        Text(f"The dataset {path} cannot be used: {en}.", f"数据集 {path} 无法使用：{zh}。"),
        Text("Mend it and run again; nothing was measured.", "请修正后重试；尚未开始测量。"),
    )
