"""The client: every address of the API as a method, with typed records in and out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import httpx

from report_qa.client.evaluations import EvaluationClient
from report_qa.client.faq_records import (
    Decision,
    Match,
    NewPair,
    Pair,
    PairEdit,
    Published,
    Release,
    State,
)
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
    Question,
    Ready,
    Turn,
    Version,
)
from report_qa.client.transport import error_of, events, quoted, read, unreachable

_ENDED = frozenset({"done", "incomplete", "failed", "stopped"})


class Client(EvaluationClient):
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

    def ask(
        self, question: str, *, collection: str | None = None, history: Sequence[Turn] = (),
        language: Language | None = None,
    ) -> Answer:  # fmt: skip
        """Ask, and return the answer, or the refusal: its status is ``refused`` where the documents do not say.

        Args:
            question: in Chinese or English.
            collection: what is asked: a collection, several as one (``sedan,suv``), or ``*`` for all; by default what
                the server was started with.
            history: earlier turns, oldest first.
            language: of the answer, by default the question's.
        """
        body = Question(question=question, collection=collection, history=list(history), language=language)
        return self.get(Answer, "POST", "/ask", json=body.model_dump())

    def stream(
        self, question: str, *, collection: str | None = None, history: Sequence[Turn] = (),
        language: Language | None = None,
    ) -> Iterator[Event]:  # fmt: skip
        """Ask, and give every event as it comes; the last one is the answer. A failure is raised.

        Closing the iterator takes the question back. The arguments are those of :meth:`ask`.
        """
        body = Question(question=question, collection=collection, history=list(history), language=language)
        address = f"{self.root}/ask/stream"
        try:
            with self.http.stream("POST", address, json=body.model_dump(), headers=self.headers) as reply:
                if reply.is_error:
                    reply.read()
                    raise error_of(reply)
                yield from events(reply.iter_lines())
        except httpx.TransportError as error:
            raise unreachable(address, error) from error

    def search(self, question: str, *, collection: str | None = None, limit: int = 10) -> Hits:
        """Return the sections that are nearest to a question, best first; ``collection`` is as for :meth:`ask`."""
        params = {"q": question, "limit": limit, **({"collection": collection} if collection else {})}
        return self.get(Hits, "GET", "/search", params=params)

    def collections(self) -> list[Collection]:
        """Return all collections that hold documents."""
        return list(self.all(Listing[Collection], "/collections"))

    def documents(self, collection: str = "default") -> list[Document]:
        """Return the documents of a collection."""
        return list(self.all(Listing[Document], f"/collections/{quoted(collection)}/documents"))

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
            address = f"/collections/{quoted(collection)}/documents"
            return self.get(Import, "POST", address, files=sent, headers=headers)

    def imported(self, import_id: str) -> Import:
        """Return how far an import is, or what came of it."""
        return self.get(Import, "GET", f"/imports/{quoted(import_id)}")

    def wait(self, import_id: str, progress: Callable[[Import], None] | None = None, *, every: float = 1.0) -> Import:
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
        return self.get(Import, "DELETE", f"/imports/{quoted(import_id)}")

    def remove(self, document: str, collection: str = "default", *, sha256: str = "") -> None:
        """Delete a document; with ``sha256`` only where it still is that version of it."""
        headers = {"If-Match": f'"{sha256}"'} if sha256 else {}
        self.send("DELETE", f"/collections/{quoted(collection)}/documents/{quote(document)}", headers=headers)

    def match(self, question: str, *, collection: str = "default") -> Match:
        """Return what the served release of reviewed answers has for a question."""
        return self.get(Match, "GET", f"{_faq(collection)}/match", params={"q": question})

    def pairs(self, *states: State, collection: str = "default") -> Iterator[Pair]:
        """Give the reviewed pairs in any of these states, by default all."""
        return self.all(Listing[Pair], f"{_faq(collection)}/pairs", {"state": list(states)})

    def add_pair(self, pair: NewPair, *, collection: str = "default", idempotency_key: str = "") -> Pair:
        """Write a pair by hand; it begins as a draft."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self.get(Pair, "POST", f"{_faq(collection)}/pairs", json=pair.model_dump(), headers=headers)

    def edit_pair(self, pair: Pair, edit: PairEdit, *, collection: str = "default", idempotency_key: str = "") -> Pair:
        """Change what a pair says, unless somebody else changed it since it was got."""
        body = edit.model_dump(exclude_none=True)
        return self.get(
            Pair, "PATCH", f"{_faq(collection)}/pairs/{pair.id}", json=body, headers=_as_got(pair, idempotency_key)
        )

    def decide(self, pair: Pair, decision: Decision, *, collection: str = "default", idempotency_key: str = "") -> Pair:
        """Take a reviewer's step, unless somebody else changed the pair since it was got."""
        address = f"{_faq(collection)}/pairs/{pair.id}/steps"
        return self.get(Pair, "POST", address, json=decision.model_dump(), headers=_as_got(pair, idempotency_key))

    def publish(self, note: str = "", *, collection: str = "default", idempotency_key: str = "") -> Published:
        """Make a release of all approved pairs, and serve it."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self.get(Published, "POST", f"{_faq(collection)}/releases", json={"note": note}, headers=headers)

    def releases(self, collection: str = "default") -> list[Release]:
        """Return the releases, the newest first."""
        return list(self.all(Listing[Release], f"{_faq(collection)}/releases"))

    def serve(self, release: int, *, collection: str = "default") -> Release:
        """Let an earlier release answer, or a later one again."""
        return self.get(Release, "POST", f"{_faq(collection)}/releases/{release}/serve")

    def feedback(self, feedback: Feedback, *, idempotency_key: str = "") -> KeptFeedback:
        """Say whether an answer was good."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self.get(KeptFeedback, "POST", "/feedback", json=feedback.model_dump(), headers=headers)

    def read_feedback(self) -> Iterator[KeptFeedback]:
        """Give all feedback, the newest first."""
        return self.all(Listing[KeptFeedback], "/feedback")

    def ready(self) -> Ready:
        """Return whether questions are answered now."""
        reply = self.raw("GET", "/ready")
        return read(Ready, reply)

    def version(self) -> Version:
        """Return the versions of program and API."""
        return self.get(Version, "GET", "/version")


def _faq(collection: str) -> str:
    return f"/collections/{quoted(collection)}/faq"


def _as_got(pair: Pair, idempotency_key: str) -> dict[str, str]:
    once = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
    return {"If-Match": f'"{pair.revision}"', **once}
