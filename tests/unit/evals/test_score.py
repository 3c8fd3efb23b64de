"""Key-fact scores, checked against hand-computed cases in both languages."""

from __future__ import annotations

import math

import pytest

from report_qa.evals.score import Record, Share, holds_fact, is_right, missing_facts, score


def record(kind: str, status: str, *, right: bool = False, cited: bool | None = None, total_s: float = 1.0) -> Record:
    return Record("c", kind, "zh", "report-qa", status, "text", right, cited, 0.1, 0.5, total_s)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("准确率从35%提高到84%。", "84%"),
        ("准确率是８４％", "84%"),
        ("It rose to 84%, they say.", "84%"),
        ("共2,887份有效样本", "2887"),
        ("共2887份有效样本", "2,887"),
        ("The cost is 1.5 h.", "1.5 h"),
        ("制造/能源/电力行业最高", "制造"),
        ("legal consulting comes last", "Legal"),
    ],
)
def test_a_fact_is_found_in_any_writing(text: str, form: str) -> None:
    assert holds_fact(text, form)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("占比45%", "5%"),
        ("占比15.3%", "5.3%"),
        ("占比40.65", "40.6"),
        ("共28870份", "2887"),
        ("共12,887份", "2887"),
        ("19.05%", "19"),
    ],
)
def test_a_number_inside_a_longer_number_is_no_fact(text: str, form: str) -> None:
    assert not holds_fact(text, form)


def test_a_number_at_the_end_of_a_sentence_is_whole() -> None:
    assert holds_fact("The sample has 2887.", "2887")


def test_an_answer_needs_every_fact_and_nothing_forbidden() -> None:
    facts = [["35%"], ["84%", "百分之八十四"]]
    assert is_right("从35%到百分之八十四", facts, [])
    assert missing_facts("只有84%", facts) == ["35%"]
    assert not is_right("从35%到84%，不是70%", facts, ["70%"])


def test_failed_cases_count_as_attempted_and_as_not_right() -> None:
    scores = score(
        [
            record("fact", "answered", right=True, cited=True),
            record("fact", "answered"),
            record("table", "refused"),
            record("fact", "failed"),
            record("unanswerable", "refused"),
            record("unanswerable", "answered"),
            record("unanswerable", "failed"),
        ]
    )
    assert (scores.attempted, scores.failed) == (7, 2)
    assert (scores.right.hits, scores.right.of) == (1, 4)
    assert (scores.wrongly_refused.hits, scores.wrongly_refused.of) == (1, 4)
    assert (scores.refused.hits, scores.refused.of) == (1, 3)
    assert (scores.invented.hits, scores.invented.of) == (1, 3)
    assert (scores.cited.hits, scores.cited.of) == (1, 1)


def test_medians_leave_out_what_did_not_happen() -> None:
    scores = score([record("fact", "answered", total_s=2.0), record("fact", "failed", total_s=100.0)])
    assert scores.total_s == 2.0
    assert score([]).total_s is None


def test_the_interval_of_a_share_is_wilsons() -> None:
    low, high = Share(8, 10).interval
    assert math.isclose(low, 0.490, abs_tol=0.001)
    assert math.isclose(high, 0.943, abs_tol=0.001)
    assert math.isnan(Share(0, 0).value)
