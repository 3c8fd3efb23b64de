"""Every measure of a case, and why it was lost, against values found by hand in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from eval_builders import failed, make_case, make_record, passage, refused, unanswerable

from report_qa.evals.dataset import Case
from report_qa.evals.measures import MEASURES, measure_case
from report_qa.evals.reasons import Reason, reason_of
from report_qa.evals.records import Cited, Record

ENGLISH = make_case(
    language="en",
    question="How many valid responses, and in which year?",
    gold="2,887 valid responses, in 2024",
    key_facts=[["2887"], ["2024"]],
    evidence=["2,887 of the responses were valid", "the survey of 2024 was the first"],
)
TWO_PLACES = (
    passage("Of all answers, 2,887 of the responses were valid."),
    passage("Nothing of interest stands here."),
    passage("As it was, the survey of 2024 was the first one."),
)


def cites(*positions: int) -> tuple[Cited, ...]:
    return tuple(Cited(passage=position, quote="") for position in positions)


def test_a_right_answer() -> None:
    values = measure_case(make_case(), make_record("共2887份[1]。"))
    assert values["outcome"] == values["accuracy"] == values["fact_share"] == 1.0
    assert values["wrong"] == values["wrong_refusal"] == 0.0
    assert "refusal_recall" not in values
    assert "refusal_precision" not in values


@pytest.mark.parametrize(
    ("case", "answer", "share", "right"),
    [
        (ENGLISH, "2,887 were valid in 2024.", 1.0, 1.0),
        (ENGLISH, "There were 2887 valid ones.", 0.5, 0.0),
        (ENGLISH, "12,887 in 20245", 0.0, 0.0),
        (make_case(gold="从35%到84%", key_facts=[["35%"], ["84%", "百分之八十四"]]), "百分之八十四", 0.5, 0.0),
        (make_case(gold="从35%到84%", key_facts=[["35%"], ["84%", "百分之八十四"]]), "35％升至84％", 1.0, 1.0),
        (make_case(forbidden=["3000"]), "2887份，不是3000份", 1.0, 0.0),
    ],
)
def test_key_facts_by_hand(case: Case, answer: str, share: float, right: float) -> None:
    values = measure_case(case, make_record(answer))
    assert (values["fact_share"], values["accuracy"]) == (share, right)


def test_a_marker_is_no_number_of_the_answer() -> None:
    # "288[7]" must not become 2887, nor [5] the fact 5
    assert measure_case(make_case(), make_record("288[7]份"))["accuracy"] == 0.0
    case = make_case(gold="5家", key_facts=[["5"]])
    assert measure_case(case, make_record("三家[5]。"))["accuracy"] == 0.0


def test_a_wrong_answer_a_refusal_and_a_failure_are_three_things() -> None:
    wrong = measure_case(make_case(), make_record("3000份"))
    assert (wrong["accuracy"], wrong["wrong"], wrong["wrong_refusal"]) == (0.0, 1.0, 0.0)
    no = measure_case(make_case(), refused())
    assert (no["accuracy"], no["wrong"], no["wrong_refusal"], no["refusal_precision"]) == (0.0, 0.0, 1.0, 0.0)
    broken = measure_case(make_case(), failed())
    assert (broken["outcome"], broken["wrong"], broken["wrong_refusal"]) == (0.0, 0.0, 0.0)
    assert "refusal_precision" not in broken


def test_a_refusal_that_holds_the_fact_is_not_right() -> None:
    assert measure_case(make_case(), refused(answer="没有提到2887份。"))["accuracy"] == 0.0


def test_what_is_unanswerable_should_be_refused() -> None:
    assert measure_case(unanswerable(), refused()) == {"outcome": 1, "refusal_recall": 1, "refusal_precision": 1}
    answered = measure_case(unanswerable(), make_record("2887份"))
    assert (answered["outcome"], answered["refusal_recall"]) == (0.0, 0.0)
    assert measure_case(unanswerable(), failed())["refusal_recall"] == 0.0


def test_retrieval_by_hand() -> None:
    values = measure_case(ENGLISH, make_record("2887", passages=TWO_PLACES, citations=()))
    assert (values["hit@1"], values["mrr"], values["evidence_recall"]) == (1.0, 1.0, 1.0)
    # gains at ranks 1 and 3: (1 + 1/2) / (1 + 1/log2(3))
    assert values["ndcg@5"] == pytest.approx(0.9197, abs=1e-4)
    late = measure_case(ENGLISH, make_record("2887", passages=TWO_PLACES[1:], citations=()))
    assert (late["hit@1"], late["hit@3"], late["mrr"], late["evidence_recall"]) == (0.0, 1.0, 0.5, 0.5)


def test_what_was_found_may_not_have_been_read() -> None:
    found = (passage("其中有效样本2887份。另有其他。", read="另有其他。"),)
    values = measure_case(make_case(), make_record(passages=found))
    assert (values["evidence_recall"], values["evidence_read"]) == (1.0, 0.0)


def test_a_failed_case_found_nothing_and_a_system_that_does_not_search_is_not_measured() -> None:
    assert measure_case(make_case(), failed())["hit@1"] == 0.0
    closed = measure_case(make_case(), make_record(passages=None, citations=None))
    assert "hit@1" not in closed
    assert "groundedness" not in closed


def test_without_evidence_a_passage_with_the_fact_counts() -> None:
    case = make_case(evidence=[])
    values = measure_case(case, make_record(passages=(passage("28870份"), passage("共2,887份"))))
    assert (values["hit@1"], values["hit@3"], values["mrr"]) == (0.0, 1.0, 0.5)


@pytest.mark.parametrize(
    ("positions", "precision", "recall"),
    [((0, 2), 1.0, 1.0), ((0,), 1.0, 0.5), ((0, 1, 2), 2 / 3, 1.0), ((1,), 0.0, 0.0)],
)
def test_citations_by_hand(positions: tuple[int, ...], precision: float, recall: float) -> None:
    record = make_record("2887, in 2024", passages=TWO_PLACES, citations=cites(*positions))
    values = measure_case(ENGLISH, record)
    assert values["citation_precision"] == pytest.approx(precision)
    assert values["citation_recall"] == pytest.approx(recall)


def test_a_right_answer_without_a_citation_cites_none_of_its_facts() -> None:
    values = measure_case(make_case(), make_record(citations=()))
    assert values["citation_recall"] == 0.0
    assert "citation_precision" not in values


def test_citations_of_wrong_answers_and_of_systems_that_do_not_cite_are_not_judged() -> None:
    assert "citation_recall" not in measure_case(make_case(), make_record("3000份"))
    assert "citation_recall" not in measure_case(make_case(), make_record(citations=None))


def test_across_languages_the_evidence_bears_out_a_fact_in_other_words() -> None:
    case = make_case(
        language="en", gold="Sichuan", key_facts=[["Sichuan"]], evidence=["公司总部设在四川省成都市高新区"]
    )
    found = (passage("公司总部设在四川省成都市高新区。"), passage("其他内容在此。"))
    values = measure_case(case, make_record("In Sichuan.", passages=found, citations=cites(0)))
    assert (values["citation_precision"], values["citation_recall"]) == (1.0, 1.0)
    assert measure_case(case, make_record("Sichuan", passages=found, citations=cites(1)))["citation_precision"] == 0.0


def test_another_place_that_says_the_same_may_be_cited() -> None:
    found = (passage("其中有效样本2887份。"), passage("回收的问卷里有2887份可用。"))
    assert measure_case(make_case(), make_record(passages=found, citations=cites(1)))["citation_precision"] == 1.0


@pytest.mark.parametrize(
    ("answer", "source", "share"),
    [
        ("共2887份，占84%。", "有效样本2887份。", 1 / 2),
        ("It rose from 35% to 84% in Berlin.", "It rose from 35% to 84%.", 2 / 3),
        ("百分之八十四", "占84%。", 1.0),
    ],
)
def test_groundedness_is_the_share_of_numbers_and_names_in_the_passages(answer: str, source: str, share: float) -> None:
    case = make_case(question="？多少")
    assert measure_case(case, make_record(answer, passages=(passage(source),)))["groundedness"] == pytest.approx(share)


def test_an_answer_without_numbers_or_names_claims_nothing() -> None:
    assert "groundedness" not in measure_case(make_case(), make_record("很多。", passages=(passage("不少。"),)))


def test_pictures() -> None:
    wanted, none = make_case(figure=["图 3-2", "panel.png"]), make_case(figure=[])
    assert measure_case(wanted, make_record(figures=("Panel.png",)))["right_picture"] == 1.0
    assert measure_case(wanted, make_record(figures=("other.png",)))["right_picture"] == 0.0
    assert measure_case(wanted, refused())["right_picture"] == 0.0
    near = refused().model_copy(update={"nearest_figures": ("panel.png",)})
    assert measure_case(wanted, near)["right_picture"] == 0.0
    assert measure_case(wanted, near)["right_picture_nearest"] == 1.0
    assert measure_case(wanted, make_record(figures=("panel.png",)))["right_picture_nearest"] == 1.0
    assert "right_picture_answered" not in measure_case(wanted, near)
    assert measure_case(wanted, make_record())["right_picture_answered"] == 0.0
    assert measure_case(none, near)["needless_picture"] == 0.0
    assert measure_case(none, make_record(figures=("other.png",)))["needless_picture"] == 1.0
    assert measure_case(none, make_record())["needless_picture"] == 0.0
    assert not any("picture" in name for name in measure_case(make_case(), make_record()))


def test_only_what_was_answered_overlaps() -> None:
    assert measure_case(make_case(gold="2887份"), make_record("2887份[1]"))["rouge_l"] == 1.0
    assert measure_case(make_case(gold="2887份"), refused(answer="2887份"))["token_f1"] == 0.0


@pytest.mark.parametrize(
    ("case", "record", "reason"),
    [
        (make_case(), make_record(), None),
        (make_case(), failed(), Reason.FAILED),
        (unanswerable(), failed(), Reason.FAILED),
        (unanswerable(), refused(), None),
        (unanswerable(), make_record(), Reason.SHOULD_HAVE_REFUSED),
        (make_case(), make_record("3000", passages=(passage("别的"),), citations=cites(0)), Reason.NOT_RETRIEVED),
        (make_case(), refused(passages=()), Reason.NOT_RETRIEVED),
        (make_case(), refused(), Reason.REFUSED_WRONGLY),
        (make_case(), make_record("3000"), Reason.WRONG),
        (ENGLISH, make_record("3000", passages=TWO_PLACES, citations=cites(1)), Reason.NOT_USED),
        (ENGLISH, make_record("2887", passages=TWO_PLACES, citations=None), Reason.WRONG),
        (ENGLISH, make_record("3000", passages=TWO_PLACES, citations=None), Reason.NOT_USED),
        (make_case(), make_record("3000", passages=None, citations=None), Reason.WRONG),
        (make_case(forbidden=["3000"]), make_record("2887或3000"), Reason.WRONG),
    ],
)
def test_why_a_case_was_lost(case: Case, record: Record, reason: Reason | None) -> None:
    assert reason_of(case, record) == reason


@pytest.mark.parametrize("record", [make_record(), refused(), failed(), make_record("x", passages=None)])
@pytest.mark.parametrize("changes", [{}, {"figure": ["a"]}, {"evidence": []}])
def test_every_value_has_a_measure_and_lies_between_0_and_1(record: Record, changes: dict[str, Any]) -> None:
    values = measure_case(make_case(**changes), record)
    assert values.keys() <= MEASURES.keys()
    assert all(0.0 <= value <= 1.0 for value in values.values())
    assert all(values[name] in {0.0, 1.0} for name in values if MEASURES[name].binary)
