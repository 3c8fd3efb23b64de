"""What a question becomes on its way: passages, citations, the answer, and the events that tell of progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from report_qa.documents.blocks import Picture, Place
from report_qa.documents.section import Section
from report_qa.errors import ReportQAError, Text


class Status(StrEnum):
    """How a question ended. The three are never mixed: not in the page, not in the API, not in the metrics."""

    ANSWERED = "answered"
    REFUSED = "refused"
    """The documents do not say; this is a correct result, not an error."""
    FAILED = "failed"
    """Something broke; nothing is known about whether the documents say."""


class Stage(StrEnum):
    """What is being done now."""

    UNDERSTANDING = "understanding"
    SEARCHING = "searching"
    READING = "reading"
    WRITING = "writing"
    CHECKING = "checking"


@dataclass(frozen=True)
class Turn:
    """An earlier question of the conversation and the answer that was shown."""

    question: str
    answer: str


@dataclass(frozen=True)
class Passage:
    """What the language model is given of one section, under one citation number.

    Attributes:
        number: the citation number, from 1.
        document, title: name and title of the document.
        path: headings above and of the section, outermost first.
        text: what the model reads: windows of the section and statements about its tables.
        section_text: the whole section, as it is shown when the citation is opened.
        spans: ranges of ``section_text`` that ``text`` rests on.
        first_line, last_line: lines of the source file, 1-based.
        chunk_ids: ids of the chunks in ``text``.
        scores: score of the section by channel, and ``fused``.
        section: the section itself, which knows its pages and pictures; None where it is not known.
    """

    number: int
    document: str
    title: str
    path: tuple[str, ...]
    text: str
    section_text: str
    spans: tuple[tuple[int, int], ...]
    first_line: int
    last_line: int
    chunk_ids: tuple[str, ...]
    scores: Mapping[str, float]
    section: Section | None = field(default=None, repr=False)

    @property
    def heading(self) -> str:
        """The innermost headings, as shown above the passage."""
        return " > ".join(self.path) if self.path else self.title


@dataclass(frozen=True)
class Citation:
    """A passage that a statement of the answer rests on.

    Attributes:
        number: the marker in the answer, ``[number]``.
        passage: the passage.
        highlights: ranges of ``passage.section_text`` that hold the words that its statements rest on.
        quote: the words that its statements rest on, as the document has them, in the order of the statements.
        places: the pages and boxes of the supporting words; none in documents without pages.
        pictures: the pictures that come with them; see :func:`report_qa.qa.illustrate.choose_pictures`.
        pictures_at: where in the answer's text the pictures belong: the offset at which their statement ends. None
            where there are none, or they belong to the answer as a whole.
    """

    number: int
    passage: Passage
    highlights: tuple[tuple[int, int], ...]
    quote: str
    places: tuple[Place, ...] = ()
    pictures: tuple[Picture, ...] = ()
    pictures_at: int | None = None


@dataclass(frozen=True)
class Timings:
    """Seconds from the question to: passages found, first token, whole answer; None where it did not come to it."""

    passages_s: float | None = None
    first_token_s: float | None = None
    total_s: float = 0.0


@dataclass(frozen=True)
class Answer:
    """The result of a question.

    Attributes:
        status: answered, refused or failed.
        text: the answer with ``[n]`` markers, or the refusal, in the question's language; empty when failed.
        language: ``zh`` or ``en``.
        question: as asked.
        standalone: the question made self-contained from the conversation, as it was searched; of several parts all.
        citations: one for every marker in ``text``, by number.
        passages: what was found, also when refused.
        answerability: calibrated probability that the passages answer the question, of several parts the most probable
            one; None when nothing was found.
        unknown_markers: markers that the model wrote and no passage has; they were removed.
        unsupported: numbers, dates and names that the model wrote and the passages do not hold; never shown.
        reason: in both languages why it was refused, or which part of the question an answer leaves open; None where
            it failed, or nothing is open.
        error: what broke, with its remedy; None unless failed.
        timings: how long it took.
        features: what the answerability was computed from.
        nearest: where it was refused, the statement of the documents that comes nearest to the question, for the
            reader to judge; it is no answer. None where there is none.
    """

    status: Status
    text: str
    language: str
    question: str
    standalone: str
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
    answerability: float | None = None
    unknown_markers: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    reason: Text | None = None
    error: ReportQAError | None = None
    timings: Timings = field(default_factory=Timings)
    features: Mapping[str, float] = field(default_factory=dict)
    nearest: Citation | None = None


@dataclass(frozen=True)
class StageEvent:
    """A stage begins."""

    stage: Stage


@dataclass(frozen=True)
class PassagesEvent:
    """The passages are found; this comes before the first token."""

    passages: tuple[Passage, ...]
    standalone: str


@dataclass(frozen=True)
class TokenEvent:
    """More text of the answer. It is a draft until the :class:`AnswerEvent` comes."""

    text: str


@dataclass(frozen=True)
class AnswerEvent:
    """The answer as it stands after all checks; always the last event, and replaces the draft."""

    answer: Answer


Event = StageEvent | PassagesEvent | TokenEvent | AnswerEvent
