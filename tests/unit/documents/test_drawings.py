"""Drawings of boxes and straight lines on PDF pages: pictures where a caption says so."""

from __future__ import annotations

from pathlib import Path

from files import HEIGHT, PROSE, Draw, pdf, write_lines
from reportlab.pdfgen.canvas import Canvas

from report_qa.config import ReadingSettings
from report_qa.documents.blocks import Block, Kind
from report_qa.documents.readers import read_document


def blocks(folder: Path, page: Draw) -> list[Block]:
    path = folder / "a.pdf"
    path.write_bytes(pdf(page))
    return list(read_document(path, "a.pdf", ReadingSettings(ocr=False), folder / "pictures").blocks)


def bars(canvas: Canvas) -> None:
    canvas.line(100, HEIGHT - 260, 400, HEIGHT - 260)
    canvas.line(100, HEIGHT - 260, 100, HEIGHT - 160)
    canvas.setFont("Helvetica", 9)
    for i, height in enumerate((40, 60, 90)):
        canvas.rect(130 + 90 * i, HEIGHT - 260, 50, height, fill=1)
        canvas.drawString(145 + 90 * i, HEIGHT - 272, str(2021 + i))
    canvas.setFont("Helvetica", 10)


def test_a_bar_chart_over_a_caption_is_a_picture_with_the_labels_of_its_axis(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        write_lines(canvas, PROSE, top=100)
        bars(canvas)
        write_lines(canvas, ["Figure 1. Interviews"], top=292)

    prose, picture = blocks(tmp_path, page)
    assert prose.kind == Kind.PARAGRAPH
    assert (picture.kind, picture.text) == (Kind.PICTURE, "Figure 1. Interviews")
    assert picture.picture is not None
    assert picture.picture.place is not None
    box = picture.picture.place.box
    assert box is not None
    assert box.bottom > 265
    assert box.top <= 162


def test_without_a_caption_what_stands_between_lines_stays_text(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        write_lines(canvas, PROSE, top=100)
        bars(canvas)

    found = blocks(tmp_path, page)
    assert not any(block.picture for block in found)
    assert any("2021" in block.text for block in found)
