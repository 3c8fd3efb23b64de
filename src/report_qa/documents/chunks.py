"""Sections -> chunks: what is embedded, searched by keyword and cited.

A chunk of text is a window of whole sentences, list items or notes; a chunk of a table is one statement about
it. Each carries the headings above it and knows its place in its section and in the source file.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from report_qa.documents.blocks import Kind, Place
from report_qa.documents.headings import is_legend
from report_qa.documents.lists import NUMBERED_ITEM
from report_qa.documents.section import Section
from report_qa.documents.tables.statements import statements
from report_qa.text.normalise import ideograph_length
from report_qa.text.sentences import Span, sentence_spans

RULE = "window-v11"
"""Name of the rule by which chunks are cut and named; part of every id and of the index manifest."""

STATEMENTS = frozenset({"cell", "row", "column", "extreme"})
"""The kinds of chunks that are statements about a table."""
_TABLE = "table"
STEPS_WIDTH = 600.0
"""A procedure of up to so many ideographs (2.2 letters count as one) is one chunk: it is read as one, and embedding
models of 512 tokens read about as much with its headings. Of a longer one each part is found, and the answer and its
citation show it whole."""


@dataclass(frozen=True)
class Chunk:
    """A piece of a section.

    Attributes:
        id: hash of rule, document, headings, title of the table, text and the occurrence of equal text; the same
            text keeps its id.
        section: position of its section in the document.
        kind: ``text``, ``note`` (captions, samples, sources), ``question`` (what a survey asked, or the legend of its
            chart), or the kind of table statement (``cell``, ``row``, ``column``, ``extreme``).
        text: what it says.
        start, end: its range in the section's text; for a statement, the rows it rests on.
        first_line, last_line: its lines in the source file, 1-based.
        places: its pages and boxes; none in documents without pages.
        pictures: the files of the pictures that belong to it.
        table_title: the title of the table that it is a statement about; empty for text.
    """

    id: str
    section: int
    kind: str
    text: str
    start: int
    end: int
    first_line: int
    last_line: int
    places: tuple[Place, ...] = ()
    pictures: tuple[str, ...] = ()
    table_title: str = ""


def chunk_document(sections: Sequence[Section], *, window_chars: int) -> list[Chunk]:
    """Return the chunks of a document: its text in windows of about ``window_chars``, its tables as statements.

    Args:
        sections: all sections of the document, in order.
        window_chars: aimed size; a longer sentence stays whole, so that nothing is cut inside a sentence.
    """
    # counted over the whole document, since sections under equal headings may hold equal text
    seen: Counter[tuple[str, ...]] = Counter()
    chunks: list[Chunk] = []
    for position, section in enumerate(sections):
        windows = ((*window, "") for window in _windows(section, window_chars))
        for kind, text, start, end, title in (*windows, *_table_statements(section)):
            headed = (*section.path, title, text)
            seen[headed] += 1
            first, last = section.source_lines(start, end)
            identity = _identify(section, headed, seen[headed])
            pictures = tuple(picture.file for picture in section.pictures_of(start, end))
            places = section.places_of(start, end)
            chunks.append(Chunk(identity, position, kind, text, start, end, first, last, places, pictures, title))
    return chunks


def _windows(section: Section, window_chars: int) -> Iterator[tuple[str, str, int, int]]:
    window: Span | None = None
    kind = "text"
    for unit, unit_kind in _units(section):
        if unit_kind == _TABLE:
            if window:
                yield kind, window.of(section.text), window.start, window.end
            window = None
            continue
        # half a unit over is nearer to the aim than a whole unit under it
        full = window and unit.end - window.start > window_chars + (unit.end - unit.start) / 2
        if window and (full or unit_kind != kind or _asks(section, unit.start)):
            yield kind, window.of(section.text), window.start, window.end
            window = None
        kind = unit_kind
        window = Span(window.start if window else unit.start, unit.end)
    if window:
        yield kind, window.of(section.text), window.start, window.end


def _units(section: Section) -> Iterator[tuple[Span, str]]:
    """Yield the sentences, steps and rows of tables, a heading or question with the first of what stands under it.

    Alone, the question of a list of questions and answers would be found, and its answer would not.
    """
    waiting: Span | None = None
    for unit, kind in _sentences_and_steps(section):
        heads = kind == "text" and (_is_heading(section, unit) or _asks(section, unit.start, unit.end))
        if waiting is not None and kind == "text":
            unit, waiting = Span(waiting.start, unit.end), None
        elif waiting is not None:
            yield waiting, "text"
            waiting = None
        if heads:
            waiting = unit
        else:
            yield unit, kind
    if waiting is not None:
        yield waiting, "text"


def _is_heading(section: Section, unit: Span) -> bool:
    return section.kinds[section.text.count("\n", 0, unit.start)] == Kind.HEADING


def _asks(section: Section, start: int, end: int | None = None) -> bool:
    """Whether a line of its own that begins at ``start``, and ends at ``end`` if that is given, is a question."""
    if start and section.text[start - 1] != "\n":
        return False
    line_end = section.text.find("\n", start)
    line = section.text[start : line_end if line_end >= 0 else len(section.text)]
    return line.endswith(("？", "?")) and (end is None or end - start == len(line))


def _sentences_and_steps(section: Section) -> Iterator[tuple[Span, str]]:
    """Yield the sentences with their kind, and the rows of tables as such; a change of kind ends a window.

    The steps of a procedure are one unit with the sentence that introduces them, unless they are very long.
    """
    steps: Span | None = None
    begun = False  # whether ``steps`` holds a step, not only the sentence before them
    for span in sentence_spans(section.text):
        number = section.text.count("\n", 0, span.start)
        kind = section.kinds[number]
        in_steps = kind == Kind.LIST and (begun or bool(NUMBERED_ITEM.match(span.of(section.text))))
        in_steps = in_steps and not _asks(section, span.start)  # numbered questions are no procedure
        introduces = kind == Kind.PARAGRAPH and span.of(section.text).endswith(("：", ":"))
        if in_steps and steps is not None and ideograph_length(section.text[steps.start : span.end]) <= STEPS_WIDTH:
            steps, begun = Span(steps.start, span.end), True
            continue
        if steps is not None:
            yield steps, "text"
            steps = None
        begun = in_steps
        if in_steps or introduces:
            steps = span
        else:
            yield span, _TABLE if kind == Kind.TABLE else _reading(kind, span.of(section.text))
    if steps is not None:
        yield steps, "text"


def _reading(kind: Kind, text: str) -> str:
    if kind not in {Kind.NOTE, Kind.CAPTION, Kind.PICTURE}:
        return "text"
    return "question" if text.endswith(("？", "?")) or is_legend(text) else "note"


def _table_statements(section: Section) -> Iterator[tuple[str, str, int, int, str]]:
    for placed in section.tables:
        for statement in statements(placed.table):
            start = placed.row_spans[statement.first_row][0]
            end = placed.row_spans[statement.last_row][1]
            yield statement.kind, statement.text, start, end, placed.table.title


def _identify(section: Section, headed: Sequence[str], count: int) -> str:
    payload = "\x1f".join((RULE, section.document, *headed, str(count)))
    return "b2:" + hashlib.blake2b(payload.encode(), digest_size=12).hexdigest()
