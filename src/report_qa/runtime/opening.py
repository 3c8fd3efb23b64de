"""Opening a service in the background, once for all who use it, so that what is asked of it meanwhile can be told."""

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
        """Whether nothing is known yet."""
        return self.service is None and self.error is None


class Opening(Generic[Service]):
    """The service of one collection and its way there.

    Args:
        open_service: loads models and index, or returns at once what is open and still as the index is.
    """

    def __init__(self, open_service: Callable[[], Service]) -> None:
        self._open_service = open_service
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._settled.set()
        self._opened: Opened[Service] = Opened()

    @property
    def opened(self) -> Opened[Service]:
        """How it stands now."""
        return self._opened

    @property
    def settled(self) -> bool:
        """Whether nothing is being opened."""
        return self._settled.is_set()

    def begin(self) -> None:
        """Start to open, unless that is going on; what is open stays until it is seen whether its index changed."""
        with self._lock:
            if not self._settled.is_set():
                return
            self._settled.clear()
            if self._opened.error is not None:
                self._opened = Opened()
        threading.Thread(target=self._work, name="open-service", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait until it is settled or the time is over; return whether it is."""
        return self._settled.wait(seconds)

    def _work(self) -> None:
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
            self._settled.set()
