"""Keyword search over Chinese and English: BM25 (Lù's bm25s) on words cut by jieba and stemmed by Snowball.

Across the two languages every word is searched as all that it may be called in the other one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

from report_qa.text.glossary import Words, across
from report_qa.text.sounds import names_by_sound
from report_qa.text.tokens import search_tokens

_SATURATION = 1.5
"""k1 of BM25, the default of bm25s."""


class KeywordIndex:
    """BM25 statistics over a list of texts, held in memory.

    Args:
        texts: what is searched; positions in this list name the texts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        tokens = [search_tokens(text) for text in texts]
        self._texts = tuple(texts)
        self._size = len(texts)
        self._vocabulary = {token for row in tokens for token in row}
        self._bm25 = bm25s.BM25(method="lucene")
        if self._vocabulary:
            self._bm25.index(tokens, show_progress=False)
        self._idf = _idf(tokens)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return the BM25 score of every text, 0 where no word of the query occurs."""
        words = [word for word in dict.fromkeys(search_tokens(query)) if word in self._vocabulary]
        if not words:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(words), dtype=np.float32)

    def scores_across(self, query: str) -> NDArray[np.float32]:
        """Return the BM25 score of every text for a query in the other language.

        All translations of a word count as one word, as rare as they are together, so that a word of many meanings
        weighs little (structured queries; Pirkola, 1998). Names are also found by their sound.
        """
        total = np.zeros(self._size, dtype=np.float32)
        for alternatives in across(query):
            total += self._weighted(self._occurrence(alternatives))
        for name in names_by_sound(query):
            counts = np.asarray([len(name.findall(text)) for text in self._texts], dtype=np.float32)
            total += self._weighted(counts / (counts + _SATURATION))
        return total

    def _occurrence(self, alternatives: Collection[Words]) -> NDArray[np.float32]:
        """Return how much (0 to 1, saturating) each text holds the alternative that it holds most of."""
        most = np.zeros(self._size, dtype=np.float32)
        for words in alternatives:
            if all(word in self._vocabulary for word in words):
                held = [self._bm25.get_scores([word]) / self._idf[word] for word in words]
                most = np.maximum(most, np.minimum.reduce(held))
        return most

    def _weighted(self, occurrence: NDArray[np.float32]) -> NDArray[np.float32]:
        return occurrence * _rarity(int((occurrence > 0).sum()), self._size)

    def idf(self, word: str) -> float:
        """Return how rare a word is: ``ln(1 + (N - n + 0.5) / (n + 0.5))``, the BM25 weight (Robertson, 2009)."""
        return self._idf.get(word, _rarity(0, self._size))


def _idf(tokens: Sequence[Sequence[str]]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for row in tokens:
        for word in set(row):
            counts[word] = counts.get(word, 0) + 1
    return {word: _rarity(n, len(tokens)) for word, n in counts.items()}


def _rarity(held_by: int, size: int) -> float:
    return float(np.log(1 + (size - held_by + 0.5) / (held_by + 0.5)))
