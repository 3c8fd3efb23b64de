"""Lines of a table's header, without lines between its columns -> one name a column."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

from report_qa.documents.blocks import Box
from report_qa.documents.pdf.bandrows import column_of
from report_qa.documents.pdf.lines import Fragment, clean_text
from report_qa.documents.tables.cells import unit_in
from report_qa.documents.tables.grids import Cell

_JOIN = " · "
_SHARED = 0.25
"""Share of the narrower of a column and a name from which on the name stands over the column."""

_OFF = 0.8
"""How far, in sizes, a name of one column may be off its edges or middle."""

Columns = Sequence[tuple[float, float]]


def header_cells(lines: Sequence[Sequence[Fragment]], columns: Columns, rules: Sequence[Box]) -> tuple[Cell, ...]:
    """Return the header of a table: of several lines one name a column, names over several columns first and set off.

    One line may be a header or not, and is not marked as one.

    Args:
        lines: the lines of the header, from the top down.
        columns: where the columns begin and end.
        rules: horizontal lines within the header; one that is under a name shows what that name stands over.
    """
    parts: list[list[tuple[str, bool]]] = [[] for _ in columns]
    for at, line in enumerate(lines):
        lower = {j for below in lines[at + 1 :] for piece in below for j in _over(piece, columns)}
        spans = [_span(piece, columns, rules, lower) for piece in line]
        if lower:
            spans = _to_the_right(spans, lines[at + 1], columns)
        for piece, span in zip(line, spans, strict=True):
            for j in span:
                parts[j].append((piece.text, len(span) > 1))
    if len(lines) > 1:
        return tuple(Cell(_name(part), header=True) for part in parts)
    return tuple(_one_line(lines[0], columns))


def _one_line(line: Sequence[Fragment], columns: Columns) -> Iterator[Cell]:
    texts: dict[int, list[str]] = {}
    reach: dict[int, int] = {}
    for piece in line:
        over = _over(piece, columns) or [column_of(piece, columns)]
        texts.setdefault(over[0], []).append(piece.text)
        reach[over[0]] = len(over)
    j = 0
    while j < len(columns):
        count = reach.get(j, 1)
        yield Cell(clean_text(" ".join(texts.get(j, []))), columns=count)
        j += count


def _over(piece: Fragment, columns: Columns) -> list[int]:
    """Return the columns that a piece of text stands over; where it stands between two, none."""
    left, right = piece.box.left, piece.box.right
    return [
        j for j, (a, b) in enumerate(columns)
        if min(right, b) - max(left, a) > _SHARED * min(right - left, b - a)
    ]  # fmt: skip


def _span(piece: Fragment, columns: Columns, rules: Sequence[Box], lower: set[int]) -> list[int]:
    centre = (piece.box.left + piece.box.right) / 2
    below = [r for r in rules if r.left <= centre <= r.right and 0 <= r.top - piece.box.top <= 3 * piece.size]
    over = _over(piece, columns)
    if below and lower:
        rule = min(below, key=lambda r: r.top)
        ruled = [j for j, (a, b) in enumerate(columns) if rule.left <= (a + b) / 2 <= rule.right]
        if 1 < len(ruled) < len(columns):
            return ruled
    if over and (not lower & {*over} or (len(over) == 1 and _aligned(piece, columns[over[0]]))):
        return over
    return _centred(piece, columns, lower)


def _aligned(piece: Fragment, column: tuple[float, float]) -> bool:
    """Whether a name begins, ends or has its middle where a single column does."""
    left, right = column
    off = (piece.box.left - left, piece.box.right - right, (piece.box.left + piece.box.right - left - right) / 2)
    return min(map(abs, off)) <= _OFF * piece.size


def _centred(piece: Fragment, columns: Columns, lower: set[int]) -> list[int]:
    """Return the columns with names of their own whose middle is that of the name above them."""
    centre = (piece.box.left + piece.box.right) / 2
    edges = [columns[0][0], *((a[1] + b[0]) / 2 for a, b in itertools.pairwise(columns)), columns[-1][1]]
    reaches: list[range] = [
        range(i, k) for i in range(len(columns)) for k in range(i + 1, len(columns) + 1)
        if edges[i] <= centre <= edges[k] and {*range(i, k)} <= lower and {*_over(piece, columns)} <= {*range(i, k)}
    ]  # fmt: skip
    if not reaches:
        return _over(piece, columns) or [column_of(piece, columns)]

    def off(reach: range) -> float:
        return abs((edges[reach[0]] + edges[reach[-1] + 1]) / 2 - centre)

    nearest: range = min(reaches, key=off)
    return list(nearest)


def _to_the_right(spans: Sequence[list[int]], below: Sequence[Fragment], columns: Columns) -> list[list[int]]:
    """Let names reach to the next one where the names below them repeat and would not be told apart."""
    own = {j: piece.text for piece in below for j in _over(piece, columns)}
    repeated = {text for text, count in Counter(own.values()).items() if count > 1}
    covered = {j for span in spans for j in span}
    reached = []
    for span in spans:
        reach = list(span)
        while span and span[0] in own and own.get(reach[-1] + 1) in repeated and reach[-1] + 1 not in covered:
            reach.append(reach[-1] + 1)
        reached.append(reach)
    return reached


def _name(parts: Sequence[tuple[str, bool]]) -> str:
    """Return the parts of a name as one, a unit that the upper one gives for all its columns at the end."""
    name = ""
    was_wide = False
    unit = ""
    for text, wide in parts:
        own = unit_in(text)
        if wide and own:
            text, unit = text[: -len(own)].rstrip(), own.strip()
        joint = _JOIN if was_wide and name else _glue(name, text)
        name = f"{name}{joint}{text}"
        was_wide = wide
    name = clean_text(name)
    return f"{name} {unit}" if unit and not unit_in(name) else name


def _glue(name: str, text: str) -> str:
    return " " if name and (name[-1].isascii() or text[:1].isascii()) else ""
