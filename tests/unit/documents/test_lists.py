"""Numbered lists of a section: where they begin, what belongs to them, where they end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from report_qa.documents.blocks import Kind
from report_qa.documents.lists import numbered_lists
from report_qa.documents.section import Section

Lines = list[tuple[Kind, str]]


def section_of(lines: Lines) -> Section:
    numbers = tuple((number, number) for number in range(1, len(lines) + 1))
    return Section("d.md", (), "\n".join(text for _, text in lines), numbers, tuple(kind for kind, _ in lines), ())


def lists_of(lines: Lines) -> list[str]:
    section = section_of(lines)
    return [numbered.span.of(section.text) for numbered in numbered_lists(section)]


def test_what_stands_between_two_steps_belongs_to_them_and_what_follows_the_last_does_not() -> None:
    lines = [
        (Kind.PARAGRAPH, "按以下步骤操作："),
        (Kind.LIST, "1. 断开电源。"),
        (Kind.LIST, "- 拔下插头。"),
        (Kind.WARNING, "警告：电容仍带电。"),
        (Kind.LIST, "2. 取下后盖。"),
        (Kind.PARAGRAPH, "完成后检查。"),
    ]
    assert lists_of(lines) == ["1. 断开电源。\n- 拔下插头。\n警告：电容仍带电。\n2. 取下后盖。"]


def test_a_number_that_does_not_follow_begins_another_list() -> None:
    lines = [(Kind.LIST, text) for text in ("1. a", "2. b", "1. c", "2. d", "3. e")]
    assert lists_of(lines) == ["1. a\n2. b", "1. c\n2. d\n3. e"]


def test_one_item_is_no_list_and_a_heading_ends_one() -> None:
    lines = [(Kind.LIST, "① a"), (Kind.HEADING, "h"), (Kind.LIST, "② b"), (Kind.LIST, "③ c")]
    assert lists_of(lines) == ["② b\n③ c"]
    assert lists_of([(Kind.LIST, "1. a"), (Kind.LIST, "- b")]) == []


def test_only_the_sentence_that_ends_with_a_colon_introduces_a_list() -> None:
    steps = [(Kind.LIST, "1. a"), (Kind.LIST, "2. b")]
    opened = section_of([(Kind.PARAGRAPH, "Keep clear. Proceed as follows:"), *steps])
    [numbered] = numbered_lists(opened)
    assert numbered.introduced(opened.text).of(opened.text) == "Proceed as follows:\n1. a\n2. b"
    plain = section_of([(Kind.PARAGRAPH, "Keep clear."), *steps])
    [numbered] = numbered_lists(plain)
    assert numbered.introduced(plain.text) == numbered.span


def test_warnings_right_before_and_right_after_the_steps_belong_to_them() -> None:
    steps = [(Kind.LIST, "1. 松开螺母。"), (Kind.LIST, "2. 取下车轮。")]
    lines = [
        (Kind.PARAGRAPH, "按以下步骤更换："),
        (Kind.WARNING, "警告：先拉紧手刹。"),
        *steps,
        (Kind.PICTURE, "图 2 车轮"),
        (Kind.WARNING, "注意：行驶 50 km 后再拧紧一次。"),
        (Kind.PARAGRAPH, "备胎只可短途使用。"),
        (Kind.WARNING, "警告：不得超过 80 km/h。"),
    ]
    section = section_of(lines)
    [numbered] = numbered_lists(section)
    assert numbered.above.of(section.text) == "按以下步骤更换："
    assert numbered.span.of(section.text).endswith("再拧紧一次。")
    assert numbered.introduced(section.text).of(section.text) == "\n".join(text for _, text in lines[:6])
    unannounced = section_of([(Kind.PARAGRAPH, "备胎在后备厢。"), *lines[1:4]])
    [numbered] = numbered_lists(unannounced)
    assert numbered.introduced(unannounced.text).of(unannounced.text) == "\n".join(text for _, text in lines[1:4])


@given(
    st.lists(
        st.tuples(st.sampled_from(Kind), st.sampled_from(["1. a", "2. b", "3. c", "- d", "text", "如下："])), min_size=1
    )
)
def test_lists_do_not_overlap_and_begin_with_an_item(lines: Lines) -> None:
    section = section_of(lines)
    at = 0
    for numbered in numbered_lists(section):
        assert at <= numbered.span.start < numbered.span.end <= len(section.text)
        assert len(numbered.span.of(section.text).split("\n")) > 1
        assert numbered.above.end <= numbered.span.start
        at = numbered.span.end
