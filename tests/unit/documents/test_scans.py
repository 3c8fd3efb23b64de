"""Scanned PDF files: text recognised in the picture of a page, however the page was laid on the scanner."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
import reportlab
from files import HEIGHT, PROSE, WIDTH, Draw, pdf, write_lines
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from report_qa.config import ReadingSettings
from report_qa.documents.blocks import Box, Place
from report_qa.documents.document import Document
from report_qa.documents.pdf.content import Page
from report_qa.documents.readers import pdf as pdf_reader
from report_qa.documents.readers import read_document


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Document]:
    """Read a PDF file of drawn pages."""

    def make(*pages: Draw, ocr: bool = True) -> Document:
        return recognised(tmp_path, pdf(*pages), ocr=ocr)

    return make


def recognised(folder: Path, data: bytes, *, ocr: bool = True) -> Document:
    """Read a PDF file."""
    path = folder / "a.pdf"
    path.write_bytes(data)
    return read_document(path, "a.pdf", ReadingSettings(ocr=ocr), folder / "pictures")


def scan_of(page: Draw, *, turned: int = 0) -> Draw:
    """Return a page that is a picture of another one, laid on the scanner turned by quarters against the clock."""
    with pypdfium2.PdfDocument(pdf(page)) as document:
        image = document[0].render(scale=2).to_pil().rotate(90 * turned, expand=True)
    width, height = (HEIGHT, WIDTH) if turned % 2 else (WIDTH, HEIGHT)

    def draw(canvas: Canvas) -> None:
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(image), 0, 0, width, height)

    return draw


def care_of_wheels(canvas: Canvas) -> None:
    """Draw a heading and two paragraphs."""
    write_lines(canvas, ["Care of the wheels"], top=100, size=22)
    write_lines(canvas, ["The wheel nuts are tightened to 110 Nm."], top=200, size=14)
    write_lines(canvas, ["The tyres are filled to 2.4 bar."], top=300, size=14)


def test_a_scanned_page_is_recognised_and_said_to_be(read: Callable[..., Document]) -> None:
    def page(canvas: Canvas) -> None:
        write_lines(canvas, ["Care of the wheels"], top=100, size=22)
        write_lines(canvas, ["The wheel nuts are tightened to 110 Nm."], top=200, size=14)

    document = read(lambda c: write_lines(c, PROSE), scan_of(page), ocr=True)
    (line,) = [line for block in document.blocks for line in block.lines if "110" in line.text]
    # the models leave a space out here and there
    assert line.text.replace(" ", "") == "Thewheelnutsaretightenedto110Nm."
    (place,) = line.places
    assert place.page == 2
    assert place.box is not None
    assert (place.box.left, place.box.top) == pytest.approx((72, 188), abs=5)
    assert [w.en for w in document.warnings] == ["1 page(s) without text, recognised in their picture (OCR): 2."]


def in_order(document: Document) -> list[str]:
    """Return the lines of a document without their spaces, some of which the models leave out."""
    return [line.text.replace(" ", "") for block in document.blocks for line in block.lines]


CARE = ["Careofthewheels", "Thewheelnutsaretightenedto110Nm.", "Thetyresarefilledto2.4bar."]
NUTS = {
    0: (72, 188, 332, 202),
    1: (188, 595 - 332, 202, 595 - 72),
    2: (595 - 332, 842 - 202, 595 - 72, 842 - 188),
    3: (842 - 202, 72, 842 - 188, 332),
}
"""The box of the line about the nuts on a page of 595 x 842 points that lies turned by so many quarters."""


@pytest.mark.parametrize("turned", [1, 2, 3])
def test_a_page_that_was_scanned_turned_is_read_in_order_and_marked_where_it_stands(
    read: Callable[..., Document], turned: int
) -> None:
    document = read(scan_of(care_of_wheels, turned=turned))
    assert in_order(document) == CARE
    (place,) = document.blocks[1].lines[0].places
    assert place.box == pytest.approx(NUTS[turned], abs=8)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_scan_that_the_file_turns_back_is_read_as_it_is_shown(tmp_path: Path, quarters: int) -> None:
    with pypdfium2.PdfDocument(pdf(scan_of(care_of_wheels, turned=quarters))) as document:
        document[0].set_rotation(90 * quarters)
        written = io.BytesIO()
        document.save(written)
    found = recognised(tmp_path, written.getvalue())
    assert in_order(found) == CARE
    (place,) = found.blocks[1].lines[0].places
    assert place.box == pytest.approx(NUTS[0], abs=8)


def test_a_box_of_a_turned_page_is_told_as_it_is_shown() -> None:
    # a page of 200 x 100 points, shown with its text running upwards, is read as one of 100 x 200
    box = Box(10, 20, 40, 25)
    upright = Page(1, 100, 200, ())
    assert upright.place_of(box) == Place(1, box)
    # read after one turn against the clock: its left is what is shown as its top, its top what is shown right
    assert Page(1, 100, 200, (), turned=1).place_of(box) == Place(1, Box(175, 10, 180, 40))
    assert Page(1, 100, 200, (), turned=2).place_of(box) == Place(1, Box(60, 175, 90, 180))
    assert Page(1, 100, 200, (), turned=3).place_of(box) == Place(1, Box(20, 60, 25, 90))


def undecodable(*pages: Draw) -> bytes:
    """Return a PDF file whose font ``Odd`` numbers its letters as they come and does not say which they are."""
    font = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    pdfmetrics.registerFont(TTFont("Odd", str(font), asciiReadable=False))
    # blanked in place, so that the other objects stay where the file says
    return re.sub(rb"/ToUnicode \d+ 0 R", lambda found: b" " * len(found[0]), pdf(*pages))


def test_a_page_of_letters_without_meaning_is_recognised_in_its_picture(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        write_lines(canvas, ["Care of the wheels"], top=100, size=22, font="Odd")
        write_lines(canvas, ["The wheel nuts are tightened to 110 Nm."], top=200, size=14, font="Odd")

    path = tmp_path / "a.pdf"
    path.write_bytes(undecodable(lambda c: write_lines(c, PROSE), page))

    def read(ocr: bool) -> Document:
        return read_document(path, "a.pdf", ReadingSettings(ocr=ocr), tmp_path / "pictures")

    without = read(False)
    assert without.text == " ".join(PROSE)
    assert [w.en for w in without.warnings] == ["1 page(s) with letters that cannot be decoded, left out: 2."]
    document = read(True)
    (line,) = [line for block in document.blocks for line in block.lines if "110" in line.text]
    assert line.text.replace(" ", "") == "Thewheelnutsaretightenedto110Nm."
    assert [w.en for w in document.warnings] == ["1 page(s) without text, recognised in their picture (OCR): 2."]


def test_without_the_extra_a_scanned_page_is_left_out_and_named(
    read: Callable[..., Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_reader, "recogniser", lambda: None)
    document = read(lambda c: write_lines(c, PROSE), scan_of(lambda c: write_lines(c, ["Hidden"])), ocr=True)
    assert document.text == " ".join(PROSE)
    assert "scanned" in document.warnings[0].en
