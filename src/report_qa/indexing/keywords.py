"""Keyword search over Chinese and English: BM25 (Lù's bm25s) on words cut by jieba and stemmed by Snowball."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

from report_qa.text.tokens import search_tokens


class KeywordIndex:
    """BM25 statistics over a list of texts, held in memory.

    Args:
        texts: what is searched; positions in this list name the texts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        tokens = [search_tokens(text) for text in texts]
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

    def idf(self, word: str) -> float:
        """Return how rare a word is: ``ln(1 + (N - n + 0.5) / (n + 0.5))``, the BM25 weight (Robertson, 2009)."""
        return self._idf.get(word, float(np.log(1 + (self._size + 0.5) / 0.5)))


def _idf(tokens: Sequence[Sequence[str]]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for row in tokens:
        for word in set(row):
            counts[word] = counts.get(word, 0) + 1
    size = len(tokens)
    return {word: float(np.log(1 + (size - n + 0.5) / (n + 0.5))) for word, n in counts.items()}
