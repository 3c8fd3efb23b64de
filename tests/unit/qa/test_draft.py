"""The gate before a streamed answer: no number comes through that no passage holds."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.qa.draft import DraftGate
from report_qa.text.normalise import fold
from report_qa.text.numbers import quantities

HELD = ["35", "84", "2887", "3,164", "1.5", "40.6", "2024", "7"]
STRANGE = ["36", "8", "288", "28870", "3,165", "1.6", "406", "2025", "77", "164", "887"]
WORDS = ["企业", "投资", "，", "。", " the share ", " of staff ", "增长到", "（", "）", ": ", "[1]", " - ", "\n"]
PASSAGE = "占比 35，准确率 84，有效 2887，回收 3,164，倍数 1.5，比例 40.6，时间 2024，天数 7"
LONG_DRAFT = (
    "企业对生成式人工智能的投资增长到2887，受访的企业普遍表示未来一年将继续增加在这方面的各项投入和人员配备，占比35。"
)


def gate(passage: str = PASSAGE) -> DraftGate:
    """Return a gate before the numbers of a passage and those of a question that names a citation."""
    return DraftGate(quantities(fold(f"{passage} [1]，1")))


def streamed(pieces: list[str], passage: str = PASSAGE) -> str:
    """Return what comes through the gate when a draft comes in pieces."""
    through = gate(passage)
    return "".join([*(through.feed(piece) for piece in pieces), through.finish()])


def numbers(text: str) -> list[str]:
    """Return the digit runs of a text."""
    return re.findall(r"\d+(?:[.,]\d+)*", text)


@st.composite
def drafts(draw: st.DrawFn, figures: list[str]) -> list[str]:
    """Draw a draft of words and figures, cut in pieces anywhere."""
    parts = draw(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(figures)), min_size=1, max_size=12))
    text = "".join(f"{word}{figure}{draw(st.sampled_from(['份', '，', ' ', '。']))}" for word, figure in parts)
    cuts = sorted({0, len(text), *draw(st.lists(st.integers(0, len(text)), max_size=20))})
    return [text[a:b] for a, b in pairwise(cuts)]


@given(drafts(HELD + STRANGE))
def test_no_number_comes_through_that_no_passage_holds(pieces: list[str]) -> None:
    assert set(numbers(streamed(pieces))) <= {*HELD, "1"}


@given(drafts(HELD + STRANGE))
def test_what_comes_through_is_the_beginning_of_the_draft(pieces: list[str]) -> None:
    assert "".join(pieces).startswith(streamed(pieces))


@given(drafts(HELD))
def test_a_draft_whose_numbers_are_all_held_comes_through_whole(pieces: list[str]) -> None:
    assert streamed(pieces) == "".join(pieces)


@given(drafts(["八成", "企业", "share"]))
def test_a_draft_without_digits_comes_through_whole(pieces: list[str]) -> None:
    assert streamed(pieces) == "".join(pieces)


@pytest.mark.parametrize("draft", ["版本 1.5.9 发布。", "系数为 .9 左右。"])
def test_a_number_with_odd_points_does_not_come_through(draft: str) -> None:
    assert "9" not in streamed([draft])


def test_nothing_comes_after_a_number_that_no_passage_holds() -> None:
    through = gate()
    assert through.feed("占比为35，") == "占比为35，"
    assert not through.stopped
    assert through.feed("后来为36，再后来") == ""
    assert through.stopped
    assert through.feed("为84。") == ""
    assert through.finish() == ""


@pytest.mark.parametrize("pieces", [["有效28", "87份"], ["倍数1", ".", "5。"], ["回收3", ",", "164份"]])
def test_a_number_that_comes_in_several_tokens_is_judged_whole(pieces: list[str]) -> None:
    assert streamed(pieces) == "".join(pieces)


def test_the_end_of_a_number_is_held_until_it_cannot_grow() -> None:
    through = gate()
    assert through.feed("有效28") == "有效"
    assert through.feed("87") == ""
    assert through.feed("份") == "2887份"


@pytest.mark.parametrize(
    ("passage", "draft"),
    [
        ("占比45%", "占比5%。"),
        ("占比45%", "占比45。"),
        ("共45份", "占比45%。"),
        ("长35厘米", "长35毫米。"),
        ("占比80%", "约9成。"),
    ],
)
def test_a_number_of_another_unit_does_not_come_through(passage: str, draft: str) -> None:
    assert numbers(streamed(list(draft), passage)) == []


@pytest.mark.parametrize(
    ("passage", "pieces"),
    [
        ("准确率84%", ["准确率为", "84", "%", "。"]),
        ("收入16亿元", ["收入为", "16", "亿元", "。"]),
        ("需要30分钟", ["需要", "30", "分钟", "。"]),
    ],
)
def test_a_unit_in_the_token_after_its_number_belongs_to_it(passage: str, pieces: list[str]) -> None:
    assert streamed(pieces, passage) == "".join(pieces)


@pytest.mark.parametrize(
    ("passage", "pieces"),
    [
        ("准确率84%", ["It is ", "84", " percent", " now."]),
        ("收入16亿元", ["Revenue was ", "1.6", " billion", "."]),
        ("需要30分钟", ["需要 ", "30", " ", "分", "钟。"]),
        ("相差5个百分点", ["相差", "5", "个", "百分点", "。"]),
    ],
)
def test_a_unit_apart_from_its_number_or_in_several_tokens_belongs_to_it(passage: str, pieces: list[str]) -> None:
    assert streamed(pieces, passage) == "".join(pieces)


def test_a_long_draft_comes_through_whole_token_by_token() -> None:
    assert streamed(list(LONG_DRAFT)) == LONG_DRAFT
