"""Whether a text holds a fact, a forbidden form, or a quote. Pure functions, the same in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from report_qa.text.normalise import fold

KeyFacts = Iterable[Sequence[str]]

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MARKS = re.compile(r"[^\w%.,]+")
_DIGITS = frozenset("0123456789")
_NUMERALS_ZH = frozenset("零〇一二三四五六七八九十百千万亿两")
_NUMERALS_BEFORE_ZH = _NUMERALS_ZH - frozenset("一")
"""An 一 before a number mostly ends a word (统一, 之一, 第一)."""
_SHORT_QUOTE = 8
"""Quotes with fewer letters and digits are compared as facts, by whole numbers: "5%" must not be found in "45%"."""


def holds_fact(text: str, form: str) -> bool:
    """Return whether a text holds a form of a fact.

    A number matches whole numbers only: "5%" is not in "45%", nor 百分之五 in 百分之五十. Full width, letter case,
    spaces between ideographs and thousands separators make no difference.

    Args:
        text: for example an answer.
        form: one accepted form, not blank.
    """
    wanted, within = _comparable(form), _comparable(text)
    start = within.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        if not (_continued_before(within, start) or _continued_after(within, end)):
            return True
        start = within.find(wanted, start + 1)
    return False


def held_form(text: str, forms: Iterable[str]) -> str | None:
    """Return the first form that a text holds, None where it holds none."""
    return next((form for form in forms if holds_fact(text, form)), None)


def missing_facts(text: str, key_facts: KeyFacts) -> list[str]:
    """Return the first form of every key fact of which a text holds no form."""
    return [forms[0] for forms in key_facts if held_form(text, forms) is None]


def is_right(text: str, key_facts: KeyFacts, forbidden: Iterable[str]) -> bool:
    """Return whether a text holds every key fact and nothing forbidden."""
    return not missing_facts(text, key_facts) and held_form(text, forbidden) is None


def holds_quote(text: str, quote: str) -> bool:
    """Return whether a text holds a quote word for word; spaces, punctuation and marks of tables do not count."""
    wanted = _squeezed(quote)
    return wanted in _squeezed(text) if len(wanted) >= _SHORT_QUOTE else holds_fact(_spaced(text), _spaced(quote))


class QuoteFinder:
    """Finds quotes in many texts; see :func:`holds_quote`.

    Args:
        texts: what is searched; positions in this list name the texts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._squeezed = [_squeezed(text) for text in texts]

    def find(self, quote: str) -> list[int]:
        """Return the positions of the texts that hold a quote, in ascending order."""
        wanted = _squeezed(quote)
        if len(wanted) >= _SHORT_QUOTE:
            return [i for i, text in enumerate(self._squeezed) if wanted in text]
        return [i for i, text in enumerate(self._texts) if holds_fact(_spaced(text), _spaced(quote))]


def _comparable(text: str) -> str:
    # thousands separators are no part of a number
    return _THOUSANDS.sub("", fold(text))


def _squeezed(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum() or c == "%")


def _spaced(text: str) -> str:
    """Return a text with all its marks but those of numbers as spaces."""
    return _MARKS.sub(" ", fold(text)).strip()


def _continued_before(text: str, start: int) -> bool:
    """Whether the number that begins at ``start`` is the end of a longer one."""
    if start == 0:
        return False
    first, before = text[start], text[start - 1]
    if first in _NUMERALS_ZH:
        return before in _NUMERALS_BEFORE_ZH or (before == "点" and start > 1 and text[start - 2] in _NUMERALS_ZH)
    return first in _DIGITS and (before in _DIGITS or (before == "." and start > 1 and text[start - 2] in _DIGITS))


def _continued_after(text: str, end: int) -> bool:
    """Whether the number that ends at ``end`` is the beginning of a longer one."""
    if end == len(text):
        return False
    last, after, beyond = text[end - 1], text[end], text[end + 1 : end + 2]
    if last in _NUMERALS_ZH:
        return after in _NUMERALS_ZH or (after == "点" and beyond != "" and beyond in _NUMERALS_ZH)
    return last in _DIGITS and (after in _DIGITS or (after == "." and beyond != "" and beyond in _DIGITS))
