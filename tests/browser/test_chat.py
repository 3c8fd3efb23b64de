"""The page as its users see it: asking, reading, checking, and everything that can go wrong on the way."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from pages import Site, visit
from playwright.sync_api import BrowserContext, Page, expect
from scripted import MODEL_MISSING, SECTION, Opener

pytestmark = pytest.mark.browser

QUESTION = "广告素材用AI生成后成本降了多少？"
PHONE = {"width": 390, "height": 844}

MakeContext = Callable[..., BrowserContext]
MakeSite = Callable[[Opener], Site]


def ask(page: Page, question: str) -> None:
    """Type and send."""
    page.fill("#rqa-box textarea", question)
    page.click("#rqa-send")


def asked(page: Page, question: str, outcome: str = "answered") -> None:
    """Ask and wait for the outcome."""
    before = page.locator("[data-outcome]").count()
    ask(page, question)
    expect(page.locator("[data-outcome]")).to_have_count(before + 1)
    expect(page.locator("[data-outcome]").last).to_have_attribute("data-outcome", outcome)
    expect(page.locator("#rqa-send")).to_be_visible()


def test_stages_and_passages_come_before_the_first_word_and_the_draft_is_replaced(page: Page, site: Site) -> None:
    steps = site.service.steps
    ask(page, f"step: {QUESTION}")
    for stage in ("Understanding the question", "Searching", "Reading"):
        steps.release()
        expect(page.locator(".rqa-stages .rqa-now")).to_have_text(stage)
    steps.release()
    expect(page.locator(".rqa-live .rqa-source")).to_have_count(2)
    expect(page.locator(".rqa-draft")).to_have_count(0)
    page.locator(".rqa-live .rqa-source").first.click()
    expect(page.locator(".rqa-panel mark").first).to_be_visible()
    steps.release(2)
    expect(page.locator(".rqa-draft .rqa-text")).to_have_text("广告素材")
    expect(page.locator(".rqa-draft-label")).to_have_text("Draft, not checked yet")
    expect(page.locator("#rqa-stop")).to_be_visible()
    steps.release(4)
    expect(page.locator(".rqa-stages .rqa-now")).to_have_text("Checking")
    steps.release()
    page.wait_for_selector(".rqa-answered")
    expect(page.locator(".rqa-live")).to_have_count(0)
    expect(page.locator(".rqa-draft")).to_have_count(0)
    expect(page.locator(".rqa-answered .rqa-text")).to_contain_text("成本降低了70%")
    expect(page.locator(".rqa-bubble")).to_have_text(f"step: {QUESTION}")


def test_a_proposed_question_is_asked_by_a_click(page: Page, site: Site) -> None:
    example = page.locator(".rqa-example").first
    wording = example.inner_text()
    example.click()
    page.wait_for_selector(".rqa-answered")
    assert site.service.asked == [(wording, ())]
    expect(page.locator(".rqa-welcome")).to_be_hidden()


def test_a_citation_opens_its_passage_with_the_words_marked(page: Page) -> None:
    asked(page, QUESTION)
    page.locator(".rqa-chip").first.click()
    mark = page.locator(".rqa-panel mark").first
    expect(mark).to_be_in_viewport()
    expect(mark).to_have_text("AI生成后成本降低 70%")
    expect(page.locator(".rqa-panel .rqa-path")).to_contain_text("广告行业使用AI模特提升素材生产效率")
    expect(page.locator(".rqa-panel .rqa-place")).to_contain_text("lines 120–136")
    expect(page.locator(".rqa-panel td mark")).to_have_text(["单张成本", "100元", "30元"])
    page.keyboard.press("Escape")
    expect(page.locator(".rqa-panel")).to_be_hidden()
    expect(page.locator(".rqa-chip").first).to_be_focused()


def test_a_citation_is_opened_with_the_keyboard(page: Page) -> None:
    asked(page, QUESTION)
    page.locator(".rqa-chip").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".rqa-panel mark").first).to_have_text("有效样本2887份")


def test_refused_and_failed_look_different(page: Page) -> None:
    asked(page, "unknown", "refused")
    refused = page.locator(".rqa-refused")
    expect(refused.locator(".rqa-source")).to_have_count(2)
    expect(refused).to_contain_text("No passage names the amount.")
    expect(refused.locator(".rqa-nearest blockquote")).to_contain_text("有效样本2887份")
    refused.locator(".rqa-nearest .rqa-chip").click()
    expect(page.locator("#rqa-panel mark")).to_contain_text("有效样本2887份")
    asked(page, "break", "failed")
    failed = page.locator(".rqa-answer.rqa-failed")
    expect(failed).to_contain_text("The model endpoint does not answer. Check llm.base_url and ask again.")

    def colour(selector: str) -> str:
        found: str = page.locator(selector).evaluate("e => getComputedStyle(e).backgroundColor")
        return found

    assert colour(".rqa-refused") != colour(".rqa-answer.rqa-failed")


def test_stop_ends_the_model_and_keeps_the_question(page: Page, site: Site) -> None:
    ask(page, "slow")
    page.wait_for_selector(".rqa-draft")
    page.click("#rqa-stop")
    expect(page.locator("[data-outcome=stopped]")).to_be_visible()
    expect(page.locator(".rqa-bubble")).to_have_text("slow")
    assert site.service.closed.wait(5)
    asked(page, QUESTION)


def test_retry_replaces_the_answer(page: Page, site: Site) -> None:
    question = f"step: {QUESTION}"
    site.service.steps.release(11)
    asked(page, question)
    page.click("[data-do=retry]")
    expect(page.locator(".rqa-live")).to_be_visible()
    expect(page.locator("[data-outcome]")).to_have_count(0)
    site.service.steps.release(11)
    expect(page.locator("[data-outcome=answered]")).to_have_count(1)
    assert site.service.asked == [(question, ()), (question, ())]


def test_edit_replaces_the_last_question(page: Page) -> None:
    asked(page, "unknown", "refused")
    page.click("[data-do=edit]")
    expect(page.locator("#rqa-box textarea")).to_have_value("unknown")
    ask(page, QUESTION)
    page.wait_for_selector(".rqa-answered")
    expect(page.locator(".rqa-bubble")).to_have_text([QUESTION])


def test_an_edit_can_be_given_up(page: Page) -> None:
    asked(page, QUESTION)
    page.click("[data-do=edit]")
    page.click("[data-do=cancel]")
    expect(page.locator("#rqa-box textarea")).to_have_value("")
    asked(page, "unknown", "refused")
    expect(page.locator(".rqa-bubble")).to_have_count(2)


def test_a_follow_up_passes_the_answered_turns(page: Page, site: Site) -> None:
    asked(page, QUESTION)
    asked(page, "unknown", "refused")
    asked(page, "那效率呢？")
    question, history = site.service.asked[-1]
    assert question == "那效率呢？"
    assert [turn.question for turn in history] == [QUESTION]
    assert "[1]" in history[0].answer


def test_the_language_is_switched_and_kept(page: Page) -> None:
    asked(page, "unknown", "refused")
    page.click("#rqa-language")
    expect(page.locator("#rqa-send")).to_have_text("提问")
    expect(page.locator(".rqa-refused")).to_contain_text("找到的段落都没有给出这个数字。")
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    page.reload()
    expect(page.locator("#rqa-send")).to_have_text("提问")


def test_the_browser_chooses_the_language(site: Site, make_context: MakeContext) -> None:
    page = visit(make_context(locale="zh-CN"), site)
    expect(page.locator("#rqa-send")).to_have_text("提问")


def test_a_reload_keeps_the_conversation_and_new_ends_it(page: Page) -> None:
    asked(page, QUESTION)
    page.reload()
    expect(page.locator(".rqa-answered .rqa-text")).to_contain_text("成本降低了70%")
    page.locator(".rqa-chip").first.click()
    expect(page.locator(".rqa-panel mark").first).to_be_visible()
    page.click("#rqa-new")
    expect(page.locator(".rqa-exchange")).to_have_count(0)
    expect(page.locator(".rqa-panel")).to_be_hidden()
    page.reload()
    expect(page.locator(".rqa-welcome")).to_be_visible()
    expect(page.locator(".rqa-exchange")).to_have_count(0)


def test_visitors_do_not_see_each_other(page: Page, site: Site, make_context: MakeContext) -> None:
    asked(page, QUESTION)
    other = visit(make_context(), site)
    expect(other.locator(".rqa-exchange")).to_have_count(0)
    asked(other, "unknown", "refused")
    assert site.service.asked[-1] == ("unknown", ())
    expect(page.locator(".rqa-bubble")).to_have_text([QUESTION])


def test_who_comes_second_is_told_the_place_in_the_line(page: Page, site: Site, make_context: MakeContext) -> None:
    ask(page, "slow")
    page.wait_for_selector(".rqa-draft")
    other = visit(make_context(), site)
    ask(other, QUESTION)
    expect(other.locator(".rqa-waiting")).to_have_text("Waiting: 1 ahead of you")
    page.click("#rqa-stop")
    other.wait_for_selector(".rqa-answered")


def test_a_missing_model_is_named_and_tried_again(make_site: MakeSite, make_context: MakeContext) -> None:
    opener = Opener(error=MODEL_MISSING)
    site = make_site(opener)
    page = visit(make_context(), site, "failed")
    expect(page.locator(".rqa-status")).to_contain_text(
        "The language model is not on this machine. Fetch it with 'report-qa models pull'."
    )
    ask(page, QUESTION)
    expect(page.locator(".rqa-notice")).to_contain_text("not on this machine")
    expect(page.locator("#rqa-box textarea")).to_have_value(QUESTION)
    opener.error = None
    page.click("[data-do=reopen]")
    page.wait_for_selector("[data-state=ready]")
    expect(page.locator(".rqa-status")).to_have_count(0)
    assert opener.calls == 2
    page.click("#rqa-send")
    page.wait_for_selector(".rqa-answered")


def test_the_page_is_there_while_the_models_load(make_site: MakeSite, make_context: MakeContext) -> None:
    opener = Opener()
    opener.gate.clear()
    site = make_site(opener)
    page = visit(make_context(), site, "starting")
    expect(page.locator(".rqa-status")).to_contain_text("Starting…")
    ask(page, QUESTION)
    expect(page.locator(".rqa-live .rqa-waiting")).to_contain_text("Starting…")
    opener.gate.set()
    page.wait_for_selector(".rqa-answered")
    expect(page.locator("[data-state=ready]")).to_be_visible()


def test_a_question_that_is_too_long_is_kept(page: Page, site: Site) -> None:
    text = "长" * 2001
    ask(page, text)
    expect(page.locator(".rqa-notice")).to_contain_text("2001 characters")
    expect(page.locator("#rqa-box textarea")).to_have_value(text)
    assert site.service.asked == []


@pytest.mark.parametrize("question", [QUESTION, "unknown", "W" * 400])
def test_a_phone_needs_no_sideways_scrolling(site: Site, make_context: MakeContext, question: str) -> None:
    page = visit(make_context(viewport=PHONE, is_mobile=True, has_touch=True), site)
    asked(page, question, "refused" if question == "unknown" else "answered")
    page.locator(".rqa-source").first.click()
    expect(page.locator(".rqa-panel mark").first).to_be_in_viewport()
    wide = "e => e.scrollWidth - e.clientWidth"
    assert page.locator("html").evaluate(wide) == 0
    assert page.locator("#rqa-scroll").evaluate(wide) == 0
    assert page.locator(".rqa-panel-body").evaluate(wide) == 0


def test_markup_is_shown_as_text(page: Page) -> None:
    question = '<img src=x onerror="window.hacked=true"><b>bold</b> ${1+1} {{value}} ![x](https://example.com/x.png)'
    asked(page, question)
    expect(page.locator(".rqa-bubble")).to_have_text(question)
    expect(page.locator(".rqa-answered .rqa-text")).to_contain_text(question)
    page.locator(".rqa-chip").first.click()
    expect(page.locator(".rqa-section")).to_contain_text(SECTION.split("\n")[5])
    assert page.locator("#rqa-shell img, #rqa-shell script, .rqa-bubble b").count() == 0
    assert page.evaluate("window.hacked") is None


def test_copy_takes_the_answer_with_its_sources(site: Site, make_context: MakeContext) -> None:
    context = make_context(permissions=["clipboard-read", "clipboard-write"])
    page = visit(context, site)
    asked(page, QUESTION)
    page.click("[data-copy]")
    expect(page.locator("[data-copy]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"成本降低了70% \[1\].*\n\n\[1\] 案例篇 › .*lines 120–136\)", copied, re.DOTALL)


def test_light_and_dark_are_switched_and_kept(page: Page) -> None:
    def background() -> str:
        found: str = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
        return found

    light = background()
    page.click(".rqa-theme")
    dark = background()
    assert light != dark
    page.reload()
    page.wait_for_selector("[data-state=ready]")
    assert background() == dark
