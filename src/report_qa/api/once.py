"""Writes that may be sent twice and are done once: the reply to an ``Idempotency-Key`` is kept with the write."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, NamedTuple

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
_BEGUN = ""
"""The reply to a write of which it is not known yet what comes of it."""


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
        place = _Place(key.id, f"{request.method} {request.url.path}", idempotency_key)
        kept = _kept(connection, place, content)
        if kept is not None:
            return kept, True
        reply = write(connection).model_dump_json()
        _keep(connection, place, content, reply)
        return reply, False


def once_elsewhere(
    backend: Backend,
    request: Request,
    key: Key,
    idempotency_key: str | None,
    content: bytes,
    write: Callable[[], BaseModel],
) -> tuple[str, bool]:
    """Carry out a write that goes to another database than the replies, or return what was replied when it was.

    It is noted before it is begun, so that one of which a kill left no reply is never carried out a second time.
    Arguments and result are those of :func:`once`.

    Raises:
        Refusal: the idempotency key was used for something else, or it is not known what came of the write.
        StateUnusable: the database cannot be written.
    """
    if idempotency_key is None:
        return write().model_dump_json(), False
    place = _Place(key.id, f"{request.method} {request.url.path}", idempotency_key)
    with backend.writing:
        with backend.database.transaction() as connection:
            kept = _kept(connection, place, content)
            if kept is None:
                _keep(connection, place, content, _BEGUN)
        if kept == _BEGUN:
            raise _unknown()
        if kept is not None:
            return kept, True
        try:
            reply = write().model_dump_json()
        except Exception:
            with backend.database.transaction() as connection:
                connection.execute("DELETE FROM replies WHERE by = ? AND route = ? AND key = ?", place)
            raise
        with backend.database.transaction() as connection:
            connection.execute("UPDATE replies SET reply = ? WHERE by = ? AND route = ? AND key = ?", (reply, *place))
        return reply, False


class _Place(NamedTuple):
    """Whose reply it is, to what, and by which key."""

    by: str
    route: str
    key: str


def _kept(connection: sqlite3.Connection, place: _Place, content: bytes) -> str | None:
    oldest = (datetime.now(UTC) - _KEPT).isoformat(timespec="seconds")
    connection.execute("DELETE FROM replies WHERE at < ?", (oldest,))
    kept = connection.execute(
        "SELECT request, reply FROM replies WHERE by = ? AND route = ? AND key = ?", place
    ).fetchone()
    if kept is None:
        return None
    if kept["request"] != hashlib.sha256(content).hexdigest():
        raise Refusal(
            "idempotency_mismatch",
            Text("This idempotency key was used for another request.", "该幂等键已用于另一个请求。"),
            Text("Take a new key for a new request.", "新请求请使用新的幂等键。"),
        )
    return str(kept["reply"])


def _keep(connection: sqlite3.Connection, place: _Place, content: bytes, reply: str) -> None:
    sent = hashlib.sha256(content).hexdigest()
    connection.execute("INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?)", (*place, now(), sent, reply))


def _unknown() -> Refusal:
    return Refusal(
        "idempotency_unknown",
        Text(
            "The server ended in the middle of this request; it is not known whether it was carried out.",
            "服务在处理该请求时中断，无法确定是否已执行。",
        ),
        Text(
            "Look at the list of pairs or releases, and send it with a new key where it is missing.",
            "请查看问答或发布列表；若未执行，请换用新的幂等键重新发送。",
        ),
    )


def reply(text: str, replayed: bool, *, status: int = 201, location: str = "") -> Response:
    """Return the answer to a write."""
    headers = {"Idempotent-Replayed": "true"} if replayed else {}
    if location:
        headers["Location"] = location
    return Response(text, status, headers, media_type="application/json")


def content_of(*parts: object) -> bytes:
    """Return what is written as bytes, the same for the same."""
    return json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()
