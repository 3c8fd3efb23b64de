"""Cleaning, folding, and telling the language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.text.normalise import clean, fold, has_words, language_of

ANY = st.text(max_size=60)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\ufeff报\u200b告\x00", "报告"),
        ("a\tb", "a\tb"),
        ("软\u00ad连字符", "软连字符"),
    ],
)
def test_clean_removes_invisible_characters_and_unifies_line_ends(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(ANY)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("８４％", "84%"),
        ("ＡＩ　模型", "ai 模型"),
        ("人工 智能", "人工智能"),
        (" Two\n  Words ", "two words"),
        ("①", "1"),
        ("營業額12億，漲了三萬", "营业额12亿,涨了三万"),
    ],
)
def test_texts_that_differ_in_writing_only_fold_to_the_same(left: str, right: str) -> None:
    assert fold(left) == fold(right)


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0xFFFF, categories=["L", "N", "P", "Z"])))
def test_a_folded_text_has_no_double_space_and_no_space_at_its_ends(text: str) -> None:
    folded = fold(text)
    assert "  " not in folded
    assert folded == folded.strip()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("企业为什么要做AI转型？", "zh"),
        ("IT/AI Agent是什么", "zh"),
        ("What does 心智重塑 mean in the report?", "en"),
        ("How many valid answers were there?", "en"),
        ("", "en"),
        ("2887", "en"),
    ],
)
def test_language_is_the_one_mainly_written_in(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(("text", "words"), [("？！…", False), ("  \n", False), ("7", True), ("é", True), ("好", True)])
def test_words_are_letters_ideographs_or_digits(text: str, words: bool) -> None:
    assert has_words(text) is words
