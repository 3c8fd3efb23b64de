"""What a question-answer pair is, its states, and the steps between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from report_qa.documents.blocks import Picture, Place
from report_qa.errors import Text


class State(StrEnum):
    """Where a pair stands between its draft and its end."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    """A person has it: it was assigned, edited, or sent back."""
    APPROVED = "approved"
    PUBLISHED = "published"
    """Approved, and part of the release that is served."""
    RETIRED = "retired"
    REJECTED = "rejected"


STATE_NAMES = {
    State.DRAFT: Text("draft", "草稿"),
    State.IN_REVIEW: Text("in review", "审核中"),
    State.APPROVED: Text("approved", "已通过"),
    State.PUBLISHED: Text("published", "已发布"),
    State.RETIRED: Text("retired", "已停用"),
    State.REJECTED: Text("rejected", "已驳回"),
}

STEPS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.IN_REVIEW, State.APPROVED, State.REJECTED}),
    State.IN_REVIEW: frozenset({State.APPROVED, State.REJECTED, State.RETIRED}),
    State.APPROVED: frozenset({State.IN_REVIEW, State.PUBLISHED, State.RETIRED, State.REJECTED}),
    State.PUBLISHED: frozenset({State.IN_REVIEW, State.APPROVED, State.RETIRED}),
    State.RETIRED: frozenset({State.IN_REVIEW}),
    State.REJECTED: frozenset({State.IN_REVIEW}),
}
"""From which state which others can be reached."""

OPEN = (State.DRAFT, State.IN_REVIEW)
"""States that wait for a reviewer."""

LIVE = (*OPEN, State.APPROVED, State.PUBLISHED)
"""States of pairs that are, or may come to be, served."""

PairType = Literal["fact", "procedure", "comparison", "definition", "warning"]
TYPES: tuple[PairType, ...] = ("fact", "procedure", "comparison", "definition", "warning")


@dataclass(frozen=True)
class Cell:
    """Which cell of a table: the first cell of its row and the name of its column; empty for all of them."""

    row: str
    column: str

    def named(self, language: str) -> str:
        """Return it as it is shown."""
        parts = (("row", "行", self.row), ("column", "列", self.column))
        if language == "zh":
            return "，".join(f"{zh}“{name}”" for _, zh, name in parts if name)
        return ", ".join(f"{en} “{name}”" for en, _, name in parts if name)


@dataclass(frozen=True)
class Evidence:
    """What an answer rests on, in the document's own words.

    Attributes:
        document: name of the document in the index.
        title: its title.
        path: the headings above the quote, outermost first.
        quote: the words, verbatim.
        first_line, last_line: where they stand in the source file, 1-based.
        sha256: hash of the quote without regard to width, case and white space.
        places: its pages and boxes; none in documents without pages.
        pictures: the pictures that belong to it.
        cell: which cell of a table it is, where the pair was computed from one.
    """

    document: str
    title: str
    path: tuple[str, ...]
    quote: str
    first_line: int
    last_line: int
    sha256: str
    places: tuple[Place, ...] = ()
    pictures: tuple[Picture, ...] = ()
    cell: Cell | None = None

    @property
    def pages(self) -> tuple[int, ...]:
        """Its pages, each once."""
        return tuple(dict.fromkeys(place.page for place in self.places))

    @property
    def heading(self) -> str:
        """The headings as they are shown."""
        return " > ".join(self.path) or self.title


@dataclass(frozen=True)
class Flag:
    """What a check found.

    Attributes:
        code: name of the finding, see :data:`report_qa.faq.flags.FLAGS`.
        detail: the words or the pair that it is about.
    """

    code: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A question with its answer, before it is stored.

    Attributes:
        question, answer: as they will be shown.
        similar: other wordings of the question.
        negative: questions that resemble it and must not get this answer.
        evidence: what the answer rests on; None where nobody has named it yet.
        type: kind of answer.
        language: ``zh`` or ``en``.
        flags: findings of the checks.
        source: who wrote it: ``model``, ``table`` or ``list`` (computed from one), ``import``, ``gap`` (asked and not
            answered) or ``hand``.
    """

    question: str
    answer: str
    similar: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    evidence: Evidence | None = None
    type: str = "fact"
    language: str = "zh"
    flags: tuple[Flag, ...] = ()
    source: str = "hand"


@dataclass(frozen=True, kw_only=True)
class Pair(Draft):
    """A stored pair.

    Attributes:
        id: its number.
        collection: name of the collection.
        state: where it stands.
        reason: why it was rejected or retired, or empty.
        reviewer: to whom it is assigned, or empty.
        version: counts changes of what readers see, from 1.
        revision: counts all changes; a change must name the one that it was made from.
        created_by, created_at, updated_by, updated_at: names, and ISO 8601 times in UTC.
    """

    id: int
    collection: str
    state: State
    reason: str
    reviewer: str
    version: int
    revision: int
    created_by: str
    created_at: str
    updated_by: str
    updated_at: str


CONTENT = ("question", "answer", "similar", "negative", "evidence", "type", "language")
"""Fields whose change makes a new version."""


@dataclass(frozen=True)
class Change:
    """One field of a pair as it was before and after a step of somebody."""

    pair: int
    revision: int
    at: str
    by: str
    action: str
    field: str
    old: Any
    new: Any
    undone: bool


@dataclass(frozen=True)
class Entry:
    """A pair as it stands in a release; it never changes."""

    id: int
    version: int
    question: str
    answer: str
    similar: tuple[str, ...]
    negative: tuple[str, ...]
    evidence: Evidence
    language: str
    approved_by: str


@dataclass(frozen=True)
class Release:
    """An immutable state of a collection's published pairs.

    Attributes:
        collection, number: what and which, from 1.
        at, by, note: when, by whom, and what for.
        sha256: hash of its content.
        size: number of pairs.
        served: whether it is the one that answers.
    """

    collection: str
    number: int
    at: str
    by: str
    note: str
    sha256: str
    size: int
    served: bool
    entries: tuple[Entry, ...] = field(default=(), repr=False)
