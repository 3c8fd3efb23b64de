"""Several collections' pairs as one: an answer is given where no other collection's pair says otherwise."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from report_qa.faq.aliases import Aliases, Lead
from report_qa.faq.likeness_scores import Scores
from report_qa.faq.match import CHOICES, Band, Embed, Match, agree
from report_qa.faq.serve import FaqAnswer, PublishedFaq, given_first
from report_qa.indexing.collections import ALL
from report_qa.indexing.joined import home_of, named_in
from report_qa.providers.embedders import Embedder
from report_qa.qa.records import Passage, Turn
from report_qa.qa.understand import leans_on_history
from report_qa.text.normalise import fold, language_of


class JoinedFaq:
    """The releases of several collections; each takes up a new one by itself.

    Args:
        parts: the releases by collection.
        embedder: compares questions, as in each of them.
    """

    def __init__(self, parts: Mapping[str, PublishedFaq], embedder: Embedder) -> None:
        self._parts = dict(parts)
        self._embedder = embedder

    @property
    def identity(self) -> str | None:
        """What answers in each collection, see :attr:`report_qa.faq.serve.PublishedFaq.identity`."""
        return _identity({name: part.identity for name, part in self._parts.items()})

    def consult(
        self, question: str, history: Sequence[Turn] = (), language: str | None = None
    ) -> tuple[FaqAnswer | None, tuple[str, ...]]:
        """Return the approved answer to a question, or else questions that may be meant.

        Of two collections' pairs that answer differently neither is given: which one is meant is not known. A question
        is only offered where asking it here is answered.

        Args:
            question, history, language: as of :meth:`report_qa.faq.serve.PublishedFaq.consult`.
        """
        started = time.perf_counter()
        if history and leans_on_history(question):
            return None, ()
        embed = _once(self._embedder)
        found = self._found(question, embed)
        name = self._giving(question, found, language, embed)
        if name is not None:
            return _named(self._parts[name].answer(question, found[name], started), name), ()
        candidates = [candidate for match in found.values() for candidate in match.candidates]
        meant = (one.entry.question for one in sorted(candidates, key=lambda one: -one.score))
        return None, given_first(meant, lambda one: self._gives(one, language, embed), (question,), CHOICES)

    def near(self, passages: Sequence[Passage], language: str, asked: Sequence[str], count: int) -> tuple[str, ...]:
        """Return published questions about what stands near some passages, each of which is answered here.

        Args:
            passages, language, asked, count: as of :meth:`report_qa.faq.serve.PublishedFaq.near`; the passages may be
                of several collections.

        Raises:
            FAQError: the database cannot be used.
        """
        found = [one for name, part in self._parts.items() for one in part.distances(_within(passages, name), language)]
        nearest = (question for _, question in sorted(found, key=lambda one: one[0]))
        embed = _once(self._embedder)
        return given_first(nearest, lambda one: self._gives(one, language, embed), asked, count)

    def _found(self, question: str, embed: Embed) -> dict[str, Match]:
        return {name: part.live(question, embed) for name, part in self._parts.items()}

    def _gives(self, question: str, language: str | None, embed: Embed) -> bool:
        return self._giving(question, self._found(question, embed), language, embed) is not None

    def _giving(self, question: str, found: Mapping[str, Match], language: str | None, embed: Embed) -> str | None:
        """Return the collection whose pair answers; None where none does, or none for sure.

        Another's pair that says otherwise counts as it would in one release: where it answers too neither is sure, and
        the nearer it is the less sure is the first.
        """
        wanted = language or language_of(question)
        answering = [name for name, match in found.items() if match.answers_in(wanted)]
        if not answering:
            return None
        first = max(answering, key=lambda name: found[name].best)
        entry = found[first].candidates[0].entry
        against = [
            (match.band, candidate.score)
            for name, match in found.items()
            for candidate in match.candidates
            if name != first and not agree(entry, candidate.entry)
        ]
        if any(band == Band.ANSWER for band, _ in against):
            return None
        rival = max((score for _, score in against), default=0.0)
        return first if self._parts[first].live(question, embed, rival).answers_in(wanted) else None


class JoinedAliases:
    """The questions of several collections' pairs as ways to their passages.

    Args:
        parts: those of each collection.
        embedder: compares questions, as in each of them.
    """

    def __init__(self, parts: Mapping[str, Aliases], embedder: Embedder) -> None:
        self._parts = dict(parts)
        self._embedder = embedder

    @property
    def identity(self) -> str | None:
        """What leads somewhere in each collection, see :attr:`report_qa.faq.aliases.Aliases.identity`."""
        return _identity({name: part.identity for name, part in self._parts.items()})

    def leads(self, question: str) -> list[Lead]:
        """Return where each collection's pairs lead, the surest first.

        Raises:
            FAQError: the database cannot be used.
        """
        embed = _once(self._embedder)
        found = [
            Lead(replace(evidence, document=named_in(name, evidence.document)), likeness)
            for name, part in self._parts.items()
            for evidence, likeness in part.leads(question, embed)
        ]
        return sorted(found, key=lambda lead: -lead.likeness)


def _named(answer: FaqAnswer, collection: str) -> FaqAnswer:
    """Return a collection's answer as one of several: its document named with the collection, which the origin says."""
    passages = {passage.number: _passage(passage, collection) for passage in answer.passages}
    return replace(
        answer,
        passages=tuple(passages.values()),
        citations=tuple(replace(one, passage=passages[one.passage.number]) for one in answer.citations),
        origin=replace(answer.origin, collection=collection) if answer.origin else None,
    )


def _passage(passage: Passage, collection: str) -> Passage:
    document = named_in(collection, passage.document)
    section = replace(passage.section, document=document) if passage.section else None
    return replace(passage, document=document, section=section)


def _within(passages: Sequence[Passage], collection: str) -> list[Passage]:
    """Return those of a collection, their documents named as there."""
    homes = [(passage, *home_of(ALL, passage.document)) for passage in passages]
    return [replace(passage, document=document) for passage, home, document in homes if home == collection]


def _identity(parts: Mapping[str, str | None]) -> str | None:
    return ", ".join(f"{name} {identity}" for name, identity in parts.items() if identity) or None


def _once(embedder: Embedder) -> Embed:
    """Return what embeds questions as they are compared, each once for all collections."""
    known: dict[str, Scores] = {}

    def embedded(questions: Sequence[str]) -> Scores:
        for text in map(fold, questions):
            if text not in known:
                (known[text],) = embedder.embed_queries([text])
        return np.stack([known[fold(question)] for question in questions])

    return embedded
