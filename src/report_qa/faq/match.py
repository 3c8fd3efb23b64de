"""A question -> the published pair that answers it, pairs that may be meant, or none: three bands by score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from report_qa.faq.checks import numbers_agree
from report_qa.faq.likeness_scores import GENERAL, SAME, Scores, Variants, bare
from report_qa.faq.records import Entry
from report_qa.faq.sureness import Held, Wording, probability, wording
from report_qa.providers.embedders import Embedder
from report_qa.text.normalise import fold, language_of

Embed = Callable[[Sequence[str]], Scores]
"""Texts -> their unit vectors, shape (texts, dimension)."""

CHOICES = 3
"""Most pairs that are offered."""
_RANKED = 50
"""So many of the nearest pairs are told: what is further has no say."""
_LOOKED_AT = 12
"""So many of the nearest pairs are searched for the numbers of a question."""
_CLEAR = 0.02
"""By how much the best pair must be ahead of the next one to be the answer; nearer ones are both offered."""
_OTHER_NUMBER = 0.5
"""Taken off where the question names a number or code that the pair does not hold: it asks about something else."""
_NOT_SAME = 0.999
"""Only the same wording is sure."""
_ENDS = ".。!！"
"""Marks that an answer may end with or not."""


class Band(StrEnum):
    """What is done with a question."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    PASS = "pass"


@dataclass(frozen=True)
class Bands:
    """From which score on a question is answered, and from which pairs are suggested.

    Attributes:
        answer: the :meth:`Matcher.sureness`, 0 to 1, from which the best pair answers.
        suggest: the likeness, -1 to 1, from which a pair is offered; the same wording has 1.
        learnt: whether they come from this release's own questions; else they are the cautious default.
        precision: share of right ones among the questions answered in learning, None where none was.
        recall: share of rewordings that were answered in learning.
        answered, tried: on how many questions that rests: those answered, and all that were tried.
    """

    answer: float
    suggest: float
    learnt: bool = False
    precision: float | None = None
    recall: float | None = None
    answered: int = 0
    tried: int = 0


@dataclass(frozen=True)
class Candidate:
    """A pair with its score, see :class:`Ranked`, and the wording of it that is nearest to the question."""

    entry: Entry
    score: float
    wording: str


@dataclass(frozen=True)
class Match:
    """What was found: the band, the candidates of it, best first, and how sure the best one is."""

    band: Band
    candidates: tuple[Candidate, ...]
    best: float

    def answers_in(self, language: str) -> bool:
        """Return whether a pair answers, and in that language."""
        return self.band == Band.ANSWER and self.candidates[0].entry.language == language


@dataclass(frozen=True)
class Ranked:
    """A pair beside a question.

    Attributes:
        position: which pair.
        score: mean likeness of its two nearest wordings, or 1 where one is the same; 0.5 less where a number differs.
        nearest: position of its nearest wording.
        same: whether that is the same question.
        other_number: whether the question names a number or code that the pair does not hold.
    """

    position: int
    score: float
    nearest: int
    same: bool
    other_number: bool = False


class Matcher:
    """Compares questions with the wordings of published pairs.

    Args:
        entries: those that may answer.
        embedder: what makes vectors of questions.
        bands: from which scores on.
        vectors: makes those of the wordings, such as :meth:`report_qa.faq.vectors.QuestionVectors.of`, which keeps
            them; None for the embedder.
    """

    def __init__(
        self, entries: Sequence[Entry], embedder: Embedder, bands: Bands, vectors: Embed | None = None
    ) -> None:
        self.entries = tuple(entries)
        self.bands = bands
        self._embedder = embedder
        asked = wordings(entries)
        self.owners: NDArray[np.int64] = np.asarray([owner for owner, _, _ in asked], dtype=np.int64)
        self.negative: NDArray[np.bool_] = np.asarray([negative for _, negative, _ in asked], dtype=np.bool_)
        texts = [text for _, _, text in asked]
        made = vectors or self.embedded
        general: Scores = made(GENERAL).mean(axis=0)
        self.variants = Variants(texts, made(texts), general)
        self._wordings: dict[int, Wording] = {}
        self._held: dict[int, Held] = {}

    def embedded(self, questions: Sequence[str]) -> Scores:
        """Return the unit vectors of questions, shape (questions, dimension)."""
        vectors: Scores = self._embedder.embed_queries([fold(question) for question in questions])
        return vectors

    def match(self, question: str, embed: Embed | None = None, rival: float = 0.0) -> Match:
        """Return what to do with a question.

        Args:
            question: self-contained; a follow-up must be completed first.
            embed: makes its vector, as :meth:`embedded` would; None for that.
            rival: score of a pair elsewhere that answers otherwise than the best one here; 0 for none.
        """
        if not self.entries or not bare(question):
            return Match(Band.PASS, (), 0.0)
        asked = wording(question)
        ranked = self.rank(asked, self.variants.scores(question, (embed or self.embedded)([question])[0]))
        candidates = [
            Candidate(self.entries[found.position], found.score, self.variants.texts[found.nearest])
            for found in ranked[:CHOICES]
        ]
        if not candidates:
            return Match(Band.PASS, (), 0.0)
        sure = self.sureness(asked, ranked, rival=rival)
        if sure >= self.bands.answer and candidates[0].entry.language == language_of(question):
            return Match(Band.ANSWER, (candidates[0],), sure)
        near = tuple(candidate for candidate in candidates if candidate.score >= self.bands.suggest)
        return Match(Band.SUGGEST if near else Band.PASS, near, sure)

    def rank(self, asked: Wording, row: Scores, left_out: NDArray[np.bool_] | None = None) -> list[Ranked]:
        """Return the nearest pairs, best first; those with a negative question nearer than any wording are left out.

        Args:
            asked: what is asked.
            row: its likeness to every wording.
            left_out: wordings that do not take part; None for all.
        """
        usable = row.astype(np.float64) if left_out is None else np.where(left_out, -np.inf, row)
        repelled, _, _ = self._best(np.where(self.negative, usable, -np.inf))
        best, second, nearest = self._best(np.where(self.negative, -np.inf, usable))
        both = np.where(np.isfinite(second) & (best < SAME), (best + second) / 2, best)
        left = np.flatnonzero(np.isfinite(best) & (best > repelled))
        order = [int(i) for i in left[np.argsort(-both[left], kind="stable")][:_RANKED]]
        found = []
        for count, i in enumerate(order):
            other = count < _LOOKED_AT and self._of_other_number(i, asked, left_out)
            score = float(both[i]) - (_OTHER_NUMBER if other else 0.0)
            found.append(Ranked(i, score, int(nearest[i]), bool(best[i] >= SAME), other))
        return sorted(found, key=lambda one: -one.score)

    def sureness(
        self, asked: Wording, ranked: Sequence[Ranked], left_out: NDArray[np.bool_] | None = None, rival: float = 0.0
    ) -> float:
        """Return the probability (0 to 1) that the first pair answers a question; 1 for the same wording.

        Args:
            asked: what is asked.
            ranked: what :meth:`rank` found, at least one.
            left_out: as there.
            rival: as of :meth:`match`.
        """
        first, nearest = ranked[0], max(rival, self._rival(ranked))
        # what is worded the same is only tied with what is so too
        if first.other_number or (first.score - nearest < _CLEAR and (nearest >= SAME or not first.same)):
            return 0.0
        if first.same:
            return SAME
        return min(probability(self.observed(asked, ranked, left_out, rival)), _NOT_SAME)

    def observed(
        self, asked: Wording, ranked: Sequence[Ranked], left_out: NDArray[np.bool_] | None = None, rival: float = 0.0
    ) -> dict[str, float]:
        """Return what is observed of a question beside the first pair; arguments are those of :meth:`sureness`.

        See :meth:`report_qa.faq.sureness.Held.observed`.
        """
        first = ranked[0]
        lead = first.score - max(rival, self._rival(ranked))
        own = self._own(first.position, left_out)
        return self._holds(first.position).observed(asked, own, first.score, lead)

    def _rival(self, ranked: Sequence[Ranked]) -> float:
        """Return the score of the nearest pair that answers otherwise than the first; 0 for none."""
        return next((max(other.score, 0.0) for other in ranked[1:] if self._rivals(ranked[0], other)), 0.0)

    def _rivals(self, first: Ranked, other: Ranked) -> bool:
        """Whether two pairs answer differently; one in another language does where its numbers differ."""
        return not agree(self.entries[first.position], self.entries[other.position])

    def _best(self, scores: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Return the best and the second score of every pair, and the position of the best."""
        starts = np.searchsorted(self.owners, np.arange(len(self.entries)))  # each pair's wordings stand together
        best = np.maximum.reduceat(scores, starts)
        nearest = np.zeros(len(self.entries), dtype=np.int64)
        at = np.flatnonzero(np.isfinite(scores) & (scores == best[self.owners]))[::-1]
        nearest[self.owners[at]] = at  # the first of equals
        rest = scores.copy()
        rest[nearest[np.isfinite(best)]] = -np.inf
        return best, np.maximum.reduceat(rest, starts), nearest

    def _of_other_number(self, position: int, asked: Wording, left_out: NDArray[np.bool_] | None) -> bool:
        if not asked.codes and not asked.quantities:
            return False
        return self._holds(position).of_other_number(asked, self._own(position, left_out))

    def _own(self, position: int, left_out: NDArray[np.bool_] | None) -> list[Wording]:
        at = np.flatnonzero((self.owners == position) & ~self.negative)
        return [self._wording(int(i)) for i in at if left_out is None or not left_out[i]]

    def _wording(self, at: int) -> Wording:
        if at not in self._wordings:
            self._wordings[at] = wording(self.variants.texts[at])
        return self._wordings[at]

    def _holds(self, position: int) -> Held:
        if position not in self._held:
            self._held[position] = Held(self.entries[position])
        return self._held[position]


def agree(one: Entry, other: Entry) -> bool:
    """Return whether two pairs answer the same: in the same words, or in another language with the same numbers."""
    if one.language != other.language:
        return numbers_agree(one.answer, other.answer)
    return _words(one.answer) == _words(other.answer)


def _words(answer: str) -> str:
    """Return an answer as it is compared: folded, without white space and end mark; every other mark may matter."""
    return "".join(fold(answer).split()).rstrip(_ENDS)


def wordings(entries: Sequence[Entry]) -> list[tuple[int, bool, str]]:
    """Return position of pair, whether it is a negative question, and text of every wording, in a fixed order."""
    return [
        (position, negative, text)
        for position, entry in enumerate(entries)
        for negative, texts in ((False, (entry.question, *entry.similar)), (True, entry.negative))
        for text in texts
    ]
