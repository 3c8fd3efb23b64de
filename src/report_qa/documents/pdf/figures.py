"""Drawn things of a page -> regions of pictures: images, and drawings of many paths, together where they touch."""

from __future__ import annotations

from collections.abc import Sequence

from report_qa.documents.blocks import Box
from report_qa.documents.pdf.page import Drawn, PageContent
from report_qa.documents.pdf.tables import PageTable

SMALLEST = 36.0
"""Points (half an inch); what is smaller is an icon, a bullet or a rule."""
_WHOLE_PAGE = 0.85
"""Share of the page from which on an image is its background or a scan of it."""
_LONGEST = 12.0
"""A region this many times longer than high is a rule or a border."""
_TOUCHING = 6.0
"""Points within which parts of one drawing lie."""
_FEWEST_PATHS = 4
"""A drawing has at least so many paths; fewer are a frame or a mark."""
_MOST = 3000
"""More drawn things than this on a page (maps, plots of points) are taken together as one region."""


def figure_regions(page: PageContent, tables: Sequence[PageTable]) -> list[tuple[Box, str]]:
    """Return the regions of pictures on a page with what tells one from another (equal for copies)."""
    shown = [d for d in page.drawn if _on_page(d.box, page) and not _covers(d.box, page)]
    images = [d for d in shown if d.image]
    # in a table paths are its rules and shades, but an image is a picture there too
    paths = [d for d in shown if not d.image and not any(_within(d.box, table.box) for table in tables)]
    groups = [[*images, *paths]] if len(images) + len(paths) > _MOST else touching([*images, *paths])
    regions = []
    for group in groups:
        if not any(d.image for d in group) and len(group) < _FEWEST_PATHS:
            continue
        box = group[0].box
        for d in group[1:]:
            box = box.around(d.box)
        box = Box(max(box.left, 0), max(box.top, 0), min(box.right, page.width), min(box.bottom, page.height))
        short, long = sorted((box.right - box.left, box.bottom - box.top))
        if short >= SMALLEST and long <= _LONGEST * short:
            regions.append((box, "|".join(sorted(d.key for d in group))))
    return sorted(regions, key=lambda region: (region[0].top, region[0].left))


def _within(box: Box, outer: Box) -> bool:
    return (
        box.left >= outer.left - _TOUCHING and box.right <= outer.right + _TOUCHING
        and box.top >= outer.top - _TOUCHING and box.bottom <= outer.bottom + _TOUCHING
    )  # fmt: skip


def _on_page(box: Box, page: PageContent) -> bool:
    return box.right > 0 and box.bottom > 0 and box.left < page.width and box.top < page.height


def _covers(box: Box, page: PageContent) -> bool:
    area = max(box.right - box.left, 0) * max(box.bottom - box.top, 0)
    return area >= _WHOLE_PAGE * page.width * page.height


def touching(drawn: Sequence[Drawn]) -> list[list[Drawn]]:
    """Group what overlaps or lies side by side, by sweeping down the page."""
    groups: list[tuple[Box, list[Drawn]]] = []
    for one in sorted(drawn, key=lambda d: d.box.top):
        box, members = one.box, [one]
        apart = []
        for other_box, others in groups:
            if _near(box, other_box):
                box, members = box.around(other_box), [*others, *members]
            else:
                apart.append((other_box, others))
        groups = [*apart, (box, members)]
    return [members for _, members in groups]


def _near(a: Box, b: Box) -> bool:
    return (
        a.left <= b.right + _TOUCHING and b.left <= a.right + _TOUCHING
        and a.top <= b.bottom + _TOUCHING and b.top <= a.bottom + _TOUCHING
    )  # fmt: skip
