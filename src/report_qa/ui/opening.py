"""Opening the service in the background, once for all visitors, so that the page is there at once."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from report_qa.errors import ReportQAError
from report_qa.ui.contract import OpenService, Service
from report_qa.ui.texts import UNEXPECTED, UNEXPECTED_REMEDY

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """How the opening stands: starting (neither), ready (a service), or failed (an error)."""

    service: Service | None = None
    error: ReportQAError | None = None

    @property
    def starting(self) -> bool:
        """Whether it is still going on."""
        return self.service is None and self.error is None


class Opening:
    """The one service of this process and its way there.

    Args:
        open_service: loads models and index.
    """

    def __init__(self, open_service: OpenService) -> None:
        self._open_service = open_service
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._running = False
        self._opened = Opened()

    @property
    def opened(self) -> Opened:
        """How it stands now."""
        return self._opened

    def begin(self) -> None:
        """Start to open, unless it is open or being opened; after a failure this tries again."""
        with self._lock:
            if self._running or self._opened.service is not None:
                return
            self._running = True
            self._opened = Opened()
            self._settled.clear()
        threading.Thread(target=self._work, name="open-service", daemon=True).start()

    def wait(self, seconds: float) -> Opened:
        """Wait until it is settled or the time is over; return how it stands."""
        self._settled.wait(seconds)
        return self._opened

    def _work(self) -> None:
        try:
            opened = Opened(service=self._open_service())
        except ReportQAError as error:
            logger.warning("the service could not be opened: %s", error)
            opened = Opened(error=error)
        except Exception:  # a defect of ours must be shown on the page too, or it would say "starting" for ever
            logger.exception("the service could not be opened")
            opened = Opened(error=ReportQAError(UNEXPECTED, UNEXPECTED_REMEDY))
        with self._lock:
            self._opened = opened
            self._running = False
            self._settled.set()
