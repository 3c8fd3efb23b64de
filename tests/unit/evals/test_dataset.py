"""Datasets are refused whole when a line is bad, with its number, and a case whose gold answer is not right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from eval_builders import make_case, row, write_rows

from report_qa.errors import ConfigError
from report_qa.evals.dataset import dump_cases, fingerprint, load_cases

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize(
    "name",
    [
        "report_dev.jsonl",
        "report_test.jsonl",
        "other_dev.jsonl",
        "further_dev.jsonl",
        "unseen_test.jsonl",
        "kept_test.jsonl",
        *(f"probe/{path.stem}.jsonl" for path in sorted((DATA / "probe").glob("*.md"))),
    ],
)
def test_the_shipped_datasets_are_valid(name: str) -> None:
    assert len(load_cases(DATA / name)) >= 40


def test_development_and_test_questions_are_apart() -> None:
    # a follow-up is the same question only after the same conversation
    dev = {(case.question, case.history) for case in load_cases(DATA / "report_dev.jsonl")}
    test = {(case.question, case.history) for case in load_cases(DATA / "report_test.jsonl")}
    assert not dev & test
    assert sum(case.kind == "unanswerable" for case in load_cases(DATA / "report_test.jsonl")) >= len(test) // 4


@pytest.mark.parametrize(
    ("bad", "said", "said_zh"),
    [
        ("{not json", "line 2", "第 2 行：不是有效的 JSON"),
        ("[1]", "line 2", "应为 JSON 对象"),
        (row(id="b", language="fr"), "line 2: language", "language：不是允许的值"),
        (row(id="b", surprise=1), "line 2: surprise", "surprise：没有这个字段"),
        (row(id="b", gold="两千份"), "case b: the gold answer lacks its own key fact 2887", "用例 b：标准答案缺少"),
        (row(id="b", gold="12887份"), "case b: the gold answer lacks its own key fact 2887", "2887"),
        (row(id="b", forbidden=["2887份"]), "case b: the gold answer holds the forbidden 2887份", "被禁止的 2887份"),
        (row(id="b", kind="unanswerable"), "only for them", "不可回答的不得给出"),
        (row(id="b", key_facts=[]), "must be given", "必须给出 key_facts"),
        (row(id="b", key_facts=[["2887"], []]), "no accepted form", "没有任何可接受的表述"),
        (row(id="b", key_facts=[[" "]]), "blank", "空白"),
        (row(id="b", evidence=["　"]), "blank", "空白"),
        (row(id="b", evidence=["——"]), "blank", "空白"),
        (row(id="b", question="？"), "blank", "空白"),
        (row(id="b", history=[{"role": "assistant", "content": "好"}]), "by turns", "交替"),
        (row(), "line 2: id a occurs twice (first in line 1)", "id a 重复"),
    ],
)
def test_a_bad_line_stops_with_its_number(tmp_path: Path, bad: dict[str, Any] | str, said: str, said_zh: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_cases(write_rows(tmp_path / "d.jsonl", row(), bad))
    assert said in caught.value.line("en")
    assert "nothing was measured" in caught.value.line("en")
    assert "第 2 行" in caught.value.line("zh")
    assert said_zh in caught.value.line("zh")


def test_an_empty_or_missing_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no case"):
        load_cases(write_rows(tmp_path / "empty.jsonl", ""))
    with pytest.raises(ConfigError, match="cannot be used"):
        load_cases(tmp_path / "none.jsonl")
    (tmp_path / "gb.jsonl").write_bytes("多少".encode("gb18030"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_cases(tmp_path / "gb.jsonl")


def test_cases_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    history = [{"role": "user", "content": "问"}, {"role": "assistant", "content": "答"}]
    cases = [
        make_case(question="多\u2028少\x85"),
        make_case(id="b", kind="follow_up", history=history, figure=["图 1"], document="r.md"),
    ]
    path = tmp_path / "d.jsonl"
    path.write_text(dump_cases(cases), encoding="utf-8")
    assert load_cases(path) == cases
    assert [(turn.question, turn.answer) for turn in cases[1].turns] == [("问", "答")]


def test_the_fingerprint_is_of_the_cases_not_of_the_layout(tmp_path: Path) -> None:
    plain = load_cases(write_rows(tmp_path / "a.jsonl", row()))
    roomy = load_cases(write_rows(tmp_path / "b.jsonl", "", row(forbidden=[], history=[])))
    assert fingerprint(plain) == fingerprint(roomy)
    assert fingerprint(plain) != fingerprint([make_case(question="几份？")])
