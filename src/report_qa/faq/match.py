"""A question -> the published pair that answers it, pairs that may be meant, or none: three bands by score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from report_qa.faq.likeness_scores import SAME, Scores, Variants, bare, plain, sound
from report_qa.faq.records import Entry
from report_qa.providers.embedders import Embedder
from report_qa.text.names import holds_name, latin_names
from report_qa.text.normalise import fold, language_of
from report_qa.text.numbers import Quantity, quantities
from report_qa.text.tokens import search_tokens

_CHOICES = 3
_CLEAR = 0.02
"""By how much the best pair must be ahead of the next one to be the answer; nearer ones are both offered."""
_AHEAD = 0.5
"""The best of 0, 0.5, 1 and 2 on the development questions."""
_FURTHEST = 0.1
"""More of a lead proves nothing: the next ones may only name other numbers."""
_OTHER_NUMBER = 0.5
"""Taken off where the question names a number or code that the pair does not hold: it asks about something else."""
_UNKNOWN = 0.1
"""Taken off where no word that the question names is one of the pair's; less where some are. A near miss is told from a
rewording by the thing that it names, which vectors hardly see."""


class Band(StrEnum):
    """What is done with a question."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    PASS = "pass"


@dataclass(frozen=True)
class Bands:
    """From which score on a question is answered, and from which pairs are suggested.

    Attributes:
        answer: the :func:`sureness` from which the best pair answers.
        suggest: the score from which a pair is offered; the same wording has 1.
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
    """A pair with its score and the wording of it that is nearest to the question."""

    entry: Entry
    score: float
    wording: str


@dataclass(frozen=True)
class Match:
    """What was found: the band, the candidates of it, best first, and how sure the best one is."""

    band: Band
    candidates: tuple[Candidate, ...]
    best: float


class Matcher:
    """Compares questions with the wordings of published pairs.

    Args:
        entries: those that may answer.
        embedder: what made the vectors.
        bands: from which scores on.
        vectors: unit vectors of :func:`wordings`; None has them made.
    """

    def __init__(
        self, entries: Sequence[Entry], embedder: Embedder, bands: Bands, vectors: Scores | None = None
    ) -> None:
        self.entries = tuple(entries)
        self.bands = bands
        self._embedder = embedder
        asked = wordings(entries)
        self.owners: NDArray[np.int64] = np.asarray([owner for owner, _, _ in asked], dtype=np.int64)
        self.negative: NDArray[np.bool_] = np.asarray([negative for _, negative, _ in asked], dtype=np.bool_)
        texts = [text for _, _, text in asked]
        self.variants = Variants(texts, embed(texts, embedder) if vectors is None else vectors)
        self._held = [_held(entry) for entry in entries]
        self._words = [fold(held) for held in self._held]
        self._quantities = [quantities(words) for words in self._words]
        self._sounds = [sound(" ".join((entry.question, *entry.similar))) for entry in entries]

    def embedded(self, questions: Sequence[str]) -> Scores:
        """Return the unit vectors of questions, shape (questions, dimension)."""
        if not questions:
            return np.zeros((0, self.variants.vectors.shape[-1]), dtype=np.float32)
        return embed(questions, self._embedder)

    def match(self, question: str) -> Match:
        """Return what to do with a question.

        Args:
            question: self-contained; a follow-up must be completed first.
        """
        if not self.entries or not bare(question):
            return Match(Band.PASS, (), 0.0)
        row = self.variants.scores(question, embed([question], self._embedder)[0])
        ranked = self.rank(question, row)
        candidates = [Candidate(self.entries[i], score, self.variants.texts[at]) for i, score, at in ranked[:_CHOICES]]
        if not candidates:
            return Match(Band.PASS, (), 0.0)
        best = sureness([score for _, score, _ in ranked])
        if self._answers(question, candidates, best):
            return Match(Band.ANSWER, (candidates[0],), best)
        near = tuple(candidate for candidate in candidates if candidate.score >= self.bands.suggest)
        return Match(Band.SUGGEST if near else Band.PASS, near, best)

    def _answers(self, question: str, candidates: Sequence[Candidate], sure: float) -> bool:
        first = candidates[0]
        if sure < self.bands.answer or first.entry.language != language_of(question):
            return False
        rivals = [c for c in candidates[1:] if bare(c.entry.answer) != bare(first.entry.answer)]
        return not rivals or first.score - rivals[0].score >= _CLEAR or bare(first.wording) == bare(question)

    def rank(
        self, question: str, row: Scores, left_out: NDArray[np.bool_] | None = None
    ) -> list[tuple[int, float, int]]:
        """Return position of pair, score and position of its nearest wording, best first.

        Pairs with a negative question nearer than their nearest wording are left out.

        Args:
            question: what is asked.
            row: its likeness to every wording.
            left_out: wordings that do not take part; None for all.
        """
        usable = row if left_out is None else np.where(left_out, -np.inf, row)
        best = np.full(len(self.entries), -np.inf)
        repelled = np.full(len(self.entries), -np.inf)
        nearest = np.zeros(len(self.entries), dtype=np.int64)
        for at in np.argsort(usable, kind="stable"):
            target = repelled if self.negative[at] else best
            target[self.owners[at]] = usable[at]
            if not self.negative[at]:
                nearest[self.owners[at]] = at
        numbers, named = _numbers(question), _named(question)
        ranked = [
            (int(i), float(best[i]) - self._otherness(int(i), float(best[i]), numbers, named), int(nearest[i]))
            for i in range(len(self.entries))
            if np.isfinite(best[i]) and best[i] > repelled[i]
        ]
        return sorted(ranked, key=lambda found: -found[1])

    def _otherness(self, at: int, score: float, numbers: Sequence[str], named: Sequence[tuple[str, str]]) -> float:
        """Return what a question that asks about something else than a pair loses; nothing for the same wording."""
        if not _holds(self._held[at], self._quantities[at], numbers):
            return _OTHER_NUMBER
        if score >= SAME or not named:
            return 0.0
        unknown = [w for w, spoken in named if w not in self._words[at] and spoken not in self._sounds[at]]
        return _UNKNOWN * len(unknown) / len(named)


def sureness(scores: Sequence[float]) -> float:
    """Return how sure the best pair is: its score, and half of what it is ahead of the next one (at most 0.1).

    Args:
        scores: of all pairs, best first, at least one.
    """
    lead = min(scores[0] - scores[1], _FURTHEST) if len(scores) > 1 else 0.0
    return scores[0] + _AHEAD * lead


def wordings(entries: Sequence[Entry]) -> list[tuple[int, bool, str]]:
    """Return position of pair, whether it is a negative question, and text of every wording, in a fixed order."""
    return [
        (position, negative, text)
        for position, entry in enumerate(entries)
        for negative, texts in ((False, (entry.question, *entry.similar)), (True, entry.negative))
        for text in texts
    ]


def embed(texts: Sequence[str], embedder: Embedder) -> Scores:
    """Return the vectors of questions, written alike whether they are indexed or asked."""
    vectors: Scores = embedder.embed_queries([plain(text) for text in texts])
    return vectors


def _numbers(question: str) -> list[str]:
    codes = [name for name in latin_names(question) if any(c.isdigit() for c in name)]
    for code in codes:
        question = question.replace(code, " ")
    return codes + [q.surface for q in quantities(fold(question)) if not q.spelled]


def _named(question: str) -> list[tuple[str, str]]:
    """Return the words by which a question names its thing, each with its sound."""
    return [(word, sound(word)) for word in dict.fromkeys(search_tokens(plain(question)))]


def _held(entry: Entry) -> str:
    evidence = entry.evidence
    return "\n".join((entry.question, *entry.similar, entry.answer, evidence.quote, *evidence.path, evidence.title))


def _holds(held: str, known: Sequence[Quantity], named: Sequence[str]) -> bool:
    for name in named:
        if latin_names(name):
            found = holds_name(held, name)
        else:
            found = any(q.equals(other) for q in quantities(fold(name)) for other in known)
        if not found:
            return False
    return True
