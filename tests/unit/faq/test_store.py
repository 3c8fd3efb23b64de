"""Pairs in the database: history, undo, states, and two people at one pair."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from report_qa.config import Settings
from report_qa.errors import FAQConflict, FAQError
from report_qa.faq.database import database_exists, open_database
from report_qa.faq.records import Draft, Evidence, Flag, State
from report_qa.faq.schema import Base
from report_qa.faq.store import FaqStore
from report_qa.indexing.collections import in_collection

MakeSettings = Callable[..., Settings]
EVIDENCE = Evidence("a.md", "手册", ("保养",), "每5000公里更换机油。", 3, 3, "0" * 64)
DRAFT = Draft(question="多久换机油？", answer="每5000公里。", similar=("机油几公里换",), evidence=EVIDENCE)


@pytest.fixture
def store(make_settings: MakeSettings) -> FaqStore:
    return FaqStore.open(make_settings())


def test_the_migrations_make_the_tables_of_the_schema(make_settings: MakeSettings) -> None:
    engine = open_database(make_settings())
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_database_is_made_once_and_kept(make_settings: MakeSettings) -> None:
    settings = make_settings()
    assert not database_exists(settings)
    FaqStore.open(settings).add([DRAFT], "ann")
    assert database_exists(settings)
    assert FaqStore.open(settings).get(1).question == DRAFT.question


def test_a_database_of_a_newer_version_is_refused_and_left_alone(make_settings: MakeSettings) -> None:
    settings = make_settings()
    FaqStore.open(settings)
    with sqlite3.connect(settings.paths.index / "faq.sqlite3") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(FAQError, match="newer version"):
        FaqStore.open(settings)


@pytest.mark.parametrize("url", ["nonsense", "nosuch://host/x", "sqlite:////proc/nowhere/x.db"])
def test_an_unusable_database_is_one_line(make_settings: MakeSettings, url: str) -> None:
    with pytest.raises(FAQError, match=r"cannot be used.*faq\.database"):
        FaqStore.open(make_settings(faq__database=url))


def test_a_pair_comes_back_as_it_was_stored(store: FaqStore) -> None:
    flagged = Draft(question="q", answer="a", negative=("n",), flags=(Flag("language", "en"),), source="model")
    assert store.add([DRAFT, flagged], "ann") == [1, 2]
    first, second = store.get(1), store.get(2)
    assert (first.question, first.similar, first.evidence) == (DRAFT.question, DRAFT.similar, EVIDENCE)
    assert (second.flags, second.negative, second.source) == ((Flag("language", "en"),), ("n",), "model")
    assert (first.state, first.version, first.revision, first.created_by) == (State.DRAFT, 1, 1, "ann")


def test_flagged_pairs_come_first_and_filters_join(store: FaqStore) -> None:
    store.add([DRAFT, Draft(question="Oil?", answer="b", flags=(Flag("language"),)), DRAFT], "ann")
    store.change(3, {"state": State.APPROVED}, "bob", "approve")
    assert [pair.id for pair in store.pairs()] == [2, 1, 3]
    assert [pair.id for pair in store.pairs([State.DRAFT], document="a.md")] == [1]
    assert [pair.id for pair in store.pairs(flag="language")] == [2]
    assert [pair.id for pair in store.pairs(text="oil")] == [2]
    assert [pair.id for pair in store.pairs(text="几公里")] == [1, 3]
    assert store.counts()[State.APPROVED] == 1


def test_collections_do_not_see_each_other(store: FaqStore, make_settings: MakeSettings) -> None:
    store.add([DRAFT], "ann")
    other = FaqStore.open(in_collection(make_settings(), "other"))
    assert other.pairs() == []
    with pytest.raises(FAQError, match="no pair 1"):
        other.get(1)


def test_history_tells_who_changed_which_field_from_what_to_what(store: FaqStore) -> None:
    store.add([DRAFT], "ann")
    store.change(1, {"answer": "每5000公里一次。", "question": DRAFT.question}, "bob")
    created, *edited = store.history(1)
    assert (created.action, created.by) == ("create", "ann")
    by_field = {change.field: (change.old, change.new, change.by) for change in edited}
    assert by_field == {"answer": ("每5000公里。", "每5000公里一次。", "bob"), "version": (1, 2, "bob")}


def test_a_step_makes_a_revision_and_only_new_content_a_version(store: FaqStore) -> None:
    store.add([DRAFT], "ann")
    assert (store.change(1, {"state": State.APPROVED}, "bob").version, store.get(1).revision) == (1, 2)
    assert store.change(1, {"answer": "x"}, "bob").version == 2
    assert store.change(1, {"answer": "x"}, "bob").revision == 3  # nothing differed, nothing is noted


def test_a_change_from_an_old_revision_is_a_conflict_and_changes_nothing(store: FaqStore) -> None:
    store.add([DRAFT], "ann")
    seen = store.get(1).revision
    store.change(1, {"answer": "bob's"}, "bob", revision=seen)
    with pytest.raises(FAQConflict, match="bob changed pair 1"):
        store.change(1, {"answer": "ann's"}, "ann", revision=seen)
    assert store.get(1).answer == "bob's"


def test_two_transactions_at_once_cannot_both_win(store: FaqStore) -> None:
    store.add([DRAFT], "ann")

    def write() -> None:
        with store.session() as session:
            row = store._row(session, 1)
            # somebody else commits between our reading and our writing
            store.change(1, {"answer": "theirs"}, "bob")
            row.answer = "mine"

    with pytest.raises(FAQConflict, match="in the meantime"):
        write()
    assert store.get(1).answer == "theirs"


def test_a_step_that_the_state_does_not_allow_is_refused(store: FaqStore) -> None:
    store.add([DRAFT], "ann")
    with pytest.raises(FAQError, match="draft and cannot become published"):
        store.change(1, {"state": State.PUBLISHED}, "bob")


def test_undo_goes_back_step_by_step_and_is_in_the_history(store: FaqStore) -> None:
    store.add([DRAFT], "ann")
    store.change(1, {"answer": "b"}, "bob")
    store.change(1, {"answer": "c", "state": State.IN_REVIEW}, "bob")
    undone = store.undo(1, "ann")
    assert (undone.answer, undone.state, undone.version) == ("b", State.DRAFT, 4)
    assert store.undo(1, "ann").answer == DRAFT.answer
    with pytest.raises(FAQError, match="nothing to undo"):
        store.undo(1, "ann")
    assert [change.by for change in store.history(1) if change.action == "undo" and change.field == "answer"] == [
        "ann",
        "ann",
    ]
