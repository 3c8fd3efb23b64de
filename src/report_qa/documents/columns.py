"""Rows of a table in plain text: cells between tabs, between bars, or in columns set apart by spaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from report_qa.documents.blocks import Line
from report_qa.documents.headings import width

_RULE = re.compile(r"^[\s|+:=\-–—_]{3,}$")
_BARS = re.compile(r"\s*\|\s*")
_GAPS = re.compile(r"\s{2,}")
_ITEM = re.compile(r"^\s*(?:[-•●▪◦·*]\s|[①-⑳]|\d{1,2}[.、)）]\s|[（(]\d{1,2}[）)])")
_SENTENCE_END = re.compile(r"[。！？!?；;.]$")
_WIDEST_CELL = 40.0
"""Ideographs; what stands between wide gaps and is longer is prose."""
_FEWEST_WITHOUT_NUMBERS = 3
"""Rows from which on a table that is set with spaces needs no number in it to be one."""


@dataclass(frozen=True)
class Row:
    """A row of cells, with the line that it stands in; a rule under it counts to it."""

    cells: tuple[str, ...]
    line: Line


def table_rows(lines: Sequence[Line]) -> list[Row]:
    """Return the rows of the table that lines begin with, header first; empty where they begin with none."""
    return _tabbed(lines) or _even(lines, _between_bars) or _set_with_spaces(lines)


def _tabbed(lines: Sequence[Line]) -> list[Row]:
    """Two or more rows of about as many cells; trailing ones may be missing."""
    columns = lines[0].text.count("\t") if lines else 0
    rows: list[Row] = []
    for line in lines:
        if not 1 <= line.text.count("\t") <= columns:
            break
        rows.append(Row(tuple(line.text.split("\t")), line))
    return rows if len(rows) >= 2 else []


def _between_bars(text: str) -> tuple[str, ...]:
    return tuple(_BARS.split(text.strip().strip("|").strip())) if "|" in text else ()


def _set_with_spaces(lines: Sequence[Line]) -> list[Row]:
    rows = _even(lines, _between_gaps)
    numbers = any(character.isdigit() for row in rows[1:] for cell in row.cells for character in cell)
    return rows if numbers or len(rows) >= _FEWEST_WITHOUT_NUMBERS else []


def _between_gaps(text: str) -> tuple[str, ...]:
    cells = tuple(_GAPS.split(text.strip()))
    # two spaces behind a full stop are a typist's habit, and items of a list keep their marks apart
    prose = _ITEM.match(text) or _SENTENCE_END.search(cells[0])
    return () if prose else cells


def _even(lines: Sequence[Line], split: Callable[[str], tuple[str, ...]]) -> list[Row]:
    """Rows of equally many cells; the header may lack the one above the names of the rows."""
    rows: list[Row] = []
    for line in lines:
        if rows and _RULE.match(line.text):
            rows[-1] = replace(rows[-1], line=replace(rows[-1].line, last=line.last))
            continue
        cells = split(line.text)
        if len(cells) < 2 or max(map(width, cells)) > _WIDEST_CELL:
            break
        if len(rows) == 1 and len(cells) == len(rows[0].cells) + 1:
            rows[0] = replace(rows[0], cells=("", *rows[0].cells))
        if rows and len(cells) != len(rows[0].cells):
            break
        rows.append(Row(cells, line))
    return rows if len(rows) >= 2 else []
