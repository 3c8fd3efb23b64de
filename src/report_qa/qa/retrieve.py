"""Question -> ranked sections: dense and keyword evidence fused, each where it can speak.

Every channel scores all candidate sections; the scores are standardised (zero mean, unit variance over the
candidates) and added with weights. Unlike reciprocal ranks, standardised scores keep how far ahead a section
is, and a channel that found nothing adds nothing. Keywords of an English question say nothing about Chinese text, and
the other way round, so there each is searched as all that it may be called in the other language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from report_qa.config import RetrievalSettings
from report_qa.indexing.keywords import KeywordIndex
from report_qa.indexing.library import Library, SectionRef
from report_qa.providers.embedders import Embedder
from report_qa.providers.rerankers import Reranker
from report_qa.text.normalise import language_of

Array = NDArray[np.float64]

# The best of eight combinations tried on the development questions over four documents (docs/benchmark.md).
_DENSE_REWRITTEN = 0.5
_KEYWORD = 0.5
_KEYWORD_REWRITTEN = 0.25

_GROUP_PRIOR = 1.0
"""So many candidates of the overall mean are added to those of each language: a lone section keeps half of its lag."""
_TERMS = 8
_LONGEST_TERM = 40
_HEADING_LABEL = re.compile(r"^(?:[\d.]+[.、]?\s+|[^\s：]{1,4}：)")


class Rewrite(NamedTuple):
    """A question in standard words and the language it is written in."""

    language: str
    text: str


@dataclass(frozen=True)
class Query:
    """What is searched for.

    Attributes:
        text: the self-contained question.
        rewrites: the question in standard words; several wordings of it weigh as much as one.
    """

    text: str
    rewrites: tuple[Rewrite, ...] = ()

    @property
    def wordings(self) -> list[str]:
        """The question as asked, then its rewrites."""
        return [self.text, *(rewrite.text for rewrite in self.rewrites)]


@dataclass(frozen=True)
class ChunkHit:
    """A chunk with its own fused score and its cosine similarity to the question."""

    position: int
    score: float
    cosine: float


@dataclass(frozen=True)
class SectionHit:
    """A section with its score by channel and its chunks, best first."""

    ref: SectionRef
    score: float
    channels: Mapping[str, float]
    chunks: tuple[ChunkHit, ...]


class Retriever:
    """Ranks the sections of a library.

    Args:
        library: what is searched.
        embedder: the model that the library was built with.
        settings: how many candidates and sections.
        reranker: an optional cross-encoder that has the last word on the order.
    """

    def __init__(
        self, library: Library, embedder: Embedder, settings: RetrievalSettings, reranker: Reranker | None = None
    ) -> None:
        self._library = library
        self._embedder = embedder
        self._settings = settings
        self._reranker = reranker
        self._chunk_sections = np.asarray(library.chunk_sections)
        self._languages = np.asarray([ref.document.language for ref in library.sections])
        self._chunk_languages = self._languages[self._chunk_sections]

    def warm_up(self) -> None:
        """Build the keyword statistics and run the embedding model once, so that the first question is not slow."""
        self.search(Query("warm up 预热"))

    def search(self, query: Query) -> list[SectionHit]:
        """Return the candidate sections, best first, with the scores by channel."""
        texts = query.wordings
        cosines = self._cosines(texts)
        fused = np.zeros(len(self._library.sections))
        fused_chunks = np.zeros(len(self._library.chunks))
        channels: dict[str, Array] = {}
        asked_in = language_of(query.text)
        for index, text in enumerate(texts):
            rewritten = index > 0
            written_in = query.rewrites[index - 1].language if rewritten else asked_in
            dense_weight = _DENSE_REWRITTEN / len(query.rewrites) if rewritten else 1.0
            weight = _KEYWORD_REWRITTEN if rewritten else _KEYWORD
            dense = self._best_of_section(cosines[index])
            whole = _by_language(self._library.section_keywords, text, written_in, self._languages)
            chunk_keywords = _by_language(self._library.chunk_keywords, text, written_in, self._chunk_languages)
            windows = self._best_of_section(chunk_keywords)
            fused += dense_weight * standardised(dense, self._languages)
            fused += weight * (standardised(whole, self._languages) + standardised(windows, self._languages))
            fused_chunks += dense_weight * standardised(cosines[index], self._chunk_languages)
            fused_chunks += 2 * weight * standardised(chunk_keywords, self._chunk_languages)
            suffix = f"_{written_in}" if rewritten else ""
            for name, scores in (("dense", dense), ("keyword", whole)):
                known = channels.get(f"{name}{suffix}", scores)
                channels[f"{name}{suffix}"] = np.maximum(known, scores)
        hits = self._hits(fused, fused_chunks, cosines[0], channels)
        return self._reranked(query.text, hits)

    def _cosines(self, texts: Sequence[str]) -> Array:
        """Return (texts, chunks) cosine similarities; a chunk that is no candidate has the lowest of its language."""
        vectors = self._embedder.embed_queries(texts)
        found = self._library.nearest(vectors, self._settings.candidates)
        cosines = np.full((len(texts), len(self._library.chunks)), np.nan)
        for row, neighbours in zip(cosines, found, strict=True):
            row[list(neighbours)] = list(neighbours.values())
            for language in self._library.languages:
                members = self._chunk_languages == language
                row[members & np.isnan(row)] = np.nanmin(row[members], initial=1.0)
        return cosines

    def _best_of_section(self, chunk_scores: Array) -> Array:
        best = np.full(len(self._library.sections), -np.inf)
        np.maximum.at(best, self._chunk_sections, chunk_scores)
        best[np.isinf(best)] = chunk_scores.min(initial=0.0)
        return best

    def _hits(
        self, fused: Array, fused_chunks: Array, cosines: Array, channels: Mapping[str, Array]
    ) -> list[SectionHit]:
        chunks: dict[int, list[ChunkHit]] = {}
        for position in np.argsort(-fused_chunks, kind="stable"):
            hit = ChunkHit(int(position), float(fused_chunks[position]), float(cosines[position]))
            chunks.setdefault(int(self._chunk_sections[position]), []).append(hit)
        return [
            SectionHit(
                self._library.sections[i],
                float(fused[i]),
                {name: float(scores[i]) for name, scores in channels.items()} | {"fused": float(fused[i])},
                tuple(chunks.get(int(i), ())),
            )
            for i in np.argsort(-fused, kind="stable")
        ]

    def _reranked(self, question: str, hits: list[SectionHit]) -> list[SectionHit]:
        if self._reranker is None:
            return hits
        top = hits[: self._settings.rerank_candidates]
        texts = ["\n".join((*hit.ref.section.path[-2:], hit.ref.section.text)) for hit in top]
        scores = self._reranker.score(question, texts)
        order = np.argsort(-scores, kind="stable")
        reordered = [
            SectionHit(top[i].ref, top[i].score, {**top[i].channels, "reranker": float(scores[i])}, top[i].chunks)
            for i in order
        ]
        return reordered + hits[len(top) :]


def _by_language(keywords: KeywordIndex, text: str, written_in: str, languages: NDArray[np.str_]) -> Array:
    """Return the keyword score of every text of an index, translated for those in another language."""
    same = languages == written_in
    scores = np.zeros(len(languages))
    for members, search in ((same, keywords.scores), (~same, keywords.scores_across)):
        if members.any():
            scores[members] = search(text)[members]
    return scores


def terms_of(hits: Sequence[SectionHit], language: str) -> list[str]:
    """Return the headings of the best sections in a language, without numbers and labels ("3.1", "观点：")."""
    terms: list[str] = []
    for hit in hits:
        if hit.ref.document.language == language:
            term = _HEADING_LABEL.sub("", hit.ref.section.title).strip()[:_LONGEST_TERM]
            if term and term not in terms:
                terms.append(term)
        if len(terms) == _TERMS:
            break
    return terms


def standardised(values: Sequence[float] | NDArray[np.floating], groups: NDArray[np.str_] | None = None) -> Array:
    """Return values with zero mean and unit variance; all zero where they do not differ.

    Args:
        values: one for each candidate.
        groups: the language of each candidate. A question is nearer to any text of its own language than to the text
            of another one that answers it, so that candidates are compared with those of their language first: every
            group gets zero mean, a small one nearly (:data:`_GROUP_PRIOR`).
    """
    numbers = np.array(values, dtype=np.float64)
    mean = numbers.mean() if numbers.size else 0.0
    for group in () if groups is None else np.unique(groups):
        members = groups == group
        count = members.sum()
        numbers[members] -= (numbers[members].sum() + _GROUP_PRIOR * mean) / (count + _GROUP_PRIOR)
    spread = numbers.std()
    return (numbers - numbers.mean()) / spread if spread > 1e-9 else np.zeros_like(numbers)
