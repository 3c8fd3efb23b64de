"""The commands as typed: from drafts to decisions, errors as one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from drafting import DraftingModel
from typer.testing import CliRunner, Result

from report_qa.cli import app
from report_qa.config import Settings
from report_qa.evals.dataset import load_cases
from report_qa.faq.gaps import Reason, note
from report_qa.faq.store import FaqStore

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, model: DraftingModel) -> Run:
    def invoke(*arguments: str, language: str = "en", **more: str) -> Result:
        values = {
            "paths.corpus": str(settings.paths.corpus), "paths.index": str(settings.paths.index),
            "embedding.model": "fake", "llm.provider": "drafting",
            **{name.replace("__", "."): value for name, value in more.items()},
        }  # fmt: skip
        options = [part for name, value in values.items() for part in ("--set", f"{name}={value}")]
        return CliRunner().invoke(app, ["--language", language, *options, "faq", *arguments])

    return invoke


def test_from_drafts_to_decisions(run: Run) -> None:
    drafted = run("generate")
    assert drafted.exit_code == 0, drafted.output
    assert "6 pairs drafted from 2 parts" in drafted.stdout
    assert "6 computed from tables" in drafted.stdout
    listed = run("list", "--state", "open", "--text", "再生")
    number = listed.stdout.split()[0].removeprefix("#")
    assert "[draft]" in listed.stdout
    shown = run("show", number).stdout
    assert "car.md:9-9" in shown
    assert "“不得使用再生机油。”" in shown
    assert "[approved]" in run("approve", number, "--by", "ann").stdout
    assert "[in review]" in run("edit", number, "--answer", "不得使用再生的机油。").stdout
    assert "- 不得使用再生机油。" in run("history", number).stdout
    assert "[approved]" in run("undo", number).stdout
    assert "[rejected]" in run("reject", "1-2", "--reason", "twice").stdout
    assert "[retired]" in run("retire", number, "--reason", "old").stdout
    assert "[in review]" in run("reopen", number).stdout
    assert "[in review @bob]" in run("assign", number, "--to", "bob").stdout
    assert "draft: 9\nin review: 1\n" in run("stats").stdout
    given = run("assign", "--section", "轮胎", "--to", "eve").stdout
    assert given.count("[in review @eve]") == 3
    assert run("list", "--reviewer", "eve").stdout.count("@eve") == 3
    assert run("assign", "--section", "刹车", "--to", "eve").exit_code == 2


def test_what_is_held_back_is_told(run: Run, model: DraftingModel) -> None:
    model.script = lambda s: '{"question": "怎样预约？", "casual": "x"}'
    assert "2 more were held back" in run("generate").stdout
    assert run("list", "--state", "rejected").stdout.count("怎样预约") == 2


def test_coverage_shows_every_section_and_the_gaps(run: Run) -> None:
    before = run("coverage", "--gaps")
    assert "2 of 2 sections have no pair" in before.stdout
    assert "“严禁在行驶中调节胎压。”" in before.stdout
    run("generate")
    after = run("coverage", "--gaps")
    assert "0 of 2 sections have no pair" in after.stdout
    assert "严禁" not in after.stdout


def test_a_pair_written_by_hand_finds_its_evidence(run: Run) -> None:
    assert "[draft]" in run("add", "备胎放在哪里？", "备胎放在后备箱下面的储物格里。").stdout
    assert "car.md:5-5" in run("show", "1").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "99"), ("no pair 99", "report-qa faq list")),
        (("approve", "99"), ("no pair 99",)),
        (("generate", "--document", "x.md"), ("no document x.md", "report-qa faq coverage")),
        (("undo", "7"), ("no pair 7",)),
    ],
)
def test_an_error_is_one_line_with_its_remedy(run: Run, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.stderr.strip().count("\n") == 0
    for word in words:
        assert word in result.stderr


def test_many_are_decided_and_the_refused_ones_told(run: Run) -> None:
    run("generate")
    result = run("approve", "1", "99", "2")
    assert result.exit_code == 1
    assert result.stdout.count("[approved]") == 2
    assert "no pair 99" in result.stderr


def test_everything_is_told_in_chinese_too(run: Run) -> None:
    assert "起草 6 条" in run("generate", language="zh").stdout
    assert "已通过" in run("approve", "1", language="zh").stdout
    assert "没有第 99 条" in run("show", "99", language="zh").stderr


def test_from_approval_to_a_served_answer_and_back(run: Run, tmp_path: Path) -> None:
    run("generate")
    assert "No release is served" in run("cases", str(tmp_path / "none.jsonl")).stderr
    assert "nothing to publish" in run("publish").stderr.lower()
    run("approve", "1-6")
    assert "Release 1: 6 pairs, now served" in run("publish", "--note", "first", "--by", "ann").stdout
    question = "机油：火花塞的费用是多少？"
    matched = run("match", question)
    assert matched.stdout.startswith("answer  1.")
    assert "火花塞的费用为300元。" in matched.stdout
    assert "not learnt" in matched.stdout
    cases = tmp_path / "cases.jsonl"
    assert "10 cases of release 1" in run("cases", str(cases)).stdout  # four pairs have a short form too
    assert len(load_cases(cases)) == 10
    assert "is there already" in run("cases", str(cases)).stderr
    run("retire", "1", "--reason", "old")
    assert "Release 2: 5 pairs" in run("publish").stdout
    assert "Release 1 is served" in run("rollback", "1").stdout
    starred = [line for line in run("releases").stdout.splitlines() if line.startswith("*")]
    assert len(starred) == 1
    assert "ann" in starred[0]
    assert "Evidence of pairs: 11 unchanged, 0 moved, 0 changed, 0 gone." in run("stale").stdout


def test_matching_without_a_release_is_told(run: Run) -> None:
    result = run("match", "机油多久换？")
    assert result.exit_code == 1
    assert "report-qa faq publish" in result.stderr


def test_files_are_exported_and_imported(run: Run, tmp_path: Path) -> None:
    run("generate")
    file = tmp_path / "out.xlsx"
    assert f"12 pairs written to {file}" in run("export", str(file)).stdout
    again = run("import", str(file))
    assert (again.exit_code, "12 repeats" in again.stdout) == (0, True)
    bad = tmp_path / "in.csv"
    bad.write_text("question,answer\n机油多久换？,\n", encoding="utf-8")
    failed = tmp_path / "failed.csv"
    result = run("import", str(bad), "--failed", str(failed))
    assert result.exit_code == 1
    assert "2: the answer is missing" in result.stderr
    assert failed.exists()
    assert "Dry run" in run("import", str(bad), "--dry-run").stdout


def test_gaps_are_shown_and_made_drafts(run: Run, store: FaqStore) -> None:
    assert "0 gaps." in run("gaps").stdout
    for question in ("备胎多重？", "备胎多重", "车窗怎么贴膜？"):
        note(store, question, Reason.REFUSED)
    shown = run("gaps").stdout
    assert "2×  备胎多重？  (refused 2)\n    ≈ 备胎多重\n1×  车窗怎么贴膜？" in shown
    assert "2 drafts to write: 1–2." in run("gaps", "--draft").stdout
    assert "0 gaps." in run("gaps").stdout
    assert "备胎多重？" in run("list", "--state", "draft").stdout


def test_indexing_tells_what_became_of_the_evidence(run: Run, settings: Settings) -> None:
    run("generate")
    car = settings.paths.corpus / "car.md"
    car.write_text(car.read_text(encoding="utf-8").replace("不得使用再生机油", "可以使用再生机油"), encoding="utf-8")
    values = {
        "paths.corpus": str(settings.paths.corpus), "paths.index": str(settings.paths.index), "embedding.model": "fake"
    }  # fmt: skip
    options = [part for name, value in values.items() for part in ("--set", f"{name}={value}")]
    result = CliRunner().invoke(app, ["--language", "en", *options, "index"])
    assert "11 unchanged, 0 moved, 1 changed, 0 gone" in result.stdout
    assert "- 不得使用再生机油。" in result.stdout
    assert "+ 可以使用再生机油。" in result.stdout
