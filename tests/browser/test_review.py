"""The review page as a reviewer uses it: by keyboard, beside the source, with what went wrong said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from drafting import MANUAL, DraftingModel, good
from fakes import HashingEmbedder, factory_of
from pages import Site
from playwright.sync_api import BrowserContext, Page, expect
from scripted import Opener

from report_qa.config import Settings, load_settings
from report_qa.faq.generate import generate
from report_qa.faq.records import Flag, State
from report_qa.faq.review import Review
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.providers.chat import ChatModel
from report_qa.providers.embedders import register_embedder
from report_qa.service import index_corpus

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An index of the manual with drafts, one of them wrong."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "car.md").write_text(MANUAL, encoding="utf-8")
    register_embedder("fake", factory_of(HashingEmbedder()))
    values = {"paths.corpus": str(folder), "paths.index": str(tmp_path / "index"), "embedding.model": "fake"}
    made = load_settings(values, environment={}).settings
    index_corpus(made)
    chat = ChatModel(DraftingModel(script=good), "drafting@1", logprobs=False)
    store = FaqStore.open(made)
    generate(made, store, Sources.open(made.paths.index), chat)
    (oil,) = [pair for pair in store.pairs() if pair.answer == "每5000公里或6个月更换机油。"]
    wrong = {"answer": "每8000公里更换机油。", "flags": (Flag("unsupported", "8000公里"),)}
    store.change(oil.id, wrong, "drafting@1")
    return made


@pytest.fixture
def store(settings: Settings) -> FaqStore:
    return FaqStore.open(settings)


@pytest.fixture
def desk(settings: Settings, make_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    site = Site(Opener(), settings=settings)
    page = make_context().new_page()
    page.goto(f"{site.address}review")
    expect(page.locator("[data-pick]").first).to_be_visible()
    yield page
    site.close()


def named(page: Page, name: str = "Ann") -> None:
    page.fill("#rqf-name textarea, #rqf-name input", name)
    page.locator("#rqf-facts").click()


def hand(page: Page) -> int:
    """Return the number of the pair in hand."""
    return int(page.locator("[data-pair]").get_attribute("data-pair") or 0)


def test_the_flagged_pair_comes_first_beside_its_marked_source(desk: Page, store: FaqStore) -> None:
    expect(desk.locator(".rqf-grave")).to_contain_text("not in the evidence: 8000公里")
    expect(desk.locator("#rqf-source mark")).to_have_text("每5000公里或6个月更换机油。")
    expect(desk.locator("#rqf-answer textarea")).to_have_value("每8000公里更换机油。")
    expect(desk.locator(".rqf-count")).to_have_text("12 pairs")


def test_a_decision_needs_a_name_and_a_flag_insisting_and_nothing_typed_is_lost(desk: Page, store: FaqStore) -> None:
    number = hand(desk)
    desk.keyboard.press("a")
    expect(desk.locator(".rqf-failed")).to_contain_text("Enter your name")
    named(desk)
    desk.keyboard.press("a")
    expect(desk.locator(".rqf-failed")).to_contain_text("is flagged")
    desk.fill("#rqf-answer textarea", "每5000公里更换机油。")
    desk.locator("#rqf-facts").click()
    desk.keyboard.press("a")
    expect(desk.locator(".rqf-done")).to_contain_text(f"Pair {number} approved")
    pair = store.get(number)
    assert (pair.state, pair.answer, pair.flags, pair.updated_by) == (State.APPROVED, "每5000公里更换机油。", (), "Ann")
    expect(desk.locator(".rqf-count")).to_have_text("11 pairs")
    expect(desk.locator(".rqf-effort")).to_contain_text("1 approved · 0% without an edit")


def test_keys_go_on_back_save_reject_and_undo(desk: Page, store: FaqStore) -> None:
    named(desk)
    first = hand(desk)
    desk.keyboard.press("j")
    expect(desk.locator(f"[data-pair='{first}']")).to_have_count(0)
    second = hand(desk)
    desk.keyboard.press("k")
    expect(desk.locator(f"[data-pair='{first}']")).to_be_visible()
    desk.keyboard.press("j")
    expect(desk.locator(f"[data-pair='{second}']")).to_be_visible()
    desk.keyboard.press("e")
    desk.keyboard.press("End")
    desk.keyboard.type("改")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".rqf-done")).to_contain_text(f"Pair {second} saved")
    assert store.get(second).answer.endswith("改")
    desk.keyboard.press("Escape")
    desk.locator("#rqf-facts").click()
    desk.keyboard.press("u")
    expect(desk.locator(".rqf-done")).to_contain_text("taken back")
    assert not store.get(second).answer.endswith("改")
    desk.keyboard.press("r")
    desk.keyboard.type("not needed")
    desk.keyboard.press("Enter")
    expect(desk.locator(".rqf-done")).to_contain_text(f"Pair {second} rejected")
    assert store.get(second).reason == "not needed"


def test_another_reviewers_change_is_told_and_not_overwritten(desk: Page, store: FaqStore, settings: Settings) -> None:
    named(desk)
    number = hand(desk)
    Review(store, Sources.open(settings.paths.index), settings.faq, "Bob", HashingEmbedder).edit(
        number, {"answer": "每5000公里。"}
    )
    desk.fill("#rqf-answer textarea", "mine")
    desk.locator("#rqf-facts").click()
    desk.keyboard.press("a")
    expect(desk.locator(".rqf-failed")).to_contain_text(f"Bob changed pair {number} in the meantime")
    expect(desk.locator("#rqf-answer textarea")).to_have_value("mine")
    assert store.get(number).answer == "每5000公里。"


def test_unflagged_pairs_are_approved_together_and_flagged_ones_not(desk: Page, store: FaqStore) -> None:
    named(desk)
    expect(desk.locator("#rqf-bulk")).to_have_text("Approve all 11 without flags")
    desk.click("#rqf-bulk")
    expect(desk.locator(".rqf-done")).to_contain_text("11 pairs approved")
    (left,) = store.pairs([State.DRAFT])
    assert left.flags == (Flag("unsupported", "8000公里"),)


def test_all_that_is_listed_is_rejected_for_one_reason(desk: Page, store: FaqStore) -> None:
    named(desk)
    desk.locator("#rqf-filters input, #rqf-filters textarea").last.fill("火花塞的")
    desk.keyboard.press("Enter")
    expect(desk.locator("#rqf-bulk-reject")).to_have_text("Reject all 2 listed, for the reason below")
    desk.click("#rqf-bulk-reject")
    expect(desk.locator(".rqf-failed")).to_contain_text("Enter the reason")
    desk.fill("#rqf-reason textarea, #rqf-reason input", "in the table")
    desk.locator("#rqf-facts").click()
    desk.click("#rqf-bulk-reject")
    expect(desk.locator(".rqf-done")).to_contain_text("2 pairs rejected")
    assert {pair.reason for pair in store.pairs([State.REJECTED])} == {"in the table"}


def test_a_section_is_assigned_and_its_reviewer_lists_what_is_theirs(desk: Page, store: FaqStore) -> None:
    named(desk)
    desk.locator("#rqf-filters input, #rqf-filters textarea").last.fill("轮胎")
    desk.keyboard.press("Enter")
    expect(desk.locator("#rqf-bulk-assign")).to_have_text("Assign all 3 listed, to the name below")
    desk.click("#rqf-bulk-assign")
    expect(desk.locator(".rqf-failed")).to_contain_text("Enter the reviewer")
    desk.fill("#rqf-to input, #rqf-to textarea", "Bob")
    desk.locator("#rqf-facts").click()
    desk.click("#rqf-bulk-assign")
    expect(desk.locator(".rqf-done")).to_contain_text("3 pairs assigned")
    expect(desk.locator("#rqf-facts")).to_contain_text("assigned to Bob")
    assert {pair.reviewer for pair in store.pairs(text="轮胎")} == {"Bob"}
    desk.locator("#rqf-assigned input").click()
    desk.get_by_role("option", name="to me").click()
    expect(desk.locator(".rqf-empty").first).to_be_visible()
    desk.fill("#rqf-name input, #rqf-name textarea", "Bob")
    desk.keyboard.press("Enter")
    expect(desk.locator(".rqf-count")).to_have_text("3 pairs")
    desk.locator("#rqf-assigned input").click()
    desk.get_by_role("option", name="to nobody").click()
    expect(desk.locator(".rqf-empty").first).to_be_visible()


def test_the_pair_in_hand_is_assigned_by_keyboard(desk: Page, store: FaqStore) -> None:
    named(desk)
    number = hand(desk)
    desk.keyboard.press("g")
    desk.keyboard.type("Eve")
    desk.keyboard.press("Enter")
    expect(desk.locator(".rqf-done")).to_contain_text(f"Pair {number} assigned")
    expect(desk.locator(f"[data-pair='{number}']")).to_have_count(0)
    assert (store.get(number).reviewer, store.get(number).updated_by) == ("Eve", "Ann")


def test_the_queue_is_narrowed_by_words(desk: Page) -> None:
    desk.locator("#rqf-filters input, #rqf-filters textarea").last.fill("备胎")
    desk.keyboard.press("Enter")
    expect(desk.locator(".rqf-count")).to_have_text("1 pairs")
    expect(desk.locator("#rqf-source mark")).to_have_text(re.compile("备胎"))


def test_the_page_is_chinese_for_a_chinese_reader(
    settings: Settings, make_context: Callable[..., BrowserContext]
) -> None:
    site = Site(Opener(), settings=settings)
    page = make_context(locale="zh-CN").new_page()
    page.goto(f"{site.address}review")
    expect(page.locator("#rqf-approve")).to_have_text("通过 (A)")
    expect(page.locator(".rqf-grave")).to_contain_text("依据中没有：8000公里")
    site.close()


def test_switching_the_language_keeps_what_is_being_edited(desk: Page) -> None:
    answer = desk.locator("#rqf-pair textarea").nth(1)
    answer.fill("每5000公里更换一次。")
    desk.click("#rqp-language")
    expect(desk.locator("#rqf-title h1")).to_have_text("问答审核")
    expect(answer).to_have_value("每5000公里更换一次。")


def test_without_an_index_the_page_says_what_to_do(tmp_path: Path, make_context: Callable[..., BrowserContext]) -> None:
    empty = load_settings({"paths.index": str(tmp_path / "none")}, environment={}).settings
    site = Site(Opener(), settings=empty)
    page = make_context().new_page()
    page.goto(f"{site.address}review")
    expect(page.locator(".rqf-failed")).to_contain_text("report-qa index")
    # there is nothing that the button for many pairs could be about
    expect(page.locator("#rqf-bulk")).to_have_text("Approve all 0 without flags")
    expect(page.locator("#rqf-bulk")).to_be_disabled()
    site.close()
