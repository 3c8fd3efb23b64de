"""The commands as typed: from drafts to decisions, errors as one line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from drafting import DraftingModel
from typer.testing import CliRunner, Result

from report_qa.cli import app
from report_qa.config import Settings

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
