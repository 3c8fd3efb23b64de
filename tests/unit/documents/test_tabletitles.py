"""Titles of tables and their units, wherever they stand by the table."""

from __future__ import annotations

import pytest

from report_qa.documents.blocks import Block, Kind, Line
from report_qa.documents.headings import names_a_table
from report_qa.documents.tables import make_table
from report_qa.documents.tabletitles import join_titles

TABLE = Block(Kind.TABLE, (Line("a", 0, 0),), table=make_table([["指标", "2023"], ["收入", "12"]], [0, 1]))


def text(*lines: str, kind: Kind = Kind.PARAGRAPH) -> Block:
    return Block(kind, tuple(Line(line, 0, 0) for line in lines))


def texts(blocks: list[Block]) -> list[str]:
    return ["TABLE" if block.table else block.text for block in join_titles(blocks)]


def test_a_unit_between_title_and_table_is_in_the_title() -> None:
    assert texts([text("表1-1 指标"), text("单位：万元"), TABLE]) == ["表1-1 指标（单位：万元）", "TABLE"]
    assert texts([text("Table 2. Costs"), text("Unit: GBP"), TABLE]) == ["Table 2. Costs (Unit: GBP)", "TABLE"]


def test_a_unit_behind_or_under_the_title_too() -> None:
    assert texts([text("表1 指标  单位：万元"), TABLE]) == ["表1 指标（单位：万元）", "TABLE"]
    assert texts([text("月度用电量", "单位：千瓦时"), TABLE]) == ["月度用电量（单位：千瓦时）", "TABLE"]


def test_a_currency_behind_the_unit_is_no_part_of_it() -> None:
    assert texts([text("表3 数据"), text("单位：元币种：人民币"), TABLE]) == ["表3 数据（单位：元）", "TABLE"]


def test_a_unit_alone_stays_by_its_table() -> None:
    assert texts([text("前文说明。"), text("单位：公里"), TABLE]) == ["前文说明。", "（单位：公里）", "TABLE"]


def test_a_title_below_goes_above_unless_it_is_that_of_the_next_table() -> None:
    assert texts([text("Text."), TABLE, text("Table 1. Stations")]) == ["Text.", "Table 1. Stations", "TABLE"]
    blocks = [text("Table 1. Stations"), TABLE, text("Table 2. Rivers"), TABLE]
    assert texts(blocks) == ["Table 1. Stations", "TABLE", "Table 2. Rivers", "TABLE"]


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
