"""The kind of answer that a question wants, told from its words."""

from __future__ import annotations

import pytest

from report_qa.qa.wanted import Expected, Wanted, asks_how, offers, wanted


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("教育行业里有百分之几的人缺人才？", Wanted.SHARE),
        ("what share of firms lost data", Wanted.SHARE),
        ("修一趟要多久", Wanted.DURATION),
        ("how long does it take to charge", Wanted.DURATION),
        ("新厂什么时候投产", Wanted.DATE),
        ("when does the new plant open", Wanted.DATE),
        ("how many people left when the alarm rang", Wanted.NUMBER),
        ("最远能开多远", Wanted.LENGTH),
        ("拖车最多能拉多少公斤", Wanted.MASS),
        ("去年花了多少钱", Wanted.MONEY),
        ("how much did they pay for the line", Wanted.MONEY),
        ("一共多少家工厂", Wanted.NUMBER),
        ("谁管安全", Wanted.NAME),
        ("why did sales fall", Wanted.REASON),
        ("为啥停航", Wanted.REASON),
        ("what does AEB mean", Wanted.OTHER),
    ],
)
def test_the_kind_is_told_from_the_question(question: str, kind: Wanted) -> None:
    assert wanted(question).kind == kind


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("占比为31.4%", Wanted.SHARE, True),
        ("近四分之一的企业", Wanted.SHARE, True),
        ("共2887份", Wanted.SHARE, False),
        ("连续作业不超过45分钟", Wanted.DURATION, True),
        ("every 2 years", Wanted.DURATION, True),
        ("2023年7月接任", Wanted.DATE, True),
        ("opened in March", Wanted.DATE, True),
        ("共2887份", Wanted.DATE, False),
        ("up to 350 mm deep", Wanted.LENGTH, True),
        ("75 kg in all", Wanted.MASS, True),
        ("罚款18万元", Wanted.MONEY, True),
        ("成本降低70%", Wanted.MONEY, False),
        ("a fare of 2.90 crowns", Wanted.MONEY, True),
        ("营收 1.6 亿", Wanted.MONEY, True),
        ("共 35 万人次", Wanted.MONEY, False),
        ("1.2 million passengers", Wanted.MONEY, False),
        ("it cost 1.2 million", Wanted.MONEY, True),
        ("try it 3 times", Wanted.MONEY, False),
        ("共41座冷库", Wanted.NUMBER, True),
        ("没有数字", Wanted.NUMBER, False),
        ("没有数字", Wanted.OTHER, True),
        ("因台风停航", Wanted.REASON, False),
        ("由于台风，停航三天", Wanted.REASON, True),
        ("closed for six days because of a storm", Wanted.REASON, True),
        ("closed for six days", Wanted.REASON, False),
    ],
)
def test_a_text_offers_what_is_wanted_or_not(text: str, kind: Wanted, expected: bool) -> None:
    assert offers(text, Expected(kind)) is expected


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("图的是哪三样", 3),
        ("肯下本的那五个地方都是谁", 5),
        ("what 3 layers is it split into", 3),
        ("top two things people fear", 2),
        ("哪一样最好", 0),
    ],
)
def test_so_many_things_are_wanted(question: str, items: int) -> None:
    expected = wanted(question)
    assert expected.items == items
    assert (expected.kind is Wanted.ITEMS) == bool(items)


@pytest.mark.parametrize(
    ("text", "items", "expected"),
    [
        ("北京、上海、江苏、广东和浙江投入较大", 5, True),
        ("北京、上海投入较大", 5, False),
        ("目标：\n- 客户满意\n- 员工幸福\n- 财务健康", 3, True),
        ("Cost, speed and trust matter.", 3, True),
        ("Cost matters. Speed does too.", 3, False),
    ],
)
def test_an_enumeration_offers_so_many_things(text: str, items: int, expected: bool) -> None:
    assert offers(text, Expected(Wanted.ITEMS, items)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("报告撰写：李南、袁晓辉", True),
        ("案例来源：某某天下", True),
        ("与北京理工大学合作", True),
        ("效率有所提升", False),
    ],
)
def test_a_name_is_of_a_person_or_an_organisation(text: str, expected: bool) -> None:
    assert offers(text, Expected(Wanted.NAME)) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("钥匙没电了，怎么换里面的电池？", True),
        ("轮胎瘪了咋整", True),
        ("爆胎了怎么办", True),
        ("how do i jump start it", True),
        ("What should I do if the light stays on?", True),
        ("怎么换电池，要花多少钱", False),
        ("这车怎么样", False),
        ("怎么回事", False),
        ("how many steps are there", False),
        ("when does it start", False),
        ("谁负责换滤芯", False),
    ],
)
def test_a_way_to_do_something_is_asked_for_or_not(question: str, expected: bool) -> None:
    assert asks_how(question) is expected
