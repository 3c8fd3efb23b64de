"""Matching and serving: the right pair or none, learnt bands, verbatim answers without a model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from drafting import DraftingModel
from fakes import HashingEmbedder

from report_qa.config import FAQSettings, Settings
from report_qa.faq.likeness_scores import bare, sound
from report_qa.faq.match import Band, Bands, Matcher, agree
from report_qa.faq.near_misses import swapped
from report_qa.faq.records import Draft, Entry, Evidence
from report_qa.faq.releases import publish
from report_qa.faq.review import Review
from report_qa.faq.serve import FaqAnswer, PublishedFaq
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.faq.thresholds import DEFAULT, Trial, _lowest, learn
from report_qa.qa.records import AnswerEvent, Status, Turn
from report_qa.service import ReportQA

OIL = "每5000公里或6个月更换机油。"
SPARE = "备胎放在后备箱下面的储物格里。"
BANDS = Bands(answer=0.8, suggest=0.6)


def entry(number: int, question: str, answer: str = "答", **changes: object) -> Entry:
    evidence = Evidence("car.md", "手册", (), answer, 1, 1, "")
    made = Entry(number, 1, question, answer, (), (), evidence, "zh", "ann")
    return replace(made, **changes)  # type: ignore[arg-type]


ENTRIES = (
    entry(1, "机油多久更换一次？", "每5000公里更换机油。", similar=("换机油的周期是多长",), negative=("机油怎么更换",)),
    entry(2, "备胎放在哪里？", "备胎放在后备箱里。"),
    entry(3, "火花塞的费用是多少？", "300元。"),
    entry(4, "How often is the oil changed?", "Every 5000 km.", language="en"),
)


@pytest.fixture
def matcher() -> Matcher:
    return Matcher(ENTRIES, HashingEmbedder(), BANDS)


@pytest.mark.parametrize(
    "question",
    [
        "机油多久更换一次？",
        "机油多久更换一次",
        "　机油多久更换一次?? ",
        "機油多久更換一次？",
        "机油多久更换壹次",
        "换机油的周期是多长？",
    ],
)
def test_the_same_question_is_answered_however_it_is_written(matcher: Matcher, question: str) -> None:
    found = matcher.match(question)
    assert (found.band, [c.entry.id for c in found.candidates]) == (Band.ANSWER, [1])


@pytest.mark.parametrize("question", ["机又多久更换一次", "jiyou duojiu genghuan yici"])
def test_homophones_and_pinyin_find_the_pair(matcher: Matcher, question: str) -> None:
    found = matcher.match(question)
    # what is written in Latin letters may be English, so it is asked back
    assert found.band == (Band.SUGGEST if question.isascii() else Band.ANSWER)
    assert found.candidates[0].entry.id == 1


def test_a_negative_question_repels_itself_and_its_rewordings(matcher: Matcher) -> None:
    for question in ("机油怎么更换", "机油怎么更换？", "请问机油怎么更换"):
        assert all(c.entry.id != 1 for c in matcher.match(question).candidates)


def test_another_number_is_another_question(matcher: Matcher) -> None:
    assert matcher.match("机油多久更换一次？").band == Band.ANSWER
    assert matcher.match("8000公里机油多久更换一次？").band != Band.ANSWER
    assert matcher.match("5000公里机油多久更换一次？").best > matcher.match("8000公里机油多久更换一次？").best


def test_what_has_nothing_to_do_with_it_is_passed(matcher: Matcher) -> None:
    for question in ("今天天气怎么样？", "？？", ""):
        found = matcher.match(question)
        assert (found.band, found.candidates) == (Band.PASS, ())


def test_a_pair_in_another_language_is_never_the_answer() -> None:
    english = Matcher([replace(ENTRIES[1], language="en")], HashingEmbedder(), BANDS)
    assert english.match("备胎放在哪里？").band == Band.SUGGEST


def test_two_pairs_that_are_equally_near_are_both_offered() -> None:
    twins = [entry(1, "前轮的胎压是多少？", "2.5"), entry(2, "后轮的胎压是多少？", "2.8")]
    found = Matcher(twins, HashingEmbedder(), Bands(answer=0.5, suggest=0.4)).match("轮的胎压是多少？")
    assert (found.band, {c.entry.id for c in found.candidates}) == (Band.SUGGEST, {1, 2})


@pytest.mark.parametrize(
    ("second", "agreeing"), [("2.5 bar.", True), ("２.5bar", True), ("25 bar", False), ("-2.5 bar", False)]
)
def test_pairs_agree_but_for_marks_that_may_matter(second: str, *, agreeing: bool) -> None:
    question = "轮胎的气压是多少？"
    assert agree(entry(1, question, "2.5 bar"), entry(2, question, second)) is agreeing
    found = Matcher([entry(1, question, "2.5 bar"), entry(2, question, second)], HashingEmbedder(), BANDS)
    assert (found.match(question).band == Band.ANSWER) is agreeing


def test_questions_are_compared_bare_and_by_sound() -> None:
    assert bare("　Ａbc， 机油？") == "abc机油"
    assert sound("機油") == sound("机油") == "jiyou"


def trials(*scores: tuple[float, bool]) -> list[Trial]:
    return [Trial(score, score, right, True, right) for score, right in scores]


def test_the_threshold_is_the_lowest_from_which_on_enough_are_right() -> None:
    good = [(1.5 - i / 100, True) for i in range(10)]
    assert _lowest(trials(*good, (1.3, False), (1.2, True)), 1.0) == pytest.approx(1.41)
    assert _lowest(trials(*good, (1.3, False), (1.2, True)), 0.9) == pytest.approx(1.2)  # 11 of 12
    assert _lowest(trials((1.5, False), (1.4, True)), 0.9) is None


def test_equal_scores_stand_or_fall_together() -> None:
    assert _lowest(trials(*[(1.5, True)] * 12, (1.4, True), (1.4, False)), 1.0) == 1.5


def test_bands_are_learnt_from_similar_questions_with_precision_shown() -> None:
    def made_up(number: int) -> str:
        return "".join(chr(0x5000 + 40 * number + 3 * i) for i in range(8))

    apart = [entry(i, f"{made_up(i)}？", f"答{i}", similar=(f"请问{made_up(i)}",)) for i in range(1, 31)]
    bands = learn(Matcher(apart, HashingEmbedder(), DEFAULT), 0.98)
    assert bands.learnt
    assert bands.tried >= 120  # each of 60 wordings without itself and without its pair; made near misses come on top
    assert bands.precision is not None
    assert bands.precision >= 0.98
    assert bands.recall is not None
    assert bands.recall > 0.9
    # each has a twin that differs in one character: asked without its own pair, the twin would answer
    twins = [entry(100 + i, f"{made_up(i)[:-1]}的？", f"另{i}") for i in range(1, 31)]
    stricter = learn(Matcher([*apart, *twins], HashingEmbedder(), DEFAULT), 0.98)
    assert stricter.answer > bands.answer


def test_too_few_questions_teach_nothing() -> None:
    bands = learn(Matcher(ENTRIES, HashingEmbedder(), DEFAULT), 0.98)
    assert (bands.learnt, bands.answer, bands.precision) == (False, DEFAULT.answer, None)


@pytest.fixture
def published(settings: Settings, store: FaqStore, sources: Sources) -> Review:
    """A release of one pair, another one approved."""
    review = Review(store, sources, FAQSettings(), "ann", HashingEmbedder)
    for question, answer in (("机油多久更换一次？", OIL), ("备胎放在哪里？", SPARE)):
        place = sources.find(answer)
        assert place is not None
        (number,) = store.add([Draft(question=question, answer=answer, evidence=place.evidence())], "ann")
        review.approve(number)
    publish(store, sources, "ann")
    return review


def test_an_approved_answer_is_given_verbatim_with_its_citation_and_no_model_call(
    published: Review, settings: Settings, model: DraftingModel
) -> None:
    with ReportQA.open(settings) as qa:
        before = len(model.asked)
        answer = qa.ask("机油多久更换一次")
    assert isinstance(answer, FaqAnswer)
    assert (answer.status, answer.text, len(model.asked)) == (Status.ANSWERED, f"{OIL}[1]", before)
    (citation,) = answer.citations
    assert (citation.quote, citation.passage.document, citation.passage.first_line) == (OIL, "car.md", 9)
    (span,) = citation.highlights
    assert citation.passage.section_text[slice(*span)] == OIL
    assert answer.origin is not None
    assert (answer.origin.pair, answer.origin.version, answer.origin.release) == (1, 1, 1)


def test_it_can_be_turned_off_and_without_a_release_nothing_changes(published: Review, settings: Settings) -> None:
    off = settings.model_copy(update={"faq": FAQSettings(serve=False)})
    embedder, sources = HashingEmbedder(), Sources.open(settings.paths.index)
    assert PublishedFaq.open(off, embedder, sources) is None
    (settings.paths.index / "faq.sqlite3").unlink()
    without = PublishedFaq.open(settings, embedder, sources)
    assert without is not None
    assert (without.number, without.consult("备胎放在哪里？")) == (None, (None, ()))
    assert not (settings.paths.index / "faq.sqlite3").exists()


def test_the_first_release_is_taken_up_without_a_restart(settings: Settings, sources: Sources) -> None:
    faq = PublishedFaq.open(settings, HashingEmbedder(), sources)
    assert faq is not None
    review = Review(FaqStore.open(settings), sources, FAQSettings(), "ann", HashingEmbedder)
    place = sources.find(SPARE)
    assert place is not None
    (number,) = review.store.add([Draft(question="备胎放在哪里？", answer=SPARE, evidence=place.evidence())], "ann")
    review.approve(number)
    publish(review.store, sources, "ann")
    assert faq.match("备胎放在哪里？").band == Band.ANSWER


def test_a_new_release_is_taken_up_and_a_retired_pair_dropped_without_a_restart(
    published: Review, settings: Settings, sources: Sources
) -> None:
    faq = PublishedFaq.open(settings, HashingEmbedder(), sources)
    assert faq is not None
    assert faq.consult("备胎放在哪里？")[0] is not None
    published.retire(2, "old")
    assert faq.consult("备胎放在哪里？") == (None, ())
    publish(published.store, sources, "ann")
    assert faq.number == 2
    assert faq.match("备胎放在哪里？").band == Band.PASS


def test_a_pair_whose_source_is_gone_does_not_answer(published: Review, settings: Settings, corpus: Path) -> None:
    faq = PublishedFaq.open(settings, HashingEmbedder(), Sources([]))
    assert faq is not None
    assert faq.match("备胎放在哪里？").band == Band.PASS


def test_a_follow_up_that_leans_on_the_conversation_is_not_looked_up(
    published: Review, settings: Settings, sources: Sources
) -> None:
    faq = PublishedFaq.open(settings, HashingEmbedder(), sources)
    assert faq is not None
    assert faq.consult("那备胎呢？", [Turn("机油放在哪里？", "在车库。")]) == (None, ())


def test_questions_that_may_be_meant_come_beside_the_usual_answer(published: Review, settings: Settings) -> None:
    near = settings.model_copy(update={"faq": FAQSettings(answer_threshold=1.6, suggest_threshold=0.3)})
    with ReportQA.open(near) as qa:
        *_, last = qa.stream("备胎到底放在哪个地方？")
    assert isinstance(last, AnswerEvent)
    assert isinstance(last.answer, FaqAnswer)
    assert last.answer.origin is None
    assert last.answer.suggestions[0] == "备胎放在哪里？"


def test_vectors_are_kept_and_a_damaged_file_is_made_again(
    published: Review, settings: Settings, sources: Sources
) -> None:
    first = PublishedFaq.open(settings, HashingEmbedder(), sources)
    for kept in (settings.paths.index / "faq").iterdir():
        kept.write_bytes(kept.read_bytes()[:40])
    second = PublishedFaq.open(settings, HashingEmbedder(), sources)
    assert first is not None
    assert second is not None
    assert first.bands == second.bands
    assert second.match("备胎放在哪里？").band == Band.ANSWER


def test_near_misses_are_questions_about_the_thing_of_another_pair() -> None:
    made = swapped([entry(1, "空调滤芯多久更换一次？"), entry(2, "三角警示牌放在哪里？"), ENTRIES[3]], 10)
    assert all(origin != donor for _, origin, donor in made)
    assert {(origin, donor) for _, origin, donor in made} == {(1, 2), (2, 1)}  # English lends nothing to Chinese
    assert all(text not in ("空调滤芯多久更换一次？", "三角警示牌放在哪里？") for text, _, _ in made)
