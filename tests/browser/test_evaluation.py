"""The evaluation page as its users see it: a real index with a scripted model behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from eval_builders import HeldModel, row, write_rows
from fakes import HashingEmbedder, factory_of
from pages import Site
from playwright.sync_api import BrowserContext, Page, expect
from scripted import MODEL_MISSING, Opener
from scripted_chat import use_scripted_chat

from report_qa.api.app import create_app
from report_qa.api.backend import Backend
from report_qa.config import Settings, load_settings
from report_qa.evals.folder import RunFolder
from report_qa.providers.embedders import register_embedder
from report_qa.service import index_corpus
from report_qa.shelf import Shelf

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
REPORT = "# 云河年报\n\n## 经营\n\n2024年营业收入为12亿元，比上年增长8%。\n\n## 员工\n\n年末共有员工3200人，其中司机1100人。\n"
ROWS = [
    row(id="income", question="2024年营业收入是多少？", gold="12亿元", key_facts=[["12亿元"]], evidence=["2024年营业收入为12亿元"]),
    row(id="drivers", question="年末司机有多少人？", gold="1100人", key_facts=[["1100"]], evidence=["其中司机1100人"]),
    row(id="moon", question="月球上有几个仓库？", kind="unanswerable", gold="", key_facts=[], evidence=[]),
]  # fmt: skip

MakeContext = Callable[..., BrowserContext]


@pytest.fixture
def model() -> HeldModel:
    model = HeldModel()
    use_scripted_chat(model)
    return model


@pytest.fixture
def settings(tmp_path: Path, model: HeldModel) -> Settings:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "yunhe.md").write_text(REPORT, encoding="utf-8")
    register_embedder("fake", factory_of(HashingEmbedder()))
    values = {
        "paths.corpus": str(folder), "paths.index": str(tmp_path / "index"), "embedding.model": "fake",
        "llm.provider": "scripted", "paths.library": str(tmp_path / "library"), "paths.state": str(tmp_path / "state"), "answer.style": "quote",
        "answer.refusal_threshold": "0",
    }  # fmt: skip
    made = load_settings(values, environment={}).settings
    index_corpus(made)
    return made


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    """The page beside the API, whose headers are those of all answers."""
    shelf = Shelf(settings)
    site = Site(Opener(), settings, shelf, create_app(Backend(shelf, default="default")))
    yield site
    site.close()


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "cases.jsonl", *ROWS)


def evaluation(context: BrowserContext, site: Site) -> Page:
    """Open the evaluation."""
    page = context.new_page()
    page.goto(f"{site.address}evaluation")
    page.wait_for_selector("h1")
    return page


def upload(page: Page, file: Path) -> None:
    """Choose a dataset."""
    with page.expect_file_chooser() as chooser:
        page.click("#rqe-upload")
    chooser.value.set_files(file)


def choose(page: Page, field: str, name: str) -> None:
    """Choose an entry of a list."""
    page.locator(f"{field} input").click()
    page.get_by_role("option", name=name, exact=True).click()
    expect(page.get_by_role("option")).to_have_count(0)


def test_a_run_is_started_watched_stopped_gone_on_with_read_and_compared(
    site: Site, make_context: MakeContext, dataset: Path, model: HeldModel
) -> None:
    page = evaluation(make_context(), site)
    expect(page.locator("#rqe-runs")).to_contain_text("There is no run yet. Upload a dataset above")
    upload(page, dataset)
    expect(page.locator("#rqe-notice")).to_contain_text("cases.jsonl: 3 cases")
    page.get_by_label("naive: the tutorial pipeline").check()
    model.hold()
    page.click("#rqe-start")
    progress = page.locator("#rqe-progress h3")
    expect(progress).to_have_text("cases: 3 of 6 answers")
    expect(page.locator("#rqe-progress")).to_contain_text("ours · moon: ")
    expect(page.locator(".rqe-systems li")).to_have_text(["ours · finished", "naive · 0 of 3"])
    expect(page.locator("#rqe-start")).to_be_disabled()
    other = evaluation(make_context(), site)
    expect(other.locator("#rqe-progress h3")).to_have_text("cases: 3 of 6 answers")
    other.click("#rqe-stop")
    expect(page.locator("#rqe-progress")).to_contain_text("Stopping after the case under way")
    model.answers.release(100)
    expect(progress).to_have_text("cases: stopped at 4 of 6 answers; all of them are kept.")
    expect(page.locator("[aria-live=polite].rqa-offscreen")).to_contain_text("stopped at 4 of 6")
    kept = RunFolder.open(Path("bench/cases")).records("naive")
    assert list(kept) == ["income"]

    page.get_by_role("button", name="Go on with cases").click()
    expect(progress).to_have_text("cases: finished, 6 answers.")
    expect(page.locator(".rqe-systems li")).to_have_text(["ours · finished", "naive · finished"])
    assert RunFolder.open(Path("bench/cases")).records("naive")["income"] == kept["income"]
    assert Path("bench/cases/report.html").is_file()

    read = page.get_by_role("button", name="Read the report of cases")
    read.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".rqe-report h2")).to_be_focused()
    report = page.frame_locator(".rqe-report iframe")
    expect(report.get_by_role("heading", name="How right the answers are")).to_be_visible()
    expect(report.locator("body")).to_contain_text("cases.jsonl")
    body = report.locator("body")
    assert body.evaluate("() => origin") == "null"
    expect(report.locator("html")).to_have_attribute("data-look", "light")
    page.click("#rqe-theme button")
    expect(report.locator("html")).to_have_attribute("data-look", "dark")

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open in a tab of its own").click()
    expect(opened.value.get_by_role("heading", name="How right the answers are")).to_be_visible()
    assert opened.value.evaluate("() => origin") == "null"
    opened.value.close()

    choose(page, "#rqe-before", "cases · naive")
    choose(page, "#rqe-after", "cases · ours")
    page.click("#rqe-compare")
    table = page.locator(".rqe-compared table")
    expect(table.locator("th").nth(1)).to_have_text("A: naive")
    expect(table.locator("tbody tr")).not_to_have_count(0)
    expect(page.locator(".rqe-compared")).to_contain_text("Won (")


def test_what_cannot_be_is_told_in_a_line_with_its_remedy(
    site: Site, make_context: MakeContext, tmp_path: Path, dataset: Path
) -> None:
    page = evaluation(make_context(), site)
    alert = page.get_by_role("alert")
    page.click("#rqe-start")
    expect(alert).to_have_text("No dataset is chosen. Upload one, or choose one of the list.")
    upload(page, write_rows(tmp_path / "bad.jsonl", ROWS[0], "{"))
    expect(alert).to_contain_text("The dataset bad.jsonl cannot be used: line 2:")
    expect(alert).to_contain_text("Mend it and run again; nothing was measured.")
    upload(page, dataset)
    expect(page.locator("#rqe-notice [role=status]")).to_be_visible()
    page.fill("#rqe-name input, #rqe-name textarea", "../x")
    page.click("#rqe-start")
    expect(alert).to_contain_text("cannot be the name of a run")
    page.fill("#rqe-name input, #rqe-name textarea", "")
    page.get_by_label("ours: this system").uncheck()
    page.click("#rqe-start")
    expect(alert).to_have_text("No system is chosen. Choose one at least.")
    page.click("#rqe-compare")
    expect(page.locator("#rqe-compared [role=alert]")).to_have_text("There are not two systems chosen. Choose A and B.")
    assert not Path("bench").exists()


def test_models_that_cannot_be_had_are_told_and_the_page_is_read_in_chinese_on_a_phone(
    make_context: MakeContext, dataset: Path
) -> None:
    site = Site(Opener(error=MODEL_MISSING))
    try:
        page = evaluation(make_context(locale="zh-CN", viewport=PHONE, is_mobile=True, has_touch=True), site)
        expect(page.locator("h1")).to_have_text("评测")
        assert page.locator("html").get_attribute("lang") == "zh"
        upload(page, dataset)
        expect(page.locator("#rqe-notice")).to_contain_text("3 个用例")
        page.click("#rqe-start")
        expect(page.locator("#rqe-progress h3")).to_have_text("cases：未能开始。")
        expect(page.locator("#rqe-progress .rqe-failed")).to_contain_text("请运行 report-qa models pull 下载")
        expect(page.locator("#rqe-start")).to_be_enabled()
        for part in ("html", "#rqe-page"):
            assert page.locator(part).evaluate("e => e.scrollWidth - e.clientWidth") == 0
        page.click("#rqe-language")
        expect(page.locator("h1")).to_have_text("Evaluation")
        page.get_by_role("link", name="Ask", exact=True).click()
        page.wait_for_selector("[data-state=failed]")
        assert page.locator("#rqa-head").evaluate("e => e.scrollWidth - e.clientWidth") == 0
        page.get_by_role("link", name="Evaluation").click()
        expect(page.locator("h1")).to_have_text("Evaluation")
    finally:
        site.close()
