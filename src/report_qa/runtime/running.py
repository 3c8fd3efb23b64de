"""Running one answer: a place in the line, then the service's events, read in a thread so that stop acts at once."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from types import TracebackType
from typing import Self

from report_qa.qa.records import Event
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
        threading.Thread(target=self._work, name="answer", daemon=True).start()
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
            while not self._place.wait(0.2):
                if self._stop.is_set():
                    return
            if not self._stop.is_set():
                self._forward(self._open_stream())
        except Exception:  # the run ends without an answer then, which its reader shows as failed
            logger.exception("an answer ended by an unforeseen error")
        finally:
            self._place.leave()
            self._events.put(None)

    def _forward(self, stream: Iterator[Event]) -> None:
        try:
            for event in stream:
                if self._stop.is_set():
                    return
                self._events.put(event)
        finally:
            if isinstance(stream, Generator):
                stream.close()
