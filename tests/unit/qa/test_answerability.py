"""The calibrated probability, and when it is decided before everything is observed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.qa.answerability import Calibration, load_calibration

TWO = Calibration(intercept=0.0, weights={"a": 2.0, "b": -0.5}, means={"a": 1.0, "b": 0.0}, scales={"a": 2.0, "b": 1.0})


def test_the_probability_is_that_of_the_standardised_features() -> None:
    assert TWO.probability({"a": 1.0, "b": 0.0}) == pytest.approx(0.5)
    # (3 - 1) / 2 * 2 - 0.5 * 2 = 1; 1 / (1 + e^-1)
    assert TWO.probability({"a": 3.0, "b": 2.0}) == pytest.approx(0.7311, abs=1e-4)


def test_what_is_not_observed_counts_as_average() -> None:
    assert TWO.probability({"a": 3.0}) == TWO.probability({"a": 3.0, "b": 0.0})


def test_a_decision_stands_when_nothing_typical_can_change_it() -> None:
    # with b missing the total can move by 1.5 * 0.5 = 0.75
    assert TWO.decides({"a": 1.8}, 0.5)  # total 0.8
    assert not TWO.decides({"a": 1.7}, 0.5)  # total 0.7
    assert TWO.decides({"a": 0.2}, 0.5)  # total -0.8
    # the threshold 0.7311 is a total of 1
    assert not TWO.decides({"a": 1.8}, 0.7311)


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_with_nothing_to_decide_everything_is_observed(threshold: float) -> None:
    assert not TWO.decides({"a": 100.0, "b": 0.0}, threshold)


@pytest.mark.parametrize("with_probe", [True, False])
@given(data=st.data(), threshold=st.floats(0.01, 0.99))
def test_when_decided_average_values_leave_the_decision(
    with_probe: bool, data: st.DataObject, threshold: float
) -> None:
    calibration = load_calibration(with_probe=with_probe)
    features = data.draw(st.dictionaries(st.sampled_from(sorted(calibration.weights)), st.floats(-10, 10)))
    if calibration.decides(features, threshold):
        filled = {**calibration.means, **features}
        decided = calibration.probability(features) >= threshold
        assert (calibration.probability(filled) >= threshold) == decided
