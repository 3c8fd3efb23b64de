"""Tables of a page without lines between their columns, told by where their words stand as in plain text."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from report_qa.documents.blocks import Box, Line
from report_qa.documents.pdf.lines import Fragment
from report_qa.documents.pdf.tables import PageTable
from report_qa.documents.tables.aligned import Laid, Piece, rows_of
from report_qa.documents.tables.grids import Cell
from report_qa.documents.tables.rows import Row, is_value

_SAME_LINE = 0.5
"""How far, in sizes, the middles of what stands on one line may be apart."""
_FURTHEST = 2.6
"""Distance of lines, in sizes, above which they are not of one table."""
_MOST_LINES = 80
_FEWEST_VALUES = 0.5
"""Share of cells beside the names that are numbers, below which lines are taken for columns of prose."""
_FRAMED = 2.5
"""Distance, in sizes, from the rules above and below a table that has them instead of numbers."""


@dataclass(frozen=True)
class _Printed:
    """What stands on one line of a page, from the left."""

    fragments: tuple[Fragment, ...]

    @property
    def box(self) -> Box:
        return _hull(fragment.box for fragment in self.fragments)

    @property
    def middle(self) -> float:
        return _middle(self.fragments[0])


def spaced_tables(fragments: Sequence[Fragment], rules: Sequence[Box]) -> tuple[list[PageTable], list[Fragment]]:
    """Return the tables among the lines of a page, from the top down, and the fragments that are in none.

    Args:
        fragments: what stands on the page outside ruled tables and pictures.
        rules: the lines of the page; between two of the same width a table needs no numbers.
    """
    printed = _printed(fragments)
    tables: list[PageTable] = []
    taken: set[int] = set()
    at = 0
    while at < len(printed):
        near = _near(printed[at : at + _MOST_LINES])
        rows = rows_of(_laid(near)) if len(printed[at].fragments) > 1 or len(near) > 2 else []
        count = rows[-1].line.last + 1 if rows else 0
        if count and _convincing(rows, near[:count], rules):
            tables.append(_table(rows, near))
            taken |= {id(fragment) for one in near[:count] for fragment in one.fragments}
        else:
            count = 1
        at += count
    return tables, [fragment for fragment in fragments if id(fragment) not in taken]


def _printed(fragments: Sequence[Fragment]) -> list[_Printed]:
    lines: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=_middle):
        first = lines[-1][0] if lines else None
        if first and abs(_middle(fragment) - _middle(first)) <= _SAME_LINE * min(first.size, fragment.size):
            lines[-1].append(fragment)
        else:
            lines.append([fragment])
    return [_Printed(tuple(sorted(line, key=lambda one: one.box.left))) for line in lines]


def _middle(fragment: Fragment) -> float:
    return (fragment.box.top + fragment.box.bottom) / 2


def _near(lines: Sequence[_Printed]) -> list[_Printed]:
    """Return the first lines as far as they follow each other closely."""
    near = list(lines[:1])
    for line in lines[1:]:
        if line.middle - near[-1].middle > _FURTHEST * max(f.size for f in line.fragments):
            break
        near.append(line)
    return near


def _laid(lines: Sequence[_Printed]) -> list[Laid]:
    """Return lines as a terminal would show them, numbered from 0: a letter is about half as wide as it is high."""
    unit = statistics.median(fragment.size for line in lines for fragment in line.fragments) / 2
    left = min(line.fragments[0].box.left for line in lines)
    return [
        Laid(
            Line("", number, number),
            tuple(Piece(f.text, (f.box.left - left) / unit, (f.box.right - left) / unit) for f in line.fragments),
        )
        for number, line in enumerate(lines)
    ]


def _convincing(rows: Sequence[Row], lines: Sequence[_Printed], rules: Sequence[Box]) -> bool:
    """Whether rows are of a table and not lines of two columns of prose."""
    if len(rows) < 3:
        return False
    beside = [cell for row in rows[1:] for cell in row.cells[1:] if cell]
    return sum(map(is_value, beside)) >= _FEWEST_VALUES * max(len(beside), 1) or _framed(lines, rules)


def _framed(lines: Sequence[_Printed], rules: Sequence[Box]) -> bool:
    box, size = _hull(line.box for line in lines), max(fragment.size for line in lines for fragment in line.fragments)
    wide = [
        r
        for r in rules
        if r.bottom - r.top < r.right - r.left and r.left <= box.left + size and r.right >= box.right - size
    ]
    above = any(-_FRAMED * size <= rule.top - box.top <= 0.5 * size for rule in wide)
    below = any(-0.5 * size <= rule.top - box.bottom <= _FRAMED * size for rule in wide)
    return above and below


def _hull(boxes: Iterable[Box]) -> Box:
    return reduce(Box.around, boxes)


def _table(rows: Sequence[Row], lines: Sequence[_Printed]) -> PageTable:
    boxes = tuple(_hull(line.box for line in lines[row.line.first : row.line.last + 1]) for row in rows)
    fullest = max(lines[: rows[-1].line.last + 1], key=lambda line: len(line.fragments))
    cells = tuple(tuple(Cell(text) for text in row.cells) for row in rows)
    return PageTable(_hull(boxes), cells, boxes, tuple(fragment.box.left for fragment in fullest.fragments))
