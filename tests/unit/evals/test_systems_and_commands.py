"""``report-qa eval`` over a small index: every system through the real seams, reports, errors as one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from eval_builders import make_case, row, write_rows
from fakes import HashingEmbedder
from scripted_chat import use_scripted_chat
from typer.testing import CliRunner, Result

from report_qa.cli import app
from report_qa.evals.baselines import Baseline
from report_qa.evals.folder import RunFolder
from report_qa.evals.records import Record
from report_qa.providers.chat import ChatModel

REPORT = "# 云河年报\n\n## 经营\n\n2024年营业收入为12亿元，比上年增长8%。\n\n## 员工\n\n年末共有员工3200人，其中司机1100人。\n"
ROWS = [
    row(id="income", question="2024年营业收入是多少？", gold="12亿元", key_facts=[["12亿元"]], evidence=["2024年营业收入为12亿元"]),
    row(
        id="drivers", question="年末司机有多少人？", gold="1100人", key_facts=[["1100"]], evidence=["其中司机1100人"],
        kind="follow_up", history=[{"role": "user", "content": "员工多少？"}, {"role": "assistant", "content": "3200人"}],
    ),
    row(id="moon", question="月球上有几个仓库？", kind="unanswerable", gold="", key_facts=[], evidence=[]),
]  # fmt: skip

Run = Callable[..., Result]


class Model:
    """Answers baselines from their context, and breaks when it is told to."""

    def __init__(self) -> None:
        self.prompts: list[str] = []
        self.breaks_at = 10**9

    def __call__(self, task: str, last: str) -> str:
        if not last.startswith("Answer the question"):
            return last if task == "rewrite" else "是"
        self.prompts.append(last)
        if len(self.prompts) >= self.breaks_at:
            raise httpx.ConnectError("connection refused")
        if "月球" in last:
            return "I don't know."
        return "12亿元，1100人" if "12亿元" in last or "1100" in last else "大概很多。"


@pytest.fixture
def model() -> Model:
    scripted = Model()
    use_scripted_chat(scripted)
    return scripted


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "cases.jsonl", *ROWS)


@pytest.fixture
def invoke(corpus: Path, tmp_path: Path, embedder: HashingEmbedder, model: Model) -> Run:
    (corpus / "yunhe.md").write_text(REPORT, encoding="utf-8")

    def run(*arguments: str | Path, language: str = "en", **settings: str) -> Result:
        values = {
            "paths.corpus": str(corpus),
            "paths.index": str(tmp_path / "index"),
            "embedding.model": "fake",
            "llm.provider": "scripted",
            "answer.style": "quote",
            "answer.refusal_threshold": "0",
            **{name.replace("__", "."): value for name, value in settings.items()},
        }
        options = [part for name, value in values.items() for part in ("--set", f"{name}={value}")]
        return CliRunner().invoke(app, ["--language", language, *options, *map(str, arguments)])

    assert run("index").exit_code == 0
    return run


def records_of(out: Path, system: str) -> dict[str, Record]:
    return RunFolder.open(out).records(system)


def assert_one_line(result: Result, *words: str) -> None:
    assert result.exit_code == 1
    last = result.stderr.strip().splitlines()[-1]
    assert "Traceback" not in result.output
    for word in words:
        assert word in last


def test_all_systems_in_one_command_and_the_reports(invoke: Run, dataset: Path, tmp_path: Path, model: Model) -> None:
    out = tmp_path / "run"
    result = invoke("eval", "run", dataset, "--systems", "ours, naive,bm25,closed-book,oracle", "--out", out)
    assert result.exit_code == 0, result.output
    assert "| | ours | naive | bm25 | closed-book | oracle |" in result.stdout
    assert "ours 1/3 income right" in result.stderr
    for system in ("ours", "naive", "bm25", "closed-book", "oracle"):
        assert list(records_of(out, system)) == ["income", "drivers", "moon"]
    ours = records_of(out, "ours")["income"]
    assert ours.status == "answered"
    assert ours.passages is not None
    assert ours.citations is not None
    assert "12亿元" in ours.passages[ours.citations[0].passage].text
    assert ours.answerability is not None
    assert ours.tokens_out
    data = json.loads((out / "report.json").read_text(encoding="utf-8"))
    by_name = {system["name"]: system for system in data["systems"]}
    assert by_name["oracle"]["figures"]["accuracy"]["value"] == 1.0
    assert by_name["closed-book"]["figures"]["accuracy"]["value"] == 0.0
    assert by_name["naive"]["figures"]["refusal_recall"]["value"] == 1.0
    assert "## What went wrong: ours" in (out / "report.md").read_text(encoding="utf-8")
    assert (out / "report.html").is_file()


def test_baselines_are_given_what_their_names_say(invoke: Run, dataset: Path, tmp_path: Path, model: Model) -> None:
    out = tmp_path / "run"
    invoke("eval", "run", dataset, "--systems", "closed-book,oracle,bm25", "--out", out)
    closed, oracle, bm25 = (records_of(out, name) for name in ("closed-book", "oracle", "bm25"))
    assert closed["income"].passages is None
    assert oracle["drivers"].passages is not None
    (given,) = oracle["drivers"].passages
    # the two small sections are one
    assert (given.heading, given.read) == (("经营",), "年末共有员工3200人，其中司机1100人。")
    assert "Context:\n经营\n年末共有员工3200人，其中司机1100人。\n\nuser:" in model.prompts[4]
    # what has no gold evidence gets what is near
    assert oracle["moon"].passages
    assert bm25["income"].passages
    assert bm25["moon"].status == "refused"
    assert "Context" not in model.prompts[0]
    assert "user: 员工多少？\nassistant: 3200人\nQuestion: 年末司机有多少人？" in model.prompts[1]
    assert closed["income"].tokens_in
    assert closed["income"].citations is None


def test_a_model_that_breaks_gives_failed_cases_that_count_and_can_be_asked_again(
    invoke: Run, dataset: Path, tmp_path: Path, model: Model
) -> None:
    out = tmp_path / "run"
    model.breaks_at = 2
    arguments = ("eval", "run", dataset, "--systems", "naive", "--out", out)
    result = invoke(*arguments)
    assert result.exit_code == 0
    assert "| attempted | 3 |" in result.stdout
    assert "| failed | 2 |" in result.stdout
    broken = records_of(out, "naive")["drivers"]
    assert (broken.status, broken.answer, broken.tokens_out) == ("failed", "", None)
    assert broken.error is not None
    assert broken.error.en != broken.error.zh
    assert broken.passages
    model.breaks_at = 10**9
    again = invoke(*arguments, "--retry-failed")
    assert "| failed | 0 |" in again.stdout
    assert len(model.prompts) == 5


def test_a_finished_run_asks_nothing_again(invoke: Run, dataset: Path, tmp_path: Path, model: Model) -> None:
    arguments = ("eval", "run", dataset, "--systems", "naive", "--out", tmp_path / "run")
    invoke(*arguments)
    asked = len(model.prompts)
    first = (tmp_path / "run" / "report.json").read_bytes()
    assert invoke(*arguments).exit_code == 0
    assert len(model.prompts) == asked
    assert (tmp_path / "run" / "report.json").read_bytes() == first


def test_another_configuration_or_limit_is_refused_and_nothing_is_lost(
    invoke: Run, dataset: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    invoke("eval", "run", dataset, "--out", out)
    before = (out / "records" / "ours.jsonl").read_bytes()
    other = invoke("eval", "run", dataset, "--out", out, retrieval__sections="2")
    assert_one_line(other, "settings retrieval.sections was 4, now 2", "--out")
    assert_one_line(invoke("eval", "run", dataset, "--out", out, "--limit", "1"), "other cases", "--out")
    assert (out / "records" / "ours.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("rows", "arguments", "words"),
    [
        (ROWS, ("--systems", "theirs"), ("no system theirs", "closed-book")),
        (ROWS, ("--systems", "ours,"), ("no system (blank)",)),
        (["{"], (), ("line 1", "nothing was measured")),
        ([], (), ("holds no case",)),
    ],
)
def test_bad_input_is_one_line(
    invoke: Run, tmp_path: Path, rows: list[Any], arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    dataset = write_rows(tmp_path / "bad.jsonl", *rows)
    assert_one_line(invoke("eval", "run", dataset, "--out", tmp_path / "run", *arguments), *words)
    assert not (tmp_path / "run").exists()


def test_evidence_that_is_in_no_document_is_told(invoke: Run, tmp_path: Path) -> None:
    dataset = write_rows(tmp_path / "d.jsonl", ROWS[0] | {"evidence": ["这句话不在任何一份文档之中"]})
    result = invoke("eval", "run", dataset, "--out", tmp_path / "run")
    assert result.exit_code == 0
    assert "The evidence of 1 cases is not in the index (income)" in result.stderr


def test_the_report_can_be_made_again_in_another_language(invoke: Run, dataset: Path, tmp_path: Path) -> None:
    invoke("eval", "run", dataset, "--out", tmp_path / "run")
    result = invoke("eval", "report", tmp_path / "run", language="zh")
    assert result.exit_code == 0
    assert "| 已评测 | 3 |" in result.stdout
    assert "拒答召回率" in (tmp_path / "run" / "report.md").read_text(encoding="utf-8")
    assert '<html lang="zh">' in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "refuses"),
    [
        ("I don't know.", True),
        ("The context doesn’t mention it.", True),
        ("It is not stated.", True),
        ("资料中没有提到。", True),
        ("我不知道。", True),
        (" ", True),
        ("12亿元", False),
        ("No fewer than 12 people know it.", False),
    ],
)
def test_a_baseline_refuses_when_it_says_that_it_does_not_know(text: str, refuses: bool) -> None:
    scripted = use_scripted_chat(lambda task, last: text)
    record = Baseline("closed-book", ChatModel(scripted, "scripted@1"), None).answer(make_case())
    assert (record.status == "refused") is refuses


def test_a_run_lies_under_the_name_of_its_dataset_by_default(invoke: Run, dataset: Path, model: Model) -> None:
    assert invoke("eval", "run", dataset, "--systems", "closed-book").exit_code == 0
    assert Path("bench/cases/report.html").is_file()


def test_the_oracle_is_given_a_row_of_a_table_under_its_header(invoke: Run, corpus: Path, tmp_path: Path) -> None:
    table = "| 地区 | 收入（亿元） | 增长 |\n| --- | --- | --- |\n| 华东 | 5.1 | 8.2% |\n| 西南 | 9.2 | 3.4% |\n"
    (corpus / "table.md").write_text(f"# 分地区\n\n## 各地区的收入与增长情况\n\n{table}", encoding="utf-8")
    assert invoke("index").exit_code == 0
    case = row(id="t", kind="table", gold="9.2亿元", key_facts=[["9.2"]], evidence=["| 西南 | 9.2 | 3.4% |"])
    out = tmp_path / "run"
    dataset = write_rows(tmp_path / "t.jsonl", case)
    assert invoke("eval", "run", dataset, "--systems", "oracle", "--out", out).exit_code == 0
    passages = records_of(out, "oracle")["t"].passages
    assert passages is not None
    assert [passage.read for passage in passages] == ["地区 | 收入（亿元） | 增长\n西南 | 9.2 | 3.4%"]
