"""Rows of a table in plain text: cells between tabs, between bars, or in columns set apart by spaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from report_qa.documents.aligned import aligned_rows
from report_qa.documents.blocks import Line
from report_qa.documents.headers import Level, name_columns
from report_qa.documents.headings import width
from report_qa.documents.rows import ITEM, RULE, SENTENCE_END, WIDEST_CELL, Row, is_value, may_be_table
from report_qa.text.normalise import language_of

_BARS = re.compile(r"\s*\|\s*")
_GAPS = re.compile(r"\s{2,}")
_LEADER = re.compile(r"^\s*(\S.*?)\s*(?:\.{4,}|…{2,}|·{4,}|(?:\. ){3,})\.?\s*(\S.*)$")
"""A name, dots that lead to its value, the value."""
_FEWEST_ENTRIES = 4
"""Lines from which on numbers that only grow are those of pages."""


def table_rows(lines: Sequence[Line]) -> list[Row]:
    """Return the rows of the table that lines begin with, header first; empty where they begin with none."""
    return _tabbed(lines) or _even(lines, _between_bars) or aligned_rows(lines) or _set_with_spaces(lines)


def field_lines(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that a list of names with their values begins with, as ``name: value``; empty where none does.

    The values are led to by dots, or stand apart by spaces without a header over them. A name that is set in is a part
    of the last one that is not, and is given with it.
    """
    fields: list[Line] = []
    values: list[str] = []
    whole = ""
    for line in lines:
        match = _LEADER.match(line.text)
        cells = match.groups() if match else _between_gaps(line.text)
        if len(cells) != 2 or not is_value(cells[1]) or is_value(cells[0]) or "\t" in line.text or "|" in line.text:
            break
        inner = bool(whole) and line.text[:1].isspace()
        name = f"{whole}, {cells[0]}" if inner else cells[0]
        whole = whole if inner else cells[0]
        colon = "：" if language_of(name) == "zh" else ": "
        fields.append(replace(line, text=f"{name}{colon}{cells[1]}"))
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


def _between_bars(text: str) -> tuple[str, ...]:
    return tuple(_BARS.split(text.strip().strip("|").strip())) if "|" in text else ()


def _set_with_spaces(lines: Sequence[Line]) -> list[Row]:
    """Rows of columns that do not stand below each other, as when letters of different width were set with spaces."""
    rows = _even(lines, _between_gaps)
    return rows if may_be_table(rows) else []


def _between_gaps(text: str) -> tuple[str, ...]:
    cells = tuple(_GAPS.split(text.strip()))
    # items of a list keep their marks apart
    return () if ITEM.match(text) or SENTENCE_END.search(cells[0]) else cells


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
