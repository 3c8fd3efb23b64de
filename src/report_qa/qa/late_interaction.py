"""How well every word of a question finds its like in a text.

One vector a sentence blurs which of two neighbouring facts is meant; word by word, "agency" finds 代理 in one sentence
and nothing in the next. The idea is the MaxSim of ColBERT (Khattab and Zaharia, SIGIR 2020), here on the token
vectors that the sentence embedding is pooled from, without any training for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from report_qa.providers.embedders import Vectors


def late_interaction(question: Vectors, texts: Sequence[Vectors]) -> NDArray[np.float64]:
    """Compare a question with texts token by token.

    Args:
        question: unit vectors of the question's tokens, shape (tokens, dimension).
        texts: the same of every text.

    Returns:
        For every text the mean, over the question's tokens, of the cosine to the most similar token of the text (-1 to
        1). A token counts by how much the texts differ in it: what all of them hold, or none, does not tell them apart.
    """
    if not len(question) or not texts:
        return np.zeros(len(texts))
    best = np.array([(text @ question.T).max(axis=0) if len(text) else np.zeros(len(question)) for text in texts])
    weights = best.std(axis=0)
    total = float(weights.sum())
    mean: NDArray[np.float64] = (best @ weights / total if total > 0 else best.mean(axis=1)).astype(np.float64)
    return mean
