"""The list of runs: what each is of, how far it is, and those that cannot be used among them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from eval_builders import configuration, make_case, make_record, unanswerable
from hypothesis import example, given
from hypothesis import strategies as st

from report_qa.errors import ConfigError
from report_qa.evals.compare import compare_runs
from report_qa.evals.folder import RunFolder, describe_run
from report_qa.evals.report import Report
from report_qa.evals.runs import existing, list_runs, place_of, proposed_name

CASES = [make_case(id="a"), make_case(id="b"), unanswerable(id="u")]
MakeRun = Callable[..., RunFolder]


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    def make(name: str, started: str, **done: int) -> RunFolder:
        """Answer so many cases with every system."""
        info = describe_run("d.jsonl", CASES, configuration()).model_copy(update={"started": started})
        folder = RunFolder.start(tmp_path / name, info, CASES)
        folder.expect(list(done))
        for system, count in done.items():
            for case in CASES[:count]:
                folder.append(make_record(case=case.id, system=system))
        return folder

    return make


def test_runs_are_listed_newest_first_with_how_far_they_are(make_run: MakeRun, tmp_path: Path) -> None:
    make_run("old", "2026-01-01T00:00:00+00:00", naive=3, ours=3)
    make_run("new", "2026-02-01T00:00:00+00:00", ours=2, oracle=0)
    make_run("damaged", "2026-03-01T00:00:00+00:00", ours=1)
    (tmp_path / "damaged" / "run.json").write_text("{")
    (tmp_path / "something else").mkdir()
    new, old, damaged = list_runs(tmp_path)
    assert (new.name, new.dataset, new.cases, new.done) == ("new", "d.jsonl", 3, {"ours": 2, "oracle": 0})
    assert (new.finished, new.complete) == ((), False)
    assert (old.finished, old.complete) == (("ours", "naive"), True)
    assert damaged.name == "damaged"
    assert damaged.error is not None
    assert not damaged.complete
    assert list_runs(tmp_path / "nowhere") == []


def test_a_run_that_goes_on_is_seen_to(make_run: MakeRun, tmp_path: Path) -> None:
    folder = make_run("run", "2026-01-01T00:00:00+00:00", ours=2)
    assert list_runs(tmp_path)[0].done == {"ours": 2}
    folder.append(make_record(case="u"))
    assert list_runs(tmp_path)[0].complete


def test_what_is_expected_takes_nothing_away_and_is_no_result(make_run: MakeRun) -> None:
    folder = make_run("run", "2026-01-01T00:00:00+00:00", ours=2)
    folder.expect(["ours", "naive"])
    assert folder.systems == ["ours", "naive"]
    assert list(folder.records("ours")) == ["a", "b"]
    assert [system.name for system in Report.of(folder).run.systems] == ["ours"]
    with pytest.raises(ConfigError, match="no system naive"):
        compare_runs(folder.path, folder.path, ("ours", "naive"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_run_without_an_answer_has_a_report(make_run: MakeRun, language: str) -> None:
    folder = make_run("run", "2026-01-01T00:00:00+00:00", ours=0)
    written = Report.of(folder).write(language)
    assert f'<html lang="{language}">' in written.read_text(encoding="utf-8")


def test_only_what_is_listed_can_be_opened(make_run: MakeRun, tmp_path: Path) -> None:
    make_run("run", "2026-01-01T00:00:00+00:00", ours=1)
    (tmp_path / "inner").mkdir()
    assert existing(tmp_path, "run").info.dataset == "d.jsonl"
    for name in ("", ".", "..", "../run", "run/records", "inner", str(tmp_path / "run")):
        with pytest.raises(ConfigError, match="There is no run"):
            existing(tmp_path, name)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "x" * 65, "a.", "-", "a\n"])
def test_some_names_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be the name"):
        place_of(tmp_path, name)


@example("+a")
@example("." * 3)
@example("长" * 100)
@given(st.text(max_size=100))
def test_every_dataset_gives_a_name_that_can_be(dataset: str) -> None:
    assert place_of(Path("bench"), proposed_name(dataset + ".jsonl") + "-100").parent == Path("bench")


def test_names_of_datasets_are_kept_where_they_can_be() -> None:
    assert proposed_name("report_test.jsonl") == "report_test"
    assert proposed_name("测试 集(1).jsonl") == "测试-集-1"
