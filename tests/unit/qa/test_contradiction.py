"""Near misses that are certainly about another year, model, place or half, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.qa.contradiction import contradicts


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("2022年有效样本有多少份？", "2023年有效样本2887份。"),
        ("22年一共接了多少单报修", "2023 年全年共收到报修 9,640 单。"),
        ("how many units by mid 2023", "By June 2024 it had sold 186,000 units."),
        ("how many passengers in 2021/22", "Passengers · 2022/23: 228 thousand"),
        ("how loud is the Q7", "Noise · Q8 Plus: 58 dB"),
        ("报E25是啥意思", "E05 · 含义：主刷缠绕"),
        ("云溪南那个站花了多少钱", "云溪北场站总投资118万元。"),
        ("二期什么时候完工", "一期已于2024年12月完工。"),
        ("when is phase two done", "Phase one was finished in December."),
        ("第三季度卖了多少", "第一季度销售收入为3亿元。"),
        ("下半年招了多少人", "上半年新招120人。"),
        ("what pressure for the rear tyres", "Full load, front: 2.9 bar"),
        ("What did the south bring in", "The highest is North (31.2 million)"),
    ],
)
def test_another_one_of_several_alternatives_is_noticed(question: str, text: str) -> None:
    assert contradicts(question, text, "")


@pytest.mark.parametrize(
    ("question", "text", "context"),
    [
        pytest.param("2022年有多少份？", "2022年2887份，2023年3164份。", "", id="told with others"),
        pytest.param("2022年有多少份？", "有效样本2887份。", "", id="no year told"),
        pytest.param("2022年有多少份？", "有效样本2887份。", "2022年调查", id="told by the heading"),
        pytest.param("2022年离职率多少", "2023年离职率16.8%，上年19.2%。", "", id="the year before"),
        pytest.param("passengers in 2023", "Passengers · 2022/23: 228 thousand", "", id="part of a span"),
        pytest.param("用了12年能修吗", "2023年起保修延长。", "保修", id="no year but a duration"),
        pytest.param("保修10年吗", "自2021年起购买的整机保修10年。", "", id="asks for a duration"),
        pytest.param("how loud is the Q8 in class 2", "Q8: 58 dB", "Class 2", id="model told, class above"),
        pytest.param("how loud is the Q8", "Noise: 58 dB", "", id="no model told"),
        pytest.param("Q8 和 Q7 哪个响", "Q8 · 噪声：58 dB", "", id="one of two that are asked for"),
        pytest.param("how much salt does the SMV467 take", "The SMV46 takes 1.5 kg.", "", id="one more digit"),
        pytest.param("云溪南那个站", "云溪南场站与云溪北场站", "", id="both sides told"),
        pytest.param("北京和南京", "南京的占比最高", "", id="cities are no sides"),
        pytest.param("上半年和下半年", "下半年120人", "", id="both halves asked for"),
        pytest.param("how do I go back", "The front door opens.", "", id="back is no rear seat"),
    ],
)
def test_what_may_be_the_same_is_no_contradiction(question: str, text: str, context: str) -> None:
    assert not contradicts(question, text, context)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_contradicts_a_question_that_it_holds(question: str, text: str) -> None:
    assert not contradicts(question, f"{question}\n{text}", "")
