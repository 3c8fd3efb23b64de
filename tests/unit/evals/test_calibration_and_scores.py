"""Figures of a system: failed cases count, medians leave out what did not happen, refusals are calibrated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from eval_builders import failed, make_case, make_record, refused, run_info, unanswerable

from report_qa.errors import ConfigError
from report_qa.evals.calibration import calibrate
from report_qa.evals.folder import RunFolder
from report_qa.evals.scores import SystemScores, as_data, by_group, load_scored, score_case, score_run

CASES = [
    make_case(id="a"),
    make_case(id="b", language="en", kind="table"),
    make_case(id="c"),
    unanswerable(id="d"),
    unanswerable(id="e"),
]
RECORDS = [
    make_record(case="a", answerability=0.9, first_token_s=1.0, tokens_out=5),
    refused(case="b", answerability=0.4),
    failed(case="c"),
    refused(case="d", answerability=0.2, total_s=4.0),
    make_record(case="e", answerability=0.7, total_s=6.0),
]


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = RunFolder.start(tmp_path / "run", run_info(CASES), CASES)
    for record in RECORDS:
        made.append(record)
    return made


def system() -> SystemScores:
    return SystemScores("ours", 5, tuple(score_case(c, r) for c, r in zip(CASES, RECORDS, strict=True)))


def test_failed_cases_count_as_attempted_and_as_not_right() -> None:
    scores = system()
    assert (len(scores.cases), scores.failed) == (5, 1)
    for name, value, n in (
        ("outcome", 2 / 5, 5),
        ("accuracy", 1 / 3, 3),
        ("wrong_refusal", 1 / 3, 3),
        ("refusal_recall", 1 / 2, 2),
        ("refusal_precision", 1 / 2, 2),
    ):
        estimate = scores.estimate(name)
        assert estimate is not None
        assert (estimate.value, estimate.n) == (pytest.approx(value), n)
    assert scores.estimate("right_picture") is None


def test_medians_leave_out_what_did_not_happen() -> None:
    scores = system()
    total = scores.cost("total_s")
    assert total is not None
    # 2, 2, 4, 6: the failed one took 100 s
    assert (total.value, total.n) == (3.0, 4)
    assert scores.cost("passages_s") is None


def test_groups_are_of_answerable_cases(folder: RunFolder) -> None:
    run = score_run(folder)
    kinds = by_group(run, run.systems[0], "kind")
    assert {kind: (e.value, e.n) for kind, e in kinds.items() if e} == {"fact": (0.5, 2), "table": (0.0, 1)}


def test_json_holds_what_a_later_comparison_needs(folder: RunFolder, tmp_path: Path) -> None:
    run = score_run(folder)
    path = tmp_path / "report.json"
    path.write_text(json.dumps(as_data(run)), encoding="utf-8")
    assert load_scored(path) == run == load_scored(folder.path)


@pytest.mark.parametrize("text", ["", "{}", '{"format": 0}', '{"format": 1, "systems": [], "run": {}}', "[1]"])
def test_what_is_no_report_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="no run and no report"):
        load_scored(path)


def test_calibration_by_hand() -> None:
    found = calibrate([(0.9, True), (0.8, True), (0.85, False), (0.1, False)])
    assert found is not None
    # bins 0.1: told 0.1, true 0; 0.8: told 0.825, true 1/2; 0.9: told 0.9, true 1
    assert [(b.low, b.cases, b.told, b.answerable) for b in found.bins] == [
        (0.1, 1, pytest.approx(0.1), 0.0),
        (0.8, 2, pytest.approx(0.825), 0.5),
        (0.9, 1, pytest.approx(0.9), 1.0),
    ]
    assert found.error == pytest.approx((0.1 + 2 * 0.325 + 0.1) / 4)
    assert found.brier == pytest.approx((0.01 + 0.04 + 0.7225 + 0.01) / 4)
    # three of the four pairs are in order
    assert found.auc == pytest.approx(3 / 4)
    at = {point.threshold: point for point in found.points}
    assert (at[0.0].kept, at[0.0].refused) == (1.0, 0.0)
    assert (at[0.9].kept, at[0.9].refused) == (0.5, 1.0)


def test_calibration_needs_probabilities_and_both_kinds() -> None:
    assert calibrate([]) is None
    one_sided = calibrate([(1.0, True)])
    assert one_sided is not None
    assert (one_sided.auc, one_sided.points, one_sided.brier) == (None, (), 0.0)
