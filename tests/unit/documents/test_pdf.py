"""PDF files: lines, columns, headings, tables, running lines and pictures, with their pages and boxes."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from files import HEIGHT, PROSE, WIDTH, Draw, draw_grid, drawing, pdf, write_lines
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from report_qa.config import ReadingSettings
from report_qa.documents.blocks import Block, Kind
from report_qa.documents.document import Document
from report_qa.documents.readers import read_document
from report_qa.documents.sections import split_document


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Document]:
    """Read a PDF file of drawn pages; its pictures go into the folder ``pictures``."""

    def make(*pages: Draw, ocr: bool = False) -> Document:
        path = tmp_path / "a.pdf"
        path.write_bytes(pdf(*pages))
        return read_document(path, "a.pdf", ReadingSettings(ocr=ocr), tmp_path / "pictures")

    return make


def texts(document: Document, kind: Kind) -> list[str]:
    """Return the texts of all blocks of a kind."""
    return [block.text for block in document.blocks if block.kind == kind]


def table_of(document: Document) -> Block:
    """Return the only table."""
    (block,) = [block for block in document.blocks if block.table]
    return block


def put_picture(canvas: Canvas, data: bytes, *, x: float, top: float, width: float, height: float) -> None:
    """Put a picture on the page, ``top`` points below its top."""
    canvas.drawImage(ImageReader(io.BytesIO(data)), x, HEIGHT - top - height, width, height)


def test_wrapped_lines_are_one_paragraph_and_a_gap_parts_paragraphs(read: Callable[..., Document]) -> None:
    document = read(lambda c: (write_lines(c, PROSE, top=100), write_lines(c, PROSE, top=150)))
    assert texts(document, Kind.PARAGRAPH) == [" ".join(PROSE)] * 2


def test_a_paragraph_knows_its_page_and_box(read: Callable[..., Document]) -> None:
    document = read(lambda c: write_lines(c, ["Cover"]), lambda c: write_lines(c, PROSE, x=90, top=200))
    place = document.blocks[-1].lines[0].places[0]
    assert place.page == 2
    assert place.box is not None
    assert place.box.left == pytest.approx(90, abs=1)
    # the first baseline is 200 points below the top, the second 14 below it
    assert 188 < place.box.top < 194
    assert 214 < place.box.bottom < 220


def test_two_columns_are_read_one_after_the_other(read: Callable[..., Document]) -> None:
    left = [f"left line {i} goes on to the end of it" for i in range(8)]
    right = [f"right line {i} goes on to the end of it" for i in range(8)]

    def page(canvas: Canvas) -> None:
        write_lines(canvas, ["A heading over both columns of this page, wide enough to cross"], top=80, size=16)
        for i in range(8):  # written row by row, as some programs do
            write_lines(canvas, [left[i]], x=60, top=140 + 14 * i)
            write_lines(canvas, [right[i]], x=320, top=140 + 14 * i)

    document = read(page)
    assert document.text.index("left line 7") < document.text.index("right line 0")
    assert texts(document, Kind.HEADING) == ["A heading over both columns of this page, wide enough to cross"]


def test_larger_letters_are_headings_by_their_size(read: Callable[..., Document]) -> None:
    def page(canvas: Canvas) -> None:
        write_lines(canvas, ["Owner's manual"], top=80, size=24)
        for i, name in enumerate(["Seats", "Wheels"]):
            write_lines(canvas, [name], top=150 + 200 * i, size=16)
            write_lines(canvas, [f"Care of {name}"], top=190 + 200 * i, size=13)
            write_lines(canvas, PROSE, top=220 + 200 * i)

    title, sections = split_document(read(page), max_chars=1000)
    assert title == "Owner's manual"
    assert [s.path for s in sections] == [("Seats", "Care of Seats"), ("Wheels", "Care of Wheels")]


def test_bookmarks_decide_the_rank_of_headings_of_one_size(read: Callable[..., Document]) -> None:
    def page(canvas: Canvas) -> None:
        for i, (name, level) in enumerate([("Manual", 0), ("Seats", 1), ("Front seats", 2), ("Rear seats", 2)]):
            canvas.bookmarkPage(name)
            canvas.addOutlineEntry(name, name, level)
            write_lines(canvas, [name], top=80 + 100 * i, size=14)
            write_lines(canvas, PROSE, top=110 + 100 * i)

    headings = [b for b in read(page).blocks if b.kind == Kind.HEADING]
    assert [(b.text, b.rank) for b in headings] == [("Manual", 1), ("Seats", 2), ("Front seats", 3), ("Rear seats", 3)]


def test_running_headers_footers_and_page_numbers_are_left_out(read: Callable[..., Document]) -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            write_lines(canvas, ["Manual of the pump"], top=40, size=8)
            write_lines(canvas, [f"The text of page {number} stands here alone."], top=200)
            write_lines(canvas, [f"- {number} -"], x=290, top=810, size=8)

        return draw

    document = read(*(page(number) for number in (1, 2, 3, 4)))
    assert document.text.split("\n\n") == [f"The text of page {n} stands here alone." for n in (1, 2, 3, 4)]


def test_what_stands_at_the_top_of_two_pages_only_is_kept(read: Callable[..., Document]) -> None:
    def page(canvas: Canvas) -> None:
        write_lines(canvas, ["Check the oil."], top=60)
        write_lines(canvas, PROSE, top=200)

    assert read(page, page).text.count("Check the oil.") == 2


def test_a_ruled_table_is_a_table(read: Callable[..., Document]) -> None:
    rows = [["Part", "Torque"], ["Wheel nut", "110 Nm"], ["Drain plug", "25 Nm"]]
    block = table_of(read(lambda c: (write_lines(c, PROSE, top=80), draw_grid(c, rows, top=150))))
    assert block.table is not None
    assert (block.table.header, block.table.rows) == (
        ("Part", "Torque"),
        (("Wheel nut", "110 Nm"), ("Drain plug", "25 Nm")),
    )
    (place,) = block.lines[1].places
    assert place.box is not None
    assert (place.page, place.box.top, place.box.bottom) == (1, pytest.approx(170, abs=1), pytest.approx(190, abs=1))


def test_a_merged_header_cell_goes_to_all_its_columns(read: Callable[..., Document]) -> None:
    def page(canvas: Canvas) -> None:
        # | Part | Interval      |
        # |      | km    | months|
        draw_grid(canvas, [["", "km", "months"], ["Oil", "10000", "12"]], top=120)
        canvas.drawString(76, HEIGHT - 114, "Part")
        canvas.drawString(180, HEIGHT - 114, "Interval")
        for x in (72, 172, 372):
            canvas.line(x, HEIGHT - 100, x, HEIGHT - 120)
        canvas.line(72, HEIGHT - 100, 372, HEIGHT - 100)

    table = table_of(read(page)).table
    assert table is not None
    assert "Interval · km" in table.header or table.header[1:] == ("Interval", "Interval")
    assert table.rows[-1] == ("Oil", "10000", "12")


def test_a_table_that_runs_over_pages_is_one_with_one_header(read: Callable[..., Document]) -> None:
    head = ["Part", "Torque"]
    first = [head, *([f"Bolt {i}", f"{i} Nm"] for i in range(1, 5))]
    second = [head, *([f"Bolt {i}", f"{i} Nm"] for i in range(5, 8))]
    document = read(lambda c: draw_grid(c, first, top=600), lambda c: draw_grid(c, second, top=100))
    block = table_of(document)
    assert block.table is not None
    assert [row[0] for row in block.table.rows] == [f"Bolt {i}" for i in range(1, 8)]
    assert [line.places[0].page for line in block.lines] == [1, 1, 1, 1, 1, 2, 2, 2]


def test_steps_stay_one_list_over_a_page_end(read: Callable[..., Document]) -> None:
    def first(canvas: Canvas) -> None:
        write_lines(
            canvas, ["1. Park the car on firm and level ground.", "2. Put the jack under the jack point and"], top=700
        )

    document = read(first, lambda c: write_lines(c, ["turn its handle.", "3. Take the wheel off."], x=84, top=80))
    lines = [line for block in document.blocks if block.kind == Kind.LIST for line in block.lines]
    assert [line.text for line in lines][:2] == [
        "1. Park the car on firm and level ground.",
        "2. Put the jack under the jack point and turn its handle.",
    ]
    assert [place.page for place in lines[1].places] == [1, 2]


def test_a_picture_has_its_caption_page_and_box(read: Callable[..., Document], tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        write_lines(canvas, [*PROSE, "The jack point is shown in Figure 3-2."], top=80)
        put_picture(canvas, drawing(), x=100, top=200, width=240, height=160)
        write_lines(canvas, ["Figure 3-2 The jack point under the sill"], top=380)

    (block,) = [b for b in read(page).blocks if b.picture]
    picture = block.picture
    assert picture is not None
    assert picture.caption == block.text == "Figure 3-2 The jack point under the sill"
    assert picture.place is not None
    assert picture.place.page == 1
    assert picture.place.box == pytest.approx((100, 200, 340, 360), abs=1.5)
    with Image.open(tmp_path / "pictures" / picture.file) as image:
        # 240 x 160 points at 150 dots an inch, and red in its middle
        assert image.size == pytest.approx((500, 333), abs=3)
        assert image.convert("RGB").getpixel((250, 166)) == (255, 0, 0)


def test_a_vector_drawing_with_its_labels_is_a_picture(read: Callable[..., Document]) -> None:
    def page(canvas: Canvas) -> None:
        write_lines(canvas, PROSE, top=80)
        for i in range(5):
            canvas.circle(200 + 30 * i, HEIGHT - 280, 40)
        canvas.drawString(210, HEIGHT - 280, "A")
        write_lines(canvas, ["Figure 1 Five rings"], top=350)

    document = read(page)
    (block,) = [b for b in document.blocks if b.picture]
    assert block.text == "Figure 1 Five rings"
    assert "A" not in texts(document, Kind.PARAGRAPH)


def test_small_marks_rules_and_repeated_logos_are_no_pictures(read: Callable[..., Document]) -> None:
    def page(canvas: Canvas) -> None:
        put_picture(canvas, drawing("blue"), x=480, top=20, width=60, height=40)  # a logo on every page
        put_picture(canvas, drawing("green"), x=72, top=300, width=14, height=14)  # an icon
        canvas.line(72, 400, WIDTH - 72, 400)
        write_lines(canvas, PROSE, top=200)

    assert [b for b in read(page, page, page).blocks if b.picture] == []


@pytest.mark.parametrize(("top", "others", "kept"), [(300, 0, 0), (300, 41, 4), (20, 41, 0)])
def test_a_table_that_repeats_on_a_tenth_of_the_pages_or_at_their_edge_is_a_menu(
    read: Callable[..., Document], top: float, others: int, kept: int
) -> None:
    def with_table(canvas: Canvas) -> None:
        draw_grid(canvas, [["Home", "Tables"], ["Part one", "Part two"]], top=top)
        write_lines(canvas, PROSE, top=600)

    document = read(*[with_table] * 4, *[lambda canvas: write_lines(canvas, PROSE, top=600)] * others)
    assert len([block for block in document.blocks if block.table]) == kept


def test_pages_without_text_are_named(read: Callable[..., Document]) -> None:
    def scan(canvas: Canvas) -> None:
        put_picture(canvas, drawing(), x=0, top=0, width=WIDTH, height=HEIGHT)

    document = read(lambda c: write_lines(c, PROSE), scan, scan)
    assert document.pages == 3
    assert [w.en for w in document.warnings] == ["2 page(s) scanned without text, left out: 2, 3."]


def test_drawn_bullets_make_a_list(read: Callable[..., Document]) -> None:
    def page(canvas: Canvas) -> None:
        write_lines(canvas, PROSE, top=80)
        for i, item in enumerate(["Check the oil.", "Check the tyres."]):
            canvas.circle(76, HEIGHT - 147 - 16 * i, 2, fill=1)
            write_lines(canvas, [item], x=90, top=150 + 16 * i)

    assert texts(read(page), Kind.LIST) == ["- Check the oil.\n- Check the tyres."]


@pytest.mark.parametrize(("gap", "joined"), [(" ", "等待 30 分钟"), ("", "等待30分钟")])
def test_a_line_broken_beside_a_number_is_joined_as_the_document_writes(
    read: Callable[..., Document], gap: str, joined: str
) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    lines = [
        f"机油每{gap}10{gap}个月更换，火花塞每{gap}40{gap}个月更换，等待",
        f"30{gap}分钟之后再检查一次液面的高度是否足够。",
    ]
    document = read(lambda c: write_lines(c, lines, font="STSong-Light"))
    assert joined in document.text


def test_a_figure_that_comes_again_in_a_long_document_is_kept(read: Callable[..., Document]) -> None:
    def figure(canvas: Canvas) -> None:
        write_lines(canvas, PROSE, top=80)
        put_picture(canvas, drawing(), x=100, top=200, width=240, height=160)
        write_lines(canvas, ["Figure 1 The jack point"], top=380)

    plain = [lambda c: write_lines(c, PROSE, top=80)] * 12
    pages = [page for _ in range(3) for page in (figure, *plain)]
    assert [b.text for b in read(*pages).blocks if b.picture] == ["Figure 1 The jack point"] * 3


def test_a_table_of_contents_is_left_out(read: Callable[..., Document]) -> None:
    def contents(canvas: Canvas) -> None:
        write_lines(canvas, ["Contents"], top=80, size=16)
        write_lines(canvas, ["1. Care of the seats", "2. Care of the wheels"], top=120)

    def chapter(name: str) -> Draw:
        return lambda c: (write_lines(c, [name], top=80, size=16), write_lines(c, PROSE, top=120))

    document = read(contents, chapter("Care of the seats"), chapter("Care of the wheels"))
    assert [b.text for b in document.blocks] == [
        "Care of the seats",
        " ".join(PROSE),
        "Care of the wheels",
        " ".join(PROSE),
    ]


def test_a_picture_in_a_table_is_kept_and_the_table_too(read: Callable[..., Document]) -> None:
    def page(canvas: Canvas) -> None:
        write_lines(canvas, PROSE, top=80)
        draw_grid(canvas, [["Lamp", "Meaning"], ["", "Check the oil"]], top=200)
        for y in (220, 300):
            canvas.line(72, HEIGHT - y, 272, HEIGHT - y)
        for x in (72, 172, 272):
            canvas.line(x, HEIGHT - 200, x, HEIGHT - 300)
        put_picture(canvas, drawing(), x=80, top=245, width=60, height=45)

    document = read(page)
    assert len([b for b in document.blocks if b.picture]) == 1
    assert table_of(document).table is not None


def test_the_pages_are_told_as_they_are_read_and_can_be_ended(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))
        if stop_at == done:
            raise Stopped

    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(lambda c: write_lines(c, PROSE), lambda c: write_lines(c, PROSE)))
    stop_at = 0
    read_document(path, "a.pdf", progress=tell)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[0] == (1, 4)
    assert told[-1] == (4, 4)
    stop_at = 2
    with pytest.raises(Stopped):
        read_document(path, "a.pdf", progress=tell)


def test_letters_of_a_cell_that_are_drawn_in_another_order_are_read_from_the_left(
    read: Callable[..., Document],
) -> None:
    def page(canvas: Canvas) -> None:
        write_lines(canvas, PROSE, top=80)
        draw_grid(canvas, [["Action", "Keys"], ["Undo", ""], ["Redo", ""]], top=200)
        rows = ((234, "Z"), (254, "Y"))
        for top, _ in rows:
            canvas.drawString(200, HEIGHT - top, "+")
        write_lines(canvas, PROSE, top=400)
        for top, letter in rows:
            canvas.drawString(178, HEIGHT - top, "Ctrl")
            canvas.drawString(208, HEIGHT - top, letter)

    table = table_of(read(page)).table
    assert table is not None
    assert [row[1].replace(" ", "") for row in table.rows] == ["Ctrl+Z", "Ctrl+Y"]


def test_lines_of_an_item_with_a_drawn_bullet_are_one_item(read: Callable[..., Document]) -> None:
    def page(c: Canvas) -> None:
        for top, text in ((100, "a line of rope that is checked"), (113, "every day by the mate;"), (126, "a spring.")):
            c.drawString(90, HEIGHT - top, text)
            if top != 113:
                c.circle(82, HEIGHT - top + 3, 1.5, fill=1)

    assert texts(read(page), Kind.LIST) == ["- a line of rope that is checked every day by the mate;\n- a spring."]


def test_a_bold_numbered_line_alone_is_a_heading_and_bold_items_are_not(read: Callable[..., Document]) -> None:
    def page(c: Canvas) -> None:
        c.setFont("Helvetica-Bold", 10)
        c.drawString(72, HEIGHT - 80, "1. Company")
        write_lines(c, PROSE * 4, top=110)
        c.setFont("Helvetica-Bold", 10)
        c.drawString(72, HEIGHT - 240, "1) Stop")
        c.drawString(72, HEIGHT - 253, "2) Go")

    assert texts(read(page), Kind.HEADING) == ["1. Company"]


def test_letters_that_are_drawn_round_are_bold(read: Callable[..., Document]) -> None:
    def page(c: Canvas) -> None:
        c.drawString(72, HEIGHT - 80, "Frost protection", mode=2)
        write_lines(c, PROSE * 4, top=110)

    assert texts(read(page), Kind.HEADING) == ["Frost protection"]


def test_a_numbered_line_in_letters_a_little_larger_is_a_heading(read: Callable[..., Document]) -> None:
    def page(c: Canvas) -> None:
        c.setFont("Helvetica", 10.5)
        c.drawString(72, HEIGHT - 80, "2. Company")
        c.drawString(72, HEIGHT - 280, "Not numbered")
        c.drawString(72, HEIGHT - 310, "3 3 4 4")
        write_lines(c, PROSE * 4, top=110)

    assert texts(read(page), Kind.HEADING) == ["2. Company"]


def test_all_that_stands_in_the_frame_of_a_warning_belongs_to_it(read: Callable[..., Document]) -> None:
    def page(c: Canvas) -> None:
        c.rect(60, HEIGHT - 200, 460, 110)
        c.setFont("Helvetica-Bold", 10)
        c.drawString(72, HEIGHT - 105, "CAUTION")
        write_lines(c, ["Do not use water on burning fuel."], top=128)
        write_lines(c, ["Keep away from the pump."], top=152)
        c.drawString(72, HEIGHT - 176, "- Close the valves.")
        write_lines(c, PROSE, top=230)

    document = read(page)
    assert texts(document, Kind.WARNING) == [
        "CAUTION: Do not use water on burning fuel.\nKeep away from the pump.\n- Close the valves."
    ]
    assert texts(document, Kind.PARAGRAPH) == [" ".join(PROSE)]


def test_text_in_a_frame_that_is_no_warning_stays_what_it_is(read: Callable[..., Document]) -> None:
    def page(c: Canvas) -> None:
        c.rect(60, HEIGHT - 200, 460, 110)
        write_lines(c, PROSE, top=120)

    assert texts(read(page), Kind.PARAGRAPH) == [" ".join(PROSE)]


def test_names_with_their_values_under_each_other_are_paragraphs_of_their_own(read: Callable[..., Document]) -> None:
    lines = ["Customer: Hall & Reed", "Order number: 88123", "Note: see", "http://a.b/c"]
    blocks = read(lambda c: write_lines(c, lines)).blocks
    assert [block.text for block in blocks] == [*lines[:2], "Note: see http://a.b/c"]
    code = read(lambda c: write_lines(c, ["tools::test(basic)", "tools::test(all)"])).blocks
    assert len(code) == 1
    prose = read(lambda c: write_lines(c, ["It is as follows and", "goes on: here"])).blocks
    assert [block.text for block in prose] == ["It is as follows and goes on: here"]
