"""The kind of answer that a question wants, told from its words."""

from __future__ import annotations

import pytest

from report_qa.qa.wanted import Wanted, offers, wanted


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
        ("谁管安全", Wanted.OTHER),
        ("why did sales fall", Wanted.OTHER),
    ],
)
def test_the_kind_is_told_from_the_question(question: str, kind: Wanted) -> None:
    assert wanted(question) == kind


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
        ("共41座冷库", Wanted.NUMBER, True),
        ("没有数字", Wanted.NUMBER, False),
        ("没有数字", Wanted.OTHER, True),
    ],
)
def test_a_text_offers_what_is_wanted_or_not(text: str, kind: Wanted, expected: bool) -> None:
    assert offers(text, kind) is expected
