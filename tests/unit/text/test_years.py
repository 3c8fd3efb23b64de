"""Shortened years are written out where they can be nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.text.years import with_full_years


@pytest.mark.parametrize(
    ("asked", "full"),
    [
        ("22/23那年烧油花了多少", "2022/23那年烧油花了多少"),
        ("how many in 21-22", "how many in 2021-22"),
        ("24年4月以后的票价", "2024年4月以后的票价"),
        ("23年上半年", "2023年上半年"),
        ("98年三月", "1998年三月"),
        ("back in '19", "back in 2019"),
    ],
)
def test_a_shortened_year_is_written_out(asked: str, full: str) -> None:
    assert with_full_years(asked) == full


@pytest.mark.parametrize(
    "asked",
    [
        "用了24年",
        "24年4个月",
        "11/12",
        "23/25",
        "2023/24",
        "23/24/25",
        "it's 24",
        "the '90s",
        "比例 3/4",
        "电话 020-23-24",
    ],
)
def test_what_may_be_something_else_stays(asked: str) -> None:
    assert with_full_years(asked) == asked


@given(st.text(alphabet="0123456789年月/-' 半上", max_size=30))
def test_full_years_stay_as_they_are(text: str) -> None:
    assert with_full_years(with_full_years(text)) == with_full_years(text)
