"""Retrieval measures over what was wanted and what each passage holds. Pure functions; all are from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

Found = Sequence[AbstractSet[int]]
"""For every passage, best first, the positions of the wanted items that it holds."""


def hit(found: Found, k: int) -> float:
    """Return 1 if one of the first ``k`` passages holds a wanted item, else 0 (hit@k, success@k)."""
    return float(any(found[:k]))


def reciprocal_rank(found: Found) -> float:
    """Return 1 / rank of the first passage that holds a wanted item, 0 if none does (Voorhees, 1999)."""
    return next((1 / rank for rank, held in enumerate(found, start=1) if held), 0.0)


def recall(found: Found, wanted: int, k: int | None = None) -> float:
    """Return the share of ``wanted`` items that the first ``k`` passages hold together (all passages by default)."""
    held = set[int]().union(*found[:k])
    return len(held) / wanted


def ndcg(found: Found, wanted: int, k: int) -> float:
    """Return the normalised discounted cumulative gain of the first ``k`` passages (Järvelin and Kekäläinen, 2002).

    A passage gains 1 when it holds an item that none before it held, discounted by log2(rank + 1). The ideal
    ranking has the passages that gain in front, followed by one more for every item that was not found.

    Args:
        found: what each passage holds.
        wanted: number of items, at least 1.
        k: cut-off.
    """
    held: set[int] = set()
    gain, gaining = 0.0, 0
    for rank, items in enumerate(found[:k], start=1):
        if items - held:
            gain += 1 / math.log2(rank + 1)
            gaining += 1
            held |= items
    ideal = min(gaining + wanted - len(held), k)
    return gain / sum(1 / math.log2(rank + 1) for rank in range(1, ideal + 1))
