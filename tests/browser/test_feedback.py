"""What visitors say of answers, as they say it and as reviewers see it; and what they take along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from drafting import MANUAL
from fakes import HashingEmbedder, factory_of
from fastapi import FastAPI
from pages import Site, visit
from playwright.sync_api import BrowserContext, Page, expect
from scripted import FakeService, Opener, OpenerShelf

from report_qa.config import Settings, load_settings
from report_qa.doctor import examine
from report_qa.evals.dataset import load_cases
from report_qa.faq.store import FaqStore
from report_qa.providers.embedders import register_embedder
from report_qa.runtime.line import Line
from report_qa.runtime.measures import Measures
from report_qa.service import index_corpus
from report_qa.ui.status.desk import Operations

pytestmark = pytest.mark.browser

QUESTION = "广告素材用AI生成后成本降了多少？"
NEXT = "调研的有效样本有多少份？"

MakeContext = Callable[..., BrowserContext]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "car.md").write_text(MANUAL, encoding="utf-8")
    register_embedder("fake", factory_of(HashingEmbedder()))
    values = {
        "paths.corpus": str(folder), "paths.index": str(tmp_path / "index"), "embedding.model": "fake",
        "paths.library": str(tmp_path / "library"), "paths.state": str(tmp_path / "state"),
        "paths.models": str(tmp_path / "models"),
    }  # fmt: skip
    made = load_settings(values, environment={}).settings
    index_corpus(made)
    return made


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    listing = load_settings({"llm.api_key": "sk-secret"}, environment={}).listing()
    line = Line()
    operations = Operations(
        listing, partial(examine, settings, serving=True), lambda: frozenset({"llm"}), Measures(line), line
    )
    opener = Opener(FakeService(next=(NEXT, "哪些行业参与了调研？")))
    made = Site(opener, settings=settings, shelf=OpenerShelf(opener), app=FastAPI(), operations=operations)
    yield made
    made.close()


def asked(page: Page, question: str, outcome: str) -> None:
    before = page.locator("[data-outcome]").count()
    page.fill("#rqa-box textarea", question)
    page.click("#rqa-send")
    expect(page.locator("[data-outcome]")).to_have_count(before + 1)
    expect(page.locator("[data-outcome]").last).to_have_attribute("data-outcome", outcome)
    expect(page.locator("#rqa-send")).to_be_visible()


def test_what_is_said_of_an_answer_reaches_the_reviewers_and_becomes_a_draft_and_a_case(
    site: Site, settings: Settings, make_context: MakeContext, tmp_path: Path
) -> None:
    page = visit(make_context(), site)
    asked(page, QUESTION, "answered")
    page.click(".rqa-down")
    expect(page.locator(".rqa-judge")).to_contain_text("are kept for the reviewers")
    page.click(".rqa-judge .rqa-button")  # nothing is chosen yet
    expect(page.locator("[data-judged]")).to_have_count(0)
    page.check("input[value=citation]")
    page.fill("input[name=reason]", "<b>第3行</b>没有说")
    page.press("input[name=reason]", "Enter")
    expect(page.locator("#rqa-notice")).to_contain_text("The reviewers will see it")
    expect(page.locator("[data-judged=down]")).to_contain_text("You called it wrong")
    asked(page, "unknown 谁发明了轮子？", "refused")
    page.click(".rqa-up")
    expect(page.locator("[data-judged=up]")).to_have_count(1)
    page.reload()
    expect(page.locator("[data-judged]")).to_have_count(2)
    expect(page.locator(".rqa-up")).to_have_count(0)

    page.goto(f"{site.address}feedback")
    wrong, right = page.locator(".rqd-item").nth(0), page.locator(".rqd-item").nth(1)
    for told in (QUESTION, "The source does not say so", "<b>第3行</b>没有说", "成本降低了70%"):
        expect(wrong).to_contain_text(told)
    right.get_by_role("button", name="Make a case").click()
    expect(page.locator("#rqp-notice")).to_contain_text("The case is kept")
    wrong.get_by_role("button", name="Make a case").click()
    wrong.get_by_role("button", name="Keep the case").click()
    expect(page.locator("#rqp-notice")).to_contain_text("there is no right answer")
    wrong.locator("textarea[name=gold]").fill("成本降低了70%。")
    wrong.get_by_role("button", name="Keep the case").click()
    expect(page.locator("#rqp-notice")).to_contain_text("The case is kept")
    expect(page.locator(".rqd-item")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download JSONL").click()
    assert download.value.suggested_filename == "feedback.jsonl"
    file = tmp_path / "feedback.jsonl"
    download.value.save_as(file)
    refused, mended = load_cases(file)
    assert (refused.kind, refused.question) == ("unanswerable", "unknown 谁发明了轮子？")
    assert (mended.question, mended.gold, mended.key_facts) == (QUESTION, "成本降低了70%。", (("70%",),))


def test_one_click_makes_a_draft_that_waits_in_the_review(
    site: Site, settings: Settings, make_context: MakeContext
) -> None:
    page = visit(make_context(locale="zh-CN"), site)
    asked(page, "unknown 备胎放在哪里？", "refused")
    page.click(".rqa-down")
    page.check("input[value=should_answer]")
    page.click(".rqa-judge .rqa-button")
    expect(page.locator("[data-judged=down]")).to_contain_text("你认为答得不对")
    page.goto(f"{site.address}feedback")
    page.get_by_role("button", name="写成问答").click()
    expect(page.locator("#rqp-notice")).to_contain_text("草稿 1 已在“主文档集”的审核中等待")
    (pair,) = FaqStore.open(settings).pairs()
    assert (pair.question, pair.answer) == ("unknown 备胎放在哪里？", "")
    page.goto(f"{site.address}review")
    expect(page.locator("[data-pick]")).to_contain_text("unknown 备胎放在哪里？")


def test_a_conversation_is_saved_and_copied_with_its_citations(
    site: Site, make_context: MakeContext, tmp_path: Path
) -> None:
    context = make_context(permissions=["clipboard-read", "clipboard-write"])
    page = visit(context, site)
    asked(page, QUESTION, "answered")
    asked(page, "unknown", "refused")
    asked(page, "break", "failed")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as Markdown").click()
    assert download.value.suggested_filename.startswith("report-qa-")
    file = tmp_path / "conversation.md"
    download.value.save_as(file)
    saved = file.read_text(encoding="utf-8")
    for told in (f"## 1. {QUESTION}", "lines 120–136", "> AI生成后成本降低 70%", "**The documents do not say**",
                 "**The answer failed**"):  # fmt: skip
        assert told in saved
    page.get_by_role("button", name="Copy conversation").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == saved


def test_a_question_to_go_on_with_is_asked_by_a_click(site: Site, make_context: MakeContext) -> None:
    page = visit(make_context(), site)
    asked(page, QUESTION, "answered")
    page.get_by_role("button", name=NEXT).click()
    expect(page.locator("[data-outcome]")).to_have_count(2)
    assert site.service.asked[-1][0] == NEXT
    expect(page.locator(".rqa-meant .rqa-example")).to_have_text(["哪些行业参与了调研？", "哪个行业最缺人才？"])


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_the_status_page_shows_what_runs_here(site: Site, make_context: MakeContext, language: str) -> None:
    context = make_context(locale=language, viewport={"width": 390, "height": 844})
    page = visit(context, site)
    asked(page, QUESTION, "answered")
    page.goto(f"{site.address}status")
    english = language == "en-US"
    expect(page.locator(".rqt-findings li[data-severity=error]").first).to_contain_text("report-qa models pull")
    body = page.locator("#rqp-body")
    for told in (
        "answered" if english else "已回答", "loaded" if english else "已加载", "Main documents" if english else "主文档集",
        "llm.api_key", "command line" if english else "命令行",
    ):  # fmt: skip
        expect(body).to_contain_text(told)
    assert "sk-secret" not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#rqp-language")
    expect(body).to_contain_text("健康检查" if english else "Health")
    page.locator(".rqt-findings").wait_for()
    page.locator(".rqa-nav a").first.click()
    expect(page.locator("[data-outcome]")).to_have_count(1)
