"""A question that asks for several things is cut into them, and one that asks for one thing is left whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.qa.parts import parts_of


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("保修几年？换一块电池要多少钱", ("保修几年", "换一块电池要多少钱")),
        ("工厂有多少人，宿舍晚上几点关门？", ("工厂有多少人", "宿舍晚上几点关门？")),
        ("how long is the warranty and what does a battery cost?", ("how long is the warranty", "what does a battery cost?")),
        ("who runs the depot, how many buses are parked there, and where do drivers eat",
         ("who runs the depot", "how many buses are parked there", "where do drivers eat")),
        ("thinking of the large one. how heavy is it & whats the price", ("thinking of the large one. how heavy is it", "whats the price")),
    ],
)  # fmt: skip
def test_what_asks_for_several_things_is_cut(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "哪个车间事故最多，几起",  # the number belongs to the first
        "哪一行最嫌贵，占百分之几来着",
        "which depot has most buses, and how many?",
        "which service do few know of and what share",
        "when the lamp flashes and the pump stops, what should I do?",
        "people who walk to work and live nearby, how many of them",
        "有没有人知道滤芯怎么换",
        "这几年利润涨了，今年呢",
        "how do I clean the tank and the hose?",
        "厂里设备坏了，该找谁？",
    ],
)
def test_what_asks_for_one_thing_is_left_whole(question: str) -> None:
    assert parts_of(question) == (question,)


def test_more_than_three_parts_stay_with_the_third() -> None:
    parts = parts_of("谁管仓库？叉车有几台？大门几点开锁？月饼发多少盒？")
    assert parts == ("谁管仓库", "叉车有几台", "大门几点开锁？月饼发多少盒？")


@given(st.text(alphabet="多少谁哪几怎么，？；,? andwhohw12一人店", min_size=1, max_size=60))
def test_parts_keep_the_order_and_the_words_of_the_question(question: str) -> None:
    position = 0
    parts = parts_of(question)
    for part in parts:
        found = question.find(part, position)
        assert found >= 0
        position = found + len(part)
    assert 1 <= len(parts) <= 3
