"""The records of reviewed questions and answers on the wire."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from report_qa.client.records import LONGEST, Language, Message, Picture, Place, Record

State = Literal["draft", "in_review", "approved", "published", "retired", "rejected"]
Step = Literal["approve", "reject", "retire", "reopen", "assign", "undo"]


class Cell(Record):
    """Which cell of a table: the first cell of its row and the name of its column; empty for all of them."""

    row: str
    column: str


class Evidence(Record):
    """What an answer rests on, in the document's own words."""

    document: str
    title: str
    heading_path: list[str]
    quote: str
    lines: tuple[int, int]
    places: list[Place]
    pictures: list[Picture]
    cell: Cell | None = None


class Flag(Record):
    """What a check found; a grave one keeps the pair from being approved unless the reviewer insists."""

    code: str
    grave: bool
    text: Message


class Pair(Record):
    """A question with its answer, as it stands. ``revision`` counts all changes and is the ``ETag``."""

    id: int
    state: State
    question: str
    answer: str
    similar: list[str]
    negative: list[str]
    evidence: Evidence | None
    type: str
    language: str
    flags: list[Flag]
    source: str
    reason: str
    reviewer: str
    version: int
    revision: int
    created_by: str
    created_at: str
    updated_by: str
    updated_at: str


class NewPair(Record):
    """A pair that is written by hand; it begins as a draft, and is checked against its evidence."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "question": "有效样本有多少份？",
                    "answer": "有效样本2887份。",
                    "quote": "其中有效样本2887份",
                    "language": "zh",
                }
            ]
        },
    )

    question: str = Field(min_length=1, max_length=LONGEST)
    answer: str = Field(min_length=1, max_length=LONGEST)
    quote: str = Field(min_length=1, max_length=LONGEST, description="words of a document that the answer rests on")
    similar: list[str] = Field(default_factory=list, max_length=100)
    negative: list[str] = Field(default_factory=list, max_length=100)
    language: Language = "zh"


class PairEdit(Record):
    """What is to change of a pair; it then waits for approval."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [{"answer": "2887份。"}]})

    question: str | None = Field(None, min_length=1, max_length=LONGEST)
    answer: str | None = Field(None, min_length=1, max_length=LONGEST)
    similar: list[str] | None = Field(None, max_length=100)
    negative: list[str] | None = Field(None, max_length=100)
    quote: str | None = Field(None, min_length=1, max_length=LONGEST)
    language: Language | None = None


class Decision(Record):
    """A step of a reviewer: ``reject`` and ``retire`` need a reason, ``assign`` a reviewer."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [{"step": "approve"}]})

    step: Step
    reason: str = Field("", max_length=LONGEST)
    reviewer: str = Field("", max_length=200)
    anyway: bool = Field(False, description="approve in spite of grave flags")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.step in {"reject", "retire"} and not self.reason.strip():
            raise ValueError(f"{self.step} needs a reason")
        if self.step == "assign" and not self.reviewer.strip():
            raise ValueError("assign needs a reviewer")
        return self


class Change(Record):
    """One field of a pair before and after a step."""

    revision: int
    at: str
    by: str
    action: str
    field: str
    old: Any
    new: Any
    undone: bool


class NewRelease(Record):
    """What a release is for."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [{"note": "spring"}]})

    note: str = Field("", max_length=1000)


class Entry(Record):
    """A pair as it stands in a release."""

    id: int
    version: int
    question: str
    answer: str
    similar: list[str]
    negative: list[str]
    evidence: Evidence
    language: str
    approved_by: str


class Release(Record):
    """A release: the approved pairs as they stood once. One release answers."""

    number: int
    at: str
    by: str
    note: str
    sha256: str
    size: int
    served: bool
    entries: list[Entry] = Field(default_factory=list, description="only where one release is asked for")


class Published(Release):
    """A new release, the approved pairs whose evidence is gone, and those that stay as they were while being edited."""

    left_out: list[int]
    carried: list[int]


class Candidate(Record):
    """A published pair, its score, and the wording of it that is nearest to the question."""

    id: int
    version: int
    question: str
    answer: str
    score: float
    wording: str


class Match(Record):
    """What the served release has for a question.

    ``band`` is ``answer`` (the first candidate answers it), ``suggest`` (they may be meant), or ``pass``.
    """

    band: Literal["answer", "suggest", "pass"]
    release: int | None
    best: float
    candidates: list[Candidate]
