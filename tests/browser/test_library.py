"""The library as its users see it: a real shelf with a scripted model behind the page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEmbedder, factory_of
from files import draw_grid, pdf, write_lines
from numpy.typing import NDArray
from pages import Site, visit
from playwright.sync_api import BrowserContext, Page, expect
from scripted import Opener
from scripted_chat import use_scripted_chat

from report_qa.config import Settings, load_settings
from report_qa.providers.embedders import register_embedder
from report_qa.shelf import Shelf

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
OIL = ["The engine oil is changed every 10,000 km or once a year.", "It takes 4.2 litres of 0W-20."]
TYRES = "# Care\n\n## Tyres\n\nThe cold tyre pressure is 230 kPa, and 260 kPa at the rear with a full load.\n"
QUESTION = "How often is the engine oil changed?"
FILTER = "How often is the air filter changed?"

MakeContext = Callable[..., BrowserContext]


class GatedEmbedder(HashingEmbedder):
    """Waits before it embeds a passage while the gate is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Wait, then embed."""
        self.gate.wait(30)
        return super().embed_passages(texts)


@pytest.fixture
def embedder() -> GatedEmbedder:
    """The embedder behind the page."""
    embedder = GatedEmbedder()
    register_embedder("fake", factory_of(embedder))
    return embedder


@pytest.fixture
def settings(tmp_path: Path, embedder: GatedEmbedder) -> Settings:
    """Settings of an empty library."""
    use_scripted_chat(lambda task, last: QUESTION if task == "rewrite" else "oil 10,000 km")
    paths = {f"paths.{name}": str(tmp_path / name) for name in ("corpus", "index", "library", "state")}
    chosen = {"embedding.model": "fake", "llm.provider": "scripted", "answer.refusal_threshold": "0"}
    return load_settings({**paths, **chosen, "answer.style": "quote"}, environment={}).settings


@pytest.fixture
def shelf(settings: Settings, tmp_path: Path) -> Shelf:
    """Two collections of one document each."""
    (tmp_path / "in").mkdir()
    shelf = Shelf(settings)
    for collection, name, text in (("van", "tyres.md", TYRES), ("wagon", "locks.md", TYRES.replace("Tyres", "Locks"))):
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
        shelf.add(collection, [tmp_path / "in" / name])
    return shelf


@pytest.fixture
def site(shelf: Shelf, settings: Settings) -> Iterator[Site]:
    """The page over the library."""
    site = Site(Opener(), settings, shelf)
    yield site
    site.close()


@pytest.fixture
def printed(tmp_path: Path) -> Path:
    """A PDF file with a name that is not plain."""
    path = tmp_path / "机油 manual.pdf"
    grid = [["Model", "Oil, litres"], ["S5", "4.2"], ["S7", "5.6"], ["S9", "6.5"]]

    def draw(canvas: object) -> None:
        write_lines(canvas, OIL, top=100)  # type: ignore[arg-type]
        draw_grid(canvas, grid, top=180)  # type: ignore[arg-type]

    path.write_bytes(pdf(draw))
    return path


def library(context: BrowserContext, site: Site) -> Page:
    """Open the library."""
    page = context.new_page()
    page.goto(f"{site.address}library")
    page.wait_for_selector(".rql-collection, .rql-nothing")
    return page


def upload(page: Page, *files: Path) -> None:
    """Choose files."""
    with page.expect_file_chooser() as chooser:
        page.click("#rql-upload")
    chooser.value.set_files(files)


def choose_target(page: Page, name: str) -> None:
    """Choose where files go."""
    page.locator("#rql-target input").click()
    page.get_by_role("option", name=name).click()


def test_a_pdf_is_uploaded_into_a_new_collection_and_asked(
    site: Site, make_context: MakeContext, printed: Path
) -> None:
    page = library(make_context(), site)
    choose_target(page, "A new collection…")
    page.fill("#rql-name input, #rql-name textarea", "车 2025")
    upload(page, printed)
    expect(page.locator(".rql-state")).to_have_text("added")
    expect(page.locator("[aria-live=polite].rqa-offscreen")).to_have_text(
        "Imported into “车 2025”. 机油 manual.pdf: added"
    )
    expect(page.locator(".rql-import .rql-found")).to_contain_text("1 page")
    expect(page.locator(".rql-import .rql-found")).to_contain_text("1 table")
    section = page.locator(".rql-collection", has_text="车 2025")
    expect(section.locator(".rql-name")).to_have_text("机油 manual.pdf")
    section.get_by_role("link", name="Ask this collection").click()
    page.wait_for_selector("[data-state=ready]")
    expect(page.locator("[data-collection]")).to_have_value("车 2025")
    page.fill("#rqa-box textarea", QUESTION)
    page.click("#rqa-send")
    expect(page.locator(".rqa-answered .rqa-text")).to_contain_text("every 10,000 km")
    source = page.locator(".rqa-answered .rqa-source").first
    expect(source).to_contain_text("车 2025 / 机油 manual.pdf · page 1")
    source.click()
    page.get_by_text("Show page 1").click()
    image = page.locator(".rqa-panel .rqa-page img")
    expect(image).to_be_visible()
    image.evaluate("image => image.decode()")
    assert image.evaluate("image => image.naturalWidth") == 910


def test_a_collection_is_chosen_in_the_chat_and_stays_chosen(site: Site, make_context: MakeContext) -> None:
    page = visit(make_context(), site)
    choice = page.locator("[data-collection]")
    expect(choice).to_have_value("van")
    expect(page.locator(".rqa-known")).to_contain_text("Care")
    choice.select_option("wagon")
    expect(page.locator(".rqa-example").last).to_contain_text("Locks")
    page.fill("#rqa-box textarea", "How high is the tyre pressure?")
    page.click("#rqa-send")
    expect(page.locator(".rqa-answered .rqa-source").first).to_contain_text("wagon / locks.md")
    page.reload()
    page.wait_for_selector("[data-state=ready]")
    expect(choice).to_have_value("wagon")
    choice.select_option("van")
    page.fill("#rqa-box textarea", "How high is the tyre pressure?")
    page.click("#rqa-send")
    expect(page.locator(".rqa-answered")).to_have_count(2)
    expect(page.locator(".rqa-answered .rqa-source").last).to_contain_text("van / tyres.md")


def test_all_collections_are_asked_at_once(site: Site, make_context: MakeContext, printed: Path, shelf: Shelf) -> None:
    shelf.add("van", [printed])
    page = visit(make_context(), site)
    page.locator("[data-collection]").select_option(label="All collections")
    page.fill("#rqa-box textarea", QUESTION)
    page.click("#rqa-send")
    expect(page.locator(".rqa-answered .rqa-source").first).to_contain_text("van / 机油 manual.pdf · page 1")
    page.locator(".rqa-answered .rqa-source").first.click()
    page.get_by_text("Show page 1").click()
    image = page.locator(".rqa-panel .rqa-page img")
    image.evaluate("image => image.decode()")
    assert image.evaluate("image => image.naturalWidth") == 910


def test_some_collections_are_asked_as_one_and_stay_chosen(
    site: Site, make_context: MakeContext, printed: Path, shelf: Shelf
) -> None:
    shelf.add("bus", [printed])
    page = visit(make_context(), site)
    choice, list_ = page.locator("[data-collection]"), page.locator(".rqa-several")
    expect(choice).to_have_value("bus")
    list_.locator("summary").press("Enter")
    expect(list_.get_by_role("group", name="Collections asked together")).to_be_visible()
    list_.get_by_label("wagon").press("Space")
    page.keyboard.press("Escape")
    expect(list_.get_by_label("wagon")).to_be_hidden()
    expect(choice).to_have_value("bus")  # as it was
    list_.locator("summary").click()
    list_.get_by_label("bus").click()
    expect(list_.get_by_label("bus")).to_be_checked()  # something has to be asked
    list_.get_by_label("wagon").check()
    list_.get_by_role("button", name="Done").click()
    expect(choice.locator("option[selected]")).to_have_text("bus + wagon")
    expect(page.locator(".rqa-example").last).to_contain_text("Locks")
    page.fill("#rqa-box textarea", QUESTION)
    page.click("#rqa-send")
    source = page.locator(".rqa-answered .rqa-source").first
    expect(source).to_contain_text("bus / 机油 manual.pdf · page 1")
    source.click()
    page.get_by_text("Show page 1").click()
    image = page.locator(".rqa-panel .rqa-page img")
    image.evaluate("image => image.decode()")
    assert image.evaluate("image => image.naturalWidth") == 910
    page.reload()
    page.wait_for_selector("[data-state=ready]")
    expect(choice).to_have_value("bus,wagon")
    expect(page.locator(".rqa-answered .rqa-source").first).to_contain_text("bus / 机油 manual.pdf")
    for other in ("review", "studio"):  # which are about one collection
        page.goto(f"{site.address}{other}")
        expect(page.locator(".rqf-collection")).to_have_text("bus")


def test_collections_that_are_ticked_are_asked_at_once_and_by_a_link(
    site: Site, make_context: MakeContext, printed: Path, shelf: Shelf
) -> None:
    shelf.add("bus", [printed])
    context = make_context(locale="zh-CN", viewport=PHONE, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.goto(f"{site.address}?collection=wagon,van,gone")
    page.wait_for_selector("[data-state=ready]")
    choice, list_ = page.locator("[data-collection]"), page.locator(".rqa-several")
    expect(choice).to_have_value("van,wagon")
    list_.locator("summary").tap()
    assert list_.locator("fieldset").evaluate("e => e.getBoundingClientRect().right") <= PHONE["width"]
    list_.get_by_label("van").uncheck()
    list_.get_by_label("bus").check()
    page.fill("#rqa-box textarea", QUESTION)  # leaves the list
    page.press("#rqa-box textarea", "Enter")
    expect(page.locator(".rqa-answered .rqa-source").first).to_contain_text("bus / 机油 manual.pdf")
    expect(choice).to_have_value("bus,wagon")
    list_.locator("summary").tap()
    list_.get_by_label("van").check()
    list_.get_by_role("button", name="完成").tap()
    expect(choice.locator("option[selected]")).to_have_text("全部文档集")
    choice.select_option("van")
    expect(choice.locator("option[selected]")).to_have_text("van")
    list_.locator("summary").tap()
    expect(list_.locator("input:checked")).to_have_count(1)
    for part in ("html", "#rqa-composer"):
        assert page.locator(part).evaluate("e => e.scrollWidth - e.clientWidth") == 0


def test_the_documents_lead_on_without_a_release(
    site: Site, make_context: MakeContext, shelf: Shelf, tmp_path: Path
) -> None:
    service = tmp_path / "service.md"
    service.write_text(f"# Service\n\n## Oil\n\n{OIL[0]}\n\n## {FILTER}\n\nEvery 30,000 km.\n", encoding="utf-8")
    shelf.add("service", [service])
    page = visit(make_context(), site)
    page.locator("[data-collection]").select_option("service")
    page.fill("#rqa-box textarea", QUESTION)
    page.click("#rqa-send")
    proposed = page.locator(".rqa-meant .rqa-example")
    expect(proposed).to_have_text([FILTER])
    proposed.click()
    expect(page.locator(".rqa-answered .rqa-text").nth(1)).to_contain_text("Every 30,000 km")


def test_a_document_is_answered_from_in_a_chat_that_was_open_before(
    site: Site, make_context: MakeContext, printed: Path, shelf: Shelf
) -> None:
    page = visit(make_context(), site)
    shelf.add("van", [printed])
    page.fill("#rqa-box textarea", QUESTION)
    page.click("#rqa-send")
    expect(page.locator(".rqa-answered .rqa-text")).to_contain_text("every 10,000 km")


def test_a_document_is_removed_after_a_question_that_can_be_left_with_the_keyboard(
    site: Site, make_context: MakeContext, shelf: Shelf
) -> None:
    page = library(make_context(), site)
    button = page.get_by_role("button", name="Remove locks.md")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Remove locks.md from “wagon”? Its file in the library is deleted.")
    expect(dialog.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert shelf.names() == ["van", "wagon"]
    button.click()
    dialog.get_by_role("button", name="Remove").click()
    expect(page.locator(".rql-notice[role=status]")).to_have_text("locks.md: removed")
    expect(page.locator(".rql-collection")).to_have_count(1)
    assert shelf.names() == ["van"]


def test_a_document_of_the_same_name_is_replaced_only_when_wanted(
    site: Site, make_context: MakeContext, tmp_path: Path, shelf: Shelf
) -> None:
    page = library(make_context(), site)
    newer = tmp_path / "tyres.md"
    newer.write_text(TYRES.replace("230", "240") + "\n## Spare\n\nThe spare wheel has 420 kPa.\n", encoding="utf-8")
    before = shelf.documents("van")["tyres.md"].sha256
    choose_target(page, "van")
    upload(page, newer)
    expect(page.locator(".rql-asked")).to_contain_text("Already there: tyres.md. Replace?")
    page.click("[data-step=cancel]")
    expect(page.locator(".rql-asked")).to_have_count(0)
    assert shelf.documents("van")["tyres.md"].sha256 == before
    upload(page, newer)
    page.click("[data-step=replace]")
    expect(page.locator(".rql-state")).to_have_text("replaced")
    assert shelf.documents("van")["tyres.md"].sha256 != before


def test_a_file_that_cannot_be_read_is_told_in_a_line_and_keeps_no_other_out(
    site: Site, make_context: MakeContext, tmp_path: Path, printed: Path, shelf: Shelf
) -> None:
    page = library(make_context(), site)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 cut off")
    choose_target(page, "van")
    upload(page, broken, printed)
    expect(page.locator(".rql-state")).to_have_text(["not imported", "added"])
    expect(page.locator(".rql-error")).to_have_text(
        r"broken.pdf cannot be read as PDF (Failed to load document (PDFium: Data format error)). It may be damaged, "
        "cut off or have the wrong ending; open it in its program and save it again."
    )
    assert list(shelf.documents("van")) == ["tyres.md", "机油 manual.pdf"]


def test_a_stopped_import_leaves_nothing(
    site: Site, make_context: MakeContext, printed: Path, shelf: Shelf, embedder: GatedEmbedder, settings: Settings
) -> None:
    page = library(make_context(), site)
    embedder.gate.clear()
    choose_target(page, "van")
    upload(page, printed)
    expect(page.locator(".rql-state")).to_contain_text("indexing")
    other = library(make_context(), site)
    expect(other.locator(".rql-import")).to_contain_text("机油 manual.pdf")
    page.click("#rql-stop")
    expect(page.locator(".rql-import h3")).to_have_text("Stopping the import into “van”…")
    embedder.gate.set()
    expect(page.locator(".rql-state")).to_have_text("stopped, not imported")
    expect(other.locator(".rql-state")).to_have_text("stopped, not imported")
    expect(page.locator("#rql-stop")).to_be_hidden()
    assert list(shelf.documents("van")) == ["tyres.md"]
    assert [path.name for path in (settings.paths.library / "van").iterdir()] == ["tyres.md"]
    upload(page, printed)
    expect(page.locator(".rql-state")).to_have_text("added")


def test_a_name_that_no_collection_can_have_is_told(site: Site, make_context: MakeContext, printed: Path) -> None:
    page = library(make_context(), site)
    choose_target(page, "A new collection…")
    upload(page, printed)
    expect(page.get_by_role("alert")).to_have_text(
        "The new collection has no name. Name it and choose the files again."
    )
    page.fill("#rql-name input, #rql-name textarea", "../x")
    upload(page, printed)
    expect(page.get_by_role("alert")).to_contain_text("cannot be the name of a collection")


def test_the_library_is_read_in_chinese_on_a_phone(site: Site, make_context: MakeContext) -> None:
    page = library(make_context(locale="zh-CN", viewport=PHONE, is_mobile=True, has_touch=True), site)
    expect(page.locator("h1")).to_have_text("文档库")
    expect(page.locator("#rql-upload")).to_have_text("选择文件…")
    assert page.locator("html").get_attribute("lang") == "zh"
    for part in ("html", "#rql-page"):
        assert page.locator(part).evaluate("e => e.scrollWidth - e.clientWidth") == 0
    page.click("#rql-language")
    expect(page.locator("h1")).to_have_text("Library")
    page.get_by_role("link", name="Ask", exact=True).click()
    page.wait_for_selector("[data-state=ready]")
    expect(page.get_by_role("link", name="Library")).to_be_visible()


def test_visitors_change_nothing_where_that_is_not_allowed(
    shelf: Shelf, settings: Settings, make_context: MakeContext
) -> None:
    server = settings.server.model_copy(update={"edit_library": False})
    site = Site(Opener(), settings.model_copy(update={"server": server}), shelf)
    try:
        page = library(make_context(), site)
        expect(page.locator("#rql-add")).to_contain_text("cannot be changed on this page")
        expect(page.locator("#rql-upload")).to_be_hidden()
        expect(page.locator(".rql-remove")).to_have_count(0)
    finally:
        site.close()
