"""The client's methods for evaluation runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from report_qa.client.evaluation_records import Comparison, Dataset, Evaluation, NewEvaluation
from report_qa.client.records import Language, Listing
from report_qa.client.transport import Transport, quoted

_MOVING = frozenset({"running", "stopping"})


class EvaluationClient(Transport):
    """Datasets, runs and comparisons. All methods raise :class:`APIError` or :class:`Unreachable`."""

    def datasets(self) -> list[Dataset]:
        """Return what can be run."""
        return list(self.all(Listing[Dataset], "/datasets"))

    def add_dataset(self, file: Path) -> Dataset:
        """Upload cases (JSON lines).

        Raises:
            OSError: the file cannot be read.
        """
        with file.open("rb") as opened:
            return self.get(Dataset, "POST", "/datasets", files={"file": (file.name, opened)})

    def evaluate(
        self, dataset: str, systems: Sequence[str] = ("ours",), *, collection: str | None = None, limit: int = 0,
        name: str = "",
    ) -> Evaluation:  # fmt: skip
        """Begin a run, or go on with the one of that name; :meth:`measured` waits for its end.

        Args:
            dataset: its ``key`` or ``name``.
            systems: who answers.
            collection: what is asked, as for :meth:`report_qa.client.client.Client.ask`.
            limit: only the first so many cases; 0: all.
            name: of the run, by default that of the dataset.
        """
        body = NewEvaluation(dataset=dataset, systems=list(systems), collection=collection, limit=limit, name=name)
        return self.get(Evaluation, "POST", "/evaluations", json=body.model_dump())

    def evaluations(self) -> Iterator[Evaluation]:
        """Give the runs, the newest first."""
        return self.all(Listing[Evaluation], "/evaluations")

    def evaluation(self, name: str) -> Evaluation:
        """Return how far a run is, or how it ended."""
        return self.get(Evaluation, "GET", _run(name))

    def measured(
        self, name: str, progress: Callable[[Evaluation], None] | None = None, *, every: float = 1.0
    ) -> Evaluation:
        """Wait until a run does not go on, and return how it stands then.

        Args:
            name: of the run.
            progress: told how far it is.
            every: seconds between two looks.
        """
        while True:
            run = self.evaluation(name)
            if progress:
                progress(run)
            if run.state not in _MOVING:
                return run
            time.sleep(every)

    def stop_evaluation(self, name: str) -> Evaluation:
        """Stop a run after the case under way; what was answered is kept."""
        return self.get(Evaluation, "POST", f"{_run(name)}/stop")

    def resume_evaluation(self, name: str, *, collection: str | None = None) -> Evaluation:
        """Go on with a run; the collection must be the one that it was begun with."""
        params = {"collection": collection} if collection else {}
        return self.get(Evaluation, "POST", f"{_run(name)}/resume", params=params)

    def evaluation_report(self, name: str) -> dict[str, Any]:
        """Return the report of a run: figures with intervals, and every case of every system."""
        report: dict[str, Any] = self.send("GET", f"{_run(name)}/report").json()
        return report

    def evaluation_page(self, name: str, language: Language = "en") -> str:
        """Return the report of a run as a page (HTML) that needs nothing else."""
        return self.send("GET", f"{_run(name)}/report.html", params={"language": language}).text

    def compare(self, before: str, after: str) -> Comparison:
        """Compare two systems, each named as ``RUN/SYSTEM``."""
        return self.get(Comparison, "GET", "/comparisons", params={"before": before, "after": after})


def _run(name: str) -> str:
    return f"/evaluations/{quoted(name)}"
