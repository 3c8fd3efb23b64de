"""Scanned pages -> lines of text, by RapidOCR (PP-OCR models on ONNX Runtime), whose models come inside its package."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from report_qa.documents.blocks import Box
from report_qa.documents.pdf.engine import PDFIUM
from report_qa.documents.pdf.lines import Fragment

Recognise = Callable[[NDArray[np.uint8]], Sequence[tuple[str, Box]]]
"""Finds the lines of text in a picture (height, width, 3 colours: blue, green, red), with their boxes in pixels."""

_SCALE = 200 / 72
"""Pixels a point: at 200 dots an inch letters of 8 points are some 20 pixels high, which the models read well."""
_LONGEST_PX = 4000
_SURE = 0.6
"""Confidence below which a line is taken for something else than text."""
_LETTERS = 0.75
"""Size of letters in heights of the box that the models put around a line."""
_ALIKE = 0.15
"""Sizes that differ from the usual one by less than this share are the usual one, measured inexactly."""


@cache
def recogniser() -> Recognise | None:
    """Return what recognises text, or None where the extra ``ocr`` is not installed."""
    if find_spec("rapidocr") is None:
        return None
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "error"})

    def recognise(picture: NDArray[np.uint8]) -> list[tuple[str, Box]]:
        found: Any = engine(picture)
        if found.boxes is None:
            return []
        return [
            (text, _hull(corners))
            for text, corners, score in zip(found.txts, found.boxes, found.scores, strict=True)
            if score >= _SURE and text.strip()
        ]

    return recognise


def _hull(corners: NDArray[np.float32]) -> Box:
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))


def recognised_lines(page: pdfium.PdfPage, recognise: Recognise) -> list[Fragment]:
    """Return the lines of text of a page that is a picture, with their boxes in points."""
    with PDFIUM:
        scale = min(_SCALE, _LONGEST_PX / max(page.get_size()))
        bitmap = page.render(scale=scale)
        picture = np.array(bitmap.to_pil().convert("RGB"))[:, :, ::-1]
        bitmap.close()
    found = recognise(picture)
    if not found:
        return []
    usual = statistics.median(box.bottom - box.top for _, box in found)
    return [_fragment(text, box, usual, scale) for text, box in found]


def _fragment(text: str, box: Box, usual: float, scale: float) -> Fragment:
    height = box.bottom - box.top
    height = usual if abs(height - usual) < _ALIKE * usual else height
    placed = Box(*(side / scale for side in box))
    return Fragment(text.strip(), placed, round(_LETTERS * height / scale), False)
