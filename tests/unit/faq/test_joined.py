"""Several collections' reviewed answers: given where no other says otherwise, named with their collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from fakes import HashingEmbedder
from files import pdf, write_lines
from scripted_chat import ScriptedModel, use_scripted_chat

from report_qa.config import FAQSettings, Settings
from report_qa.faq.records import Draft, Flag
from report_qa.faq.releases import publish, rollback
from report_qa.faq.review import Review
from report_qa.faq.serve import FaqAnswer, Origin
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.indexing.collections import ALL, in_collection
from report_qa.qa.records import Status, Turn
from report_qa.shelf import Shelf
from report_qa.ui.addresses import page_address
from report_qa.ui.export import conversation_markdown
from report_qa.ui.render import exchange_html
from report_qa.ui.state import exchange_of

BOTH = "sedan,suv"
OIL, SPARE, WIPER = "机油多久更换一次？", "备胎放在哪里？", "雨刮片怎么清洁？"
MANUAL = """# 用车手册

## 机油

{oil}机油标号印在机油盖上面。加注之前先让发动机冷却下来，再用漏斗慢慢加入，不要超过量尺上方的刻线。

## 备胎

{spare}备胎的气压每半年检查一次。取出之前先把车停在平整坚硬的地面上，并且拉紧驻车制动，打开危险警告灯。

## 雨刮

用软布蘸水擦拭雨刮片。雨刮片每年更换一次。冬季停放时可以把雨刮臂抬起来，以免胶条与结冰的玻璃粘在一起而被撕坏。
"""
SEDAN = {OIL: "每5000公里更换机油。", SPARE: "备胎放在后备箱下面的储物格里。"}
SUV = {OIL: "每8000公里更换机油。", SPARE: "备胎挂在后门的外侧。"}
SAME = "用软布蘸水擦拭雨刮片。"
"""Both manuals say it."""


@pytest.fixture
def model() -> ScriptedModel:
    """A language model that finds what it is shown right."""
    return use_scripted_chat(lambda task, last: OIL if task == "rewrite" else "机油 公里")


@pytest.fixture
def settings(
    make_settings: Callable[..., Settings], embedder: HashingEmbedder, model: ScriptedModel, tmp_path: Path
) -> Settings:
    """Settings over an empty corpus."""
    return make_settings(
        paths__library=str(tmp_path / "library"),
        llm__provider="scripted",
        answer__refusal_threshold="0",
        answer__style="quote",
        faq__suggest_threshold="0.3",
    )


@pytest.fixture
def shelf(settings: Settings, tmp_path: Path) -> Shelf:
    """The manuals of two cars, one collection each."""
    shelf = Shelf(settings)
    for name, says in (("sedan", SEDAN), ("suv", SUV)):
        file = tmp_path / name / "manual.md"
        file.parent.mkdir()
        file.write_text(MANUAL.format(oil=says[OIL], spare=says[SPARE]), encoding="utf-8")
        shelf.add(name, [file])
    return shelf


def review_of(shelf: Shelf, collection: str) -> Review:
    own = in_collection(shelf.settings, collection)
    return Review(FaqStore.open(own), Sources.open(own.paths.index), FAQSettings(), "ann", HashingEmbedder)


def add(shelf: Shelf, collection: str, question: str, answer: str, **more: Sequence[str]) -> int:
    """Approve a pair whose evidence is its answer, and publish what is approved."""
    review = review_of(shelf, collection)
    place = review.sources.find(answer)
    assert place is not None
    made = Draft(question=question, answer=answer, evidence=place.evidence(), **more)  # type: ignore[arg-type]
    (number,) = review.store.add([made], "ann")
    review.approve(number)
    publish(review.store, review.sources, "ann")
    return number


def consult(shelf: Shelf, question: str, selection: str = BOTH) -> tuple[FaqAnswer | None, tuple[str, ...]]:
    """Return what the parts together have."""
    faq = shelf.open(selection)._faq
    assert faq is not None
    return faq.consult(question)


@pytest.mark.parametrize("selection", [BOTH, ALL, "suv,sedan"])
def test_what_one_of_them_answers_is_given_verbatim_and_named(
    shelf: Shelf, model: ScriptedModel, selection: str
) -> None:
    number = add(shelf, "suv", SPARE, SUV[SPARE])
    together = shelf.open(selection)
    before = len(model.asked)
    answer = together.ask(SPARE)
    assert isinstance(answer, FaqAnswer)
    assert (answer.status, answer.text, len(model.asked)) == (Status.ANSWERED, f"{SUV[SPARE]}[1]", before)
    assert answer.origin == Origin(number, 1, 1, "ann", "suv")
    (citation,) = answer.citations
    (passage,) = answer.passages
    assert citation.passage == passage
    assert (citation.quote, passage.document) == (SUV[SPARE], "suv/manual.md")
    assert passage.section in [ref.section for ref in together.library.sections]
    alone = shelf.open("suv").ask(SPARE)
    assert isinstance(alone, FaqAnswer)
    assert alone.origin == Origin(number, 1, 1, "ann")
    assert alone.citations[0].passage.document == "manual.md"


def test_where_two_answer_differently_the_documents_do(shelf: Shelf) -> None:
    add(shelf, "sedan", OIL, SEDAN[OIL])
    assert consult(shelf, OIL)[0] is not None
    add(shelf, "suv", OIL, SUV[OIL])
    # asking either question again would be as ambiguous, so that neither is offered
    assert consult(shelf, OIL) == (None, ())
    answer = shelf.open(BOTH).ask(OIL)
    assert answer.status is Status.ANSWERED
    assert not isinstance(answer, FaqAnswer)
    assert {citation.passage.document for citation in answer.citations} <= {"sedan/manual.md", "suv/manual.md"}
    assert consult(shelf, OIL, "sedan,sedan")[0] is not None


@pytest.mark.parametrize(("one", "other"), [("1.5", "15"), ("-20", "20"), (">5", "<5"), ("5%", "5")])
def test_a_sign_makes_another_answer(shelf: Shelf, tmp_path: Path, one: str, other: str) -> None:
    for name, value in (("sedan", one), ("suv", other)):
        file = tmp_path / name / "value.md"
        file.write_text(f"# 数值\n\n## 甲\n\n数值是{value}。乙是丙。\n", encoding="utf-8")
        shelf.add(name, [file])
        add(shelf, name, "甲的数值是多少？", f"数值是{value}。")
    assert consult(shelf, "甲的数值是多少？") == (None, ())


def test_where_two_say_the_same_it_is_given(shelf: Shelf) -> None:
    add(shelf, "sedan", WIPER, SAME)
    add(shelf, "suv", "雨刮片怎么清洁", SAME.rstrip("。"))
    approved, suggestions = consult(shelf, WIPER)
    assert approved is not None
    assert approved.origin is not None
    assert (approved.text.rstrip("[1]").rstrip("。"), suggestions) == (SAME.rstrip("。"), ())
    assert approved.citations[0].passage.document == f"{approved.origin.collection}/manual.md"


def test_another_that_is_as_near_is_not_passed_over_because_it_does_not_answer_itself(shelf: Shelf) -> None:
    add(shelf, "sedan", OIL, SEDAN[OIL])
    add(shelf, "suv", OIL, SUV[OIL])
    add(shelf, "suv", OIL, "机油标号印在机油盖上面。")
    # two pairs of one question: the collection alone offers both and answers neither
    assert shelf.open("suv").ask(OIL).text != f"{SUV[OIL]}[1]"
    assert consult(shelf, OIL) == (None, ())


def test_the_questions_of_all_are_offered_best_first_where_they_would_be_answered(shelf: Shelf) -> None:
    ours, theirs = "轿车的备胎放在哪里？", "越野车的备胎究竟放在哪里？"
    add(shelf, "sedan", ours, SEDAN[SPARE])
    add(shelf, "suv", theirs, SUV[SPARE])
    assert consult(shelf, SPARE) == (None, (ours, theirs))
    answer = shelf.open(BOTH).ask(SPARE)
    assert isinstance(answer, FaqAnswer)
    assert (answer.origin, answer.suggestions) == (None, (ours, theirs))
    for name, question in (("sedan", ours), ("suv", theirs)):
        approved, _ = consult(shelf, question)
        assert approved is not None
        assert approved.origin is not None
        assert approved.origin.collection == name


def test_three_questions_are_offered_at_most_and_none_that_would_not_be_answered(
    settings: Settings, shelf: Shelf
) -> None:
    for name, says in (("sedan", SEDAN), ("suv", SUV)):
        for kind in ("大号", "小号"):
            add(shelf, name, f"{name} 的{kind}备胎放在哪里？", says[SPARE])
    only_same = FAQSettings(answer_threshold=1.0, suggest_threshold=0.3)
    strict = Shelf(settings.model_copy(update={"faq": only_same}))
    offered = consult(strict, SPARE)[1]
    assert len(offered) == 3
    faq = strict.open(BOTH)._faq
    assert faq is not None
    assert faq.consult(SPARE, language="en") == (None, ())
    # what both ask in the same words, and answer differently, is no longer offered
    add(shelf, "sedan" if offered[0].startswith("suv") else "suv", offered[0], SAME)
    assert offered[0] not in consult(strict, SPARE)[1]


def test_a_follow_up_that_leans_on_the_conversation_is_not_looked_up(shelf: Shelf) -> None:
    add(shelf, "suv", SPARE, SUV[SPARE])
    faq = shelf.open(BOTH)._faq
    assert faq is not None
    assert faq.consult("那备胎呢？", [Turn("机油放在哪里？", "在车库。")]) == (None, ())


def test_releases_are_taken_up_and_retired_pairs_dropped_without_joining_anew(shelf: Shelf) -> None:
    together = shelf.open(BOTH)
    assert together.reviewed == {}
    assert not isinstance(together.ask(SPARE), FaqAnswer)
    number = add(shelf, "sedan", SPARE, SEDAN[SPARE])
    assert together.ask(SPARE).text == f"{SEDAN[SPARE]}[1]"
    first = together.reviewed["release"]
    assert first.startswith("sedan 1@")
    add(shelf, "suv", SPARE, SUV[SPARE])
    assert together.reviewed["release"].startswith(f"{first}, suv 1@")
    assert not isinstance(together.ask(SPARE), FaqAnswer)
    review_of(shelf, "sedan").retire(number, "old")
    answer = together.ask(SPARE)
    assert isinstance(answer, FaqAnswer)
    assert answer.origin is not None
    assert answer.origin.collection == "suv"
    add(shelf, "suv", OIL, SUV[OIL])
    assert together.ask(OIL).text == f"{SUV[OIL]}[1]"
    rollback(FaqStore.open(in_collection(shelf.settings, "suv")), 1, "ann")
    assert not isinstance(together.ask(OIL), FaqAnswer)
    assert shelf.open(BOTH) is together


def test_it_can_be_turned_off_in_all(shelf: Shelf, settings: Settings) -> None:
    add(shelf, "suv", SPARE, SUV[SPARE])
    off = Shelf(settings.model_copy(update={"faq": FAQSettings(serve=False)}))
    assert not isinstance(off.open(BOTH).ask(SPARE), FaqAnswer)


def test_published_questions_of_the_cited_collection_come_next_unless_another_says_otherwise(shelf: Shelf) -> None:
    add(shelf, "suv", SPARE, SUV[SPARE])
    add(shelf, "suv", WIPER, SAME)
    add(shelf, "suv", OIL, SUV[OIL])
    together = shelf.open(BOTH)
    answer = together.ask(SPARE)
    assert set(together.following(answer)[:2]) == {OIL, WIPER}
    assert OIL not in together.following(answer, ["机油多久更换一次"])
    add(shelf, "sedan", OIL, SEDAN[OIL])
    following = together.following(answer)
    assert following[0] == WIPER
    assert OIL not in following


def test_drafts_of_each_lead_to_their_passages(shelf: Shelf) -> None:
    odd = "机油盖突然打不开怎么办"
    for name, sentence in (("sedan", "备胎的气压每半年检查一次。"), ("suv", "雨刮片每年更换一次。")):
        assert "alias" not in shelf.open(BOTH).search(odd)[0].channels
        place = review_of(shelf, name).sources.find(sentence)
        assert place is not None
        store = FaqStore.open(in_collection(shelf.settings, name))
        store.add([Draft(question="另一个问题？", answer="答", evidence=place.evidence(), flags=(Flag("modal"),))], "m")
    assert "alias" not in shelf.open(BOTH).search(odd)[0].channels
    for name in ("sedan", "suv"):
        store = FaqStore.open(in_collection(shelf.settings, name))
        (pair,) = store.pairs()
        store.change(pair.id, {"flags": (), "question": odd}, "m")
    first, second = shelf.open(BOTH).search(odd)[:2]
    assert {hit.ref.section.document: hit.ref.section.title for hit in (first, second)} == {
        "sedan/manual.md": "备胎",
        "suv/manual.md": "雨刮",
    }
    assert [hit.channels["alias"] for hit in (first, second)] == [1.0, 1.0]
    assert "sedan" in shelf.open(BOTH).reviewed["aliases"]


def test_page_and_origin_are_shown_of_the_collection_that_the_answer_is_of(shelf: Shelf, tmp_path: Path) -> None:
    said, question = "The tank holds 45 litres.", "How much does the tank hold?"
    file = tmp_path / "suv" / "tank.pdf"
    file.write_bytes(pdf(lambda canvas: write_lines(canvas, [said, "The cap is on the left side of the car."])))
    shelf.add("suv", [file])
    number = add(shelf, "suv", question, said, language="en")  # type: ignore[arg-type]
    exchange = exchange_of(question, shelf.open(ALL).ask(question), ALL)
    (source,) = exchange.sources
    assert (source.collection, source.document, source.pages) == ("suv", "tank.pdf", (1,))
    (image,) = source.page_images
    assert image.url.startswith(page_address("suv", "tank.pdf", 1, ()).partition("?")[0])
    told = f"suv / FAQ {number} · v1 · release 1"
    assert told in exchange_html(exchange, "0", "en", actions=False)
    assert told in conversation_markdown((exchange,), "en")
    alone = exchange_of(question, shelf.open("suv").ask(question), "suv")
    assert f"suv / FAQ {number}" not in exchange_html(alone, "0", "en", actions=False)
