"""Scanned pages -> lines of text, by RapidOCR (PP-OCR models on ONNX Runtime), whose models come inside its package."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any, NamedTuple, Protocol

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from report_qa.documents.blocks import Box
from report_qa.documents.pdf.engine import PDFIUM
from report_qa.documents.pdf.lines import Fragment

Colours = NDArray[np.uint8]
"""A picture: height, width, 3 colours (blue, green, red)."""

_SCALE = 200 / 72
"""Pixels a point: at 200 dots an inch letters of 8 points are some 20 pixels high, which the models read well."""
_LONGEST_PX = 4000
_SURE = 0.6
"""Confidence below which a line is taken for something else than text."""
_LETTERS = 0.75
"""Size of letters in heights of the box that the models put around a line."""
_ALIKE = 0.15
"""Sizes that differ from the usual one by less than this share are the usual one, measured inexactly."""
_LONG = 1.5
"""A box this many times longer than wide shows in which direction its line runs."""
_SAMPLE = 9
"""Lines that are looked at to see whether a page stands on its head; the longest show it best."""


class Found(NamedTuple):
    """A line of text that was found in a picture: what it says, its box in pixels, and how sure that is, 0 to 1."""

    text: str
    box: Box
    score: float


class Recogniser(Protocol):
    """Finds text in pictures."""

    def lines(self, picture: Colours) -> list[Found]:
        """Return the lines of text in a picture, whichever way each is turned."""

    def upside_down(self, line: Colours) -> bool:
        """Return whether a line of text, cut out of a picture, stands on its head."""


class _RapidOCR:
    """The models of RapidOCR."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        self._engine: Any = RapidOCR(params={"Global.log_level": "error"})

    def lines(self, picture: Colours) -> list[Found]:
        found = self._engine(picture, use_det=True, use_cls=True, use_rec=True)
        if found.boxes is None:
            return []
        lines = zip(found.txts, found.boxes, found.scores, strict=True)
        return [Found(text, _hull(corners), score) for text, corners, score in lines if text.strip()]

    def upside_down(self, line: Colours) -> bool:
        found = self._engine(line, use_det=False, use_cls=True, use_rec=False)
        return any("180" in label for label, _ in found.cls_res or ())


@cache
def recogniser() -> Recogniser | None:
    """Return what recognises text, or None where the extra ``ocr`` is not installed."""
    return None if find_spec("rapidocr") is None else _RapidOCR()


def _hull(corners: NDArray[np.float32]) -> Box:
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))


def recognised_lines(page: pdfium.PdfPage, recogniser: Recogniser) -> tuple[list[Fragment], int]:
    """Return the lines of text of a page that is a picture, and how it must be turned to be read.

    Args:
        page: the page.
        recogniser: finds the text.

    Returns:
        The lines with their boxes in points on the page once it is turned, and the turns: quarters of a full one,
        0 to 3, against the clock.
    """
    with PDFIUM:
        scale = min(_SCALE, _LONGEST_PX / max(page.get_size()))
        bitmap = page.render(scale=scale)
        picture = np.array(bitmap.to_pil().convert("RGB"))[:, :, ::-1]
        bitmap.close()
    found = recogniser.lines(picture)
    turns = _turns(picture, found, recogniser)
    if turns:
        upright = recogniser.lines(np.ascontiguousarray(np.rot90(picture, turns)))
        # of text that is set from the top down the same is seen, but it is read worse when it is turned
        found, turns = (upright, turns) if _sureness(upright) >= _sureness(found) else (found, 0)
    found = [line for line in found if line.score >= _SURE]
    if not found:
        return [], 0
    usual = statistics.median(_height(line.box) for line in found)
    return [_fragment(line.text, line.box, usual, scale) for line in found], turns


def _turns(picture: Colours, found: Sequence[Found], recogniser: Recogniser) -> int:
    """Return the quarter turns against the clock after which most lines run from left to right."""
    tall = [line for line in found if _height(line.box) > _LONG * _width(line.box)]
    wide = [line for line in found if _width(line.box) > _LONG * _height(line.box)]
    sideways = sum(_height(line.box) for line in tall) > sum(_width(line.box) for line in wide)
    lines = sorted(tall if sideways else wide, key=lambda line: -max(_height(line.box), _width(line.box)))[:_SAMPLE]
    cut = [np.rot90(_cut(picture, line.box), int(sideways)) for line in lines]
    reversed_ = sum(recogniser.upside_down(np.ascontiguousarray(line)) for line in cut)
    return int(sideways) + (2 if 2 * reversed_ > len(cut) else 0)


def _cut(picture: Colours, box: Box) -> Colours:
    left, top, right, bottom = (max(0, round(side)) for side in box)
    return picture[top : max(bottom, top + 1), left : max(right, left + 1)]


def _sureness(found: Sequence[Found]) -> float:
    """Return how many characters are read, each weighted with how sure it is."""
    return sum(line.score * len(line.text) for line in found)


def _width(box: Box) -> float:
    return box.right - box.left


def _height(box: Box) -> float:
    return box.bottom - box.top


def _fragment(text: str, box: Box, usual: float, scale: float) -> Fragment:
    height = _height(box)
    height = usual if abs(height - usual) < _ALIKE * usual else height
    placed = Box(*(side / scale for side in box))
    return Fragment(text.strip(), placed, round(_LETTERS * height / scale), False)
