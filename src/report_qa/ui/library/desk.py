"""What the library page does: every step of a visitor, without anything of the web in it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from report_qa.config import Settings
from report_qa.errors import ReportQAError
from report_qa.indexing.collections import DEFAULT, in_collection
from report_qa.runtime.audit import Audit
from report_qa.runtime.imports import Imports
from report_qa.ui.contract import Shelf
from report_qa.ui.library import render, texts
from report_qa.ui.texts import Language

TICK_S = 0.5
"""How often a running import is shown anew."""

BY = "page"
"""Who imports, where a visitor of the page does."""


@dataclass(frozen=True)
class Incoming:
    """Files that were uploaded and wait for a decision."""

    collection: str
    folder: str = ""

    @property
    def files(self) -> list[Path]:
        """The files."""
        return sorted(Path(self.folder).iterdir()) if self.folder else []


@dataclass(frozen=True)
class DeskView:
    """What changes on the page; None leaves a part as it is."""

    contents: str | None = None
    running: str | None = None
    notice: str | None = None
    busy: bool | None = None
    names: tuple[str, ...] | None = None
    chosen: str | None = None
    incoming: Incoming | None = None


class Desk:
    """The page's steps, shared by all visitors.

    Args:
        shelf: the collections.
        settings: those without a collection.
        imports: the queue that what is uploaded goes to, the API's too.
    """

    def __init__(self, shelf: Shelf, settings: Settings, imports: Imports) -> None:
        self._shelf = shelf
        self._settings = settings
        self._imports = imports
        self._audit = Audit(settings)
        self.locked = not settings.server.edit_library

    def look(self, language: Language) -> Iterator[DeskView]:
        """Show the library, and the import that runs until it ends."""
        yield self._all(language)
        yield from self._until_imported(language)

    def upload(self, files: Sequence[str], collection: str, new: str, language: Language) -> Iterator[DeskView]:
        """Import files that were uploaded, after asking where some would replace documents.

        Args:
            files: where they were put.
            collection: the chosen collection; empty for a new one.
            new: the name of the new one.
            language: the interface's language.
        """
        incoming = Incoming(collection or new.strip(), _set_aside(files))
        try:
            self._check(incoming.collection)
            there = self._shelf.documents(incoming.collection)
        except ReportQAError as error:
            _discard(incoming)
            yield DeskView(notice=render.notice_html(error.line(language), failed=True))
            return
        replaced = [path.name for path in incoming.files if path.name in there]
        if replaced:
            yield DeskView(notice=render.replacing_html(replaced, language), incoming=incoming)
            return
        yield from self.take(incoming, language)

    def take(self, incoming: Incoming, language: Language) -> Iterator[DeskView]:
        """Import files, in place of the documents of their names."""
        try:
            self._check(incoming.collection)
            names = ", ".join(path.name for path in incoming.files)
            self._audit.add(BY, "documents.import", f"{incoming.collection}: {names}")
            self._imports.take(incoming.collection, incoming.files, BY)
        except ReportQAError as error:
            yield DeskView(notice=render.notice_html(error.line(language), failed=True))
            return
        finally:
            _discard(incoming)
        yield DeskView(notice="", busy=True, incoming=Incoming(""))
        yield from self._until_imported(language, chosen=incoming.collection)

    def cancel(self, incoming: Incoming) -> DeskView:
        """Leave the documents as they are."""
        _discard(incoming)
        return DeskView(notice="", incoming=Incoming(""))

    def stop(self) -> None:
        """Stop the import that runs."""
        now = self._imports.now
        if now is not None:
            self._audit.add(BY, "import.stop", now.id)
            self._imports.stop(now.id)

    def remove(self, collection: str, document: str, language: Language) -> DeskView:
        """Delete a document."""
        try:
            self._check(collection)
            self._audit.add(BY, "document.remove", f"{collection}/{document}")
            self._shelf.remove(collection, document)
        except ReportQAError as error:
            return self._all(language, render.notice_html(error.line(language), failed=True))
        told = texts.REMOVED.in_language(language).format(name=document)
        return self._all(language, render.notice_html(told))

    def _check(self, collection: str) -> None:
        if self.locked:
            raise ReportQAError(texts.LOCKED, texts.UNLOCK)
        if not collection:
            raise ReportQAError(texts.NO_NAME, texts.GIVE_NAME)
        in_collection(self._settings, collection)

    def _until_imported(self, language: Language, chosen: str | None = None) -> Iterator[DeskView]:
        if self._imports.now is None:
            return
        while not self._imports.wait(TICK_S):
            yield DeskView(running=self._running(language), busy=True)
        view = self._all(language)
        kept = chosen if chosen in (view.names or ()) else None
        yield DeskView(view.contents, view.running, None, False, view.names, kept)

    def _all(self, language: Language, notice: str | None = None) -> DeskView:
        names = self._shelf.names()
        contents: dict[str, object] = {}
        for name in names:
            try:
                contents[name] = self._shelf.documents(name)
            except ReportQAError as error:
                contents[name] = error
        return DeskView(
            contents=render.contents_html(contents, language, locked=self.locked),  # type: ignore[arg-type]
            running=self._running(language),
            notice=notice,
            busy=not self._imports.wait(0),
            names=tuple(names) if DEFAULT in names else (DEFAULT, *names),
        )

    def _running(self, language: Language) -> str:
        """Return the import that runs, or the last one, with what was found in the files that are in."""
        now = self._imports.now
        if now is None:
            return ""
        try:
            found = self._shelf.documents(now.collection)
        except ReportQAError:
            found = {}  # a damaged index is told beside its collection
        return render.import_html(now, found, language, waiting=self._imports.waiting)


def _set_aside(files: Sequence[str]) -> str:
    """Move what was uploaded into a folder of its own; what another visitor uploads may lie where it lay."""
    folder = tempfile.mkdtemp(prefix="report-qa-")
    for file in files:
        shutil.move(file, Path(folder) / Path(file).name)
    return folder


def _discard(incoming: Incoming) -> None:
    if incoming.folder:
        shutil.rmtree(incoming.folder, ignore_errors=True)
