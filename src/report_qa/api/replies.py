"""Errors and events as HTTP answers."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response, StreamingResponse

from report_qa.api import problems
from report_qa.client.records import FieldError
from report_qa.errors import ReportQAError

logger = logging.getLogger(__name__)

OPENAI_PREFIX = "/v1/"


def language_of(connection: HTTPConnection) -> str:
    """Return the language that a request wants its messages in: ``zh`` or ``en``."""
    wanted = connection.headers.get("accept-language", "").strip().lower()
    return "zh" if wanted.startswith("zh") else "en"


def id_of(connection: HTTPConnection) -> str:
    """Return the id of a request."""
    return str(getattr(connection.state, "request_id", ""))


def problem_reply(connection: HTTPConnection, error: ReportQAError) -> Response:
    """Return the answer for an error: problem+json, or OpenAI's form below ``/v1/``."""
    problem = problems.problem_of(error, language_of(connection), id_of(connection))
    headers = problems.headers_of(error)
    if connection.scope["path"].startswith(OPENAI_PREFIX):
        return JSONResponse(openai_error(error, language_of(connection), id_of(connection)), problem.status, headers)
    return Response(problem.model_dump_json(), problem.status, headers, media_type=problems.MEDIA_TYPE)


def openai_error(error: ReportQAError, language: str, request_id: str) -> dict[str, object]:
    """Return an error as OpenAI's clients read it, with the whole problem in the field ``report_qa``."""
    problem = problems.problem_of(error, language, request_id)
    kind = "server_error" if problem.status >= 500 else "invalid_request_error"
    code = "model_not_found" if problem.code == "collection_missing" else problem.code
    told = {"message": problem.detail, "type": kind, "param": None, "code": code}
    return {"error": {**told, "report_qa": problem.model_dump(mode="json")}}


def event(name: str | None, data: BaseModel | Mapping[str, object]) -> bytes:
    """Return a server-sent event with JSON data."""
    text = data.model_dump_json() if isinstance(data, BaseModel) else json.dumps(data, ensure_ascii=False)
    return format_sse_event(event=name, data_str=text)


KEEP_ALIVE = KEEPALIVE_COMMENT
"""Sent where nothing happens, so that no proxy closes the connection."""


async def begun(stream: AsyncIterator[bytes]) -> StreamingResponse:
    """Return a stream of events whose first one is there, so that what goes wrong before is an ordinary answer."""
    first = await anext(stream)

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for piece in stream:
            yield piece

    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
    return StreamingResponse(whole(), media_type="text/event-stream", headers=headers)


def add_handlers(app: FastAPI) -> None:
    """Have an application tell every error in this way."""

    @app.exception_handler(ReportQAError)
    async def told(request: Request, error: ReportQAError) -> Response:
        return problem_reply(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = tuple(
            FieldError(at=".".join(str(part) for part in found["loc"]), why=str(found["msg"]))
            for found in error.errors()
        )
        return problem_reply(request, problems.invalid(errors))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        response = problem_reply(request, problems.of_status(error.status_code, str(error.detail)))
        response.headers.update({k: v for k, v in (error.headers or {}).items() if k.lower() == "allow"})
        return response

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> Response:
        logger.exception("a request ended by an unforeseen error", exc_info=error)
        return problem_reply(request, problems.unexpected())
