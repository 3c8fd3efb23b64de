"""Clean and compare text: control characters, full width, white space, and which language it is in."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

CJK = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Character class body of the Han ideographs that occur in modern text."""

_CJK_CHAR = re.compile(f"[{CJK}]")
_LETTERS_PER_IDEOGRAPH = 2.2
"""Letters of English that say about as much as one ideograph."""
_LATIN_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_SPACE = re.compile(r"\s+")
_CJK_GAP = re.compile(f"(?<=[{CJK}]) (?=[{CJK}])")


def clean(text: str) -> str:
    """Return ``text`` without control and zero-width characters, line ends as ``\\n``."""
    if text.isprintable():  # holds no character of a category that is taken out
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})


def fold(text: str) -> str:
    """Return ``text`` as it is compared: NFKC (full width to half width), lower case, simplified, single spaces.

    Characters of the traditional script become simplified ones one by one, so that a question in one script is compared
    with a text in the other.
    """
    folded = unicodedata.normalize("NFKC", clean(text)).lower()
    if not folded.isascii():
        folded = folded.translate(_simplified())
    return _CJK_GAP.sub("", _SPACE.sub(" ", folded)).strip()


@cache
def _simplified() -> dict[int, str]:
    """Return the simplified form of every traditional character, by OpenCC."""
    from opencc import OpenCC

    traditional = [chr(code) for code in range(0x4E00, 0xA000)]
    simplified = OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    return {ord(old): new for old, new in zip(traditional, simplified, strict=True) if old != new}


def cjk_count(text: str) -> int:
    """Return the number of Han ideographs."""
    return len(_CJK_CHAR.findall(text))


def ideograph_length(text: str) -> float:
    """Return the length of a text in ideographs, however much of it is written in letters."""
    ideographs = cjk_count(text)
    return ideographs + (len(text) - ideographs) / _LETTERS_PER_IDEOGRAPH


def latin_words(text: str) -> list[str]:
    """Return the Latin-script words."""
    return _LATIN_WORD.findall(text)


def language_of(text: str) -> str:
    """Return ``zh`` or ``en``, whichever the text is mainly written in.

    A Chinese sentence may be full of Latin names ("IT/AI Agent") and an English one may quote a Chinese
    term, so ideographs are weighed against words: one word of English is about two ideographs of meaning.
    """
    ideographs = cjk_count(text)
    return "zh" if ideographs > 0 and ideographs >= len(latin_words(text)) else "en"


def has_words(text: str) -> bool:
    """Return whether the text holds a letter, ideograph or digit in any script."""
    return any(unicodedata.category(c)[0] in "LN" for c in text)
