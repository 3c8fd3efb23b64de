"""Asked as a user would ask, does a search bring the evidence back?"""

from __future__ import annotations

from collections.abc import Sequence

from report_qa.faq.records import Flag
from report_qa.faq.store import FaqStore
from report_qa.qa.retrieve import Query, Retriever

AMONG = 3
"""The evidence has to be in one of so many best sections."""


def flag_not_found(store: FaqStore, ids: Sequence[int], retriever: Retriever, by: str) -> int:
    """Flag the pairs whose question does not find their evidence; return how many.

    Args:
        store: the collection.
        ids: the pairs.
        retriever: over the same index.
        by: in whose name it is noted.
    """
    lost = 0
    for number in ids:
        pair = store.get(number)
        if pair.evidence is None:
            continue
        best = [hit.ref.section for hit in retriever.search(Query(pair.question))[:AMONG]]
        found = any(s.document == pair.evidence.document and s.path == pair.evidence.path for s in best)
        kept = tuple(flag for flag in pair.flags if flag.code != "not_found_back")
        lost += not found
        store.change(number, {"flags": kept if found else (*kept, Flag("not_found_back"))}, by, "round trip")
    return lost
