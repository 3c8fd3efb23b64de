"""Things on a page -> the order in which they are read, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from report_qa.documents.blocks import Box

_MIDDLE = (0.3, 0.7)
"""Where, across the page, the gap between two columns may be."""
_FEWEST = 4
"""Lines that a column has at least."""
_FILLED = 0.45
"""Share of a column's width that its lines fill at least, in the middle; labels beside values fill less."""
_MOST_CROSSING = 0.4
"""Share of the page's lines that may reach over the gap: titles, tables and figures of full width."""
_SAME_LINE = 0.5


class Placed(Protocol):
    """Anything with a box."""

    @property
    def box(self) -> Box:
        """Where it stands."""


T = TypeVar("T", bound=Placed)


def reading_order(items: Sequence[T], page_width: float) -> list[list[T]]:
    """Return the items in reading order, one list a column or band of full width.

    Args:
        items: lines, tables and pictures.
        page_width: in points.
    """
    gap = _gap(items, page_width)
    if gap is None:
        return [_downwards(items)]
    ordered: list[list[T]] = []
    band: list[T] = []
    for item in _downwards(items):
        if item.box.left < gap < item.box.right:
            ordered.extend(_columns(band, gap))
            ordered.append([item])
            band = []
        else:
            band.append(item)
    ordered.extend(_columns(band, gap))
    return ordered


def _columns(band: Sequence[T], gap: float) -> list[list[T]]:
    left = [item for item in band if item.box.right <= gap]
    right = [item for item in band if item.box.right > gap]
    return [_downwards(column) for column in (left, right) if column]


def _downwards(items: Sequence[T]) -> list[T]:
    """Sort from the top down; what stands on one line, from the left."""
    ordered = sorted(items, key=lambda item: (item.box.top + item.box.bottom) / 2)
    rows: list[list[T]] = []
    for item in ordered:
        if rows:
            box = rows[-1][0].box
            height = min(box.bottom - box.top, item.box.bottom - item.box.top)
            overlap = min(box.bottom, item.box.bottom) - max(box.top, item.box.top)
            if overlap > _SAME_LINE * height:
                rows[-1].append(item)
                continue
        rows.append([item])
    return [item for row in rows for item in sorted(row, key=lambda item: item.box.left)]


def _gap(items: Sequence[T], page_width: float) -> float | None:
    """Return where the gap between two columns is, or None where there is one column."""
    if len(items) < 2 * _FEWEST:
        return None
    edges = {item.box.right + 2 for item in items} | {item.box.left - 2 for item in items}
    candidates = [x for x in edges if _MIDDLE[0] * page_width <= x <= _MIDDLE[1] * page_width]
    best: tuple[int, float] | None = None
    for x in candidates:
        crossing = sum(1 for item in items if item.box.left < x < item.box.right)
        if crossing <= _MOST_CROSSING * len(items) and _two_columns(items, x):
            score = (crossing, abs(x - page_width / 2))
            if best is None or score < (best[0], abs(best[1] - page_width / 2)):
                best = (crossing, x)
    return best[1] if best else None


def _two_columns(items: Sequence[T], gap: float) -> bool:
    left = [item.box for item in items if item.box.right <= gap]
    right = [item.box for item in items if item.box.left >= gap]
    if min(len(left), len(right)) < _FEWEST:
        return False
    overlap = min(max(b.bottom for b in left), max(b.bottom for b in right)) - max(
        min(b.top for b in left), min(b.top for b in right)
    )
    if overlap <= 0:
        return False
    return _filled(left) and _filled(right)


def _filled(column: Sequence[Box]) -> bool:
    width = max(b.right for b in column) - min(b.left for b in column)
    widths = sorted(b.right - b.left for b in column)
    return widths[len(widths) // 2] >= _FILLED * width and width > 60
