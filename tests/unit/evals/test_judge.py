"""A judge is pinned, its verdicts are kept by everything that makes them, and what it cannot do loses nothing."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from eval_builders import failed, make_case, make_record, refused, run_info, unanswerable
from langchain_core.messages import HumanMessage
from scripted_chat import use_scripted_chat
from typer.testing import CliRunner, Result

from report_qa.cli import app
from report_qa.config import Settings, load_settings
from report_qa.errors import ConfigError, ModelError
from report_qa.evals.agreement import agreements, cohens_kappa
from report_qa.evals.folder import RunFolder
from report_qa.evals.judge import JudgeIdentity, grade_of, grades, judge_run, key_of, open_judge, read_verdicts
from report_qa.evals.scores import score_run
from report_qa.models.progress import Progress
from report_qa.providers.chat import ChatModel, register_chat

CASES = [*(make_case(id=name) for name in "abcd"), make_case(id="e", language="en"), unanswerable(id="u")]
IDENTITY = JudgeIdentity(provider="scripted", model="m@1", temperature=0, max_tokens=1024)


class Grader:
    """Grades by the answer, and breaks when it is told to."""

    def __init__(self, breaks_at: int = 10**9) -> None:
        self.asked: list[str] = []
        self.breaks_at = breaks_at

    def __call__(self, task: str, last: str) -> str:
        self.asked.append(last)
        if len(self.asked) == self.breaks_at:
            raise httpx.ConnectError("connection refused")
        if "有点" in last:
            return "很难说"
        right = "2887" in last.rpartition("答案：")[2] or "to grade: 2887" in last or "全部" in last
        return ("Right" if "to grade" in last else "正确") if right else "错误"


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = RunFolder.start(tmp_path / "run", run_info(CASES), CASES)
    made.append(make_record("2887份[1]", case="a"))
    made.append(make_record("3000份", case="b"))
    made.append(make_record("全部有效的", case="c"))
    made.append(refused(case="d"))
    made.append(make_record("2887", case="e"))
    made.append(make_record("2887份", case="u"))
    return made


def settings(**changes: str) -> Settings:
    values = {"judge.provider": "scripted", "judge.model": "grader", **changes}
    return load_settings(values, environment={}).settings


def test_answers_to_answerable_cases_are_graded_and_no_others(folder: RunFolder) -> None:
    grader = Grader()
    use_scripted_chat(grader)
    told: list[tuple[int, int]] = []
    judge_run(folder, open_judge(settings()), lambda done, total: told.append((done, total)))
    assert [(v.case, v.grade) for v in read_verdicts(folder)] == [
        ("a", "right"),
        ("b", "wrong"),
        ("c", "right"),
        ("e", "right"),
    ]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    # the judge sees no citation markers, and is asked in the language of the question
    assert grader.asked[0].endswith("待批改的答案：2887份")
    assert grader.asked[3].startswith("Question: 多少？\nReference answer: 2887份\n")


def test_agreement_by_hand(folder: RunFolder) -> None:
    use_scripted_chat(Grader())
    judge_run(folder, open_judge(settings()))
    (found,) = agreements(score_run(folder), grades(folder))
    # key facts: a right, b wrong, c wrong, e right; judge: right, wrong, right, right
    assert (found.both_right, found.only_facts, found.only_judge, found.both_wrong) == (2, 0, 1, 1)
    assert found.agreement is not None
    assert found.agreement.value == pytest.approx(3 / 4)
    # expected 1/2 * 3/4 + 1/2 * 1/4 = 1/2; (3/4 - 1/2) / (1/2)
    assert found.kappa == pytest.approx(0.5)
    assert found.accuracy is not None
    # a, c, e of five answerable cases; d was refused
    assert (found.accuracy.value, found.accuracy.n) == (pytest.approx(3 / 5), 5)


def test_kappa_at_its_ends() -> None:
    assert cohens_kappa([(True, True), (False, False)]) == 1.0
    assert cohens_kappa([(True, False), (False, True)]) == -1.0
    assert cohens_kappa([(True, True), (True, True)]) is None
    assert cohens_kappa([]) is None


def test_an_unclear_grade_is_told_and_is_not_right(folder: RunFolder) -> None:
    use_scripted_chat(Grader())
    folder.append(make_record("有点多", case="a"))
    judge_run(folder, open_judge(settings()))
    (found,) = agreements(score_run(folder), grades(folder))
    assert (found.judged, found.unclear) == (3, 1)
    assert found.accuracy is not None
    assert found.accuracy.value == pytest.approx(2 / 5)


@pytest.mark.parametrize(
    ("said", "grade"),
    [
        ("Right", "right"),
        (" wrong.\n", "wrong"),
        ("正确", "right"),
        ("错误。", "wrong"),
        ("不正确", "wrong"),
        ("Not correct", "wrong"),
        ("Incorrect", "wrong"),
        ("It says 45%, which is wrong at first sight.\nRight", "right"),
        ("Right or wrong", "unclear"),
        ("说不清", "unclear"),
        ("", "unclear"),
        ("copyright", "unclear"),
    ],
)
def test_what_a_judge_says_comes_to_a_grade(said: str, grade: str) -> None:
    assert grade_of(said) == grade


def test_a_judge_that_is_down_in_the_middle_loses_nothing(folder: RunFolder) -> None:
    use_scripted_chat(Grader(breaks_at=3))
    with pytest.raises(ModelError, match="The judge broke after 2 of 4 answers") as caught:
        judge_run(folder, open_judge(settings()))
    assert "the same command goes on" in caught.value.line("en")
    assert "第 2 个回答后中断" in caught.value.line("zh")
    # half a judgement is no accuracy
    (half,) = agreements(score_run(folder), grades(folder))
    assert (half.judged, half.accuracy) == (2, None)
    again = Grader()
    use_scripted_chat(again)
    judge_run(folder, open_judge(settings()))
    assert len(again.asked) == 2
    assert len(read_verdicts(folder)) == 4


def test_a_verdict_that_a_kill_cut_short_is_asked_again_and_a_damaged_one_is_told(folder: RunFolder) -> None:
    use_scripted_chat(Grader())
    judge_run(folder, open_judge(settings()))
    path = folder.path / "verdicts.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    again = Grader()
    use_scripted_chat(again)
    judge_run(folder, open_judge(settings()))
    assert len(again.asked) == 1
    assert path.read_bytes() == whole
    path.write_bytes(whole.replace(b'"grade":"wrong"', b'"grade":"good"'))
    with pytest.raises(ConfigError, match=r"verdicts\.jsonl is damaged in line 2"):
        grades(folder)


def test_verdicts_are_kept_by_provider_model_parameters_and_prompt() -> None:
    prompt = [HumanMessage("1")]
    keys = {
        key_of(IDENTITY, prompt),
        key_of(IDENTITY, [HumanMessage("2")]),
        key_of(IDENTITY.model_copy(update={"provider": "openai"}), prompt),
        key_of(IDENTITY.model_copy(update={"model": "m@2"}), prompt),
        key_of(IDENTITY.model_copy(update={"temperature": 1.0}), prompt),
        key_of(IDENTITY.model_copy(update={"max_tokens": 8}), prompt),
    }
    assert len(keys) == 6
    assert key_of(IDENTITY, prompt) in keys


def test_another_judge_and_another_answer_share_no_verdict(folder: RunFolder) -> None:
    use_scripted_chat(Grader())
    judge_run(folder, open_judge(settings()))
    other = Grader()
    model = use_scripted_chat(other)

    def make(settings: Settings, progress: Progress | None) -> ChatModel:
        return ChatModel(model, "another@1")

    register_chat("scripted", make)
    judge_run(folder, open_judge(settings()))
    assert len(other.asked) == 4
    assert [found.judge for found in agreements(score_run(folder), grades(folder))] == ["scripted@1", "another@1"]
    folder.append(make_record("3001份", case="b"))
    assert [found.judged for found in agreements(score_run(folder), grades(folder))] == [3, 3]
    judge_run(folder, open_judge(settings()))
    assert len(other.asked) == 5


def test_the_judge_is_pinned_apart_from_the_answering_model() -> None:
    asked: list[Settings] = []
    model = use_scripted_chat(Grader())

    def make(settings: Settings, progress: Progress | None) -> ChatModel:
        asked.append(settings)
        return ChatModel(model, settings.llm.model)

    register_chat("scripted", make)
    judge = open_judge(settings(**{"llm.model": "small", "llm.temperature": "1", "judge.base_url": "http://j/v1"}))
    assert judge.identity.model == "grader"
    assert (asked[0].llm.temperature, asked[0].llm.base_url) == (0.0, "http://j/v1")


def command(folder: RunFolder, *options: str) -> Result:
    values = ("--set", "judge.provider=scripted", "--set", "judge.model=grader") if "--judge" in options else ()
    return CliRunner().invoke(app, ["--language", "en", *values, "eval", "report", str(folder.path), *options])


def test_the_report_shows_the_agreement(folder: RunFolder) -> None:
    use_scripted_chat(Grader())
    assert "second opinion" not in command(folder).stdout
    result = command(folder, "--judge")
    assert result.exit_code == 0, result.output
    assert "| ours | scripted@1 | 4 / 4 | 0 | 60% (3 of 5;" in result.stdout
    assert "| 0.50 | 2 / 0 / 1 / 1 |" in result.stdout
    assert json.loads((folder.path / "report.json").read_text(encoding="utf-8"))["judges"][0]["kappa"] == 0.5
    assert "与关键事实判分的一致率" in (folder.path / "report.html").read_text(encoding="utf-8")
    # later reports show what was judged, without asking
    assert "scripted@1" in command(folder).stdout


def test_a_judge_that_breaks_is_one_line_after_the_report(folder: RunFolder) -> None:
    use_scripted_chat(Grader(breaks_at=3))
    result = command(folder, "--judge")
    assert result.exit_code == 1
    assert "The judge broke after 2 of 4 answers" in result.stderr.strip().splitlines()[-1]
    assert "| ours | scripted@1 | 2 / 4 |" in result.stdout


def test_without_a_judge_the_settings_are_named(folder: RunFolder) -> None:
    result = CliRunner().invoke(app, ["--language", "en", "eval", "report", str(folder.path), "--judge"])
    assert result.exit_code == 1
    assert "judge.provider and judge.model" in result.stderr


def test_failed_cases_are_not_judged(folder: RunFolder) -> None:
    use_scripted_chat(Grader())
    folder.append(failed(case="a"))
    judge_run(folder, open_judge(settings()))
    assert "a" not in {verdict.case for verdict in read_verdicts(folder)}
