"""Overlap of an answer with the gold answer, on words: Chinese cut by jieba, English stemmed, numbers whole.

The usual implementations split on white space or keep Latin letters only, and so give 0 for two equal Chinese texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from report_qa.text.tokens import search_tokens


def token_f1(answer: str, gold: str) -> float:
    """Return the harmonic mean of word precision and recall, 0 to 1 (Rajpurkar et al., SQuAD, 2016)."""
    said, wanted = search_tokens(answer), search_tokens(gold)
    shared = sum((Counter(said) & Counter(wanted)).values())
    return _f1(shared, len(said), len(wanted))


def rouge_l(answer: str, gold: str) -> float:
    """Return ROUGE-L: the F1 of the longest common subsequence of words, 0 to 1 (Lin, 2004)."""
    said, wanted = search_tokens(answer), search_tokens(gold)
    return _f1(_common_subsequence(said, wanted), len(said), len(wanted))


def _f1(shared: int, said: int, wanted: int) -> float:
    return 2 * shared / (said + wanted) if said + wanted else 0.0


def _common_subsequence(a: Sequence[str], b: Sequence[str]) -> int:
    """Return the length of the longest common subsequence."""
    row = [0] * (len(b) + 1)
    for word in a:
        above_left = 0
        for j, other in enumerate(b, start=1):
            above = row[j]
            row[j] = above_left + 1 if word == other else max(above, row[j - 1])
            above_left = above
    return row[-1]
