"""Lines of text between two lines of a table -> its rows, and their cells."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from report_qa.documents.pdf.lines import Fragment, clean_text
from report_qa.documents.pdf.tables import wrapped_lines
from report_qa.documents.tables.grids import Cell
from report_qa.documents.tables.rows import is_value

_JUMP = 0.15
"""By how much, in sizes, rows are further apart than the lines of one cell."""
_SPACE = 0.15
"""Gap, in sizes, above which words are apart."""
_FULL = 0.8
"""Letters smaller than this, in sizes of the largest on a line, are raised or lowered marks."""
_SHORT = 0.6
"""Share of its column's width that a line of words which go on below does not stay under."""
_SET_IN = 0.5
_AS_NEAR = 1.3
"""A line that is so many times further from the one above than from the one below belongs to that below."""

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
    listed = [_lists_rows(band, columns) for band in bands]
    several = [_holds_several(band, columns) for band in bands]
    if len(bands) > 1 and sum(several) * 2 < len(bands):
        parted = [[[line] for line in band] if each else [band] for band, each in zip(bands, listed, strict=True)]
        return list(itertools.chain.from_iterable(parted))
    widest = _widest_within_cells(bands)
    rows: list[Lines] = []
    for band in bands:
        rows.append([band[0]])
        for above, line, below in zip(band, band[1:], [*band[2:], None], strict=False):
            gap = _gap(above, line)
            # letters of other fonts set lines apart too
            wrapped = _only_goes_on(line, columns) and (below is None or gap <= _AS_NEAR * _gap(line, below))
            wrapped = wrapped or _hangs(line, rows[-1][0], columns)
            begins = not _goes_on(line, columns) or (any(listed) and len(line) > 1)
            if not wrapped and (gap > widest if widest is not None else begins):
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
    return (_middle(line) - _middle(above)) / size


def _middle(line: Sequence[Fragment]) -> float:
    """Return the middle of what stands on a line but raised marks: letters of several fonts are not equally high."""
    full = max(piece.size for piece in line)
    boxes = [piece.box for piece in line if piece.size >= _FULL * full]
    return (min(box.top for box in boxes) + max(box.bottom for box in boxes)) / 2


def _widest_within_cells(bands: Sequence[Lines]) -> float | None:
    """Return the distance up to which lines are of one row; None where all lines are equally far apart."""
    gaps = sorted(_gap(a, b) for band in bands for a, b in itertools.pairwise(band))
    jumps = [(b - a, (a + b) / 2) for a, b in itertools.pairwise(gaps)]
    jump, between = max(jumps, default=(0.0, 0.0))
    return between if jump >= _JUMP else None


def _goes_on(line: Sequence[Fragment], columns: Columns) -> bool:
    """Whether a line of a table of equal distances goes on with the cells above it."""
    return all(column_of(piece, columns) != 0 for piece in line) and not any(is_value(piece.text) for piece in line)


def _lists_rows(band: Lines, columns: Columns) -> bool:
    """Whether every line of a band is a row behind a name that all share: words that are wrapped fill their column."""
    if len(columns) < 3 or len(band) < 3:
        return False
    filled = [{column_of(piece, columns) for piece in line} - {0} for line in band]
    if any(len(found) < 2 for found in filled):
        return False
    short = {
        j for line in band[:-1] for piece in line for j in [column_of(piece, columns)]
        if piece.box.right - piece.box.left < _SHORT * (columns[j][1] - columns[j][0])
    }  # fmt: skip
    return set.intersection(*filled) <= short


def _hangs(line: Sequence[Fragment], first: Sequence[Fragment], columns: Columns) -> bool:
    """Whether a line goes on with the name of a row: it stands alone, set in below it."""
    alone = len(line) == 1 and column_of(line[0], columns) == 0 == column_of(first[0], columns)
    return alone and len(first) > 1 and line[0].box.left - first[0].box.left > _SET_IN * line[0].size


def _only_goes_on(line: Sequence[Fragment], columns: Columns) -> bool:
    """Whether of three columns or more a line has words in one behind the second alone."""
    return len(columns) > 2 and len(line) == 1 and column_of(line[0], columns) > 1 and _goes_on(line, columns)


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
    for line in row:
        for j in range(len(columns)):
            words = [piece for piece in line if column_of(piece, columns) == j]
            if words:
                texts[j].append(_text(words))
    return tuple(Cell("\n".join(wrapped_lines(lines))) for lines in texts)


def _text(pieces: Sequence[Fragment]) -> str:
    """Return what pieces of one line say, with a space where there is one between them."""
    text = pieces[0].text
    for before, piece in itertools.pairwise(pieces):
        apart = piece.box.left - before.box.right > _SPACE * before.size
        text += f" {piece.text}" if apart else piece.text
    return clean_text(text)
