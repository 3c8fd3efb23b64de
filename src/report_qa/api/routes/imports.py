"""Imports: how far they are, and stopping them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from starlette.responses import StreamingResponse

from report_qa.api.access import Importer
from report_qa.api.asking import TICK_S
from report_qa.api.backend import Backend, TheBackend
from report_qa.api.convert import import_of
from report_qa.api.describe import PROBLEMS
from report_qa.api.problems import Refusal
from report_qa.api.replies import KEEP_ALIVE, begun, event, id_of
from report_qa.client.records import Import, Listing
from report_qa.errors import Text
from report_qa.runtime.import_records import ENDED
from report_qa.runtime.import_records import Import as Kept

router = APIRouter(tags=["library"], responses=PROBLEMS)

Id = Annotated[str, InPath(max_length=64)]


def _found(backend: Backend, import_id: str) -> Kept:
    one = backend.imports.get(import_id)
    if one is None:
        raise Refusal(
            "import_missing",
            Text(f"There is no import {import_id}.", f"没有导入 {import_id}。"),
            Text("GET /api/v1/imports lists them.", "GET /api/v1/imports 可列出全部导入。"),
        )
    return one


@router.get("/imports", response_model=Listing[Import])
def list_imports(
    backend: TheBackend,
    _: Importer,
    after: Annotated[int | None, Query(ge=0, le=2**62, description="`next` of the part before")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Any:
    """List the imports, the newest first."""
    found = backend.imports.list(before=after, limit=limit + 1)
    following = str(found[limit - 1].number) if len(found) > limit else None
    return Listing[Import](items=[import_of(one) for one in found[:limit]], next=following)


@router.get("/imports/{import_id}", response_model=Import)
def get_import(import_id: Id, backend: TheBackend, _: Importer) -> Any:
    """Return how far an import is, or what came of it."""
    return import_of(_found(backend, import_id))


@router.delete("/imports/{import_id}", response_model=Import)
def stop_import(import_id: Id, backend: TheBackend, key: Importer, request: Request) -> Any:
    """Stop an import at its next step. Documents that are in the index already stay."""
    one = _found(backend, import_id)
    if one.state not in ENDED:
        backend.audit.add(f"{key.id} {key.name}", "import.stop", import_id, id_of(request))
        backend.imports.stop(import_id)
    return import_of(one)


@router.get("/imports/{import_id}/events", response_class=StreamingResponse)
async def follow_import(import_id: Id, backend: TheBackend, _: Importer) -> StreamingResponse:
    """Tell of every change of an import as a server-sent event `import`, until it has ended."""
    return await begun(_told(backend, import_id))


async def _told(backend: Backend, import_id: str) -> AsyncIterator[bytes]:
    before: Import | None = None
    while True:
        one = import_of(await to_thread.run_sync(_found, backend, import_id))
        yield event("import", one) if one != before else KEEP_ALIVE
        if one.state in ENDED:
            return
        before = one
        await anyio.sleep(TICK_S)
