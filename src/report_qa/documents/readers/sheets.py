"""Excel and CSV files -> blocks: every block of filled cells of a sheet is a table under the sheet's name."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from report_qa.documents.blocks import Block, Kind, Line, Place
from report_qa.documents.grids import Cell, table_blocks
from report_qa.documents.readers.archives import open_archive
from report_qa.documents.readers.source import Reading, Source, broken, damage_told, too_many_pages
from report_qa.documents.readers.text import decode
from report_qa.text.normalise import clean

_SHEET_RANK = 2
_DELIMITERS = ",;\t|"
_SAMPLE = 20_000


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
    for row in sheet.iter_rows():
        cells = [
            Cell(_shown(cell.value, cell.number_format), *merged.get((cell.row, cell.column), (1, 1)))
            for cell in row if (cell.row, cell.column) not in covered
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
        if len(run) == 1 or all(sum(1 for cell in r if cell.text) < 2 for r in run):
            lines = tuple(Line("；".join(c.text for c in r if c.text), 0, 0, (Place(number),)) for r in run)
            if lines:
                yield Block(Kind.PARAGRAPH, lines)
        else:
            yield from table_blocks(_titled(run), [(Place(number),)] * len(run))
        run = []


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
    if isinstance(value, float | int) and "%" in (number_format or ""):
        decimals = len((number_format.split("%")[0].partition(".")[2]).rstrip("_ "))
        return f"{value * 100:.{decimals}f}%"
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value).strip()


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
    try:
        rows = [[Cell(value.strip()) for value in row] for row in csv.reader(io.StringIO(text), dialect)]
    except csv.Error as error:
        raise broken(source.name, "CSV", str(error)) from error
    blocks = list(_tables(rows, 1))
    # a file of values has no pages to name
    blocks = [Block(b.kind, tuple(Line(li.text, 0, 0) for li in b.lines), b.rank, b.table) for b in blocks]
    return Reading(blocks, f"csv ({encoding})", encoding=encoding)
