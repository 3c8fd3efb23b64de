"""Tables of PDF pages with lines or shades between rows and none between columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from files import HEIGHT, PROSE, Draw, pdf, write_lines
from reportlab.pdfgen.canvas import Canvas

from report_qa.config import ReadingSettings
from report_qa.documents.blocks import Kind
from report_qa.documents.document import Document
from report_qa.documents.readers import read_document
from report_qa.documents.tables import Table

RIGHT = 480.0


def read(folder: Path, *pages: Draw) -> Document:
    path = folder / "a.pdf"
    path.write_bytes(pdf(*pages))
    return read_document(path, "a.pdf", ReadingSettings(ocr=False), folder / "pictures")


def tables(document: Document) -> list[Table]:
    return [block.table for block in document.blocks if block.table]


def rule(canvas: Canvas, top: float, left: float = 72, right: float = RIGHT) -> None:
    canvas.line(left, HEIGHT - top, right, HEIGHT - top)


def put(canvas: Canvas, top: float, cells: Sequence[tuple[float, str]], *, bold: bool = False) -> None:
    canvas.setFont("Helvetica-Bold" if bold else "Helvetica", 10)
    for x, text in cells:
        canvas.drawString(x, HEIGHT - top, text)


def test_wrapped_cells_of_words_between_three_lines_are_rows(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        rule(c, 100)
        put(c, 113, [(75, "Leave"), (180, "Condition"), (380, "Paper")])
        rule(c, 118)
        put(c, 131, [(75, "Annual"), (180, "One year of work in the same"), (380, "Request")])
        put(c, 143, [(180, "company or another")])
        put(c, 161, [(75, "Sick"), (180, "Illness of more than three days"), (380, "Certificate of")])
        put(c, 173, [(380, "a doctor")])
        rule(c, 178)

    [table] = tables(read(tmp_path, page))
    assert table.header == ("Leave", "Condition", "Paper")
    assert table.rows == (
        ("Annual", "One year of work in the same company or another", "Request"),
        ("Sick", "Illness of more than three days", "Certificate of a doctor"),
    )


def test_a_name_over_two_columns_by_the_line_under_it(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        rule(c, 100)
        put(c, 113, [(75, "Region"), (200, "Spring"), (340, "Autumn")])
        rule(c, 117, 195, 310)
        rule(c, 117, 335, 450)
        put(c, 129, [(200, "Urban"), (270, "Rural"), (340, "Urban"), (410, "Rural")])
        rule(c, 134)
        put(c, 147, [(75, "North"), (200, "71.2"), (270, "68.0"), (340, "65.3"), (410, "60.1")])
        put(c, 163, [(75, "South"), (200, "74.9"), (270, "70.4"), (340, "69.9"), (410, "66.6")])
        rule(c, 168)

    [table] = tables(read(tmp_path, page))
    assert table.header == ("Region", "Spring · Urban", "Spring · Rural", "Autumn · Urban", "Autumn · Rural")
    assert [row[0] for row in table.rows] == ["North", "South"]


def test_shades_cell_by_cell_show_columns_and_a_cell_in_the_middle_of_its_row_stays_in_it(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        for top, height in ((100, 18), (136, 30)):
            for left, right in ((72, 200), (200, 300), (300, RIGHT)):
                c.setFillGray(0.9)
                c.rect(left, HEIGHT - top - height, right - left, height, stroke=0, fill=1)
        c.setFillGray(0)
        put(c, 113, [(75, "Station"), (205, "River"), (305, "Flow (m³/s)")], bold=True)
        put(c, 131, [(75, "Aldbrook"), (205, "Merrow"), (440, "6.31")])
        put(c, 147, [(75, "Thornby Sluice near")])
        put(c, 153, [(205, "Tarn"), (440, "2.40")])
        put(c, 159, [(75, "the old mill")])
        put(c, 179, [(75, "Ouse"), (205, "Tarn"), (440, "1.10")])

    [table] = tables(read(tmp_path, page))
    assert table.rows == (
        ("Aldbrook", "Merrow", "6.31"), ("Thornby Sluice near the old mill", "Tarn", "2.40"), ("Ouse", "Tarn", "1.10"),
    )  # fmt: skip


def test_lines_under_rows_alone_make_lines_of_names_and_values(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        for i, (name, value) in enumerate([("Height", "845 mm"), ("Width", "598 mm"), ("Noise", "44 dB")]):
            put(c, 112 + 18 * i, [(75, name), (300, value)])
            rule(c, 117 + 18 * i)

    document = read(tmp_path, page)
    assert [line.text for line in document.blocks[0].lines] == ["Height: 845 mm", "Width: 598 mm", "Noise: 44 dB"]


def test_prose_between_the_lines_of_two_tables_is_in_neither(tmp_path: Path) -> None:
    def table(c: Canvas, top: float) -> None:
        rule(c, top)
        put(c, top + 13, [(75, "Part"), (300, "Use")])
        rule(c, top + 18)
        put(c, top + 31, [(75, "Lamp"), (300, "Shows the state")])
        put(c, top + 47, [(75, "Key"), (300, "Starts it")])
        rule(c, top + 52)

    def page(c: Canvas) -> None:
        table(c, 100)
        write_lines(c, PROSE, top=180)
        table(c, 260)

    document = read(tmp_path, page)
    assert [b.kind for b in document.blocks] == [Kind.TABLE, Kind.PARAGRAPH, Kind.TABLE]
    assert all(len(table.rows) == 2 for table in tables(document))


def test_prose_between_lines_is_no_table(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        for top in (90, 140, 190, 240):
            rule(c, top)
        for top in (110, 160, 210):
            write_lines(c, PROSE, top=top)

    assert not tables(read(tmp_path, page))


def test_a_name_in_the_middle_of_a_header_of_two_lines_is_that_of_its_column_alone(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        rule(c, 100)
        put(c, 113, [(200, "Small vessel"), (340, "Large vessel")])
        put(c, 119, [(75, "Wind (Bft)")])
        put(c, 125, [(200, "up to 20 m"), (340, "over 20 m")])
        rule(c, 130)
        for i, row in enumerate([("5", "1.2 kN", "4.0 kN"), ("6", "2.9 kN", "9.6 kN")]):
            put(c, 143 + 18 * i, list(zip((75, 200, 340), row, strict=True)))
            rule(c, 148 + 18 * i)

    [table] = tables(read(tmp_path, page))
    assert table.header == ("Wind (Bft)", "Small vessel up to 20 m", "Large vessel over 20 m")


def test_a_table_goes_on_over_the_page_where_its_words_begin_elsewhere(tmp_path: Path) -> None:
    def page(rows: list[tuple[str, str, str]]) -> Draw:
        def draw(c: Canvas) -> None:
            rule(c, 100)
            for i, (name, first, second) in enumerate(rows):
                put(c, 113 + 18 * i, [(75, name)])
                c.drawRightString(300, HEIGHT - 113 - 18 * i, first)
                c.drawRightString(450, HEIGHT - 113 - 18 * i, second)
                rule(c, 118 + 18 * i)

        return draw

    first = page([("Region", "2022 total", "2023 total"), ("North", "71,200", "68,000"), ("South", "74,900", "70,400")])
    [table] = tables(read(tmp_path, first, page([("East", "9", "8"), ("West", "7", "6")])))
    assert table.header == ("Region", "2022 total", "2023 total")
    assert table.rows[2:] == (("East", "9", "8"), ("West", "7", "6"))
