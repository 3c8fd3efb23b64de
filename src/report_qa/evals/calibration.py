"""How well the probability that a question is answered tells answerable questions from others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_BINS = 10


@dataclass(frozen=True)
class Bin:
    """Cases with a probability from ``low`` to ``high``: how many, the mean of it, and the share answerable."""

    low: float
    high: float
    cases: int
    told: float
    answerable: float


@dataclass(frozen=True)
class Point:
    """What refusing below a threshold does: shares of answerable cases kept and of unanswerable ones refused."""

    threshold: float
    kept: float
    refused: float


@dataclass(frozen=True)
class Calibration:
    """Calibration over the cases with a probability.

    Attributes:
        bins: those that hold cases, in ascending order.
        points: one a threshold from 0 to 1 in steps of 0.05.
        brier: mean squared difference of probability and truth (Brier, 1950): 0 is perfect, 0.25 is a coin.
        error: expected calibration error (Naeini et al., 2015): mean difference of bins, weighted by their cases.
        auc: chance that an answerable case has a higher probability than an unanswerable one; None without both.
    """

    bins: tuple[Bin, ...]
    points: tuple[Point, ...]
    brier: float
    error: float
    auc: float | None


def calibrate(told: Sequence[tuple[float, bool]]) -> Calibration | None:
    """Return the calibration of probabilities.

    Args:
        told: probability (0 to 1) and whether the case is answerable.

    Returns:
        The calibration, None for no cases.
    """
    if not told:
        return None
    bins = []
    for number in range(_BINS):
        inside = [(p, truth) for p, truth in told if min(int(p * _BINS), _BINS - 1) == number]
        if inside:
            mean, share = sum(p for p, _ in inside) / len(inside), sum(truth for _, truth in inside) / len(inside)
            bins.append(Bin(number / _BINS, (number + 1) / _BINS, len(inside), mean, share))
    positive = [p for p, truth in told if truth]
    negative = [p for p, truth in told if not truth]
    return Calibration(
        bins=tuple(bins),
        points=_points(positive, negative) if positive and negative else (),
        brier=sum((p - truth) ** 2 for p, truth in told) / len(told),
        error=sum(b.cases * abs(b.told - b.answerable) for b in bins) / len(told),
        auc=_auc(positive, negative) if positive and negative else None,
    )


def _points(positive: Sequence[float], negative: Sequence[float]) -> tuple[Point, ...]:
    steps = [step / 20 for step in range(21)]
    return tuple(
        Point(t, sum(p >= t for p in positive) / len(positive), sum(p < t for p in negative) / len(negative))
        for t in steps
    )


def _auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))
