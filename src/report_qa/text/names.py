"""Proper names in Chinese and English text, and whether a source holds them, also across the two scripts."""

from __future__ import annotations

import logging
import re
from functools import cache, lru_cache

from report_qa.text.normalise import CJK, fold

_QUOTED = re.compile(r"[《“「]([^》”」\n]{2,40})[》”」]")
_LATIN_NAME = re.compile(
    r"(?<![A-Za-z0-9])[A-Z](?:[A-Za-z0-9&'’.+-]*[A-Za-z0-9])?(?:\s+(?:of\s+|the\s+|de\s+)?[A-Z][A-Za-z0-9&'’-]+)*"
)
_CODE = re.compile(r"(?<![A-Za-z0-9.])(?=[A-Za-z-]*\d)(?=[\d-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?![A-Za-z0-9])")
_SENTENCE_START = re.compile(r"(?:^|[.!?。！？:：]\s*|\n\s*(?:[-•*]|\d+\.)?\s*)$")
_MEASURE = re.compile(r"^\d+(?:\.\d+)?(?:[kKmMgG]?[bBmMgGwWhHsS]+h?|km|kg|mm|cm|nm|v|a|st|nd|rd|th|x)$", re.IGNORECASE)
_GENERIC = frozenset(
    "ai it ceo cto hr r&d roi ip ui ux pc tv ok yes no i faq q&a pr usb led api genai llm gpt esg kpi".split()
)
"""Upper-case words of everyday language: they name nothing whose presence would have to be proved."""

_NAME_TAGS = frozenset({"nr", "ns", "nt", "nrt", "nrfg"})


def latin_names(text: str) -> list[str]:
    """Return Latin-script names and codes: capitalised words inside a sentence, acronyms, and mixed codes.

    The first word of a sentence is capitalised anyway, so it counts only when it is an acronym or a code.
    """
    names: list[str] = []
    for match in _LATIN_NAME.finditer(text):
        words = match.group().split()
        if _SENTENCE_START.search(text[: match.start()]) and not _is_acronym(words[0]):
            words = words[1:]
        name = " ".join(words).strip(".")
        if name and fold(name) not in _GENERIC:
            names.append(name)
    names += [m.group() for m in _CODE.finditer(text) if not _MEASURE.match(m.group()) and m.group() not in names]
    return list(dict.fromkeys(names))


def chinese_names(text: str) -> list[str]:
    """Return names of people, places and organisations (by jieba's part-of-speech tags) and titles in 《》."""
    names = [m[1] for m in _QUOTED.finditer(text)]
    if re.search(f"[{CJK}]", text):
        names += [pair.word for pair in _tagger().cut(text) if pair.flag in _NAME_TAGS and len(pair.word) >= 2]
    return list(dict.fromkeys(names))


def holds_name(source: str, name: str) -> bool:
    """Return whether a source holds a name: literally, without spaces, or, for a Latin name, in pinyin.

    "Beijing" is held by 北京 and "Si Xiao" by 司晓 in either order of its parts; "Tencent" is not held by 腾讯.
    """
    folded_source, folded = fold(source), fold(name)
    if any(c.isdigit() for c in folded):
        # a code is another one when a letter or digit more stands at either end: AX-30 is not in AX-301
        body = " ?".join(re.escape(c) for c in folded if c != " ")
        return bool(re.search(rf"(?<![a-z0-9]){body}(?![a-z0-9])", folded_source))
    if folded in folded_source or folded.replace(" ", "") in folded_source.replace(" ", ""):
        return True
    if not folded.isascii():
        return False
    letters = re.sub(r"[^a-z]", "", folded)
    if len(letters) < 4:
        return False
    reading = _pinyin(folded_source)
    if letters in reading:
        return True
    parts = re.findall(r"[a-z]+", folded)
    return len(parts) >= 2 and "".join([*parts[1:], parts[0]]) in reading


def _is_acronym(word: str) -> bool:
    return sum(c.isupper() for c in word) >= 2 or any(c.isdigit() for c in word)


@cache
def _tagger():  # type: ignore[no-untyped-def]  # jieba ships no types
    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    return jieba.posseg.dt


@lru_cache(maxsize=256)
def _pinyin(folded: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(folded, errors="ignore"))
