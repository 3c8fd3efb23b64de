"""The database on a real PostgreSQL: migrations, history, optimistic locking; skipped where no server is installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from report_qa.config import Settings
from report_qa.errors import FAQConflict, FAQError
from report_qa.faq.database import open_database
from report_qa.faq.records import Cell, Draft, Evidence, State
from report_qa.faq.schema import Base
from report_qa.faq.store import FaqStore

pytest.importorskip("psycopg", reason="psycopg, the driver of PostgreSQL, is not installed")

MakeSettings = Callable[..., Settings]
EVIDENCE = Evidence("a.md", "手册", ("保养",), "每5000公里更换机油。", 3, 3, "0" * 64, cell=Cell("机油", "周期"))
DRAFT = Draft(question="多久换机油？", answer="每5000公里。", similar=("机油几公里换",), evidence=EVIDENCE)


def _programs() -> Path | None:
    """Return the folder of PostgreSQL's programs: on the path, or where Debian puts them."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own on a free port; its address."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL's server (initdb) is not installed")
    as_user: list[str] = []
    folder = tmp_path_factory.mktemp("postgresql")
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        if shutil.which("runuser") is None or subprocess.run(["id", "postgres"], capture_output=True).returncode:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres to run it as")
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
        for parent in folder.parents[:2]:
            parent.chmod(parent.stat().st_mode | 0o011)
    port, data = _free_port(), folder / "data"
    started = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "60"]
    subprocess.run(
        [*as_user, str(programs / "initdb"), "-D", str(data), "-U", "faq", "-A", "trust", "-E", "UTF8", "-N"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off"
    subprocess.run(
        [*started, "-o", options, "-l", str(folder / "log"), "start"], check=True, cwd=folder, stdout=subprocess.DEVNULL
    )
    yield f"postgresql+psycopg://faq@127.0.0.1:{port}/postgres"
    subprocess.run([*started, "-m", "immediate", "stop"], check=True, cwd=folder, stdout=subprocess.DEVNULL)


@pytest.fixture
def settings(server: str, make_settings: MakeSettings) -> Settings:
    return make_settings(faq__database=server)


def test_the_migrations_make_the_tables_of_the_schema(settings: Settings) -> None:
    engine = open_database(settings)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_pairs_are_stored_changed_and_undone_with_their_history(settings: Settings) -> None:
    store = FaqStore.open(settings)
    (number,) = store.add([DRAFT], "ann")
    pair = store.get(number)
    assert (pair.question, pair.similar, pair.evidence) == (DRAFT.question, DRAFT.similar, EVIDENCE)
    store.change(number, {"answer": "每5000公里或6个月。", "state": State.IN_REVIEW}, "bob", "edit")
    assert store.undo(number, "bob").answer == DRAFT.answer
    assert [change.by for change in store.history(number)][:2] == ["ann", "bob"]
    assert [found.id for found in store.pairs(text="换机油", document="a.md")] == [number]


def test_two_reviewers_do_not_overwrite_each_other(settings: Settings) -> None:
    first, second = FaqStore.open(settings), FaqStore.open(settings)
    (number,) = first.add([DRAFT], "ann")
    revision = first.get(number).revision
    first.change(number, {"answer": "mine"}, "ann", revision=revision)
    with pytest.raises(FAQConflict, match="ann changed pair"):
        second.change(number, {"answer": "yours"}, "bob", revision=revision)
    assert second.get(number).answer == "mine"


def test_a_server_that_is_not_there_is_one_line(make_settings: MakeSettings) -> None:
    away = f"postgresql+psycopg://faq@127.0.0.1:{_free_port()}/postgres?connect_timeout=2"
    with pytest.raises(FAQError, match=r"cannot be used.*faq\.database"):
        FaqStore.open(make_settings(faq__database=away))
