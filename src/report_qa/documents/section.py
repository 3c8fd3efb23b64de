"""A section of a document: its text, and where its lines, tables and pictures stand."""

from __future__ import annotations

from dataclasses import dataclass

from report_qa.documents.blocks import Kind, Picture, Place
from report_qa.documents.tables.table import Table


@dataclass(frozen=True)
class PlacedTable:
    """A table and where its rows stand in its section's text: one (start, end) a body row, and the whole."""

    table: Table
    row_spans: tuple[tuple[int, int], ...]
    span: tuple[int, int]


@dataclass(frozen=True)
class PlacedPicture:
    """A picture and the ranges of a section's text that it belongs to.

    Attributes:
        picture: the picture.
        at: where it stands in the text, as an offset; None in a section that only refers to it.
        spans: what it shows or illustrates: its caption, the text that refers to it, or else what it stands by.
    """

    picture: Picture
    at: int | None
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Section:
    """One unit of a document.

    Attributes:
        document: name of the document.
        path: the headings above and of this section, outermost first; the document's title is not among them.
        text: its lines, joined by line ends; table rows as cells joined by " | ".
        lines: the source lines of every line of ``text``.
        kinds: the kind of block that every line of ``text`` is from.
        tables: its tables, placed in ``text``.
        places: the pages and boxes of every line of ``text``; empty in documents without pages.
        pictures: the pictures in it and those that it refers to.
    """

    document: str
    path: tuple[str, ...]
    text: str
    lines: tuple[tuple[int, int], ...]
    kinds: tuple[Kind, ...]
    tables: tuple[PlacedTable, ...]
    places: tuple[tuple[Place, ...], ...] = ()
    pictures: tuple[PlacedPicture, ...] = ()

    @property
    def title(self) -> str:
        """The innermost heading."""
        return self.path[-1] if self.path else ""

    def source_lines(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and last source line of the characters ``start:end`` of ``text``."""
        first = self.text.count("\n", 0, start)
        last = self.text.count("\n", 0, max(end - 1, start))
        return self.lines[first][0], self.lines[last][1]

    def places_of(self, start: int, end: int) -> tuple[Place, ...]:
        """Return the pages and boxes of the characters ``start:end`` of ``text``, line by line, each once."""
        first = self.text.count("\n", 0, start)
        last = self.text.count("\n", 0, max(end - 1, start))
        return tuple(dict.fromkeys(place for line in self.places[first : last + 1] for place in line))

    def pictures_of(self, start: int, end: int) -> tuple[Picture, ...]:
        """Return the pictures that belong to the characters ``start:end`` of ``text``."""
        return tuple(p.picture for p in self.pictures if any(a < end and start < b for a, b in p.spans))
