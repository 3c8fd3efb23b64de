"""What visitors say of answers: kept in the store of the API, and no more than was said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.config import Settings
from report_qa.errors import StateUnusable
from report_qa.runtime.database import FILE, Database
from report_qa.runtime.feedback import Feedback, add_feedback, list_feedback, mark_done
from report_qa.ui.judging import MAX_REASON_CHARS, Judgement, Judging, feedback_of, judge_form_html, judgement_of
from report_qa.ui.state import Exchange, Source

SOURCE = Source(
    1,
    "a.md",
    "甲",
    ("样本",),
    "共回收3164份。其中有效样本2887份。",
    ((11, 20),),
    3,
    4,
    cited=True,
    collection="default",
)
ANSWERED = Exchange(
    "那有效的呢？", "answered", "zh", "2887份[1]。", "有效样本有多少份？", (SOURCE, replace(SOURCE, number=2, cited=False)),
    collection="default", votable=True,
)  # fmt: skip


@pytest.fixture
def settings(make_settings: Callable[..., Settings], tmp_path: Path) -> Settings:
    return make_settings(paths__state=str(tmp_path / "state"), paths__library=str(tmp_path / "library"))


def test_a_judgement_is_kept_with_what_the_answer_quotes(settings: Settings) -> None:
    Judging(settings).take(ANSWERED, Judgement(0, "down", "incomplete", "缺少回收数"))
    (kept,) = list_feedback(Database(settings))
    assert kept.by == "page"
    assert kept.done == ""
    assert kept.feedback == Feedback(
        "default", "那有效的呢？", "2887份[1]。", "answered", "down", "缺少回收数", "", "incomplete", "有效样本有多少份？",
        ("有效样本2887份",), "a.md",
    )  # fmt: skip
    assert kept.feedback.asked == "有效样本有多少份？"


def test_an_answer_from_several_documents_names_none() -> None:
    other = replace(SOURCE, number=2, document="b.md", collection="other")
    said = feedback_of(replace(ANSWERED, sources=(SOURCE, other), collection="*"), Judgement(0, "up"))
    assert said.document == ""


@pytest.mark.parametrize("asked", ["*", "default,other"])
def test_what_was_asked_of_several_collections_belongs_to_that_of_the_first_citation(asked: str) -> None:
    first, other = replace(SOURCE, cited=False), replace(SOURCE, number=2, collection="other")
    everywhere = replace(ANSWERED, sources=(first, other), collection=asked)
    assert feedback_of(everywhere, Judgement(0, "up")).collection == "other"
    refused = replace(everywhere, outcome="refused", sources=(first, replace(other, cited=False)))
    assert feedback_of(refused, Judgement(0, "down")).collection == "default"
    assert feedback_of(replace(refused, sources=()), Judgement(0, "down")).collection == asked


@given(st.text(max_size=40) | st.sampled_from(["[]", "{}", '{"at":0}', '{"at":-1,"verdict":"up"}', '{"at":"x"}']))
def test_what_is_no_judgement_is_none(text: str) -> None:
    assert judgement_of(text) is None


@given(st.integers(0, 99), st.sampled_from(["", "wrong", "other"]), st.text(max_size=2 * MAX_REASON_CHARS))
def test_a_judgement_is_read_as_sent(at: int, kind: str, reason: str) -> None:
    sent = json.dumps({"at": str(at), "verdict": "down", "kind": kind, "reason": reason})
    assert judgement_of(sent) == Judgement(at, "down", kind, reason.strip()[:MAX_REASON_CHARS])  # type: ignore[arg-type]
    assert judgement_of(sent.replace('"down"', '"sideways"', 1)) is None


def test_the_form_asks_what_can_be_wrong_and_says_what_is_kept() -> None:
    answered, refused = (
        judge_form_html(ANSWERED, "0", "en"),
        judge_form_html(replace(ANSWERED, outcome="refused"), "0", "en"),
    )
    assert 'value="citation"' in answered
    assert 'value="should_answer"' not in answered
    assert 'value="should_answer"' in refused
    assert "are kept for the reviewers" in answered
    assert judge_form_html(replace(ANSWERED, votable=False), "0", "en") == ""


def test_feedback_of_the_first_format_is_read_after_the_change(settings: Settings) -> None:
    path = settings.paths.state / FILE
    path.parent.mkdir(parents=True)
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE feedback (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, by TEXT NOT NULL,"
        " collection TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, outcome TEXT NOT NULL,"
        " verdict TEXT NOT NULL, reason TEXT NOT NULL, answer_id TEXT NOT NULL);"
        "INSERT INTO feedback VALUES (7, '2026-01-01T00:00:00+00:00', 'k1', 'default', '问', '答', 'answered', 'down', '错', 'a1');"
        "PRAGMA user_version = 1;"
    )
    connection.close()
    database = Database(settings)
    (kept,) = list_feedback(database)
    assert (kept.id, kept.feedback) == (7, Feedback("default", "问", "答", "answered", "down", "错", "a1"))
    with database.transaction() as transaction:
        assert add_feedback(transaction, kept.feedback, "k2").id == 8
        assert mark_done(transaction, [7], "aside")
        assert not mark_done(transaction, [7], "draft 1")
    assert [one.id for one in list_feedback(Database(settings), waiting=True)] == [8]


def test_a_database_of_a_later_format_is_left_alone(settings: Settings) -> None:
    path = settings.paths.state / FILE
    path.parent.mkdir(parents=True)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StateUnusable, match="format 99"):
        list_feedback(Database(settings))
