"""Headings, lists, tables and code of plain text and Markdown, as sections."""

from __future__ import annotations

import pytest
from shapes import cut, paths

from report_qa.documents.blocks import Kind

BODY = "本章说明公司在过去一年中的收入、成本与人员情况，全部数据来自公司的年度财务报表与人事统计。"
BODY_EN = "This part tells of the income, the costs and the staff of the company in the past year."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("第一章 总则", "第二章 细则"),
        ("第一部分 总则", "第二部分 细则"),
        ("一、总则", "二、细则"),
        ("（一）总则", "（二）细则"),
        ("3.1 总则", "3.2 细则"),
        ("1 Introduction", "2 Methods"),
        ("Chapter 1 Introduction", "Chapter 2 Methods"),
        ("Section 1 Introduction", "Section 2 Methods"),
        ("总体经营情况说明", "未来发展方向说明"),
    ],
)
def test_headings_of_plain_text_open_sections(first: str, second: str) -> None:
    text = f"某某公司年度报告全文\n\n公司概况如下所述。\n\n{first}\n\n{BODY}\n\n{second}\n\n{BODY}\n"
    assert [path[-1] for path in paths(text) if path] == [first, second]


def test_headings_of_plain_text_nest_by_their_rank() -> None:
    text = "\n\n".join(
        [
            "某某公司年度报告全文",
            "第三章 经营",
            BODY,
            "一、收入",
            BODY,
            "（一）国内",
            BODY,
            "（二）国外",
            BODY,
            "二、成本",
            BODY,
        ]
    )
    assert paths(text) == [
        ("第三章 经营",),
        ("第三章 经营", "一、收入"),
        ("第三章 经营", "一、收入", "（一）国内"),
        ("第三章 经营", "一、收入", "（二）国外"),
        ("第三章 经营", "二、成本"),
    ]


def test_decimal_numbers_nest_by_their_length() -> None:
    text = "\n\n".join(
        ["User manual of the pump", "3.2 Cleaning", BODY_EN, "3.2.1 Filter", BODY_EN, "3.3 Storage", BODY_EN]
    )
    assert paths(text) == [("3.2 Cleaning",), ("3.2 Cleaning", "3.2.1 Filter"), ("3.3 Storage",)]


@pytest.mark.parametrize(
    "line",
    ["第三章 说明了公司的收入。", "3.5 倍的增长来自华东，", "2024年的收入为 35%", "- 一、列表项", "问题：您使用吗？"],
)
def test_lines_that_only_look_like_headings_open_no_section(line: str) -> None:
    text = f"某某公司年度报告全文\n\n第一章 总则\n\n{BODY}\n\n{line}\n\n{BODY}\n"
    assert paths(text) == [("第一章 总则",)]


@pytest.mark.parametrize("first", ["第一章 总则", "一、总则", "1 Introduction"])
def test_a_plain_text_that_begins_with_a_chapter_keeps_it(first: str) -> None:
    second = {"第": "第二章 细则", "一": "二、细则", "1": "2 Methods"}[first[0]]
    result = cut(f"{first}\n\n{BODY}\n\n{second}\n\n{BODY}\n", "manual.txt")
    assert result.title == "manual"
    assert [section.path for section in result.sections] == [(first,), (second,)]


def test_numbered_steps_without_text_between_them_are_a_list() -> None:
    text = f"某某公司年度报告全文\n\n第一章 总则\n\n{BODY}\n\n1 打开电源\n\n2 按下按钮\n\n3 等待完成\n"
    (section,) = cut(text).sections
    assert section.kinds[1:] == (Kind.LIST,) * 3


def test_tab_separated_lines_are_a_table() -> None:
    text = f"某某公司年度报告全文\n\n第一章 总则\n\n{BODY}\n\n地区\t收入\n华东\t9%\n\t3%\n"
    (section,) = cut(text).sections
    (placed,) = section.tables
    assert placed.table.header == ("地区", "收入")
    assert placed.table.rows == (("华东", "9%"), ("", "3%"))
    assert [section.text[a:b] for a, b in placed.row_spans] == ["华东 | 9%", " | 3%"]
    assert section.text[slice(*placed.span)] == "地区 | 收入\n华东 | 9%\n | 3%"


def test_narrow_lines_of_an_english_sentence_are_joined_and_labels_are_not() -> None:
    (section,) = cut(
        "Quarterly progress report\n\nChapter 1 Costs\n\n"
        "The contingency stands at 26 million\ndollars after the second claim of the cable\ncontractor was settled.\n"
    ).sections
    assert "26 million dollars after the second claim of the cable contractor was settled." in section.text
    labels = cut("Quarterly progress report\n\nChapter 1 Costs\n\nThis is spent.\n8 Times\nafter launch\n").sections
    assert "8 Times\nafter launch" in labels[0].text


def test_numbered_chapters_are_found_over_their_subheadings_and_lists() -> None:
    text = "\n\n".join(
        ["Yearly report of the harbour", "1. IN SHORT", BODY_EN, "2. MONEY", "2.1 Income", BODY_EN, "2.2 Costs", BODY_EN,
         "3. PLANS", "- build a pier for the larger ships", "4. STAFF", BODY_EN]
    )  # fmt: skip
    assert paths(text) == [
        ("1. IN SHORT",),
        ("2. MONEY", "2.1 Income"),
        ("2. MONEY", "2.2 Costs"),
        ("3. PLANS",),
        ("4. STAFF",),
    ]


@pytest.mark.parametrize(
    ("cover", "title"),
    [
        ("HARBOUR COUNCIL\nBUDGET 2024/25", "HARBOUR COUNCIL BUDGET 2024/25"),
        ("临江市港务局\n年度报告\n二〇二四年", "临江市港务局 年度报告 二〇二四年"),
        ("Dear all,\nthis is our budget", "a"),
        ("Our budget is short.\nRead it", "a"),
        ("编号：07-3\n日期：2024-05", "a"),
    ],
)
def test_the_short_lines_on_the_cover_of_a_plain_text_are_its_title(cover: str, title: str) -> None:
    result = cut(f"{cover}\n\n{BODY_EN} {BODY_EN}\n\nChapter 1 Costs\n\n{BODY_EN}\n", "a.txt")
    assert result.title == title
    assert (title == "a") is (cover.split("\n")[0] in result.sections[0].text)


@pytest.mark.parametrize(
    "line",
    [
        "a. reproduce and share the work, in whole or in part; and",
        "Section 6(a), it reinstates:",
        "1.6 The owner may end the contract for any reason of the",
    ],
)
def test_the_middle_of_a_sentence_is_no_heading(line: str) -> None:
    text = f"Terms of the licence agreement\n\nChapter 1 Scope\n\n{BODY_EN}\n\n{line}\n\n{BODY_EN}\n"
    assert paths(text) == [("Chapter 1 Scope",)]


def test_lines_wrapped_inside_a_sentence_are_joined() -> None:
    wrapped = f"{BODY[:34]}\n{BODY[34:]}"
    (section,) = cut(f"某某公司年度报告全文\n\n第一章 总则\n\n{wrapped}\n").sections
    assert section.text == BODY
    assert section.lines == ((5, 6),)


@pytest.mark.parametrize("newline", ["\n\n", "\n"])
def test_markdown_headings_open_sections_and_the_only_top_one_is_the_title(newline: str) -> None:
    text = newline.join(
        ["# Report", f"{BODY_EN}\n", "## Income", f"{BODY_EN}\n", "### Abroad", f"{BODY_EN}\n", "## Costs", BODY_EN]
    )
    result = cut(text, "a.md")
    assert result.title == "Report"
    assert [s.path for s in result.sections] == [(), ("Income",), ("Income", "Abroad"), ("Costs",)]


def test_markdown_with_several_top_headings_is_titled_by_its_file() -> None:
    result = cut(f"# One\n\n{BODY_EN}\n\n# Two\n\n{BODY_EN}\n", "folder/guide.md")
    assert result.title == "guide"
    assert [s.path for s in result.sections] == [("One",), ("Two",)]


def test_markdown_lists_keep_their_numbers_and_nesting() -> None:
    (section,) = cut("# T\n\n3. three\n4. four\n   - inner\n\n- dot **bold**\n", "a.md").sections
    assert section.text.split("\n") == ["3. three", "4. four", "  - inner", "- dot bold"]
    assert section.lines == ((3, 3), (4, 4), (5, 5), (7, 7))


def test_markdown_tables_have_plain_cells_and_their_lines() -> None:
    (section,) = cut(
        "# T\n\n| **地区** | 收入 |\n|---|---|\n| `华东` | [9%](http://x) |\n| 华南 | |\n", "a.md"
    ).sections
    (placed,) = section.tables
    assert placed.table.header == ("地区", "收入")
    assert placed.table.rows == (("华东", "9%"), ("华南", ""))
    assert placed.table.row_lines == (5, 6)
    assert section.lines == ((3, 3), (5, 5), (6, 6))


def test_markdown_code_is_kept_as_it_is() -> None:
    (section,) = cut("# T\n\n```python\nif a < b and c > d:\n    run('x')\n```\n", "a.md").sections
    assert section.text.split("\n") == ["if a < b and c > d:", "run('x')"]
    assert section.lines == ((4, 4), (5, 5))


def test_markdown_html_blocks_lose_their_tags() -> None:
    (section,) = cut("# T\n\n<div>\n<b>kept</b>\n</div>\n", "a.md").sections
    assert section.text == "kept"


@pytest.mark.parametrize(
    ("inline", "plain"),
    [
        ("**bold** and *thin*", "bold and thin"),
        ('see [the page](https://a.b/c "t")', "see the page"),
        ("![picture](x.png) here", "picture here"),
        ("`code_name` and snake_case_name", "code_name and snake_case_name"),
        ("2 * 3 * 4", "2 * 3 * 4"),
    ],
)
def test_inline_markup_of_markdown_becomes_plain_text(inline: str, plain: str) -> None:
    (section,) = cut(f"# T\n\n{inline}\n", "a.md").sections
    assert section.text == plain


def test_a_long_section_is_cut_between_its_paragraphs() -> None:
    result = cut("# T\n\n## A\n\n" + "\n\n".join([BODY * 4] * 4), "a.md", section_chars=400)
    assert [(s.path, s.text) for s in result.sections] == [(("A",), f"{BODY * 4}\n{BODY * 4}")] * 2


def test_a_table_is_never_cut_in_parts() -> None:
    rows = "\n".join(f"| 第{i}区的各个城市 | {i}% |" for i in range(60))
    (section,) = cut(f"# T\n\n## A\n\n| 地区 | 收入 |\n|---|---|\n{rows}\n", "a.md", section_chars=200).sections
    assert len(section.tables[0].table.rows) == 60


def test_a_tiny_subsection_joins_the_section_above_it() -> None:
    result = cut(f"# T\n\n## A\n\n{BODY}\n\n### B\n\n很短。\n", "a.md")
    assert [s.text for s in result.sections] == [f"{BODY}\nB\n很短。"]


def test_tiny_neighbours_of_one_rank_are_one_section() -> None:
    result = cut("# T\n\n## A\n\n很短。\n\n## B\n\n也短。\n", "a.md")
    assert [(s.path, s.text) for s in result.sections] == [(("A",), "很短。\nB\n也短。")]
