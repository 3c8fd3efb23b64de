"""What the review page does, without anything of the web in it: the queue, the pair in hand, decisions, the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from report_qa.config import Settings
from report_qa.errors import ReportQAError, Text
from report_qa.faq.effort import Effort, effort
from report_qa.faq.flags import FLAGS
from report_qa.faq.records import OPEN, Change, Pair, State
from report_qa.faq.repeats import LoadEmbedder
from report_qa.faq.review import Review
from report_qa.faq.source import Place, Sources
from report_qa.faq.store import FaqStore
from report_qa.ui.review import texts


@dataclass(frozen=True)
class Filters:
    """Which pairs are in the queue; empty means all, ``open`` those that wait for review."""

    state: str = "open"
    flag: str = ""
    document: str = ""
    text: str = ""

    @property
    def states(self) -> Sequence[State]:
        """The states wanted; empty for all."""
        if not self.state:
            return ()
        return OPEN if self.state == "open" else (State(self.state),)


@dataclass(frozen=True)
class Position:
    """Where a reviewer is: the pair in hand, the revision that is shown, and since when (seconds since the epoch)."""

    number: int | None = None
    revision: int = 0
    since: float = 0.0


@dataclass(frozen=True)
class Fields:
    """What stands in the boxes of the page."""

    question: str
    answer: str
    similar: str
    negative: str
    quote: str

    @classmethod
    def of(cls, pair: Pair) -> Fields:
        """Return a pair as the boxes show it."""
        quote = pair.evidence.quote if pair.evidence else ""
        return cls(pair.question, pair.answer, "\n".join(pair.similar), "\n".join(pair.negative), quote)

    def changes(self, pair: Pair) -> Mapping[str, object]:
        """Return what differs from a pair, as :meth:`Review.edit` takes it."""
        shown = Fields.of(pair)
        changed: dict[str, object] = {}
        for name in ("question", "answer", "quote"):
            if getattr(self, name).strip() != getattr(shown, name).strip():
                changed[name] = getattr(self, name).strip()
        for name in ("similar", "negative"):
            lines = tuple(line.strip() for line in getattr(self, name).splitlines() if line.strip())
            if lines != getattr(pair, name):
                changed[name] = lines
        return changed


@dataclass(frozen=True)
class DeskView:
    """What the page shows.

    Attributes:
        queue: the pairs that fit the filters, flagged ones first.
        position: where the reviewer is.
        pair: the one in hand; ``place`` where its evidence stands, ``changes`` its history.
        effort: the figures of the collection.
        notice: what was done, or why not (``failed``).
    """

    queue: tuple[Pair, ...]
    position: Position
    pair: Pair | None
    place: Place | None
    changes: tuple[Change, ...]
    effort: Effort | None
    notice: Text | None = None
    failed: bool = False


Step = Callable[[Review, Pair, float], object]


class Desk:
    """The steps of the page, shared by all reviewers; nothing of a reviewer is kept here.

    Args:
        settings: where index and database are.
        embedder: compares what is edited with other pairs.
    """

    def __init__(self, settings: Settings, embedder: LoadEmbedder) -> None:
        self._settings = settings
        self._embedder = embedder
        self._sources: tuple[float, Sources] | None = None
        self._store: FaqStore | None = None

    def look(self, filters: Filters, position: Position) -> DeskView:
        """Show the queue and the pair in hand, or the first one where that is not in the queue."""
        return self._view(filters, position.number)

    def pick(self, filters: Filters, number: int) -> DeskView:
        """Take a pair in hand."""
        return self._view(filters, number)

    def move(self, filters: Filters, position: Position, steps: int) -> DeskView:
        """Go on or back in the queue, around its end."""
        queue = self._queue(filters)
        ids = [pair.id for pair in queue]
        at = ids.index(position.number) if position.number in ids else -1 if steps > 0 else 0
        return self._view(filters, ids[(at + steps) % len(ids)] if ids else None)

    def save(self, filters: Filters, position: Position, fields: Fields, by: str) -> DeskView:
        """Save what stands in the boxes; the pair stays in hand."""

        def step(review: Review, pair: Pair, seconds: float) -> None:
            changes = fields.changes(pair)
            if changes:
                review.edit(pair.id, changes, revision=position.revision, seconds=seconds)

        return self._decide(filters, position, by, step, texts.SAVED, stay=True)

    def approve(self, filters: Filters, position: Position, fields: Fields, by: str, *, anyway: bool) -> DeskView:
        """Save what was edited, approve, and go on."""

        def step(review: Review, pair: Pair, seconds: float) -> None:
            changes = fields.changes(pair)
            revision = position.revision
            if changes:
                revision = review.edit(pair.id, changes, revision=revision).revision
            review.approve(pair.id, anyway=anyway, revision=revision, seconds=seconds)

        return self._decide(filters, position, by, step, texts.APPROVED)

    def reject(self, filters: Filters, position: Position, reason: str, by: str) -> DeskView:
        """Reject, and go on."""

        def step(review: Review, pair: Pair, seconds: float) -> None:
            review.reject(pair.id, reason, revision=position.revision, seconds=seconds)

        return self._decide(filters, position, by, step, texts.REJECTED)

    def undo(self, filters: Filters, position: Position, by: str) -> DeskView:
        """Take back the last change of the pair in hand."""
        return self._decide(
            filters, position, by, lambda review, pair, seconds: review.undo(pair.id), texts.UNDONE, stay=True
        )

    def approve_all(self, filters: Filters, by: str) -> DeskView:
        """Approve every pair of the queue that waits for review and has no flag."""
        if not by.strip():
            return replace(self._view(filters, None), notice=texts.NO_NAME, failed=True)
        review = self._review(by)
        done = 0
        for pair in bulk(self._queue(filters)):
            review.approve(pair.id, revision=pair.revision)
            done += 1
        return replace(self._view(filters, None), notice=_filled(texts.BULK_DONE, done))

    def reject_all(self, filters: Filters, reason: str, by: str) -> DeskView:
        """Reject every pair of the queue that waits for review, for one reason."""
        if not by.strip() or not reason.strip():
            told = texts.NO_REASON if by.strip() else texts.NO_NAME
            return replace(self._view(filters, None), notice=told, failed=True)
        review = self._review(by)
        waiting = together(self._queue(filters))
        for pair in waiting:
            review.reject(pair.id, reason, revision=pair.revision)
        return replace(self._view(filters, None), notice=_filled(texts.BULK_REJECTED, len(waiting)))

    def documents(self) -> list[str]:
        """Return the names of the indexed documents."""
        return [document.name for document in self._opened_sources().documents]

    @staticmethod
    def flags() -> list[str]:
        """Return the codes of all flags."""
        return list(FLAGS)

    def _decide(
        self, filters: Filters, position: Position, by: str, step: Step, done: Text, *, stay: bool = False
    ) -> DeskView:
        if position.number is None:
            return self._view(filters, None)
        if not by.strip():
            return replace(self._view(filters, position.number, position.since), notice=texts.NO_NAME, failed=True)
        ids = [pair.id for pair in self._queue(filters)]
        try:
            review = self._review(by)
            step(review, review.store.get(position.number), time.time() - position.since)
        except ReportQAError as error:
            told = Text(error.line("en"), error.line("zh"))
            return replace(self._view(filters, position.number, position.since), notice=told, failed=True)
        after = position.number if stay else _following(ids, position.number, [p.id for p in self._queue(filters)])
        return replace(self._view(filters, after, any_state=stay), notice=_filled(done, position.number))

    def _view(
        self, filters: Filters, number: int | None, since: float | None = None, *, any_state: bool = False
    ) -> DeskView:
        store = self._opened_store()
        queue = self._queue(filters)
        pair = next((pair for pair in queue if pair.id == number), None)
        if pair is None and number is not None and any_state:
            pair = store.get(number)
        if pair is None and queue:
            pair = queue[0]
        if pair is None:
            return DeskView(tuple(queue), Position(), None, None, (), effort(store))
        evidence = pair.evidence
        place = None
        if evidence:
            place = self._opened_sources().place_of(evidence)
        position = Position(pair.id, pair.revision, time.time() if since is None else since)
        return DeskView(tuple(queue), position, pair, place, tuple(store.history(pair.id)), effort(store))

    def _queue(self, filters: Filters) -> list[Pair]:
        return self._opened_store().pairs(
            filters.states, document=filters.document, flag=filters.flag, text=filters.text.strip()
        )

    def _review(self, by: str) -> Review:
        store, sources = self._opened_store(), self._opened_sources()
        return Review(store, sources, self._settings.faq, by.strip(), self._embedder)

    def _opened_store(self) -> FaqStore:
        if self._store is None:
            self._store = FaqStore.open(self._settings)
        return self._store

    def _opened_sources(self) -> Sources:
        """Return the documents, read again when the index was built anew."""
        manifest = self._settings.paths.index / "manifest.json"
        built = manifest.stat().st_mtime if manifest.exists() else 0.0
        if self._sources is None or self._sources[0] != built:
            self._sources = built, Sources.open(self._settings.paths.index)
        return self._sources[1]


def bulk(queue: Sequence[Pair]) -> list[Pair]:
    """Return the pairs of a queue that are approved together: waiting, with evidence, without a flag."""
    return [pair for pair in queue if pair.state in OPEN and not pair.flags and pair.evidence]


def together(queue: Sequence[Pair]) -> list[Pair]:
    """Return the pairs of a queue that are rejected together: those that wait for review."""
    return [pair for pair in queue if pair.state in OPEN]


def _following(before: Sequence[int], decided: int, after: Sequence[int]) -> int | None:
    """Return the pair that stood after the decided one and is still in the queue."""
    at = before.index(decided) if decided in before else -1
    left = set(after) - {decided}
    return next((number for number in (*before[at + 1 :], *before[:at]) if number in left), None)


def _filled(text: Text, n: int) -> Text:
    return Text(text.en.format(n=n), text.zh.format(n=n))
