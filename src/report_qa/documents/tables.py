"""Tables: kept whole, and turned into exact statements that a retriever and a small model can use.

A small model reads "金融 · 人才缺乏：31.4%" reliably and a grid of ninety numbers hardly ever. Every statement
is computed from the cells, never written by a model.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from report_qa.text.normalise import language_of

MAX_CELL_STATEMENTS = 600
"""A table with more cells gives statements by row and column only, to keep the index small."""

_NUMBER = re.compile(
    r"^(?:([-−])|[<>≤≥~≈约+])?\s*([¥$€£]?)\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*([%％‰]|[^\d\s|]{0,8})$"
)
_TAG_BREAK = re.compile(r"</(?:p|li|div|tr|h\d)>|<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
_TOTAL = re.compile(
    r"^(?:总和|小计|全部|总体|平均|均值|全国|sum|(?:sub|grand)[ -]?total|overall|all|average|mean)"
    r"\s*(?:[（(].*)?[：:]?$"
    r"|(?:合计|总计)(?:\b|$)|^totals?\b",
    re.IGNORECASE,
)
"""Rows and columns that sum up the others: they take no part when the highest and lowest are named."""
_CHANGE = re.compile(r"\d\S*\s*(?:→|->)|[↑↓]")
"""A value and what became of it ("4H → 2.5H", "成本 ↓ 73%"): data, never the name of a row."""

_HEADER_UNIT = re.compile(
    r"\s*[（(]\s*((?:[百千]?[万亿]|千)?(?:元|美元|人次?|家|个|台|辆|座|份|件|吨|次|倍|平方米|千瓦时?|兆瓦)|[百千]?[万亿]"
    r"|[%％‰]|°C|℃|秒|分钟|小时|天|年|公里|千米|米|毫米|厘米|公斤|千克|升|岁|km/h|kWh|kW|MW|bar|Nm|kg|km|mm|cm|[hmstVALg]"
    r"|min|hours?|days?|years?|(?:USD|RMB|EUR)?\s?(?:million|billion|thousand))\s*[)）]$"
)
"""A unit given once in the header: every value of the column is in it."""
_HIGHEST_ZH = "最高（最大）的是"
_HIGHEST_EN = "the highest is "
_BREAKS = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class Table:
    """A rectangular table.

    Attributes:
        header: names of the columns.
        rows: body cells, each row as wide as the header.
        row_lines: the 1-based source line of each row.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_lines: tuple[int, ...]

    @property
    def has_row_names(self) -> bool:
        """Whether the first column names the rows: all of it is filled and none of it is a number or a change."""
        return len(self.header) > 1 and all(
            row[0] and number_of(row[0]) is None and not _CHANGE.search(row[0]) for row in self.rows
        )


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


def number_of(cell: str) -> tuple[float, str] | None:
    """Return value and unit of a cell that is one number, else None."""
    match = _NUMBER.match(cell.strip())
    if not match:
        return None
    value = float(match[3].replace(",", "") + (match[4] or ""))
    return -value if match[1] else value, match[2] + match[5].strip().replace("％", "%")


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


def statements(table: Table) -> Iterator[Statement]:
    """Yield the table's statements: cells, rows, columns, and the extremes of comparable numbers.

    Extremes are given where all numbers of a row (or column) share a unit; ties are all named.
    """
    if table.has_row_names:
        yield from _named_statements(table)
    else:
        yield from _record_statements(table)


def _named_statements(table: Table) -> Iterator[Statement]:
    zh = language_of("".join(table.header) + "".join(row[0] for row in table.rows)) == "zh"
    names = table.header[1:]
    sep = "，" if zh else ", "
    colon = "：" if zh else ": "
    if len(names) * len(table.rows) <= MAX_CELL_STATEMENTS:
        for i, row in enumerate(table.rows):
            for name, cell in _pairs(names, row[1:]):
                yield Statement("cell", f"{row[0]} · {name}{colon}{cell}", i, i)
    for i, row in enumerate(table.rows):
        cells = _pairs(names, row[1:])
        yield Statement("row", f"{row[0]}{colon}" + sep.join(f"{n} {c}" for n, c in cells), i, i)
        if extreme := _extremes(cells, zh):
            yield Statement("extreme", f"{row[0]}{colon}{extreme}", i, i)
    last = len(table.rows) - 1
    for j, header in enumerate(names, start=1):
        named = [(row[0], *with_unit(header, row[j])) for row in table.rows if row[j]]
        cells = [(row_name, cell) for row_name, _, cell in named]
        name = named[0][1] if len({shown for _, shown, _ in named}) == 1 else header
        if extreme := _extremes(cells, zh):
            yield Statement("extreme", f"{name}{colon}{extreme}", 0, last)
        elif len(table.rows) > 1:
            yield Statement("column", f"{name}{colon}" + sep.join(f"{n} {c}" for n, c in cells), 0, last)


def _pairs(names: Sequence[str], row: Sequence[str]) -> list[tuple[str, str]]:
    return [with_unit(name, cell) for name, cell in zip(names, row, strict=True) if cell]


def with_unit(header: str, cell: str) -> tuple[str, str]:
    """Return column name and value, a unit moved from the name to a value that is a bare number."""
    match = _HEADER_UNIT.search(header)
    number = number_of(cell)
    if not match or not header[: match.start()] or number is None or number[1]:
        return header, cell
    space = " " if match[1][0].isascii() and match[1] != "%" else ""
    return header[: match.start()], f"{cell}{space}{match[1]}"


def _record_statements(table: Table) -> Iterator[Statement]:
    zh = language_of("".join(table.header)) == "zh"
    colon, sep = ("：", "；") if zh else (": ", "; ")
    last = len(table.rows) - 1
    for j, name in enumerate(table.header):
        cells = [row[j] for row in table.rows if row[j]]
        if cells:
            yield Statement("column", f"{name}{colon}{sep.join(cells)}", 0, last)
    if len(table.rows) > 1 or len(table.header) <= 3:
        for i, row in enumerate(table.rows):
            pairs = (f"{name}{colon}{cell}" for name, cell in _pairs(table.header, row))
            yield Statement("row", sep.join(pairs), i, i)


def _extremes(cells: Sequence[tuple[str, str]], zh: bool) -> str | None:
    """Return the highest and lowest with their names, totals left out, or None if the numbers do not compare."""
    parsed = [(name, cell, number_of(cell)) for name, cell in cells if not is_total(name)]
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
    if zh:
        return f"{_HIGHEST_ZH}{top}（{top_cell}），最低（最小）的是{low}（{low_cell}）"
    return f"{_HIGHEST_EN}{top} ({top_cell}), the lowest is {low} ({low_cell})"


def asked_of_extremes(text: str) -> str:
    """Return a statement of extremes without its answer: what is compared, and that highest and lowest are named.

    A question for the highest names what is compared, never the answer: the names of highest and lowest in the
    statement would only make it resemble questions about those.
    """
    for highest, rest in (
        (_HIGHEST_ZH, "最高（最大）和最低（最小）的是哪个"),
        (_HIGHEST_EN, "which is highest, which is lowest"),
    ):
        label, found, _ = text.partition(highest)
        if found:
            return f"{label}{rest}"
    return text
