"""Answer every case with every system; what is in the run already is not asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from report_qa.evals.dataset import Case
from report_qa.evals.folder import RunFolder
from report_qa.evals.records import Record
from report_qa.evals.systems import System

Progress = Callable[[Case, Record, int, int], None]
"""Called with the case, its newest record, cases done, and cases in all."""


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
