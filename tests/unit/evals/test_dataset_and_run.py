"""Datasets are refused whole when a line is bad; runs go on where they stopped and drop no case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from report_qa.errors import ConfigError
from report_qa.evals.dataset import Case, load_cases
from report_qa.evals.report import markdown
from report_qa.evals.run import run
from report_qa.evals.score import Record

DATA = Path(__file__).parents[2] / "data"


def row(**changes: Any) -> dict[str, Any]:
    return {
        "id": "a",
        "language": "zh",
        "kind": "fact",
        "question": "多少？",
        "gold": "2887份",
        "key_facts": [["2887"]],
        "evidence": ["有效样本2887份"],
    } | changes


def write(path: Path, *rows: dict[str, Any] | str) -> Path:
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), encoding="utf-8")
    return path


class Scripted:
    """Answers every case rightly, and breaks after some."""

    name = "scripted"

    def __init__(self, *, breaks_after: int = 99) -> None:
        self.asked: list[str] = []
        self._left = breaks_after

    def answer(self, case: Case) -> Record:
        if self._left == 0:
            raise KeyboardInterrupt
        self._left -= 1
        self.asked.append(case.id)
        return Record(case.id, case.kind, case.language, self.name, "answered", case.gold, True, True, 0.1, 0.2, 0.3)


@pytest.mark.parametrize("name", ["report_dev.jsonl", "report_test.jsonl", "other_dev.jsonl", "unseen_test.jsonl"])
def test_the_shipped_datasets_are_valid(name: str) -> None:
    assert len(load_cases(DATA / name)) >= 40


def test_development_and_test_questions_are_apart() -> None:
    # a follow-up is the same question only after the same conversation
    dev = {(case.question, case.history) for case in load_cases(DATA / "report_dev.jsonl")}
    test = {(case.question, case.history) for case in load_cases(DATA / "report_test.jsonl")}
    assert not dev & test
    assert sum(case.kind == "unanswerable" for case in load_cases(DATA / "report_test.jsonl")) >= len(test) // 4


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{not json", "line 2"),
        (row(id="b", language="fr"), "line 2: language"),
        (row(id="b", surprise=1), "line 2: surprise"),
        (row(id="b", gold="两千份"), "lacks its own key fact 2887"),
        (row(id="b", kind="unanswerable"), "only for them"),
        (row(id="b", key_facts=[]), "must be given"),
        (row(), "id a occurs twice"),
    ],
)
def test_a_bad_line_stops_with_its_number(tmp_path: Path, bad: dict[str, Any] | str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_cases(write(tmp_path / "d.jsonl", row(), bad))
    assert said in caught.value.line("en")
    assert "nothing was measured" in caught.value.line("en")


def test_an_empty_or_missing_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no case"):
        load_cases(write(tmp_path / "empty.jsonl", ""))
    with pytest.raises(ConfigError, match="cannot be used"):
        load_cases(tmp_path / "none.jsonl")


def test_a_stopped_run_goes_on_and_asks_no_case_twice(tmp_path: Path) -> None:
    cases = load_cases(write(tmp_path / "d.jsonl", *(row(id=name) for name in "abcd")))
    with pytest.raises(KeyboardInterrupt):
        run(cases, [Scripted(breaks_after=2)], tmp_path / "out")
    second = Scripted()
    records = run(cases, [second], tmp_path / "out")
    assert second.asked == ["c", "d"]
    assert [record.case for record in records] == ["a", "b", "c", "d"]


def test_a_record_that_a_kill_cut_short_is_measured_again(tmp_path: Path) -> None:
    cases = load_cases(write(tmp_path / "d.jsonl", row(id="a"), row(id="b")))
    run(cases, [Scripted()], tmp_path / "out")
    path = tmp_path / "out" / "scripted.jsonl"
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    again = Scripted()
    assert len(run(cases, [again], tmp_path / "out")) == 2
    assert again.asked == ["b"]


def test_the_report_shows_shares_with_counts_and_lists_the_misses(tmp_path: Path) -> None:
    cases = load_cases(write(tmp_path / "d.jsonl", row(id="a"), row(id="b", question="另|一个？")))
    records = run(cases, [Scripted()], tmp_path / "out")
    miss = Record("b", "fact", "zh", "scripted", "answered", "错|了", False, None, 0.1, 0.2, 0.3)
    table = markdown(cases, [records[0], miss])
    assert "50% (1 of 2;" in table
    assert "| b | 另/一个？ | answered | 错\\|了 |" in table
