"""Ranges that names of rows stand for (5 年至不满 10 年, over 50,000, 19:00–21:00), and whether amounts fall into them.

Rates, limits and rights are mostly given by ranges, and a question says an amount: "上班六年了能休几天".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from report_qa.text.numbers import Quantity, numeral_zh, quantities

_INFINITE = float("inf")
_TO = re.compile(
    r"\s*[元岁人个件度米]?\s*(?:及?以上)?\s*(?:至|到|[-–—~～]|\bto\b|\band\b)\s*"
    r"(?:不满|不足|不到|不超过|未满|(?:not |just )?(?:under|over|less than|more than))?\s*$"
)
"""What stands between the two ends of a range."""
_FROM_AFTER = re.compile(
    r"^\s*(?:[元岁人个件度米]\s*)?(?:(?:及|或|含)?以上|起|及更多|\+|(?:or|and) (?:more|over|above|older|longer)\b)"
)
_UNTIL_AFTER = re.compile(
    r"^\s*(?:[元岁人个件度米]\s*)?(?:(?:及|或|含)?以[下内]|及更少|(?:or|and) (?:less|fewer|under|below|younger)\b)"
)
_FROM_BEFORE = re.compile(
    r"(?:(?<!不)(?:超过|大于|高于|多于)|(?<![不未])满|[>≥]=?|(?<!not )\b(?:over|above|more than|at least|from)\b)\s*$"
)
_UNTIL_BEFORE = re.compile(
    r"(?:不满|不足|不到|未满|低于|小于|少于|不超过|至多|[<≤]=?"
    r"|\b(?:under|below|less than|fewer than|not (?:more than|over|above)|up to|at most|within)\b)\s*$"
)
_CLOCK_RANGE = re.compile(r"(\d{1,2}):(\d\d)\s*[-–—~～至到]\s*(?:次日)?\s*(\d{1,2}):(\d\d)")
_CLOCK = re.compile(
    r"(?P<part>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜)?\s*"
    r"(?P<hour>\d{1,2}|十[一二]?|[一二两三四五六七八九])点(?!五|\d)(?P<half>半)?"
    r"|\b(?P<hour_en>\d{1,2})(?::(?P<minute>\d\d))?\s?(?P<half_day>[ap])\.?m\b"
    r"|(?<![\d:])(?P<hour_24>[01]?\d|2[0-3]):(?P<minute_24>[0-5]\d)(?![\d:])"
)
_AFTERNOON = frozenset(("下午", "傍晚", "晚上", "夜里"))
_DAY = 24 * 60
_YEARS = range(1900, 2101)


class Interval(NamedTuple):
    """A range of amounts of one dimension (that of ``text.numbers.Quantity``, or ``clock``), both ends in."""

    low: float
    high: float
    dimension: str


def intervals(folded: str) -> list[Interval]:
    """Return the ranges of a folded text: from one amount to another, from or up to an amount, or of the time of day.

    Times of day are in minutes since midnight; one that ends the next day has a higher end than 24 hours.
    """
    found = [_clock_range(match) for match in _CLOCK_RANGE.finditer(folded)]
    amounts = quantities(_CLOCK_RANGE.sub(lambda match: " " * len(match[0]), folded))
    skip = False
    for position, amount in enumerate(amounts):
        following = amounts[position + 1] if position + 1 < len(amounts) else None
        if skip:
            skip = False
        elif following and _TO.fullmatch(folded[amount.end : following.start]):
            skip = True
            # 5至10年: the unit is said once for both ends
            factor = 1.0 if amount.dimension else following.factor
            found.append(Interval(amount.value * factor, following.value, following.dimension))
        else:
            found += _half_open(folded, amount)
    return found


def holds_amount(interval: Interval, question: str) -> bool:
    """Return whether an amount of a folded question falls into a range; years are no amounts."""
    if interval.dimension == "clock":
        return any(interval.low <= minute + day < interval.high for minute in _times(question) for day in (0, _DAY))
    return any(
        interval.low <= amount.value <= interval.high
        for amount in quantities(question)
        if amount.dimension == interval.dimension and not (amount.dimension == "" and amount.value in _YEARS)
    )


def _half_open(folded: str, amount: Quantity) -> Iterator[Interval]:
    before, after = folded[: amount.start], folded[amount.end :]
    if _FROM_AFTER.search(after) or _FROM_BEFORE.search(before):
        yield Interval(amount.value, _INFINITE, amount.dimension)
    elif _UNTIL_AFTER.search(after) or _UNTIL_BEFORE.search(before):
        yield Interval(-_INFINITE, amount.value, amount.dimension)


def _clock_range(match: re.Match[str]) -> Interval:
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    return Interval(start, end if end > start else end + _DAY, "clock")


def _times(folded: str) -> Iterator[int]:
    """Yield the times of day of a text in minutes since midnight."""
    for match in _CLOCK.finditer(folded):
        if match["hour_24"]:
            yield int(match["hour_24"]) * 60 + int(match["minute_24"])
        elif match["hour_en"]:
            hour = int(match["hour_en"]) % 12 + (12 if match["half_day"] == "p" else 0)
            yield hour * 60 + int(match["minute"] or 0)
        else:
            spelled = numeral_zh(match["hour"])
            hour = int(match["hour"]) if spelled is None else int(spelled)
            later = 12 if match["part"] in _AFTERNOON and hour < 12 else 0
            yield (hour + later) * 60 + (30 if match["half"] else 0)
