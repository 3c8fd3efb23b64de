"""Several collections in one process: opened when asked, on shared models, always as their index is now."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fakes import HashingEmbedder
from filelock import FileLock
from scripted_chat import ScriptedModel, use_scripted_chat

from report_qa.config import Settings
from report_qa.errors import CollectionMissing, ConfigError, DocumentError, IndexUnusable, ModelError, Text
from report_qa.indexing import lock
from report_qa.indexing.collections import ALL, DEFAULT, forget_if_empty, in_collection
from report_qa.models.progress import Progress
from report_qa.providers.embedders import Embedder, register_embedder
from report_qa.qa.records import Status
from report_qa.shelf import Shelf

ROOT = Path(__file__).resolve().parents[2]
OIL = "# 保养\n\n## 机油\n\n机油每行驶一万公里更换一次，使用牌号 0W-20 的全合成机油，加注量为四点二升。\n"
TYRES = "# 保养\n\n## 轮胎\n\n轮胎的冷态气压为 230 千帕，满载时后轮为 260 千帕，每个月检查一次。\n"
QUESTION = "机油多久更换一次？"


@pytest.fixture
def model() -> ScriptedModel:
    """A language model that finds what it is shown right."""
    return use_scripted_chat(lambda task, last: "机油多久更换一次？" if task == "rewrite" else "机油 一万公里")


@pytest.fixture
def settings(
    make_settings: Callable[..., Settings], embedder: HashingEmbedder, model: ScriptedModel, tmp_path: Path
) -> Settings:
    """Settings over an empty corpus."""
    return make_settings(
        paths__library=str(tmp_path / "library"),
        llm__provider="scripted",
        answer__refusal_threshold="0",
        answer__style="quote",
    )


@pytest.fixture
def shelf(settings: Settings) -> Shelf:
    """A shelf without a document."""
    return Shelf(settings)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file to be imported."""

    def written(name: str, text: str) -> Path:
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
        return tmp_path / "in" / name

    return written


Write = Callable[[str, str], Path]


def test_collections_are_asked_side_by_side_on_one_embedder(
    shelf: Shelf, settings: Settings, embedder: HashingEmbedder, write: Write
) -> None:
    loaded: list[Settings] = []

    def make(wanted: Settings, progress: Progress | None) -> Embedder:
        loaded.append(wanted)
        return embedder

    register_embedder("fake", make)
    shelf.add("wagon", [write("oil.md", OIL)])
    shelf.add("van", [write("tyres.md", TYRES)])
    assert shelf.names() == ["van", "wagon"]
    answer = shelf.open("wagon").ask(QUESTION)
    assert answer.status is Status.ANSWERED
    assert answer.citations[0].passage.document == "oil.md"
    assert [d.name for d in shelf.open("van").documents] == ["tyres.md"]
    assert shelf.open("wagon") is shelf.open("wagon")
    assert len(loaded) == 1


def test_a_new_document_is_answered_from_without_a_restart(shelf: Shelf, write: Write) -> None:
    shelf.add("wagon", [write("tyres.md", TYRES)])
    before = shelf.open("wagon")
    assert "oil.md" not in {p.document for p in before.ask(QUESTION).passages}
    shelf.add("wagon", [write("oil.md", OIL)])
    after = shelf.open("wagon")
    assert after is not before
    assert after.ask(QUESTION).citations[0].passage.document == "oil.md"
    assert [d.name for d in before.documents] == ["tyres.md"]
    assert before.ask(QUESTION).passages  # who is being answered is not disturbed
    shelf.remove("wagon", "oil.md")
    assert [d.name for d in shelf.open("wagon").documents] == ["tyres.md"]
    assert before.ask(QUESTION).passages


def test_all_collections_are_asked_as_one_and_citations_say_which(shelf: Shelf, write: Write) -> None:
    shelf.add("wagon", [write("manual.md", OIL)])
    shelf.add("van", [write("manual.md", TYRES)])
    together = shelf.open(ALL)
    assert [document.name for document in together.documents] == ["van/manual.md", "wagon/manual.md"]
    for question, expected in ((QUESTION, "wagon/manual.md"), ("轮胎的冷态气压是多少千帕？", "van/manual.md")):
        assert together.search(question)[0].ref.section.document == expected
    answer = together.ask(QUESTION)
    assert answer.status is Status.ANSWERED
    assert answer.citations[0].passage.document == "wagon/manual.md"
    assert shelf.open(ALL) is together
    shelf.add("bus", [write("brakes.md", OIL.replace("机油", "刹车油"))])
    assert shelf.open(ALL).documents[0].name == "bus/brakes.md"
    assert [document.name for document in shelf.open("wagon").documents] == ["manual.md"]


def test_some_collections_are_asked_as_one_and_the_others_are_left_out(shelf: Shelf, write: Write) -> None:
    for name, text in (("bus", OIL), ("van", TYRES), ("wagon", OIL.replace("机油", "刹车油"))):
        shelf.add(name, [write("manual.md", text)])
    together = shelf.open("wagon, van")
    assert [document.name for document in together.documents] == ["van/manual.md", "wagon/manual.md"]
    assert together.ask("刹车油多久更换一次？").citations[0].passage.document == "wagon/manual.md"
    assert {passage.document for passage in together.ask(QUESTION).passages} <= {"van/manual.md", "wagon/manual.md"}
    assert shelf.open("van,wagon,van") is together
    assert shelf.open("van,van") is shelf.open("van")
    assert [document.name for document in shelf.open("van,van").documents] == ["manual.md"]
    assert shelf.open("bus,van,wagon") is shelf.open(ALL)


def test_some_collections_are_joined_anew_once_an_index_of_theirs_changed(shelf: Shelf, write: Write) -> None:
    for name in ("bus", "van", "wagon"):
        shelf.add(name, [write("manual.md", TYRES)])
    before, apart = shelf.open("van,wagon"), shelf.open("bus,van")
    shelf.add("wagon", [write("oil.md", OIL)])
    after = shelf.open("van,wagon")
    assert [document.name for document in after.documents] == ["van/manual.md", "wagon/manual.md", "wagon/oil.md"]
    assert after.ask(QUESTION).citations[0].passage.document == "wagon/oil.md"
    assert before.ask(QUESTION).passages  # who is being answered is not disturbed
    assert shelf.open("bus,van") is apart
    shelf.remove("wagon", "oil.md")
    assert len(shelf.open("van,wagon").documents) == 2
    shelf.remove("wagon", "manual.md")
    with pytest.raises(CollectionMissing, match="no collection “wagon”"):
        shelf.open("van,wagon")


def test_only_the_last_joined_selections_are_kept(shelf: Shelf, write: Write) -> None:
    for name in "abcd":
        shelf.add(name, [write("oil.md", OIL)])
    first, second = shelf.open("a,b"), shelf.open("a,c")
    for selection in ("a,d", "b,c", "a,b", "b,d"):  # a,b is asked again before the fifth
        shelf.open(selection)
    assert shelf.open("a,b") is first
    assert shelf.open("a,c") is not second


def test_selections_that_are_asked_at_once_are_joined_once_each(shelf: Shelf, write: Write) -> None:
    for name in "abc":
        shelf.add(name, [write("oil.md", OIL)])
    asked = ["a,b", "b,a", "b,c", ALL] * 4
    with ThreadPoolExecutor(8) as pool:
        opened = dict(zip(asked, pool.map(shelf.open, asked), strict=True))
        again = list(pool.map(shelf.open, asked))
    assert opened["a,b"] is opened["b,a"]
    assert [opened[selection] for selection in asked] == again
    assert len(set(again)) == 3


def test_the_same_document_in_two_collections_is_found_in_both(shelf: Shelf, write: Write) -> None:
    file = write("manual.md", OIL)
    shelf.add("wagon", [file])
    shelf.add("van", [file])
    together = shelf.open(ALL).library
    (row,) = together.nearest(shelf.models.embedder.embed_queries([OIL]), 1)
    half = len(together.chunks) // 2
    assert sorted(row) == [min(row), min(row) + half]
    assert {together.sections[together.chunk_sections[i]].section.document for i in row} == {
        "van/manual.md",
        "wagon/manual.md",
    }


def test_without_a_document_there_is_nothing_to_join(shelf: Shelf) -> None:
    with pytest.raises(IndexUnusable, match="no index"):
        shelf.open(ALL)


_OTHER = """
import sys
sys.path[:0] = {path!r}
from pathlib import Path
from fakes import HashingEmbedder, factory_of
from report_qa.config import load_settings
from report_qa.providers.embedders import register_embedder
from report_qa.shelf import Shelf
register_embedder("fake", factory_of(HashingEmbedder()))
shelf = Shelf(load_settings({settings!r}).settings, with_chat=False)
shelf.add("wagon", [Path({file!r})])
"""


def test_what_another_process_imports_is_found_and_is_not_lost(
    shelf: Shelf, settings: Settings, write: Write, tmp_path: Path
) -> None:
    shelf.add("wagon", [write("tyres.md", TYRES)])
    shelf.open("wagon")
    paths = {f"paths.{name}": str(getattr(settings.paths, name)) for name in ("corpus", "index", "library")}
    program = _OTHER.format(
        path=[str(ROOT / "src"), str(ROOT / "tests")],
        settings={**paths, "embedding.model": "fake"},
        file=str(write("oil.md", OIL)),
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    (hit, *_) = shelf.open("wagon").library.nearest(shelf.models.embedder.embed_queries([OIL]), 1)
    assert [shelf.open("wagon").library.chunks[position].text[:2] for position in hit] == ["机油"]
    # an import here does not write over what was added there
    shelf.add("wagon", [write("more.md", "# 保险丝\n\n保险丝盒位于手套箱的后面，共有二十四个保险丝。\n")])
    (hit, *_) = shelf.open("wagon").library.nearest(shelf.models.embedder.embed_queries([OIL]), 1)
    assert [shelf.open("wagon").library.chunks[position].text[:2] for position in hit] == ["机油"]


def test_a_collection_that_is_asked_twice_at_once_is_opened_once(shelf: Shelf, write: Write) -> None:
    shelf.add("wagon", [write("oil.md", OIL)])
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(shelf.open, ["wagon"] * 8))) == 1


def test_collections_are_opened_and_written_at_once(shelf: Shelf, write: Write) -> None:
    names = ["a", "b", "c", "d"]
    file = write("oil.md", OIL)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: shelf.add(name, [file]), names))
        found = list(pool.map(lambda name: shelf.open(name).ask(QUESTION).status, names * 3))
    assert set(found) == {Status.ANSWERED}


def test_an_import_that_is_stopped_leaves_what_was_there(shelf: Shelf, write: Write) -> None:
    class Stopped(Exception):
        pass

    def stop(name: str, done: int, total: int) -> None:
        if done:
            raise Stopped

    with pytest.raises(Stopped):
        shelf.add("wagon", [write("oil.md", OIL)], stop)
    assert shelf.names() == []
    shelf.add("wagon", [write("tyres.md", TYRES)])
    with pytest.raises(Stopped):
        shelf.add("wagon", [write("oil.md", OIL)], stop)
    assert list(shelf.documents("wagon")) == ["tyres.md"]
    assert "机油" not in "".join(chunk.text for chunk in shelf.open("wagon").library.chunks)


def test_a_first_import_that_is_stopped_goes_on_with_what_was_embedded(
    settings: Settings, embedder: HashingEmbedder, write: Write
) -> None:
    class Stopped(Exception):
        pass

    def stop(name: str, done: int, total: int) -> None:
        if done:
            raise Stopped

    one_by_one = settings.embedding.model_copy(update={"batch_size": 1})
    shelf = Shelf(settings.model_copy(update={"embedding": one_by_one}))
    clauses = "\n\n".join(f"## 第 {i} 条\n\n第 {i} 条规定，第 {i} 号部件每 {i} 千公里检查一次。" for i in range(1, 13))
    file = write("rules.md", f"# 规定\n\n{clauses}\n")
    with pytest.raises(Stopped):
        shelf.add("wagon", [file], stop)
    before = len(embedder.embedded)
    assert before > 0
    with pytest.raises(ConfigError, match="no collection"):
        shelf.open("wagon")
    report = shelf.add("wagon", [file])
    assert report.embedded == report.chunks - before
    assert shelf.open("wagon").documents


def test_the_last_document_takes_its_collection_with_it(shelf: Shelf, write: Write) -> None:
    shelf.add("wagon", [write("oil.md", OIL)])
    shelf.open("wagon")
    shelf.remove("wagon", "oil.md")
    assert shelf.names() == []
    with pytest.raises(ConfigError, match="no collection"):
        shelf.open("wagon")
    with pytest.raises(ConfigError, match="no collection"):
        shelf.remove("wagon", "oil.md")


def test_what_is_not_there_is_named(shelf: Shelf, write: Write) -> None:
    with pytest.raises(ConfigError, match="wagon"):
        shelf.open("wagon")
    with pytest.raises(ConfigError):
        shelf.add("../x", [write("oil.md", OIL)])
    with pytest.raises(IndexUnusable, match="no index"):
        shelf.open(DEFAULT)
    shelf.add("wagon", [write("oil.md", OIL)])
    with pytest.raises(DocumentError, match=r"oil\.md"):
        shelf.remove("wagon", "other.md")


def test_a_model_that_could_not_be_loaded_is_tried_again(shelf: Shelf, embedder: HashingEmbedder, write: Write) -> None:
    missing = ModelError(Text("It is not here.", "没有。"), Text("Fetch it.", "请下载。"))
    broken = threading.Event()
    broken.set()

    def make(wanted: Settings, progress: Progress | None) -> Embedder:
        if broken.is_set():
            raise missing
        return embedder

    register_embedder("fake", make)
    with pytest.raises(ModelError):
        shelf.add("wagon", [write("oil.md", OIL)])
    broken.clear()
    shelf.add("wagon", [write("oil.md", OIL)])
    assert shelf.open("wagon").documents


def test_prompts_are_read_once_for_all_collections(shelf: Shelf, model: ScriptedModel, write: Write) -> None:
    shelf.add("wagon", [write("oil.md", OIL)])
    shelf.add("van", [write("tyres.md", TYRES)])
    shelf.open("wagon")
    read = len(model.asked)
    assert read > 0
    shelf.open("van")
    assert len(model.asked) == read


def test_a_collection_that_gets_its_first_document_is_not_forgotten(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_WAIT_S", 0.05)
    index = in_collection(settings, "wagon").paths.index
    index.mkdir(parents=True)
    with FileLock(index / ".lock"):
        forget_if_empty(settings, "wagon")
        assert index.is_dir()
    forget_if_empty(settings, "wagon")
    assert not index.exists()
