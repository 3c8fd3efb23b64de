"""Proper names, codes and acronyms, across the two scripts."""

from __future__ import annotations

import pytest

from report_qa.text.names import chinese_names, holds_name, latin_names, with_romanised_people


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The report names Tencent and IBM.", ["Tencent", "IBM"]),
        ("We tested the AX-300 with GPT-4o.", ["AX-300", "GPT-4o"]),
        ("It was written by Si Xiao.", ["Si Xiao"]),
        ("IBM sells it.", ["IBM"]),
        ("企业使用AX-300设备", ["AX-300"]),
    ],
)
def test_latin_names_are_capitalised_words_acronyms_and_codes(text: str, names: list[str]) -> None:
    assert latin_names(text) == names


@pytest.mark.parametrize(
    "text", ["Companies invest more.", "The AI roi is high. So they say.", "a part of 35cm and 12 kWh", "企业数量增加"]
)
def test_sentence_starts_everyday_acronyms_and_measures_are_no_names(text: str) -> None:
    assert latin_names(text) == []


def test_chinese_names_are_people_places_and_titles() -> None:
    assert {"司晓", "北京", "白皮书"} <= set(chinese_names("司晓在北京发布《白皮书》。"))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("项目顾问：司晓、刘琼", "Si Xiao"),
        ("项目顾问：司晓、刘琼", "Xiao Si"),
        ("总部在北京", "Beijing"),
        ("采用 ＡＸ-300 型", "AX-300"),
        ("runs on Windows 11 only", "Windows11"),
        ("AI Agents are used", "agent"),
        ("腾讯研究院", "腾讯研究院"),
    ],
)
def test_a_source_holds_a_name_in_another_writing(source: str, name: str) -> None:
    assert holds_name(source, name)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("型号 AX-301", "AX-30"),
        ("型号 AX-300", "X-300"),
        ("the RX-300", "X-300"),
        ("腾讯研究院", "Tencent"),
        ("项目顾问：司晓", "Ma Yun"),
        ("总部在北京", "Shanghai"),
        ("", "IBM"),
    ],
)
def test_a_source_does_not_hold_another_name(source: str, name: str) -> None:
    assert not holds_name(source, name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("项目顾问：司晓、刘琼", "项目顾问：Si Xiao、Liu Qiong"),
        ("由独立董事陆衡担任主席", "由独立董事Lu Heng担任主席"),
        ("满意度非常高之和超过90%", "满意度非常高之和超过90%"),
        ("北京、上海和广东", "北京、上海和广东"),
        ("No Chinese here", "No Chinese here"),
    ],
)
def test_names_of_people_are_romanised_and_other_words_left_alone(text: str, expected: str) -> None:
    assert with_romanised_people(text) == expected
