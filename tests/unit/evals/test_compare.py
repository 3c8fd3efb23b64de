"""Comparisons are in pairs, significance is exact, and the gate stops what got worse and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from eval_builders import failed, make_case, make_record, refused, run_info, unanswerable
from typer.testing import CliRunner, Result

from report_qa.cli import app
from report_qa.evals.compare import compare
from report_qa.evals.folder import RunFolder
from report_qa.evals.records import Record
from report_qa.evals.scores import as_data, score_run

CASES = [*(make_case(id=f"a{i}") for i in range(12)), *(unanswerable(id=f"u{i}") for i in range(4))]
MakeRun = Callable[..., Path]


def answer(case: str, *, right: bool, system: str = "ours") -> Record:
    if case.startswith("u"):
        return refused(case=case, system=system) if right else make_record(case=case, system=system)
    return make_record("2887份" if right else "3000份", case=case, system=system)


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    def make(name: str, right: str, *, system: str = "ours", stop: int = 99, model: str = "m") -> Path:
        """Answer rightly the cases that are named."""
        folder = RunFolder.start(tmp_path / name, run_info(CASES, **{"llm.model": model}), CASES)
        for case in CASES[:stop]:
            folder.append(answer(case.id, right=case.id in right.split(), system=system))
        return folder.path

    return make


def ids(first: int, last: int) -> str:
    return " ".join(f"a{i}" for i in range(first, last))


def run(*arguments: str | Path, language: str = "en") -> Result:
    return CliRunner().invoke(app, ["--language", language, "eval", *map(str, arguments)])


def test_differences_by_hand(make_run: MakeRun) -> None:
    before = score_run(RunFolder.open(make_run("before", f"{ids(0, 6)} u0"))).systems[0]
    after = score_run(RunFolder.open(make_run("after", f"{ids(2, 12)} u0"))).systems[0]
    found = {d.measure.name: d for d in compare(before, after).differences}
    accuracy = found["accuracy"]
    assert (accuracy.before, accuracy.after) == (pytest.approx(6 / 12), pytest.approx(10 / 12))
    assert (accuracy.change.value, accuracy.change.n) == (pytest.approx(4 / 12), 12)
    assert accuracy.won == tuple(f"a{i}" for i in range(6, 12))
    assert accuracy.lost == ("a0", "a1")
    # 2 * (1 + 8 + 28) / 2**8
    assert accuracy.p == pytest.approx(74 / 256)
    assert found["refusal_recall"].change.value == 0.0
    # fewer wrong answers are better
    # of a case that both refuse, whether it was due is the same
    assert "refusal_precision" not in found
    assert found["wrong"].won == accuracy.won
    assert found["wrong"].change.value == pytest.approx(-4 / 12)


def test_only_cases_with_a_value_in_both_are_paired(make_run: MakeRun) -> None:
    before = score_run(RunFolder.open(make_run("before", ids(0, 6)))).systems[0]
    after = score_run(RunFolder.open(make_run("after", ids(4, 12), stop=10))).systems[0]
    found = compare(before, after)
    precision = next(d for d in found.differences if d.measure.name == "citation_precision")
    # right in both: a4 and a5
    assert precision.change.n == 2
    assert (found.cases, found.missing) == (10, ("a10", "a11", "u0", "u1", "u2", "u3"))


def test_compare_prints_pairs_and_cases(make_run: MakeRun) -> None:
    a, b = make_run("before", f"{ids(0, 6)} u0"), make_run("after", f"{ids(2, 12)} u0", model="n")
    result = run("compare", a, b)
    assert "settings llm.model: m → n" in result.stdout
    assert result.exit_code == 0
    assert "| answerable: right | 50.0% | 83.3% | +33.3% (" in result.stdout
    assert "Lost (2): a0, a1" in result.stdout
    data = json.loads(run("compare", a, b, "--json").stdout)
    assert data["differences"][1]["lost"] == ["a0", "a1"]
    assert "变差 (2): a0, a1" in run("compare", a, b, language="zh").stdout


def test_two_systems_of_one_run_can_be_compared(make_run: MakeRun) -> None:
    path = make_run("run", ids(0, 12))
    make_run("run", ids(0, 3), system="naive")
    result = run("compare", path, path, "--systems", "naive,ours")
    assert "| answerable: right | 25.0% | 100.0% | +75.0%" in result.stdout
    missing = run("compare", path, path, "--systems", "oracle")
    assert missing.exit_code == 1
    assert "no system oracle" in missing.stderr
    assert "ours, naive" in missing.stderr


def test_the_gate_stops_a_significant_loss(make_run: MakeRun) -> None:
    base = make_run("base", f"{ids(0, 12)} u0 u1 u2 u3")
    worse = make_run("worse", f"{ids(8, 12)} u0 u1 u2 u3")
    # 8 lost, none won: p = 2 / 2**8 = 0.0078, below 0.05 / 4
    result = run("gate", worse, "--against", base)
    assert result.exit_code == 3
    assert "Worse: answerable: right: -66.7%, 8 cases lost, 0 won (p = 0.0078)." in result.stderr
    assert run("gate", worse, "--against", base, "--measure", "refusal_recall").exit_code == 0
    assert run("gate", worse, "--against", base, "--alpha", "0.01").exit_code == 0


def test_the_gate_lets_chance_and_gains_pass(make_run: MakeRun) -> None:
    base = make_run("base", f"{ids(0, 12)} u0")
    near = make_run("near", f"{ids(3, 12)} u0")
    result = run("gate", near, "--against", base)
    assert (result.exit_code, "No significant loss." in result.stdout) == (0, True)
    assert run("gate", base, "--against", near).exit_code == 0
    assert run("gate", base, "--against", base).exit_code == 0


def test_a_measure_of_which_less_is_better_is_a_loss_when_it_grows(make_run: MakeRun) -> None:
    base, worse = make_run("base", ids(0, 12)), make_run("worse", "")
    result = run("gate", worse, "--against", base, "--measure", "wrong")
    assert result.exit_code == 3
    assert run("gate", base, "--against", worse, "--measure", "wrong").exit_code == 0


def test_failures_are_losses(make_run: MakeRun, tmp_path: Path) -> None:
    base = make_run("base", ids(0, 12))
    broken = RunFolder.start(tmp_path / "broken", run_info(CASES), CASES)
    for case in CASES:
        broken.append(failed(case=case.id))
    assert run("gate", broken.path, "--against", base).exit_code == 3


def test_a_baseline_may_be_a_report_kept_in_the_repository(make_run: MakeRun, tmp_path: Path) -> None:
    base, worse = make_run("base", ids(0, 12)), make_run("worse", "")
    kept = tmp_path / "baseline.json"
    kept.write_text(json.dumps(as_data(score_run(RunFolder.open(base)))), encoding="utf-8")
    assert run("gate", worse, "--against", kept).exit_code == 3


def test_what_cannot_be_compared_is_one_line(make_run: MakeRun, tmp_path: Path) -> None:
    base, unfinished = make_run("base", ids(0, 12)), make_run("unfinished", ids(0, 12), stop=5)
    others = RunFolder.start(tmp_path / "others", run_info(CASES[:3]), CASES[:3]).path
    for arguments, words in (
        (("gate", unfinished, "--against", base), "attempted 5 of 16 cases"),
        (("gate", base, "--against", others), "different cases"),
        (("compare", base, others), "different cases"),
        (("gate", base, "--against", tmp_path / "nowhere"), "no run and no report"),
        (("gate", base, "--against", base, "--measure", "luck"), "no measure luck"),
        (("gate", base, "--against", base, "--measure", "refusal_precision"), "no measure refusal_precision"),
    ):
        result = run(*arguments)
        assert result.exit_code == 1
        assert words in result.stderr
        assert result.stderr.strip().count("\n") == 0
