"""What to ask next: published questions near what an answer cites, each of which the release answers."""

from __future__ import annotations

import logging

import pytest

from report_qa.config import Settings
from report_qa.errors import FAQError, Text
from report_qa.faq.records import Draft
from report_qa.faq.releases import publish
from report_qa.faq.review import Review
from report_qa.faq.serve import PublishedFaq
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.qa.records import Status
from report_qa.service import ReportQA

SPARE, OIL, PRESSURE = "备胎放在哪里？", "可以用再生机油吗？", "严禁在什么时候调节胎压？"
PAIRS = {
    OIL: "不得使用再生机油。", SPARE: "备胎放在后备箱下面的储物格里。", PRESSURE: "严禁在行驶中调节胎压。",
}  # fmt: skip


@pytest.fixture
def numbers(store: FaqStore, review: Review, sources: Sources) -> dict[str, int]:
    """The numbers of the pairs, which are published."""
    found = {}
    for question, answer in PAIRS.items():
        place = sources.find(answer)
        assert place is not None
        (found[question],) = store.add([Draft(question=question, answer=answer, evidence=place.evidence())], "ann")
        review.approve(found[question])
    publish(store, sources, "ann", "")
    return found


def test_the_nearest_published_questions_come_next_and_are_answered(
    settings: Settings, numbers: dict[str, int]
) -> None:
    with ReportQA.open(settings) as qa:
        answer = qa.ask(SPARE)
        assert answer.status is Status.ANSWERED
        # the one of the same section first
        assert qa.following(answer) == (PRESSURE, OIL)
        assert qa.following(answer, ["严禁在什么时候调节胎压"]) == (OIL,)
        for question in qa.following(answer):
            assert qa.ask(question).text.startswith(PAIRS[question])


def test_what_is_withdrawn_or_in_another_language_is_not_proposed(
    settings: Settings, numbers: dict[str, int], review: Review
) -> None:
    with ReportQA.open(settings) as qa:
        answer = qa.ask(SPARE)
        passages = [citation.passage for citation in answer.citations]
        assert qa.faq is not None
        assert qa.faq.near(passages, "en", ()) == ()
        review.retire(numbers[PRESSURE], "wrong")
        assert qa.following(answer) == (OIL,)


def test_without_a_release_nothing_is_proposed(settings: Settings) -> None:
    with ReportQA.open(settings) as qa:
        answer = qa.ask(SPARE)
        assert qa.following(answer) == ()


def test_an_answer_stands_though_nothing_can_be_proposed(
    settings: Settings, numbers: dict[str, int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> tuple[str, ...]:
        raise FAQError(Text("No database.", "没有数据库。"), Text("Mend it.", "请修复。"))

    with ReportQA.open(settings) as qa, caplog.at_level(logging.WARNING):
        answer = qa.ask(SPARE)
        monkeypatch.setattr(PublishedFaq, "near", broken)
        assert qa.following(answer) == ()
    assert "no questions could be proposed" in caplog.text
