"""Pairs that ask the same: merged where drafts answer the same, flagged where they repeat or contradict each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from report_qa.faq.checks import numbers_agree
from report_qa.faq.records import LIVE, Flag, Pair, State
from report_qa.faq.repeats import Asked, LoadEmbedder, couples, overlap, words_of
from report_qa.faq.schema import PairRow
from report_qa.faq.store import FaqStore, apply_change
from report_qa.providers.embedders import Embedder

_SAME_ANSWER = 0.6
_CODES = frozenset({"conflict", "duplicate"})

Couple = tuple[int, int]


@dataclass(frozen=True)
class Likeness:
    """What was found: numbers of pairs merged away, and couples that repeat or contradict each other."""

    merged: tuple[int, ...] = ()
    duplicates: tuple[Couple, ...] = ()
    conflicts: tuple[Couple, ...] = ()

    def flags(self) -> dict[int, list[Flag]]:
        """Return the flags by the number of the pair that they belong to."""
        found: dict[int, list[Flag]] = {}
        for code, listed in (("conflict", self.conflicts), ("duplicate", self.duplicates)):
            for one, other in listed:
                found.setdefault(one, []).append(Flag(code, str(other)))
                found.setdefault(other, []).append(Flag(code, str(one)))
        return found

    def numbered(self, numbers: Mapping[int, int]) -> Likeness:
        """Return the same with other numbers for some pairs."""

        def renamed(listed: Iterable[Couple]) -> tuple[Couple, ...]:
            return tuple((numbers.get(one, one), numbers.get(other, other)) for one, other in listed)

        return Likeness(self.merged, renamed(self.duplicates), renamed(self.conflicts))


def compare(store: FaqStore, embedder: Embedder, by: str) -> Likeness:
    """Compare all live pairs of a collection; merge drafts that say the same, flag what repeats or contradicts.

    Args:
        store: the collection.
        embedder: compares questions.
        by: in whose name it is noted.
    """
    pairs = store.pairs(LIVE)
    pairs.sort(key=lambda pair: (pair.state == State.DRAFT, pair.id))  # what people worked on is kept
    drafts = {pair.id for pair in pairs if pair.state == State.DRAFT}
    asked = [Asked(pair.id, pair.question, pair.answer, pair.language, pair.source) for pair in pairs]
    merged: dict[int, int] = {}
    left = []
    for first, second in couples(asked, lambda: embedder):
        if first.id in merged or second.id in merged:
            continue
        both_drafts = first.id in drafts and second.id in drafts
        if both_drafts and numbers_agree(first.answer, second.answer) and _alike(first.answer, second.answer):
            merged[second.id] = first.id
        else:
            left.append((first, second))
    found = _told(left, tuple(merged))
    _write(store, pairs, merged, found.flags(), by)
    return found


def live(store: FaqStore) -> list[Asked]:
    """Return what is compared of the live pairs of a collection, by their numbers."""
    columns = PairRow.id, PairRow.question, PairRow.answer, PairRow.language, PairRow.source
    query = sa.select(*columns).where(PairRow.collection == store.collection, PairRow.state.in_(LIVE))
    with store.session() as session:
        return [Asked(*row) for row in session.execute(query.order_by(PairRow.id))]


def beside(asked: Sequence[Asked], touched: Collection[int], embedder: LoadEmbedder) -> Likeness:
    """Return what pairs that a person wrote, edited or imported repeat or contradict; none of them is merged.

    Args:
        asked: the live pairs, those that are touched as they are going to be.
        touched: their numbers.
        embedder: compares questions.

    Raises:
        ModelError: there are questions of like words, and the embedding model cannot be had.
    """
    return _told(couples(asked, embedder, touched))


def note_beside(session: Session, touched: Collection[int], before: Collection[int], found: Likeness, by: str) -> None:
    """Flag pairs with what was found beside some that were touched, and take off what no longer holds.

    Args:
        session: the transaction.
        touched: their numbers.
        before: numbers of pairs that were flagged together with them.
        found: as :func:`beside` gives it.
        by: in whose name it is noted.
    """
    flags, names = found.flags(), {str(number) for number in touched}
    for number in sorted({*touched, *before, *flags}):
        row = session.get(PairRow, number)
        if row is None:
            continue
        present = [Flag(**flag) for flag in row.flags]
        kept = [f for f in present if f.code not in _CODES or (number not in touched and f.detail not in names)]
        apply_change(session, row, {"flags": (*kept, *flags.get(number, ()))}, by, "compare")


def partners(flags: Iterable[Flag]) -> set[int]:
    """Return the numbers of the pairs that flags of a pair say it repeats or contradicts."""
    return {int(flag.detail) for flag in flags if flag.code in _CODES and flag.detail.isdigit()}


def without_others(flags: Iterable[Flag]) -> list[Flag]:
    """Return flags without those that name another pair."""
    return [flag for flag in flags if flag.code not in _CODES]


def _told(listed: Iterable[tuple[Asked, Asked]], merged: tuple[int, ...] = ()) -> Likeness:
    duplicates: list[Couple] = []
    conflicts: list[Couple] = []
    gone = frozenset(merged)
    for one, other in listed:
        if one.id not in gone and other.id not in gone:
            (duplicates if numbers_agree(one.answer, other.answer) else conflicts).append((one.id, other.id))
    return Likeness(merged, tuple(duplicates), tuple(conflicts))


def _alike(first: str, second: str) -> bool:
    return overlap(words_of(first), words_of(second)) >= _SAME_ANSWER


def _write(
    store: FaqStore, pairs: Sequence[Pair], merged: dict[int, int], found: Mapping[int, Sequence[Flag]], by: str
) -> None:
    by_id = {pair.id: pair for pair in pairs}
    gained: dict[int, list[str]] = {}
    for away, into in merged.items():
        gained.setdefault(into, []).extend((by_id[away].question, *by_id[away].similar))
    with store.session() as session:
        for pair in pairs:
            row = session.get_one(PairRow, pair.id)
            if pair.id in merged:
                reason = f"merged into {merged[pair.id]}"
                apply_change(session, row, {"state": State.REJECTED, "reason": reason}, by, "merge")
                continue
            values: dict[str, object] = {"flags": (*without_others(pair.flags), *found.get(pair.id, ()))}
            if pair.id in gained:
                more = [q for q in dict.fromkeys((*pair.similar, *gained[pair.id])) if q != pair.question]
                values["similar"] = tuple(more)
            apply_change(session, row, values, by, "merge" if pair.id in gained else "compare")
