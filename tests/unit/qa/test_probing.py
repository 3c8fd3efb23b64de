"""The order of pieces that the probe has read."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from report_qa.qa.evidence import Evidence
from report_qa.qa.probing import probed
from report_qa.qa.windows import Window


class FakeProbe:
    """Gives the log-odds it was made with, and remembers what it read."""

    identity = "fake"

    def __init__(self, odds: Sequence[float]) -> None:
        self._odds = odds
        self.read_texts: list[str] = []

    def read(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read_texts += texts
        return np.asarray(self._odds[: len(texts)], dtype=np.float32)


def pieces(*scores: float) -> list[Evidence]:
    """Return pieces with these scores, named by their place."""
    window = cast(Window, SimpleNamespace(heading="Warranty"))
    return [Evidence(window, 0, 1, f"piece {place}", score=score) for place, score in enumerate(scores)]


def test_the_piece_that_answers_comes_before_one_that_only_resembles_the_question() -> None:
    probe = FakeProbe([-2.0, 3.0, 0.0])
    found = probed("q", pieces(5.0, 4.0, 3.0, 2.0), probe)
    assert [piece.text for piece in found] == ["piece 1", "piece 0", "piece 2", "piece 3"]
    assert [piece.answers for piece in found] == [3.0, -2.0, 0.0, None]
    assert probe.read_texts[0] == "Warranty\npiece 0"


def test_the_surest_piece_keeps_its_score_and_the_others_are_further_behind() -> None:
    found = probed("q", pieces(5.0, 4.5), FakeProbe([1.0, 0.0]))
    assert found[0].score == 5.0
    assert found[0].score - found[1].score > 0.5


def test_where_nothing_was_found_nothing_is_read() -> None:
    probe = FakeProbe([])
    assert probed("q", [], probe) == ()
    assert probe.read_texts == []


@given(
    st.lists(st.floats(-20, 20), min_size=1, max_size=8).map(lambda scores: sorted(scores, reverse=True)),
    st.lists(st.floats(-10, 10, width=32), min_size=3, max_size=3),
)
def test_every_piece_stays_and_the_ranking_stays_one(scores: list[float], odds: list[float]) -> None:
    found = probed("q", pieces(*scores), FakeProbe(odds))
    assert {piece.text for piece in found} == {piece.text for piece in pieces(*scores)}
    ranked = [piece.score for piece in found]
    assert ranked == sorted(ranked, reverse=True)
    assert all(piece.answers is None for piece in found[3:])
