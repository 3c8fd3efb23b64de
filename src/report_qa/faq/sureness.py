"""How sure it is that a question asks what a pair answers: a calibrated probability from what tells the two apart.

The nearest pair is nearly always the right one where there is one; what is hard is to notice that there is none. A near
miss repeats the pair's sentence with another thing, number, time or kind of question in it, while a rewording uses
other words throughout, so likeness alone takes the one for the other. The weights in ``sureness.json``, with the
figures of their fit, are made by ``scripts/calibrate_match.py`` from development questions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from itertools import pairwise

from report_qa.faq.asked import clash, kinds_of, of_other_time
from report_qa.faq.likeness_scores import bare, sound
from report_qa.faq.records import Entry
from report_qa.faq.words import ASKING
from report_qa.qa.answerability import Calibration
from report_qa.qa.wanted import offers, wanted
from report_qa.text.names import holds_name, latin_names
from report_qa.text.normalise import fold
from report_qa.text.numbers import Quantity, quantities
from report_qa.text.tokens import search_tokens

FEATURES = ("likeness", "lead", "offers", "other_kind", "other_time", "other_count", "replaced")
"""Names of what is observed, see :meth:`Held.observed`."""
FURTHEST = 0.5
"""More of a lead proves nothing: the next ones may only name other numbers."""
_MISSPELT = 0.84
"""Likeness of letters from which an English word is another one misspelt: one letter of six."""
_LONG_WORD = 5


@dataclass(frozen=True)
class Wording:
    """A question with what is observed of it, whether it is asked or a pair's own."""

    text: str
    folded: str
    sounds: str
    couples: frozenset[str]
    words: tuple[str, ...]
    kinds: frozenset[str]
    other_time: bool
    quantities: tuple[Quantity, ...]
    codes: tuple[str, ...]


def wording(text: str) -> Wording:
    """Return a question as it is compared."""
    letters = bare(text)
    words = tuple(w for w in dict.fromkeys(search_tokens(text)) if w not in ASKING and not w[0].isdigit())
    codes = tuple(name for name in latin_names(text) if any(c.isdigit() for c in name))
    rest = text
    for code in codes:
        rest = rest.replace(code, " ")
    return Wording(
        text, fold(text), sound(text), frozenset(a + b for a, b in pairwise(letters)), words, kinds_of(text),
        of_other_time(text), tuple(quantities(fold(rest))), codes,
    )  # fmt: skip


class Held:
    """What a pair holds beside its wordings: answer, evidence and headings.

    Args:
        entry: the pair.
    """

    def __init__(self, entry: Entry) -> None:
        evidence = entry.evidence
        self._text = "\n".join((entry.answer, evidence.quote, *evidence.path, evidence.title))
        self._folded = fold(self._text)
        self._quantities = quantities(fold(self._text))
        self._answer = entry.answer

    def of_other_number(self, asked: Wording, own: Sequence[Wording]) -> bool:
        """Return whether a question names a code, or a number in digits, that the pair and its wordings do not hold."""
        if not all(
            any(holds_name(text, code) for text in (self._text, *(w.text for w in own))) for code in asked.codes
        ):
            return True
        return not self._counts(asked, own, spelled=False)

    def observed(self, asked: Wording, own: Sequence[Wording], likeness: float, lead: float) -> dict[str, float]:
        """Return what is observed of a question beside this pair, by the names in :data:`FEATURES`.

        Args:
            asked: the question.
            own: wordings of the pair, at least one.
            likeness: mean of those of its two nearest wordings, -1 to 1.
            lead: what it is ahead of the next pair.

        Returns:
            Beside those two: ``offers``, whether the answer holds something of the kind that is asked for;
            ``other_kind``, 0 to 1, see :func:`report_qa.faq.asked.clash`; ``other_time``; ``other_count``, a number in
            words that is not the pair's; and ``replaced``, 0 to 1, how much of the question's letters are the pair's
            where a word in it is not.
        """
        kinds = frozenset[str]().union(*(w.kinds for w in own))
        couples = frozenset[str]().union(*(w.couples for w in own))
        same = len(asked.couples & couples) / len(asked.couples) if asked.couples else 0.0
        return {
            "likeness": likeness,
            "lead": max(-FURTHEST, min(lead, FURTHEST)),
            "offers": float(offers(self._answer, wanted(asked.text))),
            "other_kind": clash(asked.kinds, kinds),
            "other_time": float(asked.other_time and not any(w.other_time for w in own)),
            "other_count": float(not self._counts(asked, own, spelled=True)),
            "replaced": same if self._lacks_a_word(asked, own) else 0.0,
        }

    def _counts(self, asked: Wording, own: Sequence[Wording], *, spelled: bool) -> bool:
        known = [*self._quantities, *(q for w in own for q in w.quantities)]
        named = (q for q in asked.quantities if q.spelled == spelled)
        return all(any(q.equals(other) or _is_year(q, other) for other in known) for q in named)

    def _lacks_a_word(self, asked: Wording, own: Sequence[Wording]) -> bool:
        texts = (self._folded, *(w.folded for w in own))
        return any(
            not any(word in text for text in texts) and not _sounds_like(word, own) and not _misspells(word, own)
            for word in asked.words
        )


def _is_year(short: Quantity, year: Quantity) -> bool:
    """Whether what reads as a span of years, 24年, is a year, 2024."""
    return short.dimension == "calendar" and not year.dimension and year.value == 2000 + short.value / 12


def _sounds_like(word: str, own: Sequence[Wording]) -> bool:
    return not word.isascii() and any(sound(word) in w.sounds for w in own)


def _misspells(word: str, own: Sequence[Wording]) -> bool:
    known = [other for w in own for other in w.words if other.isascii()]
    return word.isascii() and len(word) >= _LONG_WORD and bool(get_close_matches(word, known, 1, _MISSPELT))


def probability(observed: Mapping[str, float]) -> float:
    """Return the probability (0 to 1) that a question asks what the pair answers, from :meth:`Held.observed`."""
    return _calibration().probability(observed)


@cache
def _calibration() -> Calibration:
    raw = json.loads(files(__package__).joinpath("sureness.json").read_text(encoding="utf-8"))
    return Calibration(raw["intercept"], raw["weights"], raw["means"], raw["scales"])
