"""The one run of this process: in a thread, watched by everybody, stopped by anybody."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from report_qa.errors import UNEXPECTED, UNEXPECTED_REMEDY, Busy, EvaluationBusy, ReportQAError, Text
from report_qa.evals.dataset import Case
from report_qa.evals.reasons import verdict_of
from report_qa.evals.records import Record
from report_qa.evals.report import Report
from report_qa.evals.run import begin, run
from report_qa.evals.systems import System, evidence_not_indexed, open_systems
from report_qa.runtime.line import Line, Place
from report_qa.runtime.opening import Opening
from report_qa.service import ReportQA

logger = logging.getLogger(__name__)

TICK_S = 0.5


@dataclass(frozen=True)
class Wanted:
    """A run that is to be made or gone on with.

    Attributes:
        place: its folder.
        dataset: name of the file that the cases are from.
        cases: what is asked.
        systems: names of those that answer.
        language: in which its report opens.
    """

    place: Path
    dataset: str
    cases: tuple[Case, ...]
    systems: tuple[str, ...]
    language: str = "en"


@dataclass(frozen=True)
class Last:
    """What came of the case that was answered last."""

    system: str
    case: str
    verdict: Text
    seconds: float


@dataclass(frozen=True)
class Progress:
    """How the run stands.

    Attributes:
        name: of the run; empty before there was one.
        running: whether it is going on.
        stopping: whether it was told to stop.
        started: whether the models are ready.
        ahead: questions that are answered before its next case.
        done: answers that are there, of ``total``; those of earlier goes are counted.
        last: the newest of them.
        lost: ids of cases whose evidence is not in the index.
        error: why it ended early.
    """

    name: str = ""
    running: bool = False
    stopping: bool = False
    started: bool = False
    ahead: int = 0
    done: int = 0
    total: int = 0
    last: Last | None = None
    lost: tuple[str, ...] = ()
    error: ReportQAError | None = None

    @property
    def finished(self) -> bool:
        """Whether every case was answered."""
        return not self.running and self.error is None and 0 < self.total <= self.done


class _Stopped(Exception):
    """Ends a run between two cases."""


class Measuring:
    """Starts and stops the run.

    Args:
        line: where every case queues, beside what visitors ask.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._progress = Progress()

    @property
    def progress(self) -> Progress:
        """How it stands now."""
        return self._progress

    def start(self, wanted: Wanted, opening: Opening[object]) -> None:
        """Begin a run.

        Args:
            wanted: what is measured.
            opening: gives the service that is asked.

        Raises:
            EvaluationBusy: another one is going on.
        """
        with self._lock:
            if self._progress.running:
                raise EvaluationBusy(
                    Text("Another run is going on.", "已有一次评测正在进行。"),
                    Text("Wait for it to finish, or stop it.", "请等它完成，或停止它。"),
                    retryable=True,
                )
            self._stop.clear()
            total = len(wanted.cases) * len(wanted.systems)
            self._progress = Progress(wanted.place.name, running=True, total=total)
        threading.Thread(target=self._work, args=(wanted, opening), name="evaluate", daemon=True).start()

    def stop(self) -> None:
        """Have the run end after the case under way; what was answered is kept."""
        with self._lock:
            self._stop.set()
            if self._progress.running:
                self._progress = replace(self._progress, stopping=True)

    def _work(self, wanted: Wanted, opening: Opening[object]) -> None:
        error = None
        try:
            self._measure(wanted, self._opened(opening))
        except _Stopped:
            pass
        except ReportQAError as told:
            error = told
        except Exception:  # a defect of ours must be told too, or it would say "measuring" for ever
            logger.exception("an evaluation ended by an unforeseen error")
            error = ReportQAError(UNEXPECTED, UNEXPECTED_REMEDY)
        self._note(running=False, stopping=False, ahead=0, error=error)

    def _opened(self, opening: Opening[object]) -> ReportQA:
        opening.begin()
        while not opening.wait(TICK_S):
            self._check()
        service = opening.opened.service
        if service is None:
            raise opening.opened.error or ReportQAError(UNEXPECTED, UNEXPECTED_REMEDY)
        if not isinstance(service, ReportQA):
            raise TypeError("only a service over models and an index of this process can be measured")
        return service

    def _measure(self, wanted: Wanted, qa: ReportQA) -> None:
        folder = begin(wanted.place, wanted.dataset, wanted.cases, wanted.systems, qa)
        known = sum(len(folder.records(name)) for name in wanted.systems)
        self._note(started=True, done=known, lost=tuple(evidence_not_indexed(wanted.cases, qa)))
        queued = (_Queued(system, self._turn) for system in open_systems(wanted.systems, qa))
        try:
            run(folder, queued, self._tell)
        finally:
            # of what is there, however it ended
            Report.of(folder).write(wanted.language)

    def _tell(self, case: Case, record: Record, position: int, total: int) -> None:
        last = Last(record.system, case.id, verdict_of(case, record), record.total_s)
        self._note(done=self._progress.done + 1, last=last)

    def _turn(self) -> Place:
        """Return a place in the line whose turn it is."""
        place = self._place()
        try:
            while not place.wait(TICK_S):
                self._note(ahead=place.ahead)
                self._check()
            self._check()
        except BaseException:
            place.leave()
            raise
        self._note(ahead=0)
        return place

    def _place(self) -> Place:
        while True:
            self._check()
            try:
                return self._line.join()
            except Busy:  # visitors fill the line; a run has time
                self._stop.wait(TICK_S)

    def _check(self) -> None:
        if self._stop.is_set():
            raise _Stopped

    def _note(self, **changes: object) -> None:
        with self._lock:
            self._progress = replace(self._progress, **changes)  # type: ignore[arg-type]  # its own fields


class _Queued:
    """A system that waits for its turn before every case, so that visitors are answered in between."""

    def __init__(self, system: System, turn: Callable[[], Place]) -> None:
        self.name = system.name
        self._system = system
        self._turn = turn

    def answer(self, case: Case) -> Record:
        """Answer a case when its turn comes."""
        place = self._turn()
        try:
            return self._system.answer(case)
        finally:
            place.leave()
