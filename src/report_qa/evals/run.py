"""Answer every case with every system; what is in the run already is not asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from report_qa.evals.dataset import Case
from report_qa.evals.folder import RunFolder, describe_run
from report_qa.evals.records import Record
from report_qa.evals.systems import System, configuration_of
from report_qa.service import ReportQA

Progress = Callable[[Case, Record, int, int], None]
"""Called with the case, its newest record, cases done, and cases in all."""


def begin(place: Path, dataset: str, cases: Sequence[Case], systems: Sequence[str], qa: ReportQA) -> RunFolder:
    """Begin a run, or go on with the one that lies there.

    Args:
        place: its folder.
        dataset: name of the file that the cases are from.
        cases: what is asked.
        systems: names of the systems that will answer.
        qa: the opened service beneath them.

    Raises:
        ConfigError: as :meth:`report_qa.evals.folder.RunFolder.start`.
    """
    folder = RunFolder.start(place, describe_run(dataset, cases, configuration_of(qa)), cases)
    folder.expect(systems)
    return folder


def run(
    folder: RunFolder, systems: Iterable[System], progress: Progress | None = None, *, retry_failed: bool = False
) -> None:
    """Answer what is missing.

    Args:
        folder: where the cases are and the records go.
        systems: who answers.
        progress: told about every new record.
        retry_failed: ask again what failed; else it stays failed and counts as attempted.

    Raises:
        ConfigError: another process writes there, or a record is damaged.
    """
    with folder.locked():
        for system in systems:
            done = folder.records(system.name)
            for position, case in enumerate(folder.cases, start=1):
                known = done.get(case.id)
                if known is not None and not (retry_failed and known.status == "failed"):
                    continue
                record = system.answer(case)
                folder.append(record)
                if progress is not None:
                    progress(case, record, position, len(folder.cases))
