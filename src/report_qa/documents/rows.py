"""What the ways to set a table in plain text share: rows, and what is certainly none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from report_qa.documents.blocks import Line
from report_qa.documents.cells import number_of

RULE = re.compile(r"^[\s|+:=\-–—_]{3,}$")
"""A line that only parts others."""
ITEM = re.compile(r"^\s*(?:[-•●▪◦·*]\s|[①-⑳]|\d{1,2}[.、)）]\s|[（(]\d{1,2}[）)])")
"""What an item of a list begins with."""
WIDEST_CELL = 40.0
"""Ideographs; what stands between wide gaps and is longer is prose."""
_YEAR = re.compile(r"^(?:19|20)\d\d\s*年?$")


@dataclass(frozen=True)
class Row:
    """A row of cells, with the lines that it stands in; a rule under it counts to it."""

    cells: tuple[str, ...]
    line: Line


def is_value(cell: str) -> bool:
    """Return whether a cell is a number with or without a unit, and no year, which may head a column."""
    return number_of(cell) is not None and not _YEAR.match(cell.strip())
