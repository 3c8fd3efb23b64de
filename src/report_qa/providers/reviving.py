"""Requests to a server that can be started anew: who finds nobody there has it started, and asks again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import httpx

from report_qa.errors import ModelError, Text

_LOOK_S = 20.0
"""Longest wait for a sign of life: the server gives it between two steps of what it computes."""


class Revivable(Protocol):
    """A server that can be started anew."""

    def whereabouts(self) -> str:
        """Return its address of now."""

    def doubt(self) -> None:
        """Have it looked at before the next request."""

    def revive(self, dead: str) -> str:
        """Start it anew unless that was done, and return its address."""


def reviving_client(server: Revivable, timeout: float) -> httpx.Client:
    """Return a client whose requests go to wherever a server is, having it started anew where it is gone.

    What is under way when it dies fails, since a part of the answer may have been shown; the next request is answered.

    Args:
        server: where to.
        timeout: seconds.
    """
    # the transport is given whole, and so takes no proxy from the environment
    return httpx.Client(transport=_Reviving(server), timeout=timeout, trust_env=False)


def is_answering(address: str, api_key: str) -> bool:
    """Return whether a llama.cpp server works: it tells of its slots between two steps of what it computes."""
    try:
        told = httpx.get(
            f"{address}/slots", headers={"Authorization": f"Bearer {api_key}"}, timeout=_LOOK_S, trust_env=False
        )
    except httpx.TransportError:
        return False
    return told.is_success


class _Reviving(httpx.BaseTransport):
    def __init__(self, server: Revivable) -> None:
        self._server = server
        self._wire = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        address = self._server.whereabouts()
        try:
            return self._send(request, address)
        except httpx.ConnectError:
            address = self._server.revive(address)
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
            # it died before a word of the answer was there
            self._server.doubt()
            address = self._server.whereabouts()
        return self._send(request, address)

    def close(self) -> None:
        self._wire.close()

    def _send(self, request: httpx.Request, address: str) -> httpx.Response:
        there = httpx.URL(address)
        request.url = request.url.copy_with(host=there.host, port=there.port)
        try:
            response = self._wire.handle_request(request)
        except httpx.TimeoutException:
            self._server.doubt()
            raise
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Watched(response.stream, self._server)
        return response


class _Watched(httpx.SyncByteStream):
    """An answer as it comes; breaking off casts doubt on the server."""

    def __init__(self, stream: httpx.SyncByteStream, server: Revivable) -> None:
        self._stream = stream
        self._server = server

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except httpx.TimeoutException:
            self._server.doubt()
            raise
        except httpx.TransportError as error:
            self._server.doubt()
            raise ModelError(
                Text("The language model broke off.", "语言模型中途停止了响应。"),
                Text("Ask again; it is started anew where it has died.", "请重新提问；若其已退出，将自动重新启动。"),
                retryable=True,
            ) from error

    def close(self) -> None:
        self._stream.close()
