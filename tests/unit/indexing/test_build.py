"""Building the index: only what is new is embedded, and a build that dies leaves what was there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import EmbedderBroke, HashingEmbedder
from filelock import FileLock

from report_qa.config import Settings
from report_qa.errors import DocumentError, IndexUnusable, ModelError, Text
from report_qa.indexing import lock
from report_qa.indexing.build import BuildReport, build_index
from report_qa.indexing.library import Library
from report_qa.indexing.manifest import read_manifest, recipe_of
from report_qa.providers.embedders import load_embedder

MakeSettings = Callable[..., Settings]

REFUNDS = """# 退款说明

## 期限

客户可以在收到商品之后的七天之内申请全额退款，超过这个期限的申请一律不再受理，请各位客户注意。

## 方式

退款原路退回客户付款时使用的银行账户，一般需要三个工作日到账，遇到法定的节假日时相应顺延。
"""
INCOME = """# Annual report

## Income

Income rose to 35 million last year, mostly from abroad.

## Staff

The company has 120 employees now, ten more than before.
"""
EXCEPTION = "定制商品以及已经拆封的软件产品不支持退款，除非商品本身存在质量问题并且有检验机构的证明。"
PAY = "Staff are paid once in every month of the year, on its last working day."


def write(corpus: Path, **documents: str) -> None:
    """Write documents into the corpus."""
    for name, text in documents.items():
        (corpus / f"{name}.md").write_text(text, encoding="utf-8")


def build(settings: Settings, *, rebuild: bool = False) -> BuildReport:
    """Build with the embedder of the settings."""
    return build_index(settings, load_embedder(settings), rebuild=rebuild)


def opened(settings: Settings) -> Library:
    """Open the index with the embedder of the settings."""
    embedder = load_embedder(settings)
    return Library(settings.paths.index, recipe_of(embedder.identity, embedder.dimension, settings.chunks))


def nearest_text(settings: Settings, question: str) -> str:
    """Return the text of the chunk nearest to a question."""
    library = opened(settings)
    (row,) = library.nearest(load_embedder(settings).embed_queries([question]), 1)
    return library.chunks[max(row, key=lambda position: row[position])].text


def names(settings: Settings) -> list[str]:
    """Return the documents of the index."""
    return [document.name for document in opened(settings).documents]


@pytest.fixture
def settings(make_settings: MakeSettings, embedder: HashingEmbedder, corpus: Path) -> Settings:
    """Settings over a corpus of a Chinese and an English document."""
    write(corpus, refunds=REFUNDS, income=INCOME)
    return make_settings()


@pytest.mark.parametrize(
    ("question", "words"), [("多少天之内可以申请退款？", "七天"), ("How many employees does the company have?", "120")]
)
def test_what_was_built_is_found(settings: Settings, question: str, words: str) -> None:
    report = build(settings)
    assert report.added == ("income.md", "refunds.md")
    assert report.embedded == report.chunks == len(opened(settings).chunks)
    assert words in nearest_text(settings, question)


def test_chunks_are_embedded_under_their_headings(settings: Settings, embedder: HashingEmbedder) -> None:
    build(settings)
    assert "Staff\nThe company has 120 employees now, ten more than before." in embedder.embedded


def test_an_unchanged_corpus_embeds_nothing(settings: Settings, embedder: HashingEmbedder) -> None:
    build(settings)
    embedder.embedded.clear()
    report = build(settings)
    assert report.unchanged == ("income.md", "refunds.md")
    assert report.added == report.changed == report.removed == ()
    assert embedder.embedded == []
    assert report.embedded == 0


def test_a_changed_document_embeds_only_its_new_chunks(
    settings: Settings, embedder: HashingEmbedder, corpus: Path
) -> None:
    before = build(settings).chunks
    embedder.embedded.clear()
    write(corpus, refunds=f"{REFUNDS}\n## 例外\n\n{EXCEPTION}\n")
    report = build(settings)
    assert report.changed == ("refunds.md",)
    assert embedder.embedded == [f"例外\n{EXCEPTION}"]
    assert report.chunks == before + 1


def test_a_replaced_paragraph_is_no_longer_found(settings: Settings, corpus: Path) -> None:
    build(settings)
    write(corpus, refunds=REFUNDS.replace("七天", "三十天"))
    build(settings)
    assert "三十天" in nearest_text(settings, "多少天之内可以申请退款？")
    assert not any("七天" in chunk.text for chunk in opened(settings).chunks)


def test_a_removed_document_disappears_with_its_record_and_vectors(settings: Settings, corpus: Path) -> None:
    build(settings)
    (corpus / "refunds.md").unlink()
    report = build(settings)
    assert report.removed == ("refunds.md",)
    assert names(settings) == ["income.md"]
    library = opened(settings)
    (found,) = library.nearest(load_embedder(settings).embed_queries(["退款"]), 50)
    assert len(found) == len(library.chunks) == report.chunks
    assert len(list((settings.paths.index / "documents").iterdir())) == 1


def test_a_renamed_document_is_one_removed_and_one_added(settings: Settings, corpus: Path) -> None:
    build(settings)
    (corpus / "refunds.md").rename(corpus / "returns.md")
    report = build(settings)
    assert (report.added, report.removed) == (("returns.md",), ("refunds.md",))


def test_progress_is_told_by_document_up_to_all_its_chunks(settings: Settings) -> None:
    told: list[tuple[str, int, int]] = []
    build_index(settings, load_embedder(settings), progress=lambda *step: told.append(step))
    for name in ("income.md", "refunds.md"):
        steps = [(done, total) for told_name, done, total in told if told_name == name]
        assert steps[0] == (0, steps[0][1])
        assert steps[-1] == (steps[0][1], steps[0][1])


def test_other_files_are_reported_as_left_out(settings: Settings, corpus: Path) -> None:
    (corpus / "film.mp4").write_bytes(b"ftyp")
    assert build(settings).skipped == ("film.mp4",)


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_first_build_that_dies_leaves_no_half_index_and_the_next_one_completes(
    make_settings: MakeSettings, embedder: HashingEmbedder, corpus: Path, after: int
) -> None:
    write(corpus, refunds=REFUNDS, income=INCOME)
    settings = make_settings(embedding__batch_size="1")
    embedder.fail_after = after
    with pytest.raises(EmbedderBroke):
        build(settings)
    manifest = read_manifest(settings.paths.index)
    assert manifest is None or all(name in {"income.md", "refunds.md"} for name in manifest.documents)
    embedder.fail_after = None
    build(settings)
    assert names(settings) == ["income.md", "refunds.md"]
    assert "七天" in nearest_text(settings, "多少天之内可以申请退款？")


@pytest.mark.parametrize("more", [0, 1, 2, 5])
def test_an_update_that_dies_leaves_the_old_index_usable(
    make_settings: MakeSettings, embedder: HashingEmbedder, corpus: Path, more: int
) -> None:
    write(corpus, refunds=REFUNDS)
    settings = make_settings(embedding__batch_size="1")
    build(settings)
    sections = [
        f"## 条款{'甲乙丙丁戊己庚辛壬癸'[i]}\n\n{'退款条款的具体内容说明文字。' * (8 + i)}\n" for i in range(10)
    ]
    write(corpus, refunds="# 退款说明\n\n" + "\n".join(sections))
    embedder.fail_after = len(embedder.embedded) + more
    with pytest.raises(EmbedderBroke):
        build(settings)
    assert "七天" in nearest_text(settings, "多少天之内可以申请退款？")
    embedder.fail_after = None
    report = build(settings)
    library = opened(settings)
    assert report.chunks == len(library.chunks)
    assert not any("七天" in chunk.text for chunk in library.chunks)
    (found,) = library.nearest(embedder.embed_queries(["退款"]), 1000)
    assert len(found) == len(library.chunks)


def test_a_build_goes_on_where_a_killed_one_stopped(
    make_settings: MakeSettings, embedder: HashingEmbedder, corpus: Path
) -> None:
    write(corpus, income=INCOME)
    settings = make_settings()
    build(settings)
    write(corpus, refunds=REFUNDS, staff=f"# Staff\n\n## Pay\n\n{PAY}\n")
    embedder.fail_after = len(embedder.embedded) + 2  # enough for the refunds, not for the staff
    with pytest.raises(EmbedderBroke):
        build(settings)
    assert names(settings) == ["income.md", "refunds.md"]
    embedder.fail_after = None
    embedder.embedded.clear()
    assert build(settings).added == ("staff.md",)
    assert embedder.embedded == [f"Pay\n{PAY}"]


def test_a_model_that_fails_is_no_fault_of_the_document(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    error = ModelError(Text("The model is gone.", "模型不在了。"), Text("Fetch it.", "请下载。"))

    def fail(self: HashingEmbedder, texts: list[str]) -> None:
        raise error

    monkeypatch.setattr(HashingEmbedder, "embed_passages", fail)
    with pytest.raises(ModelError) as caught:
        build(settings)
    assert caught.value is error


def test_a_second_builder_is_told_to_wait(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    build(settings)
    monkeypatch.setattr(lock, "_WAIT_S", 0.0)
    with FileLock(settings.paths.index / ".lock"), pytest.raises(IndexUnusable, match="Another process") as caught:
        build(settings)
    assert caught.value.retryable
    assert caught.value.remedy.zh == "请等它完成。"
    assert build(settings).unchanged == ("income.md", "refunds.md")


@pytest.mark.parametrize("bad", [b"", b"\0" * 400])
def test_a_document_that_can_no_longer_be_read_keeps_its_last_good_version(
    settings: Settings, corpus: Path, bad: bytes
) -> None:
    build(settings)
    (corpus / "refunds.md").write_bytes(bad)
    report = build(settings)
    ((name, error),) = report.failed
    assert name == "refunds.md"
    assert isinstance(error, DocumentError)
    assert "七天" in nearest_text(settings, "多少天之内可以申请退款？")


def test_a_new_document_that_cannot_be_read_does_not_stop_the_others(settings: Settings, corpus: Path) -> None:
    (corpus / "bad.txt").write_bytes(b"\0" * 400)
    report = build(settings)
    assert [name for name, _ in report.failed] == ["bad.txt"]
    assert names(settings) == ["income.md", "refunds.md"]


def test_a_corpus_without_a_readable_document_raises_its_error(
    make_settings: MakeSettings, embedder: HashingEmbedder, corpus: Path
) -> None:
    (corpus / "bad.txt").write_bytes(b"\0" * 400)
    with pytest.raises(DocumentError, match=r"bad\.txt"):
        build(make_settings())


def test_a_missing_corpus_leaves_the_index_as_it_was(settings: Settings, corpus: Path) -> None:
    build(settings)
    corpus.rename(corpus.with_name("moved"))
    with pytest.raises(DocumentError, match="does not exist"):
        build(settings)
    assert names(settings) == ["income.md", "refunds.md"]


@pytest.mark.parametrize("change", ["embedder", "window", "section"])
def test_a_build_by_another_recipe_embeds_everything_anew(
    make_settings: MakeSettings, settings: Settings, embedder: HashingEmbedder, change: str
) -> None:
    total = build(settings).chunks
    embedder.embedded.clear()
    if change == "embedder":
        embedder.identity = "fake@2"
    changes = {"window": {"chunks__window_chars": "151"}, "section": {"chunks__section_chars": "1201"}}
    now = make_settings(**changes.get(change, {}))
    report = build(now)
    assert len(embedder.embedded) == total
    assert names(now) == ["income.md", "refunds.md"] == list(report.added)


def test_a_rebuild_replaces_an_index_that_is_open_in_the_same_process(
    settings: Settings, embedder: HashingEmbedder
) -> None:
    total = build(settings).chunks
    opened(settings)
    embedder.embedded.clear()
    report = build(settings, rebuild=True)
    assert len(report.added) == 2
    assert len(embedder.embedded) == total
    assert "七天" in nearest_text(settings, "多少天之内可以申请退款？")


def test_a_damaged_manifest_stops_a_build_but_not_a_rebuild(settings: Settings) -> None:
    build(settings)
    (settings.paths.index / "manifest.json").write_text("{")
    with pytest.raises(IndexUnusable, match="--rebuild"):
        build(settings)
    assert len(build(settings, rebuild=True).added) == 2


def test_an_index_folder_that_cannot_be_made_is_refused_with_a_remedy(
    make_settings: MakeSettings, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexUnusable, match=r"paths\.index"):
        build(make_settings(paths__index=str(tmp_path / "file" / "index")))
