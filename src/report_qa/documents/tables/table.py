"""A table as it is kept: rectangular, under one header, with its title, its unit, and what names its rows."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from report_qa.documents.tables.cells import (
    given_unit,
    is_bare,
    is_year,
    number_of,
    say_unit,
    with_unit,
)
from report_qa.text.normalise import has_words, language_of

_TAG_BREAK = re.compile(r"</(?:p|li|div|tr|h\d)>|<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
_TOTAL = re.compile(
    r"^(?:总和|小\s*计|全部|总体|平均|均值|全国|全[省市县区校]|sum|(?:sub|grand)[ -]?total|overall|all|average|mean)"
    r"\s*(?:[（(].*)?[：:]?$"
    r"|(?:合\s*计|总\s*计)(?:\b|$)|^totals?\b"
    r"|^all (?:countries|regions|districts|ages|groups|types|modes|sectors|respondents)$",
    re.IGNORECASE,
)
"""Rows and columns that sum up the others: they take no part when the highest and lowest are named."""
_CHANGE = re.compile(r"\d\S*\s*(?:→|->)|[↑↓]")
"""A value and what became of it ("4H → 2.5H", "成本 ↓ 73%"): data, never the name of a row."""

NAME_JOIN = " · "
_UNITS = frozenset(("单位", "计量单位", "unit", "units", "unit of measure"))
"""What a column is called that gives the unit of every row."""
_PRICED = re.compile(r"价|金额|费|成本|price|cost|amount|fee|total|value", re.IGNORECASE)
"""A column beside which such a one counts what is sold, and says nothing about its price."""
_COUNTED = re.compile(r"数量|quantity|qty", re.IGNORECASE)
_BREAKS = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class Table:
    """A rectangular table.

    Attributes:
        header: names of the columns.
        rows: body cells, each row as wide as the header.
        row_lines: the 1-based source line of each row.
        title: what the line above it calls it, without its number; empty where there is no such line.
        unit: of all numbers that have none of their own, as its title gives it; empty where it gives none.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_lines: tuple[int, ...]
    title: str = ""
    unit: str = ""

    @cached_property
    def naming(self) -> int:
        """How many of the first columns name the rows.

        Zero where the first is not all filled, or holds a change, or a number that is no key; two where names repeat in
        the first and only those of the second tell them apart.
        """
        rows = self.filled
        if len(self.header) < 2 or not all(row[0] for row in rows):
            return 0
        if not all(_names(row[0]) for row in rows):
            return 1 if self._has_keys else 0
        repeat = len({row[0] for row in rows}) < len(rows)
        told_apart = len({row[:2] for row in rows}) == len(rows) and all(not row[1] or _names(row[1]) for row in rows)
        return 2 if repeat and told_apart and len(self.header) > 2 else 1

    @cached_property
    def _has_keys(self) -> bool:
        """Whether the first column holds numbers that tell the rows apart, under a name: battery sizes, years.

        Ranks and running numbers tell of a row where it stands and nothing about it.
        """
        keys = [number_of(row[0]) for row in self.rows]
        values = [key[0] for key in keys if key is not None]
        if len(values) < max(len(keys), 2) or not has_words(self.header[0]) or number_of(self.header[0]) is not None:
            return False
        running = [float(position) for position in range(1, len(values) + 1)]
        return len(set(values)) == len(values) and values not in (running, running[::-1])

    @cached_property
    def filled(self) -> tuple[tuple[str, ...], ...]:
        """The rows, a first cell that is left out being that of the row above, as where cells are merged.

        Only where every such row has a name of its own in the second column.
        """
        left_out = [row for row in self.rows if not row[0]]
        if not self.rows or not self.rows[0][0] or not all(len(r) > 2 and r[1] and _names(r[1]) for r in left_out):
            return self.rows
        filled: list[tuple[str, ...]] = []
        for row in self.rows:
            filled.append(row if row[0] else (filled[-1][0], *row[1:]))
        return tuple(filled)

    @cached_property
    def unit_column(self) -> int:
        """The column that gives the unit of every row (单位, Unit); 0 where there is none."""
        found = [j for j, name in enumerate(self.header) if j and name.casefold() in _UNITS]
        words = found and all(number_of(row[found[0]]) is None for row in self.rows)
        return found[0] if len(found) == 1 and words else 0

    def said(self, row: Sequence[str], j: int) -> tuple[str, str, str]:
        """Return what names a row of :attr:`filled`, the name of a column, and their value as it is said on its own.

        A unit goes from where it is given once to the value: from the name of the column or row, from the column of
        units, or from the title of the table.
        """
        of = self.name_of(row)
        name, value = with_unit(self.header[j], row[j])
        of, value = with_unit(of, value)
        if is_bare(value) and self._takes_unit(j):
            return of, name, say_unit(value, row[self.unit_column])
        return of, name, given_unit(value, self.unit, of, name)

    def _takes_unit(self, j: int) -> bool:
        """Whether the values of a column are in the unit that the column of units gives for their row."""
        priced = any(_PRICED.search(name) for name in self.header)
        return self.unit_column > 0 and j != self.unit_column and (not priced or bool(_COUNTED.search(self.header[j])))

    def name_of(self, row: Sequence[str]) -> str:
        """Return what names a row of :attr:`filled`; a second name, or a key, comes with that of its column."""
        if self.naming == 1 and not _names(row[0]) and not is_year(row[0]):
            return " ".join(with_unit(self.header[0], row[0]))
        if self.naming < 2 or not row[1]:
            return row[0]
        return f"{row[0]}{NAME_JOIN}{self.header[1]} {row[1]}"


def cell_text(raw: str) -> str:
    """Return a cell as plain text: markup stripped, its paragraphs and list items separated by semicolons."""
    text = html.unescape(_TAG.sub("", _TAG_BREAK.sub("\n", raw)))
    text = _BREAKS.sub("；" if language_of(text) == "zh" else "; ", text.strip())
    return re.sub(r"[ \t]+", " ", text).replace("**", "").strip()


def is_total(name: str) -> bool:
    """Return whether a row or column of that name sums up the others."""
    return _TOTAL.search(name) is not None


def make_table(grid: Sequence[Sequence[str]], lines: Sequence[int]) -> Table | None:
    """Build a table from raw cells, header first; None when it is not rectangular or has no body.

    Args:
        grid: rows of raw cells; short rows are padded when they lack trailing cells only.
        lines: the source line of each row of ``grid``.
    """
    width = max((len(row) for row in grid), default=0)
    if len(grid) < 2 or width < 2:
        return None
    cells = [tuple(cell_text(c) for c in row) + ("",) * (width - len(row)) for row in grid]
    return Table(cells[0], tuple(cells[1:]), tuple(lines[1:]))


def _names(cell: str) -> bool:
    # a number in brackets is one of an enumeration before it is one below zero
    return (number_of(cell) is None or cell[:1] in "(（") and not _CHANGE.search(cell)
