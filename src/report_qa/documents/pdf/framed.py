"""Notices in a frame: all that stands in it belongs to the warning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_qa.documents.blocks import Box
from report_qa.documents.notices import begins_a_notice
from report_qa.documents.pdf.lines import Fragment
from report_qa.documents.pdf.tables import find_frames

_MOST_LINES = 25
"""A frame around more is that of a page, or of a chapter."""


@dataclass(frozen=True)
class FramedNotice:
    """The lines of a notice, from the top down, and the frame around them."""

    box: Box
    lines: tuple[Fragment, ...]


def framed_notices(fragments: Sequence[Fragment], rules: Sequence[Box]) -> tuple[list[FramedNotice], list[Fragment]]:
    """Return the notices of a page that stand in a frame, and the lines that are in none."""
    if not any(begins_a_notice(fragment.text) for fragment in fragments):
        return [], list(fragments)
    notices: list[FramedNotice] = []
    rest = list(fragments)
    for frame in sorted(find_frames(rules), key=lambda box: box.bottom - box.top):
        inside = sorted((f for f in rest if _holds(frame, f.box)), key=lambda f: (f.box.top, f.box.left))
        if 1 < len(inside) <= _MOST_LINES and begins_a_notice(inside[0].text):
            notices.append(FramedNotice(frame, tuple(inside)))
            rest = [fragment for fragment in rest if fragment not in inside]
    return notices, rest


def _holds(frame: Box, box: Box) -> bool:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return frame.left <= x <= frame.right and frame.top <= y <= frame.bottom
