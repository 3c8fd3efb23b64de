"""The conversation as the page keeps it: what was shown, small enough for the browser's storage, checked when read."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from report_qa.documents.blocks import Box, Picture, Place
from report_qa.documents.section import PlacedTable
from report_qa.documents.tables.series import Series, change_in, series_of_table
from report_qa.errors import Text
from report_qa.faq.serve import FaqAnswer
from report_qa.indexing.joined import home_of
from report_qa.indexing.selection import is_joined
from report_qa.qa.records import Answer, Citation, Passage, Status, Turn
from report_qa.text.normalise import language_of
from report_qa.ui.addresses import page_address, picture_address
from report_qa.ui.markup import CELL_SEPARATOR
from report_qa.ui.texts import UNEXPECTED, UNEXPECTED_REMEDY

logger = logging.getLogger(__name__)

MAX_STORED_CHARS = 300_000
"""Longest conversation kept in the browser, whose storage is small; the oldest exchanges go first."""

PAGED = ".pdf"
"""Ending of documents whose pages can be shown."""

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
class PageImage:
    """A page and the address of its image, relative to the page."""

    page: int
    url: str


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
        pictures: the pictures that belong to what the answer rests on, or to the statement nearest to the question.
        pictures_at: where in the answer's text they belong, as the offset at which their sentence ends; None: to all.
        collection: where the document is; empty in a conversation of an older version.
        joined: whether it was found among several collections.
        page_images: the pages of a PDF file with what is marked on them.
        charts: figures of what the answer rests on that compare.
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
    collection: str = ""
    page_images: tuple[PageImage, ...] = ()
    charts: tuple[Series, ...] = ()
    pictures_at: int | None = None
    joined: bool = False

    @property
    def heading(self) -> str:
        """The headings in one line."""
        return " › ".join(self.path) if self.path else self.title


@dataclass(frozen=True)
class Exchange:
    """A question and what came of it in the selection of collections that was asked; ``stopped`` when nothing did.

    ``origin`` says which reviewed pair the answer is, and ``origin_collection`` whose where several were asked;
    ``suggestions`` are published questions that may be meant;
    ``votable`` says whether it can be judged, ``verdict`` how it was; ``following`` are questions that may come next.
    ``nearest`` is the statement nearest to a question that was refused, with its marker.
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
    collection: str = ""
    origin: str = ""
    suggestions: tuple[str, ...] = ()
    votable: bool = False
    verdict: Literal["", "up", "down"] = ""
    following: tuple[str, ...] = ()
    nearest: str = ""
    origin_collection: str = ""

    def source(self, number: int) -> Source | None:
        """Return the source with this citation number."""
        return next((s for s in self.sources if s.number == number), None)


Conversation = tuple[Exchange, ...]

_ADAPTER: TypeAdapter[Conversation] = TypeAdapter(Conversation)


def source_of(passage: Passage, collection: str = "") -> Source:
    """Return a passage that is found but not cited, of the collection that its document is in.

    What the model reads of it is marked.

    Args:
        passage: as found.
        collection: what was asked, a selection.
    """
    home, document = home_of(collection, passage.document)
    return Source(
        passage.number,
        document,
        passage.title,
        passage.path,
        passage.section_text,
        passage.spans,
        passage.first_line,
        passage.last_line,
        collection=home,
        joined=is_joined(collection),
    )


def exchange_of(question: str, answer: Answer, collection: str = "") -> Exchange:
    """Return what is shown and kept of an answer.

    Args:
        question: as typed.
        answer: the last event of the service.
        collection: what was asked, a selection.
    """
    sources = {p.number: source_of(p, collection) for p in answer.passages}
    for citation in answer.citations:
        sources[citation.number] = replace(_marked(citation, collection), cited=True)
    if answer.nearest is not None:
        sources[answer.nearest.number] = _marked(answer.nearest, collection)
    failed = answer.status is Status.FAILED
    origin = answer.origin if isinstance(answer, FaqAnswer) else None
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
        collection=collection,
        origin=f"FAQ {origin.pair} · v{origin.version} · release {origin.release}" if origin else "",
        origin_collection=origin.collection if origin else "",
        suggestions=answer.suggestions if isinstance(answer, FaqAnswer) else (),
        nearest=f"{answer.nearest.quote} [{answer.nearest.number}]" if answer.nearest else "",
    )


def _marked(citation: Citation, collection: str) -> Source:
    found = source_of(citation.passage, collection)
    return replace(
        found,
        highlights=citation.highlights or found.highlights,
        pages=tuple(dict.fromkeys(place.page for place in citation.places)),
        page_images=_page_images(found, citation.places),
        pictures=tuple(shown_picture(picture, found.collection) for picture in citation.pictures),
        pictures_at=citation.pictures_at,
        charts=_charts(citation),
    )


def shown_picture(picture: Picture, collection: str) -> ShownPicture:
    """Return a picture of a collection as it is shown."""
    page = picture.place.page if picture.place else None
    address = picture_address(collection, picture.file)
    return ShownPicture(address, picture.caption, picture.width, picture.height, page)


def _page_images(source: Source, places: Sequence[Place]) -> tuple[PageImage, ...]:
    if not source.document.lower().endswith(PAGED):
        return ()
    boxes: dict[int, list[Box]] = {}
    for place in places:
        boxes.setdefault(place.page, []).extend([place.box] if place.box else [])
    return tuple(
        PageImage(page, page_address(source.collection, source.document, page, found)) for page, found in boxes.items()
    )


def _charts(citation: Citation) -> tuple[Series, ...]:
    section = citation.passage.section
    if section is None:
        return ()
    charts: list[Series] = []
    for placed in section.tables:
        cells = _cited_cells(placed, section.text, citation.highlights)
        if cells:
            charts.extend(series_of_table(placed.table, cells))
    if not charts:
        quoted = "\n".join(section.text[a:b] for a, b in citation.highlights)
        change = change_in(quoted, section.title or citation.passage.title, language_of(quoted))
        charts.extend([change] if change else [])
    return tuple(charts)


def _cited_cells(placed: PlacedTable, text: str, marks: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return row and column of the cells that are marked."""
    cells = set()
    for i, (start, end) in enumerate(placed.row_spans):
        at = start
        for j, cell in enumerate(text[start:end].split(CELL_SEPARATOR)):
            if any(a < at + len(cell) and at < b for a, b in marks):
                cells.add((i, j))
            at += len(cell) + len(CELL_SEPARATOR)
    return cells


def broken(question: str) -> Exchange:
    """Return the exchange for a defect of ours: something escaped that no one had foreseen."""
    return Exchange(question, "failed", problem=UNEXPECTED, remedy=UNEXPECTED_REMEDY)


def turns_of(conversation: Sequence[Exchange], collection: str = "") -> tuple[Turn, ...]:
    """Return the answered exchanges with a selection, which a follow-up to it may refer to."""
    return tuple(
        Turn(e.question, e.text) for e in conversation if e.outcome == "answered" and e.collection == collection
    )


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
