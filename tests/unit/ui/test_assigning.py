"""Assigning on the review page: who has a pair is seen, filtered and changed; nobody's work is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafting import MANUAL
from fakes import HashingEmbedder, factory_of

from report_qa.config import Settings, load_settings
from report_qa.faq.propose import with_evidence
from report_qa.faq.records import Draft, State
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.providers.embedders import register_embedder
from report_qa.service import index_corpus
from report_qa.ui.review import desk as desk_module
from report_qa.ui.review.desk import Desk
from report_qa.ui.review.queue import Filters, Position
from report_qa.ui.review.render import pair_html, queue_html


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "car.md").write_text(MANUAL, encoding="utf-8")
    register_embedder("fake", factory_of(HashingEmbedder()))
    values = {"paths.corpus": str(folder), "paths.index": str(tmp_path / "index"), "embedding.model": "fake"}
    made = load_settings(values, environment={}).settings
    index_corpus(made)
    return made


@pytest.fixture
def store(settings: Settings) -> FaqStore:
    """Three pairs: two under 轮胎, one under 机油, which Bob has."""
    made, asked = FaqStore.open(settings), ("备胎放在哪里？", "多久检查胎压？", "多久换机油？")
    answers = ("备胎放在后备箱下面的储物格里。", "每月检查一次。", "每5000公里或6个月更换机油。")
    drafts = [Draft(question=q, answer=a) for q, a in zip(asked, answers, strict=True)]
    made.add(with_evidence(drafts, Sources.open(settings.paths.index)), "ann")
    made.change(3, {"reviewer": "Bob", "state": State.IN_REVIEW}, "ann", "assign")
    return made


@pytest.fixture
def desk(settings: Settings, store: FaqStore) -> Desk:
    return Desk(settings, HashingEmbedder)


def listed(desk: Desk, **filters: str) -> list[int]:
    return [pair.id for pair in desk.look(Filters(**filters), Position()).queue]


def test_the_queue_is_that_of_all_of_nobody_or_of_the_reviewer(desk: Desk) -> None:
    assert listed(desk) == [1, 2, 3]
    assert listed(desk, assigned="nobody", by="Bob") == [1, 2]
    assert listed(desk, assigned="mine", by=" Bob ") == [3]
    assert listed(desk, assigned="mine", by="Ann") == []
    assert listed(desk, assigned="mine", by=" ") == []  # and not what is assigned to nobody


def test_a_section_is_listed_by_its_heading_and_assigned_together(desk: Desk, store: FaqStore) -> None:
    wanted = Filters(text="轮胎")
    view = desk.assign_all(wanted, Position(), " Eve ", "Ann")
    assert (view.failed, view.notice and view.notice.zh) == (False, "已分配 2 条。")
    assert [store.get(number).reviewer for number in (1, 2, 3)] == ["Eve", "Eve", "Bob"]
    assert store.get(1).state == State.IN_REVIEW
    last = store.history(1)[-1]
    assert (last.by, last.action) == ("Ann", "assign")
    assert {c.field: c.new for c in store.history(1) if c.action == "assign"} == {
        "reviewer": "Eve", "state": "in_review",
    }  # fmt: skip
    assert store.undo(1, "Ann").reviewer == ""


def test_what_does_not_wait_for_review_is_not_assigned_with_the_others(desk: Desk, store: FaqStore) -> None:
    store.change(1, {"state": State.REJECTED, "reason": "x"}, "ann", "reject")
    desk.assign_all(Filters(state=""), Position(), "Eve", "Ann")
    assert [store.get(number).reviewer for number in (1, 2, 3)] == ["", "Eve", "Eve"]


def test_without_a_name_or_a_reviewer_nothing_is_assigned(desk: Desk, store: FaqStore) -> None:
    position = desk.pick(Filters(), 2).position
    for to, by, told in ((" ", "Ann", "Enter the reviewer"), ("Eve", " ", "Enter your name")):
        for view in (desk.assign(Filters(), position, to, by), desk.assign_all(Filters(), position, to, by)):
            assert view.failed
            assert view.notice is not None
            assert told in view.notice.en
            assert view.position == position  # the pair in hand stays
    assert [store.get(number).reviewer for number in (1, 2)] == ["", ""]


def test_the_pair_in_hand_is_assigned_and_the_next_one_shown(desk: Desk, store: FaqStore) -> None:
    position = desk.pick(Filters(assigned="nobody"), 1).position
    view = desk.assign(Filters(assigned="nobody"), position, "Eve", "Ann")
    assert (store.get(1).reviewer, view.position.number, [p.id for p in view.queue]) == ("Eve", 2, [2])


def test_a_pair_that_somebody_changed_is_not_assigned(desk: Desk, store: FaqStore) -> None:
    position = desk.pick(Filters(), 1).position
    store.change(1, {"reviewer": "Bob"}, "Bob", "assign")
    view = desk.assign(Filters(), position, "Eve", "Ann")
    assert view.failed
    assert view.notice is not None
    assert "Bob changed pair 1" in view.notice.en
    assert store.get(1).reviewer == "Bob"


def test_of_many_one_that_was_changed_meanwhile_is_told_and_the_others_go_on(
    desk: Desk, store: FaqStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = desk_module.together

    def meanwhile(queue):  # type: ignore[no-untyped-def]
        chosen = before(queue)
        store.change(1, {"reviewer": "Bob"}, "Bob", "assign")
        return chosen

    monkeypatch.setattr(desk_module, "together", meanwhile)
    view = desk.assign_all(Filters(assigned="nobody"), Position(), "Eve", "Ann")
    assert [store.get(number).reviewer for number in (1, 2)] == ["Bob", "Eve"]
    assert view.notice is not None
    assert view.notice.en.startswith("1 pairs assigned. Bob changed pair 1 in the meantime")
    assert view.notice.zh.startswith("已分配 1 条。在此期间，Bob 修改了第 1 条")


def test_an_edit_that_is_saved_but_not_approved_is_no_change_of_somebody_else(desk: Desk, store: FaqStore) -> None:
    view = desk.pick(Filters(), 2)
    assert view.pair is not None
    wrong = desk_module.Fields("多久检查胎压？", "每9个月检查胎压。", "", "", view.pair.evidence.quote)  # type: ignore[union-attr]
    refused = desk.approve(Filters(), view.position, wrong, "Ann", anyway=False)
    assert refused.failed
    assert refused.position.revision == store.get(2).revision
    assert not desk.approve(Filters(), refused.position, wrong, "Ann", anyway=True).failed


def test_the_assignee_is_shown_and_never_markup(store: FaqStore) -> None:
    store.change(3, {"reviewer": "<b>Bob"}, "ann", "assign")
    pair = store.get(3)
    assert "assigned to &lt;b&gt;Bob" in pair_html(pair, "en")
    assert "已分配给 &lt;b&gt;Bob" in pair_html(pair, "zh")
    assert "@&lt;b&gt;Bob" in queue_html([pair], 3, "en")
    assert "assigned" not in pair_html(store.get(1), "en")
