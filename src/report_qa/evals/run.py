"""Run systems over a dataset: one record a case, written as soon as it is there, so that a killed run goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from report_qa.evals.dataset import Case
from report_qa.evals.score import Record
from report_qa.evals.systems import System

Progress = Callable[[str, int, int, Record], None]
"""Called with system, cases done, cases in all, and the newest record."""


def run(
    cases: Sequence[Case], systems: Sequence[System], folder: Path, progress: Progress | None = None
) -> list[Record]:
    """Answer every case with every system.

    Args:
        cases: what to ask.
        systems: who answers.
        folder: where the records lie, one file a system; cases already in there are not asked again.
        progress: told about every record.
    """
    folder.mkdir(parents=True, exist_ok=True)
    records: list[Record] = []
    for system in systems:
        path = folder / f"{system.name}.jsonl"
        done = {record.case: record for record in _read(path)}
        with path.open("a", encoding="utf-8") as file:
            for position, case in enumerate(cases, start=1):
                record = done.get(case.id)
                if record is None:
                    record = system.answer(case)
                    file.write(json.dumps(asdict(record), ensure_ascii=False) + "\n")
                    file.flush()
                records.append(record)
                if progress is not None:
                    progress(system.name, position, len(cases), record)
    return records


def _read(path: Path) -> list[Record]:
    """Return the records of a file; a last line that a kill cut short is measured again."""
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, encoding="utf-8")
    return [Record(**json.loads(line)) for line in whole.splitlines()]
