"""Review: every step is checked, noted, timed, and refused where it must be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import HashingEmbedder

from report_qa.config import FAQSettings
from report_qa.errors import FAQError
from report_qa.faq.effort import Effort, effort
from report_qa.faq.propose import with_evidence
from report_qa.faq.records import Draft, Evidence, Flag, State
from report_qa.faq.review import Review
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore


def draft(
    answer: str = "每5000公里或6个月更换机油。", quote: str = "每5000公里或6个月更换机油。", **more: object
) -> Draft:
    evidence = Evidence("car.md", "车辆手册", ("机油",), quote, 9, 9, "")
    return Draft(question="机油多久更换一次？", answer=answer, evidence=evidence, source="model", **more)  # type: ignore[arg-type]


@pytest.fixture
def review(store: FaqStore, sources: Sources) -> Review:
    other = replace(draft(flags=(Flag("unsupported", "9"),)), question="几个月换油？")
    store.add([draft(), other], "model@1")
    return Review(store, sources, FAQSettings(), "ann", HashingEmbedder)


def test_an_edit_is_checked_anew_and_waits_for_approval(review: Review) -> None:
    review.approve(1)
    edited = review.edit(1, {"answer": "每9000公里更换机油。"})
    assert (edited.state, edited.flags) == (State.IN_REVIEW, (Flag("unsupported", "9000公里"),))
    assert review.edit(2, {"answer": "每5000公里更换机油。"}).flags == ()


def test_a_new_quote_is_taken_as_it_stands_in_the_source(review: Review) -> None:
    evidence = review.edit(1, {"quote": "不得使用 再生机油。", "answer": "不得使用再生机油。"}).evidence
    assert evidence is not None
    assert (evidence.quote, evidence.path, evidence.first_line) == ("不得使用再生机油。", ("机油",), 9)
    with pytest.raises(FAQError, match="stands in no document"):
        review.edit(1, {"quote": "机油可以随便用。"})


@pytest.mark.parametrize(
    ("values", "message"), [({"answer": " "}, "answer is empty"), ({"type": "poem"}, "no type poem")]
)
def test_what_cannot_be_stored_is_refused(review: Review, values: dict[str, str], message: str) -> None:
    with pytest.raises(FAQError, match=message):
        review.edit(1, values)
    assert review.store.get(1).revision == 1


def test_a_flagged_pair_is_approved_only_when_insisted(review: Review) -> None:
    with pytest.raises(FAQError, match="Pair 2 is flagged: not in the evidence: 9"):
        review.approve(2)
    assert review.approve(2, anyway=True).state == State.APPROVED


def test_without_evidence_nothing_is_approved(review: Review) -> None:
    (number,) = review.store.add([Draft(question="谁？", answer="他。")], "ann")
    with pytest.raises(FAQError, match="no evidence"):
        review.approve(number, anyway=True)


def test_two_people_are_needed_where_the_settings_say_so(review: Review, sources: Sources) -> None:
    strict = FAQSettings(two_person=True)
    ann, bob = (Review(review.store, sources, strict, name, HashingEmbedder) for name in ("ann", "bob"))
    assert ann.approve(1).state == State.APPROVED  # the model wrote it
    ann.edit(1, {"answer": "每5000公里更换机油。"})
    with pytest.raises(FAQError, match="ann wrote pair 1"):
        ann.approve(1)
    assert bob.approve(1).state == State.APPROVED


def test_the_way_of_a_pair(review: Review) -> None:
    assert review.assign(1, "bob").state == State.IN_REVIEW
    assert review.reject(1, "unclear").reason == "unclear"
    assert (review.reopen(1).state, review.store.get(1).reason) == (State.IN_REVIEW, "")
    review.approve(1)
    assert review.retire(1, "old").state == State.RETIRED
    with pytest.raises(FAQError, match="No reason"):
        review.reject(2, " ")


def test_undo_takes_back_a_decision(review: Review) -> None:
    review.approve(1)
    assert review.store.undo(1, "ann").state == State.DRAFT


def test_effort_counts_time_edits_and_saving(review: Review) -> None:
    assert effort(review.store) == Effort(0, 0, 0, 0, 0, 0.0)
    assert effort(review.store).saving(10) is None
    review.approve(1, seconds=30)
    review.edit(2, {"answer": "每5000公里更换机油。"}, seconds=60)
    review.approve(2, seconds=30)
    review.store.add([draft()], "model@1")
    review.reject(3, "twice", seconds=9999)  # a break: ten minutes at most
    found = effort(review.store)
    assert found == Effort(approved=2, rejected=1, drafted=2, unedited=1, timed=3, minutes=12.0)
    assert found.minutes_per_hundred == 600
    assert found.unedited_share == 0.5
    assert found.saving(10) == pytest.approx(0.4)


def test_pairs_computed_from_lists_count_as_drafted(review: Review) -> None:
    (number,) = review.store.add([replace(draft(), source="list")], "report-qa")
    review.approve(number)
    assert (effort(review.store).drafted, effort(review.store).unedited) == (1, 1)


def test_evidence_is_proposed_only_where_it_bears_the_answer_out(sources: Sources) -> None:
    fits, wrong, table = with_evidence(
        [
            Draft(question="备胎放在哪里？", answer="备胎放在后备箱下面的储物格里。"),
            Draft(question="机油多久更换一次？", answer="每9000公里更换机油。"),
            Draft(question="火花塞多少钱？", answer="火花塞的费用为300元。"),
        ],
        sources,
    )
    assert fits.evidence is not None
    assert fits.evidence.quote == "备胎放在后备箱下面的储物格里。"
    assert wrong.evidence is None
    assert [flag.code for flag in wrong.flags] == ["evidence_missing"]
    assert table.evidence is not None
    assert table.evidence.quote == "火花塞 | 24个月 | 300元"
