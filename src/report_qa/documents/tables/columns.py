"""Rows of a table in plain text: cells between tabs, between bars, or in columns set apart by spaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from report_qa.documents.blocks import Line
from report_qa.documents.headings import names_a_table, width
from report_qa.documents.tables.aligned import aligned_rows
from report_qa.documents.tables.cells import is_year, number_of
from report_qa.documents.tables.headers import Level, name_columns
from report_qa.documents.tables.rows import ITEM, RULE, SENTENCE_END, WIDEST_CELL, Row, is_value, joined, may_be_table
from report_qa.text.normalise import language_of

_BAR = "|｜│┃║"
_BARS = re.compile(rf"\s*[{_BAR}]\s*")
_GAPS = re.compile(r"\s{2,}")
_LEADER = re.compile(r"^\s*(\S.*?)\s*(?:\.{4,}|…{2,}|·{4,}|(?:\. ){3,})\.?\s*(\S.*)$")
"""A name, dots that lead to its value, the value."""
_MEASURED = re.compile(
    r"\d\s?(?:[a-zA-Z]{0,2}[²³]|[cmk]?m|k?g|[kM]?[WVAJ]|m?[lL]|Hz|dB|k?Wh|[MkG]B|℃|°C|°|%|‰|[kM]?Pa|bar|rpm|dpi)(?![a-zA-Z])"
)
"""A number with the unit of something that was measured."""
_NUMERAL = re.compile(r"\d+|[一二三四五六七八九十]+")
_SHORTEST_SHAPE = 2
_FEWEST_ENTRIES = 4
"""Lines from which on numbers that only grow are those of pages."""


def table_rows(lines: Sequence[Line]) -> list[Row]:
    """Return the rows of the table that lines begin with, header first; empty where they begin with none."""
    edge = next((i for i, line in enumerate(lines) if not RULE.match(line.text)), 0)
    below = lines[edge:]  # the upper edge of its frame counts to the header
    rows = _tabbed(below) or _barred(below) or aligned_rows(below) or _set_with_spaces(below)
    return [replace(row, line=replace(row.line, first=lines[0].first)) if row is rows[0] else row for row in rows]


def lacks_header(rows: Sequence[Row]) -> bool:
    """Return whether the first row of a table is data as those below it, so that it names no columns.

    It is where its name counts on in theirs (一楼, 二楼; Step 1, Step 2), or where it holds a value in the same unit,
    or a text of the same shape (ext. 210, ext. 214), as its column has below; of two columns also where it holds a
    value with a unit, and the others are values in several units.
    """
    first, *others = (row.cells for row in rows)
    others = [row + ("",) * (len(first) - len(row)) for row in others]
    if _NUMERAL.search(first[0]) and {_NUMERAL.sub("0", row[0]) for row in others} == {_NUMERAL.sub("0", first[0])}:
        return True
    for j, cell in enumerate(first[1:], start=1):
        below = [row[j] for row in others if row[j]]
        alike = sum(_kind(cell) == _kind(one) for one in below)
        if _kind(cell) and below and 2 * alike >= len(below) and not _counts_up(first):
            return True
    figures = [row[1] for row in others if any(character.isdigit() for character in row[1])] if len(first) == 2 else []
    several = len({_kind(one) for one in figures}) > 1 and 2 * len(figures) >= len(others)
    return several and bool(first[0]) and (is_value(first[1]) or bool(_MEASURED.search(first[1])))


def row_lines(rows: Sequence[Row]) -> list[Line]:
    """Return the rows of a table that lacks a header as ``name: value, value``."""
    lines = []
    for row in rows:
        name, *values = (cell for cell in row.cells if cell)
        colon, comma = ("：", "，") if language_of(name) == "zh" else (": ", ", ")
        lines.append(replace(row.line, text=f"{name}{colon}{comma.join(values)}" if values else name))
    return lines


def _kind(cell: str) -> str:
    """Return what cells of one column have in common: their unit, or how letters and digits follow each other."""
    number = number_of(cell)
    if number is not None:
        return "" if is_year(cell) else f"0{number[1]}"
    mixed = any(character.isdigit() for character in cell) and any(character.isalpha() for character in cell)
    return re.sub(r"\d+", "0", cell) if mixed and len(cell) > _SHORTEST_SHAPE else ""


def _counts_up(header: Sequence[str]) -> bool:
    """Whether the names of columns are numbers in their order: the days of a month, classes."""
    numbers = [number[0] for cell in header[1:] if (number := number_of(cell))]
    return len(numbers) > 1 and all(right - left == 1 for left, right in pairwise(numbers))


def field_lines(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that a list of names with their values begins with, as ``name: value``; empty where none does.

    The values are led to by dots, stand behind a colon, or stand apart by spaces without a header over them. A name
    that is set in is a part of the last one that is not, and is given with it.
    """
    fields: list[Line] = []
    values: list[str] = []
    whole = ""
    margin = bool(lines) and lines[0].text[:1].isspace()  # then all are set in, and none is a part of another
    for line in lines:
        match = _LEADER.match(line.text)
        cells = match.groups() if match else _between_gaps(line.text)
        colon = len(cells) == 2 and cells[0].endswith(("：", ":"))
        led = match is not None or colon or (len(cells) == 2 and is_value(cells[1]))
        if len(cells) != 2 or not led or is_value(cells[0]) or "\t" in line.text or "|" in line.text:
            break
        label = cells[0].rstrip("：: ")
        inner = bool(whole) and line.text[:1].isspace() and not margin
        name = f"{whole}, {label}" if inner else label
        whole = whole if inner else label
        mark = "：" if language_of(name) == "zh" else ": "
        fields.append(replace(line, text=f"{name}{mark}{cells[1]}"))
        values.append(cells[1])
    return fields if len(fields) >= 2 and not _are_pages(values) else []


def _are_pages(values: Sequence[str]) -> bool:
    """Whether values are the pages of a table of contents: whole numbers that only grow."""
    if len(values) < _FEWEST_ENTRIES or not all(value.isdecimal() for value in values):
        return False
    pages = [int(value) for value in values]
    return pages == sorted(pages) and pages[0] < pages[-1]


def _tabbed(lines: Sequence[Line]) -> list[Row]:
    """Two or more rows of about as many cells (trailing ones may be missing), with the names over several columns."""
    upper: list[Line] = []
    while len(lines) > 1 and lines[0].text.startswith("\t") and lines[0].text.count("\t") < lines[1].text.count("\t"):
        upper, lines = [*upper, lines[0]], lines[1:]
    columns = lines[0].text.count("\t") if lines else 0
    rows: list[Row] = []
    for line in lines:
        if not 1 <= line.text.count("\t") <= columns:
            break
        rows.append(Row(tuple(line.text.split("\t")), line))
    if len(rows) < 2:
        return []
    if upper:
        own = [(name, (j,)) for j, name in enumerate(rows[0].cells)]
        levels = [level for line in upper if (level := _shared_out(line, rows[0].cells))]
        rows[0] = Row(name_columns([*levels, own]), replace(rows[0].line, first=upper[0].first))
    return rows


def _shared_out(line: Line, names: Sequence[str]) -> Level:
    """Return the names of a line, each over the columns that follow each other without repeating a name.

    Where that does not come out even, as many for each; where this does not either, nothing.
    """
    over = [name for name in line.text.split("\t") if name.strip()]
    groups: list[list[int]] = []
    for j, name in enumerate(names[1:], start=1):
        if not groups or name in {names[k] for k in groups[-1]}:
            groups.append([])
        groups[-1].append(j)
    if len(groups) != len(over):
        each, rest = divmod(len(names) - 1, len(over)) if over else (0, 1)
        if rest:
            return []
        groups = [list(range(1 + i * each, 1 + (i + 1) * each)) for i in range(len(over))]
    return [(name.strip(), tuple(group)) for name, group in zip(over, groups, strict=True)]


def _barred(lines: Sequence[Line]) -> list[Row]:
    """Rows between bars; where rules part them, the lines between two rules are one row."""
    rows = _even(lines, _between_bars)
    if not rows:
        return []
    rules = {line.first for line in lines if RULE.match(line.text)}
    grid = sum(row.line.last + 1 in rules or row.line.last in rules for row in rows) > len(rows) / 2
    whole = [rows[0]]
    for row in rows[1:]:
        above = whole[-1]
        parted = above.line.last in rules
        in_header = len(whole) == 1 and bool(rules) and not any(map(is_value, row.cells))
        if not parted and not row.cells[0] and (in_header or grid):
            cells = tuple(joined(upper, cell) for upper, cell in zip(above.cells, row.cells, strict=True))
            whole[-1] = Row(cells, replace(above.line, last=row.line.last))
        else:
            whole.append(row)
    return whole if len(whole) > 1 else []


def _between_bars(text: str) -> tuple[str, ...]:
    return tuple(_BARS.split(text.strip().strip(_BAR).strip())) if any(bar in text for bar in _BAR) else ()


def _set_with_spaces(lines: Sequence[Line]) -> list[Row]:
    """Rows of columns that do not stand below each other, as when letters of different width were set with spaces."""
    rows = _even(lines, _between_gaps)
    return rows if may_be_table(rows) else []


def _between_gaps(text: str) -> tuple[str, ...]:
    cells = tuple(_GAPS.split(text.strip()))
    # items of a list keep their marks apart; a numbered title is no row
    return () if names_a_table(text.strip()) or ITEM.match(text) or SENTENCE_END.search(cells[0]) else cells


def _even(lines: Sequence[Line], split: Callable[[str], tuple[str, ...]]) -> list[Row]:
    """Rows of equally many cells; the header may lack the one above the names of the rows."""
    rows: list[Row] = []
    for line in lines:
        if rows and RULE.match(line.text):
            rows[-1] = replace(rows[-1], line=replace(rows[-1].line, last=line.last))
            continue
        cells = split(line.text)
        if len(cells) < 2 or max(map(width, cells)) > WIDEST_CELL:
            break
        if len(rows) == 1 and len(cells) == len(rows[0].cells) + 1:
            rows[0] = replace(rows[0], cells=("", *rows[0].cells))
        if rows and len(cells) != len(rows[0].cells):
            break
        rows.append(Row(cells, line))
    return rows if len(rows) >= 2 else []
