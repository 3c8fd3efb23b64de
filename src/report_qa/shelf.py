"""All collections in one process: each opened when it is first asked, on models that are loaded once."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from report_qa.config import Settings
from report_qa.faq.stale import note_stale
from report_qa.indexing.build import BuildReport
from report_qa.indexing.build import Progress as BuildProgress
from report_qa.indexing.collections import (
    ALL,
    DEFAULT,
    collections,
    contents,
    existing,
    forget_if_empty,
    in_collection,
    remove_document,
)
from report_qa.indexing.manifest import NAME, DocumentEntry
from report_qa.models.progress import Progress
from report_qa.providers.embedders import Embedder
from report_qa.providers.loaded import Models
from report_qa.service import ReportQA, import_documents

_Version = tuple[int, int, int]
"""What changes when a manifest is replaced: its file number, time of change in nanoseconds, and size."""


@dataclass(frozen=True)
class _Open:
    version: _Version | None
    qa: ReportQA


class Shelf:
    """The collections of some settings; safe to use from several threads.

    Example:
        >>> shelf = Shelf(load_settings().settings)  # doctest: +SKIP
        ... shelf.open("wagon").ask("How do I switch the seat heating on?").text

    Args:
        settings: those without a collection.
        progress: told about downloads.
        with_chat: answer too; searching and importing need no language model.
    """

    def __init__(self, settings: Settings, progress: Progress | None = None, *, with_chat: bool = True) -> None:
        self.settings = settings
        self.models = Models(settings, progress)
        self._with_chat = with_chat
        self._opened: dict[str, _Open] = {}
        self._joined: tuple[list[tuple[str, ReportQA]], ReportQA] | None = None
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    @property
    def embedder(self) -> Embedder:
        """The embedding model; loaded when it is first needed."""
        return self.models.embedder

    def names(self) -> list[str]:
        """Return the collections that hold documents, the default one first."""
        return collections(self.settings)

    def documents(self, name: str = DEFAULT) -> dict[str, DocumentEntry]:
        """Return the documents of a collection by name, as they are in its index now; none where it is not there.

        Raises:
            ConfigError: no collection can have that name.
            IndexUnusable: the index is damaged.
        """
        return contents(in_collection(self.settings, name))

    def open(self, name: str = DEFAULT) -> ReportQA:
        """Return a collection as it is now, opened anew only if its index changed since.

        What was returned before goes on answering from what it had.

        Args:
            name: the collection, or :data:`report_qa.indexing.collections.ALL` for all as one: its documents are named
                ``collection/document``, and reviewed answers are not given.

        Raises:
            ConfigError: there is no collection of that name.
            ModelError, IndexUnusable: as :meth:`report_qa.service.ReportQA.open`.
        """
        if name == ALL:
            return self._join()
        settings = existing(self.settings, name)
        with self._lock_of(name):
            version = _version(settings.paths.index)
            known = self._opened.get(name)
            if known is None or known.version != version or version is None:
                self._opened.pop(name, None)
                qa = ReportQA.open(settings, with_chat=self._with_chat, models=self.models)
                known = self._opened[name] = _Open(version, qa)
            return known.qa

    def join(self, names: Sequence[str]) -> ReportQA:
        """Return several collections as one, as :meth:`open` returns all.

        Raises:
            ConfigError, ModelError, IndexUnusable: as :meth:`open`.
        """
        return ReportQA.join(self.settings, {name: self.open(name) for name in names}, self.models)

    def _join(self) -> ReportQA:
        parts = {name: self.open(name) for name in self.names() or [DEFAULT]}
        with self._lock_of(ALL):
            if self._joined is None or self._joined[0] != list(parts.items()):
                self._joined = (list(parts.items()), ReportQA.join(self.settings, parts, self.models))
            return self._joined[1]

    def add(
        self,
        name: str,
        files: Sequence[Path],
        progress: BuildProgress | None = None,
        reading: BuildProgress | None = None,
    ) -> BuildReport:
        """Import files into a collection, which may be a new one; see :func:`report_qa.service.import_documents`.

        Args:
            name: the collection.
            files: what to import.
            progress: told about every batch that is embedded.
            reading: told about the pages of long documents. What either raises ends the import, and of the document
                under way nothing is left.

        Reviewed pairs whose evidence changed go back to review, see :func:`report_qa.faq.stale.find_stale`.
        """
        settings = in_collection(self.settings, name)
        report = import_documents(
            settings, files, build_progress=progress, reading_progress=reading, embedder=self.models.embedder
        )
        note_stale(settings)
        return report

    def remove(self, name: str, document: str) -> None:
        """Delete a document, and with the last one the collection.

        Raises:
            ConfigError: there is no collection of that name.
            DocumentError: there is no document of that name.
            IndexUnusable: something is being imported, or the index is damaged.
        """
        settings = existing(self.settings, name)
        remove_document(settings, document)
        note_stale(settings)
        forget_if_empty(self.settings, name)
        with self._lock_of(name):
            self._opened.pop(name, None)

    def _lock_of(self, name: str) -> threading.Lock:
        with self._lock:
            return self._locks[name]


def _version(index: Path) -> _Version | None:
    try:
        state = (index / NAME).stat()
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns, state.st_size
