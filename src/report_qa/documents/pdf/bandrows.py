"""Lines of text between two lines of a table -> its rows, and their cells."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from report_qa.documents.grids import Cell
from report_qa.documents.pdf.lines import Fragment
from report_qa.documents.pdf.tables import wrapped_lines
from report_qa.documents.rows import is_value

_JUMP = 0.15
"""By how much, in sizes, rows are further apart than the lines of one cell."""

Columns = Sequence[tuple[float, float]]
Lines = list[list[Fragment]]


def rows_of_band(bands: Sequence[Lines], columns: Columns) -> list[Lines]:
    """Return the rows of a table's body, each as its lines.

    Where most bands hold one row, all do; else a band is parted where its lines are further apart than those of one
    cell, or before every line that begins in the first column where all are equally far apart.

    Args:
        bands: the lines of text between each two lines of the table.
        columns: where the columns begin and end.
    """
    several = [_holds_several(band, columns) for band in bands]
    if len(bands) > 1 and sum(several) * 2 < len(bands):
        return list(bands)
    widest = _widest_within_cells(bands)
    rows: list[Lines] = []
    for band in bands:
        rows.append([band[0]])
        for above, line in itertools.pairwise(band):
            gap = _gap(above, line)
            new = gap > widest if widest is not None else not _goes_on(line, columns)
            if new:
                rows.append([line])
            else:
                rows[-1].append(line)
    return rows


def _holds_several(band: Lines, columns: Columns) -> bool:
    """Whether a band holds several rows: all its columns have equally many lines, and two or more."""
    counts = {sum(1 for line in band if any(column_of(p, columns) == j for p in line)) for j in range(len(columns))}
    counts.discard(0)
    return len(band) > 1 and (len(counts) == 1 or sum(len(line) > 1 for line in band) > 0.7 * len(band))


def _gap(above: Sequence[Fragment], line: Sequence[Fragment]) -> float:
    size = max(piece.size for piece in (*above, *line))
    return (_middle(line[0]) - _middle(above[0])) / size


def _middle(piece: Fragment) -> float:
    return (piece.box.top + piece.box.bottom) / 2


def _widest_within_cells(bands: Sequence[Lines]) -> float | None:
    """Return the distance up to which lines are of one row; None where all lines are equally far apart."""
    gaps = sorted(_gap(a, b) for band in bands for a, b in itertools.pairwise(band))
    jumps = [(b - a, (a + b) / 2) for a, b in itertools.pairwise(gaps)]
    jump, between = max(jumps, default=(0.0, 0.0))
    return between if jump >= _JUMP else None


def _goes_on(line: Sequence[Fragment], columns: Columns) -> bool:
    """Whether a line of a table of equal distances goes on with the cells above it."""
    return all(column_of(piece, columns) != 0 for piece in line) and not any(is_value(piece.text) for piece in line)


def column_of(piece: Fragment, columns: Columns) -> int:
    """Return the column that a piece of text stands in: that which it shares most with, or else the nearest."""
    left, right = piece.box.left, piece.box.right
    shared = [min(right, b) - max(left, a) for a, b in columns]
    return max(range(len(columns)), key=lambda j: shared[j])


def joined_cells(row: Lines, columns: Columns) -> tuple[Cell, ...]:
    """Return the cells of a row; a text alone in it that reaches over several columns is said over the whole width."""
    pieces = [piece for line in row for piece in line]
    over = [p for p in pieces if sum(1 for a, b in columns if p.box.left < b and a < p.box.right) > 1]
    if len(pieces) == 1 and over:
        return (Cell(pieces[0].text, columns=len(columns)),)
    texts: list[list[str]] = [[] for _ in columns]
    for piece in pieces:
        texts[column_of(piece, columns)].append(piece.text)
    return tuple(Cell("\n".join(wrapped_lines(lines))) for lines in texts)
