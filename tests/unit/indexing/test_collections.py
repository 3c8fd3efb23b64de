"""Collections and imports: each document whole or not at all, one collection apart from the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import EmbedderBroke, HashingEmbedder
from filelock import FileLock
from files import drawing

from report_qa.config import Settings
from report_qa.documents.packing import importable
from report_qa.documents.readers.pictures import pictures_of
from report_qa.errors import ConfigError, DocumentError, IndexUnusable
from report_qa.indexing import lock
from report_qa.indexing.build import BuildReport
from report_qa.indexing.collections import (
    DEFAULT,
    collections,
    contents,
    existing,
    forget_if_empty,
    in_collection,
    remove_document,
)
from report_qa.indexing.library import Library
from report_qa.indexing.manifest import recipe_of
from report_qa.service import import_documents

MakeSettings = Callable[..., Settings]
OIL = "# 保养\n\n## 机油\n\n机油每行驶一万公里更换一次，使用牌号 0W-20 的全合成机油，加注量为四点二升。\n"
TYRES = "# 保养\n\n## 轮胎\n\n轮胎的冷态气压为 230 千帕，满载时后轮为 260 千帕，每个月检查一次。\n"


@pytest.fixture
def settings(make_settings: MakeSettings, embedder: HashingEmbedder, corpus: Path, tmp_path: Path) -> Settings:
    """Settings over an empty corpus."""
    return make_settings(paths__library=str(tmp_path / "library"))


@pytest.fixture
def wagon(settings: Settings) -> Settings:
    """Settings of the collection 旅行车 2025."""
    return in_collection(settings, "旅行车 2025")


def put(settings: Settings, embedder: HashingEmbedder, *files: Path) -> BuildReport:
    """Import files."""
    return import_documents(settings, files, embedder=embedder)


def written(folder: Path, name: str, text: str) -> Path:
    """Write a file."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def texts(settings: Settings, embedder: HashingEmbedder) -> str:
    """Return all text of an index."""
    library = Library(settings.paths.index, recipe_of(embedder.identity, embedder.dimension, settings.chunks))
    return "\n".join(chunk.text for chunk in library.chunks)


def test_a_document_is_imported_into_its_collection_alone(
    settings: Settings, wagon: Settings, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    report = put(wagon, embedder, written(tmp_path / "in", "机油 说明.md", OIL))
    assert report.added == ("机油 说明.md",)
    assert (wagon.paths.corpus / "机油 说明.md").read_text(encoding="utf-8") == OIL
    assert collections(settings) == ["旅行车 2025"]
    put(settings, embedder, written(tmp_path / "in", "tyres.md", TYRES))
    assert collections(settings) == [DEFAULT, "旅行车 2025"]
    assert "轮胎" not in texts(wagon, embedder)
    assert "机油" not in texts(settings, embedder)


def test_the_same_document_again_embeds_nothing(wagon: Settings, embedder: HashingEmbedder, tmp_path: Path) -> None:
    path = written(tmp_path / "in", "a.md", OIL)
    put(wagon, embedder, path)
    report = put(wagon, embedder, path)
    assert (report.unchanged, report.embedded) == (("a.md",), 0)


def test_a_replaced_document_embeds_only_what_changed(
    wagon: Settings, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    put(wagon, embedder, written(tmp_path / "in", "a.md", OIL))
    before = len(embedder.embedded)
    report = put(wagon, embedder, written(tmp_path / "in", "a.md", OIL + TYRES.partition("\n\n")[2]))
    assert report.changed == ("a.md",)
    assert all("轮胎" in text for text in embedder.embedded[before:])
    assert "机油" in texts(wagon, embedder)
    assert "轮胎" in texts(wagon, embedder)


def test_a_document_that_cannot_be_read_changes_nothing(
    wagon: Settings, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    put(wagon, embedder, written(tmp_path / "in", "a.md", OIL))
    (tmp_path / "in" / "a.md").write_bytes(b"")
    (tmp_path / "in" / "b.pdf").write_bytes(b"no pdf")
    report = put(wagon, embedder, tmp_path / "in" / "a.md", tmp_path / "in" / "b.pdf")
    assert [name for name, _ in report.failed] == ["a.md", "b.pdf"]
    assert [path.name for path in wagon.paths.corpus.iterdir()] == ["a.md"]
    assert (wagon.paths.corpus / "a.md").read_text(encoding="utf-8") == OIL
    assert "机油" in texts(wagon, embedder)


def test_a_first_document_that_cannot_be_read_makes_no_collection(
    settings: Settings, wagon: Settings, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    with pytest.raises(DocumentError):
        put(wagon, embedder, written(tmp_path / "in", "a.docx", "no word file"))
    assert collections(settings) == []
    assert not wagon.paths.corpus.exists()


def test_an_import_that_dies_leaves_what_was_there(wagon: Settings, embedder: HashingEmbedder, tmp_path: Path) -> None:
    put(wagon, embedder, written(tmp_path / "in", "a.md", OIL))
    embedder.fail_after = len(embedder.embedded)
    with pytest.raises(EmbedderBroke):
        put(wagon, embedder, written(tmp_path / "in", "a.md", TYRES))
    assert (wagon.paths.corpus / "a.md").read_text(encoding="utf-8") == OIL
    assert "机油" in texts(wagon, embedder)
    embedder.fail_after = None
    put(wagon, embedder, tmp_path / "in" / "a.md")
    assert "轮胎" in texts(wagon, embedder)


def test_two_imports_at_once_are_told_apart(
    wagon: Settings, embedder: HashingEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_WAIT_S", 0.05)
    wagon.paths.index.mkdir(parents=True)
    path = written(tmp_path / "in", "a.md", OIL)
    with FileLock(wagon.paths.index / ".lock"), pytest.raises(IndexUnusable) as caught:
        put(wagon, embedder, path)
    assert caught.value.retryable


def test_a_removed_document_leaves_nothing_behind(wagon: Settings, embedder: HashingEmbedder, tmp_path: Path) -> None:
    page = written(tmp_path / "in", "b.html", "<h1>轮胎</h1><p>轮胎气压见下图。</p><img src=p.png>")
    (tmp_path / "in" / "p.png").write_bytes(drawing())
    put(wagon, embedder, written(tmp_path / "in", "a.md", OIL), page)
    assert len(list(pictures_of(wagon.paths.index).iterdir())) == 1
    remove_document(wagon, "b.zip")
    assert list(contents(wagon)) == ["a.md"]
    assert "轮胎" not in texts(wagon, embedder)
    assert list(pictures_of(wagon.paths.index).iterdir()) == []
    assert [path.name for path in wagon.paths.corpus.iterdir()] == ["a.md"]


def test_the_last_document_takes_its_collection_with_it(
    settings: Settings, wagon: Settings, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    put(wagon, embedder, written(tmp_path / "in", "a.md", OIL))
    remove_document(wagon, "a.md")
    forget_if_empty(settings, "旅行车 2025")
    assert not wagon.paths.corpus.exists()
    assert not wagon.paths.index.exists()
    with pytest.raises(ConfigError, match="no collection"):
        existing(settings, "旅行车 2025")


def test_removing_what_is_not_there_names_what_is(wagon: Settings, embedder: HashingEmbedder, tmp_path: Path) -> None:
    put(wagon, embedder, written(tmp_path / "in", "a.md", OIL))
    with pytest.raises(DocumentError, match=r"a\.md"):
        remove_document(wagon, "../../a.md")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "../x", ".hidden", "x" * 65, "a\nb", " a"])
def test_a_name_that_is_no_folder_name_is_refused(settings: Settings, name: str) -> None:
    with pytest.raises(ConfigError):
        in_collection(settings, name)


def test_a_page_and_its_pictures_become_one_file_that_is_always_the_same(tmp_path: Path) -> None:
    page = written(tmp_path / "in", "页 面.html", "<p>文</p><img src='img/a%20b.png'><img src='../out.png'>")
    (tmp_path / "in" / "img").mkdir()
    (tmp_path / "in" / "img" / "a b.png").write_bytes(drawing())
    (tmp_path / "out.png").write_bytes(drawing("blue"))
    made = []
    for scratch in (tmp_path / "s1", tmp_path / "s2"):
        scratch.mkdir()
        ((name, path),) = importable([page], scratch).items()
        made.append((name, path.read_bytes()))
    assert made[0] == made[1]
    assert made[0][0] == "页 面.zip"
    assert b"img/a b.png" in made[0][1]
    assert b"out.png" not in made[0][1]


def test_a_folder_of_pages_is_one_document(wagon: Settings, embedder: HashingEmbedder, tmp_path: Path) -> None:
    written(tmp_path / "manual", "index.html", "<h1>手册</h1><a href='oil.html'>机油</a>")
    written(tmp_path / "manual", "oil.html", "<h2>机油</h2><p>机油每行驶一万公里更换一次。</p>")
    assert put(wagon, embedder, tmp_path / "manual").added == ("manual.zip",)
    assert "一万公里" in texts(wagon, embedder)


@pytest.mark.parametrize("made", ["nothing", "folder"])
def test_what_is_not_there_or_empty_is_refused(tmp_path: Path, made: str) -> None:
    if made == "folder":
        (tmp_path / "x").mkdir()
    with pytest.raises(DocumentError):
        importable([tmp_path / "x"], tmp_path)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    one, two = written(tmp_path / "1", "a.md", OIL), written(tmp_path / "2", "a.md", TYRES)
    with pytest.raises(DocumentError, match=r"a\.md"):
        importable([one, two], tmp_path)
