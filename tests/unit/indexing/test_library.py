"""Opening an index: what does not fit or is damaged is refused, and nothing is written."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEmbedder

from report_qa.config import Settings
from report_qa.errors import IndexUnusable
from report_qa.indexing.build import build_index
from report_qa.indexing.library import Library
from report_qa.indexing.manifest import recipe_of
from report_qa.indexing.store import VectorStore

DOCUMENT = """# 年度报告

## 收入

本年度公司收入为 35 亿元，比上一年度增长 12%。

## Staff

The company has 120 employees now.

| 地区 | 收入 |
|---|---|
| 华东 | 20 亿元 |
| 华南 | 15 亿元 |
"""


@pytest.fixture
def settings(make_settings: Callable[..., Settings], embedder: HashingEmbedder, corpus: Path) -> Settings:
    """Settings of an index that is built."""
    (corpus / "report.md").write_text(DOCUMENT, encoding="utf-8")
    settings = make_settings()
    build_index(settings, embedder)
    return settings


@pytest.fixture
def index(settings: Settings, tmp_path: Path) -> Path:
    """A copy of the built index, which nothing in this process has open."""
    return Path(shutil.copytree(settings.paths.index, tmp_path / "copy"))


def opened(index: Path, settings: Settings, embedder: HashingEmbedder) -> Library:
    """Open an index."""
    return Library(index, recipe_of(embedder.identity, embedder.dimension, settings.chunks))


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(index: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what every table of Chroma's database holds."""
    with sqlite3.connect(f"file:{index / 'chroma' / 'chroma.sqlite3'}?mode=ro&immutable=1", uri=True) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        return {name: database.execute(f'select * from "{name}"').fetchall() for name in tables if "fts" not in name}


def use(index: Path, settings: Settings, embedder: HashingEmbedder) -> None:
    """Open an index and search it in all ways."""
    library = opened(index, settings, embedder)
    assert library.nearest(embedder.embed_queries(["收入是多少"]), 3)[0]
    assert library.chunk_keywords.scores("收入").max() > 0
    assert library.section_keywords.scores("employees").max() > 0


def test_what_is_opened_is_what_was_built(index: Path, settings: Settings, embedder: HashingEmbedder) -> None:
    library = opened(index, settings, embedder)
    (document,) = library.documents
    assert (document.name, document.title, document.language) == ("report.md", "年度报告", "zh")
    assert [ref.section.title for ref in library.sections] == ["收入", "Staff"]
    assert library.sections[1].section.tables[0].table.rows == (("华东", "20 亿元"), ("华南", "15 亿元"))
    assert [library.sections[s].position for s in library.chunk_sections] == library.chunk_sections
    assert library.languages == ("zh",)


def test_the_nearest_chunk_to_its_own_text_is_itself(
    index: Path, settings: Settings, embedder: HashingEmbedder
) -> None:
    library = opened(index, settings, embedder)
    texts = [library.chunk_text(i) for i in range(len(library.chunks))]
    for position, found in enumerate(library.nearest(embedder.embed_queries(texts), 1)):
        assert found == {position: pytest.approx(1.0, abs=1e-4)}


def test_similarities_are_cosines(index: Path, settings: Settings, embedder: HashingEmbedder) -> None:
    library = opened(index, settings, embedder)
    query = embedder.embed_queries(["收入是多少"])
    vectors = embedder.embed_queries([library.chunk_text(i) for i in range(len(library.chunks))])
    (found,) = library.nearest(query, len(library.chunks))
    assert found == pytest.approx(dict(enumerate((vectors @ query[0]).tolist())), abs=1e-4)


def test_opening_and_searching_leaves_our_files_alone_and_adds_none(
    index: Path, settings: Settings, embedder: HashingEmbedder
) -> None:
    before = hashes(index)
    use(index, settings, embedder)
    after = hashes(index)
    assert after.keys() == before.keys()
    ours = {name: digest for name, digest in before.items() if not name.startswith("chroma/")}
    assert {name: after[name] for name in ours} == ours


def test_opening_and_searching_changes_no_record_of_chroma_but_its_log_of_openings(
    index: Path, settings: Settings, embedder: HashingEmbedder
) -> None:
    before = rows(index)
    use(index, settings, embedder)
    after = rows(index)
    opened_before, opened_after = before.pop("acquire_write"), after.pop("acquire_write")
    assert after == before
    assert len(opened_after) == len(opened_before) + 1


@pytest.mark.xfail(strict=True, reason="Chroma's client adds a row to acquire_write whenever it opens its database")
def test_opening_and_searching_writes_nothing_at_all(
    index: Path, settings: Settings, embedder: HashingEmbedder
) -> None:
    before = hashes(index)
    use(index, settings, embedder)
    assert hashes(index) == before


def test_vectors_that_the_manifest_does_not_name_are_never_found(settings: Settings, embedder: HashingEmbedder) -> None:
    VectorStore(settings.paths.index).add(["b2:stranger"], embedder.embed_queries(["收入是多少"]), ["other.md"])
    library = opened(settings.paths.index, settings, embedder)
    (found,) = library.nearest(embedder.embed_queries(["收入是多少"]), 1)
    assert found
    assert all(0 <= position < len(library.chunks) for position in found)


@pytest.mark.parametrize("empty", [True, False])
def test_a_folder_without_an_index_is_refused_with_the_remedy(
    tmp_path: Path, make_settings: Callable[..., Settings], embedder: HashingEmbedder, empty: bool
) -> None:
    folder = tmp_path / "nothing"
    if empty:
        folder.mkdir()
    with pytest.raises(IndexUnusable, match="report-qa index"):
        opened(folder, make_settings(), embedder)
    assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.parametrize(
    ("key", "changes"),
    [("window_chars", {"chunks__window_chars": "200"}), ("section_chars", {"chunks__section_chars": "900"})],
)
def test_an_index_of_other_chunk_settings_is_refused_with_the_remedy(
    index: Path, make_settings: Callable[..., Settings], embedder: HashingEmbedder, key: str, changes: dict[str, str]
) -> None:
    (index.parent / "index").rename(index.parent / "old")
    with pytest.raises(IndexUnusable, match=key) as caught:
        opened(index, make_settings(**changes), embedder)
    assert "report-qa index" in caught.value.remedy.en
    assert "report-qa index" in caught.value.remedy.zh


def test_an_index_of_another_embedder_is_refused_with_both_names(index: Path, settings: Settings) -> None:
    with pytest.raises(IndexUnusable, match=r"fake@1.*fake@2"):
        opened(index, settings, HashingEmbedder("fake@2"))


def damage_manifest(index: Path) -> None:
    (index / "manifest.json").write_text('{"recipe":')


def damage_format(index: Path) -> None:
    raw = json.loads((index / "manifest.json").read_text())
    raw["recipe"]["format"] = 2
    (index / "manifest.json").write_text(json.dumps(raw))


def damage_record(index: Path) -> None:
    (record,) = (index / "documents").iterdir()
    record.write_bytes(record.read_bytes().replace(b"35", b"36"))


def remove_record(index: Path) -> None:
    (record,) = (index / "documents").iterdir()
    record.unlink()


def remove_vectors(index: Path) -> None:
    shutil.rmtree(index / "chroma")


def damage_vectors(index: Path) -> None:
    (index / "chroma" / "chroma.sqlite3").write_bytes(b"this is no database" * 100)


def remove_some_vectors(index: Path) -> None:
    store = VectorStore(index)
    store.delete(sorted(store.ids())[:1])


@pytest.mark.parametrize(
    "damage",
    [damage_manifest, damage_format, damage_record, remove_record, remove_vectors, damage_vectors, remove_some_vectors],
)
def test_a_damaged_index_is_refused_with_the_remedy(
    index: Path, settings: Settings, embedder: HashingEmbedder, damage: Callable[[Path], None]
) -> None:
    damage(index)
    with pytest.raises(IndexUnusable, match="damaged") as caught:
        opened(index, settings, embedder)
    assert "--rebuild" in caught.value.remedy.en
    assert "--rebuild" in caught.value.remedy.zh


def test_scores_of_keywords_are_zero_where_no_word_occurs(
    index: Path, settings: Settings, embedder: HashingEmbedder
) -> None:
    library = opened(index, settings, embedder)
    assert not np.any(library.chunk_keywords.scores("斑马 zebra"))
    assert len(library.chunk_keywords.scores("")) == len(library.chunks)
