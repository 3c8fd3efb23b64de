"""Drafting pairs from all sections: part by part, each stored when done, so that a kill loses one part at most."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace

import sqlalchemy as sa
from filelock import FileLock, Timeout

from report_qa.config import Settings
from report_qa.errors import FAQError, ModelError, Text
from report_qa.faq.checks import check
from report_qa.faq.drafting import Drafted, draft_part
from report_qa.faq.flags import held_back
from report_qa.faq.list_pairs import list_pairs
from report_qa.faq.parts import Part, parts_of
from report_qa.faq.records import Draft, State
from report_qa.faq.rewordings import in_other_language, with_short_form
from report_qa.faq.schema import PairRow, SectionRow
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore, apply_change, now
from report_qa.faq.table_pairs import table_pairs
from report_qa.faq.tally import Stop, Tally, TellTally
from report_qa.providers.chat import ChatModel
from report_qa.providers.pacing import GivenUpError, Pace

_GIVEN_UP = 3
"""So many calls in a row that fail: the endpoint is down, and going on would only fail the rest."""
_TABLES = "tables"
_BY = "report-qa"


def generate(
    settings: Settings,
    store: FaqStore,
    sources: Sources,
    chat: ChatModel,
    *,
    languages: Sequence[str] = (),
    document: str = "",
    limit: int = 0,
    retry: bool = False,
    tell: TellTally | None = None,
    stop: Stop = lambda: False,
) -> Tally:
    """Draft pairs from every part that has not been drafted from yet.

    Args:
        settings: how long, how many at a time, how many calls a minute.
        store: where they go.
        sources: the documents.
        chat: the model.
        languages: of the pairs; empty for each document's own.
        document: only this one; empty for all.
        limit: parts at most; 0 for all.
        retry: draft again where output was broken, cut or empty before; failed calls are always tried again.
        tell: told before the first part and after every one; with a limit of calls also while they wait.
        stop: asked before every part whether to end; those under way are finished and stored, but for those whose
            call waits for its turn: they are left for another run, as if not begun.

    Raises:
        FAQError: another run is drafting for this collection, or there is no such document.
        ModelError: three calls in a row failed. What was done before is stored.
    """
    documents = [d for d in sources.documents if not document or d.name == document]
    if not documents:
        raise FAQError(
            Text(f"There is no document {document} in the index.", f"索引中没有文档 {document}。"),
            Text("'report-qa faq coverage' lists the documents.", "请用 report-qa faq coverage 查看文档。"),
        )
    with _alone(settings, store.collection):
        work = _Work(settings, store, sources, chat, retry)
        asked = [(part, language) for d in documents for language in languages or (d.language,)
                 for part in parts_of([d], language)]  # fmt: skip
        todo = [(part, language) for part, language in asked if part.key not in work.finished]
        tally = Tally(total=len(todo[:limit] if limit else todo), before=len(asked) - len(todo))
        for one in documents:
            if not languages or one.language in languages:
                work.store_tables(one.name, [*table_pairs([one]), *list_pairs([one])], one.sha256, tally)
        work.run(todo[:limit] if limit else todo, tally, tell or (lambda tally: None), stop)
    return tally


@contextmanager
def _alone(settings: Settings, collection: str) -> Iterator[None]:
    name = "".join(c if c.isalnum() else "_" for c in collection)
    try:
        with FileLock(settings.paths.index / f".faq-{name}.lock", timeout=0):
            yield
    except Timeout as error:
        raise FAQError(
            Text(
                f"Another process is drafting for the collection {collection}.",
                f"另一个进程正在为集合 {collection} 起草问答。",
            ),
            Text("Wait for it to finish; what it drafts is kept.", "请等它完成；它的结果会保留。"),
            retryable=True,
        ) from error


class _Work:
    """One run."""

    def __init__(self, settings: Settings, store: FaqStore, sources: Sources, chat: ChatModel, retry: bool) -> None:
        self._settings = settings.faq
        self._store = store
        self._sources = sources
        self._pace = Pace.of(calls) if (calls := settings.faq.calls_per_minute) else None
        self._chat = chat.paced(self._pace) if self._pace else chat
        unfinished = {"failed", "broken", "cut", "empty"} if retry else {"failed"}
        rows = sa.select(SectionRow.key, SectionRow.outcome).where(SectionRow.collection == store.collection)
        with store.session() as session:
            self.finished = {key for key, outcome in session.execute(rows) if outcome not in unfinished}

    def run(self, todo: Sequence[tuple[Part, str]], tally: Tally, tell: TellTally, stop: Stop) -> None:
        started = time.perf_counter()
        tell(tally)
        failures = 0
        waiting = iter(todo)
        running: dict[Future[tuple[Drafted, float]], tuple[Part, str]] = {}
        with ThreadPoolExecutor(self._settings.workers) as pool:
            try:
                while True:
                    tally.stopped = tally.stopped or stop()
                    if tally.stopped:
                        self._end_waiting()
                    while not tally.stopped and len(running) < self._settings.workers and (item := next(waiting, None)):
                        running[pool.submit(self._draft, *item)] = item
                    if not running:
                        return
                    look_s = self._pace.look_s if self._pace else None
                    for future in wait(running, look_s, FIRST_COMPLETED).done:
                        part, language = running.pop(future)
                        failures = self._finish(future, part, language, tally, failures)
                        self._told(tally, tell, started)
                    if self._pace:
                        self._told(tally, tell, started)
            finally:
                self._end_waiting()
                pool.shutdown(wait=False, cancel_futures=True)

    def _told(self, tally: Tally, tell: TellTally, started: float) -> None:
        tally.seconds = time.perf_counter() - started
        tally.waiting = self._pace.waiting if self._pace else 0
        tell(tally)

    def _end_waiting(self) -> None:
        if self._pace:
            self._pace.end()

    def _draft(self, part: Part, language: str) -> tuple[Drafted, float]:
        started = time.perf_counter()
        drafted = draft_part(part, self._chat, language, max_tokens=self._settings.max_draft_tokens)
        checked = [with_short_form(check(draft, self._sources, language=language)) for draft in drafted.drafts]
        drafted = replace(drafted, drafts=tuple(checked))
        if self._settings.other_language:
            drafted = self._with_other_language(drafted, language)
        return drafted, time.perf_counter() - started

    def _with_other_language(self, drafted: Drafted, language: str) -> Drafted:
        """Return what was drafted with a wording in the other language for all that go to review."""
        read, written, drafts = drafted.prompt_tokens, drafted.written_tokens, []
        for draft in drafted.drafts:
            if not (self._settings.hold_back and held_back(draft.flags)):
                made = in_other_language(draft.question, language, self._chat)
                read, written = read + made.read, written + made.written
                draft = replace(draft, similar=(*draft.similar, made.text)) if made.text else draft
            drafts.append(draft)
        return replace(drafted, drafts=tuple(drafts), prompt_tokens=read, written_tokens=written)

    def _finish(
        self, future: Future[tuple[Drafted, float]], part: Part, language: str, tally: Tally, failures: int
    ) -> int:
        """Store what came of a part; return how many calls in a row have failed."""
        heading = " > ".join(part.section.path)
        try:
            drafted, seconds = future.result()
        except GivenUpError:
            return failures
        except ModelError as error:
            self._record(
                part.key, part.document.name, heading, "failed", error.message.en, Drafted((), "failed", 0, 0, 0), 0.0
            )
            tally.outcomes["failed"] += 1
            if failures + 1 >= _GIVEN_UP:
                raise
            return failures + 1
        checked = drafted.drafts
        detail = f"{drafted.dropped} dropped" if drafted.dropped else ""
        ids = self._record(part.key, part.document.name, heading, drafted.outcome, detail, drafted, seconds, checked)
        tally.outcomes[drafted.outcome] += 1
        tally.held += len(checked) - len(ids)
        tally.ids += ids
        tally.pairs += len(ids)
        tally.dropped += drafted.dropped
        tally.prompt_tokens += drafted.prompt_tokens
        tally.written_tokens += drafted.written_tokens
        return 0

    def store_tables(self, document: str, drafts: Sequence[Draft], sha256: str, tally: Tally) -> None:
        """Store the pairs computed from a document's tables and lists, once for every state of it."""
        key = sha256[:55] + ":table2"
        if key in self.finished or not drafts:
            return
        known = {(pair.question, pair.answer) for pair in self._store.pairs(document=document)}
        new = [
            with_short_form(check(draft, self._sources))
            for draft in drafts
            if (draft.question, draft.answer) not in known
        ]
        ids = self._record(key, document, _TABLES, "drafted", "", Drafted((), "drafted", 0, 0, 0), 0.0, new, _TABLES)
        tally.table_pairs += len(ids)
        tally.held += len(new) - len(ids)
        tally.ids += ids

    def _record(
        self, key: str, document: str, heading: str, outcome: str, detail: str, drafted: Drafted, seconds: float,
        drafts: Sequence[Draft] = (), model: str = "",
    ) -> list[int]:  # fmt: skip
        """Store pairs and the record of their part in one transaction: both are there, or neither.

        Returns:
            The numbers of those that go to review.
        """
        author = model or self._chat.identity
        with self._store.session() as session:
            session.execute(
                sa.delete(SectionRow).where(SectionRow.collection == self._store.collection, SectionRow.key == key)
            )
            session.add(SectionRow(
                collection=self._store.collection, key=key, document=document, heading=heading, outcome=outcome,
                detail=detail, pairs=len(drafts), prompt_tokens=drafted.prompt_tokens,
                written_tokens=drafted.written_tokens, seconds=seconds, model=author, at=now(),
            ))  # fmt: skip
            ids = self._store.add_in(session, drafts, author[:100])
            held = [held_back(draft.flags) if self._settings.hold_back else [] for draft in drafts]
            for number, flags in zip(ids, held, strict=True):
                if flags:
                    reason = f"held back: {', '.join(flag.code for flag in flags)}"
                    row = session.get_one(PairRow, number)
                    apply_change(session, row, {"state": State.REJECTED, "reason": reason}, _BY, "reject")
            return [number for number, flags in zip(ids, held, strict=True) if not flags]
