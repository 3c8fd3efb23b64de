"""What the ways to set a table in plain text share: rows, and what is certainly none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from report_qa.documents.blocks import Line
from report_qa.documents.tables.cells import number_of
from report_qa.text.normalise import cjk_count

RULE = re.compile(r"^[\s|+:=\-–—_\u2500-\u257f]{3,}$")
"""A line that only parts others."""
ITEM = re.compile(r"^\s*(?:[-•●▪◦·*]\s|[①-⑳]|\d{1,2}[.、)）]\s|[（(]\d{1,2}[）)])")
"""What an item of a list begins with."""
WIDEST_CELL = 40.0
"""Ideographs; what stands between wide gaps and is longer is prose."""
SENTENCE_END = re.compile(r"[。！？!?；;.]$")
"""What a first cell does not end with: two spaces behind a full stop are a typist's habit."""
_FEWEST_WITHOUT_NUMBERS = 3
"""Rows from which on a table that is set with spaces needs no number in it to be one."""
_FIGURES = re.compile(
    r"^\d[\d,.]*\s?(?:[(（]\s?\d[\d,.]*\s?[%％]?\s?[)）]|±\s?\d[\d,.]*|(?:\s?[×x]\s?\d[\d,.]*)+"
    r"|:\d\d(?:\s?[-–—~～]\s?\d{1,2}:\d\d)?)$"
)
"""Figures of more than one number: 61.2 (9.8), 148 ± 12, 465×188, 07:15, 7:00-9:00."""
_YEAR = re.compile(r"^(?:19|20)\d\d\s*年?$")


@dataclass(frozen=True)
class Row:
    """A row of cells, with the lines that it stands in; a rule under it counts to it."""

    cells: tuple[str, ...]
    line: Line


def may_be_table(rows: Sequence[Row]) -> bool:
    """Return whether rows (header first) that only spaces part are a table: they hold a number, or are many."""
    numbers = any(character.isdigit() for row in rows[1:] for cell in row.cells for character in cell)
    return len(rows) > 1 and (numbers or len(rows) >= _FEWEST_WITHOUT_NUMBERS)


def is_value(cell: str) -> bool:
    """Return whether a cell is a number with or without a unit, and no year, which may head a column."""
    return number_of(cell) is not None and not _YEAR.match(cell.strip())


def holds_figures(cell: str) -> bool:
    """Return whether a cell is of figures, as no name of a column is; ranges are not, which may name a column."""
    return is_value(cell) or _FIGURES.match(cell.strip()) is not None


def joined(upper: str, lower: str) -> str:
    """Return two pieces of one cell as one, without a space between ideographs."""
    return (upper + lower) if cjk_count(upper[-1:] + lower[:1]) == 2 else f"{upper} {lower}".strip()
