"""Keyword search over Chinese and English."""

from __future__ import annotations

import numpy as np
import pytest

from report_qa.indexing.keywords import KeywordIndex

TEXTS = ["退款政策：七天之内可以退款。", "本年度营业收入增长。", "The company invests in models.", "员工人数保持不变。"]


@pytest.mark.parametrize(("query", "best"), [("退款", 0), ("收入是多少", 1), ("investments", 2), ("员工", 3)])
def test_the_text_with_the_words_scores_highest(query: str, best: int) -> None:
    scores = KeywordIndex(TEXTS).scores(query)
    assert int(np.argmax(scores)) == best
    assert scores[best] > 0


def test_rare_words_weigh_more_than_frequent_ones_and_unknown_ones_most() -> None:
    index = KeywordIndex(["苹果 香蕉", "苹果 橙子", "苹果 梨子"])
    assert index.idf("苹果") < index.idf("香蕉") < index.idf("葡萄")


@pytest.mark.parametrize("texts", [[], ["的"], [""]])
def test_an_index_without_words_scores_nothing(texts: list[str]) -> None:
    assert KeywordIndex(texts).scores("退款").tolist() == [0.0] * len(texts)
