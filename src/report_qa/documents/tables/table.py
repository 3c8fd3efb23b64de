"""Tables: kept whole, and turned into exact statements that a retriever and a small model can use.

A small model reads "金融 · 人才缺乏：31.4%" reliably and a grid of ninety numbers hardly ever. Every statement
is computed from the cells, never written by a model.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from report_qa.documents.tables.cells import (
    given_unit,
    is_bare,
    is_missing,
    is_tick,
    is_year,
    number_of,
    say_mark,
    say_unit,
    with_unit,
)
from report_qa.text.normalise import has_words, language_of

MAX_CELL_STATEMENTS = 600
"""A table with more cells gives statements by row and column only, to keep the index small."""

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

_FEWEST_SUMMED = 3
"""Values from which on a last one that is as large as all others together is taken for their sum."""
_FEWEST_DIGITS = 3
"""Digits that it has at least: 4 is easily 2 and 1 and 1."""
_ROUNDED = 0.002
"""Share by which rounded values may miss their sum."""
_EXTREMES_ZH = ("最高（最大）的是", "最低（最小）的是")
_EXTREMES_EN = ("the highest is ", "the lowest is ")
_YEARS_ZH = ("最晚（最新）的是", "最早（最老）的是")
_YEARS_EN = ("the latest (newest) is ", "the earliest (oldest) is ")
_NAME_JOIN = " · "
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
        return f"{row[0]}{_NAME_JOIN}{self.header[1]} {row[1]}"


@dataclass(frozen=True)
class Statement:
    """An exact sentence about a table and the body rows it rests on (0-based, inclusive).

    ``kind`` is ``cell``, ``row``, ``column`` or ``extreme``.
    """

    kind: str
    text: str
    first_row: int
    last_row: int


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


def statements(table: Table) -> Iterator[Statement]:
    """Yield the table's statements: cells, rows, columns, and the extremes of comparable numbers.

    Extremes are given where all numbers of a row (or column) share a unit; ties are all named.
    """
    if table.naming:
        yield from _named_statements(table)
    else:
        yield from _record_statements(table)


def _named_statements(table: Table) -> Iterator[Statement]:
    zh = language_of("".join(table.header) + "".join(row[0] for row in table.rows)) == "zh"
    first = table.naming
    dashes = any(is_tick(cell) for row in table.rows for cell in row)
    marked = [(*row[:first], *(say_mark(cell, dashes=dashes, zh=zh) for cell in row[first:])) for row in table.filled]
    columns = range(first, len(table.header))
    said = [[(j, table.said(row, j)) for j in columns if row[j]] for row in marked]
    sep = "，" if zh else ", "
    colon = "：" if zh else ": "
    if len(columns) * len(marked) <= MAX_CELL_STATEMENTS:
        for i, row in enumerate(said):
            for _, (of, name, value) in row:
                yield Statement("cell", f"{_NAME_JOIN.join(filter(None, (of, name)))}{colon}{value}", i, i)
    for i, row in enumerate(said):
        of = _agreed([of for _, (of, _, _) in row], table.name_of(table.filled[i]))
        cells = [(name, value) for _, (_, name, value) in row]
        yield Statement("row", f"{of}{colon}" + sep.join(f"{name} {value}".strip() for name, value in cells), i, i)
        if extreme := _extremes(cells, zh):
            yield Statement("extreme", f"{of}{colon}{extreme}", i, i)
    for j in columns:
        column = [cell for row in said for k, cell in row if k == j]
        yield from _column_statement(table.header[j], column, zh, len(marked))


def _agreed(names: Sequence[str], otherwise: str) -> str:
    """Return what all cells of a row or column call it once their units are with the values, else its own name."""
    return names[0] if len(set(names)) == 1 else otherwise


def _column_statement(header: str, column: Sequence[tuple[str, str, str]], zh: bool, rows: int) -> Iterator[Statement]:
    """Yield what a column says as a whole: its extremes, or else all its values; nothing where it has no name.

    Args:
        header: its name.
        column: of every row with a value the name, the name of the column without the unit, and the value.
        zh: whether to say it in Chinese.
        rows: how many rows the table has.
    """
    sep, colon = ("，", "：") if zh else (", ", ": ")
    cells = [(of, value) for of, _, value in column]
    name = _agreed([shown for _, shown, _ in column], header)
    if not name:
        return
    if extreme := _extremes(cells, zh):
        yield Statement("extreme", f"{name}{colon}{extreme}", 0, rows - 1)
    elif rows > 1:
        yield Statement("column", f"{name}{colon}" + sep.join(f"{of} {value}" for of, value in cells), 0, rows - 1)


def _record_statements(table: Table) -> Iterator[Statement]:
    zh = language_of("".join(table.header)) == "zh"
    colon, sep = ("：", "；") if zh else (": ", "; ")
    last = len(table.rows) - 1
    for j, name in enumerate(table.header):
        cells = [row[j] for row in table.rows if row[j]]
        if cells and name:
            yield Statement("column", f"{name}{colon}{sep.join(cells)}", 0, last)
    if len(table.rows) > 1 or len(table.header) <= 3:
        for i, row in enumerate(table.rows):
            pairs = (table.said(row, j)[1:] for j, cell in enumerate(row) if cell)
            yield Statement("row", sep.join(f"{name}{colon}{value}" if name else value for name, value in pairs), i, i)


def _extremes(cells: Sequence[tuple[str, str]], zh: bool) -> str | None:
    """Return the highest and lowest with their names, or None if the numbers do not compare.

    Totals and missing values take no part.
    """
    compared = [(name, cell) for name, cell in cells if not is_total(name) and not is_missing(cell)]
    parsed = _without_sum([(name, cell, number_of(cell)) for name, cell in compared])
    numbers = [(name, cell, number) for name, cell, number in parsed if number is not None]
    if len(numbers) < 2 or len(numbers) < len(parsed) or len({number[1] for _, _, number in numbers}) > 1:
        return None
    values = [number[0] for _, _, number in numbers]
    highest, lowest = max(values), min(values)
    if highest == lowest:
        text = numbers[0][1]
        return f"全部相同，均为 {text}" if zh else f"all the same, {text}"
    join = "、" if zh else " and "
    top = join.join(name for name, _, number in numbers if number[0] == highest)
    low = join.join(name for name, _, number in numbers if number[0] == lowest)
    top_cell = next(cell for _, cell, number in numbers if number[0] == highest)
    low_cell = next(cell for _, cell, number in numbers if number[0] == lowest)
    years = all(is_year(cell) for _, cell, _ in numbers)
    if zh:
        most, least = _YEARS_ZH if years else _EXTREMES_ZH
        return f"{most}{top}（{top_cell}），{least}{low}（{low_cell}）"
    most, least = _YEARS_EN if years else _EXTREMES_EN
    return f"{most}{top} ({top_cell}), {least}{low} ({low_cell})"


_Parsed = tuple[str, str, tuple[float, str] | None]


def _without_sum(cells: Sequence[_Parsed]) -> list[_Parsed]:
    """Return cells without a last one that sums up the others but for rounding, whatever it is called."""
    values = [number[0] for _, _, number in cells if number is not None]
    if len(values) <= _FEWEST_SUMMED or len(values) < len(cells) or min(values) < 0:
        return list(cells)
    *others, last = values
    _, cell, number = cells[-1]
    half = number is not None and number[1] == "%" and last < 100 - 100 * _ROUNDED  # of shares only 100% is a sum
    summed = last > 0 and abs(last - sum(others)) <= _ROUNDED * last
    if half or not summed or sum(character.isdigit() for character in cell) < _FEWEST_DIGITS:
        return list(cells)
    return list(cells[:-1])


def asked_of_extremes(text: str) -> str:
    """Return a statement of extremes without its answer: what is compared, and that highest and lowest are named.

    A question for the highest names what is compared, never the answer: the names of highest and lowest in the
    statement would only make it resemble questions about those.
    """
    for (most, _), rest in (
        (_EXTREMES_ZH, "最高（最大）和最低（最小）的是哪个"),
        (_EXTREMES_EN, "which is highest, which is lowest"),
        (_YEARS_ZH, "最晚（最新）和最早（最老）的是哪个"),
        (_YEARS_EN, "which is latest (newest), which is earliest (oldest)"),
    ):
        label, found, _ = text.partition(most)
        if found:
            return f"{label}{rest}"
    return text
