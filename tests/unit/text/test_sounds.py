"""Names found by their sound in the other language's script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.text.sounds import names_by_sound


@pytest.mark.parametrize(
    ("text", "source", "found"),
    [
        ("Why was Sima Yan arrested?", "司马晏被捕。", True),
        ("which army did wang chuzhi's family serve", "王处直的家族", True),
        ("Can Wang Chuzhi come?", "王处直来了", True),
        ("What did the women order?", "我们下单了", False),
        ("Where is the guide?", "给我指南", False),
        ("张元素研究了什么？", "Zhang Yuansu studied medicine.", True),
        ("张元素研究了什么？", "Zhang yuan-su studied medicine.", True),
        ("张元素研究了什么？", "Zhang Yuan studied medicine.", False),
    ],
)
def test_a_name_is_found_by_its_sound(text: str, source: str, found: bool) -> None:
    assert any(pattern.search(source) for pattern in names_by_sound(text)) is found


@pytest.mark.parametrize("text", ["", "？！", "the of and", "zzzqx"])
def test_what_no_dictionary_knows_has_no_names(text: str) -> None:
    assert names_by_sound(text) == []


@given(st.text(max_size=60))
def test_no_name_is_found_in_nothing(text: str) -> None:
    assert not any(pattern.search("") for pattern in names_by_sound(text))
