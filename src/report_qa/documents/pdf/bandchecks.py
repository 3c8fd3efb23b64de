"""What stands between lines of one width and is no table: forms, listings, one column of text."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from report_qa.documents.blocks import Box
from report_qa.documents.pdf.lines import Fragment
from report_qa.documents.pdf.page import Char
from report_qa.documents.pdf.tables import PageTable
from report_qa.documents.tables.grids import Cell
from report_qa.documents.tables.rows import is_value

_RUNS_ON = 1.0
"""Gap, in sizes, up to which what stands beside a line is of one sentence with what stands on it."""
_EQUALLY_WIDE = 0.03
"""By how much, in sizes, letters of a typewriter differ in width."""
_NAMES_APART = 1.5
"""Gap, in sizes, from which on two texts of a header are names of two columns."""


def centre(piece: Fragment) -> float:
    """Return where the middle of a text is, across the page."""
    return (piece.box.left + piece.box.right) / 2


def middle(piece: Fragment) -> float:
    """Return where the middle of a text is, down the page."""
    return (piece.box.top + piece.box.bottom) / 2


def holds(box: Box, char: Char) -> bool:
    """Return whether the middle of a letter is in a box, or a point off it."""
    x, y = (char.box.left + char.box.right) / 2, (char.box.top + char.box.bottom) / 2
    return char.size > 0 and box.left - 1 <= x <= box.right + 1 and box.top - 1 <= y <= box.bottom + 1


def says_little(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether less than half of the rows below the header fill two columns."""
    filled = sum(sum(1 for cell in row if cell.text) > 1 for row in rows[1:])
    return 2 * filled < len(rows) - 1


def two_names(line: Sequence[Fragment], column: tuple[float, float]) -> bool:
    """Whether two texts of a header stand in one column, far apart."""
    inside = [piece for piece in line if column[0] <= centre(piece) <= column[1]]
    return any(b.box.left - a.box.right > _NAMES_APART * a.size for a, b in itertools.pairwise(inside))


def in_a_line_of_text(table: PageTable, line: Box, pieces: Sequence[Fragment]) -> bool:
    """Whether text runs on beside most rows of a table: its lines are blanks to be filled, or frame a remark."""
    before = [p for p in pieces if centre(p) < line.left and abs(line.left - p.box.right) <= _RUNS_ON * p.size]
    behind = [p for p in pieces if centre(p) > line.right and abs(p.box.left - line.right) <= _RUNS_ON * p.size]
    level = [middle(p) for p in (*before, *behind)]
    rows = sum(any(row.top <= at <= row.bottom for at in level) for row in table.row_boxes)
    return 2 * rows >= len(table.row_boxes)


def is_listing(table: PageTable, chars: Sequence[Char]) -> bool:
    """Whether what stands between the lines is a program: all Latin letters are of a typewriter, few cells numbers."""
    latin = [char for char in chars if holds(table.box, char) and "!" <= char.text <= "~"]
    widths = [(char.box.right - char.box.left) / char.size for char in latin]
    written = max(widths, default=1.0) - min(widths, default=0.0) <= _EQUALLY_WIDE
    cells = [cell.text for row in table.rows for cell in row if cell.text]
    names = any("!" <= letter <= "~" for cell in table.rows[0] for letter in cell.text)
    return written and names and 2 * sum(map(is_value, cells)) < len(cells)
