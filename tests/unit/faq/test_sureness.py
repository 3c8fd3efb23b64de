"""What tells a rewording from a near miss, and the probability that is made of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.faq.asked import clash, kinds_of, of_other_time
from report_qa.faq.records import Entry, Evidence
from report_qa.faq.sureness import FEATURES, Held, Wording, probability, wording

ANSWER = "遗失补办须交 30 元。"
ENTRY = Entry(
    1, 1, "工牌遗失补办要交多少钱？", ANSWER, (), (), Evidence("a.md", "手册", ("报到",), ANSWER, 1, 1, ""), "zh", "ann"
)
OWN = [wording(ENTRY.question)]


def observed(question: str, own: list[Wording] = OWN, entry: Entry = ENTRY) -> dict[str, float]:
    return Held(entry).observed(wording(question), own, 0.6, 0.2)


def test_all_features_are_observed() -> None:
    assert tuple(observed("补工牌多少钱")) == FEATURES


def test_the_same_sentence_with_another_thing_in_it_is_told_by_the_letters_that_are_the_same() -> None:
    # of the eleven couples of letters of 门禁卡遗失补办要交多少钱 all are the pair's but 门禁, 禁卡 and 卡遗
    assert observed("门禁卡遗失补办要交多少钱？")["replaced"] == pytest.approx(8 / 11)
    assert observed("工牌遗失要交多少钱？")["replaced"] == 0  # every word is the pair's
    assert observed("工排遗失补办要交多少钱？")["replaced"] == 0  # 工排 sounds like 工牌
    assert observed("挂脖子上那个丢了，重弄一张多少钱")["replaced"] < 0.3  # other words throughout


def test_a_misspelt_english_word_is_no_other_word() -> None:
    own = [wording("How many people were evacuated in the ammonia leak?")]
    assert observed("how many people were evacuated in the amonia leak", own)["replaced"] == 0
    assert observed("how many people were evacuated in the chlorine leak", own)["replaced"] > 0.6


@pytest.mark.parametrize(
    ("asked", "known", "apart"),
    [
        ("Why will the night bus end?", "When will the night bus end?", 1.0),
        ("遥控钥匙的电池怎么更换？", "遥控钥匙的电池多久更换一次？", 1.0),
        ("When does it end?", "When will the night bus end?", 0.0),
        ("电池多少钱？", "电池用什么型号？", 0.5),
        ("电池用什么型号？", "电池多少钱？", 0.0),
        ("占多少？", "占比是百分之几？", 0.0),  # a number may be a share
    ],
)
def test_kinds_of_questions_clash(asked: str, known: str, apart: float) -> None:
    assert clash(kinds_of(asked), kinds_of(known)) == apart


def test_another_time_and_another_count_are_seen() -> None:
    assert of_other_time("what did they pay the year before")
    assert not of_other_time("现在付多少")
    answer = "两个房间的每周 112 克朗。"
    rooms = replace(ENTRY, answer=answer, evidence=replace(ENTRY.evidence, quote=answer))
    own = [wording("两个房间的每周多少钱？")]
    assert observed("三个房间的每周多少钱", own, rooms)["other_count"] == 1
    assert observed("两个房间每周交多少钱", own, rooms)["other_count"] == 0


def test_a_number_or_code_that_the_pair_does_not_hold_is_another_question() -> None:
    held = Held(ENTRY)
    assert held.of_other_number(wording("补 50 元的工牌怎么办"), OWN)
    assert not held.of_other_number(wording("补工牌是不是要 30 元"), OWN)
    assert held.of_other_number(wording("补办 AX-30 的工牌多少钱"), OWN)
    year = [wording("2024 年补办多少钱？")]
    assert not held.of_other_number(wording("24年补办多少钱"), year)
    assert held.of_other_number(wording("23年补办多少钱"), year)


@given(
    st.fixed_dictionaries({name: st.floats(0, 1) for name in FEATURES}),
    st.sampled_from(FEATURES),
    st.floats(0, 1),
)
def test_more_likeness_is_never_less_sure_and_more_difference_never_more(
    features: dict[str, float], name: str, more: float
) -> None:
    before, after = probability(features), probability({**features, name: features[name] + more})
    assert 0 <= before <= 1
    assert after >= before if name in ("likeness", "lead", "offers") else after <= before
