"""What goes over the wire: the records of the API, the same for the server and for the client."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["zh", "en"]
Outcome = Literal["answered", "refused"]
LONGEST = 20_000
"""Most characters of any text that is sent; ``answer.max_question_chars`` may allow less."""
LONGEST_SELECTION = 2_000
"""Most characters of the names of the collections that are asked; ``*`` is for those who have more."""
SELECTION = (
    "a collection; several as one by their names with commas between, `sedan,suv`; or `*` for all; by default what the "
    "server was started with"
)

Item = TypeVar("Item")


class Record(BaseModel):
    """A record of the API; fields that a newer server adds are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Message(Record):
    """A text in both languages."""

    en: str
    zh: str


class FieldError(Record):
    """What is wrong with one value of a request: where it stands, and why it is not taken."""

    at: str
    why: str


class Problem(Record):
    """What went wrong (RFC 9457), with the remedy. ``code`` stays the same from version to version."""

    type: str = Field(examples=["urn:report-qa:problem:collection_missing"])
    title: str = Field(description="the message in the language that was asked for")
    status: int = Field(description="HTTP status", examples=[404])
    detail: str = Field(description="message and remedy in the language that was asked for")
    code: str = Field(examples=["collection_missing"])
    message: Message
    remedy: Message
    retryable: bool = Field(False, description="whether the same request may succeed later")
    request_id: str = ""
    errors: list[FieldError] = Field(default_factory=list)


class Version(Record):
    """Name and version of the program, and of the API."""

    name: str = "report-qa"
    version: str
    api: str = "v1"


class Health(Record):
    """That the program is running."""

    status: Literal["ok"] = "ok"


class Ready(Record):
    """Whether questions are answered now, and the line in front of the model."""

    status: Literal["ready", "starting", "failed"]
    in_line: int = Field(description="questions waiting or being answered")
    line_limit: int
    problem: Problem | None = None


class Listing(Record, Generic[Item]):
    """A part of a list. ``next``, where there is more, is given as ``after`` to get the next part."""

    items: list[Item]
    next: str | None = None


class Collection(Record):
    """A collection: its name, and what is in it."""

    name: str
    documents: int
    chunks: int
    pictures: int


class Document(Record):
    """A document, with what was found when it was read."""

    name: str
    title: str
    language: str
    sha256: str
    pages: int | None = Field(None, description="none for formats without pages")
    sections: int
    chunks: int
    tables: int
    pictures: int
    parser: str
    warnings: list[Message] = Field(default_factory=list)


class Place(Record):
    """A page, and the box on it in points from its top left corner: left, top, right, bottom."""

    page: int
    box: tuple[float, float, float, float] | None = None


class Picture(Record):
    """A picture that belongs to a citation; ``url`` is relative to the server."""

    url: str
    caption: str
    width: int
    height: int
    place: Place | None = None


class Passage(Record):
    """A passage that was found: what was read of it, and the whole section."""

    number: int = Field(description="the citation number")
    collection: str
    document: str
    title: str
    heading_path: list[str]
    lines: tuple[int, int]
    text: str
    section: str
    scores: dict[str, float]


class Citation(Passage):
    """The passage that a statement of the answer rests on, by the marker ``[number]``."""

    quote: str = Field(description="the supporting sentence, in the document's own words")
    highlights: list[tuple[int, int]] = Field(description="ranges of section that hold the supporting words")
    places: list[Place]
    pictures: list[Picture]
    pictures_at: int | None = Field(
        None, description="where in the answer the pictures belong: the offset at which their statement ends"
    )


class Timings(Record):
    """Seconds from the start of the work to passages, first token and the whole answer."""

    passages_s: float | None
    first_token_s: float | None
    total_s: float


class Origin(Record):
    """The reviewed pair that an answer is, verbatim.

    Its collection, number and version, in which release of that collection, and who approved it.
    """

    collection: str
    pair: int
    version: int
    release: int
    approved_by: str


class Answer(Record):
    """An answer, or a refusal: the documents do not say. That something broke is a problem, not an answer."""

    id: str
    status: Outcome
    answer: str = Field(description="the text, with markers [1], [2]… of its citations")
    language: str
    collection: str
    question: str
    standalone_question: str = Field(description="the question as it was searched")
    reason: Message | None = Field(None, description="why it was refused, or which part of the question stays open")
    answerability: float | None = None
    citations: list[Citation]
    passages: list[Passage]
    origin: Origin | None = Field(None, description="the reviewed pair that it is, where it is one")
    suggestions: list[str] = Field(default_factory=list, description="published questions that may be meant")
    timings: Timings


class Turn(Record):
    """An earlier question of the conversation and its answer."""

    question: str = Field(max_length=LONGEST)
    answer: str = Field(max_length=LONGEST)


class Question(Record):
    """A question."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "问卷最后有多少份有效？"},
                {
                    "question": "And how many were returned?",
                    "collection": "default",
                    "history": [{"question": "How many responses were valid?", "answer": "2887 [1]."}],
                    "language": "en",
                },
            ]
        },
    )

    question: str = Field(max_length=LONGEST, description="in Chinese or English")
    collection: str | None = Field(
        None,
        max_length=LONGEST_SELECTION,
        description=SELECTION,
        examples=["default", "sedan,suv", "*"],
    )
    history: list[Turn] = Field(default_factory=list, max_length=50, description="earlier turns, oldest first")
    language: Language | None = Field(None, description="language of the answer, by default the question's")


class Hit(Record):
    """A section that was found: where it stands, its text, its best piece, and its score by channel."""

    rank: int
    collection: str
    document: str
    title: str
    heading_path: list[str]
    lines: tuple[int, int]
    pages: list[int]
    text: str
    best: str
    scores: dict[str, float]


class Hits(Record):
    """What a search found, best first."""

    collection: str
    question: str
    items: list[Hit]


class ImportProgress(Record):
    """The document in hand, and how many of its pages are read or of its chunks embedded, of how many."""

    document: str
    stage: Literal["reading", "indexing"]
    done: int
    total: int


class ImportProblem(Record):
    """A file that was not taken, or, with an empty name, why nothing was."""

    file: str
    message: Message
    remedy: Message


class Import(Record):
    """An import: ``incomplete`` where some files could not be read, ``failed`` where none was taken."""

    id: str
    at: str
    collection: str
    files: list[str]
    state: Literal["queued", "running", "done", "incomplete", "failed", "stopped"]
    ended: str | None = None
    progress: ImportProgress | None = None
    added: list[str] = Field(default_factory=list)
    changed: list[str] = Field(default_factory=list)
    unchanged: list[str] = Field(default_factory=list)
    problems: list[ImportProblem] = Field(default_factory=list)


class Feedback(Record):
    """What somebody says of an answer."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "question": "问卷最后有多少份有效？",
                    "answer": "2887份[1]。",
                    "outcome": "answered",
                    "verdict": "down",
                    "kind": "incomplete",
                    "reason": "没有说明总共回收多少份",
                }
            ]
        },
    )

    question: str = Field(min_length=1, max_length=LONGEST)
    answer: str = Field("", max_length=LONGEST)
    outcome: Literal["answered", "refused", "failed"]
    verdict: Literal["up", "down"]
    kind: Literal["", "wrong", "incomplete", "citation", "should_answer", "other"] = Field(
        "", description="what is wrong: the answer, a part that is missing, its citation, or that it was refused"
    )
    reason: str = Field("", max_length=LONGEST, description="the same in the words of who judges")
    collection: str | None = Field(None, max_length=LONGEST_SELECTION, description=f"what was asked; {SELECTION}")
    answer_id: str = Field("", max_length=64, description="the id of the answer, where it is known")
    standalone: str = Field("", max_length=LONGEST, description="the question as understood, where that differs")
    evidence: tuple[Annotated[str, Field(max_length=LONGEST)], ...] = Field(
        (), max_length=64, description="the sentences that the answer quotes"
    )
    document: str = Field("", max_length=1024, description="the document that they are in")


class KeptFeedback(Feedback):
    """Feedback as it is kept: with its number, when it came (UTC), who sent it, and what a reviewer made of it."""

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_extra=None)

    id: int
    at: str
    by: str
    done: str = Field("", description="empty as long as no reviewer has dealt with it")


class Event(Record):
    """One event of a stream: ``queue``, ``stage``, ``passages``, ``token``, and last ``answer`` or ``error``."""

    event: Literal["queue", "stage", "passages", "token", "answer", "error"]
    data: dict[str, Any]
