"""The questions of pairs as ways to their passages, reviewed or not: the passage is found, the pair is not shown."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from report_qa.config import RetrievalSettings, Settings
from report_qa.faq.database import database_exists
from report_qa.faq.flags import grave
from report_qa.faq.match import Band, Embed, Matcher
from report_qa.faq.records import Entry, Evidence, Pair, State
from report_qa.faq.source import find_in
from report_qa.faq.store import FaqStore
from report_qa.faq.thresholds import DEFAULT
from report_qa.faq.vectors import QuestionVectors
from report_qa.indexing.files import sha256_of
from report_qa.indexing.library import Library
from report_qa.providers.embedders import Embedder
from report_qa.providers.rerankers import Reranker
from report_qa.qa.retrieve import ChunkHit, Query, Retriever, SectionHit

_LIVE = (State.DRAFT, State.IN_REVIEW, State.APPROVED, State.PUBLISHED)


class Lead(NamedTuple):
    """Where a pair rests that asks the same, and how like the questions are, up to 1."""

    evidence: Evidence
    likeness: float


class Leading(Protocol):
    """What knows where questions lead; one collection's :class:`Aliases`, or several as one.

    Attributes:
        identity: hash of what it knows; None where that is nothing.
    """

    @property
    def identity(self) -> str | None: ...

    def leads(self, question: str) -> list[Lead]:
        """Return where a question leads, the surest first."""


class Aliases:
    """The live pairs of a collection by their questions, as they stand when a question is asked.

    Args:
        settings: which collection.
        embedder: compares questions.
    """

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        self._settings = settings
        self._embedder = embedder
        self._vectors = QuestionVectors(settings.paths.index / "faq", embedder)
        self._lock = threading.Lock()
        self._store: FaqStore | None = None
        self._state: int | None = None
        self._matcher: Matcher | None = None

    def leads(self, question: str, embed: Embed | None = None) -> list[Lead]:
        """Return where the pair that asks the same rests; nothing where none is sure.

        Sure is what would be answered with the cautious thresholds of :mod:`report_qa.faq.thresholds`. Pairs with a
        grave flag lead nowhere.

        Args:
            question: what is searched.
            embed: as of :meth:`report_qa.faq.match.Matcher.match`.

        Raises:
            FAQError: the database cannot be used.
        """
        matcher = self._refreshed()
        if matcher is None:
            return []
        match = matcher.match(question, embed)
        if match.band != Band.ANSWER:
            return []
        return [Lead(match.candidates[0].entry.evidence, match.candidates[0].score)]

    @property
    def identity(self) -> str | None:
        """Hash of the questions and where they lead; None where there are none."""
        matcher = self._refreshed()
        if matcher is None or not matcher.entries:
            return None
        held = [(entry.question, *entry.similar, *entry.negative, entry.evidence.sha256) for entry in matcher.entries]
        return sha256_of(json.dumps(held, ensure_ascii=False).encode())[:12]

    def _refreshed(self) -> Matcher | None:
        with self._lock:
            if self._store is None:
                if not database_exists(self._settings):
                    return None
                self._store = FaqStore.open(self._settings)
            state = self._store.newest_change()
            if state != self._state:
                entries = [entry for pair in self._store.pairs(_LIVE) for entry in _entries(pair)]
                self._matcher = Matcher(entries, self._embedder, DEFAULT, self._vectors.of)
                self._state = state
            return self._matcher


def _entries(pair: Pair) -> Sequence[Entry]:
    if pair.evidence is None or grave(pair.flags):
        return ()
    return (
        Entry(
            pair.id, pair.version, pair.question, pair.answer, pair.similar, pair.negative, pair.evidence,
            pair.language, "",
        ),
    )  # fmt: skip


class AliasedRetriever(Retriever):
    """Ranks the sections of a library; the passage of a pair that asks the same comes first.

    Args:
        library, embedder, settings, reranker: as of :class:`report_qa.qa.retrieve.Retriever`.
        aliases: the pairs; None ranks without them.
    """

    def __init__(
        self, library: Library, embedder: Embedder, settings: RetrievalSettings, reranker: Reranker | None,
        aliases: Leading | None,
    ) -> None:  # fmt: skip
        super().__init__(library, embedder, settings, reranker)
        self._held = library
        self._aliases = aliases

    def search(self, query: Query) -> list[SectionHit]:
        """Return the candidate sections, best first; channel ``alias`` tells what a pair's question led to."""
        hits = super().search(query)
        for lead in reversed(self._aliases.leads(query.text) if self._aliases else []):
            hits = self._lifted(hits, *lead)
        return hits

    def _lifted(self, hits: list[SectionHit], evidence: Evidence, likeness: float) -> list[SectionHit]:
        """Return hits with the section of the evidence first, and its chunks as good as the best."""
        best = max(chunk.score for hit in hits for chunk in hit.chunks)
        for at, hit in enumerate(hits):
            section = hit.ref.section
            place = section.document == evidence.document and find_in(hit.ref.document, section, evidence.quote)
            if not place:
                continue
            chunks = [self._raised(chunk, best, place.start, place.end) for chunk in hit.chunks]
            first = replace(
                hit, score=max(hits[0].score, hit.score), channels={**hit.channels, "alias": likeness},
                chunks=tuple(sorted(chunks, key=lambda chunk: -chunk.score)),
            )  # fmt: skip
            return [first, *hits[:at], *hits[at + 1 :]]
        return hits

    def _raised(self, hit: ChunkHit, best: float, start: int, end: int) -> ChunkHit:
        chunk = self._held.chunks[hit.position]
        return replace(hit, score=best) if chunk.start < end and start < chunk.end else hit
