"""Asked as the draft asks, and as a user would, does a search bring the evidence back?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_qa.faq.likeness_scores import bare
from report_qa.faq.records import Evidence, Flag, Pair
from report_qa.faq.rewordings import short_form
from report_qa.faq.store import FaqStore
from report_qa.qa.retrieve import Query, Retriever
from report_qa.text.normalise import language_of

AMONG = 3
"""The evidence has to be in one of so many best sections."""
_CODES = frozenset({"not_found_back", "found_by_draft_only"})


@dataclass(frozen=True)
class NotFound:
    """How many pairs are not found back at all, and how many only by the wording of their draft."""

    lost: int = 0
    draft_only: int = 0


def flag_not_found(store: FaqStore, ids: Sequence[int], retriever: Retriever, by: str) -> NotFound:
    """Flag the pairs whose evidence no wording finds, or only the draft's own; return how many.

    Args:
        store: the collection.
        ids: the pairs.
        retriever: over the same index.
        by: in whose name it is noted.
    """
    lost = draft_only = 0
    for number in ids:
        pair = store.get(number)
        if pair.evidence is None:
            continue
        casual = colloquial(pair)
        by_draft = _finds(retriever, pair.question, pair.evidence)
        by_user = _finds(retriever, casual, pair.evidence) if casual else by_draft
        kept = tuple(flag for flag in pair.flags if flag.code not in _CODES)
        if by_draft and not by_user:
            draft_only += 1
            kept = (*kept, Flag("found_by_draft_only", casual))
        elif not by_user:
            lost += 1
            kept = (*kept, Flag("not_found_back", casual))
        store.change(number, {"flags": kept}, by, "round trip")
    return NotFound(lost, draft_only)


def colloquial(pair: Pair) -> str:
    """Return the similar question in the words of a user; empty where there is none.

    Short forms are made of the question's own words, and one in the other language is asked by others.
    """
    short = bare(short_form(pair.question))
    others = (text for text in pair.similar if bare(text) != short and language_of(text) == pair.language)
    return next(others, "")


def _finds(retriever: Retriever, question: str, evidence: Evidence) -> bool:
    best = [hit.ref.section for hit in retriever.search(Query(question))[:AMONG]]
    return any(section.document == evidence.document and section.path == evidence.path for section in best)
