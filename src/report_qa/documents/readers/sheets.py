"""Excel and CSV files -> blocks: every block of filled cells of a sheet is a table under the sheet's name."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from report_qa.documents.blocks import Block, Kind, Line, Place
from report_qa.documents.headings import is_note
from report_qa.documents.readers.archives import open_archive
from report_qa.documents.readers.source import Reading, Source, broken, damage_told, too_many_pages
from report_qa.documents.readers.text import decode
from report_qa.documents.tables.grids import Cell, spread, table_blocks
from report_qa.documents.tables.rows import is_value
from report_qa.text.normalise import clean

_SHEET_RANK = 2
_DELIMITERS = ",;\t|"
_SAMPLE = 20_000
_LOCALE = re.compile(r"\[\$([^\]-]*)[^\]]*\]")
"""How a format names a currency: [$€-407]."""
_DIGITS = re.compile(r"[#0][#0,]*(?:\.[0#]+)?")
_MONEY = re.compile(r"[¥￥$€£]")


def read_xlsx(source: Source) -> Reading:
    """Read a workbook; formulas are read as the values that were saved with them.

    Raises:
        DocumentError: it is no .xlsx file, damaged, protected, or has too many sheets.
    """
    with open_archive(source, "Excel"):
        pass
    with damage_told(source.name, "Excel"):
        book = openpyxl.load_workbook(io.BytesIO(source.data), data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if len(sheets) > source.limits.max_pages:
            raise too_many_pages(source.name, len(sheets), source.limits.max_pages)
        blocks = [block for i, sheet in enumerate(sheets, start=1) for block in _sheet(sheet, i, source)]
    return Reading(blocks, "openpyxl", pages=len(sheets), warnings=source.pictures.warnings)


def _sheet(sheet: Worksheet, number: int, source: Source) -> Iterator[Block]:
    yield Block(Kind.HEADING, (Line(sheet.title, 0, 0, (Place(number),)),), _SHEET_RANK)
    merged = {}
    covered = set()
    for area in sheet.merged_cells.ranges:
        merged[area.min_row, area.min_col] = (area.max_row - area.min_row + 1, area.max_col - area.min_col + 1)
        covered |= {(row, column) for row, column in area.cells} - {(area.min_row, area.min_col)}
    rows = []
    hidden = {name for name, column in sheet.column_dimensions.items() if column.hidden}
    for row in sheet.iter_rows():
        if row and sheet.row_dimensions[row[0].row].hidden:
            continue
        cells = [
            Cell(_shown(cell.value, cell.number_format), *merged.get((cell.row, cell.column), (1, 1)))
            for cell in row if (cell.row, cell.column) not in covered and cell.column_letter not in hidden
        ]  # fmt: skip
        rows.append(cells)
    yield from _tables(rows, number)
    for image in getattr(sheet, "_images", ()):
        picture = source.pictures.add(image._data(), place=Place(number))
        if picture:
            yield Block(Kind.PICTURE, (), picture=picture)


def _tables(rows: Sequence[Sequence[Cell]], number: int) -> Iterator[Block]:
    """Cut rows at empty ones; a run of rows with one filled cell each is text above or below a table."""
    run: list[Sequence[Cell]] = []
    for row in [*rows, ()]:
        if any(cell.text for cell in row):
            run.append(row)
            continue
        if run:
            yield from _block_of_rows(run, number)
        run = []


def _block_of_rows(rows: Sequence[Sequence[Cell]], number: int) -> Iterator[Block]:
    """Yield what stands above the tables of a run of rows, the tables side by side in it, and remarks below them."""
    place = (Place(number),)
    first = next((i for i, row in enumerate(rows) if _filled(row) >= min(2, max(map(_filled, rows)))), 0)
    if len(rows) == 1 or max(map(_filled, rows)) < 2:
        yield Block(Kind.PARAGRAPH, tuple(Line("；".join(_said(row)), 0, 0, place) for row in rows))
        return
    # a row of remarks over a table fills few of its columns
    while first + 2 < len(rows) and 2 * _filled(rows[first]) < _filled(rows[first + 1]) and not _merged(rows[first]):
        first += 1
    last = len(rows)
    while last > first + 2 and _filled(rows[last - 1]) == 1 and is_note(_said(rows[last - 1])[0]):
        last -= 1
    above = [text for row in rows[:first] for text in _said(row)]
    tables = list(_side_by_side(rows[first:last]))
    # the title, and the unit under it, right above the table
    title, *others = above or [""]
    units = [text for text in others if text.lower().startswith(("单位", "unit"))]
    for text in (text for text in others if text not in units):
        yield Block(Kind.PARAGRAPH, (Line(text, 0, 0, place),))
    if title:
        yield Block(Kind.CAPTION, (Line(title, 0, 0, place),))
    yield from (Block(Kind.PARAGRAPH, (Line(text, 0, 0, place),)) for text in units)
    for part in tables:
        yield from table_blocks(_titled(part), [place] * len(part))
    for row in rows[last:]:
        yield Block(Kind.NOTE, (Line(_said(row)[0], 0, 0, place),))


def _filled(row: Sequence[Cell]) -> int:
    return sum(1 for cell in row if cell.text)


def _merged(row: Sequence[Cell]) -> bool:
    """Whether a row holds names over several columns, or rows."""
    return any(cell.columns > 1 or cell.rows > 1 for cell in row if cell.text)


def _said(row: Sequence[Cell]) -> list[str]:
    return [" ".join(cell.text.split()) for cell in row if cell.text]


def _side_by_side(rows: Sequence[Sequence[Cell]]) -> Iterator[list[list[Cell]]]:
    """Yield the tables that empty columns part, where words begin the right one; numbers go on with the left one."""
    grid = spread(rows)
    width = len(grid[0])
    used = [any(row[j].text for row in grid) for j in range(width)]
    begins = [j for j in range(width) if used[j] and (j == 0 or not used[j - 1])]
    starts = [j for i, j in enumerate(begins) if i == 0 or _names_rows([row[j].text for row in grid[1:]])]
    if len(starts) < 2 or any(cell.columns > 1 and cell.rows > 1 for row in rows for cell in row):
        yield [list(row) for row in rows]
        return
    for start, following in itertools.pairwise([*starts, width]):
        end = max(j for j in range(start, following) if used[j]) + 1
        part = [_cut(row, start, end) for row in rows]
        yield [row for row in part if any(cell.text for cell in row)]


def _names_rows(cells: Sequence[str]) -> bool:
    """Whether a column's cells name rows: they are words, dates, or count 1, 2, 3."""
    filled = [cell for cell in cells if cell]
    counted = filled == [str(i + 1) for i in range(len(filled))]
    return counted or 2 * sum(map(is_value, filled)) <= len(filled)


def _cut(row: Sequence[Cell], start: int, end: int) -> list[Cell]:
    """Return the cells of a row that begin in columns ``start`` to ``end``."""
    kept = []
    at = 0
    for cell in row:
        if start <= at < end:
            kept.append(cell)
        at += cell.columns
    return kept


def _titled(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Return rows without empty columns at their end; a first row with one cell is the table's title."""
    width = max(max((i for i, cell in enumerate(row, 1) if cell.text), default=0) for row in rows)
    kept = [list(row[:width]) for row in rows]
    filled = [cell for cell in kept[0] if cell.text]
    if len(filled) == 1 and width > 1 and len(kept) > 2:
        kept[0] = filled
    return kept


def _shown(value: Any, number_format: str) -> str:
    """Return a cell's value as a reader of the sheet sees it, as far as that matters: dates, percentages, decimals."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d" if value.time() == datetime.time() else "%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M" if not value.second else "%H:%M:%S")
    if isinstance(value, float | int):
        return _number_shown(value, number_format or "")
    return str(value).strip()


def _number_shown(value: float, number_format: str) -> str:
    """Return a number with the share, currency, separators and decimals that its format gives it."""
    positive = _LOCALE.sub(r"\1", number_format.split(";")[0].replace('"', "").replace("\\", ""))
    pattern = _DIGITS.search(positive)
    if pattern is None:
        return f"{value:.10g}" if isinstance(value, float) else str(value)
    decimals = len(pattern[0].partition(".")[2])
    if "%" in positive:
        return f"{value * 100:.{decimals}f}%"
    if not _MONEY.search(positive) and not pattern[0].count(","):
        return f"{value:.10g}" if isinstance(value, float) else str(value)
    money = _MONEY.search(positive[: pattern.start()])
    sign = "-" if value < 0 else ""
    return f"{sign}{money[0] if money else ''}{abs(value):,.{decimals}f}"


def read_csv(source: Source) -> Reading:
    """Read a table of separated values, whatever common separator and encoding it has.

    Raises:
        DocumentError: it is not text in any known encoding, or not separated values.
    """
    text, encoding = decode(source.data, source.name)
    text = clean(text)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:_SAMPLE], _DELIMITERS)
    except csv.Error:  # one column, or too few rows to tell
        dialect = csv.excel_tab if source.path.suffix.lower() == ".tsv" else csv.excel
    dialect.doublequote = True  # what is told from a few lines without quotes in quotes would not have it
    try:
        rows = [[Cell(value.strip()) for value in row] for row in csv.reader(io.StringIO(text), dialect)]
    except csv.Error as error:
        raise broken(source.name, "CSV", str(error)) from error
    blocks = list(_tables(rows, 1))
    # a file of values has no pages to name
    blocks = [Block(b.kind, tuple(Line(li.text, 0, 0) for li in b.lines), b.rank, b.table) for b in blocks]
    return Reading(blocks, f"csv ({encoding})", encoding=encoding)
