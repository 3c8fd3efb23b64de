"""Opening a service in the background, once for all who use it, and again when what it was opened from has changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from report_qa.errors import UNEXPECTED, UNEXPECTED_REMEDY, ReportQAError

logger = logging.getLogger(__name__)

Service = TypeVar("Service", covariant=True)


@dataclass(frozen=True)
class Opened(Generic[Service]):
    """How the opening stands: starting (neither), ready (a service), or failed (an error)."""

    service: Service | None = None
    error: ReportQAError | None = None

    @property
    def starting(self) -> bool:
        """Whether it is still going on."""
        return self.service is None and self.error is None


class Opening(Generic[Service]):
    """One service of this process and its way there.

    Args:
        open_service: loads models and index; raises :class:`report_qa.errors.ReportQAError` when one cannot be used.
        state: tells by its value whether what was opened has changed since; by default it never does.
    """

    def __init__(self, open_service: Callable[[], Service], state: Callable[[], object] = lambda: None) -> None:
        self._open_service = open_service
        self._state = state
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._running = False
        self._opened: Opened[Service] = Opened()
        self._opened_at: object = None

    @property
    def opened(self) -> Opened[Service]:
        """How it stands now; while it is opened again, the service of before."""
        return self._opened

    def begin(self) -> None:
        """Start to open, unless it is open and unchanged or being opened; after a failure this tries again."""
        with self._lock:
            if self._running or (self._opened.service is not None and self._state() == self._opened_at):
                return
            self._running = True
            if self._opened.service is None:
                self._opened = Opened()
            self._settled.clear()
        threading.Thread(target=self._work, name="open-service", daemon=True).start()

    def wait(self, seconds: float) -> Opened[Service]:
        """Wait until it is settled or the time is over; return how it stands."""
        self._settled.wait(seconds)
        return self._opened

    def _work(self) -> None:
        # looked at before it is opened, so that a change in the meantime is noticed the next time
        state = self._state()
        try:
            opened = Opened(service=self._open_service())
        except ReportQAError as error:
            logger.warning("the service could not be opened: %s", error)
            opened = Opened(error=error)
        except Exception:  # a defect of ours must be shown too, or it would say "starting" for ever
            logger.exception("the service could not be opened")
            opened = Opened(error=ReportQAError(UNEXPECTED, UNEXPECTED_REMEDY))
        with self._lock:
            self._opened = opened
            self._opened_at = state
            self._running = False
            self._settled.set()
