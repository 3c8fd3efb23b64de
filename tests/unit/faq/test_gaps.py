"""What was asked and not answered well: kept where wanted, put together, made drafts of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from drafting import DraftingModel
from fakes import HashingEmbedder

from report_qa.config import FAQSettings, Settings
from report_qa.faq.gaps import Reason, gaps, make_drafts, note
from report_qa.faq.records import State
from report_qa.faq.review import Review
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.faq.vectors import QuestionVectors
from report_qa.qa.records import Status
from report_qa.service import ReportQA


@pytest.fixture
def vectors(tmp_path: Path) -> QuestionVectors:
    return QuestionVectors(tmp_path, HashingEmbedder())


def test_what_asks_the_same_is_put_together_the_most_asked_first(store: FaqStore, vectors: QuestionVectors) -> None:
    note(store, "车窗怎么贴膜？", Reason.REFUSED)
    for reason in (Reason.REFUSED, Reason.REFUSED, Reason.DISLIKED):
        note(store, "备胎多重？", reason)
    note(store, " 备胎多重 ", Reason.UNSURE)
    first, second = gaps(store, vectors)
    assert (first.questions, first.asked) == (["备胎多重？", "备胎多重"], 4)
    assert first.reasons == {"refused": 2, "disliked": 1, "unsure": 1}
    assert (second.questions, second.asked) == (["车窗怎么贴膜？"], 1)


def test_a_gap_becomes_a_draft_that_a_person_writes(
    store: FaqStore, sources: Sources, vectors: QuestionVectors, review: Review
) -> None:
    note(store, "备胎放在哪里？", Reason.REFUSED)
    note(store, "备胎放在哪里", Reason.REFUSED)
    (number,) = make_drafts(store, gaps(store, vectors), sources, "ann")
    assert gaps(store, vectors) == []
    pair = store.get(number)
    assert (pair.question, pair.answer, pair.source, pair.state) == ("备胎放在哪里？", "", "gap", State.DRAFT)
    assert {"no_answer", "evidence_missing"} <= {flag.code for flag in pair.flags}
    written = "备胎放在后备箱下面的储物格里。"
    review.edit(number, {"answer": written, "quote": written})
    assert review.approve(number).state == State.APPROVED
    note(store, "备胎放在哪里？", Reason.DISLIKED)
    assert len(gaps(store, vectors)) == 1  # asked again after the draft was made


def test_gaps_of_another_collection_are_not_seen(store: FaqStore, vectors: QuestionVectors) -> None:
    note(FaqStore(store._engine, "other"), "备胎多重？", Reason.REFUSED)
    assert gaps(store, vectors) == []


@pytest.mark.parametrize("kept", [True, False])
def test_refused_questions_are_kept_only_where_the_settings_say_so(
    settings: Settings, vectors: QuestionVectors, model: DraftingModel, kept: bool
) -> None:
    chosen = settings.model_copy(update={"faq": FAQSettings(gaps=kept)})
    with ReportQA.open(chosen) as qa:
        assert qa.ask("量子纠缠的退相干时间？").status is Status.REFUSED
    if kept:
        found = {gap.questions[0]: dict(gap.reasons) for gap in gaps(FaqStore.open(chosen), vectors)}
        assert found == {"量子纠缠的退相干时间？": {"refused": 1}}
    else:
        assert not (settings.paths.index / "faq.sqlite3").exists()


def test_an_answer_stands_though_its_question_cannot_be_kept(
    settings: Settings, caplog: pytest.LogCaptureFixture, make_settings: Callable[..., Settings]
) -> None:
    nowhere = FAQSettings(gaps=True, aliases=False, serve=False, database="sqlite:////proc/none/faq.sqlite3")
    with ReportQA.open(settings.model_copy(update={"faq": nowhere})) as qa:
        assert qa.ask("量子纠缠的退相干时间？").status is Status.REFUSED
    assert "a question could not be kept" in caplog.text
