"""Checking a statement against its sources without a model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.qa.verify import check_statement


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("准确率达到84%。", "问答准确率: 35% -> 84%"),
        ("The accuracy rose to 84 percent.", "问答准确率: 35% -> 84%"),
        ("准确率达到百分之八十四。", "准确率 ８４％"),
        ("Revenue was 1.6 billion.", "营业收入 16.0亿元"),
        ("有效问卷共2,887份。", "其中有效样本2887份"),
        ("有效问卷为二千八百八十七份。", "其中有效样本2887份"),
        ("It takes 30 minutes.", "需要半小时"),
        ("长350毫米。", "The length is 35 cm."),
        ("三分之一的企业同意。", "33% of the companies agree."),
        ("The survey was made in October 2024.", "项目组在2024年10月开展调研"),
        ("八成企业同意。", "80%的企业同意"),
    ],
)
def test_a_number_in_another_writing_is_supported(statement: str, source: str) -> None:
    support = check_statement(statement, source)
    assert support.unsupported == ()
    assert support.supported


@pytest.mark.parametrize(
    ("statement", "source", "unsupported"),
    [
        ("占比为5%。", "占比为45%", "5%"),
        ("占比为45%。", "占比为4.5%", "45%"),
        ("The share is 5 percent.", "The share is 45 percent and 5 of them agree.", "5 percent"),
        ("长35毫米。", "长35厘米", "35毫米"),
        ("有3165份问卷。", "共回收3164份问卷", "3165"),
        ("在2025年开展。", "在2024年开展", "2025年"),
        ("It took three months.", "It took two months.", "three months"),
    ],
)
def test_a_number_that_no_source_holds_is_reported(statement: str, source: str, unsupported: str) -> None:
    assert check_statement(statement, source).unsupported == (unsupported,)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from(["%", "份", " km", "小时"]))
def test_a_number_is_supported_exactly_when_a_source_holds_it(stated: int, held: int, unit: str) -> None:
    support = check_statement(f"共有{stated}{unit}。", f"共有{held:,}{unit}。")
    assert (support.unsupported == ()) is (stated == held)


@pytest.mark.parametrize(
    ("statement", "whole"),
    [
        ("两者相差49个百分点。", "准确率从35%升至84%。两者相差49个百分点。"),
        ("The difference is 49%.", "It rose from 35% to 84%. The difference is 49%."),
        ("合计64%。", "“较高”占43%，“非常高”占21%。合计64%。"),
    ],
)
def test_sums_and_differences_of_supported_numbers_are_supported(statement: str, whole: str) -> None:
    source = "准确率: 35% -> 84%；较高 43%，非常高 21%"
    assert check_statement(statement, source, whole_answer=whole).unsupported == ()


@pytest.mark.parametrize(
    ("statement", "whole"),
    [
        ("两项合计64%。", "“较高”占43%，“非常高”占21%。两项合计64%。"),
        ("The two differ by 49%.", "It rose from 35% to 84%. The two differ by 49%."),
    ],
)
def test_a_count_of_what_the_answer_named_before_is_no_claim(statement: str, whole: str) -> None:
    source = "准确率: 35% -> 84%；较高 43%，非常高 21%"
    assert check_statement(statement, source, whole_answer=whole).unsupported == ()


def test_a_sum_of_numbers_that_the_answer_does_not_name_is_not_supported() -> None:
    assert check_statement("合计64%。", "较高 43%，非常高 21%").unsupported == ("64%",)


@pytest.mark.parametrize(
    ("statement", "counted"),
    [
        ("共有两个省市：北京和上海。", True),
        ("There are three: cost, risk and people.", True),
        ("共有五个省市：北京和上海。", False),
    ],
)
def test_a_spelled_out_count_is_checked_against_the_items_listed(statement: str, counted: bool) -> None:
    assert (check_statement(statement, "北京、上海。cost risk people").unsupported == ()) is counted


def test_a_number_of_the_question_counts_only_beside_a_supported_one() -> None:
    source, question = "有效样本2887份", "3000人里有多少有效？"
    assert check_statement("3000人中有2887份有效。", source, question=question).unsupported == ()
    assert check_statement("有3000人。", source, question=question).unsupported == ("3000",)


@pytest.mark.parametrize(
    ("statement", "source", "unsupported"),
    [
        ("报告由马云撰写。", "报告撰写：司晓、李南", "马云"),
        ("The model is the AX-301.", "The model is the AX-300.", "AX-301"),
        ("The model is the AX-30.", "The model is the AX-300.", "AX-30"),
        ("It was made by IBM.", "It was made by Tencent.", "IBM"),
        ("见《红皮书》。", "见《白皮书》。", "红皮书"),
    ],
)
def test_a_name_that_no_source_holds_is_reported(statement: str, source: str, unsupported: str) -> None:
    assert unsupported in check_statement(statement, source).unsupported


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("It was advised by Si Xiao.", "项目顾问：司晓、刘琼"),
        ("报告由司晓担任顾问。", "项目顾问：司晓、刘琼"),
        ("Investment is highest in Beijing.", "北京的投资最高"),
    ],
)
def test_a_name_in_pinyin_is_supported(statement: str, source: str) -> None:
    support = check_statement(statement, source)
    assert support.unsupported == support.unverifiable == ()
    assert support.supported


def test_a_translated_name_is_neither_supported_nor_refused() -> None:
    support = check_statement("It was published by Tencent Research.", "由腾讯研究院发布，并在全国范围内开展了问卷调研")
    assert support.unverifiable == ("Tencent Research",)
    assert support.unsupported == ()


def test_a_code_is_refused_also_across_languages() -> None:
    assert "AX-300" in check_statement("It uses the AX-300.", "该设备使用普通电池并且没有编号").unsupported


@pytest.mark.parametrize("statement", ["", "企业应当持续学习。", "It depends on the people."])
def test_a_statement_without_claims_of_fact_has_nothing_to_check(statement: str) -> None:
    support = check_statement(statement, "来源文本。")
    assert support.supported == support.unsupported == support.unverifiable == ()


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("水箱容量为2.8日。", "Water tank: 2.8 l"),
        ("水箱容量为2.8公斤。", "Water tank: 2.8 l"),
        ("The tank holds 28 kg.", "水箱容量28升。"),
        ("It runs at 230 bar.", "额定电压230伏。"),
    ],
)
def test_a_number_with_the_unit_of_another_measure_is_not_borne_out(statement: str, source: str) -> None:
    assert check_statement(statement, source).unsupported


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("水箱容量为2.8升。", "Water tank: 2.8 l"),
        ("The motor has 7 kW.", "电机功率为7千瓦。"),
        ("It takes 2.8 kg.", "Salt (kg): 2.8; tank 2.8 l"),
        ("It holds 2.8 l.", "容量（升）：2.8"),
        ("保修3年。", "The warranty runs for 3 years."),
        ("6月3日开始。", "It starts on 3 June."),
    ],
)
def test_a_number_with_the_same_unit_or_none_in_the_source_is_borne_out(statement: str, source: str) -> None:
    assert not check_statement(statement, source).unsupported
