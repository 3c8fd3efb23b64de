"""Around every request: an id, a line in the log, measures, headers for browsers, no calls from foreign web pages."""

from __future__ import annotations

import logging
import math
import re
import time
import uuid
from contextlib import AbstractContextManager, nullcontext
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from report_qa.api.backend import Backend
from report_qa.api.problems import Refusal, of_status
from report_qa.api.replies import problem_reply
from report_qa.errors import Text
from report_qa.runtime import tracing
from report_qa.runtime.listening import is_loopback
from report_qa.runtime.logs import FIELDS, request_id

logger = logging.getLogger(__name__)

PREFIXES = ("/api/", "/v1/", "/mcp")
"""Addresses of the API; all others are the page's."""

_UPLOAD = re.compile(r"/api/v1/(?:collections/[^/]+/documents|datasets)")
_SAME_SITE = re.compile(rb";\s*samesite=\w+", re.IGNORECASE)
_ID = re.compile(r"[\w.-]{8,64}")
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"
# Gradio's page has scripts and styles inline; nothing of it may come from, or go to, another machine
_PAGE_POLICY = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)


def is_api(path: str) -> bool:
    """Return whether an address is the API's, not the page's."""
    return path.startswith(PREFIXES)


def listed(names: str) -> frozenset[str]:
    """Return the names of a setting that are separated by commas."""
    return frozenset(name.strip().lower() for name in names.split(",") if name.strip())


class Envelope:
    """ASGI middleware around everything that is served.

    Args:
        app: what is served.
        backend: settings and measures.
    """

    def __init__(self, app: ASGIApp, backend: Backend) -> None:
        self._app = app
        self._backend = backend
        server = backend.settings.server
        self._hosts = listed(server.allowed_hosts)
        self._any_host = "*" in self._hosts or (not self._hosts and not is_loopback(server.host))
        self._origins = listed(backend.settings.api.cors_origins)
        self._largest = backend.settings.api.max_request_kb * 1000
        self._largest_upload = backend.settings.api.max_upload_mb * 1_000_000

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        given = connection.headers.get("x-request-id", "")
        told = given if _ID.fullmatch(given) else uuid.uuid4().hex
        connection.state.request_id = told
        mark = request_id.set(told)
        started = time.monotonic()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(MutableHeaders(scope=message), scope["path"], told)
            await send(message)

        try:
            refusal = self._refusal(connection)
            app = self._app if refusal is None else problem_reply(connection, refusal)
            with _traced(connection) as traced:
                await app(scope, self._limited(connection, receive), send_with_headers)
                traced.rename(f"{scope['method']} {_route_of(scope)}")
                traced.note(status=status, request_id=told)
                if status >= 500:
                    traced.fail(str(status))
        finally:
            self._note(scope, status, time.monotonic() - started)
            request_id.reset(mark)

    def _refusal(self, connection: HTTPConnection) -> Refusal | None:
        host = urlsplit(f"//{connection.headers.get('host', '')}").hostname or ""
        if not self._any_host and host not in self._hosts and not is_loopback(host):
            return Refusal(
                "host_refused",
                Text(f"This server does not answer to the name “{host}”.", f"本服务不接受主机名“{host}”。"),
                Text("Name it in server.allowed_hosts.", "请在 server.allowed_hosts 中加入该名称。"),
            )
        if self._announced(connection) > self._limit(connection):
            return of_status(413, "")
        if connection.scope["method"] in _READING:
            return None
        if self._is_ours(connection):
            return self._too_many_logins(connection)
        return Refusal(
            "origin_refused",
            Text("A page of another site may not call this server.", "不接受来自其他网站页面的调用。"),
            Text("Name its origin in api.cors_origins.", "请在 api.cors_origins 中加入其来源。"),
        )

    def _too_many_logins(self, connection: HTTPConnection) -> Refusal | None:
        if connection.scope["path"].rstrip("/") != "/login":
            return None
        try:
            self._backend.limits.count_login(connection.client.host if connection.client else "")
        except Refusal as refusal:
            return refusal
        return None

    def _limit(self, connection: HTTPConnection) -> float:
        path = connection.scope["path"]
        if not is_api(path):
            return math.inf
        return self._largest_upload if _UPLOAD.fullmatch(path) else self._largest

    def _announced(self, connection: HTTPConnection) -> int:
        length = connection.headers.get("content-length", "0")
        return int(length) if length.isdecimal() else 0

    def _limited(self, connection: HTTPConnection, receive: Receive) -> Receive:
        """Return what gives the request's body, and breaks off one that is longer than it was said to be."""
        limit, taken = self._limit(connection), 0

        async def receive_some() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413)
            return message

        return receive_some

    def _is_ours(self, connection: HTTPConnection) -> bool:
        """Whether a write comes from our own page, from one that may call, or from no browser at all."""
        origin = connection.headers.get("origin")
        if origin is None:
            return connection.headers.get("sec-fetch-site", "none") in {"none", "same-origin"}
        if origin.lower() in self._origins:
            return True
        parts = urlsplit(origin.lower())
        return parts.netloc == connection.headers.get("host", "").lower() or (parts.hostname or "") in self._hosts

    def _add_headers(self, headers: MutableHeaders, path: str, told: str) -> None:
        headers["X-Request-ID"] = told
        headers.raw[:] = [(name, _lax(value) if name == b"set-cookie" else value) for name, value in headers.raw]
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", _API_POLICY if is_api(path) else _PAGE_POLICY)
        if is_api(path):
            headers.setdefault("Cache-Control", "private, no-cache" if "ETag" in headers else "no-store")

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        if not is_api(scope["path"]):
            return
        method, route = scope["method"], _route_of(scope)
        self._backend.measures.count_request(method, route, status, seconds)
        key = scope.get("state", {}).get("key")
        fields = {
            "method": method, "path": scope["path"], "status": status, "seconds": round(seconds, 3),
            "key": f"{key.id} {key.name}" if key else "",
        }  # fmt: skip
        logger.info(
            "%s %s %s %.3f s %s",
            method,
            scope["path"],
            status or "left",
            seconds,
            fields["key"],
            extra={FIELDS: fields},
        )


def _traced(connection: HTTPConnection) -> AbstractContextManager[tracing.Step]:
    """Return what traces a request; those of the page are too many and tell nothing."""
    if not is_api(connection.scope["path"]):
        return nullcontext(tracing.Step())
    return tracing.request(connection.scope["method"], connection.headers)


def _lax(cookie: bytes) -> bytes:
    """Return a cookie that browsers do not send with the requests of other sites' pages."""
    return _SAME_SITE.sub(b"", cookie) + b"; SameSite=Lax"


def _route_of(scope: Scope) -> str:
    """Return the pattern of the address that was called, of which there are only so many."""
    if "endpoint" not in scope:
        return "other"
    path: str = scope["path"]
    if "route" not in scope:
        return path
    pattern: str = scope["route"].path
    prefix = next((prefix for prefix in ("/api/v1", "/v1") if path.startswith(f"{prefix}/")), "")
    return pattern if pattern.startswith(prefix) else prefix + pattern
