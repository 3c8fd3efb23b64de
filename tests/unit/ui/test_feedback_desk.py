"""What reviewers make of feedback: a draft, a case of the evaluation, or nothing; each once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from drafting import MANUAL
from fakes import HashingEmbedder, factory_of

from report_qa.config import FAQSettings, Settings
from report_qa.errors import ReportQAError
from report_qa.evals.dataset import load_cases
from report_qa.faq.gaps import Reason, note, only
from report_qa.faq.store import FaqStore
from report_qa.indexing.collections import in_collection
from report_qa.providers.embedders import register_embedder
from report_qa.runtime.database import Database
from report_qa.runtime.feedback import Feedback, add_feedback, list_feedback, note_disliked
from report_qa.service import index_corpus
from report_qa.ui.feedback.desk import Desk, Fields
from report_qa.ui.feedback.render import cases_html, list_html

QUESTION, SENTENCE = "备胎放在哪里？", "备胎放在后备箱下面的储物格里。"
RIGHT = Feedback("default", QUESTION, f"{SENTENCE}[1]", "answered", "up", evidence=(SENTENCE,), document="car.md")
WRONG = Feedback("default", "机油多久换一次？", "每天[1]。", "answered", "down", "不对", "", "wrong")


@pytest.fixture
def settings(make_settings: Callable[..., Settings], tmp_path: Path, corpus: Path) -> Settings:
    (corpus / "car.md").write_text(MANUAL, encoding="utf-8")
    register_embedder("fake", factory_of(HashingEmbedder()))
    made = make_settings(
        paths__state=str(tmp_path / "state"), paths__library=str(tmp_path / "library"), embedding__model="fake"
    )
    index_corpus(made)
    return made


@pytest.fixture
def desk(settings: Settings) -> Desk:
    return Desk(settings)


def keep(settings: Settings, *given: Feedback) -> list[int]:
    """Keep feedback and return its numbers."""
    with Database(settings).transaction() as connection:
        return [add_feedback(connection, one, "page").id for one in given]


def test_the_same_said_of_the_same_question_is_one(desk: Desk, settings: Settings) -> None:
    assert desk.waiting() == []
    asked_otherwise = Feedback(
        "default", "那呢？", "每周。", "answered", "down", "还是不对", "", "other", WRONG.question
    )
    keep(settings, WRONG, RIGHT, asked_otherwise)
    first, second = desk.waiting()
    assert (first.ids, dict(first.kinds), first.reasons) == ((3, 1), {"other": 1, "wrong": 1}, ("还是不对", "不对"))
    assert second.said == RIGHT
    shown = list_html([first, second], "en")
    assert "2×" in shown
    assert "The answer is wrong" in shown
    assert "还是不对" in shown


def test_a_question_that_was_answered_wrong_becomes_a_draft_to_write_once(desk: Desk, settings: Settings) -> None:
    store = FaqStore.open(settings)
    note(store, WRONG.question, Reason.DISLIKED)
    (number,) = keep(settings, WRONG)
    assert "Draft 1" in desk.draft(number, "ann").en
    (pair,) = store.pairs()
    assert (pair.question, pair.answer, pair.source, pair.created_by) == (WRONG.question, "", "gap", "ann")
    assert only(store, WRONG.question).ids == []  # it is no gap any more
    assert desk.waiting() == []
    assert list_feedback(Database(settings))[0].done == "draft 1"
    with pytest.raises(ReportQAError, match="dealt with"):
        desk.draft(number, "ann")
    assert len(store.pairs()) == 1


def test_an_answer_that_was_called_right_becomes_a_draft_with_its_evidence(desk: Desk, settings: Settings) -> None:
    (number,) = keep(settings, RIGHT)
    desk.draft(number, "ann")
    (pair,) = FaqStore.open(settings).pairs()
    assert (pair.question, pair.answer) == (QUESTION, SENTENCE)
    assert pair.evidence is not None
    assert pair.evidence.quote == SENTENCE


def test_an_answer_that_was_called_right_becomes_a_case_as_it_is(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    (number,) = keep(settings, RIGHT)
    desk.case(number, "ann")
    file = tmp_path / "cases.jsonl"
    file.write_text(desk.dataset(), encoding="utf-8")
    (case,) = load_cases(file)
    assert (case.id, case.question, case.gold, case.document) == ("feedback-1", QUESTION, SENTENCE, "car.md")
    assert case.key_facts == ((SENTENCE, SENTENCE),)
    assert case.evidence == (SENTENCE,)
    assert "1 kept" in cases_html(1, desk.dataset(), "en")


def test_a_wrong_answer_becomes_a_case_with_what_is_right(desk: Desk, settings: Settings) -> None:
    (number,) = keep(settings, WRONG)
    with pytest.raises(ReportQAError, match="no right answer"):
        desk.case(number, "ann", Fields())
    with pytest.raises(ReportQAError, match="lacks its own key fact 2年"):
        desk.case(number, "ann", Fields("每10000公里。", "2年"))
    assert len(desk.waiting()) == 1
    desk.case(number, "ann", Fields("每10000公里或一年。", "10000公里 | 1万公里\n一年", "每10000公里更换机油。"))
    (case,) = desk.cases()
    assert case.key_facts == (("10000公里", "1万公里"), ("一年",))
    assert case.evidence == ("每10000公里更换机油。",)
    assert json.loads(desk.dataset())["kind"] == "fact"


@pytest.mark.parametrize("verdict", ["up", "down"])
def test_what_is_to_be_refused_becomes_a_case_without_facts(desk: Desk, settings: Settings, verdict: str) -> None:
    refused = Feedback("default", "谁发明了轮子？", "文档没有说。", "refused", verdict)  # type: ignore[arg-type]
    (number,) = keep(settings, refused)
    desk.case(number, "ann", None if verdict == "up" else Fields(unanswerable=True))
    (case,) = desk.cases()
    assert (case.kind, case.key_facts) == ("unanswerable", ())


@pytest.mark.parametrize("asked", ["*", "default,wagon"])
def test_what_belongs_to_no_collection_is_no_draft(desk: Desk, settings: Settings, asked: str) -> None:
    (number,) = keep(settings, Feedback(asked, "哪里？", "这里。", "answered", "down"))
    with pytest.raises(ReportQAError, match="several collections"):
        desk.draft(number, "ann")
    desk.case(number, "ann", Fields("那里。"))
    assert desk.waiting() == []


@pytest.mark.parametrize("asked", ["*", "gone,van,wagon"])
def test_what_was_asked_of_several_collections_is_a_draft_where_its_words_stand(
    desk: Desk, settings: Settings, asked: str
) -> None:
    wagon = in_collection(settings, "wagon")
    wagon.paths.corpus.mkdir(parents=True)
    (wagon.paths.corpus / "wagon.md").write_text(MANUAL.replace("机油", "冷却液"), encoding="utf-8")
    index_corpus(wagon)
    quote = "不得使用再生冷却液。"
    (number,) = keep(
        settings, Feedback(asked, "能用再生冷却液吗？", f"{quote}[1]", "answered", "up", evidence=(quote,))
    )
    assert "wagon" in desk.draft(number, "ann").en
    (pair,) = FaqStore.open(wagon).pairs()
    assert (pair.answer, pair.evidence and pair.evidence.document) == (quote, "wagon.md")


@pytest.mark.parametrize("gaps", [True, False])
def test_a_wrong_answer_is_a_gap_where_gaps_are_kept(settings: Settings, gaps: bool) -> None:
    chosen = settings.model_copy(update={"faq": FAQSettings(gaps=gaps)})
    refused = Feedback("default", "谁？", "", "refused", "down")
    for one in (WRONG, RIGHT, refused):
        note_disliked(chosen, one)
    if gaps:
        assert dict(only(FaqStore.open(chosen), WRONG.question).reasons) == {"disliked": 1}
        assert only(FaqStore.open(chosen), refused.question).ids == []
    else:
        assert not (settings.paths.index / "faq.sqlite3").exists()
