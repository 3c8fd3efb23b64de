"""What words are called in the other language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.text.glossary import across


@pytest.mark.parametrize(
    ("text", "alternative"),
    [
        ("Why was the king arrested?", ("国王",)),
        ("Why was the king arrested?", ("逮捕",)),
        ("Who lives in North America?", ("北美",)),
        ("国王为什么被逮捕？", ("king",)),
        ("国王为什么被逮捕？", ("arrest",)),
        ("how much did AX300 cost in 2023", ("2023",)),
        ("AI 在 2023 年", ("ai",)),
    ],
)
def test_a_word_may_be_called_so_in_the_other_language(text: str, alternative: tuple[str, ...]) -> None:
    assert any(alternative in alternatives for alternatives in across(text))


def test_all_that_a_word_may_mean_stands_in_one_set() -> None:
    bank = [alternatives for alternatives in across("bank") if ("银行",) in alternatives]
    assert len(bank) == 1
    assert any("岸" in "".join(words) for words in bank[0])


@given(st.text(max_size=60))
def test_every_alternative_is_made_of_tokens(text: str) -> None:
    for alternatives in across(text):
        assert alternatives
        assert all(words and all(words) for words in alternatives)
