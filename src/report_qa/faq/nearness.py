"""How near something of a document stands to the passages that an answer rests on."""

from __future__ import annotations

from collections.abc import Sequence

from report_qa.qa.records import Passage

Distance = tuple[int, int]
"""Headings shared, negative, then lines between: the smaller, the nearer."""


def distance(passages: Sequence[Passage], document: str, path: Sequence[str], line: int) -> Distance | None:
    """Return how far a line of a document is from the nearest of some passages; None where they are of other documents.

    Args:
        passages: what an answer rests on.
        document: name of the document.
        path: the headings above the line, outermost first.
        line: of the source file, from 1.
    """
    near = [
        (-_shared(passage.path, path), abs(passage.first_line - line))
        for passage in passages
        if passage.document == document
    ]
    return min(near, default=None)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many headings two paths share from the outermost on."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
