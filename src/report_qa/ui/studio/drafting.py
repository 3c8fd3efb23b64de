"""The one drafting run of this process: in a thread, watched by everybody, stopped by anybody."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace

from report_qa.errors import ReportQAError
from report_qa.faq.batch import Batch, Wanted
from report_qa.faq.tally import Tally
from report_qa.runtime.opening import Opening
from report_qa.ui.contract import Service
from report_qa.ui.texts import UNEXPECTED, UNEXPECTED_REMEDY

logger = logging.getLogger(__name__)

_TICK_S = 1.0


@dataclass(frozen=True)
class Progress:
    """How the run stands.

    Attributes:
        running: whether it is going on.
        stopping: whether it was told to stop.
        tally: what is done so far; None before the models are ready.
        batch: what it did, once it is over.
        error: why it ended early.
    """

    running: bool = False
    stopping: bool = False
    tally: Tally | None = None
    batch: Batch | None = None
    error: ReportQAError | None = None


class Drafting:
    """Starts and stops the run.

    Args:
        opening: gives the service that drafts.
    """

    def __init__(self, opening: Opening[Service]) -> None:
        self._opening = opening
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._progress = Progress()

    @property
    def progress(self) -> Progress:
        """How it stands now."""
        return self._progress

    def start(self, wanted: Wanted) -> bool:
        """Begin a run; return False where one is going on."""
        with self._lock:
            if self._progress.running:
                return False
            self._stop.clear()
            self._progress = Progress(running=True)
        threading.Thread(target=self._work, args=(wanted,), name="draft", daemon=True).start()
        return True

    def stop(self) -> None:
        """Have the run end after the part under way."""
        with self._lock:
            self._stop.set()
            if self._progress.running:
                self._progress = replace(self._progress, stopping=True)

    def _work(self, wanted: Wanted) -> None:
        batch, error = None, None
        try:
            batch = self._drafted(wanted)
        except ReportQAError as told:
            error = told
        except Exception:  # a defect of ours must be shown on the page too, or it would say "drafting" for ever
            logger.exception("drafting ended by an unforeseen error")
            error = ReportQAError(UNEXPECTED, UNEXPECTED_REMEDY)
        with self._lock:
            tally = batch.tally if batch else self._progress.tally
            self._progress = Progress(tally=tally, batch=batch, error=error)

    def _drafted(self, wanted: Wanted) -> Batch | None:
        self._opening.begin()
        while not self._opening.wait(_TICK_S):
            if self._stop.is_set():
                return None
        opened = self._opening.opened
        if opened.service is None:
            raise opened.error or ReportQAError(UNEXPECTED, UNEXPECTED_REMEDY)
        return opened.service.draft(wanted, self._tell, self._stop.is_set)

    def _tell(self, tally: Tally) -> None:
        with self._lock:
            self._progress = replace(self._progress, tally=replace(tally, outcomes=tally.outcomes.copy()))
