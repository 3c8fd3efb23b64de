"""What a table says, in exact statements: by cell, by row, by column, and its highest and lowest.

A small model reads "金融 · 人才缺乏：31.4%" reliably and a grid of ninety numbers hardly ever. Every statement is
computed from the cells, never written by a model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from report_qa.documents.tables.cells import is_missing, is_tick, is_year, number_of, say_mark
from report_qa.documents.tables.table import NAME_JOIN, Table, is_total
from report_qa.text.normalise import language_of

MAX_CELL_STATEMENTS = 600
"""A table with more cells gives statements by row and column only, to keep the index small."""

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


@dataclass(frozen=True)
class Statement:
    """An exact sentence about a table and the body rows it rests on (0-based, inclusive).

    ``kind`` is ``cell``, ``row``, ``column`` or ``extreme``.
    """

    kind: str
    text: str
    first_row: int
    last_row: int


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
                yield Statement("cell", f"{NAME_JOIN.join(filter(None, (of, name)))}{colon}{value}", i, i)
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
