"""Evaluation runs: datasets, a run at a time, what came of it, and how two differ."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, UploadFile
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.responses import Response

from report_qa.api.access import Admin
from report_qa.api.backend import Backend, TheBackend
from report_qa.api.convert_evaluation import comparison_of, dataset_of, evaluation_of
from report_qa.api.describe import PROBLEMS
from report_qa.api.replies import id_of
from report_qa.client.evaluation_records import Comparison, Dataset, Evaluation, NewEvaluation
from report_qa.client.records import LONGEST_SELECTION, Language, Listing
from report_qa.evals.report import HEADERS
from report_qa.evals.runs import RunState, no_run
from report_qa.indexing.selection import collections_in
from report_qa.runtime.keys import Key
from report_qa.runtime.opening import Opening

router = APIRouter(tags=["evaluation"], responses=PROBLEMS)

Name = Annotated[str, InPath(max_length=64, description="name of the run", examples=["before"])]
Named = Annotated[str, Query(max_length=200, description="a run and one of its systems", examples=["before/ours"])]
Collection = Annotated[
    str | None, Query(max_length=LONGEST_SELECTION, description="what is asked, as when it was begun")
]
After = Annotated[str | None, Query(max_length=200, description="`next` of the part before")]
Limit = Annotated[int, Query(ge=1, le=500)]

_LONGEST_NAME = 200


@router.get("/datasets", response_model=Listing[Dataset])
def list_datasets(backend: TheBackend, _: Admin) -> Any:
    """List what can be run: what was uploaded since the server was started, and what was run before."""
    evaluations = backend.evaluations
    found = evaluations.datasets(evaluations.runs())
    return Listing[Dataset](items=[dataset_of(dataset) for dataset in found], next=None)


@router.post("/datasets", status_code=201, response_model=Dataset)
def add_dataset(file: UploadFile, request: Request, backend: TheBackend, key: Admin) -> Any:
    """Upload cases as JSON lines. They are kept as long as the server runs, and lie in every run over them."""
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2].strip()
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "dataset.jsonl"
        with path.open("wb") as written:
            shutil.copyfileobj(file.file, written)
        dataset = backend.evaluations.upload(path, name[-_LONGEST_NAME:] if name.isprintable() else "")
    _note(backend, key, request, "dataset.add", dataset.name)
    return dataset_of(dataset)


@router.get("/evaluations", response_model=Listing[Evaluation])
def list_evaluations(backend: TheBackend, _: Admin, after: After = None, limit: Limit = 100) -> Any:
    """List the runs, the newest first."""
    runs = _runs(backend)
    names = [run.name for run in runs]
    start = names.index(after) + 1 if after in names else 0
    part = runs[start : start + limit]
    return Listing[Evaluation](
        items=[evaluation_of(run, backend.evaluations.measuring.progress) for run in part],
        next=part[-1].name if start + limit < len(runs) else None,
    )


@router.post("/evaluations", status_code=202, response_model=Evaluation)
def start_evaluation(
    wanted: NewEvaluation, request: Request, backend: TheBackend, key: Admin, response: Response
) -> Any:
    """Begin a run in the background, or go on with the one of that name over the same cases; one runs at a time.

    Every case queues in the line of all questions, so that who asks meanwhile is answered between two cases.
    """
    opening = _opening(backend, wanted.collection)
    name = backend.evaluations.start(
        wanted.dataset, wanted.systems, wanted.limit, wanted.name, wanted.language, opening
    )
    _note(backend, key, request, "evaluation.start", name)
    response.headers["Location"] = f"/api/v1/evaluations/{quote(name)}"
    return _found(backend, name)


@router.get("/evaluations/{name}", response_model=Evaluation)
def get_evaluation(name: Name, backend: TheBackend, _: Admin) -> Any:
    """Return how far a run is, or how it ended."""
    return _found(backend, name)


@router.post("/evaluations/{name}/stop", response_model=Evaluation)
def stop_evaluation(name: Name, request: Request, backend: TheBackend, key: Admin) -> Any:
    """Stop a run after the case under way; what was answered is kept. One that does not run stays as it is."""
    found = _found(backend, name)
    if found.state == "running":
        _note(backend, key, request, "evaluation.stop", name)
        backend.evaluations.measuring.stop()
    return _found(backend, name)


@router.post("/evaluations/{name}/resume", status_code=202, response_model=Evaluation)
def resume_evaluation(
    name: Name, request: Request, backend: TheBackend, key: Admin, collection: Collection = None
) -> Any:
    """Go on with a run that was stopped or broke off; it must be the same program, settings and index."""
    backend.evaluations.go_on(name, "en", _opening(backend, collection))
    _note(backend, key, request, "evaluation.resume", name)
    return _found(backend, name)


@router.get("/evaluations/{name}/report", response_class=JSONResponse)
def get_report(name: Name, backend: TheBackend, _: Admin) -> JSONResponse:
    """Return the report of a run as its records are now: figures with intervals, and every case of every system."""
    return JSONResponse(backend.evaluations.report(name).data)


@router.get("/evaluations/{name}/report.html", response_class=HTMLResponse)
def get_report_page(name: Name, backend: TheBackend, _: Admin, language: Language = "en") -> HTMLResponse:
    """Return the report of a run as a page that needs nothing else."""
    return HTMLResponse(backend.evaluations.report(name).page(language), headers=HEADERS)


@router.get("/comparisons", response_model=Comparison)
def compare(before: Named, after: Named, backend: TheBackend, _: Admin) -> Any:
    """Compare two systems case by case: of two runs over the same cases, or of one."""
    return comparison_of(backend.evaluations.compare(before, after))


def _opening(backend: Backend, collection: str | None) -> Opening[object]:
    name = collection or backend.default
    collections_in(backend.settings, name)  # told at once where there is none
    return Opening(partial(backend.shelf.open, name))


def _runs(backend: Backend) -> list[RunState]:
    """Return the runs, and first the one that was begun and has no folder yet, or never came to have one."""
    progress = backend.evaluations.measuring.progress
    runs = backend.evaluations.runs()
    known = not progress.name or any(run.name == progress.name for run in runs)
    return runs if known else [RunState(progress.name), *runs]


def _found(backend: Backend, name: str) -> Evaluation:
    for run in _runs(backend):
        if run.name == name:
            return evaluation_of(run, backend.evaluations.measuring.progress)
    raise no_run(name)


def _note(backend: Backend, key: Key, request: Request, action: str, what: str) -> None:
    backend.audit.add(f"{key.id} {key.name}", action, what, id_of(request))
