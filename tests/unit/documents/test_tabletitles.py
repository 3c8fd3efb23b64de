"""Titles of tables and their units, wherever they stand by the table."""

from __future__ import annotations

import pytest

from report_qa.documents.blocks import Block, Kind, Line
from report_qa.documents.document import Document
from report_qa.documents.headings import names_a_table
from report_qa.documents.sections import split_document
from report_qa.documents.tables.table import make_table
from report_qa.documents.tables.titles import titles_first

TABLE = Block(Kind.TABLE, (Line("a", 0, 0),), table=make_table([["指标", "2023"], ["收入", "12"]], [0, 1]))


def text(*lines: str, kind: Kind = Kind.PARAGRAPH) -> Block:
    return Block(kind, tuple(Line(line, 0, 0) for line in lines))


def texts(*blocks: Block) -> list[str]:
    return ["TABLE" if block.table else block.text for block in titles_first(blocks)]


def test_a_title_below_goes_above_unless_it_is_that_of_the_next_table() -> None:
    assert texts(text("Text."), TABLE, text("Table 1. Stations")) == ["Text.", "Table 1. Stations", "TABLE"]
    titled_above = ["Table 1. Stations", "TABLE", "Table 2. Rivers", "TABLE"]
    assert texts(text("Table 1. Stations"), TABLE, text("Table 2. Rivers"), TABLE) == titled_above


def test_a_table_with_a_caption_takes_no_title_from_below() -> None:
    captioned = text("Stations", kind=Kind.CAPTION)
    assert texts(captioned, TABLE, text("Table 1. Rivers")) == ["Stations", "TABLE", "Table 1. Rivers"]


@pytest.mark.parametrize(
    ("lines", "title", "unit"),
    [
        (("表1-1 指标", "单位：万元"), "指标", "万元"),
        (("Table 2. Costs", "Unit: GBP"), "Costs", "GBP"),
        (("表1 指标  单位：万元",), "指标", "万元"),
        (("月度用电量", "单位：千瓦时"), "月度用电量", "千瓦时"),
        (("表3 数据", "单位：元币种：人民币"), "数据", "元"),
        (("前文说明。", "单位：公里"), "", "公里"),
    ],
)
def test_a_unit_by_the_title_is_that_of_the_table(lines: tuple[str, ...], title: str, unit: str) -> None:
    above = [Block(Kind.PARAGRAPH, (Line(line, i, i),)) for i, line in enumerate(lines)]
    first = len(lines)
    rows = (Line("指标\t2023", first, first), Line("收入\t12", first + 1, first + 1))
    table = Block(Kind.TABLE, rows, table=make_table([["指标", "2023"], ["收入", "12"]], [first, first + 1]))
    document = Document("a.pdf", "", "", "zh", tuple(titles_first([*above, table])))
    _, [section] = split_document(document, max_chars=2000)
    [placed] = section.tables
    assert (placed.table.title, placed.table.unit) == (title, unit)


@pytest.mark.parametrize(
    "sentence", ["Table 1 lists the stations.", "表1给出各站流量", "表2所示为年度数据", "表3中的数据", "表4可见"]
)
def test_a_sentence_about_a_table_is_no_title(sentence: str) -> None:
    assert not names_a_table(sentence)


@pytest.mark.parametrize(
    "title",
    ["Table 1 Stations", "Table 1. stations", "表1 各站流量", "表2-1分厂产量", "表 3 中文字号", "表4可再生能源"],
)
def test_titles_of_tables(title: str) -> None:
    assert names_a_table(title)
