"""Tables of PDF pages without lines between their columns."""

from __future__ import annotations

from pathlib import Path

from files import HEIGHT, PROSE, Draw, pdf, write_lines
from reportlab.pdfgen.canvas import Canvas

from report_qa.config import ReadingSettings
from report_qa.documents.blocks import Block, Kind
from report_qa.documents.document import Document
from report_qa.documents.readers import read_document


def read(folder: Path, *pages: Draw) -> Document:
    path = folder / "a.pdf"
    path.write_bytes(pdf(*pages))
    return read_document(path, "a.pdf", ReadingSettings(ocr=False), folder / "pictures")


def put_rows(canvas: Canvas, rows: list[list[str]], *, top: float, lefts: list[float], right: bool = False) -> None:
    """Write cells without lines, 16 points apart; ``right`` sets all but the first column flush right, 40 points on."""
    canvas.setFont("Helvetica", 10)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if right and j:
                canvas.drawRightString(lefts[j] + 40, HEIGHT - top - 16 * i, cell)
            else:
                canvas.drawString(lefts[j], HEIGHT - top - 16 * i, cell)


def tables(document: Document) -> list[Block]:
    return [block for block in document.blocks if block.table]


NUMBERS = [
    ["Route", "2022", "2023", "Change"],
    ["Port Aldane - Tormsay", "447.9", "481.6", "+7.5%"],
    ["Kessock - Ronas", "69.2", "66.4", "-4.0%"],
    ["All routes", "1,115.1", "1,184.3", "+6.2%"],
]


def test_numbers_in_columns_are_a_table_with_the_box_of_each_row(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        write_lines(canvas, PROSE, top=80)
        put_rows(canvas, NUMBERS, top=160, lefts=[72, 220, 300, 380], right=True)
        write_lines(canvas, PROSE, top=260)

    document = read(tmp_path, page)
    [block] = tables(document)
    assert block.table is not None
    assert block.table.header == tuple(NUMBERS[0])
    assert block.table.rows == tuple(tuple(row) for row in NUMBERS[1:])
    tops = [line.places[0].box.top for line in block.lines if line.places[0].box]
    assert tops == sorted(tops)
    assert len(tops) == len(NUMBERS)
    assert [b.kind for b in document.blocks] == [Kind.PARAGRAPH, Kind.TABLE, Kind.PARAGRAPH]


def test_a_name_over_two_columns_goes_before_both(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(255, HEIGHT - 144, "Passengers")
        put_rows(canvas, [row[:3] for row in NUMBERS], top=160, lefts=[72, 220, 300], right=True)

    [block] = tables(read(tmp_path, page))
    assert block.table is not None
    assert block.table.header == ("Route", "Passengers · 2022", "Passengers · 2023")


WORDS = [["Sign", "What to do"], ["Red lamp", "Stop the pump"], ["Green lamp", "Go on"], ["Blue lamp", "Wait"]]


def test_words_in_columns_are_a_table_between_rules_only(tmp_path: Path) -> None:
    def bare(canvas: Canvas) -> None:
        put_rows(canvas, WORDS, top=160, lefts=[72, 220])

    def ruled(canvas: Canvas) -> None:
        bare(canvas)
        for y in (146, 164, 214):
            canvas.line(72, HEIGHT - y, 330, HEIGHT - y)

    assert tables(read(tmp_path, bare)) == []
    [block] = tables(read(tmp_path, ruled))
    assert block.table is not None
    assert (block.table.header, block.table.rows) == (tuple(WORDS[0]), tuple(tuple(row) for row in WORDS[1:]))


def test_two_columns_of_prose_are_none(tmp_path: Path) -> None:
    left = [f"line {i} of the left column is prose" for i in range(12)]
    right = [f"line {i} of the right column is prose" for i in range(12)]

    def page(canvas: Canvas) -> None:
        write_lines(canvas, left, x=60, top=100)
        write_lines(canvas, right, x=320, top=100)

    assert tables(read(tmp_path, page)) == []
