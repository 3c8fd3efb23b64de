"""How far two things are apart: asked for, looked up one by one, and subtracted by code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashingEmbedder
from scripted_chat import use_scripted_chat

from report_qa.config import Settings
from report_qa.providers.chat import load_chat
from report_qa.qa.compare import asks_difference, operands
from report_qa.qa.records import Answer, Status
from report_qa.service import ReportQA, index_corpus

REPORT = """# 行业调查

## 难处
| 行业 | 缺人 | 经费缺口 |
| --- | --- | --- |
| 制造 | 36.5% | 1,200万元 |
| 金融 | 31.4% | 950万元 |
| 零售 | 28.0% | 30家 |
| 教育 | 20%以上 | 约300万元 |
| 农业 | 15%以上 | 约200万元 |
"""

Ask = Callable[[str, str], Answer]


@pytest.fixture
def ask(embedder: HashingEmbedder, make_settings: Callable[..., Settings], corpus: Path) -> Ask:
    def ask_(question: str, named: str) -> Answer:
        (corpus / "report.md").write_text(REPORT, encoding="utf-8")
        settings = make_settings(llm__provider="scripted", answer__refusal_threshold="0", answer__style="quote")
        index_corpus(settings)
        use_scripted_chat(lambda task, last: named if task == "operands" else last)
        return ReportQA.open(settings).ask(question)

    return ask_


@pytest.mark.parametrize(
    "question",
    [
        "制造和金融缺人的差几个点",
        "一楼的比二楼的贵多少",
        "坐车的跟骑车的哪边更多，相差多少？",
        "how far apart are the north and the south",
        "which is heavier, the Uno or the Due, and by how much?",
        "how many more people work in the mill than in the shop",
    ],
)
def test_a_difference_of_two_things_is_known(question: str) -> None:
    assert asks_difference(question)


@pytest.mark.parametrize(
    "question",
    [
        "利润比去年怎么样",
        "涨了多少",
        "制造业缺人的占多少",
        "多久量一次水和油",
        "how much is the large one",
        "is the Uno heavier than the Due",
    ],
)
def test_other_questions_ask_for_no_difference(question: str) -> None:
    assert not asks_difference(question)


def test_the_difference_of_two_cells_is_computed_and_cited(ask: Ask) -> None:
    answer = ask("制造和金融缺人的差几个点？", "制造缺人的占多少？\n金融缺人的占多少？")
    assert answer.status == Status.ANSWERED
    assert answer.text.endswith("相差 5.1 个百分点（36.5% − 31.4%）[1]。")
    assert "制造" in answer.text
    assert "金融" in answer.text
    assert answer.unsupported == ()


def test_a_difference_has_the_unit_of_what_is_subtracted(ask: Ask) -> None:
    answer = ask("制造和金融的经费缺口差多少？", "制造的经费缺口是多少？\n金融的经费缺口是多少？")
    assert "相差 250万元（1,200万元 − 950万元）" in answer.text


def test_what_is_not_measured_alike_is_not_subtracted(ask: Ask) -> None:
    answer = ask("金融和零售的经费缺口差多少？", "金融的经费缺口是多少？\n零售的经费缺口是多少？")
    assert answer.status == Status.ANSWERED
    assert "相差" not in answer.text


@pytest.mark.parametrize(
    ("measure", "question"), [("缺人的占多少", "缺人的差几个点"), ("的经费缺口是多少", "的经费缺口差多少")]
)
def test_bounds_and_rounded_values_are_not_subtracted(ask: Ask, measure: str, question: str) -> None:
    answer = ask(f"教育和农业{question}？", f"教育{measure}？\n农业{measure}？")
    assert answer.status == Status.ANSWERED
    assert "相差" not in answer.text


@pytest.mark.parametrize(
    "named", ["", "制造缺人的占多少？", "甲？\n乙？\n丙？", "同一句\n同一句", "制造缺人占 99% 吗？\n金融呢？"]
)
def test_where_the_model_names_no_two_things_the_question_is_answered_as_any_other(ask: Ask, named: str) -> None:
    answer = ask("制造和金融缺人的差几个点？", named)
    assert answer.status == Status.ANSWERED
    assert "相差" not in answer.text


def test_a_ratio_is_asked_for_without_comparing(make_settings: Callable[..., Settings]) -> None:
    lines = ("制造业缺人的百分比是多少？", "金融业缺人的占比是多少？")
    use_scripted_chat(lambda task, last: "\n".join(lines))
    assert operands("制造业和金融业缺人的差几个点？", load_chat(make_settings(llm__provider="scripted"))) == lines


def test_operands_are_the_two_lines_of_the_model(make_settings: Callable[..., Settings]) -> None:
    use_scripted_chat(lambda task, last: "How heavy is the Uno?\n\nHow heavy is the Due?\n")
    chat = load_chat(make_settings(llm__provider="scripted"))
    question = "how much heavier is the Due than the Uno?"
    assert operands(question, chat) == ("How heavy is the Uno?", "How heavy is the Due?")
