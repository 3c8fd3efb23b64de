"""Tables of a page with lines or shades between their rows but none between their columns."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from report_qa.documents.blocks import Box
from report_qa.documents.headings import names_a_table
from report_qa.documents.pdf.bandchecks import (
    centre,
    holds,
    in_a_line_of_text,
    is_listing,
    middle,
    says_little,
    two_names,
)
from report_qa.documents.pdf.bandheads import header_cells
from report_qa.documents.pdf.bandrows import column_of, joined_cells, rows_of_band
from report_qa.documents.pdf.lines import Fragment, pieces_of
from report_qa.documents.pdf.page import Char
from report_qa.documents.pdf.tables import PageTable

_SAME = 4.0
"""Points by which the ends of the lines of one table may differ."""
_LEVEL = 1.5
"""Points by which parts of one line may be off it."""
_SHORTEST = 60.0
_FEWEST_LINES = 3
_MOST_RULES = 1500
_APART = 2.2
"""Distance, in sizes, of a text from the line above or below it, above which it stands between tables."""
_LARGER = 1.15
_MIXED = 1.35
"""Letters of one row are at most so many times larger than others."""
_WIDE = 0.6
"""Share of the width of a table from which on a lone text is prose."""
_GUTTER = 0.6
"""Width, in sizes, of what is left free between columns."""
_FOLLOWS = 1.9
"""Distance of middles, in sizes, at which a row stands right above the first line, or right below the last."""
_MOST_HEAD = 4
_RAISED = 0.5
"""How far, in sizes of the larger one, the middles of what stands on one line may be apart."""
_MOST_OVERFLOWING = 0.1
"""Share of the texts of a table with drawn columns that may be wider than their cells."""

Row = list[Fragment]
"""What stands on one line, from the left."""


@dataclass
class _Band:
    """What stands between two lines of a table."""

    top: float
    bottom: float
    lines: list[Row]

    @property
    def pieces(self) -> list[Fragment]:
        return [piece for line in self.lines for piece in line]


def banded_tables(
    chars: Sequence[Char], rules: Sequence[Box], taken: Sequence[PageTable]
) -> tuple[list[PageTable], list[Char]]:
    """Return the tables whose rows stand between lines of one width, and the characters that are in none of them.

    Args:
        chars: the characters outside ruled tables.
        rules: the lines of the page, as thin boxes; a shade counts as its sides.
        taken: the ruled tables, whose lines are theirs.
    """
    if len(rules) > _MOST_RULES:
        return [], list(chars)
    free = [rule for rule in rules if not any(_touches(rule, table.box) for table in taken)]
    stacks = _stacks(_full_lines(free))
    if not stacks:
        return [], list(chars)
    pieces = pieces_of(chars)
    tables: list[PageTable] = []
    for stack in stacks:
        left, right = stack[0].left - _SAME, stack[0].right + _SAME
        inside = [p for p in pieces if left <= centre(p) <= right]
        own = [rule for rule in free if left <= rule.left and rule.right <= right]  # another table may stand beside it
        for bands in _tables_in(stack, inside):
            table = _table(bands, inside, own)
            if table is None or in_a_line_of_text(table, stack[0], pieces) or is_listing(table, chars):
                continue
            if not any(_touches(table.box, other.box) for other in tables):
                tables.append(table)
    return tables, [char for char in chars if not any(holds(table.box, char) for table in tables)]


def _touches(a: Box, b: Box) -> bool:
    return a.left < b.right + 1 and b.left < a.right + 1 and a.top < b.bottom + 1 and b.top < a.bottom + 1


def _full_lines(rules: Sequence[Box]) -> list[Box]:
    """Return the horizontal lines, those of one height that touch as one."""
    flat = [rule for rule in rules if rule.right - rule.left > rule.bottom - rule.top]
    lines: list[Box] = []
    for rule in sorted(flat, key=lambda rule: (round(rule.top / _LEVEL), rule.left)):
        last = lines[-1] if lines else None
        if last and abs(last.top - rule.top) <= _LEVEL and rule.left <= last.right + _SAME:
            lines[-1] = last.around(rule)
        else:
            lines.append(rule)
    return [line for line in lines if line.right - line.left >= _SHORTEST]


def _stacks(lines: Sequence[Box]) -> list[list[Box]]:
    """Return the lines that begin and end alike, from the top down."""
    stacks: list[list[Box]] = []
    for line in sorted(lines, key=lambda line: line.top):
        for stack in stacks:
            if abs(stack[0].left - line.left) <= _SAME and abs(stack[0].right - line.right) <= _SAME:
                if line.top - stack[-1].bottom > _LEVEL:  # else both sides of a thick one
                    stack.append(line)
                break
        else:
            stacks.append([line])
    return [stack for stack in stacks if len(stack) >= _FEWEST_LINES]


def _tables_in(stack: Sequence[Box], pieces: Sequence[Fragment]) -> Iterable[list[_Band]]:
    """Yield the bands of each table between the lines of a stack."""
    width = stack[0].right - stack[0].left
    run: list[_Band] = []
    for above, below in itertools.pairwise(stack):
        band = _Band(above.top, below.bottom, _lines([p for p in pieces if above.top <= middle(p) <= below.bottom]))
        if not band.lines:
            continue
        between = _between_tables(band, width) or (_larger(band, run[-1]) if run else _is_lone(band))
        if run and (between or band.top - run[-1].bottom > _SAME):
            yield run
            run = []
        if not between:
            run.append(band)
    yield run


def _between_tables(band: _Band, width: float) -> bool:
    """Whether what stands between two lines is no row: it stands off them, is prose, or in it stands a title."""
    first, last = band.lines[0][0], band.lines[-1][0]
    off = max(middle(first) - band.top, band.bottom - middle(last)) > _APART * max(first.size, last.size)
    title = len(band.lines[0]) == 1 or names_a_table(" ".join(piece.text for piece in band.lines[0]))
    if off and (len(band.lines) > 1 or title):
        return True
    sizes = [piece.size for piece in band.pieces]
    alone = [line[0] for line in band.lines if len(line) == 1]
    wide = [piece for piece in alone if piece.box.right - piece.box.left > _WIDE * width]
    prose = len(wide) > 1 or (bool(wide) and len(alone) > 2)
    # raised marks of notes are smaller than what they stand at
    return prose or max(sizes) > _MIXED * statistics.median(sizes) or any(names_a_table(piece.text) for piece in alone)


def _is_lone(band: _Band) -> bool:
    """Whether a single text stands between two lines, which heads no columns."""
    return len(band.pieces) == 1


def _larger(band: _Band, above: _Band) -> bool:
    return max(piece.size for piece in band.pieces) > _LARGER * max(piece.size for piece in above.pieces)


def _lines(pieces: Iterable[Fragment]) -> list[Row]:
    lines: list[Row] = []
    for piece in sorted(pieces, key=middle):
        first = lines[-1][0] if lines else None
        # a raised mark is of the line that it stands at
        if first and abs(middle(piece) - middle(first)) <= _RAISED * max(piece.size, first.size):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [sorted(line, key=lambda piece: piece.box.left) for line in lines]


def _table(bands: list[_Band], pieces: Sequence[Fragment], rules: Sequence[Box]) -> PageTable | None:
    """Return the table of bands with a row right above the first line and right below the last, if they fit."""
    if len(bands) < 2:
        return None
    bands = _without_head_rows(bands)
    columns = _columns_of(bands, rules)
    shown = sum(len({column_of(piece, columns) for piece in band.pieces}) > 1 for band in bands) if columns else 0
    if shown < 2 or _is_prose(bands, columns):
        return None  # what shows columns between two lines alone may be a numbered heading
    head = _outside(pieces, columns, bands[0].top, up=True)
    tail = _outside(pieces, columns, bands[-1].bottom, up=False)
    header = head or bands[0].lines
    if any(two_names(line, column) for line in header for column in columns):
        return None  # a column was not seen
    columns = _with_names(columns, header)
    body = rows_of_band([band.lines for band in (bands if head else bands[1:])], columns) + [[line] for line in tail]
    partial = [r for r in rules if r.right - r.left > r.bottom - r.top and _within(r, header)]
    cells = [header_cells(header, columns, partial), *(joined_cells(row, columns) for row in body)]
    left, right = columns[0][0], columns[-1][1]
    if says_little(cells):
        return None
    boxes = [_hull(piece.box for line in row for piece in line).around(_line_box(row, left, right))
             for row in (header, *body)]  # fmt: skip
    hull = _hull([*boxes, Box(left, bands[0].top, right, bands[-1].bottom)])
    return PageTable(hull, tuple(cells), tuple(boxes), tuple(column[0] for column in columns))


def _without_head_rows(bands: list[_Band]) -> list[_Band]:
    """Return the bands with bold lines at the top of the first, over lines that are not, in one of their own."""
    first = bands[0]
    bold = sum(1 for _ in itertools.takewhile(lambda line: all(piece.bold for piece in line), first.lines))
    under = first.lines[bold:]
    if not 0 < bold < len(first.lines) or any(piece.bold for line in under for piece in line):
        return bands
    if all(len(line) == 1 for line in under):
        return bands  # letters that the bold font lacks
    edge = first.lines[bold][0].box.top
    head, rest = _Band(first.top, edge, first.lines[:bold]), _Band(edge, first.bottom, under)
    return [head, rest, *bands[1:]]


def _columns_of(bands: Sequence[_Band], rules: Sequence[Box]) -> list[tuple[float, float]]:
    drawn = _drawn_columns(bands, rules)
    lines = [line for band in bands[1:] for line in band.lines]
    beside = [piece for line in lines for piece in line if len(line) > 1]
    if drawn and sum(_crosses(piece, drawn) for piece in beside) <= _MOST_OVERFLOWING * len(beside):
        return drawn
    columns = _columns(lines)
    return columns if len(columns) > 1 else _columns([line for band in bands for line in band.lines])


def _drawn_columns(bands: Sequence[_Band], rules: Sequence[Box]) -> list[tuple[float, float]]:
    """Return the columns where the lines and shades of a table are drawn cell by cell, so that their ends show them."""
    inside = [r for r in rules if bands[0].top - 1 <= r.top and r.bottom <= bands[-1].bottom + 1]
    flat = [r for r in inside if r.right - r.left > max(r.bottom - r.top, 4)]
    levels = {round(r.top / 3) for r in flat}
    ends: dict[float, set[int]] = {}
    for r in flat:
        for x in (r.left, r.right):
            key = next((known for known in ends if abs(known - x) <= _LEVEL), x)
            ends.setdefault(key, set()).add(round(r.top / 3))
    often = sorted(x for x, found in ends.items() if 2 * len(found) >= len(levels))
    columns = list(itertools.pairwise(often))
    text = [piece for band in bands for piece in band.pieces]
    return columns if len(columns) > 1 and all(often[0] <= centre(p) <= often[-1] for p in text) else []


def _with_names(columns: list[tuple[float, float]], header: Sequence[Row]) -> list[tuple[float, float]]:
    """Return the columns with their names in them, where the lower lines of a header show one name for each."""
    for count in range(len(header), 0, -1):
        pieces = [[piece, piece] for line in header[-count:] for piece in line]
        named = _columns(pieces)
        if len(named) != len(columns):
            continue
        wider = [(min(a, c), max(b, d)) for (a, b), (c, d) in zip(columns, named, strict=True)]
        if all(left[1] <= right[0] for left, right in itertools.pairwise(wider)):
            return wider
    return columns


def _line_box(row: Sequence[Row], left: float, right: float) -> Box:
    return Box(left, row[0][0].box.top, right, row[-1][0].box.bottom)


def _hull(boxes: Iterable[Box]) -> Box:
    return reduce(Box.around, boxes)


def _within(rule: Box, lines: Sequence[Row]) -> bool:
    return lines[0][0].box.top < rule.top < middle(lines[-1][0])


def _columns(lines: Sequence[Row]) -> list[tuple[float, float]]:
    """Return where columns begin and end: what lines of several pieces leave free between them parts columns."""
    spans = sorted((p.box.left, p.box.right) for line in lines if len(line) > 1 for p in line)
    size = max((p.size for line in lines for p in line), default=10.0)
    columns: list[tuple[float, float]] = []
    for left, right in spans:
        if columns and left - columns[-1][1] < _GUTTER * size:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def _is_prose(bands: Sequence[_Band], columns: Sequence[tuple[float, float]]) -> bool:
    """Whether lines mostly run over the columns."""
    lines = [line for band in bands for line in band.lines]
    return sum(any(_crosses(piece, columns) for piece in line) for line in lines) > 0.4 * len(lines)


def _crosses(piece: Fragment, columns: Sequence[tuple[float, float]]) -> bool:
    return sum(1 for left, right in columns if piece.box.left < right and left < piece.box.right) > 1


def _outside(pieces: Sequence[Fragment], columns: Sequence[tuple[float, float]], edge: float, *, up: bool) -> list[Row]:
    """Return the lines right above or below a line of a table that fit its columns: a header, or a last row."""
    beyond = [p for p in pieces if (middle(p) < edge if up else middle(p) > edge)]
    lines = _lines(beyond)
    found: list[Row] = []
    at = edge
    for line in reversed(lines) if up else lines:
        size = max(piece.size for piece in line)
        near = abs(middle(line[0]) - at) <= (_FOLLOWS if found else _FOLLOWS - 0.5) * size
        fits = not any(_crosses(p, columns) or names_a_table(p.text) or "单位" in p.text for p in line)
        if not near or not fits or len(found) == _MOST_HEAD or (len(line) < 2 and not (up and found)):
            break
        found.append(line)
        at = middle(line[0])
    return found[::-1] if up else found
