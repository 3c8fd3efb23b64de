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
from report_qa.documents.tables.table import Table

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


def three_lines(c: Canvas, top: float, rows: Sequence[Sequence[str]], lefts: Sequence[float], right: float) -> None:
    """Draw a header between two lines and rows above a third, 14 points apart."""
    rule(c, top, lefts[0] - 3, right)
    rule(c, top + 18, lefts[0] - 3, right)
    for i, row in enumerate(rows):
        put(c, top + 13 + 18 * min(i, 1) + 14 * max(i - 1, 0), list(zip(lefts, row, strict=True)))
    rule(c, top + 8 + 14 * len(rows), lefts[0] - 3, right)


SIZES = [["Part", "Size", "Use"], ["Lamp", "12", "light"], ["Key", "30", "start"]]


def test_lines_of_a_table_beside_another_show_no_columns_of_it(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        three_lines(c, 100, SIZES, (75, 130, 180), 240)
        three_lines(c, 100, [["Sort", "Name"], ["a", "red"], ["b", "green"]], (303, 400), RIGHT)

    left, right = tables(read(tmp_path, page))
    assert left.header == ("Part", "Size", "Use")
    assert left.rows == (("Lamp", "12", "light"), ("Key", "30", "start"))
    assert right.rows == (("a", "red"), ("b", "green"))


def test_shades_with_prose_between_them_are_no_table(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        for top, text in ((100, "$ make all"), (148, "$ make clean"), (196, "$ make test")):
            c.setFillGray(0.9)
            c.rect(72, HEIGHT - top - 16, RIGHT - 72, 16, stroke=0, fill=1)
            c.rect(68, HEIGHT - top - 16, RIGHT - 64, 16, stroke=0, fill=1)
            c.setFillGray(0)
            put(c, top + 12, [(75, text)])
            put(c, top + 35, [(75, "Then type what follows, if you wish to go on.")])

    assert not tables(read(tmp_path, page))


def test_a_program_in_a_shade_is_no_table(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        for i, line in enumerate(["%  !TeX program = latex", "%  !BIB program = bibtex", "%  !TeX spelling = en"]):
            c.setFillGray(0.9)
            c.rect(72, HEIGHT - 112 - 12 * i, RIGHT - 72, 12, stroke=0, fill=1)
            c.setFillGray(0)
            c.setFont("Courier", 9)
            c.drawString(75, HEIGHT - 109 - 12 * i, line)

    assert not tables(read(tmp_path, page))


def test_blanks_of_a_form_are_no_table(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        rows = [("Name:", "Liu", "Yang"), ("Tutor:", "Prof.", "Chen"), ("Second tutor:", "Dr.", "Wu")]
        for i, (name, *words) in enumerate(rows):
            c.setFont("Helvetica", 10)
            c.drawRightString(198, HEIGHT - 113 - 20 * i, name)
            put(c, 113 + 20 * i, list(zip((210, 300), words, strict=True)))
            rule(c, 117 + 20 * i, 200, 400)

    assert not tables(read(tmp_path, page))


def test_options_behind_a_command_stay_on_its_line(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        three_lines(c, 100, [["Command", "Effect"], ["list", "shows files"], ["", "all of them"]], (75, 300), RIGHT)
        put(c, 131, [(93, "-a")])
        put(c, 145, [(75, "list"), (93, "-l")])

    [table] = tables(read(tmp_path, page))
    assert [row[0] for row in table.rows] == ["list -a", "list -l"]


def test_a_raised_mark_belongs_to_its_cell_and_a_line_set_in_to_its_row(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        rows = [["Run", "Speed", "Heat"], ["First run", "12.5", "103"], ["", "", ""], ["Second run", "24.0", "68"]]
        three_lines(c, 100, rows, (75, 200, 300), RIGHT)
        put(c, 145, [(83, "this morning")])
        c.setFont("Helvetica", 6)
        c.drawString(220, HEIGHT - 127, "a")

    [table] = tables(read(tmp_path, page))
    assert table.rows == (("First run this morning", "12.5a", "103"), ("Second run", "24.0", "68"))


def test_rows_behind_a_name_that_all_share_are_not_joined(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        rows = [["Kind", "File", "What it holds"], ["Classes", "a.cls", "articles"], ["", "longest.cls", "books and all"],
                ["", "report.cls", "reports of any length"]]  # fmt: skip
        three_lines(c, 100, rows, (75, 200, 300), RIGHT)

    [table] = tables(read(tmp_path, page))
    assert table.rows == (
        ("Classes", "a.cls", "articles"), ("", "longest.cls", "books and all"), ("", "report.cls", "reports of any length"),
    )  # fmt: skip


def test_a_word_wider_than_its_drawn_cell_moves_no_column(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        rows = [("Suite", "Meaning", "Since"), ("stable", "now", "2021"), ("testing", "next", "2022"),
                ("proposed-updates-of-stable", "soon", "2020"), ("unstable", "later", "2019")]  # fmt: skip
        for i in range(6):
            for left, right in ((72, 180), (180, 300), (300, RIGHT)):
                rule(c, 100 + 18 * i, left, right)
        for i, row in enumerate(rows):
            put(c, 113 + 18 * i, list(zip((75, 203, 303), row, strict=True)))

    [table] = tables(read(tmp_path, page))
    assert [len(row) for row in table.rows] == [3, 3, 3, 3]
    assert table.rows[2] == ("proposed-updates-of-stable", "soon", "2020")


def test_a_sentence_between_a_line_and_a_table_is_no_header(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        rule(c, 84)
        put(c, 96, [(75, "The suites that there are, as of this year:")])
        three_lines(c, 102, SIZES, (75, 230, 380), RIGHT)

    [table] = tables(read(tmp_path, page))
    assert table.header == ("Part", "Size", "Use")


def test_a_table_that_stands_on_every_page_is_a_menu(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        three_lines(c, 20, [["Home", "Search"], ["News", "Help"], ["Shop", "Contact"]], (75, 300), RIGHT)
        write_lines(c, PROSE, top=200)

    assert not tables(read(tmp_path, page, page, page))


def test_a_numbered_heading_between_the_line_of_a_running_header_and_a_shade_is_no_table(tmp_path: Path) -> None:
    def page(c: Canvas) -> None:
        put(c, 86, [(75, "4.8"), (100, "Spine")])
        rule(c, 90)
        put(c, 106, [(75, "4.7"), (100, "Title page")])
        rule(c, 116)
        put(c, 128, [(75, "record(file)")])
        rule(c, 134)

    assert not tables(read(tmp_path, page))
