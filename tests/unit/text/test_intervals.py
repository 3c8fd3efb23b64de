"""Ranges in names of rows, and the amounts of questions that fall into them, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.text.intervals import Interval, holds_amount, intervals
from report_qa.text.normalise import fold

INFINITE = float("inf")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10,000 元以上至 50,000 元", Interval(10000, 50000, "")),
        ("5 年至不满 10 年", Interval(60, 120, "calendar")),
        ("5至10年", Interval(60, 120, "calendar")),
        ("from 5 to 10 years", Interval(60, 120, "calendar")),
        ("50,000 元以上", Interval(50000, INFINITE, "")),
        ("1000人以上", Interval(1000, INFINITE, "")),
        ("Over 1,000 employees", Interval(1000, INFINITE, "")),
        ("3 years or more", Interval(36, INFINITE, "calendar")),
        ("<20人", Interval(-INFINITE, 20, "")),
        ("不满 1 年", Interval(-INFINITE, 12, "calendar")),
        ("不超过 3 人", Interval(-INFINITE, 3, "")),
        ("not over 3 people", Interval(-INFINITE, 3, "")),
        ("up to 3 people", Interval(-INFINITE, 3, "")),
        ("101-300人", Interval(101, 300, "")),
        ("7–10", Interval(7, 10, "")),
        ("19:00—21:00", Interval(19 * 60, 21 * 60, "clock")),
        ("22:00-06:00", Interval(22 * 60, 30 * 60, "clock")),
    ],
)
def test_a_range_is_read(text: str, expected: Interval) -> None:
    assert intervals(fold(text)) == [expected]


@pytest.mark.parametrize("text", ["2.8 升", "新设 3 个实验室", "YL-21", "2023年", "金融 · 人才缺乏"])
def test_what_is_no_range_gives_none(text: str) -> None:
    assert intervals(fold(text)) == []


@pytest.mark.parametrize(
    ("question", "label", "held"),
    [
        ("一笔一万五的账，最后归谁点头", "10,000 元以上至 50,000 元", True),
        ("一笔一万五的账，最后归谁点头", "50,000 元以上", False),
        ("上班六年了能歇几天", "5 年至不满 10 年", True),
        ("上班六年了能歇几天", "10 年至不满 20 年", False),
        ("晚上八点去充一度多少钱", "19:00-21:00", True),
        ("晚上八点去充一度多少钱", "07:00-19:00", False),
        ("what does it cost at 2am", "22:00-06:00", True),
        ("what does it cost at 9:30pm", "22:00-06:00", False),
        ("早上七点半呢", "07:00-08:00", True),
        ("a firm of 30 people", "20-100人", True),
        ("how many in 2023", "over 1,000 employees", False),
        ("after 6 months", "1-10 years", False),
    ],
)
def test_an_amount_falls_into_a_range_of_its_own_dimension(question: str, label: str, held: bool) -> None:
    assert any(holds_amount(interval, fold(question)) for interval in intervals(fold(label))) == held


@given(st.integers(0, 1000), st.integers(1, 500), st.integers(0, 2000))
def test_an_amount_is_held_between_the_two_ends(low: int, width: int, amount: int) -> None:
    [interval] = intervals(f"{low} 至 {low + width} 件")
    assert holds_amount(interval, f"订了 {amount} 件") == (
        low <= amount <= low + width and amount not in range(1900, 2101)
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_looked_at(label: str, question: str) -> None:
    for interval in intervals(fold(label)):
        holds_amount(interval, fold(question))
