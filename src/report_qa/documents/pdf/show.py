"""The image of a page of a PDF file, with marks on it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw

from report_qa.documents.blocks import Box
from report_qa.documents.pdf.engine import PDFIUM
from report_qa.documents.readers.source import broken
from report_qa.errors import DocumentError, Text

_SCALE = 110 / 72
"""Pixels a point: at 110 dots an inch the print of a manual is read without effort."""
_LONGEST_PX = 2200
_MARK = (255, 226, 120)
_MARGIN = 2.0
"""Points that a mark reaches over its box on every side."""


def page_image(path: Path, number: int, boxes: Sequence[Box]) -> bytes:
    """Return a page as a PNG file.

    Args:
        path: the PDF file.
        number: the page, from 1.
        boxes: what is marked as with a highlighter, in points from the page's top left corner as it is shown.

    Raises:
        DocumentError: the file cannot be opened, or has no such page.
    """
    with PDFIUM:
        image, scale = _drawn(path, number)
    if boxes:
        marks = Image.new("RGB", image.size, "white")
        pen = ImageDraw.Draw(marks)
        for box in boxes:
            left, top, right, bottom = box
            if left <= right and top <= bottom:
                corners = (left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN)
                pen.rectangle([round(side * scale) for side in corners], fill=_MARK)
        image = ImageChops.multiply(image, marks)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _drawn(path: Path, number: int) -> tuple[Image.Image, float]:
    try:
        with pdfium.PdfDocument(path) as document:
            if not 1 <= number <= len(document):
                raise DocumentError(
                    Text(f"{path.name} has no page {number}.", f"{path.name} 没有第 {number} 页。"),
                    Text(f"It has {len(document)}.", f"共 {len(document)} 页。"),
                )
            page = document[number - 1]
            scale = min(_SCALE, _LONGEST_PX / max(page.get_size()))
            bitmap = page.render(scale=scale)
            image: Image.Image = bitmap.to_pil().convert("RGB").copy()
            bitmap.close()
            page.close()
            return image, scale
    except (pdfium.PdfiumError, OSError) as error:
        raise broken(path.name, "PDF", str(error)) from error
