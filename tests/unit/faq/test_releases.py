"""Releases: immutable, numbered, turned back; and what a change of the documents does to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from drafting import MANUAL
from fakes import HashingEmbedder

from report_qa.config import FAQSettings, Settings
from report_qa.errors import FAQError
from report_qa.faq.records import Draft, Flag, State
from report_qa.faq.releases import is_withdrawn, publish, release, releases, rollback, served_number, served_release
from report_qa.faq.review import Review
from report_qa.faq.schema import ReleaseRow
from report_qa.faq.source import Sources
from report_qa.faq.stale import Stale, find_stale
from report_qa.faq.store import FaqStore
from report_qa.service import index_corpus

OIL = "每5000公里或6个月更换机油。"
SPARE = "备胎放在后备箱下面的储物格里。"


@pytest.fixture
def review(store: FaqStore, sources: Sources) -> Review:
    """Two approved pairs and a draft."""
    drafts = [("机油多久更换一次？", OIL), ("备胎放在哪里？", SPARE), ("可以用再生机油吗？", "不得使用再生机油。")]
    found = [sources.find(quote) for _, quote in drafts]
    store.add(
        [Draft(question=q, answer=a, evidence=p.evidence()) for (q, a), p in zip(drafts, found, strict=True) if p],
        "ann",
    )
    made = Review(store, sources, FAQSettings(), "ann", HashingEmbedder)
    made.approve(1)
    made.approve(2)
    return made


def test_a_release_holds_the_approved_pairs_and_is_served(review: Review, store: FaqStore, sources: Sources) -> None:
    assert served_release(store) is None
    done = publish(store, sources, "ann", "first")
    assert (done.release.number, done.release.size, done.release.served, done.release.note) == (1, 2, True, "first")
    assert [(e.id, e.version, e.approved_by) for e in done.release.entries] == [(1, 1, "ann"), (2, 1, "ann")]
    assert [store.get(n).state for n in (1, 2, 3)] == [State.PUBLISHED, State.PUBLISHED, State.DRAFT]


def test_nothing_new_makes_no_release(review: Review, store: FaqStore, sources: Sources) -> None:
    publish(store, sources, "ann")
    with pytest.raises(FAQError, match="Nothing has changed since release 1"):
        publish(store, sources, "ann")


def test_nothing_approved_makes_no_release(store: FaqStore, sources: Sources) -> None:
    with pytest.raises(FAQError, match="nothing to publish"):
        publish(store, sources, "ann")


def test_an_edit_leaves_the_release_alone_and_is_carried_until_approved(
    review: Review, store: FaqStore, sources: Sources
) -> None:
    publish(store, sources, "ann")
    review.edit(1, {"answer": "每5000公里更换机油。"})
    review.approve(3)
    second = publish(store, sources, "ann")
    assert second.carried == (1,)
    assert [entry.answer for entry in second.release.entries if entry.id == 1] == [OIL]
    review.approve(1)
    third = publish(store, sources, "ann").release
    assert [(entry.answer, entry.version) for entry in third.entries if entry.id == 1] == [("每5000公里更换机油。", 2)]
    assert [entry.answer for entry in release(store, 1).entries if entry.id == 1] == [OIL]


def test_rolling_back_serves_the_old_release_and_the_states_tell(
    review: Review, store: FaqStore, sources: Sources
) -> None:
    publish(store, sources, "ann")
    review.approve(3)
    publish(store, sources, "ann")
    assert rollback(store, 1, "bob").number == served_number(store) == 1
    assert [store.get(n).state for n in (1, 3)] == [State.PUBLISHED, State.APPROVED]
    assert rollback(store, 2, "bob").served
    assert store.get(3).state == State.PUBLISHED
    assert [(one.number, one.served) for one in releases(store)] == [(1, False), (2, True)]
    with pytest.raises(FAQError, match="no release 9"):
        rollback(store, 9, "bob")


def test_a_retired_pair_is_withdrawn_at_once_and_left_out_next(
    review: Review, store: FaqStore, sources: Sources
) -> None:
    publish(store, sources, "ann")
    review.retire(2, "old")
    assert is_withdrawn(store, 2)
    assert not is_withdrawn(store, 1)
    assert [entry.id for entry in publish(store, sources, "ann").release.entries] == [1]


def test_a_release_cannot_be_changed_and_a_change_behind_our_back_is_found(
    review: Review, store: FaqStore, sources: Sources
) -> None:
    publish(store, sources, "ann")

    def write() -> None:
        with store.session() as session:
            session.scalars(sa.select(ReleaseRow)).one().note = "other"

    with pytest.raises(RuntimeError, match="never changes"):
        write()
    with store._engine.begin() as connection:
        connection.execute(sa.text("UPDATE faq_release SET entries = replace(entries, '5000', '9000')"))
    with pytest.raises(FAQError, match="Release 1 was altered"):
        release(store, 1)


def test_a_pair_whose_evidence_is_lost_is_not_published(review: Review, store: FaqStore) -> None:
    empty = Sources([])
    with pytest.raises(FAQError, match="nothing to publish"):
        publish(store, empty, "ann")


@pytest.fixture
def change(settings: Settings, corpus: Path) -> Callable[[str], None]:
    def changed(text: str) -> None:
        (corpus / "car.md").write_text(text, encoding="utf-8")
        index_corpus(settings)

    return changed


def test_evidence_is_unchanged_moved_changed_or_gone(
    review: Review, store: FaqStore, sources: Sources, settings: Settings, change: Callable[[str], None]
) -> None:
    publish(store, sources, "ann")
    assert find_stale(settings).unchanged == 3
    change(
        MANUAL.replace(OIL, "每8000公里或6个月更换机油。").replace(
            "# 车辆手册\n", "# 车辆手册\n\n新版说明在此，请仔细阅读全文。\n"
        )
    )
    report = find_stale(settings)
    assert (report.unchanged, report.moved, report.gone) == (0, 2, ())
    assert report.changed == (Stale(1, "机油多久更换一次？", OIL, "每8000公里或6个月更换机油。"),)
    stale, moved = store.get(1), store.get(2)
    assert (stale.state, stale.flags) == (State.IN_REVIEW, (Flag("stale_changed", "每8000公里或6个月更换机油。"),))
    assert is_withdrawn(store, 1)
    assert moved.state == State.PUBLISHED
    assert moved.evidence is not None
    assert moved.evidence.first_line == 7
    # the next release leaves the changed pair out
    assert [entry.id for entry in publish(store, Sources.open(settings.paths.index), "ann").release.entries] == [2]


def test_a_changed_pair_is_mended_by_an_edit(
    review: Review, store: FaqStore, settings: Settings, change: Callable[[str], None]
) -> None:
    change(MANUAL.replace(OIL, "每8000公里或6个月更换机油。"))
    find_stale(settings)
    later = Review(store, Sources.open(settings.paths.index), FAQSettings(), "bob", HashingEmbedder)
    with pytest.raises(FAQError, match="flagged: the source has changed"):
        later.approve(1)
    later.edit(1, {"answer": "每8000公里或6个月更换机油。", "quote": "每8000公里或6个月更换机油。"})
    assert later.approve(1).flags == ()


def test_old_words_that_are_back_take_the_flag_off(
    review: Review, store: FaqStore, settings: Settings, change: Callable[[str], None]
) -> None:
    change(MANUAL.replace(SPARE, ""))
    report = find_stale(settings)
    assert [one.pair for one in report.gone] == [2]
    assert store.get(2).flags == (Flag("stale_gone"),)
    change(MANUAL)
    find_stale(settings)
    assert store.get(2).flags == ()
