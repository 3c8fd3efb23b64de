"""Questions that resemble those of pairs and are about something else, made by code to learn from.

"How often is the cabin filter replaced?" becomes "How often is the warning triangle replaced?": the words that name a
question's thing are replaced by those of another pair's question. What such questions score against the pair that they
were made from is what near misses of real askers score.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, islice

from report_qa.faq.records import Entry
from report_qa.faq.words import ASKING
from report_qa.text.tokens import search_tokens

_FEWEST_SIGNS = {"zh": 2, "en": 4}
_DONORS = 2
"""So many other pairs lend their word to every question."""


def swapped(entries: Sequence[Entry], most: int) -> list[tuple[str, int, int]]:
    """Return questions about another pair's thing, each with the pair that it was made from and the one that lent it.

    Args:
        entries: the pairs; words are lent within a language only.
        most: so many questions at most.
    """
    things = [(entry, word) for entry in entries if (word := _thing(entry))]
    made: list[tuple[str, int, int]] = []
    for at, (entry, word) in enumerate(things):
        if len(made) >= most:
            break
        others = chain(islice(things, at + 1, None), islice(things, at))
        donors = (
            (other, lent)
            for other, lent in others
            if other.language == entry.language and lent not in entry.question and word not in other.question
        )
        made += [(entry.question.replace(word, lent), entry.id, other.id) for other, lent in islice(donors, _DONORS)]
    return made[:most]


def _thing(entry: Entry) -> str:
    """Return the longest word of a question that does not only ask, as it stands there; empty where there is none."""
    if entry.language == "zh":
        words = [word for word in search_tokens(entry.question) if word in entry.question]
    else:
        words = re.findall(r"[A-Za-z]+", entry.question)
    long_enough = _FEWEST_SIGNS.get(entry.language, 4)
    named = [
        word for word in words if word.lower() not in ASKING and len(word) >= long_enough and not word[0].isdigit()
    ]
    return max(named, key=len, default="")
