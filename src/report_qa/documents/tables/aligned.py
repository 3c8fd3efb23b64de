"""Rows of a table whose columns are set apart by spaces: cells by where they stand on their lines.

Widths are those of a terminal, where an ideograph takes two columns. The lines with most cells say where the columns
are; the others are read against them, so that a name over several columns, a wrapped cell, and a row that goes on under
the name above it are told apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from report_qa.documents.blocks import Line
from report_qa.documents.headings import goes_on, names_a_table, width
from report_qa.documents.tables.headers import Level, name_columns
from report_qa.documents.tables.rows import (
    ITEM,
    RULE,
    SENTENCE_END,
    WIDEST_CELL,
    Row,
    holds_figures,
    is_value,
    joined,
    may_be_table,
)
from report_qa.documents.tables.table import is_total
from report_qa.text.normalise import cjk_count

_CELL = re.compile(r"\S+(?:\s(?!\s)\S+)*")
"""Two spaces part two cells."""
_RAGGED = 2
"""How far from the start of its column a cell may begin that only one space parts from the cell before it."""
_TAIL = re.compile(r"[（(][^（）()]{1,14}[)）]$|[a-z]")
"""What the rest of a name begins with that stands on a line of its own: a unit in brackets, or a small letter."""
_FULL = 0.6
"""Share of its column that a cell fills before it is taken to be wrapped."""


@dataclass(frozen=True)
class Piece:
    """Text between two gaps, and where it begins and ends, in columns of a terminal."""

    text: str
    start: float
    end: float

    def meets(self, other: Piece) -> bool:
        """Whether both stand over the same columns somewhere."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Laid:
    """A line and its pieces from left to right."""

    line: Line
    pieces: tuple[Piece, ...]


def aligned_rows(lines: Sequence[Line]) -> list[Row]:
    """Return the rows of the table that lines of plain text begin with; see :func:`rows_of`.

    Args:
        lines: with the spaces that they begin with.
    """
    laid: list[Laid] = []
    left = min((len(line.text) - len(line.text.lstrip()) for line in lines), default=0)
    for line in lines:
        if laid and RULE.match(line.text):
            laid[-1] = replace(laid[-1], line=replace(laid[-1].line, last=line.last))
        else:
            laid.append(Laid(line, tuple(_pieces(line.text[left:]))))
    return rows_of(_closed_up(laid))


def _closed_up(lines: Sequence[Laid]) -> list[Laid]:
    """Return lines with a name of two ideographs that were set apart to fill its column (指    标) as one piece.

    Only where the line has one piece more than others have: 男 and 女 are often the names of two columns.
    """
    counts = Counter(len(one.pieces) for one in lines if not _begins_apart(one) and len(one.pieces) > 1)
    most = counts.most_common(1)[0][0] if counts else 0
    return [_joined_name(one) if _begins_apart(one) and len(one.pieces) == most + 1 else one for one in lines]


def _begins_apart(one: Laid) -> bool:
    return len(one.pieces) > 2 and all(len(piece.text) == cjk_count(piece.text) == 1 for piece in one.pieces[:2])


def _joined_name(one: Laid) -> Laid:
    first, second, *others = one.pieces
    return replace(one, pieces=(Piece(first.text + second.text, first.start, second.end), *others))


def rows_of(lines: Sequence[Laid]) -> list[Row]:
    """Return the rows of the table that lines begin with, its header lines as one; empty where they begin with none."""
    laid = _of_one_table(lines)
    columns = _columns(laid)
    head = _header_lines(laid, columns) if columns else 0
    if not head:
        return []
    levels = [_places(one, columns) for one in laid[:head]]
    header = Row(name_columns(levels), replace(laid[0].line, last=laid[head - 1].line.last))
    rows = [header, *_body(laid[head:], columns)]
    return rows if may_be_table(rows) else []


def _of_one_table(lines: Sequence[Laid]) -> list[Laid]:
    """Return the first lines that may be of one table."""
    laid: list[Laid] = []
    for at, one in enumerate(lines):
        if not _may_be_row(one.pieces):
            break
        # the name of a group may have that of a smaller one below it
        following = next((later for later in lines[at + 1 : at + 3] if len(later.pieces) > 1), None)
        if one.line.text and names_a_table(one.line.text.strip()):
            break
        lone = len(one.pieces) == 1 and one.pieces[0].start < 1
        if lone and not (laid and (_heads(following, laid) or _is_tail(one, laid[-1]))):
            break
        laid.append(one)
    return laid


def _heads(following: Laid | None, above: Sequence[Laid]) -> bool:
    """Whether a line of one piece names a group of rows, or begins the name of a row, by the line that follows it.

    That is set in, or is as wide as the rows above and no line of names: it holds figures, or says the same twice.
    """
    if following is None or len(following.pieces) < 2:
        return False
    beside = [piece.text for piece in following.pieces[1:]]
    wide = len(following.pieces) == max(len(one.pieces) for one in above)
    is_row = any(map(holds_figures, beside)) or (wide and len(set(beside)) < len(beside))
    return following.pieces[0].start >= 1 or is_row


def _is_tail(one: Laid, above: Laid) -> bool:
    """Whether a line of one piece is the rest of the name of the row above it."""
    return len(above.pieces) > 1 and bool(_TAIL.match(one.pieces[0].text)) and one.pieces[0].end < above.pieces[1].start


def _may_be_row(pieces: Sequence[Piece]) -> bool:
    # items of a list keep their marks apart
    item = pieces and ITEM.match(f"{pieces[0].text} ")
    prose = not pieces or item or (len(pieces) > 1 and SENTENCE_END.search(pieces[0].text))
    return not prose and all(width(piece.text) <= WIDEST_CELL for piece in pieces)


def _pieces(text: str) -> Iterator[Piece]:
    at = _offsets(text)
    for match in _CELL.finditer(text):
        yield Piece(match.group(), at[match.start()], at[match.end()])


def _offsets(text: str) -> list[int]:
    at = [0]
    for character in text:
        at.append(at[-1] + (2 if unicodedata.east_asian_width(character) in "WF" else 1))
    return at


def _columns(laid: Sequence[Laid]) -> list[Piece]:
    """Return where each column stands, by the lines with most pieces; none where those are not aligned."""
    counts = Counter(len(one.pieces) for one in laid)
    often = [count for count, times in counts.items() if count > 1 and times > 1]
    if not often:
        return []
    full = [one.pieces for one in laid if len(one.pieces) == max(often)]
    stacks = zip(*full, strict=True)
    columns = [Piece("", min(piece.start for piece in one), max(piece.end for piece in one)) for one in stacks]
    apart = all(left.end <= right.start for left, right in pairwise(columns))
    fits = all(len(one.pieces) <= len(columns) for one in laid)
    return columns if apart and fits else []


def _covered(piece: Piece, columns: Sequence[Piece]) -> list[int]:
    """Return the columns that a piece stands in, or else the nearest."""

    def distance(j: int) -> float:
        return max(piece.start - columns[j].end, columns[j].start - piece.end)

    return [j for j, column in enumerate(columns) if piece.meets(column)] or [min(range(len(columns)), key=distance)]


def _header_lines(laid: Sequence[Laid], columns: Sequence[Piece]) -> int:
    """Return how many lines head the table: those without a value, up to the second one that names a row."""
    named = False
    for head, one in enumerate(laid):
        places = _places(one, columns)
        first = places[0][1][0] == 0
        # nothing but names of columns leaves the first column empty in the first line
        values = any(holds_figures(text) for text, over in places if over[0] > 0) and (head > 0 or first)
        group = head > 0 and len(one.pieces) == 1 and first and _heads((*laid[head + 1 :], None)[0], laid[:head])
        if values or (first and named) or group:
            return head
        named = named or first
    return 0


def _places(one: Laid, columns: Sequence[Piece]) -> Level:
    """Return the names of a header line, each with the columns that it stands over."""
    found = [tuple(_covered(piece, columns)) for piece in one.pieces]
    if len(one.pieces) == len(columns):
        found = [(j,) for j in range(len(columns))]
    elif len(one.pieces) == len(columns) - 1 and len({over for over in found if len(over) == 1}) < len(found):
        # without a name over the first column such a line is often set further to the left
        found = [(j,) for j in range(1, len(columns))]
    return [(piece.text, over) for piece, over in zip(one.pieces, found, strict=True)]


@dataclass(frozen=True)
class _Group:
    """The name of a group of rows, and where the names of its rows begin."""

    name: str
    inner: float

    @property
    def prefix(self) -> str:
        return f"{self.name} · " if self.name else ""


_NO_GROUP = _Group("", 0)


def _body(laid: Sequence[Laid], columns: Sequence[Piece]) -> list[Row]:
    rows: list[Row] = []
    group = _NO_GROUP
    outer = begun = ""
    first = 0  # the line of the names that stand above a row and count to it
    for before, one, following in zip((None, *laid[:-1]), laid, (*laid[1:], None), strict=True):
        name, alone = one.pieces[0], len(one.pieces) == 1
        if rows and before and alone and _is_tail(one, before):
            row_name = joined(rows[-1].cells[0], name.text)
            rows[-1] = Row((row_name, *rows[-1].cells[1:]), replace(rows[-1].line, last=one.line.last))
            continue
        inner = following.pieces[0] if following else name
        if alone and following and name.start <= inner.start < columns[0].end:
            heads = _heads(following, laid)
            if heads and (goes_on(name.text) or (name.start == inner.start and inner.text[:1].islower())):
                begun = name.text
            elif heads:
                group, outer = _Group(f"{outer}{name.text}", inner.start), ""
            elif len(following.pieces) == 1 and not _is_tail(following, laid[0]):
                outer = f"{name.text} · "
            if heads or outer:
                first = first or one.line.first
                continue
        cells = _cells(one, columns)
        line = replace(one.line, first=first or one.line.first)
        if cells[0]:
            group = group if name.start >= group.inner and not is_total(cells[0]) else _NO_GROUP
            rows.append(Row((f"{group.prefix}{joined(begun, cells[0])}", *cells[1:]), line))
        elif rows and _wraps(rows[-1], one, cells, columns):
            whole = tuple(joined(above, cell) for above, cell in zip(rows[-1].cells, cells, strict=True))
            rows[-1] = Row(whole, replace(rows[-1].line, last=one.line.last))
        else:
            rows.append(Row((rows[-1].cells[0] if rows else "", *cells[1:]), line))
        begun, first = "", 0
    return rows


def _cells(one: Laid, columns: Sequence[Piece]) -> tuple[str, ...]:
    if len(one.pieces) == len(columns):
        return tuple(piece.text for piece in one.pieces)
    cells = [""] * len(columns)
    for piece in one.pieces:
        for part in _parted(piece, columns):
            j = _covered(part, columns)[0]
            cells[j] = f"{cells[j]} {part.text}".strip()
    return tuple(cells)


def _parted(piece: Piece, columns: Sequence[Piece]) -> list[Piece]:
    """Cut a piece that runs into the next column at the space that is about where that begins."""
    offsets = _offsets(piece.text)
    at = [piece.start + offset / offsets[-1] * (piece.end - piece.start) for offset in offsets]
    spaces = [k for k, character in enumerate(piece.text) if character == " "]
    for j in _covered(piece, columns)[1:]:
        cut = min(spaces, key=lambda k: abs(at[k] + 1 - columns[j].start), default=0)
        if cut and abs(at[cut] + 1 - columns[j].start) <= _RAGGED:
            left = Piece(piece.text[:cut], piece.start, at[cut])
            return [left, *_parted(Piece(piece.text[cut + 1 :], at[cut + 1], piece.end), columns)]
    return [piece]


def _wraps(above: Row, one: Laid, cells: Sequence[str], columns: Sequence[Piece]) -> bool:
    """Whether a line without a name goes on with the cells above it: no values, and what it goes on with is full."""
    filled = [j for j, cell in enumerate(cells) if cell]
    if any(is_value(cells[j]) for j in filled):
        return False
    full = all(width(above.cells[j]) * 2 >= _FULL * (columns[j].end - columns[j].start) for j in filled)
    return full or len(filled) == 1
