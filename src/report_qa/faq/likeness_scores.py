"""How alike questions are: by meaning, and by sound, so that homophones and typed pinyin still match.

Likeness is the cosine of what vectors have beyond those of questions in general. Embedding models put all questions
close together; taking that away tells them apart, and makes models alike enough to share thresholds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from report_qa.text.normalise import fold

Scores = NDArray[np.float32]

SAME = 1.0
"""Likeness of questions that are the same but for punctuation, width, script, or characters of the same sound."""
GENERAL = (
    "今天天气怎么样？", "这首诗是谁写的？", "怎样煮鸡蛋？", "图书馆几点开门？", "为什么天是蓝色的？",
    "去机场多少钱？", "可以带宠物吗？", "会员卡在哪里办理？", "一年有多少天？", "哪种水果最甜？",
    "什么是光合作用？", "考试什么时候开始？",
    "What is the weather like today?", "Who wrote this poem?", "How do I boil an egg?", "When does the library open?",
    "Why is the sky blue?", "How much is a ride to the airport?", "May I bring my pet?",
    "Where can I get a membership card?", "How many days are in a year?", "Which fruit is the sweetest?",
    "What does photosynthesis mean?", "How long does the exam take?",
)  # fmt: skip
"""Questions of all kinds on nothing in common: the mean of their vectors is what questions in general have."""
_LONG_SOUND = 8
"""So many letters of pinyin must sound the same: shorter questions sound alike by chance."""
_PUNCTUATION = re.compile(r"[\W_]+")


def bare(question: str) -> str:
    """Return a question as it is compared as a whole: folded, without punctuation and white space."""
    return _PUNCTUATION.sub("", fold(question))


def sound(question: str) -> str:
    """Return a question as it sounds, in pinyin without tones."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(bare(question)))


class Variants:
    """Wordings that questions are compared with.

    Args:
        texts: the wordings.
        vectors: their unit vectors, shape (wordings, dimension).
        general: the mean vector of :data:`GENERAL`, shape (dimension,).
    """

    def __init__(self, texts: Sequence[str], vectors: Scores, general: Scores) -> None:
        self.texts = tuple(texts)
        self.vectors = vectors
        self._general = general
        self._own = _beyond(vectors, general)
        self._bare = _places(map(bare, texts))
        self._sounds = _places(map(sound, texts))

    def scores(self, question: str, vector: Scores) -> Scores:
        """Return the likeness of a question to every wording, -1 to 1; 1 where they are the same.

        Args:
            question: what is asked.
            vector: its unit vector.
        """
        cosines: Scores = np.minimum(self._own @ _beyond(vector, self._general), SAME)
        said = sound(question)
        cosines[self._bare.get(bare(question), [])] = SAME
        if len(said) >= _LONG_SOUND:
            cosines[self._sounds.get(said, [])] = SAME
        return cosines


def _places(texts: Iterable[str]) -> dict[str, list[int]]:
    """Return where every text stands."""
    places: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        places.setdefault(text, []).append(at)
    return places


def _beyond(vectors: Scores, general: Scores) -> Scores:
    """Return what vectors have beyond the general one, of unit length."""
    rest = vectors - general
    unit: Scores = rest / np.maximum(np.linalg.norm(rest, axis=-1, keepdims=True), np.finfo(np.float32).tiny)
    return unit
