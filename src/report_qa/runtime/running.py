"""Running one answer: a place in the line, then the service's events, read in a thread so that stop acts at once."""

from __future__ import annotations

import contextvars
import logging
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from types import TracebackType
from typing import Self

from report_qa.qa.records import Answer, AnswerEvent, Event, StageEvent
from report_qa.runtime import tracing
from report_qa.runtime.line import Line

logger = logging.getLogger(__name__)


class AnswerRun:
    """One question on its way. Use it as a context: leaving it stops the model.

    Args:
        open_stream: asks the service; called when it is this run's turn.
        line: where to queue.

    Raises:
        Busy: the line is full.
    """

    def __init__(self, open_stream: Callable[[], Iterator[Event]], line: Line) -> None:
        self._open_stream = open_stream
        self._place = line.join()
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._stop = threading.Event()

    @property
    def ahead(self) -> int:
        """How many questions are answered before this one."""
        return self._place.ahead

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End the run: its reader is released now, the model at its next token."""
        self._stop.set()
        self._events.put(None)

    def __enter__(self) -> Self:
        # in the context of who asks, so that log lines and traces know their request
        work = contextvars.copy_context().run
        threading.Thread(target=work, args=(self._work,), name="answer", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def batches(self, tick: float) -> Iterator[list[Event]]:
        """Give the events as they come, together where several wait; an empty list after ``tick`` idle seconds."""
        while not self._stop.is_set():
            try:
                batch = [self._events.get(timeout=tick)]
            except queue.Empty:
                yield []
                continue
            while not self._events.empty():
                batch.append(self._events.get())
            if self._stop.is_set():
                return
            events = [event for event in batch if event is not None]
            if events:
                yield events
            if None in batch:
                return

    def _work(self) -> None:
        try:
            with tracing.step("answer") as traced, tracing.Stages() as stages:
                stages.begin("queue")
                while not self._place.wait(0.2):
                    if self._stop.is_set():
                        break
                if self._stop.is_set() or not self._forward(self._open_stream(), traced, stages):
                    traced.note(outcome="left")
        except Exception:  # the run ends without an answer then, which its reader shows as failed
            logger.exception("an answer ended by an unforeseen error")
        finally:
            self._place.leave()
            self._events.put(None)

    def _forward(self, stream: Iterator[Event], traced: tracing.Step, stages: tracing.Stages) -> bool:
        """Pass the events on; return whether that was wanted to the end."""
        try:
            for event in stream:
                if self._stop.is_set():
                    return False
                if isinstance(event, StageEvent):
                    stages.begin(str(event.stage))
                elif isinstance(event, AnswerEvent):
                    _trace(event.answer, traced)
                self._events.put(event)
            return True
        finally:
            if isinstance(stream, Generator):
                stream.close()


def _trace(answer: Answer, traced: tracing.Step) -> None:
    traced.note(
        outcome=str(answer.status), language=answer.language, passages=len(answer.passages),
        citations=len(answer.citations), answerability=answer.answerability,
    )  # fmt: skip
    if answer.error is not None:
        traced.fail(type(answer.error).__name__)
