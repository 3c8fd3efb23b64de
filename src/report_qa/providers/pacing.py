"""No more than so many calls of a model a minute, whoever makes them; a call that waits can be given up."""

from __future__ import annotations

import asyncio
import threading
from typing import Self

from langchain_core.rate_limiters import BaseRateLimiter, InMemoryRateLimiter

_LOOK_S = 0.2
"""Longest time between two looks whether it is a call's turn."""


class GivenUpError(Exception):
    """A call was given up while it waited for its turn; the endpoint was not asked."""


class Pace(BaseRateLimiter):
    """Lets calls through at the rate of a limiter; safe to use from several threads.

    Args:
        limiter: tells whether it is a call's turn.
        look_s: seconds between two looks.
    """

    def __init__(self, limiter: BaseRateLimiter, look_s: float = _LOOK_S) -> None:
        self._limiter = limiter
        self.look_s = look_s
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._waiting = 0

    @classmethod
    def of(cls, calls_per_minute: int) -> Self:
        """Return the pace of so many calls a minute, evenly spaced, the first after one interval."""
        limiter = InMemoryRateLimiter(requests_per_second=calls_per_minute / 60, max_bucket_size=1)
        return cls(limiter, min(_LOOK_S, 60 / calls_per_minute))

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn now."""
        return self._waiting

    def end(self) -> None:
        """Give up the calls that wait, and all that come."""
        self._ended.set()

    def acquire(self, *, blocking: bool = True) -> bool:
        """Wait for the turn of a call; without ``blocking`` return whether it is now.

        Raises:
            GivenUpError: the pace was ended.
        """
        if not blocking:
            return self._is_turn()
        if self._is_turn():
            return True
        self._count(1)
        try:
            while not self._is_turn():
                self._ended.wait(self.look_s)
        finally:
            self._count(-1)
        return True

    async def aacquire(self, *, blocking: bool = True) -> bool:
        """As :meth:`acquire`."""
        return await asyncio.to_thread(self.acquire, blocking=blocking)

    def _is_turn(self) -> bool:
        if self._ended.is_set():
            raise GivenUpError
        return self._limiter.acquire(blocking=False)

    def _count(self, calls: int) -> None:
        with self._lock:
            self._waiting += calls
