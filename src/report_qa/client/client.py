"""The client: every address of the API as a method, with typed records in and out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from report_qa.client.records import (
    Answer,
    Collection,
    Document,
    Event,
    Feedback,
    Hits,
    Import,
    KeptFeedback,
    Language,
    Listing,
    Problem,
    Question,
    Ready,
    Record,
    Turn,
    Version,
)
from report_qa.errors import ReportQAError, Text

_ENDED = frozenset({"done", "incomplete", "failed", "stopped"})
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


class Client:
    """A client of one server. All methods raise :class:`APIError` or :class:`Unreachable`.

    Args:
        address: of the server.
        key: of the API, where it wants one.
        timeout: seconds without a word from the server; an answer may take long.
        http: sends the requests, by default an own one that ends with this client.

    Example:
        >>> with Client("http://127.0.0.1:7860") as client:  # doctest: +SKIP
        ...     print(client.ask("问卷最后有多少份有效？").answer)
    """

    def __init__(
        self, address: str = "http://127.0.0.1:7860", key: str = "", *, timeout: float = 600.0,
        http: httpx.Client | None = None,
    ) -> None:  # fmt: skip
        self._http = http or httpx.Client(timeout=timeout)
        self._root = f"{address.rstrip('/')}/api/v1"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def ask(
        self, question: str, *, collection: str | None = None, history: Sequence[Turn] = (),
        language: Language | None = None,
    ) -> Answer:  # fmt: skip
        """Ask, and return the answer, or the refusal: its status is ``refused`` where the documents do not say."""
        body = Question(question=question, collection=collection, history=list(history), language=language)
        return self._get(Answer, "POST", "/ask", json=body.model_dump())

    def stream(
        self, question: str, *, collection: str | None = None, history: Sequence[Turn] = (),
        language: Language | None = None,
    ) -> Iterator[Event]:  # fmt: skip
        """Ask, and give every event as it comes; the last one is the answer. A failure is raised.

        Closing the iterator takes the question back.
        """
        body = Question(question=question, collection=collection, history=list(history), language=language)
        address = f"{self._root}/ask/stream"
        try:
            with self._http.stream("POST", address, json=body.model_dump(), headers=self._headers) as reply:
                if reply.is_error:
                    reply.read()
                    raise _error(reply)
                yield from _events(reply.iter_lines())
        except httpx.TransportError as error:
            raise _unreachable(address, error) from error

    def search(self, question: str, *, collection: str | None = None, limit: int = 10) -> Hits:
        """Return the sections that are nearest to a question, best first."""
        params = {"q": question, "limit": limit, **({"collection": collection} if collection else {})}
        return self._get(Hits, "GET", "/search", params=params)

    def collections(self) -> list[Collection]:
        """Return all collections that hold documents."""
        return list(self._all(Listing[Collection], "/collections"))

    def documents(self, collection: str = "default") -> list[Document]:
        """Return the documents of a collection."""
        return list(self._all(Listing[Document], f"/collections/{_quoted(collection)}/documents"))

    def upload(self, files: Sequence[Path], collection: str = "default", *, idempotency_key: str = "") -> Import:
        """Send documents to be imported; :meth:`wait` tells what came of it.

        Args:
            files: what to send.
            collection: where they go; it is made where it is not there.
            idempotency_key: the same key with the same files is carried out once.

        Raises:
            OSError: a file cannot be read.
        """
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        with ExitStack() as opened:
            sent = [("files", (path.name, opened.enter_context(path.open("rb")))) for path in files]
            address = f"/collections/{_quoted(collection)}/documents"
            return self._get(Import, "POST", address, files=sent, headers=headers)

    def imported(self, import_id: str) -> Import:
        """Return how far an import is, or what came of it."""
        return self._get(Import, "GET", f"/imports/{_quoted(import_id)}")

    def wait(self, import_id: str, progress: Callable[[Import], None] | None = None, *, every: float = 0.5) -> Import:
        """Wait until an import has ended, and return what came of it.

        Args:
            import_id: of :meth:`upload`.
            progress: told how far it is.
            every: seconds between two looks.
        """
        while True:
            one = self.imported(import_id)
            if progress:
                progress(one)
            if one.state in _ENDED:
                return one
            time.sleep(every)

    def stop(self, import_id: str) -> Import:
        """Stop an import; documents that are in the index already stay."""
        return self._get(Import, "DELETE", f"/imports/{_quoted(import_id)}")

    def remove(self, document: str, collection: str = "default", *, sha256: str = "") -> None:
        """Delete a document; with ``sha256`` only where it still is that version of it."""
        headers = {"If-Match": f'"{sha256}"'} if sha256 else {}
        self._send("DELETE", f"/collections/{_quoted(collection)}/documents/{quote(document)}", headers=headers)

    def feedback(self, feedback: Feedback, *, idempotency_key: str = "") -> KeptFeedback:
        """Say whether an answer was good."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self._get(KeptFeedback, "POST", "/feedback", json=feedback.model_dump(), headers=headers)

    def read_feedback(self) -> Iterator[KeptFeedback]:
        """Give all feedback, the newest first."""
        return self._all(Listing[KeptFeedback], "/feedback")

    def ready(self) -> Ready:
        """Return whether questions are answered now."""
        reply = self._raw("GET", "/ready")
        return _read(Ready, reply)

    def version(self) -> Version:
        """Return the versions of program and API."""
        return self._get(Version, "GET", "/version")

    def _all(self, kind: type[Listing[Any]], address: str) -> Iterator[Any]:
        after: dict[str, str] = {}
        while True:
            part = self._get(kind, "GET", address, params=after)
            yield from part.items
            if part.next is None:
                return
            after = {"after": part.next}

    def _get(self, kind: type[_Kind], method: str, address: str, **request: Any) -> _Kind:
        return _read(kind, self._send(method, address, **request))

    def _send(self, method: str, address: str, **request: Any) -> httpx.Response:
        reply = self._raw(method, address, **request)
        if reply.is_error:
            raise _error(reply)
        return reply

    def _raw(self, method: str, address: str, **request: Any) -> httpx.Response:
        headers = {**self._headers, **request.pop("headers", {})}
        try:
            return self._http.request(method, self._root + address, headers=headers, **request)
        except httpx.TransportError as error:
            raise _unreachable(self._root, error) from error


def _events(lines: Iterator[str]) -> Iterator[Event]:
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = json.loads(line.removeprefix("data: "))
            if name == "error":
                raise APIError(Problem.model_validate(data))
            yield Event.model_validate({"event": name, "data": data})


def _read(kind: type[_Kind], reply: httpx.Response) -> _Kind:
    try:
        return kind.model_validate_json(reply.content)
    except ValidationError as error:
        raise _unreachable(str(reply.url), error) from error


def _error(reply: httpx.Response) -> ReportQAError:
    try:
        return APIError(Problem.model_validate_json(reply.content))
    except ValidationError:
        return _unreachable(str(reply.url), RuntimeError(f"HTTP {reply.status_code}"))


def _unreachable(address: str, error: Exception) -> Unreachable:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return Unreachable(
        Text(f"No report-qa answers at {address}: {reason}.", f"{address} 没有 report-qa 服务响应：{reason}。"),
        Text(
            "Check the address, and that 'report-qa serve' is running.", "请检查地址，并确认 report-qa serve 正在运行。"
        ),
        retryable=True,
    )


def _quoted(name: str) -> str:
    return quote(name, safe="")
