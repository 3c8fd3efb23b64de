"""The collections of this process: each opened when it is first asked, the models loaded once for all of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Literal

from report_qa.config import Settings
from report_qa.errors import ModelError, ReportQAError, Text
from report_qa.indexing.collections import collections, existing, in_collection
from report_qa.indexing.manifest import NAME as MANIFEST
from report_qa.models.progress import Progress
from report_qa.providers.embedders import Embedder, load_embedder
from report_qa.qa.records import Answer, AnswerEvent, Event, Status, Turn
from report_qa.runtime.line import Line
from report_qa.runtime.opening import Opening
from report_qa.service import Models, ReportQA, load_models
from report_qa.text.normalise import language_of

_OPENING_S = 600.0
"""Longest wait for a collection to open; the first one may have to fetch the models."""


class Services:
    """What the page, the API and the MCP server of one process ask. Safe to call from several threads.

    Args:
        settings: those of the default collection.
        progress: told about downloads.

    Attributes:
        settings: as given.
        line: where every question queues, whoever asks it.
    """

    def __init__(self, settings: Settings, progress: Progress | None = None) -> None:
        self.settings = settings
        self.line = Line(width=settings.server.parallel, limit=settings.server.queue)
        self._progress = progress
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._openings: dict[str, Opening[ReportQA]] = {}
        self._embedder: Embedder | None = None
        self._models: Models | None = None

    def names(self) -> list[str]:
        """Return the collections that hold documents, the default one first."""
        return collections(self.settings)

    def opening(self, name: str) -> Opening[ReportQA]:
        """Return a collection's service, or its way there; beginning it again after a change opens what is there now.

        Raises:
            CollectionMissing: there is no collection of that name.
            ConfigError: there can be none.
        """
        existing(self.settings, name)
        with self._lock:
            if name not in self._openings:
                chosen = in_collection(self.settings, name)
                self._openings[name] = Opening(
                    lambda: ReportQA.open(chosen, self._progress, models=self.models), lambda: _state_of(chosen)
                )
            return self._openings[name]

    def state(self, name: str) -> Literal["unopened", "starting", "ready", "failed"]:
        """Return whether a collection is opened."""
        with self._lock:
            opening = self._openings.get(name)
        if opening is None:
            return "unopened"
        opened = opening.opened
        return "ready" if opened.service else "failed" if opened.error else "starting"

    def get(self, name: str) -> ReportQA:
        """Return a collection's service as its index is now, opening it where that is needed.

        Raises:
            ReportQAError: it cannot be opened; :meth:`opening` and :meth:`ReportQA.open` tell why.
        """
        opening = self.opening(name)
        opening.begin()
        opened = opening.wait(_OPENING_S)
        if opened.error is not None:
            raise opened.error
        if opened.service is None:
            raise ModelError(
                Text("The models are still being loaded.", "模型仍在加载。"),
                Text("Try again in a minute.", "请过一分钟再试。"),
                retryable=True,
            )
        return opened.service

    def stream(
        self, name: str, question: str, history: Sequence[Turn] = (), language: str | None = None
    ) -> Iterator[Event]:
        """Answer a question over a collection; also that it cannot be opened is told by the last event."""
        try:
            service = self.get(name)
        except ReportQAError as error:
            answered_in = language or language_of(question)
            yield AnswerEvent(Answer(Status.FAILED, "", answered_in, question, question, error=error))
            return
        yield from service.stream(question, history, language)

    def models(self) -> Models:
        """Return the models, loading them at the first call.

        Raises:
            ModelError: one cannot be had, started or reached.
        """
        with self._loading:
            if self._models is None:
                self._models = load_models(self.settings, self._progress, embedder=self._embedder)
                self._embedder = self._models.embedder
            return self._models

    def embedder(self) -> Embedder:
        """Return the embedding model, which is all that an import needs, loading it at the first call.

        Raises:
            ModelError: it cannot be had or loaded.
        """
        with self._loading:
            if self._embedder is None:
                self._embedder = load_embedder(self.settings, self._progress)
            return self._embedder


def _state_of(settings: Settings) -> object:
    try:
        found = (settings.paths.index / MANIFEST).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
