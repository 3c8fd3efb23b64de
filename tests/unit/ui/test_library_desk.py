"""The steps of the library page, without a browser: what is imported, refused, stopped, and shown of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.config import Settings, load_settings
from report_qa.errors import DocumentError, IndexUnusable, ReportQAError, Text
from report_qa.indexing.build import BuildReport
from report_qa.indexing.build import Progress as BuildProgress
from report_qa.indexing.manifest import DocumentEntry
from report_qa.runtime.audit import Audit
from report_qa.runtime.database import Database
from report_qa.runtime.import_records import Import, ImportState, Progress
from report_qa.runtime.imports import Imports
from report_qa.ui.library import desk as desk_module
from report_qa.ui.library.desk import Desk, DeskView, Incoming
from report_qa.ui.library.render import contents_html, import_html
from report_qa.ui.texts import UNEXPECTED

BROKEN = DocumentError(Text("It is broken.", "文件已损坏。"), Text("Get another.", "请换一份。"))


def entry(title: str = "Manual", sha256: str = "a", warnings: tuple[tuple[str, str], ...] = ()) -> DocumentEntry:
    """Return an entry of 30 pages."""
    return DocumentEntry(
        sha256=sha256, record="r", title=title, language="en", sections=1200, chunks=9, tables=2, pictures=3, pages=30,
        parser="pdfium", warnings=warnings,
    )  # fmt: skip


@dataclass
class FakeShelf:
    """Collections of names; what a file's content says happens to it."""

    contents: dict[str, dict[str, DocumentEntry]] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Let everything through, unless a test closes the gate."""
        self.gate.set()

    def names(self) -> list[str]:
        """Return the collections."""
        return [name for name, documents in self.contents.items() if documents]

    def open(self, name: str) -> object:
        """Open none."""
        raise AssertionError

    def documents(self, name: str) -> dict[str, DocumentEntry]:
        """Return the documents."""
        if name == "damaged":
            raise IndexUnusable(Text("It is damaged.", "已损坏。"), Text("Rebuild it.", "请重建。"))
        return dict(self.contents.get(name, {}))

    def add(
        self, name: str, files: Sequence[Path], progress: BuildProgress | None, reading: BuildProgress | None
    ) -> BuildReport:
        """Take one file."""
        (path,) = files
        what = path.read_text(encoding="utf-8")
        assert progress
        assert reading
        reading(path.name, 1, 2)
        self.gate.wait(10)
        reading(path.name, 2, 2)
        if what == "broken":
            raise BROKEN
        if what == "defect":
            raise ZeroDivisionError
        progress(path.name, 5, 5)
        failed = ((path.name, BROKEN),) if what == "broken beside others" else ()
        before = self.contents.setdefault(name, {}).get(path.name)
        if not failed:
            self.contents[name][path.name] = entry(sha256=what)
        states = {"added": (), "changed": (), "unchanged": ()}
        state = "added" if before is None else "unchanged" if before.sha256 == what else "changed"
        states[state] = () if failed else (path.name,)  # type: ignore[assignment]
        return BuildReport(
            **states, removed=(), failed=failed, skipped=(), embedded=5, chunks=9, seconds=0.1  # type: ignore[arg-type]
        )  # fmt: skip

    def remove(self, name: str, document: str) -> None:
        """Remove a document."""
        if document not in self.contents.get(name, {}):
            raise BROKEN
        del self.contents[name][document]


@pytest.fixture
def shelf() -> FakeShelf:
    """One collection of one document."""
    return FakeShelf({"wagon": {"a.md": entry(sha256="old")}})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a state folder of their own."""
    return load_settings({"paths.state": str(tmp_path / "state")}, environment={}).settings


@pytest.fixture
def imports(shelf: FakeShelf, settings: Settings) -> Iterator[Imports]:
    """The queue of page and API."""
    imports = Imports(shelf, Database(settings))
    yield imports
    shelf.gate.set()
    imports.close()


@pytest.fixture
def desk(shelf: FakeShelf, settings: Settings, imports: Imports, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The page's steps."""
    monkeypatch.setattr(desk_module, "TICK_S", 0.01)
    return Desk(shelf, settings, imports)  # type: ignore[arg-type]


@pytest.fixture
def uploaded(tmp_path: Path) -> Callable[..., list[str]]:
    """Write files as the framework does: each in a folder of its own."""

    def write(**files: str) -> list[str]:
        paths = []
        for name, text in files.items():
            path = tmp_path / f"hash-of-{name}-{text}" / f"{name}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            paths.append(str(path))
        return paths

    return write


Uploaded = Callable[..., list[str]]


def last(views: Iterator[DeskView]) -> DeskView:
    """Return the last view."""
    *_, view = views
    return view


def test_every_file_is_imported_on_its_own(desk: Desk, shelf: FakeShelf, uploaded: Uploaded) -> None:
    files = uploaded(b="new", c="broken", d="broken beside others", e="defect", f="new")
    view = last(desk.upload(files, "wagon", "", "en"))
    assert list(shelf.contents["wagon"]) == ["a.md", "b.md", "f.md"]
    assert view.busy is False
    shown = view.running or ""
    assert [shown.count(f'data-state="{state}"') for state in ("added", "failed")] == [2, 3]
    assert shown.count("It is broken. Get another.") == 2
    assert UNEXPECTED.en in shown
    assert not any(Path(file).exists() for file in files)


def test_a_new_collection_is_chosen_when_it_has_a_document(desk: Desk, uploaded: Uploaded) -> None:
    assert last(desk.upload(uploaded(b="broken"), "", " van ", "en")).chosen is None
    view = last(desk.upload(uploaded(c="new"), "", " van ", "en"))
    assert view.chosen == "van"
    assert view.names == ("default", "wagon", "van")


def test_a_document_is_replaced_only_when_the_visitor_says_so(desk: Desk, shelf: FakeShelf, uploaded: Uploaded) -> None:
    (view,) = desk.upload(uploaded(a="new"), "wagon", "", "en")
    assert "a.md" in (view.notice or "")
    assert shelf.contents["wagon"]["a.md"].sha256 == "old"
    assert view.incoming is not None
    assert desk.cancel(view.incoming).incoming == Incoming("")
    assert not Path(view.incoming.folder).exists()
    (view,) = desk.upload(uploaded(a="newer"), "wagon", "", "en")
    assert view.incoming is not None
    assert 'data-state="changed"' in (last(desk.take(view.incoming, "en")).running or "")
    assert shelf.contents["wagon"]["a.md"].sha256 == "newer"
    assert not Path(view.incoming.folder).exists()


def test_a_stop_ends_what_runs_and_what_waits(desk: Desk, shelf: FakeShelf, uploaded: Uploaded) -> None:
    shelf.gate.clear()
    views = desk.upload(uploaded(b="new", c="new"), "wagon", "", "en")
    next(views)
    assert 'data-state="reading"' in (next(views).running or "")
    desk.stop()
    assert "Stopping" in (next(views).running or "")
    shelf.gate.set()
    assert (last(views).running or "").count('data-state="stopped"') == 2
    assert list(shelf.contents["wagon"]) == ["a.md"]
    assert 'data-state="added"' in (last(desk.upload(uploaded(d="new"), "wagon", "", "en")).running or "")


def test_what_is_uploaded_meanwhile_waits_its_turn(desk: Desk, shelf: FakeShelf, uploaded: Uploaded) -> None:
    shelf.gate.clear()
    views = desk.upload(uploaded(b="new"), "wagon", "", "en")
    next(views)
    later = desk.upload(uploaded(c="new"), "van", "", "en")
    assert next(later).busy is True
    assert "More imports that wait: 1" in (next(later).running or "")
    desk.stop()  # what runs, and not what waits
    shelf.gate.set()
    view = last(later)
    assert "Imported into “van”" in (view.running or "")
    assert (list(shelf.contents["wagon"]), list(shelf.contents["van"])) == (["a.md"], ["c.md"])


def test_an_import_of_the_api_is_seen_on_the_page(
    desk: Desk, imports: Imports, shelf: FakeShelf, uploaded: Uploaded
) -> None:
    shelf.gate.clear()
    imports.take("van", [Path(file) for file in uploaded(b="new", c="broken")], "key")
    looking = desk.look("en")
    assert next(looking).busy is True
    assert "Importing into “van”" in (next(looking).running or "")
    shelf.gate.set()
    shown = last(looking).running or ""
    assert [shown.count(f'data-state="{state}"') for state in ("added", "failed")] == [1, 1]
    (kept,) = imports.list()
    assert (kept.state, kept.by, kept.stopping) == ("incomplete", "key", False)


def test_what_the_page_imports_is_seen_in_the_api(
    desk: Desk, imports: Imports, settings: Settings, uploaded: Uploaded
) -> None:
    last(desk.upload(uploaded(b="new", c="broken"), "wagon", "", "en"))
    (kept,) = imports.list()
    assert (kept.collection, kept.by, kept.state) == ("wagon", "page", "incomplete")
    assert kept.result is not None
    assert (kept.result["added"], kept.result["problems"][0]["file"]) == (["b.md"], "c.md")
    assert list((settings.paths.state / "uploads").iterdir()) == []


def test_files_that_cannot_be_kept_are_told(desk: Desk, settings: Settings, uploaded: Uploaded) -> None:
    settings.paths.state.write_text("a file in the place of the folder", encoding="utf-8")
    (view,) = desk.upload(uploaded(b="new"), "wagon", "", "en")
    assert "cannot be written" in (view.notice or "")
    assert "rql-failed" in (view.notice or "")


def test_who_comes_while_an_import_runs_sees_it(desk: Desk, shelf: FakeShelf, uploaded: Uploaded) -> None:
    shelf.gate.clear()
    views = desk.upload(uploaded(b="new"), "wagon", "", "en")
    next(views)
    next(views)
    views.close()  # type: ignore[attr-defined]  # who started it leaves the page; it goes on
    looking = desk.look("zh")
    assert next(looking).busy is True
    assert "读取中 50%" in (next(looking).running or "")
    shelf.gate.set()
    assert "b.md" in (last(looking).contents or "")


@pytest.mark.parametrize(("collection", "new"), [("", ""), ("", "../x"), ("..", "")])
def test_a_collection_that_cannot_be_takes_nothing(desk: Desk, uploaded: Uploaded, collection: str, new: str) -> None:
    files = uploaded(b="new")
    (view,) = desk.upload(files, collection, new, "en")
    assert "rql-failed" in (view.notice or "")
    assert not any(Path(file).exists() for file in files)


def test_removal_tells_what_it_did(desk: Desk, shelf: FakeShelf) -> None:
    assert "Get another." in (desk.remove("wagon", "x.md", "en").notice or "")
    assert "a.md" in (desk.remove("wagon", "a.md", "zh").notice or "")
    assert shelf.names() == []
    assert "还没有文档" in (desk.remove("wagon", "a.md", "zh").contents or "")


def test_what_is_changed_on_the_page_is_in_the_audit_log(desk: Desk, settings: Settings, uploaded: Uploaded) -> None:
    last(desk.upload(uploaded(b="new"), "wagon", "", "en"))
    desk.remove("wagon", "a.md", "en")
    lines = [json.loads(line) for line in Audit(settings).path.read_text("utf-8").splitlines()]
    assert [(line["by"], line["action"], line["what"]) for line in lines] == [
        ("page", "documents.import", "wagon: b.md"),
        ("page", "document.remove", "wagon/a.md"),
    ]


def test_nothing_is_changed_where_that_is_not_allowed(shelf: FakeShelf, imports: Imports, uploaded: Uploaded) -> None:
    server = Settings().server.model_copy(update={"edit_library": False})
    desk = Desk(shelf, Settings(server=server), imports)  # type: ignore[arg-type]
    (view,) = desk.upload(uploaded(b="new"), "wagon", "", "en")
    assert "server.edit_library" in (view.notice or "")
    (view,) = desk.take(Incoming("wagon"), "en")
    assert "server.edit_library" in (view.notice or "")
    assert "server.edit_library" in (desk.remove("wagon", "a.md", "en").notice or "")
    assert list(shelf.contents["wagon"]) == ["a.md"]
    assert "data-remove" not in (next(desk.look("en")).contents or "")


def test_a_damaged_collection_is_told_beside_the_others(desk: Desk, shelf: FakeShelf) -> None:
    shelf.contents["damaged"] = {"x.md": entry()}
    shown = next(desk.look("en")).contents or ""
    assert "It is damaged. Rebuild it." in shown
    assert "a.md" in shown


def test_what_was_found_is_told_with_what_could_not_be_read() -> None:
    found = entry(warnings=(("2 page(s) damaged, left out: 3, 4.", "2 页已损坏，已略过：第 3, 4 页。"),))
    for language, expected in (
        ("en", ("30 pages", "1,200 sections", "2 tables", "3 pictures", "9 chunks", "2 page(s) damaged", "English")),
        ("zh", ("30 页", "1,200 节", "2 个表格", "3 张图片", "9 个文本块", "2 页已损坏", "英文")),
    ):
        shown = contents_html({"wagon": {"m.pdf": found}}, language, locked=False)  # type: ignore[arg-type]
        for text in (*expected, "pdfium", "m.pdf"):
            assert text in shown


@given(st.text(), st.text())
def test_names_and_titles_are_shown_as_text(name: str, title: str) -> None:
    hostile = f"<i>&\"'{name}"
    failed = ReportQAError(Text(hostile, hostile), Text("", ""))
    shown = contents_html({hostile: {hostile: entry(title=f"<i>{title}")}, "x": failed}, "en", locked=False)
    said = {"en": hostile, "zh": hostile}
    problem = {"file": hostile, "message": said, "remedy": said}
    shown += import_html(kept((hostile,), "failed", {"problems": [problem]}, collection=hostile), {}, "en")
    assert "<i>" not in shown
    assert shown.count("<article") == 1


def kept(
    files: tuple[str, ...], state: ImportState, result: dict[str, object] | None = None, *, collection: str = "wagon",
    progress: Progress | None = None,
) -> Import:  # fmt: skip
    """Return an import."""
    return Import(1, "id", "2026-01-01T00:00:00+00:00", "page", collection, files, state, None, result, progress)


def test_the_files_of_an_import_stand_as_its_result_and_progress_say() -> None:
    said = {"en": "x", "zh": "x"}
    result = {"added": ["a"], "changed": ["b"], "unchanged": [], "embedded": {"a": 7}, "problems": [
        {"file": "c", "message": said, "remedy": said},
    ]}  # fmt: skip
    files = ("a", "b", "c", "d", "e")

    def states(one: Import) -> list[str]:
        return [file.state for file in one.each()]

    running = kept(files, "running", result, progress=Progress("d", "indexing", 1, 4))
    assert states(running) == ["added", "changed", "failed", "indexing", "waiting"]
    assert [file.done for file in running.each()] == [1.0, 1.0, 0.0, 0.25, 0.0]
    assert [file.embedded for file in running.each()] == [7, 0, 0, 0, 0]
    assert states(kept(files, "stopped", result)) == ["added", "changed", "failed", "stopped", "stopped"]
    for_all = {**result, "problems": [{"file": "", "message": said, "remedy": said}]}
    assert states(kept(files, "incomplete", for_all)) == ["added", "changed", "failed", "failed", "failed"]
    assert states(kept(files, "queued")) == ["waiting"] * 5


def test_nothing_runs_before_the_first_import(imports: Imports, desk: Desk) -> None:
    desk.stop()
    assert imports.now is None
    assert imports.wait(0)
    assert next(desk.look("en")).running == ""
