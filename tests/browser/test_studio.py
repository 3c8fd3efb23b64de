"""The studio as it is used: drafting with progress and stop, releases, files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from drafting import MANUAL, DraftingModel, good
from fakes import HashingEmbedder, factory_of
from pages import Site
from playwright.sync_api import BrowserContext, Page, expect
from scripted import MODEL_MISSING, FakeService, Opener

from report_qa.config import Settings, load_settings
from report_qa.faq.records import Draft
from report_qa.faq.releases import served_number
from report_qa.faq.review import Review
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.indexing.collections import in_collection
from report_qa.providers.chat import ChatModel, register_chat
from report_qa.providers.embedders import register_embedder
from report_qa.service import ReportQA, index_corpus
from report_qa.shelf import Shelf

pytestmark = pytest.mark.browser


@dataclass
class Workshop:
    """A served studio over the manual; the model drafts a part whenever ``part`` is released."""

    page: Page
    settings: Settings
    part: threading.Semaphore

    @property
    def store(self) -> FaqStore:
        return FaqStore.open(self.settings)

    def approve(self, *pairs: tuple[str, str]) -> None:
        """Store approved pairs of a question and the sentence that answers it."""
        review = Review(self.store, Sources.open(self.settings.paths.index), self.settings.faq, "ann", HashingEmbedder)
        for question, sentence in pairs:
            place = review.sources.find(sentence)
            assert place is not None
            (number,) = review.store.add([Draft(question=question, answer=sentence, evidence=place.evidence())], "ann")
            review.approve(number)

    def named(self, name: str = "Ann") -> None:
        self.page.fill("#rqs-name input, #rqs-name textarea", name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "car.md").write_text(MANUAL, encoding="utf-8")
    register_embedder("fake", factory_of(HashingEmbedder()))
    values = {
        "paths.corpus": str(folder), "paths.index": str(tmp_path / "index"), "embedding.model": "fake",
        "llm.provider": "drafting", "paths.library": str(tmp_path / "library"),
    }  # fmt: skip
    made = load_settings(values, environment={}).settings
    index_corpus(made)
    return made


@pytest.fixture
def studio(settings: Settings, make_context: Callable[..., BrowserContext]) -> Iterator[Workshop]:
    part = threading.Semaphore(100)

    def script(sentence: str) -> str:
        part.acquire()
        return good(sentence)

    model = DraftingModel(script=script)
    register_chat("drafting", lambda settings, progress: ChatModel(model, "drafting@1", logprobs=False))
    qa = ReportQA.open(settings)
    while part.acquire(blocking=False):
        pass  # from here on the model waits for the test
    site = Site(Opener(FakeService(drafts=qa.draft)), settings=settings)
    page = make_context().new_page()
    page.goto(f"{site.address}studio")
    expect(page.locator("#rqs-coverage table")).to_be_visible()
    yield Workshop(page, settings, part)
    part.release(100)
    site.close()


def test_drafting_is_watched_stopped_and_gone_on_with(studio: Workshop) -> None:
    page, progress = studio.page, studio.page.locator("#rqs-progress")
    expect(page.locator("#rqs-coverage")).to_contain_text("2 of 2 sections have no pair")
    page.click("#rqs-start")
    expect(progress).to_contain_text("0 of 2 parts")
    page.click("#rqs-stop")
    expect(progress).to_contain_text("Stopping after the part under way")
    studio.part.release(3)
    expect(progress).to_contain_text("Stopped: 3 pairs drafted, 6 computed from tables")
    expect(page.locator("#rqs-title")).to_contain_text("9 waiting")
    page.click("#rqs-start")
    expect(progress).to_contain_text("0 of 1 parts")
    studio.part.release(3)
    expect(progress).to_contain_text("Done: 3 pairs drafted")
    expect(page.locator("#rqs-coverage")).to_contain_text("12 of 12 facts are asked; 0 of 2 sections have no pair")
    page.click("#rqs-start")
    expect(progress).to_contain_text("Every section was drafted from before")
    assert len(studio.store.pairs()) == 12


def test_a_release_is_published_and_turned_back(studio: Workshop) -> None:
    page = studio.page
    page.click("#rqs-publish")
    expect(page.locator("#rqs-notice")).to_contain_text("No name was given. Enter yours at the top")
    studio.named()
    page.click("#rqs-publish")
    expect(page.locator("#rqs-notice")).to_contain_text("There is nothing to publish")
    studio.approve(("备胎放在哪里？", "备胎放在后备箱下面的储物格里。"))
    page.fill("#rqs-note input, #rqs-note textarea", "first")
    page.click("#rqs-publish")
    expect(page.locator("#rqs-notice")).to_contain_text("Release 1: 1 pairs, now served")
    studio.approve(("可以用再生机油吗？", "不得使用再生机油。"))
    page.click("#rqs-publish")
    expect(page.locator(".rqs-releases li").first).to_contain_text("Release 2 · 2 pairs")
    page.click("[data-serve='1']")
    expect(page.locator("#rqs-notice")).to_contain_text("Release 1 is served")
    expect(page.locator("[data-serve='2']")).to_be_visible()
    assert served_number(studio.store) == 1


def test_pairs_are_exported_and_imported(studio: Workshop, tmp_path: Path) -> None:
    page = studio.page
    studio.approve(("备胎放在哪里？", "备胎放在后备箱下面的储物格里。"))
    page.click("#rqs-export")
    with page.expect_download() as download:
        page.locator("#rqs-exported a").first.click()
    assert download.value.suggested_filename == "faq-report-qa.xlsx"
    file = tmp_path / "mine.csv"
    file.write_text("question,answer\n可以用再生机油吗？,不得使用再生机油。\n机油多久换？,\n", encoding="utf-8")
    studio.named()
    page.set_input_files("#rqs-upload input[type=file]", file)
    expect(page.locator("#rqs-upload")).to_contain_text("mine")
    page.click("#rqs-import")
    expect(page.locator("#rqs-imported")).to_contain_text("2 rows of layout report-qa: 1 new drafts")
    expect(page.locator("#rqs-imported")).to_contain_text("row 3: the answer is missing")
    expect(page.locator("#rqs-title")).to_contain_text("1 waiting")
    assert [pair.question for pair in studio.store.pairs(text="再生")] == ["可以用再生机油吗？"]


def test_models_that_cannot_be_had_are_told(settings: Settings, make_context: Callable[..., BrowserContext]) -> None:
    site = Site(Opener(error=MODEL_MISSING), settings=settings)
    page = make_context(locale="zh-CN").new_page()
    page.goto(f"{site.address}studio")
    expect(page.locator("#rqs-coverage table")).to_be_visible()
    page.click("#rqs-start")
    expect(page.locator("#rqs-progress .rqf-failed")).to_contain_text("请运行 report-qa models pull 下载")
    expect(page.locator("#rqs-start")).to_be_enabled()
    site.close()


def test_the_pages_are_about_the_collection_that_is_asked(
    settings: Settings, make_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    wagon = in_collection(settings, "wagon")
    wagon.paths.corpus.mkdir(parents=True)
    (wagon.paths.corpus / "wagon.md").write_text(MANUAL.replace("机油", "冷却液"), encoding="utf-8")
    index_corpus(wagon)
    place = Sources.open(wagon.paths.index).find("不得使用再生冷却液。")
    assert place is not None
    draft = Draft(question="能用再生冷却液吗？", answer="不得使用再生冷却液。", evidence=place.evidence())
    FaqStore.open(wagon).add([draft], "ann")
    site = Site(Opener(), shelf=Shelf(settings), settings=settings)
    page = make_context().new_page()
    page.goto(f"{site.address}?collection=wagon")
    expect(page.locator("[data-collection]")).to_have_value("wagon")
    page.goto(f"{site.address}studio")
    expect(page.locator(".rqf-collection")).to_have_text("wagon")
    expect(page.locator("#rqs-coverage")).to_contain_text("冷却液")
    page.goto(f"{site.address}review")
    expect(page.locator("[data-pick]")).to_contain_text("能用再生冷却液吗？")
    expect(page.locator("#rqf-source mark")).to_have_text("不得使用再生冷却液。")
    site.close()
