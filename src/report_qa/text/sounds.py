"""Names that one language writes in letters and the other in ideographs, found by sound (pinyin without tones)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from report_qa.text.glossary import Words, load_glossary
from report_qa.text.normalise import CJK, language_of
from report_qa.text.tokens import STOP_WORDS_EN, search_tokens

_CAPITALISED = re.compile(r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*")
_LATIN = re.compile(r"[a-z]{3,}")
_POSSESSIVE = re.compile(r"['’]s\b")
_LONGEST_SYLLABLE = 6
_IDEOGRAPHS = re.compile(f"[{CJK}]{{2,}}")


def names_by_sound(text: str) -> list[re.Pattern[str]]:
    """Return patterns that find the names of a text where they are written in the other language's script.

    The names of an English text that are Chinese syllables (pinyin without tones), "Sima Yan", are found as ideographs
    read so, 司马晏; words of a Chinese text that no dictionary knows, as those syllables.
    """
    if language_of(text) == "zh":
        return [_as_syllables(word) for word in _unknown_words(text)]
    return [re.compile("".join(f"[{_ideographs()[syllable]}]" for syllable in name)) for name in _pinyin_names(text)]


def _pinyin_names(text: str) -> list[Words]:
    """Return the names of an English text as syllables: runs of capitalised words, and words in no dictionary."""
    text = _POSSESSIVE.sub("", text)
    names: dict[Words, None] = {}
    for run in _CAPITALISED.findall(text):
        words = re.split("[ -]", run)
        if words[0].lower() in STOP_WORDS_EN:
            words = words[1:]
        if len(words) > 1:
            names |= dict.fromkeys(_readable(words))
    for word in _LATIN.findall(text.lower()):
        if not _known(word) and (syllables := _syllables(word)):
            names[syllables] = None
    kept = [name for name in names if len(name) > 1]
    return [name for name in kept if not any(_within(name, other) for other in kept)]


def _readable(words: Sequence[str]) -> Iterator[Words]:
    """Yield the longest runs of neighbouring words that are pinyin, of two words or more."""
    run: list[Words] = []
    for word in [*words, ""]:
        if syllables := _syllables(word.lower()):
            run.append(syllables)
            continue
        if len(run) > 1:
            yield tuple(syllable for part in run for syllable in part)
        run = []


def _within(name: Words, other: Words) -> bool:
    return name != other and f" {' '.join(name)} " in f" {' '.join(other)} "


def _known(word: str) -> bool:
    tokens = tuple(search_tokens(word))
    return not tokens or tokens in load_glossary().chinese


@cache
def _syllables(word: str) -> Words:
    """Return a word as pinyin syllables, as few as possible; empty where it is none."""
    best: dict[int, Words] = {0: ()}
    for start in range(len(word)):
        for end in range(start + 1, min(start + _LONGEST_SYLLABLE, len(word)) + 1) if start in best else ():
            if word[start:end] in _ideographs():
                read = (*best[start], word[start:end])
                if end not in best or len(read) < len(best[end]):
                    best[end] = read
    return best.get(len(word), ())


def _unknown_words(text: str) -> list[str]:
    glossary = load_glossary()
    words = [token for token in search_tokens(text) if _IDEOGRAPHS.fullmatch(token)]
    return list(dict.fromkeys(word for word in words if word not in glossary.english))


def _as_syllables(word: str) -> re.Pattern[str]:
    from pypinyin import lazy_pinyin

    return re.compile(r"\b" + r"[\s'’-]?".join(map(re.escape, lazy_pinyin(word))) + r"\b", re.IGNORECASE)


@cache
def _ideographs() -> dict[str, str]:
    """Return the ideographs that are read as each syllable."""
    from pypinyin import Style
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.style import convert

    found: dict[str, list[str]] = defaultdict(list)
    for code, readings in PINYIN_DICT.items():
        if 0x4E00 <= code <= 0x9FFF:
            for syllable in {convert(reading, Style.NORMAL, strict=False) for reading in readings.split(",")}:
                if (syllable.isascii() and len(syllable) > 1) or syllable in {"a", "e", "o"}:
                    found[syllable].append(chr(code))
    return {syllable: "".join(chars) for syllable, chars in found.items()}
