"""All collections in one process: each opened when it is first asked, on models that are loaded once."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from report_qa.config import Settings
from report_qa.faq.stale import note_stale
from report_qa.indexing.build import BuildReport
from report_qa.indexing.build import Progress as BuildProgress
from report_qa.indexing.collections import (
    DEFAULT,
    collections,
    contents,
    existing,
    forget_if_empty,
    in_collection,
    remove_document,
)
from report_qa.indexing.manifest import NAME, DocumentEntry
from report_qa.indexing.selection import collections_in, is_joined, selection_of
from report_qa.models.progress import Progress
from report_qa.providers.embedders import Embedder
from report_qa.providers.loaded import Models
from report_qa.service import ReportQA, import_documents

_Version = tuple[int, int, int]
"""What changes when a manifest is replaced: its file number, time of change in nanoseconds, and size."""
_KEPT = 4
"""Joined selections that stay open, the last ones asked; each has an index of the words of all its documents."""


@dataclass(frozen=True)
class _Open:
    version: _Version | None
    qa: ReportQA


@dataclass
class _Joined:
    """Several collections as one, joined by the first who holds the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    parts: dict[str, ReportQA] = field(default_factory=dict)
    qa: ReportQA | None = None


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
        self._joined: dict[tuple[str, ...], _Joined] = {}
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

    def open(self, selection: str = DEFAULT) -> ReportQA:
        """Return what is asked as it is now, opened anew only if an index of it changed since.

        What was returned before goes on answering from what it had.

        Args:
            selection: a collection; or several, ``sedan,suv``, or ``*`` for all, as one: its documents are named
                ``collection/document``.

        Raises:
            CollectionMissing: one of them is not there.
            ConfigError: there can be no collection of such a name.
            ModelError, IndexUnusable: as :meth:`report_qa.service.ReportQA.open`.
        """
        if is_joined(selection):
            return self._join(collections_in(self.settings, selection))
        return self._open(selection_of(selection))

    def _open(self, name: str) -> ReportQA:
        settings = existing(self.settings, name)
        with self._lock_of(name):
            version = _version(settings.paths.index)
            known = self._opened.get(name)
            if known is None or known.version != version or version is None:
                self._opened.pop(name, None)
                self._forget_joined(name)
                qa = ReportQA.open(settings, with_chat=self._with_chat, models=self.models)
                known = self._opened[name] = _Open(version, qa)
            return known.qa

    def _join(self, names: Sequence[str]) -> ReportQA:
        parts = {name: self._open(name) for name in names}
        joined = self._recent(tuple(names))
        with joined.lock:
            if joined.qa is None or joined.parts != parts:
                joined.parts, joined.qa = parts, ReportQA.join(self.settings, parts, self.models)
            return joined.qa

    def _recent(self, names: tuple[str, ...]) -> _Joined:
        """Return the place of a joined selection as the last one asked, and forget the one asked longest ago."""
        with self._lock:
            joined = self._joined[names] = self._joined.pop(names) if names in self._joined else _Joined()
            for forgotten in list(self._joined)[:-_KEPT]:
                del self._joined[forgotten]
            return joined

    def _forget_joined(self, name: str) -> None:
        """Let go of what a collection was joined into as it was before."""
        with self._lock:
            self._joined = {names: joined for names, joined in self._joined.items() if name not in names}

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
            self._forget_joined(name)

    def _lock_of(self, name: str) -> threading.Lock:
        with self._lock:
            return self._locks[name]


def _version(index: Path) -> _Version | None:
    try:
        state = (index / NAME).stat()
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns, state.st_size
