"""Writes that may be sent twice and are done once: the reply to an ``Idempotency-Key`` is kept with the write."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Header
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from report_qa.api.backend import Backend
from report_qa.api.problems import Refusal
from report_qa.errors import Text
from report_qa.runtime.database import now
from report_qa.runtime.keys import Key

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", min_length=1, max_length=255,
        description="Chosen by the caller; the same key with the same request is carried out once, for a day.",
    ),
]  # fmt: skip
_KEPT = timedelta(days=1)


def once(
    backend: Backend,
    request: Request,
    key: Key,
    idempotency_key: str | None,
    content: bytes,
    write: Callable[[sqlite3.Connection], BaseModel],
) -> tuple[str, bool]:
    """Carry out a write, or return what was replied when it was.

    Args:
        backend: where replies are kept.
        request: the write; its address belongs to the idempotency key.
        key: whose write it is.
        idempotency_key: chosen by the caller; None: it is carried out in any case.
        content: what is written, to tell a repeated request from another one.
        write: carries it out within the transaction that also keeps the reply.

    Returns:
        The reply as JSON, and whether it is one of before.

    Raises:
        Refusal: the idempotency key was used for something else.
        StateUnusable: the database cannot be written.
    """
    with backend.database.transaction() as connection:
        if idempotency_key is None:
            return write(connection).model_dump_json(), False
        route, sent = f"{request.method} {request.url.path}", hashlib.sha256(content).hexdigest()
        oldest = (datetime.now(UTC) - _KEPT).isoformat(timespec="seconds")
        connection.execute("DELETE FROM replies WHERE at < ?", (oldest,))
        kept = connection.execute(
            "SELECT request, reply FROM replies WHERE by = ? AND route = ? AND key = ?",
            (key.id, route, idempotency_key),
        ).fetchone()
        if kept is not None:
            if kept["request"] != sent:
                raise Refusal(
                    "idempotency_mismatch",
                    Text("This idempotency key was used for another request.", "该幂等键已用于另一个请求。"),
                    Text("Take a new key for a new request.", "新请求请使用新的幂等键。"),
                )
            return str(kept["reply"]), True
        reply = write(connection).model_dump_json()
        connection.execute(
            "INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?)", (key.id, route, idempotency_key, now(), sent, reply)
        )
        return reply, False


def reply(text: str, replayed: bool, *, status: int = 201, location: str = "") -> Response:
    """Return the answer to a write."""
    headers = {"Idempotent-Replayed": "true"} if replayed else {}
    if location:
        headers["Location"] = location
    return Response(text, status, headers, media_type="application/json")


def content_of(*parts: object) -> bytes:
    """Return what is written as bytes, the same for the same."""
    return json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()
