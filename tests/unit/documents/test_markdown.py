"""Markdown as it is written: bold headings, tables in lists, quoted warnings, lines that are broken on purpose."""

from __future__ import annotations

import pytest
from shapes import cut, paths

from report_qa.documents.blocks import Block, Kind
from report_qa.documents.markdown import parse_markdown
from report_qa.documents.notices import join_notices

BODY = "Refunds are given within thirty days of the day on which the order was placed."


def blocks(text: str) -> list[tuple[Kind, list[str]]]:
    found: list[Block] = join_notices(parse_markdown(text))
    return [(block.kind, [line.text for line in block.lines]) for block in found]


def test_a_bold_line_over_text_is_a_heading_below_the_last_one() -> None:
    text = f"# Plans\n\nAll plans at a glance.\n\n## Terms\n\n{BODY}\n\n**Refunds**\n\n{BODY}\n\n__Ending__\n\n{BODY}\n"
    assert paths(text, "a.md") == [(), ("Terms",), ("Terms", "Refunds"), ("Terms", "Ending")]


@pytest.mark.parametrize(
    "line",
    [
        "**Can I change my plan?**",
        "**单位：万元**",
        "**Warning**",
        "**Bold** and not",
        "**It is so.**",
        "**A** · **B**",
    ],
)
def test_other_bold_lines_are_no_headings(line: str) -> None:
    kinds = [kind for kind, _ in blocks(f"# Plans\n\n{BODY}\n\n{line}\n\n{BODY}\n")]
    assert kinds.count(Kind.HEADING) == 1


def test_a_table_in_a_list_stays_a_table() -> None:
    text = "1. Report it.\n   - by phone\n2. Rate it:\n\n   | Rank | Time |\n   |---|---|\n   | P1 | 15 min |\n\n3. Close it.\n"
    assert blocks(text) == [
        (Kind.LIST, ["1. Report it.", "  - by phone", "2. Rate it:"]),
        (Kind.TABLE, ["Rank\tTime", "P1\t15 min"]),
        (Kind.LIST, ["3. Close it."]),
    ]
    assert "P1 · Time: 15 min" in {chunk.text for chunk in cut(f"# How\n\n{text}", "a.md").chunks}


def test_code_in_a_list_is_not_lost() -> None:
    assert blocks("1. Type this:\n\n   ```\n   make run\n   ```\n\n2. Wait.\n") == [
        (Kind.LIST, ["1. Type this:", "  make run", "2. Wait."])
    ]


def test_what_is_quoted_keeps_its_lists_and_tables() -> None:
    text = "> - one\n> - two\n>\n> | a | b |\n> |---|---|\n> | x | y |\n"
    assert blocks(text) == [(Kind.LIST, ["- one", "- two"]), (Kind.TABLE, ["a\tb", "x\ty"])]


@pytest.mark.parametrize("label", ["**Warning**", "[!WARNING]", "⚠ **警告**"])
def test_the_label_on_the_first_line_of_a_quote_makes_it_a_warning(label: str) -> None:
    ((kind, lines),) = blocks(f"> {label}\n> Never run the pump dry,\n> not even for a test.\n")
    assert kind == Kind.WARNING
    assert lines[0].endswith("Never run the pump dry, not even for a test.")
    assert "[" not in lines[0]


def test_lines_that_are_broken_on_purpose_stay_lines() -> None:
    assert blocks("First line  \nsecond line\\\nthird\nline\n") == [
        (Kind.PARAGRAPH, ["First line", "second line", "third line"])
    ]
    assert blocks("时间：3月14日\n地点：二楼\n") == [(Kind.PARAGRAPH, ["时间：3月14日", "地点：二楼"])]


def test_a_table_of_two_columns_may_begin_with_data() -> None:
    text = "| 额定功率 | 2000 W |\n|---|---|\n| 额定电压 | 220 V |\n| 重量 | 3.5 kg |\n"
    assert blocks(text) == [(Kind.LIST, ["额定功率：2000 W", "额定电压：220 V", "重量：3.5 kg"])]
    text = "| 参数 | 数值 |\n|---|---|\n| 额定电压 | 220 V |\n"
    assert blocks(text)[0][0] == Kind.TABLE
