"""The database of what a server keeps beside documents: one SQLite file, each change written whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from report_qa.config import Settings
from report_qa.errors import StateUnusable, Text

FILE = "server.sqlite3"
_BUSY_S = 10.0
_STEPS = (
    """
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, scopes TEXT NOT NULL, created TEXT NOT NULL,
    revoked TEXT
);
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, by TEXT NOT NULL, collection TEXT NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, outcome TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL,
    answer_id TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS imports (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, by TEXT NOT NULL,
    collection TEXT NOT NULL, files TEXT NOT NULL, state TEXT NOT NULL, ended TEXT, result TEXT
);
CREATE TABLE IF NOT EXISTS replies (
    by TEXT NOT NULL, route TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL, request TEXT NOT NULL,
    reply TEXT NOT NULL, PRIMARY KEY (by, route, key)
);
""",
    """
ALTER TABLE feedback ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE feedback ADD COLUMN standalone TEXT NOT NULL DEFAULT '';
ALTER TABLE feedback ADD COLUMN evidence TEXT NOT NULL DEFAULT '[]';
ALTER TABLE feedback ADD COLUMN document TEXT NOT NULL DEFAULT '';
ALTER TABLE feedback ADD COLUMN done TEXT NOT NULL DEFAULT '';
CREATE TABLE cases (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, by TEXT NOT NULL, collection TEXT NOT NULL,
    record TEXT NOT NULL
);
""",
)
"""What makes each format of the database out of the one before; the first one is also in files without a number."""


def now() -> str:
    """Return the time in UTC as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Database:
    """The database in the state folder of the settings; made at the first use.

    Raises:
        StateUnusable: from every method, where the file cannot be read or written.
    """

    def __init__(self, settings: Settings) -> None:
        self.path: Path = settings.paths.state / FILE
        self._ready = False

    @property
    def exists(self) -> bool:
        """Whether there is one: nothing was ever kept where there is none."""
        return self.path.is_file()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give a connection; what is written in the block is written together, or not at all if it is left by an error.

        Transactions come one after the other.
        """
        try:
            if not self._ready:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_BUSY_S, isolation_level=None)) as connection:
                connection.row_factory = sqlite3.Row
                self._prepare(connection)
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise _unusable(self.path, str(error)) from error

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA synchronous = FULL")
        if self._ready:
            return
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")  # another process may be about to do the same
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(_STEPS):
            raise _unusable(self.path, f"format {version}")
        for step in _STEPS[version:]:
            for statement in filter(str.strip, step.split(";")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(_STEPS)}")
        connection.execute("COMMIT")
        # readable by its owner only: it holds questions, and hashes of keys
        self.path.chmod(0o600)
        self._ready = True


def _unusable(path: Path, reason: str) -> StateUnusable:
    return StateUnusable(
        Text(f"The database {path} cannot be used: {reason}.", f"数据库 {path} 无法使用：{reason}。"),
        Text("Check its permissions and free space, or set paths.state.", "请检查权限与磁盘空间，或设置 paths.state。"),
    )


@contextmanager
def held(settings: Settings) -> Iterator[None]:
    """Hold the state folder of the settings for one server.

    Raises:
        StateUnusable: another server has it, or it cannot be written.
    """
    folder = settings.paths.state
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise StateUnusable(
            Text(f"Another server uses the folder {folder}.", f"另一个服务正在使用文件夹 {folder}。"),
            Text("End it, or set paths.state.", "请先结束它，或设置 paths.state。"),
        ) from error
    except OSError as error:
        raise _unusable(folder, str(error.strerror)) from error
    try:
        yield
    finally:
        lock.release()
