"""What the lines above a table say about it: its title, and the unit of its values."""

from __future__ import annotations

import pytest
from shapes import cut

from report_qa.documents.tables.cells import unit_of_caption, unit_of_line

ZH = "项目\t2023年\t2024年\n差旅费\t120\t98\n会议费\t30\t41"
EN = "Item\tQ1\tQ2\nTravel\t120\t98\nMeetings\t30\t41"


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：万元", "万元"),
        ("（单位：万元）", "万元"),
        ("金额单位：人民币元", "元"),
        ("单位：元 币种：人民币", "元"),
        ("Unit: kWh", "kWh"),
        ("(£ million)", "£ million"),
        ("(USD m)", "USD m"),
        ("(% of respondents)", "%"),
        ("All figures in EUR incl. VAT", "EUR"),
        ("（分钟）", "分钟"),
        ("(restated)", ""),
        ("单位：各部门、分公司", ""),
        ("承办单位：江州大学", ""),
        ("Prices went up.", ""),
    ],
)
def test_a_line_may_give_nothing_but_the_unit_of_a_table(line: str, unit: str) -> None:
    assert unit_of_line(line) == unit


def test_a_title_ends_with_its_unit() -> None:
    assert unit_of_caption("表1  居民消费价格涨跌幅度          单位：%") == "%"
    assert unit_of_caption("Revenue by region (USD m)") == "USD m"
    assert unit_of_caption("How often do you work from home? (% of respondents)") == "%"
    assert unit_of_caption("下表为各产品线销量（万台）：") == "万台"
    assert unit_of_caption("Results (Group)") == ""


def test_a_unit_on_a_line_above_a_table_goes_to_its_values() -> None:
    said = {chunk.text for chunk in cut(f"某某公司年度费用报告\n\n一、费用情况\n\n单位：万元\n\n{ZH}\n").chunks}
    assert "差旅费 · 2023年：120万元" in said
    text = f"Cost report of the company\n\nRunning costs\n(£ million)\n{EN}\n"
    found = {(chunk.table_title, chunk.text) for chunk in cut(text).chunks}
    assert ("Running costs", "Travel · Q1: £120 million") in found


@pytest.mark.parametrize("above", ["差旅与会议", "第三条 费用按下表执行：\n"])
def test_the_line_right_above_a_table_or_one_that_introduces_it_is_its_title(above: str) -> None:
    text = f"某某公司年度费用报告\n\n一、费用情况\n\n本章说明费用情况。\n\n{above}\n{ZH}\n"
    chunk = next(chunk for chunk in cut(text).chunks if chunk.text.startswith("差旅费 · 2023年"))
    assert above.strip().rstrip("：") in (chunk.table_title, *cut(text).sections[chunk.section].path[-1:])


def test_a_sentence_above_a_table_is_no_title() -> None:
    text = f"某某公司年度费用报告\n\n一、费用情况\n\n本章说明费用情况。\n{ZH}\n"
    assert {chunk.table_title for chunk in cut(text).chunks} == {""}


def test_a_heading_too_small_for_a_section_is_the_title_of_its_table() -> None:
    text = "# 报告\n\n## 费用\n\n全年费用低于预算，主要因为出差减少，会议改在线上举行。\n\n###### 明细\n\n| 项目 | 金额 |\n|---|---|\n| 差旅费 | 98元 |\n"
    found = [(chunk.table_title, chunk.text) for chunk in cut(text, "a.md").chunks if chunk.kind == "cell"]
    assert found == [("明细", "差旅费 · 金额：98元")]


@pytest.mark.parametrize("window", [20, 80, 150])
def test_a_question_stays_with_its_answer(window: int) -> None:
    pairs = [
        ("问：会员积分多久过期？", "答：积分自获得之日起24个月内有效，逾期自动清零。"),
        ("问：如何升级为金卡会员？", "答：一年内累计消费满5000元即可自动升级。"),
    ]
    text = "会员服务常见问题\n\n" + "\n\n".join(f"{question}\n{answer}" for question, answer in pairs) + "\n"
    texts = [chunk.text for chunk in cut(text, window_chars=window).chunks]
    assert texts == [f"{question}\n{answer}" for question, answer in pairs]


def test_numbered_questions_are_no_procedure() -> None:
    text = "常见问题\n\n1. 积分多久过期？\n积分两年内有效。\n2. 可以退款吗？\n七天内可以退款。\n"
    assert [chunk.text for chunk in cut(text).chunks] == [
        "1. 积分多久过期？\n积分两年内有效。",
        "2. 可以退款吗？\n七天内可以退款。",
    ]


def test_a_small_heading_stays_with_what_stands_under_it() -> None:
    text = (
        "# Handbook\n\n## Working time\n\n"
        + "Staff choose when to begin and end their day. " * 3
        + "\n\n###### Overtime\n\nIt must be agreed with the line manager.\n"
    )
    assert any("Overtime\nIt must be agreed" in chunk.text for chunk in cut(text, "a.md", window_chars=60).chunks)
