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
from numpy.typing import NDArray

from report_qa.faq.likeness_scores import Scores
from report_qa.faq.match import Bands, Matcher
from report_qa.faq.near_misses import swapped
from report_qa.faq.sureness import wording

DEFAULT = Bands(answer=0.95, suggest=0.55)
"""Used where nothing can be learnt, and never gone below in answering: made-up near misses are milder than real ones.
Between what 98% precision takes with one other wording a pair (0.97) and with three (0.91) in the cross-validation of
``sureness.json``."""
STRICT = Bands(answer=1.0, suggest=DEFAULT.suggest)
"""Used where enough was tried and no score was precise enough: only the same wording is answered."""
FEWEST = 20
"""So many rewordings must there be to learn from: fewer could not show a precision of 98%."""
_MOST_TRIED = 2000
_SUGGEST_PRECISION = 0.6


class Trial(NamedTuple):
    """A question that was asked.

    Attributes:
        score: how sure the best pair was, 0 to 1; ``best`` its likeness.
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
    answer = max(answer, DEFAULT.answer)
    answered = [trial for trial in trials if trial.score >= answer]
    right = sum(trial.right for trial in answered)
    suggest = _lowest([trial._replace(score=trial.best, right=trial.among) for trial in trials], _SUGGEST_PRECISION)
    return Bands(
        answer, DEFAULT.suggest if suggest is None else suggest, True,
        right / len(answered) if answered else None, right / rewordings, len(answered), len(trials),
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
            trial, first = _trial(matcher, texts[at], row, itself, None)
            if first == owners[at]:
                yield trial
            continue
        if counts[owners[at]] > 1:
            yield _trial(matcher, texts[at], row, itself, int(owners[at]))[0]
        yield _trial(matcher, texts[at], row, owners == owners[at], None)[0]


def _swapped_trials(matcher: Matcher) -> Iterator[Trial]:
    made = swapped(matcher.entries, _MOST_TRIED)
    texts = [text for text, _, _ in made]
    if not texts:
        return
    for (text, origin, _), vector in zip(made, matcher.embedded(texts), strict=True):
        trial, first = _trial(matcher, text, matcher.variants.scores(text, vector), None, None)
        # where another pair comes first, it may happen to be what that one answers
        if first is not None and matcher.entries[first].id == origin:
            yield trial


def _trial(
    matcher: Matcher, text: str, row: Scores, left_out: NDArray[np.bool_] | None, wanted: int | None
) -> tuple[Trial, int | None]:
    """Ask a question; return what came of it, and the position of the pair that came first."""
    asked = wording(text)
    ranked = matcher.rank(asked, row, left_out)
    if not ranked:
        return Trial(float("-inf"), float("-inf"), False, wanted is not None, False), None
    first = ranked[0].position
    among = wanted in [found.position for found in ranked[:3]]
    sure = matcher.sureness(asked, ranked, left_out)
    return Trial(sure, ranked[0].score, first == wanted, wanted is not None, among), first
