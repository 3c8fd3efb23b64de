"""What the review page does, without anything of the web in it: the queue, the pair in hand, decisions, the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from report_qa.config import Settings
from report_qa.errors import ReportQAError, Text
from report_qa.faq.effort import effort
from report_qa.faq.flags import FLAGS
from report_qa.faq.records import Pair
from report_qa.faq.repeats import LoadEmbedder
from report_qa.faq.review import Review
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.ui.review import texts
from report_qa.ui.review.queue import DeskView, Fields, Filters, Position, bulk, together

Step = Callable[[Review, Pair, float], object]
Choose = Callable[[Sequence[Pair]], Sequence[Pair]]


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
        reached = position

        def step(review: Review, pair: Pair, seconds: float) -> None:
            nonlocal reached
            changes = fields.changes(pair)
            if changes:
                reached = replace(position, revision=review.edit(pair.id, changes, revision=position.revision).revision)
            review.approve(pair.id, anyway=anyway, revision=reached.revision, seconds=seconds)

        view = self._decide(filters, position, by, step, texts.APPROVED)
        return replace(view, position=reached) if view.failed else view

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

    def assign(self, filters: Filters, position: Position, to: str, by: str) -> DeskView:
        """Give the pair in hand to a reviewer, and go on."""
        if not to.strip():
            return self._refused(filters, position, texts.NO_REVIEWER)

        def step(review: Review, pair: Pair, seconds: float) -> None:
            review.assign(pair.id, to.strip(), revision=position.revision)

        return self._decide(filters, position, by, step, texts.ASSIGNED)

    def approve_all(self, filters: Filters, position: Position, by: str) -> DeskView:
        """Approve every pair of the queue that waits for review and has no flag."""

        def step(review: Review, pair: Pair) -> None:
            review.approve(pair.id, revision=pair.revision)

        return self._with_all(filters, position, by, bulk, step, texts.BULK_DONE)

    def reject_all(self, filters: Filters, position: Position, reason: str, by: str) -> DeskView:
        """Reject every pair of the queue that waits for review, for one reason."""
        if by.strip() and not reason.strip():
            return self._refused(filters, position, texts.NO_REASON)

        def step(review: Review, pair: Pair) -> None:
            review.reject(pair.id, reason, revision=pair.revision)

        return self._with_all(filters, position, by, together, step, texts.BULK_REJECTED)

    def assign_all(self, filters: Filters, position: Position, to: str, by: str) -> DeskView:
        """Give every pair of the queue that waits for review to a reviewer."""
        if by.strip() and not to.strip():
            return self._refused(filters, position, texts.NO_REVIEWER)

        def step(review: Review, pair: Pair) -> None:
            review.assign(pair.id, to.strip(), revision=pair.revision)

        return self._with_all(filters, position, by, together, step, texts.BULK_ASSIGNED)

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
            return self._refused(filters, position, texts.NO_NAME)
        ids = [pair.id for pair in self._queue(filters)]
        try:
            review = self._review(by)
            step(review, review.store.get(position.number), time.time() - position.since)
        except ReportQAError as error:
            return self._refused(filters, position, _line(error))
        after = position.number if stay else _following(ids, position.number, [p.id for p in self._queue(filters)])
        return replace(self._view(filters, after, any_state=stay), notice=_filled(done, position.number))

    def _with_all(
        self, filters: Filters, position: Position, by: str, choose: Choose, step: Callable[[Review, Pair], None],
        done: Text,
    ) -> DeskView:  # fmt: skip
        """Take a step with many pairs of the queue; what is refused is told, and the others go on."""
        if not by.strip():
            return self._refused(filters, position, texts.NO_NAME)
        review, count, refused = self._review(by), 0, None
        for pair in choose(self._queue(filters)):
            try:
                step(review, pair)
                count += 1
            except ReportQAError as error:
                refused = refused or _line(error)
        if refused and not count:
            return self._refused(filters, position, refused)
        told = _filled(done, count)
        if refused:
            told = Text(f"{told.en} {refused.en}", f"{told.zh}{refused.zh}")
        return replace(self._view(filters, None), notice=told)

    def _refused(self, filters: Filters, position: Position, why: Text) -> DeskView:
        """Show why nothing was done; the pair in hand stays, as it was shown."""
        view = self._view(filters, position.number, position.since, any_state=True)
        return replace(view, position=position, notice=why, failed=True)

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
        if filters.assigned == "mine" and not filters.by.strip():
            return []
        return self._opened_store().pairs(
            filters.states, document=filters.document, flag=filters.flag, text=filters.text.strip(),
            reviewer=filters.reviewer,
        )  # fmt: skip

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


def _following(before: Sequence[int], decided: int, after: Sequence[int]) -> int | None:
    """Return the pair that stood after the decided one and is still in the queue."""
    at = before.index(decided) if decided in before else -1
    left = set(after) - {decided}
    return next((number for number in (*before[at + 1 :], *before[:at]) if number in left), None)


def _line(error: ReportQAError) -> Text:
    return Text(error.line("en"), error.line("zh"))


def _filled(text: Text, n: int) -> Text:
    return Text(text.en.format(n=n), text.zh.format(n=n))
