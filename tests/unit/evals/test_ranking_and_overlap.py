"""Retrieval and overlap measures against values computed by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.evals.overlap import rouge_l, token_f1
from report_qa.evals.ranking import hit, ndcg, recall, reciprocal_rank

NOTHING: list[set[int]] = []


def test_hit_looks_at_the_first_k_passages() -> None:
    found = [set[int](), {0}, {1}]
    assert (hit(found, 1), hit(found, 2), hit(found, 3)) == (0.0, 1.0, 1.0)
    assert hit(NOTHING, 5) == 0.0


def test_reciprocal_rank_is_that_of_the_first_relevant_passage() -> None:
    assert reciprocal_rank([set(), set(), {1}, {0}]) == pytest.approx(1 / 3)
    assert reciprocal_rank([set(), set()]) == 0.0


def test_recall_counts_every_wanted_item_once() -> None:
    found = [{0}, {0}, {1}]
    assert recall(found, wanted=3) == pytest.approx(2 / 3)
    assert recall(found, wanted=3, k=2) == pytest.approx(1 / 3)
    assert recall(NOTHING, wanted=1) == 0.0


def test_ndcg_is_one_for_the_best_order_whether_one_passage_or_two_hold_the_evidence() -> None:
    assert ndcg([{0, 1}, set()], wanted=2, k=5) == 1.0
    assert ndcg([{0}, {1}], wanted=2, k=5) == 1.0


def test_ndcg_by_hand() -> None:
    # the second passage gains 1/log2(3); ideal is 1
    assert ndcg([set(), {0}], wanted=1, k=5) == pytest.approx(1 / math.log2(3))
    # the same item again gains nothing: (1 + 1/log2(4)) / (1 + 1/log2(3))
    assert ndcg([{0}, {0}, {1}], wanted=2, k=5) == pytest.approx(1.5 / (1 + 1 / math.log2(3)))
    # one of two found, first: 1 / (1 + 1/log2(3))
    assert ndcg([{0}], wanted=2, k=5) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert ndcg([set(), set(), {0}], wanted=1, k=2) == 0.0


@given(st.lists(st.sets(st.integers(0, 3)), max_size=6))
def test_retrieval_measures_stay_between_0_and_1(found: list[set[int]]) -> None:
    for value in (hit(found, 3), reciprocal_rank(found), recall(found, 4), ndcg(found, 4, 5)):
        assert 0.0 <= value <= 1.0 + 1e-12


def test_equal_texts_overlap_wholly_in_both_languages() -> None:
    for text in ("问卷共有2887份有效样本", "The survey had 2,887 valid responses"):
        assert rouge_l(text, text) == 1.0
        assert token_f1(text, text) == 1.0


def test_overlap_by_hand_in_chinese() -> None:
    # words 北京 | 上海 | 广州 against 上海 | 北京: two shared, in another order
    assert token_f1("北京、上海、广州", "上海、北京") == pytest.approx(2 * 2 / (3 + 2))
    assert rouge_l("北京、上海、广州", "上海、北京") == pytest.approx(2 * 1 / (3 + 2))


def test_overlap_by_hand_in_english() -> None:
    # stems costs fell 45% | fell 45%; order kept; stop words do not count
    assert rouge_l("The costs fell by 45%", "fell 45%") == pytest.approx(2 * 2 / (3 + 2))
    assert token_f1("45% 45%", "45% less") == pytest.approx(2 * 1 / (2 + 2))


def test_nothing_in_common_or_nothing_said_is_zero() -> None:
    assert rouge_l("北京", "上海") == token_f1("", "上海") == rouge_l("", "") == 0.0
