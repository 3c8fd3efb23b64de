"""Requests to a server and what they can come to: a record, a problem, or nobody there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from report_qa.client.records import Event, Listing, Problem, Record
from report_qa.errors import ReportQAError, Text

_Kind = TypeVar("_Kind", bound=Record)


class APIError(ReportQAError):
    """What the server told as a problem.

    Attributes:
        problem: all of it; ``problem.code`` is what a program decides by.
    """

    def __init__(self, problem: Problem) -> None:
        message, remedy = problem.message, problem.remedy
        super().__init__(Text(message.en, message.zh), Text(remedy.en, remedy.zh), retryable=problem.retryable)
        self.problem = problem


class Unreachable(ReportQAError):
    """There is no server at the address, or it is none of ours."""


class Transport:
    """Sends requests to one server. All methods raise :class:`APIError` or :class:`Unreachable`.

    Args:
        address: of the server.
        key: of the API, where it wants one.
        timeout: seconds without a word from the server; an answer may take long.
        http: sends the requests, by default an own one that ends with this client.
    """

    def __init__(
        self, address: str = "http://127.0.0.1:7860", key: str = "", *, timeout: float = 600.0,
        http: httpx.Client | None = None,
    ) -> None:  # fmt: skip
        self.http = http or httpx.Client(timeout=timeout)
        self.root = f"{address.rstrip('/')}/api/v1"
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def all(self, kind: type[Listing[Any]], address: str, wanted: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """Give the items of a list, part by part."""
        after: dict[str, str] = {}
        while True:
            part = self.get(kind, "GET", address, params={**(wanted or {}), **after})
            yield from part.items
            if part.next is None:
                return
            after = {"after": part.next}

    def get(self, kind: type[_Kind], method: str, address: str, **request: Any) -> _Kind:
        """Return the record that a request is answered with."""
        return read(kind, self.send(method, address, **request))

    def send(self, method: str, address: str, **request: Any) -> httpx.Response:
        """Send a request; a problem is raised."""
        reply = self.raw(method, address, **request)
        if reply.is_error:
            raise error_of(reply)
        return reply

    def raw(self, method: str, address: str, **request: Any) -> httpx.Response:
        """Send a request, and return whatever the reply is."""
        headers = {**self.headers, **request.pop("headers", {})}
        try:
            return self.http.request(method, self.root + address, headers=headers, **request)
        except httpx.TransportError as error:
            raise unreachable(self.root, error) from error


def events(lines: Iterator[str]) -> Iterator[Event]:
    """Give the events of a stream; an error is raised."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = json.loads(line.removeprefix("data: "))
            if name == "error":
                raise APIError(Problem.model_validate(data))
            yield Event.model_validate({"event": name, "data": data})


def read(kind: type[_Kind], reply: httpx.Response) -> _Kind:
    """Return a reply as a record."""
    try:
        return kind.model_validate_json(reply.content)
    except ValidationError as error:
        raise unreachable(str(reply.url), error) from error


def error_of(reply: httpx.Response) -> ReportQAError:
    """Return the error that a reply tells."""
    try:
        return APIError(Problem.model_validate_json(reply.content))
    except ValidationError:
        return unreachable(str(reply.url), RuntimeError(f"HTTP {reply.status_code}"))


def unreachable(address: str, error: Exception) -> Unreachable:
    """Return the error for an address where no server of ours replies."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return Unreachable(
        Text(f"No report-qa answers at {address}: {reason}.", f"{address} 没有 report-qa 服务响应：{reason}。"),
        Text(
            "Check the address, and that 'report-qa serve' is running.", "请检查地址，并确认 report-qa serve 正在运行。"
        ),
        retryable=True,
    )


def quoted(name: str) -> str:
    """Return a name as a part of an address."""
    return quote(name, safe="")
