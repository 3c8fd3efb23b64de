"""Opening the database: SQLite beside the index by default, PostgreSQL or another by URL; brought up to date first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from report_qa.config import Settings
from report_qa.errors import FAQError, Text
from report_qa.indexing.collections import collection_of

FILE = "faq.sqlite3"
_BUSY_S = 10.0
_LOCK_WAIT_S = 30.0


def database_url(settings: Settings) -> str:
    """Return the URL of the settings' database."""
    return settings.faq.database or f"sqlite:///{_file(settings).absolute().as_posix()}"


def database_exists(settings: Settings) -> bool:
    """Return whether there can be anything in the database: False only for a file that nobody has made yet."""
    return bool(settings.faq.database) or _file(settings).is_file()


def _file(settings: Settings) -> Path:
    """Return the SQLite file: one for all collections, so that none is lost with its index."""
    return collection_of(settings)[1] / FILE


def open_database(settings: Settings) -> sa.Engine:
    """Connect, and run the migrations that the database lacks.

    Raises:
        FAQError: unknown kind of database, unreachable, not writable, or made by a newer version.
    """
    url = database_url(settings)
    with database_errors():
        engine = _engine(url)
        if engine.dialect.name != "sqlite" or not engine.url.database:
            _migrate(engine)
            return engine
        folder = Path(engine.url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder / ".faq.lock", timeout=_LOCK_WAIT_S):
                _migrate(engine)
        except (OSError, Timeout) as error:
            raise _unusable(str(error)) from error
    return engine


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn what goes wrong in the database into :class:`FAQError`; conflicts of versions are told by the store."""
    try:
        yield
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise _unusable(_first_line(error)) from error
    except DBAPIError as error:
        raise _unusable(_first_line(error.orig or error)) from error
    except SQLAlchemyError as error:
        raise _unusable(_first_line(error)) from error


def _engine(url: str) -> sa.Engine:
    engine = sa.create_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: object, _: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DBAPI connection, which has no type of its own
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")  # reviewers read while drafts are written
    cursor.execute(f"PRAGMA busy_timeout = {int(_BUSY_S * 1000)}")
    cursor.close()


def _migrate(engine: sa.Engine) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(files("report_qa.faq").joinpath("migrations")).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
        if present == scripts.get_current_head():
            return
        if present is not None and present not in {script.revision for script in scripts.walk_revisions()}:
            raise FAQError(
                Text(
                    f"The database of questions was made by a newer version of report-qa (step {present}).",
                    f"问答数据库由更新版本的 report-qa 建立（步骤 {present}）。",
                ),
                Text("Install the newer version.", "请安装较新的版本。"),
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _unusable(reason: str) -> FAQError:
    reason = reason.rstrip(".。 ")
    return FAQError(
        Text(f"The database of questions cannot be used: {reason}.", f"问答数据库无法使用：{reason}。"),
        Text(
            "Check faq.database (and its driver), the permissions and the free space; nothing was written.",
            "请检查 faq.database（及其驱动）、权限与磁盘空间；没有写入任何内容。",
        ),
        retryable=True,
    )


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
