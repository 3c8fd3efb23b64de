"""Headings and lists that a file does not mark: told by numbers, by bold letters, and by being typed."""

from __future__ import annotations

from report_qa.documents.blocks import Block, Kind, Line
from report_qa.documents.implied import with_bold_headings, with_implied_headings
from report_qa.documents.typed import with_typed_lists

PROSE = "本报告依据集团各事业部2023年度经营数据编制，统计口径与上一年度保持一致，除特别说明外均不含税。"


def text(line: str, kind: Kind = Kind.PARAGRAPH, rank: int = 0) -> Block:
    return Block(kind, (Line(line, 0, 0),), rank)


def headings(blocks: list[Block]) -> list[tuple[str, int]]:
    return [(block.text, block.rank) for block in blocks if block.kind == Kind.HEADING]


def head(line: str, rank: int) -> Block:
    return text(line, Kind.HEADING, rank)


def test_numbers_tell_headings_where_a_file_marks_none_but_its_title() -> None:
    lines = ["一、基本情况", PROSE, "（一）管材构成", PROSE, "二、存在问题", PROSE]
    blocks = [head("普查报告", 1), *map(text, lines)]
    assert headings(with_implied_headings(blocks)) == [
        ("普查报告", 1), ("一、基本情况", 3), ("（一）管材构成", 4), ("二、存在问题", 3),
    ]  # fmt: skip


def test_a_number_that_goes_on_with_a_heading_above_is_one_below_it() -> None:
    lines = [head("1 Overview", 2), text("1.1 Scope"), text(PROSE), text("1.2 Terms"), text(PROSE), head("2 Data", 2)]
    assert headings(with_implied_headings([*lines, text("3.1 Elsewhere"), text(PROSE)])) == [
        ("1 Overview", 2), ("1.1 Scope", 3), ("1.2 Terms", 3), ("2 Data", 2),
    ]  # fmt: skip


def test_a_chinese_number_goes_on_with_the_headings_before_it() -> None:
    lines = [head("九、费用", 3), text(PROSE), text("十、其他"), text(PROSE), text("十一、附则"), text(PROSE)]
    assert headings(with_implied_headings([head("十四、无", 3), *lines]))[1:] == [
        ("九、费用", 3), ("十、其他", 3), ("十一、附则", 3),
    ]  # fmt: skip


def test_numbered_sentences_are_no_headings() -> None:
    lines = ["一、本办法自发布之日起施行。", PROSE, "二、由财务部负责解释。", PROSE]
    assert not headings(with_implied_headings(list(map(text, lines))))


def test_lone_bold_lines_are_headings_below_the_marked_ones_and_labels_are_not() -> None:
    bold = [text("Frost protection"), text("Warning"), text("Table 3. Sizes"), text("It is cold.")]
    blocks = [head("Boiler", 2), bold[0], text(PROSE), bold[1], text(PROSE), bold[2], text(PROSE), bold[3], text(PROSE)]
    assert headings(with_bold_headings(blocks, bold)) == [("Boiler", 2), ("Frost protection", 3)]


def test_a_file_with_bold_lines_alone_has_a_title_above_its_chapters() -> None:
    bold = [text("安全生产管理办法"), text("第一章 总则"), text("一、职责")]
    blocks = [*bold[:2], text(PROSE), bold[2], text(PROSE)]
    assert headings(with_bold_headings(blocks, bold)) == [("安全生产管理办法", 1), ("第一章 总则", 2), ("一、职责", 3)]


def test_typed_steps_are_one_list_also_around_a_picture() -> None:
    blocks = [text("步骤："), text("1．断电；"), text("2．报警；"), text("请看图。"), text("3．疏散。"), text("完。")]
    assert [(b.kind, b.text) for b in with_typed_lists(blocks)] == [
        (Kind.PARAGRAPH, "步骤："), (Kind.LIST, "1. 断电；\n2. 报警；"), (Kind.PARAGRAPH, "请看图。"),
        (Kind.LIST, "3. 疏散。"), (Kind.PARAGRAPH, "完。"),
    ]  # fmt: skip


def test_one_numbered_paragraph_alone_is_no_list() -> None:
    blocks = [text("1. 断电"), text(PROSE), head("x", 1), text("2. 报警")]
    assert with_typed_lists(blocks) == blocks
