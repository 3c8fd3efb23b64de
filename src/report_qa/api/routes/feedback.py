"""Feedback: given by who asks, read by who reviews."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from report_qa.api.access import Asker, Reviewer
from report_qa.api.backend import TheBackend
from report_qa.api.convert import feedback_of
from report_qa.api.describe import PROBLEMS
from report_qa.api.once import IdempotencyKey, once, reply
from report_qa.api.replies import id_of
from report_qa.client.records import LONGEST_SELECTION, Feedback, KeptFeedback, Listing
from report_qa.indexing.selection import selection_of
from report_qa.runtime.feedback import Feedback as Given
from report_qa.runtime.feedback import add_feedback, list_feedback, note_disliked

router = APIRouter(tags=["feedback"], responses=PROBLEMS)


@router.post("/feedback", status_code=201, response_model=KeptFeedback)
async def give_feedback(
    feedback: Feedback, request: Request, backend: TheBackend, key: Asker, idempotency_key: IdempotencyKey = None
) -> Response:
    """Say whether an answer was good; it is kept for who reviews."""
    given = Given(**{**feedback.model_dump(), "collection": selection_of(feedback.collection or backend.default)})

    def keep() -> Response:
        text, replayed = once(
            backend, request, key, idempotency_key, feedback.model_dump_json().encode(),
            lambda connection: feedback_of(add_feedback(connection, given, key.id)),
        )  # fmt: skip
        if not replayed:
            note_disliked(backend.settings, given)
            backend.audit.add(f"{key.id} {key.name}", "feedback.add", feedback.verdict, id_of(request))
        return reply(text, replayed)

    return await to_thread.run_sync(keep)


@router.get("/feedback", response_model=Listing[KeptFeedback])
def read_feedback(
    backend: TheBackend,
    _: Reviewer,
    verdict: Literal["up", "down"] | None = None,
    collection: Annotated[
        str | None, Query(max_length=LONGEST_SELECTION, description="only feedback on what was asked as this selection")
    ] = None,
    after: Annotated[int | None, Query(ge=0, le=2**62, description="`next` of the part before")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Any:
    """List feedback, the newest first."""
    asked = None if collection is None else selection_of(collection)
    found = list_feedback(backend.database, verdict=verdict, collection=asked, before=after, limit=limit + 1)
    following = str(found[limit - 1].id) if len(found) > limit else None
    return Listing[KeptFeedback](items=[feedback_of(one) for one in found[:limit]], next=following)
