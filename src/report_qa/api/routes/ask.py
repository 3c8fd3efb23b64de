"""Asking and searching."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from report_qa.api import problems, replies
from report_qa.api.access import Asker
from report_qa.api.asking import Asked, Waiting, answer, follow, found, new_id
from report_qa.api.backend import Backend, TheBackend
from report_qa.api.convert import answer_of, passage_of
from report_qa.api.describe import PROBLEMS
from report_qa.client.records import LONGEST_SELECTION, SELECTION, Answer, Hits, Question
from report_qa.errors import ReportQAError
from report_qa.qa.records import Event, PassagesEvent, StageEvent, TokenEvent, Turn
from report_qa.runtime.keys import Key

router = APIRouter(tags=["questions"], responses=PROBLEMS)

_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events: `queue` (how many are ahead), `stage`, `passages` (before the first token; they may "
        "come twice), `token` (a draft), and last `answer` (checked; it replaces the draft) or `error` (a problem).",
        "content": {
            "text/event-stream": {
                "example": 'event: stage\ndata: {"stage": "searching"}\n\nevent: token\ndata: {"text": "2887份"}\n\n'
            }
        },
    }
}


def _asked(question: Question, backend: Backend, key: Key) -> Asked:
    history = tuple(Turn(turn.question, turn.answer) for turn in question.history)
    return Asked(question.question, question.collection or backend.default, history, question.language, key.id)


@router.post("/ask", response_model=Answer)
async def ask(question: Question, request: Request, backend: TheBackend, key: Asker) -> Any:
    """Answer a question.

    `status` is `answered` or `refused`: that the documents do not say is a right result and HTTP status 200. What
    fails is a problem.
    """
    asked = _asked(question, backend, key)
    found = await answer(backend, asked, request.is_disconnected)
    if found is None:
        return Response(status_code=499)  # nobody reads it: who asked went away
    return answer_of(found, new_id(), asked.collection)


@router.post("/ask/stream", responses=_EVENTS, response_class=StreamingResponse)
async def ask_stream(question: Question, request: Request, backend: TheBackend, key: Asker) -> StreamingResponse:
    """Answer a question, telling of every step as server-sent events."""
    return await replies.begun(_told(backend, _asked(question, backend, key), request))


async def _told(backend: Backend, asked: Asked, request: Request) -> AsyncIterator[bytes]:
    answer_id, ahead = new_id(), -1
    try:
        async with aclosing(follow(backend, asked)) as steps:
            async for step in steps:
                if not isinstance(step, Waiting):
                    yield _event(step, answer_id, asked.collection)
                elif step.ahead != ahead:
                    ahead = step.ahead
                    yield replies.event("queue", {"ahead": ahead})
                else:
                    yield replies.KEEP_ALIVE
    except ReportQAError as error:
        if ahead < 0:
            raise  # nothing was sent yet
        yield _error(error, request)


def _error(error: ReportQAError, request: Request) -> bytes:
    problem = problems.problem_of(error, replies.language_of(request), replies.id_of(request))
    return replies.event("error", problem)


def _event(step: Event, answer_id: str, collection: str) -> bytes:
    """Return an event; a failed answer is raised, since it is none."""
    if isinstance(step, StageEvent):
        return replies.event("stage", {"stage": str(step.stage)})
    if isinstance(step, PassagesEvent):
        passages = [passage_of(passage, collection).model_dump(mode="json") for passage in step.passages]
        return replies.event("passages", {"passages": passages, "standalone_question": step.standalone})
    if isinstance(step, TokenEvent):
        return replies.event("token", {"text": step.text})
    if step.answer.error is not None:
        raise step.answer.error
    return replies.event("answer", answer_of(step.answer, answer_id, collection))


@router.get("/search", response_model=Hits)
def search(
    backend: TheBackend,
    _: Asker,
    q: Annotated[str, Query(max_length=20_000, description="what to search for", examples=["有效样本"])],
    collection: Annotated[
        str | None, Query(max_length=LONGEST_SELECTION, description=SELECTION, examples=["sedan,suv"])
    ] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Any:
    """Return the sections that are found, best first, with the score of every channel; no language model is asked."""
    return found(backend, q, collection, limit)
