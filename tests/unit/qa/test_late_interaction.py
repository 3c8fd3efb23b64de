"""Questions and texts compared token by token."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from report_qa.providers.embedders import Vectors
from report_qa.qa.late_interaction import late_interaction

EAST, NORTH, UP = np.eye(3, dtype=np.float32)


def test_a_text_that_holds_every_token_is_ahead_of_one_that_holds_some() -> None:
    question = np.stack([EAST, NORTH])
    both, one, none = np.stack([NORTH, UP, EAST]), np.stack([EAST, UP]), np.stack([UP])
    scores = late_interaction(question, [one, both, none])
    assert scores.argmax() == 1
    assert scores.argmin() == 2
    assert scores[1] == pytest.approx(1.0)


def test_a_token_that_all_texts_hold_alike_does_not_count() -> None:
    question = np.stack([EAST, NORTH])
    scores = late_interaction(question, [np.stack([EAST, NORTH]), np.stack([EAST, UP])])
    np.testing.assert_allclose(scores, [1.0, 0.0], atol=1e-6)


def test_nothing_to_compare_gives_nothing() -> None:
    empty: Vectors = np.zeros((0, 3), dtype=np.float32)
    assert late_interaction(np.stack([EAST]), []).shape == (0,)
    np.testing.assert_array_equal(late_interaction(empty, [np.stack([EAST])]), [0.0])
    np.testing.assert_array_equal(late_interaction(np.stack([EAST]), [empty]), [0.0])


_NUMBERS = st.floats(0.125, 1, width=32)


@given(st.lists(arrays(np.float32, (3, 4), elements=_NUMBERS), min_size=2, max_size=5))
def test_scores_are_cosines_and_do_not_depend_on_the_order_of_texts(matrices: list[Vectors]) -> None:
    unit = [m / np.linalg.norm(m, axis=1, keepdims=True) for m in matrices]
    question, texts = unit[0], unit[1:]
    scores = late_interaction(question, texts)
    assert np.all(np.abs(scores) <= 1 + 1e-5)
    np.testing.assert_allclose(scores[::-1], late_interaction(question, texts[::-1]), rtol=1e-5)
