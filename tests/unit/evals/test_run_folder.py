"""A run goes on where it stopped, drops no case, and never mixes two configurations."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from eval_builders import configuration, failed, make_case, make_record, passage, run_info
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from report_qa.config import load_settings
from report_qa.errors import ConfigError
from report_qa.evals.configuration import compared_settings, differences, program_hash
from report_qa.evals.dataset import Case
from report_qa.evals.folder import RunFolder
from report_qa.evals.records import Record
from report_qa.evals.run import run

CASES = [make_case(id=name) for name in "abcd"]


class Scripted:
    """Answers every case, fails some, and is killed after some."""

    name = "ours"

    def __init__(self, *, killed_after: int = 99, fails: str = "") -> None:
        self.asked: list[str] = []
        self._left = killed_after
        self._fails = fails

    def answer(self, case: Case) -> Record:
        if self._left == 0:
            raise KeyboardInterrupt
        self._left -= 1
        self.asked.append(case.id)
        return failed(case=case.id) if case.id in self._fails else make_record(case=case.id)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder.start(tmp_path / "run", run_info(CASES), CASES)


def again(folder: RunFolder) -> RunFolder:
    return RunFolder.start(folder.path, run_info(CASES), CASES)


def test_a_killed_run_goes_on_and_asks_no_case_twice(folder: RunFolder) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(folder, [Scripted(killed_after=2)])
    second = Scripted()
    run(again(folder), [second])
    assert second.asked == ["c", "d"]
    assert list(folder.records("ours")) == ["a", "b", "c", "d"]


def test_a_record_that_a_kill_cut_short_is_measured_again(folder: RunFolder) -> None:
    run(folder, [Scripted()])
    path = folder.path / "records" / "ours.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    second = Scripted()
    run(again(folder), [second])
    assert second.asked == ["d"]
    assert len(folder.records("ours")) == 4


def test_a_record_that_was_cut_inside_a_character_is_measured_again(folder: RunFolder) -> None:
    folder.append(make_record(case="a"))
    path = folder.path / "records" / "ours.jsonl"
    path.write_bytes(path.read_bytes() + '{"case":"b","answer":"份'.encode()[:-1])
    assert list(folder.records("ours")) == ["a"]
    for first in ('{"case":"份'.encode()[:-1], b""):
        (folder.path / "records" / "naive.jsonl").write_bytes(first)
        assert folder.records("naive") == {}
    folder.append(make_record(case="b"))
    assert list(folder.records("ours")) == ["a", "b"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_record_is_read_back_as_it_was_written(text: str) -> None:
    with TemporaryDirectory() as place:
        folder = RunFolder.start(Path(place), run_info(CASES), CASES)
        record = make_record(f"\u2028{text}\x85", case="a", passages=(passage(text),))
        folder.append(record)
        assert folder.records("ours") == {"a": record}


def test_a_place_that_cannot_be_written_is_told(folder: RunFolder) -> None:
    (folder.path / "records").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be written"):
        folder.append(make_record())
    (folder.path / ".lock").mkdir()
    with pytest.raises(ConfigError, match="cannot be written"):
        run(folder, [Scripted()])


def test_failed_cases_stay_failed_unless_they_are_asked_again(folder: RunFolder) -> None:
    run(folder, [Scripted(fails="bc")])
    same = Scripted()
    run(folder, [same])
    assert same.asked == []
    retried = Scripted(fails="c")
    run(folder, [retried], retry_failed=True)
    assert retried.asked == ["b", "c"]
    assert [r.status for r in folder.records("ours").values()] == ["answered", "answered", "failed", "answered"]


def test_progress_is_told_of_new_records_only(folder: RunFolder) -> None:
    told: list[tuple[str, int, int]] = []
    folder.append(make_record(case="b"))
    run(folder, [Scripted()], lambda case, record, done, total: told.append((case.id, done, total)))
    assert told == [("a", 1, 4), ("c", 3, 4), ("d", 4, 4)]


def test_other_cases_or_another_configuration_are_refused(folder: RunFolder) -> None:
    fewer = CASES[:2]
    with pytest.raises(ConfigError, match="of other cases"):
        RunFolder.start(folder.path, run_info(fewer), fewer)
    with pytest.raises(ConfigError, match=r"settings llm\.model was –, now other") as caught:
        RunFolder.start(folder.path, run_info(CASES, **{"llm.model": "other"}), CASES)
    assert "--out" in caught.value.line("en")
    assert "另一种配置" in caught.value.line("zh")


def test_a_run_of_another_version_is_told(folder: RunFolder) -> None:
    (folder.path / "run.json").write_text('{"format": 0}', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"another version \(format 0; this one reads 1\)"):
        again(folder)


@pytest.mark.parametrize("text", ["", "{", '{"format": 1}'])
def test_a_damaged_description_is_told(folder: RunFolder, text: str) -> None:
    (folder.path / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"run\.json is damaged"):
        RunFolder.open(folder.path)


def test_altered_cases_are_told(folder: RunFolder) -> None:
    path = folder.path / "dataset.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("多少", "几份"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"dataset\.jsonl is damaged"):
        RunFolder.open(folder.path)


def test_a_damaged_record_is_told_with_its_line(folder: RunFolder) -> None:
    run(folder, [Scripted()])
    path = folder.path / "records" / "ours.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = "{}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"ours\.jsonl is damaged in line 2"):
        folder.records("ours")


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="something else"):
        RunFolder.start(tmp_path, run_info(CASES), CASES)
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == "mine"
    with pytest.raises(ConfigError, match="no run"):
        RunFolder.open(tmp_path / "nowhere")


def test_two_processes_do_not_write_one_run(folder: RunFolder) -> None:
    with FileLock(folder.path / ".lock"), pytest.raises(ConfigError, match="Another process"):
        run(folder, [Scripted()])


def test_systems_are_ours_first(folder: RunFolder) -> None:
    for name in ("another", "bm25", "ours", "naive"):
        folder.append(make_record(system=name))
    assert folder.systems == ["ours", "naive", "bm25", "another"]


def test_the_configuration_holds_what_changes_answers_and_no_key() -> None:
    settings = load_settings({"llm.api_key": "secret-1", "llm.model": "m"}, environment={}).settings
    compared = compared_settings(settings)
    assert compared["llm.model"] == "m"
    assert "answer.refusal_threshold" in compared
    assert "secret-1" not in str(compared)
    assert not [name for name in compared if name.startswith(("paths.", "server.", "llm.api_key"))]
    assert len(program_hash()) == 64


def test_differences_are_named() -> None:
    assert differences(configuration(a="1"), configuration(a="1")) == []
    assert differences(configuration(a="1", b="1"), configuration(a="2", b="1")) == [("settings a", "1", "2")]
    other = configuration().model_copy(update={"index": {"documents": {"a.md": "2"}}})
    assert differences(configuration(), other) == [("index documents a.md", "1", "2")]
