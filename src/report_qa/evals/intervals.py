"""95% intervals by the bootstrap over cases, seeded: the same values give the same interval every time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
_SEED = 20_260_101
_Z = 1.959964
_BLOCK = 4_000_000  # numbers drawn at once

Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95% interval and the number of cases that it rests on."""

    value: float
    low: float
    high: float
    n: int


def mean_of(values: Sequence[float]) -> Estimate | None:
    """Return the mean of values from 0 to 1 with its interval, None for no values.

    The interval is the percentile bootstrap (Efron, 1979). Where all values are the same, so is every resample, and the
    bootstrap would claim to be sure; there the interval is Wilson's (1927), for the variance of values from 0 to 1 is
    nowhere greater than that of a share.
    """
    if not values:
        return None
    numbers = np.asarray(values, dtype=np.float64)
    value, size = float(numbers.mean()), len(numbers)
    if numbers.min() == numbers.max():
        return Estimate(value, *_wilson(value, size), size)
    low, high = _percentiles(numbers, lambda drawn: drawn.mean(axis=1))
    return Estimate(value, low, high, size)


def _wilson(share: float, n: int) -> tuple[float, float]:
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n)) / (1 + _Z**2 / n)
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def median_of(values: Sequence[float]) -> Estimate | None:
    """Return the median of values with its bootstrap interval, None for no values."""
    if not values:
        return None
    numbers = np.asarray(values, dtype=np.float64)
    low, high = _percentiles(numbers, lambda drawn: np.median(drawn, axis=1))
    return Estimate(float(np.median(numbers)), low, high, len(numbers))


def mean_difference(before: Sequence[float], after: Sequence[float], alpha: float = 0.05) -> Estimate | None:
    """Return the mean of ``after - before`` over pairs with its paired bootstrap interval, None for no pairs.

    Args:
        before, after: values of the same cases in the same order.
        alpha: 1 minus the confidence of the interval.
    """
    if not before:
        return None
    differences = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    low, high = _percentiles(differences, lambda drawn: drawn.mean(axis=1), alpha)
    return Estimate(float(differences.mean()), low, high, len(differences))


def mcnemar(won: int, lost: int) -> float:
    """Return the two-sided exact p of McNemar's test (1947): how likely a split this uneven is if nothing changed.

    Args:
        won, lost: cases that only the second, and only the first of two systems got right.
    """
    n = won + lost
    tail: float = sum(math.comb(n, k) for k in range(min(won, lost) + 1)) / 2**n
    return min(1.0, 2 * tail)


def _percentiles(numbers: NDArray[np.float64], statistic: Statistic, alpha: float = 0.05) -> tuple[float, float]:
    random = np.random.default_rng(_SEED)
    size = len(numbers)
    block = max(1, _BLOCK // size)
    parts = [
        statistic(numbers[random.integers(0, size, (min(block, RESAMPLES - start), size))])
        for start in range(0, RESAMPLES, block)
    ]
    low, high = np.quantile(np.concatenate(parts), [alpha / 2, 1 - alpha / 2])
    return float(low), float(high)
