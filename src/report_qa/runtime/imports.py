"""Imports in the background: one after the other, with progress and a stop, and finished after a restart.

Files wait in ``state/uploads/ID`` and the import in the database until it has ended, so that a kill at any moment loses
nothing: what was under way is done again, and the index takes each document whole or not at all.
"""

from __future__ import annotations

import json
import logging
import queue
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from report_qa.errors import UNEXPECTED, UNEXPECTED_REMEDY, IndexUnusable, ReportQAError, Text
from report_qa.indexing.build import BuildReport
from report_qa.runtime.database import Database, now
from report_qa.shelf import Shelf

logger = logging.getLogger(__name__)

ImportState = Literal["queued", "running", "done", "incomplete", "failed", "stopped"]
ENDED: frozenset[ImportState] = frozenset({"done", "incomplete", "failed", "stopped"})
_UPLOADS = "uploads"
_RETRY_S = 1.0
"""Pause after it was seen that another process is changing the collection."""


class Progress(NamedTuple):
    """The document in hand, and how many of its pages are read or of its chunks embedded, of how many."""

    document: str
    done: int
    total: int


@dataclass(frozen=True)
class Import:
    """An import as it stands; times are UTC, ISO 8601.

    Attributes:
        number: in the order in which they came.
        id: by which it is asked for.
        at, by: when it came, and from whom.
        collection: where the documents go.
        files: their names.
        state: ``incomplete`` where some of the files could not be read; ``failed`` where none was taken.
        ended: when it ended.
        result: what was done (names by ``added``, ``changed``, ``unchanged``), and ``problems``: file name (empty for
            all), message and remedy in English and Chinese.
        progress: while it is running.
    """

    number: int
    id: str
    at: str
    by: str
    collection: str
    files: tuple[str, ...]
    state: ImportState
    ended: str | None = None
    result: dict[str, Any] | None = None
    progress: Progress | None = None


class _Stopped(Exception):
    """Raised within a build to end it."""


class Imports:
    """The imports of this process.

    Args:
        shelf: the collections that they go to.
        database: where imports are kept.
        ended: told about each import that has ended.
    """

    def __init__(self, shelf: Shelf, database: Database, ended: Callable[[Import], None] = lambda one: None) -> None:
        self._shelf = shelf
        self._database = database
        self._tell_ended = ended
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
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
            self._waiting.put(import_id)
        self._worker = threading.Thread(target=self._work, name="imports", daemon=True)
        self._worker.start()

    def close(self, seconds: float = 10.0) -> None:
        """End after the import in hand, or leave it to the next start where that takes longer."""
        self._waiting.put(None)
        if self._worker:
            self._worker.join(seconds)

    def folder(self, import_id: str) -> Path:
        """Return where the files of an import wait."""
        return self._uploads / import_id

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
        self._waiting.put(import_id)

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

    def stop(self, import_id: str) -> None:
        """End an import at its next step; documents that are in the index already stay."""
        self._stopping.add(import_id)

    @property
    def _uploads(self) -> Path:
        return self._shelf.settings.paths.state / _UPLOADS

    def _import(self, row: sqlite3.Row) -> Import:
        result = json.loads(row["result"]) if row["result"] else None
        return Import(
            row["number"], row["id"], row["at"], row["by"], row["collection"], tuple(json.loads(row["files"])),
            row["state"], row["ended"], result, self._progress.get(row["id"]),
        )  # fmt: skip

    def _work(self) -> None:
        while (import_id := self._waiting.get()) is not None:
            try:
                one = self.get(import_id)
                if one is not None and one.state not in ENDED:
                    self._run(one)
            except Exception:  # the next import must not suffer; this one is done again at the next start
                logger.exception("import %s could not be ended", import_id)

    def _run(self, one: Import) -> None:
        state: ImportState
        try:
            self._check_stop(one.id)
            self._write(one.id, "running")
            state, result = _outcome(one.files, self._build(one))
        except _Stopped:
            state, result = "stopped", {}
        except ReportQAError as error:
            state, result = "failed", {"problems": [_problem("", error)]}
        except Exception:
            logger.exception("import %s ended by an unforeseen error", one.id)
            state, result = "failed", {"problems": [_problem("", ReportQAError(UNEXPECTED, UNEXPECTED_REMEDY))]}
        self._write(one.id, state, result)
        self._progress.pop(one.id, None)
        self._stopping.discard(one.id)
        shutil.rmtree(self.folder(one.id), ignore_errors=True)
        ended = self.get(one.id)
        if ended is not None:
            self._tell_ended(ended)

    def _build(self, one: Import) -> BuildReport:
        """Import the files, waiting for whoever else is changing the collection."""
        files = [self.folder(one.id) / name for name in one.files]

        def advance(document: str, done: int, total: int) -> None:
            self._advance(one.id, document, done, total)

        while True:
            self._check_stop(one.id)
            try:
                return self._shelf.add(one.collection, files, advance, advance)
            except IndexUnusable as error:
                if not error.retryable:
                    raise
                time.sleep(_RETRY_S)

    def _advance(self, import_id: str, document: str, done: int, total: int) -> None:
        self._check_stop(import_id)
        self._progress[import_id] = Progress(document, done, total)

    def _check_stop(self, import_id: str) -> None:
        if import_id in self._stopping:
            raise _Stopped

    def _write(self, import_id: str, state: ImportState, result: dict[str, Any] | None = None) -> None:
        ended = now() if state in ENDED else None
        told = None if result is None else json.dumps(result, ensure_ascii=False)
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE imports SET state = ?, ended = ?, result = ? WHERE id = ?", (state, ended, told, import_id)
            )


def _outcome(files: Sequence[str], report: BuildReport) -> tuple[ImportState, dict[str, Any]]:
    problems = [_problem(name, error) for name, error in report.failed]
    ours = {name for name, _ in report.failed} & set(files)
    state: ImportState = "done" if not ours else "failed" if len(ours) == len(files) else "incomplete"
    return state, {
        "added": list(report.added),
        "changed": list(report.changed),
        "unchanged": [name for name in report.unchanged if name in files],
        "chunks": report.chunks,
        "seconds": round(report.seconds, 2),
        "problems": problems,
    }


def _problem(name: str, error: ReportQAError) -> dict[str, Any]:
    def both(text: Text) -> dict[str, str]:
        return {"en": text.en, "zh": text.zh}

    return {"file": name, "message": both(error.message), "remedy": both(error.remedy)}
