"""The records of a run -> scores of every case and figures with intervals. Pure but for opening the run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from report_qa.errors import ConfigError, Text
from report_qa.evals.calibration import Calibration, calibrate
from report_qa.evals.dataset import Case
from report_qa.evals.folder import RunFolder, RunInfo
from report_qa.evals.intervals import Estimate, mean_of, median_of
from report_qa.evals.measures import MEASURES, measure_case
from report_qa.evals.reasons import reason_of
from report_qa.evals.records import Record

FORMAT = 1
"""Number of the layout of ``report.json``."""

TIMINGS = ("passages_s", "first_token_s", "total_s")
TOKENS = ("tokens_in", "tokens_out")


@dataclass(frozen=True)
class ScoredCase:
    """One case of one system.

    Attributes:
        id, kind, language: of the case.
        status: answered, refused or failed.
        reason: why it went wrong (see :class:`report_qa.evals.reasons.Reason`), None where it did not.
        values: the measures that apply, see :data:`report_qa.evals.measures.MEASURES`.
        costs: seconds and tokens that are known, by name.
        answerability: probability that it is answered at all, where the system tells it.
    """

    id: str
    kind: str
    language: str
    status: str
    reason: str | None
    values: Mapping[str, float]
    costs: Mapping[str, float]
    answerability: float | None


@dataclass(frozen=True)
class SystemScores:
    """The scores of one system.

    Attributes:
        name: the system.
        wanted: cases in the dataset; fewer scored ones mean that the run is not finished.
        cases: those that were attempted, failed ones included.
    """

    name: str
    wanted: int
    cases: tuple[ScoredCase, ...]

    @property
    def failed(self) -> int:
        """Cases that broke."""
        return sum(case.status == "failed" for case in self.cases)

    def estimate(self, measure: str, keep: Callable[[ScoredCase], bool] = lambda _: True) -> Estimate | None:
        """Return the mean of a measure over the cases to which it applies, None where it applies to none."""
        return mean_of([case.values[measure] for case in self.cases if measure in case.values and keep(case)])

    def cost(self, name: str) -> Estimate | None:
        """Return the median of seconds or tokens; failed cases took no time that means anything."""
        return median_of([c.costs[name] for c in self.cases if name in c.costs and c.status != "failed"])

    def costs(self, name: str) -> list[float]:
        """Return the seconds or tokens of every case that did not fail, in ascending order."""
        return sorted(c.costs[name] for c in self.cases if name in c.costs and c.status != "failed")

    def calibration(self) -> Calibration | None:
        """Return how well the answerability tells, None where the system gives none."""
        return calibrate(
            [(c.answerability, c.kind != "unanswerable") for c in self.cases if c.answerability is not None]
        )


@dataclass(frozen=True)
class ScoredRun:
    """All systems of a run."""

    info: RunInfo
    systems: tuple[SystemScores, ...]

    def values_of(self, name: str) -> list[str]:
        """Return the kinds (``kind``) or languages (``language``) of the answerable cases, in their order."""
        found = (getattr(c, name) for system in self.systems for c in system.cases if c.kind != "unanswerable")
        return list(dict.fromkeys(found))


def score_case(case: Case, record: Record) -> ScoredCase:
    """Return the scores of one record."""
    costs = {name: getattr(record, name) for name in (*TIMINGS, *TOKENS)}
    reason = reason_of(case, record)
    return ScoredCase(
        case.id, case.kind, case.language, record.status, reason.value if reason else None, measure_case(case, record),
        {name: value for name, value in costs.items() if value is not None}, record.answerability,
    )  # fmt: skip


def score_run(folder: RunFolder) -> ScoredRun:
    """Score all records of a run."""
    by_id = {case.id: case for case in folder.cases}
    systems = [
        SystemScores(
            name, len(by_id), tuple(score_case(by_id[id_], record) for id_, record in folder.records(name).items())
        )
        for name in folder.systems
    ]
    return ScoredRun(folder.info, tuple(system for system in systems if system.cases))


def by_group(run: ScoredRun, system: SystemScores, name: str) -> dict[str, Estimate | None]:
    """Return the accuracy of a system for every kind (``kind``) or language (``language``) of answerable cases."""

    def within(value: str) -> Estimate | None:
        return system.estimate("accuracy", lambda case: getattr(case, name) == value)

    return {value: within(value) for value in run.values_of(name)}


def as_data(run: ScoredRun) -> dict[str, Any]:
    """Return a scored run as plain data: figures for reading, and every case, so that later runs can be compared."""
    systems = [
        {
            "name": system.name,
            "cases_wanted": system.wanted,
            "attempted": len(system.cases),
            "failed": system.failed,
            "figures": {name: _plain(system.estimate(name)) for name in MEASURES},
            "by_kind": {k: _plain(e) for k, e in by_group(run, system, "kind").items()},
            "by_language": {k: _plain(e) for k, e in by_group(run, system, "language").items()},
            "costs": {name: _plain(system.cost(name)) for name in (*TIMINGS, *TOKENS)},
            "calibration": asdict(found) if (found := system.calibration()) else None,
            "cases": [asdict(case) for case in system.cases],
        }
        for system in run.systems
    ]
    return {"format": FORMAT, "run": run.info.model_dump(), "systems": systems}


def load_scored(path: Path) -> ScoredRun:
    """Return the scores of a run folder, or those that its ``report.json`` holds.

    Raises:
        ConfigError: neither is there, or it is of another version or damaged.
    """
    if path.is_dir():
        return score_run(RunFolder.open(path))
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            raise ValueError(f"format {raw['format']}")
        systems = tuple(
            SystemScores(s["name"], s["cases_wanted"], tuple(ScoredCase(**case) for case in s["cases"]))
            for s in raw["systems"]
        )
        return ScoredRun(RunInfo.model_validate(raw["run"]), systems)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            Text(f"{path} is no run and no report of this version.", f"{path} 不是本版本的评测文件夹或报告。"),
            Text(
                "Name a folder of 'report-qa eval run', or the report.json in one.",
                "请指定 report-qa eval run 的文件夹，或其中的 report.json。",
            ),
        ) from error


def _plain(estimate: Estimate | None) -> dict[str, float] | None:
    return asdict(estimate) if estimate else None
