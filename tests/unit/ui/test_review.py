"""The review page's parts as HTML, and what the chat shows of a reviewed answer; nothing in them is markup."""

from __future__ import annotations

from report_qa.faq.effort import Effort
from report_qa.faq.records import Evidence, Flag, Pair, State
from report_qa.faq.serve import FaqAnswer, Origin
from report_qa.qa.records import Status
from report_qa.ui.render import exchange_html
from report_qa.ui.review.desk import _following
from report_qa.ui.review.queue import Fields, bulk
from report_qa.ui.review.render import effort_html, pair_html, queue_html, source_html
from report_qa.ui.state import dump, exchange_of, load


def pair(number: int = 1, **changes: object) -> Pair:
    evidence = Evidence("a.md", "手册", ("保养",), "每<b>5000</b>公里", 3, 3, "")
    values = {
        "id": number, "collection": "default", "state": State.DRAFT, "reason": "", "reviewer": "", "version": 1,
        "revision": 1, "created_by": "m", "created_at": "", "updated_by": "m", "updated_at": "",
        "question": "<i>问</i>？", "answer": "答", "similar": ("甲", "乙"), "evidence": evidence, **changes,
    }  # fmt: skip
    return Pair(**values)  # type: ignore[arg-type]


def test_what_a_pair_says_is_never_markup() -> None:
    flagged = pair(flags=(Flag("unsupported", "<script>"),))
    for made in (queue_html([flagged], 1, "en"), pair_html(flagged, "zh"), source_html(flagged, None, "cars", "en")):
        assert "<i>" not in made
        assert "<b>5000" not in made
        assert "<script>" not in made


def test_changed_evidence_stands_above_what_the_document_says_now() -> None:
    made = source_html(pair(flags=(Flag("stale_changed", "每8000公里"),)), None, "cars", "en")
    assert "<del>每&lt;b&gt;5000&lt;/b&gt;公里</del><ins>每8000公里</ins>" in made


def test_only_what_was_changed_in_the_boxes_is_saved() -> None:
    shown = Fields.of(pair())
    assert shown.changes(pair()) == {}
    edited = Fields(shown.question + "呢", shown.answer, "甲\n\n 丙 \n", "", shown.quote)
    assert edited.changes(pair()) == {"question": "<i>问</i>？呢", "similar": ("甲", "丙")}


def test_after_a_decision_comes_the_next_pair_that_is_left() -> None:
    assert _following([3, 1, 2], 1, [3, 2]) == 2
    assert _following([3, 1, 2], 2, [3, 1]) == 3
    assert _following([3], 3, []) is None


def test_pairs_approved_together_wait_have_evidence_and_no_flag() -> None:
    flagged, bare = pair(2, flags=(Flag("leans"),)), pair(3, evidence=None)
    assert bulk([pair(1), flagged, bare, pair(4, state=State.APPROVED)]) == [pair(1)]


def test_figures_that_are_not_known_are_dashes() -> None:
    assert "– min per 100" in effort_html(Effort(0, 0, 0, 0, 0, 0.0), 10, "en")
    assert "saving 95.0%" in effort_html(Effort(2, 0, 2, 1, 2, 1.0), 10, "en")


def answered(**changes: object) -> FaqAnswer:
    return FaqAnswer(Status.ANSWERED, "答", "zh", "问？", "问？", **changes)  # type: ignore[arg-type]


def test_the_chat_shows_which_reviewed_pair_an_answer_is() -> None:
    exchange = exchange_of("问？", answered(origin=Origin(12, 3, 4, "ann")))
    assert load(dump((exchange,))) == (exchange,)
    assert "FAQ 12 · v3 · release 4" in exchange_html(exchange, "0", "en", actions=False)


def test_published_questions_that_may_be_meant_can_be_asked_with_a_click() -> None:
    made = exchange_html(exchange_of("问？", answered(suggestions=("备胎<b>？",))), "0", "zh", actions=False)
    assert 'data-do="ask" data-text="备胎&lt;b&gt;？"' in made
    assert "你是不是想问" in made
