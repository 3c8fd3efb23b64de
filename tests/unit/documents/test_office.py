"""Word, PowerPoint, Excel and CSV files, EPUB books and zips of pages."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from files import add_picture, drawing, epub, packed, word
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches, Pt

from report_qa.documents.blocks import Block, Kind
from report_qa.documents.document import Document
from report_qa.documents.readers import read_document
from report_qa.documents.sections import split_document

Read = Callable[[str, bytes], Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write a file and read it; its pictures go into the folder ``pictures``."""

    def make(name: str, data: bytes) -> Document:
        path = tmp_path / name
        path.write_bytes(data)
        return read_document(path, name, pictures=tmp_path / "pictures")

    return make


def shape(document: Document) -> list[tuple[str, str]]:
    """Return kind and text of every block."""
    return [(str(block.kind), block.text) for block in document.blocks]


def table_of(document: Document) -> Any:
    """Return the only table."""
    (block,) = [block for block in document.blocks if block.table]
    return block.table


def with_caption(document: docx.document.Document) -> None:
    document.add_heading("车主手册", 0)
    document.add_heading("座椅", 1)
    document.add_paragraph("加热键见图 1。")
    add_picture(document, drawing())
    document.add_paragraph("图 1 加热键", style="Caption")
    document.add_heading("步骤", 2)
    document.add_paragraph("按下按键。", style="List Number")
    document.add_paragraph("等待提示灯亮起。", style="List Number")
    document.add_paragraph("警告")
    document.add_paragraph("高温可能烫伤皮肤。")


def test_a_word_file_has_its_styles_as_structure(read: Read) -> None:
    document = read("手册.docx", word(with_caption))
    assert document.title == "车主手册"
    assert shape(document) == [
        ("heading", "座椅"), ("paragraph", "加热键见图 1。"), ("picture", "图 1 加热键"), ("heading", "步骤"),
        ("list", "1. 按下按键。\n2. 等待提示灯亮起。"), ("warning", "警告：高温可能烫伤皮肤。"),
    ]  # fmt: skip
    _, sections = split_document(document, max_chars=1000)
    assert {s.path[:1] for s in sections} == {("座椅",)}


def test_merged_cells_of_a_word_table_are_said_everywhere(read: Read) -> None:
    def fill(document: docx.document.Document) -> None:
        table = document.add_table(rows=4, cols=3)
        for i, row in enumerate([["项目", "周期", ""], ["", "公里", "月"], ["机油", "10000", "12"], ["", "5000", "6"]]):
            for j, text in enumerate(row):
                table.cell(i, j).text = text
        table.cell(0, 0).merge(table.cell(1, 0))
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(2, 0).merge(table.cell(3, 0))
        for row in table.rows[:2]:
            row._tr.get_or_add_trPr().append(header := OxmlElement("w:tblHeader"))
            header.set(qn("w:val"), "true")

    table = table_of(read("a.docx", word(fill)))
    assert table.header == ("项目", "周期 · 公里", "周期 · 月")
    assert table.rows == (("机油", "10000", "12"), ("机油", "5000", "6"))


def test_a_slide_is_a_section_with_its_number_as_page(read: Read, tmp_path: Path) -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "销量"
    slide.placeholders[1].text = "上半年增长\n下半年持平"
    slide.notes_slide.notes_text_frame.text = "数据截至十二月。"
    second = show.slides.add_slide(show.slide_layouts[5])
    second.shapes.title.text = "按月"
    table = second.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for (i, j), text in {(0, 0): "月份", (0, 1): "销量", (1, 0): "一月", (1, 1): "120"}.items():
        table.cell(i, j).text = text
    second.shapes.add_picture(io.BytesIO(drawing()), Inches(1), Inches(4), width=Inches(3))
    written = io.BytesIO()
    show.save(written)
    document = read("a.pptx", written.getvalue())
    assert document.pages == 2
    assert shape(document)[:3] == [
        ("heading", "销量"),
        ("list", "- 上半年增长\n- 下半年持平"),
        ("paragraph", "数据截至十二月。"),
    ]
    assert table_of(document).rows == (("一月", "120"),)
    (picture,) = [block.picture for block in document.blocks if block.picture]
    assert picture.place is not None
    assert picture.place.page == 2
    assert picture.place.box is not None
    assert (picture.place.box.left, picture.place.box.top) == (Inches(1) / Pt(1), Inches(4) / Pt(1))


def presented(kind: XL_CHART_TYPE, data: object, title: str) -> bytes:
    """Return a presentation of one slide with a chart."""
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "销量"
    chart = slide.shapes.add_chart(kind, Inches(1), Inches(2), Inches(4), Inches(3), data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = title
    written = io.BytesIO()
    show.save(written)
    return written.getvalue()


def test_a_chart_of_a_slide_is_the_table_it_is_drawn_from(read: Read) -> None:
    data = CategoryChartData()
    data.categories = ["一月", "二月"]
    data.add_series("销量（辆）", (1200, 1350.5))
    data.add_series("占比", (0.35, None), number_format="0%")
    document = read("a.pptx", presented(XL_CHART_TYPE.COLUMN_CLUSTERED, data, "各月销量"))
    table = table_of(document)
    assert table.header == ("", "销量（辆）", "占比")
    assert table.rows == (("一月", "1200", "35%"), ("二月", "1350.5", ""))
    assert ("caption", "各月销量") in shape(document)
    assert document.warnings == ()


def test_a_chart_without_categories_is_counted_as_not_read(read: Read) -> None:
    data = XyChartData()
    data.add_series("点").add_data_point(1, 2)
    document = read("a.pptx", presented(XL_CHART_TYPE.XY_SCATTER, data, "散点"))
    assert [w.en for w in document.warnings] == ["1 picture(s) could not be read."]


def test_a_workbook_is_tables_under_the_names_of_its_sheets(read: Read) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "保养"
    for row in [["保养周期", None], ["项目", "占比"], ["机油", 0.4567], ["日期", datetime.date(2025, 3, 1)]]:
        sheet.append(row)
    sheet["B3"].number_format = "0.0%"
    sheet.merge_cells("A1:B1")
    sheet.append([])
    sheet.append(["表外说明"])
    book.create_sheet("隐藏").sheet_state = "hidden"
    written = io.BytesIO()
    book.save(written)
    document = read("a.xlsx", written.getvalue())
    assert [b.text for b in document.blocks if b.kind in {Kind.HEADING, Kind.CAPTION, Kind.PARAGRAPH}] == [
        "保养", "保养周期", "表外说明"
    ]  # fmt: skip
    assert table_of(document).header == ("项目", "占比")
    assert table_of(document).rows == (("机油", "45.7%"), ("日期", "2025-03-01"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separated_values_are_a_table_whatever_separates_them(read: Read, encoding: str, separator: str) -> None:
    rows = [["地区", "收入"], ["华东", "12"], ["华南", "9"]]
    text = "\r\n".join(separator.join(row) for row in rows)
    table = table_of(read("a.csv", text.encode(encoding)))
    assert (table.header, table.rows) == (("地区", "收入"), (("华东", "12"), ("华南", "9")))


CHAPTER = "<html><body><h1>第{n}章</h1><p>第{n}章的正文。</p><img src='../img/p.png'/></body></html>"


def test_a_book_is_read_in_the_order_of_its_spine(read: Read) -> None:
    chapters = {f"text/c{n}.xhtml": CHAPTER.format(n=n) for n in (2, 1, 3)}
    document = read("a.epub", epub(chapters, {"img/p.png": drawing()}))
    assert document.title == "一本书"
    assert [b.text for b in document.blocks if b.kind == Kind.HEADING] == ["第2章", "第1章", "第3章"]


def test_a_zip_of_pages_is_read_as_its_index_links_them(read: Read) -> None:
    files: dict[str, bytes | str] = {
        "manual/index.html": "<h1>手册</h1><a href='b.html'>乙</a><a href='a.html'>甲</a>",
        "manual/a.html": "<h2>甲章</h2><p>甲的正文。</p>",
        "manual/b.html": "<h2>乙章</h2><p>乙的正文。</p><img src='p.png'>",
        "manual/z10.html": "<h2>十</h2>",
        "manual/z9.html": "<h2>九</h2>",
        "manual/p.png": drawing(),
    }
    document = read("a.zip", packed(files))
    assert [b.text for b in document.blocks if b.kind == Kind.HEADING] == ["手册", "乙章", "甲章", "九", "十"]
    assert document.pictures == 1


def lines_of(blocks: tuple[Block, ...]) -> list[tuple[int, int]]:
    """Return first and last line of every line."""
    return [(line.first, line.last) for block in blocks for line in block.lines]


def test_lines_of_what_is_no_text_file_are_numbered_through(read: Read) -> None:
    blocks = read("a.docx", word(with_caption)).blocks
    assert lines_of(blocks) == [(i, i) for i in range(1, len(lines_of(blocks)) + 1)]


def sheet(fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_rows_above_the_header_are_no_header_and_tables_side_by_side_are_two(read: Read) -> None:
    def fill(ws: Any) -> None:
        ws["A1"] = "年度销售"
        ws["A2"], ws["D2"] = "单位：万元", "制表日期：2024-01-15"
        for row in (["区域", "一季度", "二季度", "同比", None, "产品", "台数"], ["华东", 12, 13, 0.1, None, "甲", 3]):
            ws.append(row)
        ws.append(["华南", 9, 8, 0.2, None, "乙", 5])
        ws.append(["注：未经审计。"])

    blocks = read("a.xlsx", sheet(fill)).blocks
    assert [(b.kind, b.text) for b in blocks if not b.table][1:] == [
        (Kind.PARAGRAPH, "制表日期：2024-01-15"),
        (Kind.CAPTION, "年度销售"),
        (Kind.PARAGRAPH, "单位：万元"),
        (Kind.NOTE, "注：未经审计。"),
    ]
    left, right = [b.table for b in blocks if b.table]
    assert left.header == ("区域", "一季度", "二季度", "同比")
    assert right.rows == (("甲", "3"), ("乙", "5"))


def test_numbers_behind_an_empty_column_are_of_the_rows_before_it(read: Read) -> None:
    def fill(ws: Any) -> None:
        for row in (["Month", "Coast", None, "Inland"], ["January", 2.5, None, 3.5], ["May", 4.5, None, 5.5]):
            ws.append(row)

    [table] = [b.table for b in read("a.xlsx", sheet(fill)).blocks if b.table]
    assert table.rows == (("January", "2.5", "", "3.5"), ("May", "4.5", "", "5.5"))


def test_hidden_rows_and_columns_are_left_out_and_formats_are_shown(read: Read) -> None:
    def fill(ws: Any) -> None:
        ws.append(["Site", "Secret", "Cost", "Length"])
        ws.append(["Leith", 1, 1300.5, datetime.timedelta(hours=8, minutes=30)])
        ws.append(["Gone", 2, 7, None])
        ws.append(["Perth", 3, -20, datetime.time(6, 0)])
        ws.row_dimensions[3].hidden = ws.column_dimensions["B"].hidden = True
        ws["C2"].number_format = ws["C4"].number_format = "[$€-407]#,##0.00"

    table = table_of(read("a.xlsx", sheet(fill)))
    assert table.header == ("Site", "Cost", "Length")
    assert table.rows == (("Leith", "€1,300.50", "8:30"), ("Perth", "-€20.00", "06:00"))


def test_quotes_in_quotes_and_line_ends_in_a_value_of_a_csv_file(read: Read) -> None:
    table = table_of(read("a.csv", b'Name,Text,USD\n"Hose, 10 m","a ""heavy"" one\nwith ends",24.90\nCap,Brass,7.5\n'))
    assert table.rows[0] == ("Hose, 10 m", 'a "heavy" one; with ends', "24.90")


def test_hidden_slides_are_left_out_and_columns_are_read_one_after_the_other(read: Read) -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    for left, top, text in [
        (0.5, 0.3, "Two ways"),
        (5, 1.4, "B"),
        (0.5, 1.5, "A"),
        (0.5, 2.3, "cheap"),
        (5, 2.2, "quick"),
    ]:
        slide.shapes.add_textbox(Inches(left), Inches(top), Inches(3), Inches(0.6)).text_frame.text = text
    slide.shapes.add_textbox(Inches(1), Inches(4), Inches(8), Inches(0.6)).text_frame.text = "Both are tested."
    hidden = show.slides.add_slide(show.slide_layouts[5])
    hidden.shapes.title.text = "Not shown"
    hidden._element.set("show", "0")
    data = io.BytesIO()
    show.save(data)
    texts = [block.text for block in read("a.pptx", data.getvalue()).blocks]
    assert texts == ["Two ways", "A", "cheap", "B", "quick", "Both are tested."]


def test_steps_of_a_word_file_count_on_behind_a_remark_and_anew_below_a_heading(read: Read) -> None:
    def fill(document: docx.document.Document) -> None:
        for heading in ("Fit", "Stop"):
            document.add_heading(heading, 1)
            document.add_paragraph("Fit the bolts.", style="List Number")
            document.add_paragraph("Do not overtighten.")
            document.add_paragraph("Connect the hoses.", style="List Number")

    lists = [block.text for block in read("a.docx", word(fill)).blocks if block.kind == Kind.LIST]
    assert lists == ["1. Fit the bolts.", "2. Connect the hoses."] * 2


def test_bold_lines_of_a_word_file_without_styles_are_its_headings(read: Read) -> None:
    def fill(document: docx.document.Document) -> None:
        for bold, rest in (("安全管理办法", ""), ("第一章 总则", "为加强安全生产管理，制定本办法，适用于各单位。" * 3)):
            document.add_paragraph().add_run(bold).bold = True
            if rest:
                document.add_paragraph(rest)

    title, [section] = split_document(read("a.docx", word(fill)), max_chars=1200)
    assert (title, section.path) == ("安全管理办法", ("第一章 总则",))
