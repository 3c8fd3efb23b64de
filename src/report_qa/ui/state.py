"""The conversation as the page keeps it: what was shown, small enough for the browser's storage, checked when read."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from report_qa.documents.blocks import Picture
from report_qa.errors import Text
from report_qa.faq.serve import FaqAnswer
from report_qa.qa.records import Answer, Passage, Status, Turn
from report_qa.ui.texts import UNEXPECTED, UNEXPECTED_REMEDY

logger = logging.getLogger(__name__)

MAX_STORED_CHARS = 300_000
"""Longest conversation kept in the browser, whose storage is small; the oldest exchanges go first."""

Outcome = Literal["answered", "refused", "failed", "stopped"]


@dataclass(frozen=True)
class ShownPicture:
    """A picture as it is shown: its address relative to the page, its caption, its size in pixels and its page."""

    url: str
    caption: str
    width: int
    height: int
    page: int | None = None


@dataclass(frozen=True)
class Source:
    """A passage as it is shown.

    Attributes:
        number: its citation number.
        document, title: name and title of the document.
        path: headings above and of the section.
        text: the whole section.
        highlights: ranges of ``text`` to be marked.
        first_line, last_line: lines of the source file.
        cited: whether the answer rests on it.
        pages: the pages of what is marked; none in documents without pages.
        pictures: the pictures that belong to what the answer rests on.
    """

    number: int
    document: str
    title: str
    path: tuple[str, ...]
    text: str
    highlights: tuple[tuple[int, int], ...]
    first_line: int
    last_line: int
    cited: bool = False
    pages: tuple[int, ...] = ()
    pictures: tuple[ShownPicture, ...] = ()

    @property
    def heading(self) -> str:
        """The headings in one line."""
        return " › ".join(self.path) if self.path else self.title


@dataclass(frozen=True)
class Exchange:
    """A question and what came of it; ``stopped`` when nothing did.

    ``origin`` says which reviewed pair the answer is; ``suggestions`` are published questions that may be meant;
    ``votable`` says whether the answer can be called wrong, which is kept as a gap.
    """

    question: str
    outcome: Outcome = "stopped"
    language: str = ""
    text: str = ""
    standalone: str = ""
    sources: tuple[Source, ...] = ()
    reason: Text | None = None
    problem: Text | None = None
    remedy: Text | None = None
    seconds: float = 0.0
    origin: str = ""
    suggestions: tuple[str, ...] = ()
    votable: bool = False

    def source(self, number: int) -> Source | None:
        """Return the source with this citation number."""
        return next((s for s in self.sources if s.number == number), None)


Conversation = tuple[Exchange, ...]

_ADAPTER: TypeAdapter[Conversation] = TypeAdapter(Conversation)


def source_of(passage: Passage) -> Source:
    """Return a passage that is found but not cited; what the model reads of it is marked."""
    return Source(
        passage.number,
        passage.document,
        passage.title,
        passage.path,
        passage.section_text,
        passage.spans,
        passage.first_line,
        passage.last_line,
    )


def exchange_of(question: str, answer: Answer, pictures: Path = Path()) -> Exchange:
    """Return what is shown and kept of an answer.

    Args:
        question: as typed.
        answer: the last event of the service.
        pictures: folder of the picture files.
    """
    sources = {p.number: source_of(p) for p in answer.passages}
    for citation in answer.citations:
        found = source_of(citation.passage)
        marked = citation.highlights or found.highlights
        sources[citation.number] = replace(
            found,
            highlights=marked,
            cited=True,
            pages=tuple(dict.fromkeys(place.page for place in citation.places)),
            pictures=tuple(shown_picture(picture, pictures) for picture in citation.pictures),
        )
    failed = answer.status is Status.FAILED
    return Exchange(
        question=question,
        outcome=answer.status.value,
        language=answer.language,
        text=answer.text,
        standalone=answer.standalone,
        sources=tuple(sources[n] for n in sorted(sources)),
        reason=answer.reason,
        problem=(answer.error.message if answer.error else UNEXPECTED) if failed else None,
        remedy=(answer.error.remedy if answer.error else UNEXPECTED_REMEDY) if failed else None,
        seconds=answer.timings.total_s,
        origin=_origin(answer),
        suggestions=answer.suggestions if isinstance(answer, FaqAnswer) else (),
    )


def _origin(answer: Answer) -> str:
    if not isinstance(answer, FaqAnswer) or answer.origin is None:
        return ""
    return f"FAQ {answer.origin.pair} · v{answer.origin.version} · release {answer.origin.release}"


def shown_picture(picture: Picture, folder: Path) -> ShownPicture:
    """Return a picture of a folder of picture files as it is shown."""
    # Gradio serves files of the folders that it is told of under this address
    address = f"gradio_api/file={quote(str((folder / picture.file).resolve()))}"
    page = picture.place.page if picture.place else None
    return ShownPicture(address, picture.caption, picture.width, picture.height, page)


def broken(question: str) -> Exchange:
    """Return the exchange for a defect of ours: something escaped that no one had foreseen."""
    return Exchange(question, "failed", problem=UNEXPECTED, remedy=UNEXPECTED_REMEDY)


def turns_of(conversation: Sequence[Exchange]) -> tuple[Turn, ...]:
    """Return the answered exchanges, which a follow-up may refer to."""
    return tuple(Turn(e.question, e.text) for e in conversation if e.outcome == "answered")


def dump(conversation: Conversation) -> list[dict[str, Any]]:
    """Return the conversation as JSON values, without the oldest exchanges that would not fit."""
    kept: list[Exchange] = []
    size = 0
    for exchange in reversed(conversation):
        size += len(exchange.question) + len(exchange.text) + sum(len(s.text) for s in exchange.sources)
        if kept and size > MAX_STORED_CHARS:
            break
        kept.append(exchange)
    dumped: list[dict[str, Any]] = _ADAPTER.dump_python(tuple(reversed(kept)), mode="json")
    return dumped


def load(stored: object) -> Conversation:
    """Return a conversation from the browser; an empty one if it has another form, e.g. of an older version."""
    try:
        return _ADAPTER.validate_python(stored or ())
    except ValidationError as error:
        logger.info("a stored conversation was left out: %s", error.errors(include_input=False)[0]["msg"])
        return ()
