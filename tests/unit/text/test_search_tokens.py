"""Words for keyword search."""

from __future__ import annotations

import pytest

from report_qa.text.tokens import search_tokens


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("退款", "本店的退款政策如下"),
        ("营业收入", "2024年实现营业收入35亿元"),
        ("收入", "2024年实现营业收入35亿元"),
        ("investment", "Companies are investing more; investments rose."),
        ("returns", "A return is possible within seven days."),
        ("ＡＩ模型", "企业使用的ai模型"),
        ("1234.5", "turnover of 1,234.5 million"),
        ("８４％", "准确率达到84%"),
        ("退款时间", "退款時間為七天"),
        ("退款時間", "退款时间为七天"),
    ],
)
def test_a_word_finds_the_text_that_holds_it_in_another_form(query: str, text: str) -> None:
    assert set(search_tokens(query)) & set(search_tokens(text))


@pytest.mark.parametrize(
    "text", ["报告中提到的是什么？", "What does the report say about it?", "這個是什麼呢？", "", "？！"]
)
def test_words_that_every_question_holds_are_left_out(text: str) -> None:
    assert search_tokens(text) == []


def test_words_come_in_the_order_of_the_text() -> None:
    assert search_tokens("running 12 models") == ["run", "12", "model"]
