"""Evaluation runs as they go over the wire."""

from __future__ import annotations

from typing import Any

from report_qa.api.convert import message_of
from report_qa.client import evaluation_records as wire
from report_qa.errors import ReportQAError
from report_qa.evals.compare import Compared, as_data
from report_qa.evals.evaluations import Dataset
from report_qa.evals.measuring import Progress
from report_qa.evals.runs import RunState


def dataset_of(dataset: Dataset) -> wire.Dataset:
    """Return a dataset."""
    return wire.Dataset(key=dataset.key, name=dataset.name, cases=dataset.cases)


def evaluation_of(run: RunState, progress: Progress) -> wire.Evaluation:
    """Return a run.

    Args:
        run: what its folder tells.
        progress: of the run that this process made last.
    """
    ours = progress.name == run.name
    error = run.error or (progress.error if ours else None)
    return wire.Evaluation(
        name=run.name,
        state=_state(run, progress if ours else Progress(), error),
        dataset=run.dataset,
        dataset_key=run.dataset_sha256,
        started=run.started,
        cases=run.cases,
        attempted=dict(run.done or {}),
        progress=_progress(progress) if ours else None,
        problem=_problem(error) if error else None,
    )


def comparison_of(compared: Compared) -> wire.Comparison:
    """Return how two systems differ."""
    data: dict[str, Any] = as_data(compared.found)
    changed = [wire.Change(name=name, before=then, after=now) for name, then, now in compared.changed]
    return wire.Comparison(before=compared.before, after=compared.after, changed=changed, **data)


def _state(run: RunState, progress: Progress, error: ReportQAError | None) -> wire.EvaluationState:
    if progress.running:
        return "stopping" if progress.stopping else "running"
    if error is not None:
        return "failed"
    return "complete" if run.complete else "incomplete"


def _progress(progress: Progress) -> wire.EvaluationProgress:
    last = progress.last
    return wire.EvaluationProgress(
        started=progress.started,
        ahead=progress.ahead,
        done=progress.done,
        total=progress.total,
        last=wire.LastCase(system=last.system, case=last.case, verdict=message_of(last.verdict), seconds=last.seconds)
        if last
        else None,
        lost=list(progress.lost),
    )


def _problem(error: ReportQAError) -> wire.EvaluationProblem:
    return wire.EvaluationProblem(message=message_of(error.message), remedy=message_of(error.remedy))
