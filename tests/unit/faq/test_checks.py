"""Checks without a model: each finds what it is for, and leaves alone what is right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import cut

from report_qa.faq.checks import check, numbers_agree
from report_qa.faq.flags import FLAGS, describe, grave
from report_qa.faq.records import Draft, Evidence, Flag
from report_qa.faq.source import Sources, find_in, quote_hash
from report_qa.indexing.records import IndexedDocument
from report_qa.text.measures import measures

MANUAL = """# 车辆手册

## 轮胎

冷态胎压应为 0.25 MPa，每月检查一次。严禁在行驶中调节胎压。充气泵可以借用。

## 机油

每5000公里或6个月更换机油。不得使用再生机油。如需加注，无需预约。

| 部件 | 周期 | 费用 |
|---|---|---|
| 空气滤芯 | 12个月 | 120元 |
| 火花塞 | 24个月 | 300元 |
"""


def document(text: str = MANUAL, name: str = "car.md") -> IndexedDocument:
    made = cut(text, name)
    return IndexedDocument(name, made.title, made.document.language, "0", tuple(made.sections), tuple(made.chunks))


SOURCES = Sources([document()])


def draft(question: str, answer: str, quote: str, language: str = "zh") -> Draft:
    evidence = Evidence("car.md", "", (), quote, 0, 0, "")
    return Draft(question=question, answer=answer, evidence=evidence, language=language)


def codes(question: str, answer: str, quote: str, language: str = "zh") -> set[str]:
    return {flag.code for flag in check(draft(question, answer, quote, language), SOURCES).flags}


TYRE = "冷态胎压应为 0.25 MPa，每月检查一次。"
OIL = "每5000公里或6个月更换机油。"


@pytest.mark.parametrize(
    ("question", "answer", "quote", "language"),
    [
        ("轮胎的冷态胎压是多少？", "冷态胎压为0.25 MPa。", TYRE, "zh"),
        ("轮胎的冷态胎压是多少？", "冷态胎压为250 kPa。", TYRE, "zh"),
        ("机油多久更换一次？", "每5000公里或半年更换机油。", OIL, "zh"),
        ("行驶中可以调节胎压吗？", "严禁在行驶中调节胎压。", "严禁在行驶中调节胎压。", "zh"),
        ("空气滤芯的更换费用是多少？", "120元", "空气滤芯 | 12个月 | 120元", "zh"),
        ("How often must the engine oil be changed?", "Every 5000 km or 6 months.", OIL, "en"),
        ("May recycled oil be used?", "No, recycled oil must not be used.", "不得使用再生机油。", "en"),
    ],
)
def test_a_right_pair_has_no_flag(question: str, answer: str, quote: str, language: str) -> None:
    assert codes(question, answer, quote, language) == set()


@pytest.mark.parametrize(
    ("question", "answer", "quote", "code"),
    [
        ("机油多久更换一次？", "每8000公里更换机油。", OIL, "unsupported"),
        ("机油多久更换一次？", "每6年更换机油。", OIL, "unsupported"),
        ("轮胎的冷态胎压是多少？", "冷态胎压为0.25 bar。", TYRE, "unsupported"),
        ("可以用再生机油吗？", "再生机油可以使用。", "不得使用再生机油。", "modal"),
        ("充气泵怎么办？", "必须借用充气泵。", "充气泵可以借用。", "modal"),
        ("加注机油要预约吗？", "加注必须预约。", "如需加注，无需预约。", "modal"),
        ("胎压多久检查一次？", "胎压没有每月检查。", TYRE, "negation"),
        ("如上图所示，它是多少？", "冷态胎压为0.25 MPa。", TYRE, "leans"),
        ("轮胎的冷态胎压", "冷态胎压为0.25 MPa。", TYRE, "not_question"),
        ("轮胎的冷态胎压是多少？", "冷态胎压是多少？", TYRE, "no_answer"),
        ("轮胎的冷态胎压是多少？", "资料中没有提到。", TYRE, "no_answer"),
        ("轮胎的冷态胎压是多少？", "轮胎的冷态胎压。", TYRE, "no_answer"),
        ("轮胎的冷态胎压是多少？", "The cold tyre pressure is 0.25 MPa.", TYRE, "language"),
        ("机油多久更换一次？", "每5000公里更换机油。", "机油每年都要更换。", "evidence_missing"),
        ("更换机油的步骤是什么？", "更换机油的步骤如下：", OIL, "no_answer"),
        ("轮胎的胎压是多少？", "不同载重的胎压如下表所示。", TYRE, "no_answer"),
        ("How is the oil changed?", "The oil is changed as follows:", OIL, "no_answer"),
        ("更换机油的第 4 步是什么？", "每5000公里更换机油。", OIL, "leans"),
        ("车主应当怎样保养？", "定期到授权服务中心咨询专业技师意见。", OIL, "ungrounded"),
    ],
)
def test_each_check_finds_its_fault(question: str, answer: str, quote: str, code: str) -> None:
    assert code in codes(question, answer, quote)


def test_evidence_is_taken_as_it_stands_in_the_source_with_lines_and_hash() -> None:
    checked = check(draft("机油多久更换一次？", "每5000公里。", "每５０００公里或 6个月更换机油。"), SOURCES)
    assert checked.evidence == Evidence("car.md", "车辆手册", ("机油",), OIL, 9, 9, quote_hash(OIL))


def test_a_quote_in_several_places_is_the_one_under_its_headings() -> None:
    said = "同一句话说了三遍也没有关系，因为它就是同一句话，没有别的意思。" * 2
    sources = Sources([document(f"# 手册\n\n## 甲\n\n{said}\n\n## 乙\n\n{said}\n")])
    place = sources.find("同一句话说了三遍也没有关系", path=("乙",))
    assert place is not None
    assert place.section.path == ("乙",)


def test_flags_that_compare_with_other_pairs_are_kept() -> None:
    kept = Draft(question="机油多久更换一次？", answer="x", flags=(Flag("conflict", "3"), Flag("language")))
    assert Flag("conflict", "3") in check(kept, SOURCES).flags
    assert (
        Flag("language")
        not in check(Draft(question="机油？", answer="每5000公里。", flags=(Flag("language"),)), SOURCES).flags
    )


def test_every_flag_is_told_in_both_languages() -> None:
    for code in FLAGS:
        assert describe(Flag(code, "7"), "en").endswith("7")
        assert describe(Flag(code), "zh") != describe(Flag(code), "en")
    assert [flag.code for flag in grave([Flag("leans"), Flag("modal")])] == ["modal"]


def test_measures_compare_across_units() -> None:
    (a,), (b,), (c,) = measures("0.25MPa"), measures("2.5 bar"), measures("250 伏")
    assert a.equals(b)
    assert not a.equals(c)


def test_numbers_agree_only_where_all_do() -> None:
    assert numbers_agree("每5000公里", "5,000 km")
    assert not numbers_agree("每5000公里", "每8000公里")
    assert not numbers_agree("每5000公里或6个月", "每5000公里")


WIDE = {ord("0") + i: ord("０") + i for i in range(10)}


@given(st.integers(0, 200), st.integers(1, 60), st.booleans())
def test_every_part_of_a_section_is_found_where_it_says_the_same(start: int, length: int, widened: bool) -> None:
    doc = document()
    section = doc.sections[1]
    quote = section.text[start : start + length].strip()
    if not quote:
        return
    asked = quote.translate(WIDE).replace(" ", "") if widened else quote
    place = find_in(doc, section, asked)
    assert place is not None
    assert quote_hash(place.quote) == quote_hash(quote)


def test_an_answer_made_up_on_a_few_foreign_words_is_found() -> None:
    foreign = Sources(
        [document("# 案例集\n\n## 广告\n\n某客户使用后订单明显增长，效果很好，客户非常满意，已经续约。\n\n- 8 Times\n")]
    )
    evidence = Evidence("car.md", "", (), "8 Times", 0, 0, "")
    made_up = Draft(question="广告的步骤是什么？", answer="首先收集素材，然后生成，最后投放。", evidence=evidence)
    assert "ungrounded" in {flag.code for flag in check(made_up, foreign).flags}
