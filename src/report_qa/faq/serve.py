"""Answering from the published release: the approved answer verbatim, with its citation, and without a model's word."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import islice
from pathlib import Path

from report_qa.config import Settings
from report_qa.errors import FAQError, Text
from report_qa.faq.database import database_exists
from report_qa.faq.likeness_scores import bare
from report_qa.faq.match import Band, Bands, Embed, Match, Matcher
from report_qa.faq.nearness import Distance, distance
from report_qa.faq.records import Entry, Release
from report_qa.faq.releases import is_withdrawn, release, served_number
from report_qa.faq.source import Place, Sources
from report_qa.faq.store import FaqStore
from report_qa.faq.thresholds import DEFAULT as CAUTIOUS
from report_qa.faq.thresholds import learn
from report_qa.faq.vectors import QuestionVectors
from report_qa.indexing.files import sha256_of, write_atomically
from report_qa.providers.embedders import Embedder
from report_qa.qa.records import Answer, Citation, Passage, Status, Timings, Turn
from report_qa.qa.understand import leans_on_history
from report_qa.text.normalise import language_of

_RULE = "bands-3"
"""How bands are learnt: another rule learns them anew."""
_TRIED = 12
"""Most questions that are compared with the release to propose so many; each is embedded."""


@dataclass(frozen=True)
class Origin:
    """Which pair an answer is: its number and version, in which release.

    Attributes:
        collection: whose pair it is, where several collections were asked; else empty.
    """

    pair: int
    version: int
    release: int
    approved_by: str
    collection: str = ""


@dataclass(frozen=True)
class FaqAnswer(Answer):
    """An answer that was given from the release, or one beside which the release offers questions.

    Attributes:
        origin: the pair it is; None where it was found in the documents as usual.
        suggestions: published questions that may be meant.
    """

    origin: Origin | None = None
    suggestions: tuple[str, ...] = field(default=())


class PublishedFaq:
    """The release that is served, kept ready; a new one is taken up by itself, also the first.

    Args:
        settings: thresholds, folders, and which collection.
        embedder: compares questions.
        sources: the documents; pairs whose evidence is not in them do not answer.
    """

    def __init__(self, settings: Settings, embedder: Embedder, sources: Sources) -> None:
        self._settings = settings
        self._store: FaqStore | None = None
        self._embedder = embedder
        self._vectors = QuestionVectors(settings.paths.index / "faq", embedder)
        self._sources = sources
        self._number: int | None = None
        self._digest = ""
        self._matcher: Matcher | None = None
        self._places: dict[int, Place] = {}
        self._entries: list[Entry] = []

    @classmethod
    def open(cls, settings: Settings, embedder: Embedder, sources: Sources) -> PublishedFaq | None:
        """Open the release of the settings' collection; None where answering from it is turned off.

        Raises:
            FAQError: the database cannot be used.
        """
        if not settings.faq.serve:
            return None
        faq = cls(settings, embedder, sources)
        faq._refresh()
        return faq

    @property
    def bands(self) -> Bands | None:
        """The bands in force, None while nothing is published."""
        self._refresh()
        return self._matcher.bands if self._matcher else None

    @property
    def number(self) -> int | None:
        """Number of the release that answers."""
        self._refresh()
        return self._number

    @property
    def identity(self) -> str | None:
        """Number and content of the release that answers, such as ``3@0123456789ab``."""
        self._refresh()
        return None if self._number is None else f"{self._number}@{self._digest[:12]}"

    def match(self, question: str, embed: Embed | None = None, rival: float = 0.0) -> Match:
        """Return what the release has for a question; see :meth:`report_qa.faq.match.Matcher.match`."""
        self._refresh()
        if self._matcher is None:
            return Match(Band.PASS, (), 0.0)
        return self._matcher.match(question, embed, rival)

    def live(self, question: str, embed: Embed | None = None, rival: float = 0.0) -> Match:
        """Return the same, but nothing where the pair that answers was withdrawn since the release."""
        match = self.match(question, embed, rival)
        if match.band != Band.ANSWER or self._store is None:
            return match
        withdrawn = is_withdrawn(self._store, match.candidates[0].entry.id)
        return Match(Band.PASS, (), 0.0) if withdrawn else match

    def consult(
        self, question: str, history: Sequence[Turn] = (), language: str | None = None
    ) -> tuple[FaqAnswer | None, tuple[str, ...]]:
        """Return the approved answer to a question, or else questions that may be meant.

        Args:
            question: as typed.
            history: earlier turns; a question that leans on them is not looked up, since it says too little.
            language: wanted of the answer; a pair in another language does not answer.
        """
        started = time.perf_counter()
        if history and leans_on_history(question):
            return None, ()
        match = self.live(question)
        if match.answers_in(language or language_of(question)):
            return self.answer(question, match, started), ()
        return None, tuple(candidate.entry.question for candidate in match.candidates)

    def near(self, passages: Sequence[Passage], language: str, asked: Sequence[str], count: int) -> tuple[str, ...]:
        """Return published questions about what stands near some passages, each of which the release answers.

        Args:
            passages: what an answer rests on.
            language: of the questions.
            asked: questions that are not to be proposed, having been asked.
            count: how many at most.

        Raises:
            FAQError: the database cannot be used.
        """
        nearest = sorted(self.distances(passages, language), key=lambda one: one[0])
        return given_first((question for _, question in nearest), self._gives, asked, count)

    def distances(self, passages: Sequence[Passage], language: str) -> list[tuple[Distance, str]]:
        """Return the questions in a language on the passages' documents, each with how far it stands from them."""
        self._refresh()
        found = []
        for entry in self._entries:
            place = self._places[entry.id]
            line = place.section.source_lines(place.start, place.end)[0]
            far = distance(passages, place.document.name, place.section.path, line)
            if far is not None and entry.language == language:
                found.append((far, entry.question))
        return found

    def _gives(self, question: str) -> bool:
        """Return whether the pair of a question answers it."""
        match = self.live(question)
        return match.band == Band.ANSWER and match.candidates[0].entry.question == question

    def answer(self, question: str, match: Match, started: float) -> FaqAnswer:
        """Return the answer of the pair that answers a question.

        Args:
            question: as typed.
            match: what was found for it, just now.
            started: when the work on it began, by :func:`time.perf_counter`.
        """
        entry = match.candidates[0].entry
        place = self._places[entry.id]
        evidence = place.evidence()
        passage = Passage(
            1, evidence.document, evidence.title, evidence.path, evidence.quote, place.section.text,
            ((place.start, place.end),), evidence.first_line, evidence.last_line, (), {"faq": match.best},
            place.section,
        )  # fmt: skip
        citation = Citation(1, passage, passage.spans, evidence.quote, evidence.places, evidence.pictures)
        seconds = time.perf_counter() - started
        return FaqAnswer(
            Status.ANSWERED, f"{entry.answer}[1]", entry.language, question, question, (citation,), (passage,),
            timings=Timings(seconds, seconds, seconds),
            origin=Origin(entry.id, entry.version, self._number or 0, entry.approved_by),
        )  # fmt: skip

    def _refresh(self) -> None:
        if self._store is None:
            if not database_exists(self._settings):
                return
            self._store = FaqStore.open(self._settings)
        number = served_number(self._store)
        if number == self._number:
            return
        self._matcher, self._places, self._entries, self._number = None, {}, [], number
        if number is None:
            return
        published = release(self._store, number)
        self._digest = published.sha256
        found = {entry.id: self._sources.place_of(entry.evidence) for entry in published.entries}
        self._places = {entry_id: place for entry_id, place in found.items() if place}
        self._entries = [e for e in published.entries if e.id in self._places]
        self._matcher = self._prepared(published, self._entries)

    def _prepared(self, published: Release, entries: Sequence[Entry]) -> Matcher:
        """Return the matcher with learnt bands, which are kept beside the index."""
        key = "\x1f".join((_RULE, published.sha256, self._embedder.identity, str(self._settings.faq.precision),
                           *(str(entry.id) for entry in entries)))  # fmt: skip
        kept = self._settings.paths.index / "faq" / f"bands-{sha256_of(key.encode())[:32]}.json"
        bands = _load(kept)
        if bands is None:
            bands = learn(Matcher(entries, self._embedder, CAUTIOUS, self._vectors.of), self._settings.faq.precision)
            write_atomically(kept, json.dumps(asdict(bands)).encode())
        return Matcher(entries, self._embedder, self._set(bands), self._vectors.of)

    def _set(self, bands: Bands) -> Bands:
        """Return the bands with what the settings say instead."""
        faq = self._settings.faq
        if faq.answer_threshold is not None:
            bands = replace(bands, answer=faq.answer_threshold, learnt=False, precision=None, recall=None)
        if faq.suggest_threshold is not None:
            bands = replace(bands, suggest=faq.suggest_threshold)
        return bands


def beside(answer: Answer, suggestions: tuple[str, ...]) -> Answer:
    """Return an answer found in the documents with published questions that may be meant."""
    if not suggestions:
        return answer
    values = {f.name: getattr(answer, f.name) for f in fields(Answer)}
    return FaqAnswer(**values, suggestions=suggestions)


def given_first(
    questions: Iterable[str], gives: Callable[[str], bool], asked: Sequence[str], count: int
) -> tuple[str, ...]:
    """Return the first of some published questions that are answered, each once.

    Args:
        questions: those to try, the best first; only so many are.
        gives: tells whether a question is answered from what is published.
        asked: questions that are not to be proposed, having been asked.
        count: how many at most.
    """
    known = {bare(question) for question in asked}
    found: list[str] = []
    for question in islice(questions, _TRIED):
        if len(found) == count:
            break
        if bare(question) not in known and gives(question):
            known.add(bare(question))
            found.append(question)
    return tuple(found)


def _load(path: Path) -> Bands | None:
    try:
        return Bands(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None  # not there, or cut off: they are learnt again


def require_published(faq: PublishedFaq | None) -> PublishedFaq:
    """Return a release that is there.

    Raises:
        FAQError: nothing is published, or serving is turned off.
    """
    if faq is None or faq.number is None:
        raise FAQError(
            Text("No release is served.", "没有正在使用的发布版。"),
            Text(
                "Publish one with 'report-qa faq publish' (and faq.serve on).",
                "请运行 report-qa faq publish（并开启 faq.serve）。",
            ),
        )
    return faq
