"""Whether the server is running, whether it answers, what it measured, and which version it is."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request, Response

from report_qa import __version__
from report_qa.api.access import Admin
from report_qa.api.backend import TheBackend
from report_qa.api.describe import PROBLEMS
from report_qa.api.problems import problem_of
from report_qa.api.replies import id_of, language_of
from report_qa.client.records import Health, Ready, Version
from report_qa.runtime.measures import CONTENT_TYPE

router = APIRouter(tags=["status"], responses=PROBLEMS)


@router.get("/health", response_model=Health)
async def health() -> Any:
    """Tell that the program is running; needs no key."""
    return Health()


@router.get("/ready", response_model=Ready, responses={503: {"model": Ready, "description": "Not yet, or it failed."}})
def ready(request: Request, backend: TheBackend, response: Response) -> Any:
    """Tell whether questions are answered now; needs no key. What has failed is tried again."""
    opened = backend.opening.opened
    if opened.service is None:
        backend.opening.begin()
    status: Literal["ready", "starting", "failed"]
    status = "ready" if opened.service else "failed" if opened.error else "starting"
    response.status_code = 200 if status == "ready" else 503
    return Ready(
        status=status,
        in_line=backend.line.taken,
        line_limit=backend.settings.server.queue,
        problem=problem_of(opened.error, language_of(request), id_of(request)) if opened.error else None,
    )


@router.get("/version", response_model=Version)
async def version() -> Any:
    """Return the versions of program and API; needs no key."""
    return Version(version=__version__)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(backend: TheBackend, _: Admin) -> Response:
    """Return what was measured, for Prometheus."""
    return Response(backend.measures.text(), media_type=CONTENT_TYPE)
