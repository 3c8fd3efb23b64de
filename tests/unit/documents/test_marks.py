"""How plain text marks its headings, and what pages leave in it."""

from __future__ import annotations

import pytest
from shapes import cut, paths

from report_qa.documents.blocks import Kind
from report_qa.documents.plain import parse_plain

BODY = "本章说明公司在过去一年中的收入、成本与人员情况，全部数据来自公司的年度财务报表与人事统计。"
BODY_EN = "This part tells of the income, the costs and the staff of the company in the past year."


def headings(text: str) -> list[str]:
    return [block.text for block in parse_plain(text) if block.kind == Kind.HEADING]


def test_a_line_with_a_rule_under_it_is_a_heading() -> None:
    text = f"Washing machine\nInstruction manual\n\nUsing it\n========\n\nA load\n------\n{BODY_EN}\n\nCare\n====\n\n{BODY_EN}\n"
    assert paths(text) == [("Using it", "A load"), ("Care",)]
    assert not any("==" in chunk.text for chunk in cut(text).chunks)


def test_a_rule_under_the_names_of_columns_makes_no_heading() -> None:
    assert headings("Item    Share\n-------------\nPens     64%\nInk      33%\n") == []


def test_hashes_mark_headings_in_plain_text_too() -> None:
    text = f"# Handbook\n\n## Leave\n{BODY_EN}\n\n## Pay\n{BODY_EN}\n"
    assert paths(text) == [("Leave",), ("Pay",)]


def test_capitals_over_text_are_a_heading_and_stand_over_others() -> None:
    text = f"Fees of the school\n\nRISK MANAGEMENT\n\nPrincipal risks\n\n{BODY_EN}\n\nPAYMENT AND TERMS\n{BODY_EN}\n"
    assert paths(text) == [("RISK MANAGEMENT", "Principal risks"), ("PAYMENT AND TERMS",)]


def test_a_short_line_over_a_sentence_is_a_heading_and_one_over_names_and_values_is_none() -> None:
    assert headings(f"某某公交时刻表全文\n\n{BODY}\n\n票价\n全程一票制2元，刷卡1.8元，老人免费。\n")[-1] == "票价"
    assert "地址" not in headings(f"某某公交时刻表全文\n\n{BODY}\n\n地址\n江州市中山路\n")
    assert (
        headings(f"Guide to the town\n\n{BODY_EN}\n\nthe town\nThe market is held on every Saturday morning.\n")[1:]
        == []
    )


def test_the_label_of_a_warning_is_no_heading() -> None:
    made = cut(
        f"Fees of the school\n\n{BODY_EN}\n\nIMPORTANT\nA full term's notice is required before a pupil is withdrawn.\n"
    )
    assert [kind for section in made.sections for kind in section.kinds][-1] == Kind.WARNING


def test_numbers_with_capitals_are_headings_and_steps_in_capitals_are_none() -> None:
    text = f"Minutes of the council\n\n1. APOLOGIES\nNone.\n\n2. FINANCE\n{BODY_EN}\n\n3. PLANNING\n{BODY_EN}\n"
    assert [path[-1] for path in paths(text)] == ["1. APOLOGIES", "2. FINANCE", "3. PLANNING"]
    assert headings("1. PRESS START\n2. WAIT FOR THE TONE\n3. SPEAK\n") == []


def test_letters_and_numbers_nest() -> None:
    text = f"Staff Handbook\n\nSection A: Working time\n\nA.1 Core hours\n{BODY_EN}\n\nA.2 Overtime\n{BODY_EN}\n\nSection B: Leave\n\nB.1 Annual leave\n{BODY_EN}\n"
    assert paths(text) == [
        ("Section A: Working time", "A.1 Core hours"),
        ("Section A: Working time", "A.2 Overtime"),
        ("Section B: Leave", "B.1 Annual leave"),
    ]


def test_sections_stand_over_what_they_hold_with_and_without_chapters() -> None:
    text = f"某某公司年度报告全文\n\n第二节 财务数据\n\n一、会计数据\n\n{BODY}\n\n第三节 股东情况\n\n（一）持股情况\n\n{BODY}\n"
    assert paths(text) == [("第二节 财务数据", "一、会计数据"), ("第三节 股东情况", "（一）持股情况")]
    text = f"某某公司年度报告全文\n\n第一章 经营\n\n第一节 收入\n\n一、国内\n\n{BODY}\n\n（一）华东\n\n{BODY}\n\n第二节 成本\n\n{BODY}\n"
    assert paths(text) == [
        ("第一章 经营", "第一节 收入", "一、国内"),
        ("第一章 经营", "第一节 收入", "一、国内", "（一）华东"),
        ("第一章 经营", "第二节 成本"),
    ]


def test_only_the_bare_number_of_a_chapter_takes_the_next_line_for_its_title() -> None:
    assert headings(f"Transport review\n\nChapter 2\nDemand\n\n{BODY_EN}\n")[-1] == "Chapter 2 · Demand"
    text = f"员工手册\n\n第三章 差旅报销\n第五条 住宿标准（元/晚）\n职级\t一线\t二线\n经理\t600\t450\n员工\t450\t350\n第六条 出差补贴为每天100元。\n\n{BODY}\n"
    assert paths(text) == [("第三章 差旅报销",)]
    assert {"经理 · 一线：600元/晚"} <= {chunk.text for chunk in cut(text).chunks}


@pytest.mark.parametrize(
    "line", ["型号：LX-300 激光打印机", "Deposit: 50 EUR per bike", "下次会议：2025年4月18日", "n = 2,140 employees"]
)
def test_a_name_and_its_value_are_no_heading(line: str) -> None:
    assert line not in headings(f"产品规格说明书全文\n\n{line}\n\n{BODY}\n")


def test_numbers_of_pages_and_running_lines_are_left_out() -> None:
    text = (
        f"Annual report of the company\n\n{BODY_EN}\n\n- 3 -\n\n{BODY_EN}\n\nCompany plc  Annual Report      8\n\n{BODY_EN}\n第 9 页 共 20 页\n\n"
        f"Company plc  Annual Report      9\n\nStep 1\n\n{BODY_EN}\n\nStep 2\n\n{BODY_EN}\n"
    )
    said = "\n".join(block.text for block in parse_plain(text))
    assert "Annual Report " not in said
    assert "- 3 -" not in said
    assert "页" not in said
    assert "Step 1" in said
    assert "Step 2" in said


def test_a_table_of_contents_is_left_out() -> None:
    entries = "第一章 总则…………………1\n第二章 细则…………………4"
    text = f"员工手册\n\n目录\n{entries}\n\n第一章 总则\n{BODY}\n第二章 细则\n{BODY}\n"
    assert headings(text) == ["第一章 总则", "第二章 细则"]
    assert paths(text) == [("第一章 总则",), ("第二章 细则",)]
    english = f"Report of the year\n\nCONTENTS\n\nMoney .......... 3\nPeople ......... 7\n\n{BODY_EN}\n"
    assert "Money" not in "\n".join(block.text for block in parse_plain(english))


def test_values_that_dots_lead_to_stay_whatever_they_are() -> None:
    text = f"Bike hire of the harbour\n\n{BODY_EN}\n\nMon-Fri ......... 9.00-18.00\nSunday .......... closed\n"
    assert [line.text for line in parse_plain(text)[-1].lines] == ["Mon-Fri: 9.00-18.00", "Sunday: closed"]


def test_names_and_values_under_a_heading_of_their_own_get_no_other() -> None:
    text = f"员工手册全文说明\n\n第一章 总则\n\n{BODY}\n\n附录一 联系电话\n教务处：025-8888\n学生处：025-5678\n"
    assert headings(text) == ["第一章 总则", "附录一 联系电话"]


def test_numbered_headings_right_over_their_text_are_found() -> None:
    text = f"管理办法全文说明\n\n1 目的\n{BODY}\n\n2 标准\n{BODY}\n\n3 记录\n{BODY}\n"
    assert paths(text) == [("1 目的",), ("2 标准",), ("3 记录",)]
    text = f"Lending policy\n\n1. Introduction\n\n{BODY_EN}\n\n2. Duties\n\n2.1. Borrowers must:\n(a) keep it dry;\n(b) return it.\n\n3. Fees\n\n{BODY_EN}\n"
    assert headings(text)[-3:] == ["1. Introduction", "2. Duties", "3. Fees"]
