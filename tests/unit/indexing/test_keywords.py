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


@pytest.mark.parametrize(
    ("query", "best"),
    [("refund policy", 0), ("what was the revenue this year", 1), ("公司投资什么", 2), ("how many employees", 3)],
)
def test_across_languages_a_word_finds_what_it_may_be_called(query: str, best: int) -> None:
    scores = KeywordIndex(TEXTS).scores_across(query)
    assert int(np.argmax(scores)) == best
    assert scores[best] > 0


def test_the_translations_of_a_word_weigh_as_one_word() -> None:
    """逮捕 and 拘捕 are one word to "arrest": half of the texts hold it, as many as hold "king" by 国王 alone."""
    index = KeywordIndex(["逮捕 天气", "拘捕 天气", "国王 天气", "国王 雨水"])
    scores = index.scores_across("arrest king")
    assert scores[0] == pytest.approx(scores[1])
    assert scores[0] == pytest.approx(scores[2])


def test_a_name_is_found_by_its_sound_and_a_lone_number_as_it_is() -> None:
    index = KeywordIndex(["司马晏被捕", "司马懿出兵", "2023 年"])
    assert np.argmax(index.scores_across("Why was Sima Yan arrested?")) == 0
    assert np.argmax(index.scores_across("what happened in 2023")) == 2


@pytest.mark.parametrize("texts", [[], ["的"], [""]])
def test_an_index_without_words_scores_nothing_across_languages(texts: list[str]) -> None:
    assert KeywordIndex(texts).scores_across("refund Sima Yan").tolist() == [0.0] * len(texts)
