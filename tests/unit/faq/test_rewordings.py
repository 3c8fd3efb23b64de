"""Other wordings of drafts: short ones by code, and those in the other language that the model gives and checks pass."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from drafting import DraftingModel, good
from hypothesis import given
from hypothesis import strategies as st

from report_qa.config import Settings
from report_qa.faq.checks import numbers_agree
from report_qa.faq.generate import generate
from report_qa.faq.records import Draft
from report_qa.faq.rewordings import in_other_language, short_form, with_short_form
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.faq.tally import Tally
from report_qa.providers.chat import ChatModel


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("机油多久更换一次？", "机油更换周期"),
        ("头枕怎么降低？", "头枕降低方法"),
        ("请问三角警示牌放在哪里？", "三角警示牌位置"),
        ("婚假有几天？", "婚假天数"),
        ("云岭 S5 的胎压分别是多少？", "云岭 S5 的胎压"),
        ("工牌遗失补办要交多少钱？", "工牌遗失补办费用"),
        ("How often must the cabin filter be replaced?", "cabin filter replaced how often"),
        ("Where is the warning triangle?", "warning triangle where"),
        ("What is the single bus fare?", "single bus fare"),
        ("机油几年更换一次？", "机油更换周期"),
        ("滤芯每隔几个月清洗一次？", "滤芯清洗周期"),
        ("动力电池质保是几年？", "动力电池质保时间"),
        ("电池充满电需要几个小时？", "电池充满电时间"),
        ("云岭公司是哪一年成立的？", "云岭公司成立年份"),
        ("调研报告发布于哪年？", "调研报告发布年份"),
        ("年度大会在哪个城市举办？", "年度大会举办城市"),
        ("设备维护由哪个部门负责？", "设备维护负责部门"),
        ("冷却液可以混用吗？", "冷却液能否混用"),
        ("公司总部位于哪个城市？", "公司总部城市"),
        ("可以用钢丝球擦拭内胆吗？", "能否用钢丝球擦拭内胆"),
        ("In which year was the company founded?", "year company founded"),
        ("Can the cabin filter be washed?", "can cabin filter be washed"),
        ("Is a spare wheel supplied with the car?", "is spare wheel supplied with car"),
    ],
)
def test_a_short_form_names_the_thing_and_what_is_asked(question: str, short: str) -> None:
    assert short_form(question) == short


@pytest.mark.parametrize(
    "question",
    [
        "冷却液可以不换吗？",  # a denial turns yes into no
        "可以自己换，需要预约吗？",  # asks two things
        "需要预约才可以保养吗？",  # two modals: which is asked?
        "需要多少钱可以维修吗？",  # asks how much as well
        "哪个城市的成本最高？",  # asks which of several, not in which
        "首次保养需要预约吗？",  # 是否需要 is no shorter
        "不同品牌的冷却液可以混用吗？",  # 不 may deny
        "调研覆盖了哪个城市？",
        "会议几月几日举办？",  # a date, not a time span
        "哪几年的销量最高？",
        "北京和上海哪个城市更大？",
        "From which city does the train leave?",  # from and to would be the same
        "Can the filter not be washed?",
        "备胎在哪里，怎么取出？",  # asks two things
        "What must not be put into the tank?",  # the denial would be lost
        "主编是谁？",
        "Why?",
        "费用是多少？",  # one word names nothing
    ],
)
def test_there_is_none_where_it_would_say_something_else(question: str) -> None:
    assert short_form(question) == ""


@given(st.text(alphabet="机油胎压多久更换一次是多少怎么5０ABhowis the?？3年", max_size=30))
def test_a_short_form_never_loses_a_number(question: str) -> None:
    short = short_form(question)
    assert not short or (numbers_agree(short, question.replace("一次", "")) and len(short) <= len(question))


def test_a_short_form_is_added_once() -> None:
    draft = Draft(question="机油多久更换一次？", answer="每年。", similar=("机油更换周期？",))
    assert with_short_form(draft) == draft
    assert with_short_form(Draft(question="机油多久更换一次？", answer="每年。")).similar == ("机油更换周期",)


def translated(question: str, says: str) -> str:
    model = DraftingModel(script=lambda _: says)
    return in_other_language(question, "zh", ChatModel(model, "drafting@1", logprobs=False)).text


def test_a_wording_in_the_other_language_is_kept_where_it_asks_the_same() -> None:
    assert translated("机油多久更换一次？", "How often is the engine oil changed?") != ""


@pytest.mark.parametrize(
    "says",
    [
        "",
        "机油的更换周期是多久？",  # not English
        "How is the engine oil changed?",  # another kind of question
        "How often is the engine oil changed within 6 months?",  # a number that was not asked for
        "How often is the engine oil of the Toyota changed?",  # a name that was not
        "How often is the engine oil changed? " * 10,
    ],
)
def test_it_is_left_out_where_it_does_not(says: str) -> None:
    assert translated("机油多久更换一次？", says) == ""


def test_a_number_and_a_name_must_be_kept() -> None:
    asked = "AX-30 充到 80% 要多久？"
    assert translated(asked, "How long does the AX-30 take to charge to 80%?") != ""
    assert translated(asked, "How long does the car take to charge to 80%?") == ""
    assert translated(asked, "How long does the AX-30 take to charge?") == ""


@pytest.fixture
def run(settings: Settings, store: FaqStore, sources: Sources) -> Callable[[bool, str], Tally]:
    def generated(other_language: bool, says: str) -> Tally:
        def script(sentence: str) -> str:
            return good(sentence) if sentence else says

        chat = ChatModel(DraftingModel(script=script), "drafting@1", logprobs=False)
        faq = settings.faq.model_copy(update={"other_language": other_language})
        return generate(settings.model_copy(update={"faq": faq}), store, sources, chat)

    return generated


def test_drafts_get_it_when_it_is_wanted(run: Callable[[bool, str], Tally], store: FaqStore) -> None:
    tally = run(True, "What rules are there?")
    drafted = [pair for pair in store.pairs() if pair.source == "model"]
    assert len(drafted) == tally.pairs == 6
    # the two that name a number are not asked again without it
    given = ["What rules are there?" in pair.similar for pair in drafted]
    assert given == [not any(sign.isdigit() for sign in pair.question) for pair in drafted]
    assert sum(given) >= 4


def test_they_do_not_else_and_computed_ones_have_their_short_form(
    run: Callable[[bool, str], Tally], store: FaqStore
) -> None:
    run(False, "What rules are there?")
    assert not any("What rules are there?" in pair.similar for pair in store.pairs())
    computed = [pair for pair in store.pairs() if pair.source == "table"]
    assert computed
    assert all(short_form(pair.question) in ("", *pair.similar) for pair in computed)
    assert any(pair.similar for pair in computed)


def test_its_tokens_are_counted() -> None:
    chat = ChatModel(DraftingModel(script=lambda _: "How often is the oil changed?"), "drafting@1", logprobs=False)
    made = in_other_language("机油多久更换一次？", "zh", chat)
    assert made.written == chat.count_tokens("How often is the oil changed?")
    assert made.read > made.written
