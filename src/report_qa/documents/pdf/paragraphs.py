"""Lines of pages in reading order -> paragraphs, lists, tables and pictures, put together across columns and pages."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from report_qa.documents.blocks import Block, Box, Kind, Line, Place
from report_qa.documents.pdf.content import Figure, Page
from report_qa.documents.pdf.framed import FramedNotice
from report_qa.documents.pdf.lines import Fragment, clean_text
from report_qa.documents.pdf.tables import PageTable
from report_qa.documents.tables.grids import Cell, table_blocks
from report_qa.documents.tables.rows import is_value
from report_qa.text.normalise import CJK

_MARK = re.compile(r"^(?:[-•●▪◦·■□◆◇➢►✓]\s*|\d{1,2}[.、)）](?!\d)\s*|[（(]\d{1,2}[）)]\s*|[①-⑳]\s*)(?=\S)")
_BULLET = re.compile(r"^[-•●▪◦·■□◆◇➢►✓]\s*")
_FIELD = re.compile(r"^(?=[^：:]*[^\W\d])[^\s：:][^：:。.!?？]{0,24}[：:]\s*(?![/:])\S")
"""A name and its value: Order number: 88123."""
_SENTENCE_END = re.compile(r"[。！？!?；;：:.…][”’」』）)]?$")
_CONTINUED = re.compile(r"^(?:续表|表\s*[\d-]+.*续|(?:table\s*[\d-]+\s*)?\(?continued\)?)", re.IGNORECASE)
_MIXED = re.compile(rf"[{CJK}][A-Za-z0-9]|[A-Za-z0-9][{CJK}]")
_MIXED_SPACED = re.compile(rf"[{CJK}] [A-Za-z0-9]|[A-Za-z0-9] [{CJK}]")
_WIDER = 1.25
"""A distance between lines this many times the usual one parts paragraphs."""
_INDENT = 1.2
"""An indent of so many sizes begins a paragraph."""
_SHORT = 3.0
"""A line that ends so many sizes before others do was not broken because it was full."""
_SAME_COLUMNS = 6.0
"""Points by which the columns of the parts of one table may differ."""


@dataclass
class TextRun:
    """A paragraph or list before it is known whether it is a heading."""

    kind: Kind
    lines: list[Line]
    size: float
    bold: bool
    lefts: list[float] = field(default_factory=list)

    @property
    def page(self) -> int:
        """The page on which it begins."""
        return self.lines[0].places[0].page

    @property
    def text(self) -> str:
        """Its lines as one."""
        return joined_text([line.text for line in self.lines])


@dataclass
class TableRun:
    """A table that may go on on the next page."""

    rows: list[tuple[Cell, ...]]
    places: list[tuple[Place, ...]]
    columns: tuple[float, ...]
    page: int
    box: Box

    def blocks(self) -> list[Block]:
        """Return it as blocks."""
        return table_blocks(self.rows, self.places)


Run = TextRun | TableRun | Block
"""A picture is a block already."""


def joined_text(lines: Sequence[str], *, spaced: bool = False) -> str:
    """Return wrapped lines as one: with a space between Latin words, a hyphen at a line's end taken off.

    Args:
        lines: the lines.
        spaced: whether there is also a space between an ideograph and a Latin word or number.
    """
    text = ""
    for line in lines:
        if text and text[-1].isascii() and line[:1].isascii():
            wrapped = re.search(r"[a-z]-$", text) and line[:1].islower()
            text = text[:-1] + line if wrapped else f"{text} {line}"
        elif spaced and _MIXED.search(text[-1:] + line[:1]):
            text = f"{text} {line}"
        else:
            text += line
    return clean_text(text)


def _spaced(pages: Sequence[Page]) -> bool:
    """Whether the document puts a space between ideographs and Latin words or numbers, as far as lines show it."""
    text = "\n".join(item.text for page in pages for item in page.items if isinstance(item, Fragment))
    return len(_MIXED_SPACED.findall(text)) > len(_MIXED.findall(text))


def paragraphs(pages: Sequence[Page]) -> list[Run]:
    """Return paragraphs, lists, tables and pictures of a document in reading order."""
    builder = _Builder(_leading(pages), _spaced(pages))
    for page in pages:
        for column in page.columns:
            builder.begin_column(column, page)
            for item in column:
                if isinstance(item, Fragment):
                    builder.add_line(item)
                elif isinstance(item, PageTable):
                    builder.add_table(item)
                elif isinstance(item, FramedNotice):
                    builder.add_notice(item)
                elif item.picture is not None:
                    builder.add_figure(item)
    return builder.runs


def _leading(pages: Sequence[Page]) -> float:
    """Return the usual distance of lines in sizes: the lower quartile, since lines within paragraphs are nearest."""
    ratios = [ratio for page in pages for column in page.columns for ratio in _ratios(column)]
    return statistics.quantiles(ratios, n=4)[0] if len(ratios) >= 2 else 1.6


def _ratios(column: Sequence[object]) -> Iterator[float]:
    for a, b in itertools.pairwise(column):
        if isinstance(a, Fragment) and isinstance(b, Fragment) and abs(a.size - b.size) < 0.6:
            ratio = (b.box.top - a.box.top) / max(a.size, 1.0)
            if 0.8 <= ratio <= 3:
                yield ratio


class _Builder:
    def __init__(self, leading: float, spaced: bool) -> None:
        self._spaced = spaced
        self.runs: list[Run] = []
        self._leading = leading
        self._page: Page
        self._left = self._right = 0.0
        self._unfilled = 0.0
        self._last: Fragment | None = None
        self._fresh = True

    def begin_column(self, column: Sequence[object], page: Page) -> None:
        """Begin a column; what follows may go on with what the column before it ended with."""
        boxes = [item.box for item in column if isinstance(item, Fragment)]
        self._page = page
        if self._last is not None:
            self._unfilled = self._right - self._last.box.right
        width_before = self._right - self._left
        self._left = min((box.left for box in boxes), default=0.0)
        self._right = max((box.right for box in boxes), default=0.0)
        # how far the last line before stayed from the end of a line, as lines are here or there
        self._unfilled += max(self._right - self._left - width_before, 0.0)
        self._fresh = True

    def add_line(self, line: Fragment) -> None:
        """Add a line of text: to the paragraph before it, or as the beginning of a new one."""
        run = self.runs[-1] if self.runs else None
        place = self._page.place_of(line.box)
        mark = bool(_MARK.match(line.text))
        if _CONTINUED.match(line.text) and isinstance(run, TableRun):
            return
        if isinstance(run, TextRun) and self._last is not None and self._alike(run, line):
            in_list = run.kind == Kind.LIST
            if mark and in_list and not self._apart(line, 2.5):
                self._item(run, line, place)
            elif not mark and self._goes_on(run, line):
                text = joined_text([run.lines[-1].text, line.text], spaced=self._spaced)
                run.lines[-1] = _longer(run.lines[-1], text, place)
            else:
                self._begin(line, place, mark)
        else:
            self._begin(line, place, mark)
        self._last = line
        self._fresh = False

    def _begin(self, line: Fragment, place: Place, mark: bool) -> None:
        run = TextRun(Kind.LIST if mark else Kind.PARAGRAPH, [], line.size, line.bold)
        self.runs.append(run)
        if mark:
            self._item(run, line, place)
        else:
            run.lines.append(Line(line.text, 0, 0, (place,)))
            run.lefts.append(line.box.left)

    def _item(self, run: TextRun, line: Fragment, place: Place) -> None:
        text = _BULLET.sub("- ", line.text)
        # PDFium may leave the space after a number out
        text = re.sub(r"^(\d{1,2}[.、)）])(?=\S)", r"\1 ", text)
        run.lines.append(Line(text, 0, 0, (place,)))
        run.lefts.append(line.box.left)

    def _alike(self, run: TextRun, line: Fragment) -> bool:
        return abs(run.size - line.size) <= 0.6 and run.bold == line.bold

    def _apart(self, line: Fragment, wider: float) -> bool:
        """Whether a line is further from the one above it than lines of one paragraph are."""
        if self._last is None or self._fresh:
            return False
        return (line.box.top - self._last.box.top) / max(line.size, 1.0) > wider * self._leading

    def _goes_on(self, run: TextRun, line: Fragment) -> bool:
        last = self._last
        if last is None:
            return False
        ended = bool(_SENTENCE_END.search(last.text))
        if self._fresh:
            return not ended and self._unfilled <= _SHORT * line.size
        if self._apart(line, _WIDER) or (_FIELD.match(run.lines[-1].text) and _FIELD.match(line.text)):
            return False
        if run.kind == Kind.LIST:
            return line.box.left > run.lefts[-1] + 0.5 * line.size
        short = last.box.right < self._right - _SHORT * line.size
        indented = line.box.left > self._left + _INDENT * line.size and last.box.left < line.box.left - line.size
        return not (indented or (short and ended))

    def add_table(self, table: PageTable) -> None:
        """Add a table, or go on with the one that the page before it ended with."""
        places: list[tuple[Place, ...]] = [(self._page.place_of(box),) for box in table.row_boxes]
        rows = list(table.rows)
        run = self.runs[-1] if self.runs else None
        if isinstance(run, TableRun) and self._fresh and run.page < self._page.number and _continues(run, table):
            repeated = _repeated(run.rows, rows)
            run.rows.extend(rows[repeated:])
            run.places.extend(places[repeated:])
            run.page, run.box = self._page.number, table.box
        else:
            self.runs.append(TableRun(rows, places, table.columns, self._page.number, table.box))
        self._last = None
        self._fresh = False

    def add_notice(self, notice: FramedNotice) -> None:
        """Add a notice in a frame: its paragraphs and items as one block."""
        inner = _Builder(self._leading, self._spaced)
        inner.begin_column(notice.lines, self._page)
        for line in notice.lines:
            inner.add_line(line)
        lines = [line for run in inner.runs if isinstance(run, TextRun) for line in run.lines]
        self.runs.append(Block(Kind.WARNING, tuple(lines)))
        self._last = None
        self._fresh = False

    def add_figure(self, figure: Figure) -> None:
        """Add a picture."""
        self.runs.append(Block(Kind.PICTURE, (), picture=figure.picture))
        self._last = None
        self._fresh = False


def _repeated(before: Sequence[tuple[Cell, ...]], rows: Sequence[tuple[Cell, ...]]) -> int:
    """Return how many of the first rows say the header of the table again."""
    count = 0
    for old, new in zip(before, rows, strict=False):
        if [cell.text for cell in old] != [cell.text for cell in new]:
            break
        count += 1
    return count


def _continues(run: TableRun, table: PageTable) -> bool:
    """Whether a table at the top of a page goes on with the one above: by its columns, or its sides and first row."""
    if len(run.columns) != len(table.columns):
        return False
    if all(abs(a - b) <= _SAME_COLUMNS for a, b in zip(run.columns, table.columns, strict=True)):
        return True
    # without lines between them, columns begin where their words do on each page; a header holds no values
    sides = (run.box.left - table.box.left, run.box.right - table.box.right)
    data = bool(_repeated(run.rows, table.rows)) or any(is_value(cell.text) for cell in table.rows[0])
    return max(map(abs, sides)) <= _SAME_COLUMNS and data


def _longer(line: Line, text: str, place: Place) -> Line:
    places = list(line.places)
    last = places[-1]
    if last.page == place.page and last.box and place.box and _in_one_column(last.box, place.box):
        places[-1] = Place(last.page, last.box.around(place.box))
    else:
        places.append(place)
    return Line(text, 0, 0, tuple(places))


def _in_one_column(a: Box, b: Box) -> bool:
    return a.left < b.right and b.left < a.right
