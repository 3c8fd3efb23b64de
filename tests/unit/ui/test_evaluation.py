"""The steps of the evaluation page, without a browser: what is run, refused, stopped, and shown of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from eval_builders import HeldModel, row, write_rows
from fakes import HashingEmbedder
from scripted_chat import use_scripted_chat

from report_qa.config import Settings
from report_qa.errors import ConfigError, ModelError, ReportQAError, Text
from report_qa.evals.evaluations import Evaluations, system_key
from report_qa.evals.folder import RunFolder
from report_qa.evals.measuring import Last, Progress
from report_qa.evals.runs import RunState
from report_qa.runtime.line import Line
from report_qa.runtime.opening import Opening
from report_qa.service import ReportQA, index_corpus
from report_qa.ui.contract import Service
from report_qa.ui.evaluation import texts
from report_qa.ui.evaluation.render import compared_html, progress_html, report_html, runs_html

REPORT = "# 云河年报\n\n## 经营\n\n2024年营业收入为12亿元，比上年增长8%。\n\n## 员工\n\n年末共有员工3200人，其中司机1100人。\n"
ROWS = [
    row(id="income", question="2024年营业收入是多少？", gold="12亿元", key_facts=[["12亿元"]], evidence=["2024年营业收入为12亿元"]),
    row(id="drivers", question="年末司机有多少人？", gold="1100人", key_facts=[["1100"]], evidence=["不在文档中的一句话"]),
    row(id="moon", question="月球上有几个仓库？", kind="unanswerable", gold="", key_facts=[], evidence=[]),
]  # fmt: skip
MISSING = ModelError(Text("It is missing.", "没有模型。"), Text("Fetch it.", "请下载。"))


@pytest.fixture
def model() -> HeldModel:
    model = HeldModel()
    use_scripted_chat(model)
    return model


@pytest.fixture
def opening(
    make_settings: Callable[..., Settings], corpus: Path, embedder: HashingEmbedder, model: HeldModel
) -> Opening[Service]:
    """Opens a small index."""
    (corpus / "yunhe.md").write_text(REPORT, encoding="utf-8")
    settings = make_settings(llm__provider="scripted", answer__style="quote", answer__refusal_threshold="0")
    index_corpus(settings)
    return Opening(lambda: ReportQA.open(settings))


@pytest.fixture
def line() -> Line:
    return Line(limit=2)


@pytest.fixture
def desk(line: Line, tmp_path: Path) -> Evaluations:
    return Evaluations(line, tmp_path / "bench")


@pytest.fixture
def key(desk: Evaluations, tmp_path: Path) -> str:
    """The dataset, uploaded."""
    return desk.upload(write_rows(tmp_path / "cases.jsonl", *ROWS)).key


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def ended(desk: Evaluations) -> Progress:
    """Return how a run ended."""
    until(lambda: not desk.measuring.progress.running)
    return desk.measuring.progress


def test_a_run_is_made_through_the_service_and_its_report_is_written(
    desk: Evaluations, key: str, opening: Opening[Service], line: Line
) -> None:
    assert desk.start(key, ["ours", "naive"], 0, "", "zh", opening) == "cases"
    progress = ended(desk)
    assert (progress.finished, progress.done, progress.total, progress.lost) == (True, 6, 6, ("drivers",))
    assert line.taken == 0
    (run,) = desk.runs()
    assert (run.name, run.dataset, run.finished) == ("cases", "cases.jsonl", ("ours", "naive"))
    folder = RunFolder.open(desk._root / "cases")
    assert folder.records("ours")["income"].status == "answered"
    assert '<html lang="zh">' in (folder.path / "report.html").read_text(encoding="utf-8")
    compared = desk.compare(system_key("cases", "naive"), system_key("cases", "ours"))
    assert (compared.before, compared.after, compared.changed) == ("naive", "ours", ())
    assert "<th>A: naive</th>" in compared_html(compared, "en")


def test_a_stopped_run_keeps_its_answers_and_goes_on_with_all_its_systems(
    desk: Evaluations, key: str, opening: Opening[Service], model: HeldModel
) -> None:
    model.hold()
    desk.start(key, ["bm25", "closed-book"], 2, "mine", "en", opening)
    until(lambda: len(model.asked) == 1)
    with pytest.raises(ReportQAError, match="Another run is going on"):
        desk.start(key, ["ours"], 0, "", "en", opening)
    desk.measuring.stop()
    assert desk.measuring.progress.stopping
    model.answers.release(100)
    progress = ended(desk)
    assert (progress.finished, progress.done, progress.total, progress.error) == (False, 1, 4, None)
    (run,) = desk.runs()
    assert (run.name, run.cases, run.done, run.complete) == ("mine", 2, {"bm25": 1, "closed-book": 0}, False)
    desk.go_on("mine", "en", opening)
    assert ended(desk).finished
    assert len(model.asked) == 4
    assert desk.runs()[0].complete


def test_a_case_waits_for_what_visitors_ask(desk: Evaluations, key: str, opening: Opening[Service], line: Line) -> None:
    asked, later = line.join(), line.join()  # the line is full
    desk.start(key, ["closed-book"], 1, "", "en", opening)
    until(lambda: desk.measuring.progress.started)
    later.leave()
    until(lambda: desk.measuring.progress.ahead == 1)
    assert desk.measuring.progress.done == 0
    asked.leave()
    assert ended(desk).finished
    assert line.taken == 0


def test_a_run_that_waits_can_be_stopped(desk: Evaluations, key: str, opening: Opening[Service], line: Line) -> None:
    visitor = line.join()
    desk.start(key, ["closed-book"], 0, "", "en", opening)
    until(lambda: desk.measuring.progress.ahead == 1)
    desk.measuring.stop()
    assert ended(desk).done == 0
    assert line.taken == 1
    visitor.leave()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": "x"}, "No dataset is chosen. Upload one"),
        ({"key": ""}, "No dataset is chosen. Upload one"),
        ({"systems": []}, "No system is chosen. Choose one"),
        ({"systems": ["theirs"]}, "There is no system theirs. Name some of: ours"),
        ({"name": "../x"}, "cannot be the name of a run. Use letters"),
    ],
)
def test_what_cannot_be_run_is_told(
    desk: Evaluations, key: str, opening: Opening[Service], changes: dict[str, Any], words: str
) -> None:
    given = {"key": key, "systems": ["ours"], "limit": 0, "name": "", "language": "en", "opening": opening} | changes
    with pytest.raises(ReportQAError) as caught:
        desk.start(**given)
    assert words in caught.value.line("en")
    assert desk.runs() == []
    assert not desk.measuring.progress.name


def test_a_bad_dataset_is_named_as_the_visitor_knows_it(desk: Evaluations, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        desk.upload(write_rows(tmp_path / "bad.jsonl", ROWS[0], ROWS[0]))
    assert caught.value.line("en") == (
        "The dataset bad.jsonl cannot be used: line 2: id income occurs twice (first in line 1). "
        "Mend it and run again; nothing was measured."
    )
    assert desk.datasets([]) == []


def test_datasets_are_those_uploaded_and_those_of_runs_each_once(
    desk: Evaluations, key: str, opening: Opening[Service], line: Line, tmp_path: Path
) -> None:
    desk.start(key, ["closed-book"], 1, "", "en", opening)
    ended(desk)
    assert [(d.name, d.cases) for d in desk.datasets(desk.runs())] == [("cases.jsonl", 3), ("cases.jsonl", 1)]
    later = Evaluations(line, tmp_path / "bench")  # another process
    (known,) = later.datasets(later.runs())
    assert known.cases == 1
    later.start(known.key, ["closed-book"], 0, "again", "en", opening)
    assert ended(later).finished


def test_a_run_of_another_dataset_is_not_gone_on_with(
    desk: Evaluations, key: str, opening: Opening[Service], tmp_path: Path
) -> None:
    desk.start(key, ["closed-book"], 1, "mine", "en", opening)
    ended(desk)
    desk.start(key, ["closed-book"], 2, "mine", "en", opening)
    error = ended(desk).error
    assert error is not None
    assert "is of other cases. Give another name" in error.line("en")
    assert desk.runs()[0].done == {"closed-book": 1}


def test_models_that_cannot_be_had_are_told(desk: Evaluations, key: str) -> None:
    def fail() -> Service:
        raise MISSING

    desk.start(key, ["ours"], 0, "", "en", Opening(fail))
    progress = ended(desk)
    assert progress.error is MISSING
    assert "It is missing. Fetch it." in progress_html(progress, "en")
    assert "cases: not begun." in progress_html(progress, "en")
    assert desk.runs() == []


def test_an_unforeseen_error_is_told_too(desk: Evaluations, key: str) -> None:
    desk.start(key, ["ours"], 0, "", "en", Opening(object))  # type: ignore[arg-type]
    error = ended(desk).error
    assert error is not None
    assert "Traceback" not in error.line("en")


def test_a_comparison_needs_two_that_are_there(desk: Evaluations) -> None:
    for pair, words in ((("", "a/ours"), "Choose A and B."), (("a/ours", "../a/ours"), "There is no run “a”.")):
        with pytest.raises(ConfigError) as caught:
            desk.compare(*pair)
        assert words in caught.value.line("en")


def test_what_is_shown_is_escaped_and_in_both_languages() -> None:
    name = '<b>"x"'
    run = RunState(name, dataset=name, started="2026-01-01T00:00:00+00:00", cases=3, done={"ours": 3, "naive": 1})
    shown = runs_html([run, RunState(name, error=ConfigError(Text(name, name), Text("", "")))], "", "zh")
    last = Last("ours", name, Text("right", "正确"), 1.25)
    progress = Progress(name, running=True, started=True, done=1, total=4, last=last, lost=(name,))
    for html in (shown, progress_html(progress, "zh"), report_html(name, "zh")):
        assert "<b>" not in html
        assert "&lt;b&gt;" in html
    assert "naive · 1/3" in shown
    assert "data-goon" in shown
    assert "data-goon" not in runs_html([run], "other", "en")
    assert "正确（1.2 秒）" in progress_html(progress, "zh")
    assert "还没有评测记录" in runs_html([], "", "zh")
    assert progress_html(Progress(), "en") == ""


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress("r", running=True, total=4), "r: loading models and index…"),
        (Progress("r", running=True, started=True, done=1, total=4), "r: 1 of 4 answers"),
        (Progress("r", started=True, done=1, total=4), "r: stopped at 1 of 4 answers; all of them are kept."),
        (Progress("r", started=True, done=1, total=4, error=MISSING), "r: broken off at 1 of 4 answers"),
        (Progress("r", started=True, done=4, total=4), "r: finished, 4 answers."),
        (Progress("r", total=4), "r: not begun."),
    ],
)
def test_how_a_run_stands_is_told(progress: Progress, words: str) -> None:
    assert f"<h3>{words}" in progress_html(progress, "en")


def test_every_string_is_there_in_both_languages() -> None:
    found = [value for value in vars(texts).values() if isinstance(value, Text)]
    assert len(found) > 30
    for text in (*found, *texts.SYSTEM_NAMES.values()):
        assert text.en.strip()
        assert text.zh.strip()
        places = [sorted(name for _, name, _, _ in Formatter().parse(said) if name) for said in (text.en, text.zh)]
        assert places[0] == places[1]
