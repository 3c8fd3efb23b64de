"""Years as people shorten them, written out as documents write them."""

from __future__ import annotations

import re

_SPAN = re.compile(r"(?<![\d/.-])(\d\d)([/-])(\d\d)(?![\d/.-])")
_CHINESE = re.compile(
    r"(?<!\d)(\d\d)(?=年\s*(?:(?:1[0-2]|[1-9]|[一二三四五六七八九十]{1,2})月|第?[一二三四1-4]季度|[上下]半年|年[初末底]))"
)
_APOSTROPHE = re.compile(r"(?<!\w)['’](\d\d)(?![\ds])")
_LATEST = 49
"""Two digits up to this one are of this century."""
_FIRST_IN_SPAN = 15
"""Smaller ones may as well be days and months."""


def with_full_years(text: str) -> str:
    """Return a question with shortened years written out where they can be nothing else.

    >>> with_full_years("22/23那年, 24年4月, back in '19")
    '2022/23那年, 2024年4月, back in 2019'
    """

    def spanned(match: re.Match[str]) -> str:
        first, second = int(match[1]), int(match[3])
        return f"{_full(match[1])}{match[2]}{match[3]}" if second == first + 1 > _FIRST_IN_SPAN else match[0]

    text = _SPAN.sub(spanned, text)
    text = _CHINESE.sub(lambda match: _full(match[1]), text)
    return _APOSTROPHE.sub(lambda match: _full(match[1]), text)


def _full(digits: str) -> str:
    return ("20" if int(digits) <= _LATEST else "19") + digits
