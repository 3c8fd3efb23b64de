"""Drawings of straight lines and boxes alone, such as bar charts and flow charts: told by the caption below them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from report_qa.documents.blocks import Box
from report_qa.documents.captions import label_of
from report_qa.documents.pdf.figures import SMALLEST, touching
from report_qa.documents.pdf.lines import Fragment
from report_qa.documents.pdf.page import Drawn, PageContent
from report_qa.documents.pdf.tables import PageTable

_NEAREST = 45.0
"""Points between a drawing and its caption, in which the labels of an axis may stand."""
_BESIDE = 16.0
"""Points around a drawing in which its labels stand."""
_LONGEST_LABEL = 24
_FEWEST_LINES = 3
_MOST_LINES = 2000


def captioned_drawings(
    page: PageContent, tables: Sequence[PageTable], known: Sequence[Box], fragments: Sequence[Fragment]
) -> list[tuple[Box, str]]:
    """Return the regions of drawings right above a caption that has no picture yet, with what tells each apart.

    Without a caption lines and boxes may be frames, rules and shades, and what stands in them is text.

    Args:
        page: with its lines and drawn things.
        tables: whose lines are theirs.
        known: the regions of the pictures that are known already.
        fragments: the text of the page outside tables.
    """
    captions = [f for f in fragments if label_of(f.text) and not any(_above(box, f.box) for box in known)]
    free = [r for r in page.rules if not any(_meets(r, table.box) for table in tables)]
    if not captions or len(free) > _MOST_LINES:
        return []
    lines = [Drawn(rule, False, "line") for rule in free]
    paths = [d for d in page.drawn if not d.image and not any(_meets(d.box, box) for box in known)]
    groups = [(_hull(d.box for d in group), len(group)) for group in touching([*lines, *paths])]
    regions = []
    for caption in captions:
        above = [(box, count) for box, count in groups if _above(box, caption.box)]
        if not above or sum(count for _, count in above) < _FEWEST_LINES:
            continue
        nearest = max((box for box, _ in above), key=lambda box: box.bottom)
        drawing = _hull(box for box, _ in groups if box == nearest or _level(box, nearest))
        if min(drawing.right - drawing.left, drawing.bottom - drawing.top) < SMALLEST:
            continue
        labels = [f.box for f in fragments if f is not caption and _labels(f, drawing, caption.box)]
        regions.append((_hull([drawing, *labels]), f"drawing {caption.text}"))
    return regions


def _hull(boxes: Iterable[Box]) -> Box:
    return reduce(Box.around, boxes)


def _meets(a: Box, b: Box) -> bool:
    return a.left <= b.right + 1 and b.left <= a.right + 1 and a.top <= b.bottom + 1 and b.top <= a.bottom + 1


def _above(box: Box, caption: Box) -> bool:
    gap = caption.top - box.bottom
    return -6 <= gap <= _NEAREST and box.left < caption.right and caption.left < box.right


def _level(a: Box, b: Box) -> bool:
    return a.top < b.bottom and b.top < a.bottom


def _labels(fragment: Fragment, drawing: Box, caption: Box) -> bool:
    """Whether a text belongs to a drawing: it stands in or at it, above its caption."""
    box = fragment.box
    beside = (
        drawing.left - _BESIDE <= box.right and box.left <= drawing.right + _BESIDE
        and drawing.top - _BESIDE / 2 <= (box.top + box.bottom) / 2 <= caption.top
    )  # fmt: skip
    return beside and len(fragment.text) <= _LONGEST_LABEL
