"""Imports in the background: one after the other, with progress and a stop, and finished after a restart.

Files wait in ``uploads/ID`` beside the database, and the import in the database until it has ended, so that a kill at
any moment loses nothing: the file that was under way is done again, and the index takes each document whole or not at
all.
"""

from __future__ import annotations

import json
import logging
import queue
import shutil
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from report_qa.errors import (
    UNEXPECTED,
    UNEXPECTED_REMEDY,
    DocumentError,
    IndexUnusable,
    ReportQAError,
    StateUnusable,
    Text,
)
from report_qa.indexing.build import BuildReport
from report_qa.indexing.build import Progress as BuildProgress
from report_qa.runtime import tracing
from report_qa.runtime.database import Database, now
from report_qa.runtime.import_records import ENDED, Import, ImportState, Progress, Result, Stage

logger = logging.getLogger(__name__)

_UPLOADS = "uploads"
_RETRY_S = 1.0
"""Pause after it was seen that another process is changing the collection."""


class Taking(Protocol):
    """What takes documents; see :meth:`report_qa.shelf.Shelf.add`."""

    def add(
        self, name: str, files: Sequence[Path], progress: BuildProgress | None, reading: BuildProgress | None
    ) -> BuildReport:
        """Import files into a collection; what the progress raises ends the import."""


class _Stopped(Exception):
    """Raised within a build to end it."""


class Imports:
    """The imports of this process, whoever asked for them: the page and the API have one queue.

    Args:
        shelf: the collections that they go to.
        database: where imports are kept.
        ended: told about each import that has ended.
    """

    def __init__(self, shelf: Taking, database: Database, ended: Callable[[Import], None] = lambda one: None) -> None:
        self._shelf = shelf
        self._database = database
        self._tell_ended = ended
        self._uploads: Path = database.path.parent / _UPLOADS
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._changed = threading.Condition()
        self._open: list[str] = []
        self._last = ""
        self._progress: dict[str, Progress] = {}
        self._stopping: set[str] = set()
        self._worker: threading.Thread | None = None

    def begin(self) -> None:
        """Start to work, first on what was under way when the program ended."""
        left: Sequence[str] = ()
        if self._database.exists:
            with self._database.transaction() as connection:
                rows = connection.execute("SELECT id FROM imports WHERE ended IS NULL ORDER BY number").fetchall()
            left = [row["id"] for row in rows]
        for folder in self._uploads.glob("*"):
            if folder.name not in left:
                shutil.rmtree(folder)
        for import_id in left:
            self.start(import_id)

    def close(self, seconds: float = 10.0) -> None:
        """End after the import in hand, or leave it to the next start where that takes longer."""
        self._waiting.put(None)
        if self._worker:
            self._worker.join(seconds)

    def folder(self, import_id: str) -> Path:
        """Return where the files of an import wait."""
        return self._uploads / import_id

    def take(self, collection: str, files: Sequence[Path], by: str) -> Import:
        """Move files into the queue.

        Args:
            collection: where they go; it may be a new one.
            files: what is imported, each on its own, so that one that cannot be read does not keep the others out.
            by: who imports.

        Raises:
            StateUnusable: they cannot be kept.
        """
        import_id = uuid.uuid4().hex
        folder = self.folder(import_id)
        try:
            folder.mkdir(parents=True)
            for file in files:
                shutil.move(file, folder / file.name)
            with self._database.transaction() as connection:
                one = self.add(connection, import_id, collection, [file.name for file in files], by)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StateUnusable(
                Text(f"{folder} cannot be written: {error.strerror}.", f"无法写入 {folder}：{error.strerror}。"),
                Text("Check permissions and free space.", "请检查权限与磁盘空间。"),
            ) from error
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self.start(import_id)
        return one

    def add(
        self, connection: sqlite3.Connection, import_id: str, collection: str, files: Sequence[str], by: str
    ) -> Import:
        """Keep an import whose files are in :meth:`folder`, within a transaction; :meth:`start` it afterwards."""
        row = connection.execute(
            "INSERT INTO imports (id, at, by, collection, files, state) VALUES (?, ?, ?, ?, ?, 'queued') RETURNING *",
            (import_id, now(), by, collection, json.dumps(list(files))),
        ).fetchone()
        return self._import(row)

    def start(self, import_id: str) -> None:
        """Put an import that is kept into the queue."""
        with self._changed:
            self._open.append(import_id)
            self._waiting.put(import_id)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="imports", daemon=True)
                self._worker.start()

    def get(self, import_id: str) -> Import | None:
        """Return an import; None where there is none of that id."""
        if not self._database.exists:
            return None
        with self._database.transaction() as connection:
            row = connection.execute("SELECT * FROM imports WHERE id = ?", (import_id,)).fetchone()
        return self._import(row) if row else None

    def list(self, *, before: int | None = None, limit: int = 50) -> list[Import]:
        """Return imports, the newest first; those with a smaller number than ``before``."""
        if not self._database.exists:
            return []
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT * FROM imports WHERE ? IS NULL OR number < ? ORDER BY number DESC LIMIT ?",
                (before, before, limit),
            ).fetchall()
        return [self._import(row) for row in rows]

    @property
    def now(self) -> Import | None:
        """The import that runs, or else the last one that ended in this process."""
        with self._changed:
            import_id = self._open[0] if self._open else self._last
        return self.get(import_id) if import_id else None

    @property
    def waiting(self) -> int:
        """How many imports wait for the one that runs."""
        with self._changed:
            return max(len(self._open) - 1, 0)

    def wait(self, seconds: float) -> bool:
        """Wait until nothing runs or the time is over; return whether nothing runs."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._open, seconds)

    def stop(self, import_id: str) -> None:
        """End an import at its next step; documents that are in the index already stay."""
        with self._changed:
            if import_id in self._open:
                self._stopping.add(import_id)

    def _import(self, row: sqlite3.Row) -> Import:
        result = json.loads(row["result"]) if row["result"] else None
        return Import(
            row["number"], row["id"], row["at"], row["by"], row["collection"], tuple(json.loads(row["files"])),
            row["state"], row["ended"], result, self._progress.get(row["id"]), row["id"] in self._stopping,
        )  # fmt: skip

    def _work(self) -> None:
        while (import_id := self._waiting.get()) is not None:
            try:
                one = self.get(import_id)
                if one is not None and one.state not in ENDED:
                    with tracing.step("import", collection=one.collection, files=len(one.files)) as traced:
                        traced.note(outcome=self._run(one))
            except Exception:  # the next import must not suffer; this one is done again at the next start
                logger.exception("import %s could not be ended", import_id)
            self._leave(import_id)

    def _leave(self, import_id: str) -> None:
        with self._changed:
            self._open.remove(import_id)
            self._last = import_id
            self._progress.pop(import_id, None)
            self._stopping.discard(import_id)
            self._changed.notify_all()

    def _run(self, one: Import) -> ImportState:
        result = Result(one.result)
        stopped = False
        try:
            for name in one.files:
                if not result.is_settled(name):
                    self._check_stop(one.id)
                    self._write(one.id, "running", result.data)
                    with tracing.step("import file", document=name):
                        self._settle(one, name, result)
        except _Stopped:
            stopped = True
        except ReportQAError as error:
            result.fail("", error)
        state: ImportState = "stopped" if stopped else result.state
        self._write(one.id, state, result.data)
        shutil.rmtree(self.folder(one.id), ignore_errors=True)
        ended = self.get(one.id)
        if ended is not None:
            self._tell_ended(ended)
        return state

    def _settle(self, one: Import, name: str, result: Result) -> None:
        """Import one file and note what came of it.

        Raises:
            ReportQAError: what keeps the other files out too.
        """
        try:
            result.add(name, self._build(one, name))
        except DocumentError as error:
            result.fail(name, error)
        except (_Stopped, ReportQAError):
            raise
        except Exception:
            logger.exception("the import of a file of %s ended by an unforeseen error", one.id)
            result.fail(name, ReportQAError(UNEXPECTED, UNEXPECTED_REMEDY))

    def _build(self, one: Import, name: str) -> BuildReport:
        """Import a file, waiting for whoever else is changing the collection."""

        def advance(stage: Stage) -> BuildProgress:
            def tell(document: str, done: int, total: int) -> None:
                self._check_stop(one.id)
                self._progress[one.id] = Progress(document, stage, done, total)

            return tell

        self._progress[one.id] = Progress(name, "reading", 0, 0)
        while True:
            self._check_stop(one.id)
            try:
                return self._shelf.add(
                    one.collection, [self.folder(one.id) / name], advance("indexing"), advance("reading")
                )
            except IndexUnusable as error:
                if not error.retryable:
                    raise
                time.sleep(_RETRY_S)

    def _check_stop(self, import_id: str) -> None:
        if import_id in self._stopping:
            raise _Stopped

    def _write(self, import_id: str, state: ImportState, result: dict[str, Any]) -> None:
        ended = now() if state in ENDED else None
        told = json.dumps(result, ensure_ascii=False)
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE imports SET state = ?, ended = ?, result = ? WHERE id = ?", (state, ended, told, import_id)
            )
