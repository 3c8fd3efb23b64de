"""What to ask next: published questions, then those that code makes of the documents, near what an answer cites."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import make_passage

from report_qa.config import Settings
from report_qa.errors import FAQError, Text
from report_qa.faq.following import computed
from report_qa.faq.records import Draft
from report_qa.faq.releases import publish
from report_qa.faq.review import Review
from report_qa.faq.serve import PublishedFaq
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.qa.records import Answer, Citation, Status
from report_qa.qa.retrieve import Query, Retriever, SectionHit
from report_qa.service import ReportQA, index_corpus

SPARE, OIL, PRESSURE = "备胎放在哪里？", "可以用再生机油吗？", "严禁在什么时候调节胎压？"
PARTS = "机油：火花塞的周期是多少？"
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
        assert qa.following(answer) == (PRESSURE, OIL, PARTS)
        assert qa.following(answer, ["严禁在什么时候调节胎压"]) == (OIL, PARTS)
        for question in (PRESSURE, OIL):
            assert qa.ask(question).text.startswith(PAIRS[question])


def test_what_is_withdrawn_or_in_another_language_is_not_proposed(
    settings: Settings, numbers: dict[str, int], review: Review
) -> None:
    with ReportQA.open(settings) as qa:
        answer = qa.ask(SPARE)
        passages = [citation.passage for citation in answer.citations]
        assert qa.faq is not None
        assert qa.faq.near(passages, "en", (), 3) == ()
        review.retire(numbers[PRESSURE], "wrong")
        assert qa.following(answer) == (OIL, PARTS)


def test_without_a_release_the_documents_themselves_lead_on(settings: Settings) -> None:
    with ReportQA.open(settings) as qa:
        answer = qa.ask(SPARE)
        assert qa.following(answer) == (PARTS,)
        # the place that is asked about is found
        assert qa.search(PARTS)[0].ref.section.title == "机油"
        assert qa.following(replace(answer, language="en")) == ()
        assert qa.following(replace(answer, citations=())) == ()


HANDBOOK = """# 员工手册

## 请假

### 事假怎么申请？

事假提前三天在系统里申请，由主管批准。

### 年假有几天？

工作满一年有五天年假，满十年有十天。

### 去哪里领工牌？

工牌在一楼前台领取，工作日九点到十八点。

## 费用

| 城市 | 住宿标准 | 餐费标准 |
|---|---|---|
| 北京 | 600元 | 100元 |
| 成都 | 400元 | 80元 |
"""


@pytest.fixture
def handbook(corpus: Path, settings: Settings) -> Settings:
    """An index of a handbook whose headings are questions."""
    (corpus / "car.md").unlink()
    (corpus / "handbook.md").write_text(HANDBOOK, encoding="utf-8")
    index_corpus(settings)
    return settings


def test_headings_that_are_questions_come_by_nearness_and_what_was_told_is_not_asked(handbook: Settings) -> None:
    with ReportQA.open(handbook) as qa:
        answer = cited(qa, "工作满一年有五天年假，满十年有十天。", "干满一年有多少年假？")
        assert qa.following(answer) == ("事假怎么申请？", "费用：北京的住宿标准是多少？")
        assert qa.following(answer, ["事假怎么申请"]) == ("去哪里领工牌？", "费用：北京的住宿标准是多少？")
        told = cited(qa, "北京 | 600元 | 100元", "北京住宿多少钱？")
        assert qa.following(told, ["事假怎么申请", "年假有几天", "去哪里领工牌"]) == ("费用：成都的住宿标准是多少？",)


def test_a_question_that_does_not_bring_its_section_is_not_proposed(handbook: Settings) -> None:
    class Blind(Retriever):
        def search(self, query: Query) -> list[SectionHit]:
            return [hit for hit in super().search(query) if "费用" in hit.ref.section.path]

    with ReportQA.open(handbook) as qa:
        blind = Blind(qa.library, qa.embedder, handbook.retrieval)
        answer = cited(qa, "工作满一年有五天年假，满十年有十天。", "年假有几天？")
        found = computed(Sources(qa.documents), blind, answer, (answer.question,), 3)
        assert found == ("费用：北京的住宿标准是多少？",)


def cited(qa: ReportQA, quote: str, question: str) -> Answer:
    """Return an answer that rests on a sentence."""
    place = Sources(qa.documents).find(quote)
    assert place is not None
    first, last = place.section.source_lines(place.start, place.end)
    passage = make_passage(
        1, quote, section_text=place.section.text, document=place.document.name, path=place.section.path,
        first_line=first, last_line=last,
    )  # fmt: skip
    citation = Citation(1, passage, ((place.start, place.end),), quote)
    return Answer(Status.ANSWERED, f"{quote}[1]", "zh", question, question, (citation,), (passage,))


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
