"""Imports that run in the background, one at a time, and can be watched and stopped by any visitor."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from report_qa.errors import ReportQAError, Text
from report_qa.indexing.build import BuildReport
from report_qa.indexing.manifest import DocumentEntry
from report_qa.ui.contract import Shelf
from report_qa.ui.texts import UNEXPECTED, UNEXPECTED_REMEDY

logger = logging.getLogger(__name__)

State = Literal["waiting", "reading", "indexing", "added", "changed", "unchanged", "failed", "stopped"]


@dataclass(frozen=True)
class FileImport:
    """How the import of one file stands.

    Attributes:
        name: the file's name.
        state: what is being done, or what came of it.
        done: share of what is being done, 0 to 1.
        error: what went wrong, one line with its remedy in both languages.
        entry: what was found in it.
        embedded: chunks that had to be embedded; the others were there already.
    """

    name: str
    state: State = "waiting"
    done: float = 0.0
    error: Text | None = None
    entry: DocumentEntry | None = None
    embedded: int = 0


@dataclass(frozen=True)
class Import:
    """Files on their way into a collection."""

    collection: str
    files: tuple[FileImport, ...]
    running: bool = True
    stopping: bool = False


class _Stopped(Exception):
    """Ends an import from within its progress."""


class Imports:
    """The imports of this process.

    Args:
        shelf: where they go.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._now: Import | None = None

    @property
    def now(self) -> Import | None:
        """The import that runs, or else the last one."""
        return self._now

    def start(self, collection: str, files: Sequence[Path], done: Callable[[], None] = lambda: None) -> None:
        """Begin to import files.

        Args:
            collection: where they go; it may be a new one.
            files: what is imported, each on its own, so that one that cannot be read does not keep the others out.
            done: called at the end, whatever came of it.

        Raises:
            ReportQAError: another import is running.
        """
        with self._changed:
            if self._now is not None and self._now.running:
                raise ReportQAError(
                    Text("Another import is running.", "已有一个导入正在进行。"),
                    Text("Wait for it to finish, or stop it.", "请等它完成，或停止它。"),
                    retryable=True,
                )
            self._stop.clear()
            self._now = Import(collection, tuple(FileImport(path.name) for path in files))
        threading.Thread(target=self._work, args=(collection, tuple(files), done), name="import", daemon=True).start()

    def stop(self) -> None:
        """End the import at its next step; the documents that are in stay, the others are not begun."""
        self._stop.set()
        with self._changed:
            if self._now is not None and self._now.running:
                self._now = replace(self._now, stopping=True)

    def wait(self, seconds: float) -> bool:
        """Wait until nothing runs or the time is over; return whether nothing runs."""
        with self._changed:
            return self._changed.wait_for(lambda: self._now is None or not self._now.running, seconds)

    def _work(self, collection: str, files: Sequence[Path], done: Callable[[], None]) -> None:
        try:
            for i, path in enumerate(files):
                if self._stop.is_set():
                    self._set(i, state="stopped")
                else:
                    self._import(collection, i, path)
        finally:
            done()
            with self._changed:
                if self._now is not None:
                    self._now = replace(self._now, running=False)
                self._changed.notify_all()

    def _import(self, collection: str, i: int, path: Path) -> None:
        def told(state: State) -> Callable[[str, int, int], None]:
            def tell(name: str, done: int, total: int) -> None:
                if self._stop.is_set():
                    raise _Stopped
                if name == path.name:  # a build also looks at the other documents of the collection
                    self._set(i, state=state, done=done / max(total, 1))

            return tell

        self._set(i, state="reading")
        try:
            report = self._shelf.add(collection, [path], told("indexing"), told("reading"))
            self._settle(collection, i, path.name, report)
        except _Stopped:
            self._set(i, state="stopped")
        except ReportQAError as error:
            self._set(i, state="failed", error=_line(error))
        except Exception:  # a defect of ours must be shown on the page too, or it would say "reading" for ever
            logger.exception("an import ended by an unforeseen error")
            self._set(i, state="failed", error=_line(ReportQAError(UNEXPECTED, UNEXPECTED_REMEDY)))

    def _settle(self, collection: str, i: int, name: str, report: BuildReport) -> None:
        for failed, error in report.failed:
            if failed == name:
                self._set(i, state="failed", error=_line(error))
                return
        state: State = "added" if name in report.added else "changed" if name in report.changed else "unchanged"
        entry = self._shelf.documents(collection).get(name)
        self._set(i, state=state, done=1.0, entry=entry, embedded=report.embedded)

    def _set(self, i: int, **changes: object) -> None:
        with self._changed:
            if self._now is None:
                return
            files = list(self._now.files)
            files[i] = replace(files[i], **changes)  # type: ignore[arg-type]  # the fields are those of FileImport
            self._now = replace(self._now, files=tuple(files))


def _line(error: ReportQAError) -> Text:
    return Text(error.line("en"), error.line("zh"))
