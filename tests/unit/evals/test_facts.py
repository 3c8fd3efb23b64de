"""Facts are found in any writing, and never inside a longer number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.evals.facts import QuoteFinder, holds_fact, holds_quote, is_right, missing_facts


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("准确率从35%提高到84%。", "84%"),
        ("准确率是８４％", "84%"),
        ("It rose to 84%, they say.", "84%"),
        ("共2,887份有效样本", "2887"),
        ("共2887份有效样本", "2,887"),
        ("The cost is 1.5 h.", "1.5 h"),
        ("The sample has 2887.", "2887"),
        ("制造/能源/电力行业最高", "制造"),
        ("legal consulting comes last", "Legal"),
        ("占百分之五。", "百分之五"),
        ("统一五家供应商", "五家"),
        ("下午三点开会", "三"),
    ],
)
def test_a_fact_is_found_in_any_writing(text: str, form: str) -> None:
    assert holds_fact(text, form)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("占比45%", "5%"),
        ("占比15.3%", "5.3%"),
        ("占比40.65", "40.6"),
        ("共28870份", "2887"),
        ("共12,887份", "2887"),
        ("19.05%", "19"),
        ("It is 45% of them", "5%"),
        ("占百分之五十", "百分之五"),
        ("共三十五家", "五家"),
        ("约三点五年", "三"),
    ],
)
def test_a_number_inside_a_longer_number_is_no_fact(text: str, form: str) -> None:
    assert not holds_fact(text, form)


def test_an_answer_needs_every_fact_and_nothing_forbidden() -> None:
    facts = [["35%"], ["84%", "百分之八十四"]]
    assert is_right("从35%到百分之八十四", facts, [])
    assert missing_facts("只有84%", facts) == ["35%"]
    assert not is_right("从35%到84%，不是70%", facts, ["70%"])
    assert is_right("from 35% to 84%, not 170%", facts, ["70%"])


@given(st.integers(1, 10**9), st.integers(0, 9))
def test_a_number_is_not_held_by_the_same_with_a_digit_more(number: int, digit: int) -> None:
    assert holds_fact(f"共{number:,}份", str(number))
    assert not holds_fact(f"共{digit or 1}{number}份", str(number))
    assert not holds_fact(f"{number}{digit} in all", str(number))


def test_a_quote_is_found_whatever_the_marks_and_spaces() -> None:
    assert holds_quote("其中 **有效样本** 2887 份，", "其中有效样本2887份")
    assert holds_quote("| Freight | 22.7% | 18.6% |", "Freight 22.7% 18.6%")
    assert not holds_quote("其中有效样本2887件", "其中有效样本2887份")


def test_a_short_quote_matches_whole_numbers_only() -> None:
    assert holds_quote("占5%。", "5%")
    assert not holds_quote("占45%。", "5%")
    assert holds_quote("西南 | 9.2 | 3.4%", "| 西南 | 9.2 |")
    assert not holds_quote("西南 | 9.25 | 3.4%", "| 西南 | 9.2 |")
    assert QuoteFinder(["西南 | 9.2 | 3.4%"]).find("| 西南 | 9.2 |") == [0]


def test_quotes_are_looked_for_in_many_texts_at_once() -> None:
    texts = ["有效样本共有2887份", "rose by 45% in a year"]
    finder = QuoteFinder([*texts, "a year in which it rose by 45%"])
    found = [finder.find(quote) for quote in ("效样本共有2887", "5%", "45%", "不在其中的一句话而已")]
    assert found == [[0], [], [1, 2], []]
