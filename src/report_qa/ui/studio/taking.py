"""Work that is watched while it goes on, and that anybody can stop between two of its steps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from report_qa.errors import FAQError
from report_qa.ui.studio import texts

Result = TypeVar("Result")
Tell = Callable[[int, int], None]
"""Told how many steps of how many are done; raises where the work is to end."""


@dataclass(frozen=True)
class Step:
    """How much of the work is done; of nothing, before that is known."""

    done: int = 0
    total: int = 0


class Taking(Generic[Result]):
    """One piece of work at a time.

    Args:
        tick: seconds between two looks at how it stands.
    """

    def __init__(self, tick: float = 0.5) -> None:
        self._tick = tick
        self._stop = threading.Event()
        self._step = Step()
        self._busy = threading.Lock()

    def stop(self) -> None:
        """Have the work end before its next step."""
        self._stop.set()

    def run(self, work: Callable[[Tell], Result]) -> Iterator[Step | Result]:
        """Do work in a thread; give how much is done until it is over, and last what came of it.

        Args:
            work: told whom to tell of every step.

        Raises:
            FAQError: other work is going on, it was stopped, or what the work raises.
        """
        if not self._busy.acquire(blocking=False):
            raise FAQError(texts.TAKING, texts.TAKING_REMEDY)
        self._stop.clear()
        self._step = Step()
        with ThreadPoolExecutor(1, thread_name_prefix="pairs") as pool:
            try:
                running = pool.submit(work, self._tell)
                while not wait([running], self._tick).done:
                    yield self._step
                yield running.result()
            finally:
                self._stop.set()  # who leaves the page leaves no work behind
                self._busy.release()

    def _tell(self, done: int, total: int) -> None:
        self._step = Step(done, total)
        if self._stop.is_set():
            raise FAQError(texts.TAKING_STOPPED, texts.TAKING_STOPPED_REMEDY)
