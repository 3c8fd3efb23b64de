"""A page of a PDF file -> its items in reading order: lines of text, tables, and the regions of its pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from report_qa.documents.blocks import Box, Picture, Place
from report_qa.documents.pdf.banded import banded_tables
from report_qa.documents.pdf.drawings import captioned_drawings
from report_qa.documents.pdf.figures import figure_regions
from report_qa.documents.pdf.framed import FramedNotice, framed_notices
from report_qa.documents.pdf.lines import Fragment, clean_text, fragments_of
from report_qa.documents.pdf.order import reading_order
from report_qa.documents.pdf.page import PageContent
from report_qa.documents.pdf.spaced import spaced_tables
from report_qa.documents.pdf.tables import PageTable, find_tables

_UNMAPPED = 0.3
"""Share of characters without a meaning above which the text of a page is not to be trusted."""
_MOST_LABEL_CHARS = 250
"""A drawing around more text than this is a frame around it."""
_BULLET = (1.5, 8.0)
"""Points that the sides of a drawn bullet have."""
_LEADER = re.compile(r"(?:\.\s?){5,}|…{3,}|(?:·\s?){5,}|_{8,}")


@dataclass(frozen=True)
class Figure:
    """The region of a picture, what tells it from others, and the picture once it is drawn."""

    box: Box
    key: str
    picture: Picture | None = None


Item = Fragment | PageTable | Figure | FramedNotice


@dataclass(frozen=True)
class Page:
    """A page as it is read.

    Attributes:
        number: from 1.
        width, height: in points, as it is read.
        columns: its items in reading order, a list a column or band.
        scanned: whether it is a picture without text.
        garbled: whether its characters have no meaning that a program can know.
        recognised: whether its text was recognised in its picture.
        turned: quarters of a full turn against the clock by which it was turned to be read, 0 to 3.
    """

    number: int
    width: float
    height: float
    columns: tuple[tuple[Item, ...], ...]
    scanned: bool = False
    garbled: bool = False
    recognised: bool = False
    turned: int = 0

    def place_of(self, box: Box) -> Place:
        """Return where a box of the page as it is read stands on the page as it is shown."""
        height, other = self.height, self.width
        for _ in range(self.turned):
            box = Box(height - box.bottom, box.left, height - box.top, box.right)
            height, other = other, height
        return Place(self.number, box)

    def without(self, dropped: Sequence[Item]) -> Page:
        """Return the page without some of its items."""
        gone = {id(item) for item in dropped}
        columns = tuple(tuple(item for item in column if id(item) not in gone) for column in self.columns)
        return replace(self, columns=columns)

    @property
    def items(self) -> list[Item]:
        """All items in reading order."""
        return [item for column in self.columns for item in column]


def understand_page(content: PageContent) -> Page:
    """Return a page's items in reading order."""
    written = [char for char in content.chars if char.size and not char.text.isspace()]
    if not written:
        scanned = any(d.image for d in content.drawn)
        return Page(content.number, content.width, content.height, (), scanned=scanned)
    if content.unmapped > _UNMAPPED * len(written):
        return Page(content.number, content.width, content.height, (), garbled=True)
    tables, chars = find_tables(content.rules, content.chars)
    banded, chars = banded_tables(chars, content.rules, tables)
    tables = [*tables, *banded]
    fragments = [f for f in fragments_of(chars) if not _LEADER.search(f.text)]
    fragments = _with_drawn_bullets(fragments, content)
    figures: list[Figure] = []
    regions = figure_regions(content, tables)
    regions += captioned_drawings(content, tables, [box for box, _ in regions], fragments)
    for box, key in regions:
        labels = [f for f in fragments if _inside(f.box, box)]
        framed = sum(len(f.text) for f in labels) > _MOST_LABEL_CHARS
        if framed and "image" not in key:
            continue
        figures.append(Figure(box, key))
        if not framed:
            fragments = [f for f in fragments if f not in labels]
    notices, fragments = framed_notices(fragments, content.rules)
    spaced, fragments = spaced_tables(fragments, content.rules)
    items: list[Item] = [*fragments, *tables, *spaced, *figures, *notices]
    columns = [_rows(column) for column in reading_order(items, content.width)]
    return Page(content.number, content.width, content.height, tuple(map(tuple, columns)))


def recognised_page(page: Page, lines: Sequence[Fragment], turns: int = 0) -> Page:
    """Return a page without text of its own with the lines that were recognised on it.

    Args:
        page: the page.
        lines: with their boxes on the page once it is turned.
        turns: quarters of a full turn against the clock.
    """
    width, height = (page.height, page.width) if turns % 2 else (page.width, page.height)
    columns = tuple(tuple(_rows(column)) for column in reading_order(list(lines), width))
    return replace(
        page, width=width, height=height, columns=columns, scanned=False, garbled=False, recognised=True, turned=turns
    )


def _with_drawn_bullets(fragments: Sequence[Fragment], content: PageContent) -> list[Fragment]:
    """Put a bullet before every line that has a small mark drawn in front of it; browsers print lists so."""
    marks = [d.box for d in content.drawn if not d.image and _is_bullet(d.box)]
    marked = []
    for fragment in fragments:
        mark = next((mark for mark in marks if _in_front(mark, fragment)), None)
        # the item begins at its bullet, so that its other lines are seen to be set in
        box = fragment.box.around(Box(mark.left, fragment.box.top, mark.right, fragment.box.bottom)) if mark else None
        marked.append(replace(fragment, text=f"• {fragment.text}", box=box) if box else fragment)
    return marked


def _is_bullet(box: Box) -> bool:
    width, height = box.right - box.left, box.bottom - box.top
    return _BULLET[0] <= min(width, height) and max(width, height) <= _BULLET[1]


def _in_front(mark: Box, line: Fragment) -> bool:
    level = line.box.top <= (mark.top + mark.bottom) / 2 <= line.box.bottom
    return level and 0 <= line.box.left - mark.right <= 1.5 * line.size


def _inside(box: Box, outer: Box) -> bool:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return outer.left <= x <= outer.right and outer.top <= y <= outer.bottom


def _rows(column: Sequence[Item]) -> list[Item]:
    """Join the fragments of one line within a column."""
    rows: list[Item] = []
    for item in column:
        before = rows[-1] if rows else None
        if isinstance(item, Fragment) and isinstance(before, Fragment) and _level(before, item):
            longer = before if len(before.text) >= len(item.text) else item
            text = clean_text(f"{before.text} {item.text}")
            rows[-1] = Fragment(text, before.box.around(item.box), longer.size, longer.bold)
        else:
            rows.append(item)
    return rows


def _level(a: Fragment, b: Fragment) -> bool:
    overlap = min(a.box.bottom, b.box.bottom) - max(a.box.top, b.box.top)
    return overlap > 0.5 * min(a.box.bottom - a.box.top, b.box.bottom - b.box.top)
