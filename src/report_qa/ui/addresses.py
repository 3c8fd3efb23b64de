"""Where the page finds pictures and page images, relative to itself; :mod:`report_qa.ui.files` answers there."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from report_qa.documents.blocks import Box

PREFIX = "files"
_PLACES = 1
"""Decimals of a box's sides, in points."""


_FARTHEST = 20_000.0
"""Points; the largest page of a PDF file is 14,400 wide."""


def picture_address(collection: str, file: str) -> str:
    """Return the address of a picture of a collection."""
    return f"{PREFIX}/pictures/{_part(collection)}/{_part(file)}"


def page_address(collection: str, document: str, page: int, boxes: Sequence[Box]) -> str:
    """Return the address of the image of a page, with boxes marked on it.

    Args:
        collection: where the document is.
        document: its name.
        page: from 1.
        boxes: in points from the page's top left corner.
    """
    marked = ";".join(",".join(f"{side:.{_PLACES}f}" for side in box) for box in boxes)
    return f"{PREFIX}/pages/{_part(collection)}/{page}/{quote(document)}?boxes={quote(marked)}"


def run_address(run: str, language: str) -> str:
    """Return the address of the report of an evaluation run, which opens in a language."""
    return f"{PREFIX}/runs/{_part(run)}?language={_part(language)}"


def boxes_of(text: str) -> list[Box]:
    """Return the boxes of an address.

    Raises:
        ValueError: the text holds something else.
    """
    boxes = []
    for part in filter(None, text.split(";")):
        left, top, right, bottom = map(float, part.split(","))
        if not all(abs(side) <= _FARTHEST for side in (left, top, right, bottom)):
            raise ValueError(f"no box on a page: {part}")
        boxes.append(Box(left, top, right, bottom))
    return boxes


def _part(name: str) -> str:
    return quote(name, safe="")
