"""Documents with pictures and pages in the index: kept once, not read again, swept when they are gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashingEmbedder
from files import drawing, pdf, write_lines

from report_qa.config import Settings
from report_qa.documents.readers.pictures import pictures_of
from report_qa.indexing import build as build_module
from report_qa.indexing.build import build_index
from report_qa.indexing.library import Library
from report_qa.indexing.manifest import read_manifest, recipe_of
from report_qa.qa.cite import resolve
from report_qa.qa.context import build_passages
from report_qa.qa.records import Citation
from report_qa.qa.retrieve import Query, Retriever
from report_qa.qa.windows import rank_windows

MakeSettings = Callable[..., Settings]
PAGE = """<html><head><title>车主手册</title></head><body><h1>车主手册</h1>
<h2>座椅加热</h2><p>座椅加热开关位于中控台下方，如图 1 所示。</p><img src="panel.png"><p>图 1 座椅加热面板</p>
<h2>更换轮胎</h2><p>千斤顶应当放在门槛下方的支撑点上，支撑点有三角形标记，切勿放在其他位置。</p></body></html>"""


@pytest.fixture
def settings(make_settings: MakeSettings, embedder: HashingEmbedder, corpus: Path) -> Settings:
    """Settings over a corpus of one page with a picture."""
    (corpus / "manual.html").write_text(PAGE, encoding="utf-8")
    (corpus / "panel.png").write_bytes(drawing())
    return make_settings()


def cited(settings: Settings, embedder: HashingEmbedder, sentence: str) -> Citation:
    """Return the citation of an answer that says a sentence of the index."""
    library = Library(settings.paths.index, recipe_of(embedder.identity, embedder.dimension, settings.chunks))
    hits = Retriever(library, embedder, settings.retrieval).search(Query(sentence))
    passages = build_passages([rank_windows(sentence, hits, library)], settings.retrieval, len)
    (citation,) = resolve(sentence, passages).citations
    return citation


def files(settings: Settings) -> list[str]:
    """Return the names of the picture files of the index."""
    return sorted(path.name for path in pictures_of(settings.paths.index).glob("*"))


def test_a_citation_carries_the_pictures_of_its_sentence_and_no_others(
    settings: Settings, embedder: HashingEmbedder
) -> None:
    build_index(settings, embedder)
    citation = cited(settings, embedder, "座椅加热开关位于中控台下方，如图 1 所示。")
    (picture,) = citation.pictures
    assert picture.caption == "图 1 座椅加热面板"
    assert (pictures_of(settings.paths.index) / picture.file).read_bytes() == drawing()
    other = cited(settings, embedder, "千斤顶应当放在门槛下方的支撑点上，支撑点有三角形标记，切勿放在其他位置。")
    assert other.pictures == ()


def test_a_citation_of_a_pdf_file_knows_page_and_box(
    make_settings: MakeSettings, embedder: HashingEmbedder, corpus: Path
) -> None:
    sentence = "The jack is stored under the floor of the luggage compartment."
    pages = [
        lambda c: write_lines(c, ["The oil is checked every month."]),
        lambda c: write_lines(c, [sentence], top=300),
    ]
    (corpus / "a.pdf").write_bytes(pdf(*pages))
    settings = make_settings()
    build_index(settings, embedder)
    (place,) = cited(settings, embedder, sentence).places
    assert place.page == 2
    assert place.box is not None
    assert 285 < place.box.top < place.box.bottom < 305


def test_the_manifest_tells_what_was_found(settings: Settings, embedder: HashingEmbedder) -> None:
    build_index(settings, embedder)
    manifest = read_manifest(settings.paths.index)
    assert manifest is not None
    entry = manifest.documents["manual.html"]
    assert (entry.parser, entry.pictures, entry.tables, entry.pages, entry.warnings) == ("lxml", 1, 0, None, ())


def test_a_document_that_did_not_change_is_not_read_again(
    settings: Settings, embedder: HashingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(settings, embedder)
    monkeypatch.setattr(build_module, "read_document", None)  # calling it would fail
    report = build_index(settings, embedder)
    assert report.unchanged == ("manual.html",)
    assert report.embedded == 0


def test_a_lost_picture_file_is_made_again(settings: Settings, embedder: HashingEmbedder) -> None:
    build_index(settings, embedder)
    before = files(settings)
    (pictures_of(settings.paths.index) / before[0]).unlink()
    build_index(settings, embedder)
    assert files(settings) == before


def test_pictures_of_a_document_that_is_gone_are_removed(
    settings: Settings, embedder: HashingEmbedder, corpus: Path
) -> None:
    (corpus / "other.txt").write_text("退款在七天之内可以申请，超过期限不再受理。", encoding="utf-8")
    build_index(settings, embedder)
    assert len(files(settings)) == 1
    (corpus / "manual.html").unlink()
    build_index(settings, embedder)
    assert files(settings) == []
