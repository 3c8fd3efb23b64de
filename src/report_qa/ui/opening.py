"""Opening the collections in the background, once for all visitors, so that the page is there at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from report_qa.errors import ReportQAError
from report_qa.indexing.collections import DEFAULT
from report_qa.ui.contract import Service, Shelf
from report_qa.ui.texts import UNEXPECTED, UNEXPECTED_REMEDY

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """How the opening stands: starting (neither), ready (a service), or failed (an error)."""

    service: Service | None = None
    error: ReportQAError | None = None

    @property
    def starting(self) -> bool:
        """Whether nothing is known yet."""
        return self.service is None and self.error is None


class Opening:
    """The service of one collection and its way there.

    Args:
        open_service: loads models and index, or returns at once what is open and still as the index is.
    """

    def __init__(self, open_service: Callable[[], Service]) -> None:
        self._open_service = open_service
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._settled.set()
        self._opened = Opened()

    @property
    def opened(self) -> Opened:
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
        except Exception:  # a defect of ours must be shown on the page too, or it would say "starting" for ever
            logger.exception("the service could not be opened")
            opened = Opened(error=ReportQAError(UNEXPECTED, UNEXPECTED_REMEDY))
        with self._lock:
            self._opened = opened
            self._settled.set()


class Openings:
    """The collections of a shelf, each with its opening.

    Args:
        shelf: the collections.
        preferred: the collection that is shown to who has chosen none.
    """

    def __init__(self, shelf: Shelf, preferred: str = "") -> None:
        self._shelf = shelf
        self._preferred = preferred
        self._openings: dict[str, Opening] = {}
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Return the collections that can be asked."""
        return self._shelf.names()

    def chosen(self, wanted: str) -> str:
        """Return the collection that a visitor asks: the wanted one where it is there, else the preferred one."""
        names = self.names()
        for name in (wanted, self._preferred):
            if name in names:
                return name
        return names[0] if names else self._preferred or DEFAULT

    def of(self, name: str) -> Opening:
        """Return the opening of a collection."""
        with self._lock:
            if name not in self._openings:
                self._openings[name] = Opening(lambda: self._shelf.open(name))
            return self._openings[name]
