"""Pairs that ask the same: merged where they answer the same, shown as conflicts where their numbers differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from report_qa.faq.checks import numbers_agree
from report_qa.faq.records import Flag, Pair, State
from report_qa.faq.schema import PairRow
from report_qa.faq.store import FaqStore, apply_change
from report_qa.providers.embedders import Embedder
from report_qa.text.tokens import search_tokens

_SAME_WORDS = 0.75
_SAME_MEANING = 0.93
"""Cosine from which two questions that also share most words ask the same. Meaning alone does not tell the filter of
one machine from that of another, so both must agree; the values are chosen by hand, not fitted."""
_SAME_ANSWER = 0.6
_LIVE = (State.DRAFT, State.IN_REVIEW, State.APPROVED, State.PUBLISHED)


@dataclass(frozen=True)
class Likeness:
    """What was found: numbers of pairs merged away, and couples that repeat or contradict each other."""

    merged: tuple[int, ...]
    duplicates: tuple[tuple[int, int], ...]
    conflicts: tuple[tuple[int, int], ...]


def compare(store: FaqStore, embedder: Embedder, by: str) -> Likeness:
    """Compare all live pairs of a collection; merge drafts that say the same, flag what repeats or contradicts.

    Args:
        store: the collection.
        embedder: compares questions.
        by: in whose name it is noted.
    """
    pairs = store.pairs(_LIVE)
    pairs.sort(key=lambda pair: (pair.state == State.DRAFT, pair.id))  # what people worked on is kept
    merged: dict[int, int] = {}
    found: dict[int, list[Flag]] = {pair.id: [] for pair in pairs}
    duplicates, conflicts = [], []
    for first, second in _couples(pairs, embedder):
        if first.id in merged or second.id in merged:
            continue
        if not numbers_agree(first.answer, second.answer):
            conflicts.append((first.id, second.id))
        elif second.state == State.DRAFT and first.state == State.DRAFT and _alike(first.answer, second.answer):
            merged[second.id] = first.id
        else:
            duplicates.append((first.id, second.id))
    for code, couples in (("conflict", conflicts), ("duplicate", duplicates)):
        for one, other in couples:
            found[one].append(Flag(code, str(other)))
            found[other].append(Flag(code, str(one)))
    _write(store, pairs, merged, found, by)
    return Likeness(tuple(merged), tuple(duplicates), tuple(conflicts))


def _couples(pairs: Sequence[Pair], embedder: Embedder) -> Iterator[tuple[Pair, Pair]]:
    if not pairs:
        return
    vectors = embedder.embed_queries([pair.question for pair in pairs])
    words = [frozenset(search_tokens(pair.question)) for pair in pairs]
    for i, j in np.argwhere(np.triu(vectors @ vectors.T >= _SAME_MEANING, k=1)):
        # a word on each side that the other lacks makes two questions: the cost of this part, the cost of that one
        replaced = bool(words[i] - words[j]) and bool(words[j] - words[i])
        computed = pairs[i].source == pairs[j].source == "table"  # each asks for cells of its own
        alike = pairs[i].language == pairs[j].language and _overlap(words[i], words[j]) >= _SAME_WORDS
        if alike and not replaced and not computed:
            yield pairs[i], pairs[j]


def _alike(first: str, second: str) -> bool:
    return _overlap(frozenset(search_tokens(first)), frozenset(search_tokens(second))) >= _SAME_ANSWER


def _overlap(first: frozenset[str], second: frozenset[str]) -> float:
    union = first | second
    return len(first & second) / len(union) if union else 1.0


def _write(
    store: FaqStore, pairs: Sequence[Pair], merged: dict[int, int], found: dict[int, list[Flag]], by: str
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
            kept = [flag for flag in pair.flags if flag.code not in {"conflict", "duplicate"}]
            values: dict[str, object] = {"flags": (*kept, *found[pair.id])}
            if pair.id in gained:
                more = [q for q in dict.fromkeys((*pair.similar, *gained[pair.id])) if q != pair.question]
                values["similar"] = tuple(more)
            apply_change(session, row, values, by, "merge" if pair.id in gained else "compare")
