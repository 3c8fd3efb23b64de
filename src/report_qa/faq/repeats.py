"""Which questions ask the same: first by their words, which is fast over very many, then by their meaning."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from report_qa.providers.embedders import Embedder
from report_qa.text.normalise import fold
from report_qa.text.tokens import search_tokens

_SAME_WORDS = 0.75
_SAME_MEANING = 0.93
"""Cosine from which two questions that also share most words ask the same. Meaning alone does not tell the filter of
one machine from that of another, so both must agree; the values are chosen by hand, not fitted."""
_FEW = 20
"""Up to so many touched questions it is faster to look for their words in all others than to cut all into words."""

LoadEmbedder = Callable[[], Embedder]
"""Gives the embedding model, loading it where it is not loaded yet."""
Words = frozenset[str]


class Asked(NamedTuple):
    """What of a pair takes part in the comparison."""

    id: int
    question: str
    answer: str
    language: str
    source: str


def couples(
    asked: Sequence[Asked], embedder: LoadEmbedder, touched: Collection[int] | None = None
) -> list[tuple[Asked, Asked]]:
    """Return the couples that ask the same, each in the given order; the model is only loaded where words are alike.

    Args:
        asked: live pairs.
        embedder: compares questions.
        touched: numbers of pairs of which each couple holds one; None for all couples.
    """
    wanted = None if touched is None else frozenset(touched)
    if wanted is not None and len(wanted) <= _FEW:
        asked = _near(asked, wanted)
    words = [words_of(one.question) for one in asked]
    found = [
        (asked[i], asked[j])
        for i, j in alike(words)
        if (wanted is None or asked[i].id in wanted or asked[j].id in wanted)
        and asked[i].language == asked[j].language
        and not asked[i].source == asked[j].source == "table"  # each asks for cells of its own
    ]
    return _of_one_meaning(found, embedder) if found else []


def words_of(question: str) -> Words:
    """Return the words by which questions are compared."""
    return frozenset(search_tokens(question))


def overlap(first: Words, second: Words) -> float:
    """Return the share (0 to 1) of the words of both that each has; 1 for no words at all."""
    union = first | second
    return len(first & second) / len(union) if union else 1.0


def alike(words: Sequence[Words]) -> list[tuple[int, int]]:
    """Return the positions of all sets that share most words and of which one adds nothing to the other, in order.

    Words on each side that the other lacks make two questions: the cost of this part, the cost of that one. So does a
    number that only one has: the cost of part 7. So the
    smaller set lies in the larger, which has few words more: the rarest word of the smaller one is among the rarest of
    the larger, one more than these few (prefix filtering, as in Bayardo et al., "Scaling up all pairs similarity
    search", 2007), and only those are compared of which that holds. Sets without a word are like nothing.
    """
    counts = Counter(word for held in words for word in held)
    rarest = [sorted(held, key=lambda word: (counts[word], word))[: _spared(held) + 1] for held in words]
    by_rarest: defaultdict[str, list[int]] = defaultdict(list)
    for i, rare in enumerate(rarest):
        if rare:
            by_rarest[rare[0]].append(i)
    found = set()
    for i, held in enumerate(words):
        for word in rarest[i]:
            for j in by_rarest.get(word, ()):
                if j != i and words[j] <= held and _adds_little(held, words[j]):
                    found.add((min(i, j), max(i, j)))
    return sorted(found)


def _adds_little(held: Words, within: Words) -> bool:
    return len(within) >= _SAME_WORDS * len(held) and not any(word[0].isdigit() for word in held - within)


def _spared(words: Words) -> int:
    """Return how many words a set may have more than another that is alike."""
    return len(words) - math.ceil(_SAME_WORDS * len(words))


def _near(asked: Sequence[Asked], touched: frozenset[int]) -> list[Asked]:
    """Return the pairs that are touched or may ask the same as one that is, by the words that stand in them as such.

    Chinese words do; English ones are compared by their stems and numbers without separators, so they count as there.
    """
    wanted = [words_of(one.question) for one in asked if one.id in touched]
    kept = []
    for one in asked:
        folded = fold(one.question)
        if one.id in touched or any(_may_hold(folded, words) for words in wanted):
            kept.append(one)
    return kept


def _may_hold(folded: str, words: Words) -> bool:
    return sum(word[0].isascii() or word in folded for word in words) >= math.ceil(_SAME_WORDS * len(words))


def _of_one_meaning(found: Sequence[tuple[Asked, Asked]], embedder: LoadEmbedder) -> list[tuple[Asked, Asked]]:
    questions = list(dict.fromkeys(one.question for couple in found for one in couple))
    vectors = dict(zip(questions, embedder().embed_queries(questions), strict=True))
    return [
        (one, other) for one, other in found if float(vectors[one.question] @ vectors[other.question]) >= _SAME_MEANING
    ]
