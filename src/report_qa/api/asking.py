"""One question on its way, for programs: the events as they come, a place in the line, and an end in any case."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import anyio.to_thread
from anyio import CapacityLimiter

from report_qa.api.backend import Backend
from report_qa.api.convert import hit_of
from report_qa.api.problems import Refusal, unexpected
from report_qa.client.records import Hits
from report_qa.errors import ReportQAError, Text
from report_qa.indexing.selection import collections_in, selection_of
from report_qa.qa.records import Answer, AnswerEvent, Event, Status, Turn
from report_qa.runtime.measures import LEFT
from report_qa.runtime.running import AnswerRun
from report_qa.shelf import Shelf
from report_qa.text.normalise import language_of

TICK_S = 0.5
"""How often it is looked whether who asked is still there."""


@dataclass(frozen=True)
class Asked:
    """A question of a program.

    Attributes:
        question: as typed.
        collection: what is asked, a selection; kept in its normal form.
        history: earlier turns, oldest first.
        language: of the answer; None: the question's.
        by: id of the key.
    """

    question: str
    collection: str
    history: Sequence[Turn] = ()
    language: str | None = None
    by: str = "local"

    def __post_init__(self) -> None:
        object.__setattr__(self, "collection", selection_of(self.collection))


@dataclass(frozen=True)
class Waiting:
    """Nothing new; so many are answered before."""

    ahead: int


def new_id() -> str:
    """Return an id that nothing else has."""
    return uuid.uuid4().hex


async def follow(backend: Backend, asked: Asked) -> AsyncGenerator[Event | Waiting]:
    """Ask, and give what happens as it happens; closing it takes the question back.

    Yields:
        A place in the line at first and in every quiet half second, the service's events, and last the answer.

    Raises:
        Refusal: too many questions of this key, or no answer in time.
        Busy: the line is full.
        CollectionMissing: a collection that is asked is not there.
    """
    await anyio.to_thread.run_sync(collections_in, backend.settings, asked.collection)
    started = time.monotonic()
    outcome = LEFT
    try:
        with backend.limits.question(asked.by):
            async for step in _steps(backend, asked, started):
                if isinstance(step, AnswerEvent):
                    outcome = str(step.answer.status)
                yield step
    except ReportQAError:
        outcome = "failed"
        raise
    finally:
        backend.measures.count_answer(outcome, time.monotonic() - started)


async def _steps(backend: Backend, asked: Asked, started: float) -> AsyncIterator[Event | Waiting]:
    run = AnswerRun(
        lambda: _stream(backend.shelf, asked),
        backend.line,
    )
    most = backend.settings.api.answer_timeout_s
    with run:
        yield Waiting(run.ahead)
        batches = run.batches(TICK_S)
        # a thread of its own for each, or those that wait for an answer would keep everything else waiting
        limiter = CapacityLimiter(1)
        while True:
            batch = await anyio.to_thread.run_sync(next, batches, None, limiter=limiter, abandon_on_cancel=True)
            if batch is None:
                raise unexpected()  # the run ended without an answer; the log tells why
            for event in batch:
                yield event
                if isinstance(event, AnswerEvent):
                    return
            if time.monotonic() - started > most:
                raise Refusal(
                    "answer_timeout",
                    Text(f"There was no answer in {most:g} seconds.", f"{most:g} 秒内没有得到回答。"),
                    Text("Ask again, or raise api.answer_timeout_s.", "请重新提问，或调大 api.answer_timeout_s。"),
                    retry_after=30,
                )
            if not batch:
                yield Waiting(run.ahead)


def _stream(shelf: Shelf, asked: Asked) -> Iterator[Event]:
    """Answer a question over a collection as it is now; also that it cannot be opened is told by the last event."""
    try:
        service = shelf.open(asked.collection)
    except ReportQAError as error:
        answered_in = asked.language or language_of(asked.question)
        yield AnswerEvent(Answer(Status.FAILED, "", answered_in, asked.question, asked.question, error=error))
        return
    yield from service.stream(asked.question, asked.history, asked.language)


async def answer(backend: Backend, asked: Asked, gone: Callable[[], Awaitable[bool]] | None = None) -> Answer | None:
    """Ask, and return the answer or refusal; None where who asked went away.

    Args:
        backend: whom to ask.
        asked: the question.
        gone: tells whether who asked went away.

    Raises:
        ReportQAError: it failed; also as :func:`follow`.
    """
    async with aclosing(follow(backend, asked)) as steps:
        async for step in steps:
            if isinstance(step, AnswerEvent):
                if step.answer.error is not None:
                    raise step.answer.error
                return step.answer
            if isinstance(step, Waiting) and gone is not None and await gone():
                return None
    raise unexpected()


def found(backend: Backend, question: str, collection: str | None, count: int) -> Hits:
    """Search, without asking the language model.

    Args:
        backend: whom to ask.
        question: what to search for.
        collection: where, a selection; None is the server's own.
        count: sections to return, at most.

    Raises:
        QuestionError: the question holds no words or is too long.
        ReportQAError: a collection is missing or cannot be opened.
    """
    name = selection_of(collection or backend.default)
    service = backend.shelf.open(name)
    hits = service.search(question)[:count]
    items = [hit_of(hit, rank, service.library, name) for rank, hit in enumerate(hits, start=1)]
    return Hits(collection=name, question=question, items=items)
