"""Questions that were asked and not answered well, put together by what they ask, to be made drafts of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import sqlalchemy as sa

from report_qa.errors import Text
from report_qa.faq.checks import check
from report_qa.faq.likeness_scores import bare
from report_qa.faq.records import Draft
from report_qa.faq.schema import GapRow
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore, now
from report_qa.faq.vectors import QuestionVectors
from report_qa.text.normalise import language_of

_SAME_MEANING = 0.93
"""Cosine from which questions are put together, as in :mod:`report_qa.faq.likeness`; a person sees them first."""


class Reason(StrEnum):
    """Why a question is a gap."""

    REFUSED = "refused"
    UNSURE = "unsure"
    """It was answered, but not surely."""
    DISLIKED = "disliked"
    """Who asked said that the answer was wrong."""


REASONS = {
    Reason.REFUSED: Text("refused", "未回答"), Reason.UNSURE: Text("unsure", "把握不大"),
    Reason.DISLIKED: Text("disliked", "被认为有误"),
}  # fmt: skip


@dataclass
class Gap:
    """Questions that ask the same.

    Attributes:
        questions: distinct ones, the most asked first.
        asked: how many times all of them were asked.
        reasons: how many times for which reason.
        ids: their rows.
    """

    questions: list[str]
    asked: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    ids: list[int] = field(default_factory=list)


def note(store: FaqStore, question: str, reason: Reason) -> None:
    """Keep a question that was not answered well.

    Raises:
        FAQError: the database cannot be used.
    """
    with store.session() as session:
        session.add(GapRow(
            collection=store.collection, question=question.strip(), language=language_of(question), reason=reason,
            at=now(), pair_id=None,
        ))  # fmt: skip


def gaps(store: FaqStore, vectors: QuestionVectors) -> list[Gap]:
    """Return the gaps of a collection that no draft was made of, the most asked first."""
    query = sa.select(GapRow).where(GapRow.collection == store.collection, GapRow.pair_id.is_(None)).order_by(GapRow.id)
    with store.session() as session:
        rows = list(session.scalars(query))
    texts = [text for text, _ in Counter(row.question for row in rows).most_common()]
    groups = _groups(texts, vectors)
    grouped = list(zip(texts, groups, strict=True))
    found = [Gap([text for text, group in grouped if group == g]) for g in dict.fromkeys(groups)]
    of_text = {text: found[group] for text, group in grouped}
    for row in rows:
        gap = of_text[row.question]
        gap.asked += 1
        gap.reasons[row.reason] += 1
        gap.ids.append(row.id)
    return sorted(found, key=lambda gap: -gap.asked)


def only(store: FaqStore, question: str) -> Gap:
    """Return one question as a gap, with the rows of it that no draft was made of."""
    query = sa.select(GapRow).where(GapRow.collection == store.collection, GapRow.pair_id.is_(None))
    with store.session() as session:
        rows = [row for row in session.scalars(query) if bare(row.question) == bare(question)]
        return Gap([question], len(rows), Counter(row.reason for row in rows), [row.id for row in rows])


def _groups(texts: Sequence[str], vectors: QuestionVectors) -> list[int]:
    """Return the number of the group of every text: that of the first one that asks the same."""
    embedded = vectors.of(texts)
    firsts: list[int] = []
    groups = []
    for at, text in enumerate(texts):
        likeness = embedded[firsts] @ embedded[at] if firsts else np.zeros(0)
        same = [g for g, first in enumerate(firsts) if bare(texts[first]) == bare(text) or likeness[g] >= _SAME_MEANING]
        if not same:
            firsts.append(at)
        groups.append(max(same, key=lambda g: likeness[g]) if same else len(firsts) - 1)
    return groups


def make_drafts(store: FaqStore, found: Sequence[Gap], sources: Sources, by: str) -> list[int]:
    """Make a draft without an answer of every gap, for a person to write it; return the numbers of the drafts."""
    drafts = []
    for gap in found:
        question, *others = gap.questions
        draft = Draft(question=question, answer="", similar=tuple(others), language=language_of(question), source="gap")
        drafts.append(check(draft, sources))
    with store.session() as session:
        numbers = store.add_in(session, drafts, by)
        for gap, number in zip(found, numbers, strict=True):
            session.execute(sa.update(GapRow).where(GapRow.id.in_(gap.ids)).values(pair_id=number))
    return numbers
