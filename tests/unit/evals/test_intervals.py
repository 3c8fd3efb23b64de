"""Intervals are repeatable and where theory puts them; McNemar is exact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.evals.intervals import mcnemar, mean_difference, mean_of, median_of


def test_the_interval_of_a_share_is_near_that_of_theory() -> None:
    # 60 of 100: 0.6 ± 1.96 * sqrt(0.24 / 100) = 0.504 to 0.696
    estimate = mean_of([1.0] * 60 + [0.0] * 40)
    assert estimate is not None
    assert (estimate.value, estimate.n) == (0.6, 100)
    assert estimate.low == pytest.approx(0.504, abs=0.02)
    assert estimate.high == pytest.approx(0.696, abs=0.02)


def test_all_right_is_not_sure_to_be_all_right() -> None:
    # Wilson for 15 of 15: 15 / (15 + 1.96²) = 0.796
    estimate = mean_of([1.0] * 15)
    assert estimate is not None
    assert estimate.low == pytest.approx(0.796, abs=0.001)
    assert estimate.high == 1.0
    nothing = mean_of([0.0] * 15)
    assert nothing is not None
    assert (nothing.low, nothing.high) == (0.0, pytest.approx(0.204, abs=0.001))


def test_one_value_is_not_sure_either() -> None:
    # Wilson for 0.5 of 1: (0.5 + 1.9207) / 4.8415 = 0.5, ± 1.96 * sqrt(0.25 + 0.9604) / 4.8415 = 0.4453
    estimate = mean_of([0.5])
    assert estimate is not None
    assert (estimate.low, estimate.high) == (pytest.approx(0.0547, abs=1e-3), pytest.approx(0.9453, abs=1e-3))


def test_the_same_values_give_the_same_interval() -> None:
    values = [0.0, 0.3, 0.5, 1.0, 1.0]
    assert mean_of(values) == mean_of(values)


def test_a_median_with_its_interval() -> None:
    estimate = median_of([5.0, 1.0, 3.0])
    assert estimate is not None
    assert (estimate.value, estimate.low, estimate.high) == (3.0, 1.0, 5.0)


def test_nothing_has_no_figure() -> None:
    assert mean_of([]) is None
    assert median_of([]) is None
    assert mean_difference([], []) is None


def test_a_paired_difference_is_sharper_than_two_intervals() -> None:
    before = [0.0, 1.0] * 50
    after = [0.0, 1.0] * 45 + [1.0, 1.0] * 5
    estimate = mean_difference(before, after)
    assert estimate is not None
    assert estimate.value == pytest.approx(0.05)
    assert 0.0 < estimate.low < 0.05 < estimate.high < 0.12


@pytest.mark.parametrize(
    ("won", "lost", "p"),
    # two-sided binomial tails with one half: 2 * (1 + 10) / 2**10; 2 * (1 + 6) / 2**6; capped; no discordant pair
    [(9, 1, 22 / 1024), (1, 5, 14 / 64), (3, 3, 1.0), (0, 0, 1.0), (0, 6, 2 / 64)],
)
def test_mcnemar_by_hand(won: int, lost: int, p: float) -> None:
    assert mcnemar(won, lost) == pytest.approx(p)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_an_interval_stays_between_0_and_1(values: list[float]) -> None:
    estimate = mean_of(values)
    assert estimate is not None
    assert 0.0 <= estimate.low <= estimate.high <= 1.0
