"""What page and API do about evaluations: datasets, the run that goes on, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from report_qa.errors import ConfigError, Text
from report_qa.evals.compare import Compared, compare_runs
from report_qa.evals.dataset import Case, fingerprint, load_cases
from report_qa.evals.folder import RUNS
from report_qa.evals.measuring import Measuring, Wanted
from report_qa.evals.report import Report
from report_qa.evals.runs import RunState, existing, list_runs, place_of, proposed_name
from report_qa.evals.systems import check_names
from report_qa.runtime.line import Line
from report_qa.runtime.opening import Opening

_MOST_UPLOADS = 20
_BETWEEN = "/"
"""Between a run and a system of it; no folder's name has one."""

_NO_SYSTEM = Text("No system is chosen.", "没有选择系统。")
_CHOOSE_SYSTEM = Text("Choose one at least.", "请至少选择一个。")
_NO_DATASET = Text("No dataset is chosen.", "没有选择数据集。")
_CHOOSE_DATASET = Text("Upload one, or choose one of the list.", "请上传，或从列表中选择。")
_NO_PAIR = Text("There are not two systems chosen.", "没有选择两个系统。")
_CHOOSE_PAIR = Text("Choose A and B.", "请选择 A 和 B。")


@dataclass(frozen=True)
class Dataset:
    """Cases that can be run.

    Attributes:
        key: the hash of its cases.
        name: of the file.
        cases: how many.
    """

    key: str
    name: str
    cases: int


class Evaluations:
    """The steps of all who use it, of the page and of the API. Errors are those of the evaluation.

    Args:
        line: where the cases of a run queue.
        root: folder of the runs.
    """

    def __init__(self, line: Line, root: Path = RUNS) -> None:
        self._root = root
        self._uploads: dict[str, tuple[str, list[Case]]] = {}
        self.measuring = Measuring(line)

    def runs(self) -> list[RunState]:
        """Return the runs, the newest first."""
        return list_runs(self._root)

    def datasets(self, runs: Sequence[RunState]) -> list[Dataset]:
        """Return what can be run: what was uploaded, the newest first, and what was run before."""
        uploaded = [Dataset(key, name, len(cases)) for key, (name, cases) in reversed(self._uploads.items())]
        before = [Dataset(run.dataset_sha256, run.dataset, run.cases) for run in runs if run.error is None]
        return list({dataset.key: dataset for dataset in reversed((*uploaded, *before))}.values())[::-1]

    def upload(self, path: Path, name: str = "") -> Dataset:
        """Take in a dataset; it can be chosen as long as this process lives, and lies in every run over it.

        Args:
            path: its file.
            name: of the file where it came from, by default its own.

        Raises:
            ConfigError: as :func:`report_qa.evals.dataset.load_cases`.
        """
        name = name or path.name
        cases = load_cases(path, name)
        key = fingerprint(cases)
        self._uploads.pop(key, None)
        self._uploads[key] = (name, cases)
        for oldest in list(self._uploads)[:-_MOST_UPLOADS]:
            del self._uploads[oldest]
        return Dataset(key, name, len(cases))

    def start(
        self, key: str, systems: Sequence[str], limit: int, name: str, language: str, opening: Opening[object]
    ) -> str:
        """Begin a run, or go on with the one of that name.

        Args:
            key: the dataset: its key, or the name of its file, which stands for the newest of that name.
            systems: names of those that answer.
            limit: only so many cases, the first; 0 means all.
            name: of the run; empty for that of the dataset.
            language: in which its report opens.
            opening: gives the service that is asked.

        Returns:
            The name of the run.
        """
        if not systems:
            raise ConfigError(_NO_SYSTEM, _CHOOSE_SYSTEM)
        dataset, cases = self._cases(key)
        wanted = cases[:limit] if limit > 0 else cases
        proposed = proposed_name(dataset) + (f"-{limit}" if len(wanted) < len(cases) else "")
        place = place_of(self._root, name.strip() or proposed)
        names = tuple(check_names(systems))
        self.measuring.start(Wanted(place, dataset, tuple(wanted), names, language), opening)
        return place.name

    def go_on(self, name: str, language: str, opening: Opening[object]) -> None:
        """Go on with a run that was stopped."""
        folder = existing(self._root, name)
        systems = tuple(check_names(folder.systems))
        wanted = Wanted(folder.path, folder.info.dataset, tuple(folder.cases), systems, language)
        self.measuring.start(wanted, opening)

    def require(self, name: str) -> None:
        """Refuse the name of a run that cannot be read."""
        existing(self._root, name)

    def report(self, name: str) -> Report:
        """Return the report of a run, as its records are now.

        Raises:
            RunMissing: there is none of that name.
            ConfigError: it cannot be read.
        """
        return Report.of(existing(self._root, name))

    def compare(self, before: str, after: str) -> Compared:
        """Compare two systems, each named by :func:`system_key`."""
        if not before or not after:
            raise ConfigError(_NO_PAIR, _CHOOSE_PAIR)
        (run, system), (other, its) = (_parts(key) for key in (before, after))
        places = existing(self._root, run).path, existing(self._root, other).path
        return compare_runs(*places, (system, its))

    def _cases(self, key: str) -> tuple[str, list[Case]]:
        for known, (name, cases) in reversed(self._uploads.items()):
            if key in (known, name):
                return name, cases
        for run in self.runs():
            if key and key in (run.dataset_sha256, run.dataset):
                return run.dataset, existing(self._root, run.name).cases
        raise ConfigError(_NO_DATASET, _CHOOSE_DATASET)


def system_key(run: str, system: str) -> str:
    """Return what names a system of a run on the page."""
    return f"{run}{_BETWEEN}{system}"


def _parts(key: str) -> tuple[str, str]:
    run, _, system = key.partition(_BETWEEN)
    return run, system
