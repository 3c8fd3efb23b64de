"""Learning the bands of a release from its own questions, each asked as if it were new.

A similar question is asked with that wording taken away: the pair should still be found. Every question is asked with
its whole pair taken away: then any answer is wrong. A negative question is asked with itself taken away: its pair must
not answer. And every question is asked about the thing of another pair, which :mod:`report_qa.faq.near_misses` makes:
its own pair must not answer. The score from which on enough of the answers are right is the threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from report_qa.faq.match import Bands, Matcher, sureness
from report_qa.faq.near_misses import swapped

DEFAULT = Bands(answer=0.96, suggest=0.88)
"""Used where nothing can be learnt. With multilingual-e5-small 7 of 28 development questions worded apart were answered
from 27 pairs, all rightly, and none of 115 others; another model may need other values."""
STRICT = Bands(answer=1.0, suggest=DEFAULT.suggest)
"""Used where enough was tried and no score was precise enough: hardly more than the same wording is answered."""
FEWEST = 20
"""So many rewordings must there be to learn from: fewer could not show a precision of 98%."""
_MOST_TRIED = 2000
_SUGGEST_PRECISION = 0.6


class Trial(NamedTuple):
    """A question that was asked.

    Attributes:
        score: how sure the best pair was; ``best`` its score.
        right: whether it is the right one, ``answerable`` whether there was a right one.
        among: whether the right one is among the best three.
    """

    score: float
    best: float
    right: bool
    answerable: bool
    among: bool


def learn(matcher: Matcher, precision: float) -> Bands:
    """Return the bands of a matcher's pairs.

    Args:
        matcher: compares; its own bands are not looked at.
        precision: share (0 to 1) of answered questions that must be right.
    """
    trials = [*_trials(matcher), *_swapped_trials(matcher)]
    rewordings = sum(trial.answerable for trial in trials)
    if rewordings < FEWEST:
        return replace(DEFAULT, tried=len(trials))
    answer = _lowest(trials, precision)
    if answer is None:
        return replace(STRICT, tried=len(trials))
    answered = [trial for trial in trials if trial.score >= answer]
    right = sum(trial.right for trial in answered)
    suggest = _lowest([trial._replace(score=trial.best, right=trial.among) for trial in trials], _SUGGEST_PRECISION)
    return Bands(
        answer, min(answer, suggest if suggest is not None else DEFAULT.suggest), True,
        right / len(answered), right / rewordings, len(answered), len(trials),
    )  # fmt: skip


def _lowest(trials: list[Trial], precision: float) -> float | None:
    """Return the lowest score from which on at least that share is right, None if there is none."""
    ordered = sorted(trials, key=lambda trial: -trial.score)
    found, right = None, 0
    for count, trial in enumerate(ordered, start=1):
        right += trial.right
        more = count < len(ordered) and ordered[count].score == trial.score
        if not more and right / count >= precision and right >= FEWEST / 2:
            found = trial.score
    return found


def _trials(matcher: Matcher) -> Iterator[Trial]:
    texts, owners = matcher.variants.texts, matcher.owners
    counts = np.bincount(owners[~matcher.negative], minlength=len(matcher.entries))
    asked = np.arange(len(texts))
    if len(asked) > _MOST_TRIED:
        asked = np.sort(np.random.default_rng(0).choice(asked, _MOST_TRIED, replace=False))
    for at in asked:
        row = matcher.variants.scores(texts[at], matcher.variants.vectors[at])
        itself = np.arange(len(texts)) == at
        if matcher.negative[at]:
            trial = _trial(matcher, texts[at], row, itself, None)
            best = matcher.rank(texts[at], row, itself)
            if best and best[0][0] == owners[at]:
                yield trial
            continue
        if counts[owners[at]] > 1:
            yield _trial(matcher, texts[at], row, itself, int(owners[at]))
        yield _trial(matcher, texts[at], row, owners == owners[at], None)


def _swapped_trials(matcher: Matcher) -> Iterator[Trial]:
    made = swapped(matcher.entries)[:_MOST_TRIED]
    texts = [text for text, _, _ in made]
    for (text, origin, donor), vector in zip(made, matcher.embedded(texts), strict=True):
        ranked = matcher.rank(text, matcher.variants.scores(text, vector))
        if ranked and matcher.entries[ranked[0][0]].id == donor:
            continue  # it happens to be a question that the other pair answers
        if ranked and matcher.entries[ranked[0][0]].id == origin:
            yield Trial(sureness([score for _, score, _ in ranked]), ranked[0][1], False, False, False)


def _trial(matcher: Matcher, text: str, row: np.ndarray, left_out: np.ndarray, wanted: int | None) -> Trial:
    ranked = matcher.rank(text, row, left_out)
    if not ranked:
        return Trial(float("-inf"), float("-inf"), False, wanted is not None, False)
    position = ranked[0][0]
    score = sureness([score for _, score, _ in ranked])
    return Trial(score, ranked[0][1], position == wanted, wanted is not None, wanted in [i for i, _, _ in ranked[:3]])
