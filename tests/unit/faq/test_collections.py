"""A collection of its own: drafts with their pictures, served and measured there, and kept when a document goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from drafting import DraftingModel
from eval_builders import make_case
from fakes import HashingEmbedder
from files import add_picture, drawing, word
from typer.testing import CliRunner, Result

from report_qa.cli import app
from report_qa.config import Settings
from report_qa.documents.readers.pictures import pictures_of
from report_qa.evals.systems import Ours, configuration_of
from report_qa.faq.serve import FaqAnswer
from report_qa.faq.stale import find_stale
from report_qa.faq.store import FaqStore
from report_qa.indexing.collections import collection_of, in_collection, remove_document
from report_qa.service import ReportQA, import_documents
from report_qa.shelf import Shelf

STEP = "拧下轮毂螺母前先松开半圈。"


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    """A manual with a picture beside one of its statements."""

    def fill(document: docx.document.Document) -> None:
        document.add_heading("换轮胎", 1)
        document.add_paragraph("千斤顶最多承重1500千克。")
        document.add_heading("拆卸", 1)
        document.add_paragraph(STEP)
        add_picture(document, drawing())

    path = tmp_path / "in" / "wheel.docx"
    path.parent.mkdir()
    path.write_bytes(word(fill))
    return path


@pytest.fixture
def main(make_settings: Callable[..., Settings], embedder: HashingEmbedder, model: DraftingModel,
         tmp_path: Path) -> Settings:  # fmt: skip
    """Settings of the default collection, which is empty."""
    return make_settings(paths__library=str(tmp_path / "library"), llm__provider="drafting")


@pytest.fixture
def cars(main: Settings, manual: Path, embedder: HashingEmbedder) -> Settings:
    """Settings of a collection that holds the manual."""
    made = in_collection(main, "cars")
    import_documents(made, [manual], embedder=embedder)
    return made


@pytest.fixture
def run(main: Settings) -> Callable[..., Result]:
    def invoke(*arguments: str) -> Result:
        paths = main.paths
        values = {
            "paths.corpus": paths.corpus, "paths.index": paths.index, "paths.library": paths.library,
            "embedding.model": "fake", "llm.provider": "drafting",
        }  # fmt: skip
        options = [part for name, value in values.items() for part in ("--set", f"{name}={value}")]
        return CliRunner().invoke(app, ["--language", "en", *options, *arguments])

    return invoke


def published(run: Callable[..., Result], cars: Settings) -> int:
    """Draft, approve and publish; return the number of the pair that has a picture."""
    assert run("faq", "generate", "--collection", "cars").exit_code == 0
    pairs = FaqStore.open(cars).pairs()
    (number,) = (pair.id for pair in pairs if pair.answer == STEP)
    for pair in pairs:
        assert run("faq", "approve", str(pair.id), "--anyway", "--collection", "cars").exit_code == 0
    assert run("faq", "publish", "--collection", "cars").exit_code == 0
    return number


def test_settings_tell_their_collection(main: Settings, cars: Settings) -> None:
    assert collection_of(main) == ("default", main.paths.index)
    assert collection_of(cars) == ("cars", main.paths.index)


def test_a_draft_has_the_picture_of_its_evidence_and_a_served_answer_shows_it(
    run: Callable[..., Result], cars: Settings, main: Settings
) -> None:
    number = published(run, cars)
    pair = FaqStore.open(cars).get(number)
    assert pair.evidence is not None
    (picture,) = pair.evidence.pictures
    file = pictures_of(cars.paths.index) / picture.file
    assert file.read_bytes() == drawing()
    assert str(file) in run("faq", "show", str(number), "--collection", "cars").stdout
    answered = run("ask", pair.question, "--collection", "cars")
    assert STEP in answered.stdout
    assert str(file) in answered.stdout
    assert f"FAQ {number} · v1 · release 1" in answered.stdout
    together = run("ask", pair.question, "--collection", "*")
    assert f"FAQ cars/{number} · v1 · release 1" in together.stdout
    assert str(file) in together.stdout
    assert '"collection": "cars"' in run("ask", pair.question, "--collection", "*", "--json").stdout
    assert FaqStore.open(main).pairs() == []


def test_a_served_answer_is_measured_as_any_other(run: Callable[..., Result], cars: Settings) -> None:
    number = published(run, cars)
    with ReportQA.open(cars) as qa:
        before = configuration_of(qa)
        record = Ours(qa).answer(make_case(question=FaqStore.open(cars).get(number).question))
        assert isinstance(qa.ask(record.asked), FaqAnswer)
    assert (record.status, record.answer) == ("answered", f"{STEP}[1]")
    (cited,) = record.citations
    assert (record.passages[cited.passage].read, cited.quote) == (STEP, STEP)
    assert len(record.figures) == 1
    assert before.index["faq release"].startswith("1@")


def test_a_removed_document_takes_no_pair_with_it(run: Callable[..., Result], cars: Settings, manual: Path) -> None:
    number = published(run, cars)
    removed = run("library", "remove", "wheel.docx", "--yes", "--collection", "cars")
    assert removed.exit_code == 0, removed.output
    assert "0 unchanged, 0 moved, 0 changed, 2 gone" in removed.stdout
    assert not cars.paths.index.exists()
    assert "stale_gone" in {flag.code for flag in FaqStore.open(cars).get(number).flags}
    assert run("import", str(manual), "--collection", "cars").exit_code == 0
    assert FaqStore.open(cars).get(number).flags == ()


def test_an_index_without_documents_is_told_apart_from_none(run: Callable[..., Result], cars: Settings) -> None:
    published(run, cars)
    remove_document(cars, "wheel.docx")
    assert len(find_stale(cars).gone) == 2


def test_an_unknown_collection_is_one_line(run: Callable[..., Result], cars: Settings) -> None:
    result = run("faq", "list", "--collection", "bikes")
    assert result.exit_code == 1
    assert "no collection “bikes”. There are: cars." in result.stderr


def test_what_is_removed_and_brought_back_on_the_page_is_found_too(
    run: Callable[..., Result], cars: Settings, main: Settings, manual: Path
) -> None:
    number = published(run, cars)
    shelf = Shelf(main)
    shelf.remove("cars", "wheel.docx")
    assert {flag.code for flag in FaqStore.open(cars).get(number).flags} >= {"stale_gone"}
    shelf.add("cars", [manual])
    assert FaqStore.open(cars).get(number).flags == ()
