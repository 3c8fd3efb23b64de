"""How much one key may ask: requests in a minute, and questions at the same time."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from report_qa.api.problems import Refusal
from report_qa.config import APISettings
from report_qa.errors import Text

_TRIES = RateLimitItemPerMinute(20)
"""Wrong keys, or tries to log in, from one address in a minute; more are guesses."""


class Limits:
    """Counts what each key does; what it counts is forgotten when the program ends.

    Args:
        settings: how much is allowed.
    """

    def __init__(self, settings: APISettings) -> None:
        self._settings = settings
        self._requests = RateLimitItemPerMinute(settings.requests_per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._lock = threading.Lock()
        self._asking: Counter[str] = Counter()

    def count_request(self, key: str) -> None:
        """Count a request.

        Raises:
            Refusal: it is one too many; it says when the next one is taken.
        """
        self._count(self._requests, "key", key)

    def count_wrong_key(self, address: str) -> None:
        """Count a key that nobody has, from an address.

        Raises:
            Refusal: it is one too many.
        """
        self._count(_TRIES, "address", address)

    def count_login(self, address: str) -> None:
        """Count a try to log in to the page, from an address.

        Raises:
            Refusal: it is one too many.
        """
        self._count(_TRIES, "login", address)

    @contextmanager
    def question(self, key: str) -> Iterator[None]:
        """Count a question as long as it is being answered.

        Raises:
            Refusal: the key has enough of them on their way.
        """
        most = self._settings.questions_at_once
        with self._lock:
            if self._asking[key] >= most:
                raise Refusal(
                    "too_many_questions",
                    Text(f"This key has {most} questions on their way.", f"此密钥已有 {most} 个问题在处理。"),
                    Text(
                        "Wait for an answer, or raise api.questions_at_once.",
                        "请等待回答，或调大 api.questions_at_once。",
                    ),
                    retry_after=5,
                )
            self._asking[key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._asking[key] -= 1

    def _count(self, allowed: RateLimitItemPerMinute, *who: str) -> None:
        if self._limiter.hit(allowed, *who):
            return
        reset = self._limiter.get_window_stats(allowed, *who).reset_time
        raise Refusal(
            "rate_limited",
            Text(f"More than {allowed.amount} requests in a minute.", f"一分钟内请求超过 {allowed.amount} 次。"),
            Text("Wait a minute.", "请过一分钟再试。"),
            retry_after=max(1, math.ceil(reset - time.time())),
        )
