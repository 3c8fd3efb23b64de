"""What a person writes, edits or imports is compared with the other pairs: flagged on both sides, never merged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from report_qa.config import FAQSettings
from report_qa.errors import ModelError, Text
from report_qa.faq.exchange.importing import ImportReport, import_file
from report_qa.faq.likeness import compare
from report_qa.faq.records import Draft, Flag, State
from report_qa.faq.repeats import Asked, Words, alike, couples, overlap
from report_qa.faq.review import Review
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.providers.embedders import Embedder

OIL, ANSWER = "冬季在北方使用的家用轿车的机油通常多久更换一次？", "每5000公里更换机油。"
BARE, MORE, AGAIN = OIL[:-1], f"请问{OIL}", f"{OIL[:-1]}呢？"


def absent() -> Embedder:
    """An embedding model that cannot be had."""
    raise ModelError(Text("It is not there.", "没有。"), Text("Fetch it.", "请下载。"))


class Watched(HashingEmbedder):
    """Notes which questions it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Embed them."""
        self.asked += texts
        return super().embed_queries(texts)


def draft(question: str = OIL, answer: str = ANSWER) -> Draft:
    return Draft(question=question, answer=answer)


def flags(store: FaqStore) -> dict[int, list[tuple[str, str]]]:
    """Return what the pairs are told to repeat or contradict."""
    found = {pair.id: [(f.code, f.detail) for f in pair.flags if f.detail.isdigit()] for pair in store.pairs()}
    return {number: told for number, told in found.items() if told}


@pytest.fixture
def imported(store: FaqStore, sources: Sources, tmp_path: Path):  # type: ignore[no-untyped-def]
    def taken(*rows: str, embedder: type = HashingEmbedder) -> ImportReport:
        path = tmp_path / "a.csv"
        path.write_text("\n".join(["question,answer", *rows]), encoding="utf-8")
        return import_file(path, store, sources, "ann", embedder, evidence=False)

    return taken


words = st.frozensets(st.sampled_from("abcdefgh12"), max_size=9)


@given(st.lists(words, max_size=12))
def test_alike_finds_what_comparing_all_with_all_finds(sets: list[Words]) -> None:
    every = [
        (i, j)
        for j in range(len(sets))
        for i in range(j)
        if sets[i]
        and (sets[i] <= sets[j] or sets[j] <= sets[i])
        and overlap(sets[i], sets[j]) >= 0.75
        and not (sets[i] ^ sets[j]) & set("12")
    ]
    assert alike(sets) == sorted(every)


def test_a_template_of_many_questions_is_not_compared_all_with_all() -> None:
    class Counted(frozenset[str]):
        compared = 0

        def __le__(self, other: object) -> bool:
            Counted.compared += 1
            return super().__le__(other)  # type: ignore[operator]

    sets = [Counted({f"car{i}", f"part{i % 10}", "often", "check", "year"}) for i in range(2000)]
    assert alike(sets) == []
    assert Counted.compared <= 2 * len(sets)


def test_only_couples_with_a_touched_pair_are_given_and_only_like_words_are_embedded() -> None:
    asked = [
        Asked(1, OIL, "甲", "zh", "hand"), Asked(2, BARE, "甲", "zh", "hand"),
        Asked(3, MORE, "甲", "zh", "hand"), Asked(4, "备胎放在哪里？", "乙", "zh", "hand"),
        Asked(5, "How often is the oil changed?", "a", "en", "hand"),
    ]  # fmt: skip
    embedder = Watched()
    assert [(a.id, b.id) for a, b in couples(asked, lambda: embedder)] == [(1, 2), (1, 3), (2, 3)]
    assert "备胎放在哪里？" not in embedder.asked
    assert [(a.id, b.id) for a, b in couples(asked, lambda: embedder, {2})] == [(1, 2), (2, 3)]
    assert couples(asked, absent, {4, 5}) == []


def test_an_edit_that_makes_a_contradiction_flags_both_and_the_next_one_takes_it_off(review: Review) -> None:
    store = review.store
    store.add([draft(), draft("备胎放在哪里？", "备胎在后备箱里。")], "ann")
    edited = review.edit(2, {"question": OIL, "answer": "每8000公里更换机油。"})
    assert [f for f in edited.flags if f.code == "conflict"] == [Flag("conflict", "1")]
    assert flags(store) == {1: [("conflict", "2")], 2: [("conflict", "1")]}
    review.edit(2, {"answer": ANSWER})
    assert flags(store) == {1: [("duplicate", "2")], 2: [("duplicate", "1")]}
    assert {pair.state for pair in store.pairs()} == {State.DRAFT, State.IN_REVIEW}  # nothing is merged
    review.edit(2, {"question": "备胎放在哪里？"})
    assert flags(store) == {}


def test_what_was_found_beside_a_pair_stays_where_another_is_edited(review: Review) -> None:
    review.store.add([draft(), draft(), draft("备胎放在哪里？", "备胎在后备箱里。")], "ann")
    review.edit(2, {"answer": "每8000公里更换机油。"})
    review.edit(3, {"question": BARE, "answer": "每8000公里更换机油。"})
    assert flags(review.store) == {
        1: [("conflict", "2"), ("conflict", "3")], 2: [("conflict", "1"), ("duplicate", "3")],
        3: [("conflict", "1"), ("duplicate", "2")],
    }  # fmt: skip


def test_an_edit_is_undone_with_what_it_made_and_its_partner_can_be_undone_too(review: Review) -> None:
    store = review.store
    store.add([draft(), draft("备胎放在哪里？", "备胎在后备箱里。")], "ann")
    review.edit(1, {"similar": ("换油周期",)})
    review.edit(2, {"question": OIL, "answer": "每8000公里更换机油。"})
    assert flags(store) == {1: [("conflict", "2")], 2: [("conflict", "1")]}
    assert review.undo(2).question == "备胎放在哪里？"
    assert flags(store) == {}
    assert review.undo(1).similar == ()


def test_where_the_embedding_model_is_missing_nothing_is_written(store: FaqStore, sources: Sources) -> None:
    review = Review(store, sources, FAQSettings(), "ann", absent)
    store.add([draft(), draft("备胎放在哪里？", "备胎在后备箱里。")], "ann")
    assert review.edit(2, {"answer": "备胎在车里。"}).answer == "备胎在车里。"  # like no other: no model is needed
    with pytest.raises(ModelError):
        review.edit(2, {"question": OIL})
    with pytest.raises(ModelError):
        review.add(draft())
    assert [pair.question for pair in sorted(store.pairs(), key=lambda pair: pair.id)] == [OIL, "备胎放在哪里？"]


def test_a_pair_written_by_hand_is_compared(review: Review) -> None:
    review.store.add([draft()], "model@1")
    assert review.add(draft(answer="每8000公里更换机油。")).flags == (Flag("conflict", "1"),)
    assert flags(review.store) == {1: [("conflict", "2")], 2: [("conflict", "1")]}


def test_imported_pairs_are_flagged_and_not_merged(imported, store: FaqStore) -> None:  # type: ignore[no-untyped-def]
    store.add([draft()], "model@1")
    report = imported(
        f"{MORE},每5000公里更换机油。",
        f"{AGAIN},每8000公里更换机油。",
        "备胎放在哪里？,备胎在后备箱里。",
    )
    assert (report.added, report.ids) == (3, [2, 3, 4])
    assert report.likeness.duplicates == ((1, 2),)
    assert report.likeness.conflicts == ((1, 3),)
    assert flags(store) == {
        1: [("conflict", "3"), ("duplicate", "2")], 2: [("duplicate", "1")], 3: [("conflict", "1")],
    }  # fmt: skip
    assert {pair.state for pair in store.pairs()} == {State.DRAFT}


def test_an_import_that_needs_a_model_that_is_missing_takes_no_row(imported, store: FaqStore) -> None:  # type: ignore[no-untyped-def]
    store.add([draft()], "model@1")
    with pytest.raises(ModelError):
        imported(f"{MORE},每5000公里。", embedder=absent)
    assert len(store.pairs()) == 1
    assert imported("备胎放在哪里？,备胎在后备箱里。", embedder=absent).added == 1


def test_later_drafting_does_not_merge_what_was_edited(review: Review, embedder: HashingEmbedder) -> None:
    review.store.add([draft(), draft()], "model@1")
    review.edit(2, {"answer": "每5000公里换机油。"})
    assert compare(review.store, embedder, "report-qa").merged == ()
