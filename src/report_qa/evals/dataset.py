"""Evaluation cases: JSON lines, validated; a bad line stops with its number."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from report_qa.errors import ConfigError, Text
from report_qa.evals.score import missing_facts
from report_qa.qa.records import Turn

Kind = Literal["fact", "table", "multi", "follow_up", "unanswerable"]


class Message(BaseModel):
    """One message of the conversation before the question."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    role: Literal["user", "assistant"]
    content: str


class Case(BaseModel):
    """One question with what a right answer must hold.

    Attributes:
        id: unique in its dataset.
        document: the corpus file it is about, empty for any.
        language: language of the question.
        kind: what it tests; ``unanswerable`` ones must be refused.
        history: messages before the question.
        gold: a model answer.
        key_facts: facts that a right answer holds, each a list of accepted forms.
        forbidden: forms that make an answer wrong.
        evidence: places of the document, word for word, that bear the answer out.
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

    @model_validator(mode="after")
    def _consistent(self) -> Case:
        answerable = self.kind != "unanswerable"
        if answerable != bool(self.key_facts):
            raise ValueError("key_facts must be given for answerable cases, and only for them")
        if missing := missing_facts(self.gold, self.key_facts):
            raise ValueError(f"the gold answer lacks its own key fact {missing[0]}")
        return self

    @property
    def turns(self) -> list[Turn]:
        """The history as turns of question and answer."""
        users = [m.content for m in self.history if m.role == "user"]
        answers = [m.content for m in self.history if m.role == "assistant"]
        return [Turn(question, answer) for question, answer in zip(users, answers, strict=False)]


def load_cases(path: Path) -> list[Case]:
    """Read a dataset.

    Raises:
        ConfigError: unreadable, empty, a bad line (with its number), or an id that occurs twice.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(path, f"{error}", f"{error}") from error
    cases: list[Case] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = Case.model_validate_json(line)
        except ValidationError as error:
            what = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in what["loc"])
            raise _refused(
                path, f"line {number}: {place} {what['msg']}", f"第 {number} 行：{place} {what['msg']}"
            ) from error
        if case.id in seen:
            raise _refused(path, f"line {number}: id {case.id} occurs twice", f"第 {number} 行：id {case.id} 重复")
        seen.add(case.id)
        cases.append(case)
    if not cases:
        raise _refused(path, "it holds no case", "其中没有用例")
    return cases


def _refused(path: Path, en: str, zh: str) -> ConfigError:
    return ConfigError(
        Text(f"The dataset {path} cannot be used: {en}.", f"数据集 {path} 无法使用：{zh}。"),
        Text("Mend it and run again; nothing was measured.", "请修正后重试；尚未开始测量。"),
    )
