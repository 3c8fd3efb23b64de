"""Files of every kind, made for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import docx
from docx.shared import Cm
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
PROSE = [
    "The pump moves water from the tank to the wheel arches and",
    "back again, as long as the engine runs at idle.",
]

Draw = Callable[[Canvas], None]
"""Draws a page."""


def drawing(colour: str = "red", size: tuple[int, int] = (240, 160)) -> bytes:
    """Return a PNG file that is not like one of another colour."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((10, 10, size[0] - 10, size[1] - 10), fill=colour)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def pdf(*pages: Draw, password: str = "") -> bytes:
    """Return a PDF file of pages that are drawn on a canvas; coordinates are PDF's, from the bottom left."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=A4, encrypt=password or None)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def write_lines(
    canvas: Canvas, lines: list[str], *, x: float = 72, top: float = 100, size: float = 10, font: str = "Helvetica"
) -> None:
    """Write lines from ``top`` points below the top of the page, 1.4 sizes apart."""
    canvas.setFont(font, size)
    for i, line in enumerate(lines):
        canvas.drawString(x, HEIGHT - top - i * 1.4 * size, line)


def draw_grid(canvas: Canvas, rows: list[list[str]], *, top: float, x: float = 72, width: float = 100) -> None:
    """Draw a ruled table of equal cells 20 points high."""
    columns = len(rows[0])
    canvas.setFont("Helvetica", 10)
    for i in range(len(rows) + 1):
        y = HEIGHT - top - 20 * i
        canvas.line(x, y, x + columns * width, y)
    for j in range(columns + 1):
        canvas.line(x + j * width, HEIGHT - top, x + j * width, HEIGHT - top - 20 * len(rows))
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            canvas.drawString(x + j * width + 4, HEIGHT - top - 20 * i - 14, text)


def packed(members: Mapping[str, bytes | str]) -> bytes:
    """Return a zip file."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return written.getvalue()


def word(fill: Callable[[docx.document.Document], None]) -> bytes:
    """Return a Word file."""
    document = docx.Document()
    fill(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def add_picture(document: docx.document.Document, data: bytes) -> None:
    """Add a picture in a paragraph of its own."""
    document.add_picture(io.BytesIO(data), width=Cm(6))


CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def epub(chapters: Mapping[str, str], pictures: Mapping[str, bytes], *, title: str = "一本书") -> bytes:
    """Return a book; its chapters are HTML by name, read in the given order."""
    items = "".join(f'<item id="{n}" href="{n}" media-type="application/xhtml+xml"/>' for n in chapters)
    order = "".join(f'<itemref idref="{n}"/>' for n in chapters)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>{title}</dc:title></metadata><manifest>{items}</manifest><spine>{order}</spine></package>"
    )
    files: dict[str, bytes | str] = {"META-INF/container.xml": CONTAINER, "OPS/book.opf": package}
    files |= {f"OPS/{name}": text for name, text in chapters.items()}
    files |= {f"OPS/{name}": data for name, data in pictures.items()}
    return packed(files)
