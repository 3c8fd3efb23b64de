"""Quantities: the same amount is equal however it is written."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.text.normalise import fold
from report_qa.text.numbers import Quantity, numeral_zh, quantities

DIGITS = "零一二三四五六七八九"
FULL_WIDTH = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")


def chinese(number: int) -> str:
    """Return a whole number below 10^16 as it is written in Chinese."""
    if number == 0:
        return "零"
    for scale, name in ((10**8, "亿"), (10**4, "万")):
        if number >= scale:
            rest = number % scale
            gap = "零" if 0 < rest < scale // 10 else ""
            return chinese(number // scale) + name + (gap + chinese(rest) if rest else "")
    text = ""
    gap = False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + name
        gap = not digit
    return text


def one(text: str) -> Quantity:
    """Return the only quantity of a text."""
    found = quantities(fold(text))
    assert len(found) == 1, f"{text}: {found}"
    return found[0]


def scaled(number: int, scale: int) -> str:
    """Return a number as a decimal of a scale, without trailing zeros."""
    return f"{(Decimal(number) / scale).normalize():f}"


STYLES: list[Callable[[int], str]] = [
    lambda n: f"共{n}份",
    lambda n: f"{n:,} answers",
    lambda n: str(n).translate(FULL_WIDTH),
    lambda n: f"{n:,}".translate(FULL_WIDTH),
    lambda n: f"{chinese(n)}份",
    lambda n: f"{scaled(n, 10**4)}万份",
    lambda n: f"{scaled(n, 10**8)} 亿元",
    lambda n: f"{scaled(n, 10**6)} million",
    lambda n: f"{scaled(n, 10**9)} billion",
]
PERCENT_STYLES: list[Callable[[Decimal], str]] = [
    lambda p: f"{p}%",
    lambda p: f"{p} %",
    lambda p: f"{p}%".translate(FULL_WIDTH),
    lambda p: f"{p} percent",
    lambda p: f"{p}个百分点",
    lambda p: f"百分之{p}",
    lambda p: f"百分之{chinese(int(p))}点{DIGITS[int(p * 10) % 10]}",
    lambda p: f"{p * 10}‰",
]


@given(st.integers(1, 10**11), st.sampled_from(STYLES), st.sampled_from(STYLES))
def test_a_number_is_the_same_in_any_two_writings(
    number: int, style: Callable[[int], str], other: Callable[[int], str]
) -> None:
    assert one(style(number)).equals(one(other(number)))


@given(st.decimals(0, 100, places=1, allow_nan=False), st.sampled_from(PERCENT_STYLES), st.sampled_from(PERCENT_STYLES))
def test_a_percentage_is_the_same_in_any_two_writings(
    share: Decimal, style: Callable[[Decimal], str], other: Callable[[Decimal], str]
) -> None:
    assert one(style(share)).equals(one(other(share)))


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from(STYLES), st.sampled_from(STYLES))
def test_two_numbers_differ_in_any_writing(
    number: int, difference: int, style: Callable[[int], str], other: Callable[[int], str]
) -> None:
    assert not one(style(number)).equals(one(other(number + difference)))


@given(st.integers(0, 10**15))
def test_a_chinese_numeral_is_read_as_the_number_it_was_written_from(number: int) -> None:
    assert numeral_zh(chinese(number)) == number


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("二千八百八十七", 2887),
        ("两万", 20000),
        ("三点五", 3.5),
        ("二〇二四", 2024),
        ("十", 10),
        ("一百零五", 105),
        ("八亿五千万", 850_000_000),
        ("一万亿", 10**12),
        ("三万五", 35000),
        ("三万零五", 30005),
        ("两百五", 250),
    ],
)
def test_chinese_numerals_as_people_write_them(numeral: str, value: float) -> None:
    assert numeral_zh(numeral) == value


@pytest.mark.parametrize("text", ["", "点五", "五个", "abc", "三点十"])
def test_what_is_no_chinese_numeral_has_no_value(text: str) -> None:
    assert numeral_zh(text) is None


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("35 cm", "350 mm"),
        ("35厘米", "0.35米"),
        ("1.5 km", "1500 metres"),
        ("12公斤", "12000克"),
        ("半小时", "30 min"),
        ("half an hour", "30分钟"),
        ("90分钟", "1.5H"),
        ("两个半小时", "2.5小时"),
        ("2个半小时", "two and a half hours"),
        ("一年半", "18个月"),
        ("一个月", "1 month"),
        ("十分钟", "10 minutes"),
        ("二十四小时", "one day"),
        ("一周", "7 days"),
        ("三个月", "three months"),
        ("百分之八十四", "84 percent"),
        ("八成", "80%"),
        ("8成", "80%"),
        ("七成半", "75%"),
        ("三分之一", "one third"),
        ("三分之一", "33%"),
        ("四分之三", "three quarters"),
        ("1/4", "25%"),
        ("一半", "50%"),
        ("千分之五", "0.5%"),
        ("十五日", "15日"),
        ("二〇二四年", "2024年"),
        ("十月", "10月"),
    ],
)
def test_conversions_and_words_keep_the_amount(left: str, right: str) -> None:
    assert one(left).equals(one(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("5%", "45%"),
        ("5%", "5个"),
        ("5%", "0.5%"),
        ("35 cm", "35 mm"),
        ("3小时", "3天"),
        ("3 months", "3 days"),
        ("千分之五", "1%"),
        ("16亿", "16万"),
        ("两个半小时", "半小时"),
        ("三分之一", "三分之二"),
        ("三分之一", "35%"),
        ("八成", "82%"),
    ],
)
def test_amounts_that_look_alike_are_told_apart(left: str, right: str) -> None:
    assert not one(left).equals(one(right))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2024年10月", [2024, 10]),
        ("October 2024", [10, 2024]),
        ("11%-20%", [11, 20]),
        ("共回收3,164份，有效2887份", [3164, 2887]),
        ("N=2887", [2887]),
        ("1.5H → 40min", [5400, 2400]),
    ],
)
def test_several_quantities_are_read_in_order(text: str, values: list[float]) -> None:
    assert [quantity.value for quantity in quantities(fold(text))] == values


@pytest.mark.parametrize(
    "text", ["一定要统一标准", "第一，十分重要", "万一失败", "one of the models that may help", "一些企业"]
)
def test_words_that_only_contain_a_numeral_are_no_quantities(text: str) -> None:
    assert quantities(fold(text)) == []


@pytest.mark.parametrize(
    ("text", "spelled"), [("八成", True), ("8成", False), ("84%", False), ("百分之八十", True), ("百分之80", False)]
)
def test_only_quantities_without_a_digit_count_as_spelled_out(text: str, spelled: bool) -> None:
    assert one(text).spelled is spelled


@given(
    st.lists(
        st.sampled_from(
            [*"0123456789.,%/ -年月日天个半成分之百千万亿点一二三十", "小时", " min", "half ", "and a half", "three"]
        ),
        max_size=25,
    ).map("".join)
)
def test_quantities_stand_where_they_say_and_never_overlap(text: str) -> None:
    folded = fold(text)
    found = quantities(folded)
    ends = [0, *(quantity.end for quantity in found)]
    assert all(end <= quantity.start for end, quantity in zip(ends, found, strict=False))
    assert all(folded[quantity.start : quantity.end].strip() == quantity.surface for quantity in found)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("1,920 hours", "1920", True),
        ("3年", "3", True),
        ("3年", "36", False),
        ("2 hours", "120 min", True),
        ("5%", "5", False),
    ],
)
def test_a_unit_that_only_one_side_names_is_no_difference(one: str, other: str, equal: bool) -> None:
    [first], [second] = quantities(one), quantities(other)
    assert first.equals(second) == second.equals(first) == equal
