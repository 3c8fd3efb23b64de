"""What people say of answers, on the page and by the API: one store, read by those who review."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from report_qa.config import Settings
from report_qa.faq.gaps import Reason, note
from report_qa.faq.store import FaqStore
from report_qa.indexing.collections import collections, in_collection
from report_qa.runtime.database import Database, now

Verdict = Literal["up", "down"]
Kind = Literal["", "wrong", "incomplete", "citation", "should_answer", "other"]
"""What is wrong with an answer, or with its being refused; empty where it was not said."""


@dataclass(frozen=True)
class Feedback:
    """One judgement of one answer.

    Attributes:
        collection: what was asked, a selection in its normal form.
        question, answer: as asked and as shown.
        outcome: ``answered``, ``refused`` or ``failed``.
        verdict: thumbs up or down.
        reason: why, in the words of who judged; may be empty.
        answer_id: the id that the API gave the answer; empty where it is not known.
        kind: why, as one of a few.
        standalone: the question as it was understood; empty where that is how it was asked.
        evidence: what the answer quotes, word for word.
        document: the document that all of it is in; empty where it is in several.
    """

    collection: str
    question: str
    answer: str
    outcome: str
    verdict: Verdict
    reason: str = ""
    answer_id: str = ""
    kind: Kind = ""
    standalone: str = ""
    evidence: tuple[str, ...] = ()
    document: str = ""

    @property
    def asked(self) -> str:
        """The question as it can be asked alone."""
        return self.standalone or self.question


@dataclass(frozen=True)
class KeptFeedback:
    """Feedback with its number, when it came (UTC, ISO 8601), by whom, and what a reviewer made of it."""

    id: int
    at: str
    by: str
    feedback: Feedback
    done: str = ""


_FIELDS = tuple(Feedback.__dataclass_fields__)


def add_feedback(connection: sqlite3.Connection, feedback: Feedback, by: str) -> KeptFeedback:
    """Keep feedback, within a transaction of :meth:`Database.transaction`."""
    names = ("at", "by", *_FIELDS)
    values = {name: getattr(feedback, name) for name in _FIELDS}
    values["evidence"] = json.dumps(feedback.evidence, ensure_ascii=False)
    marks = ", ".join("?" for _ in names)
    row = connection.execute(
        f"INSERT INTO feedback ({', '.join(names)}) VALUES ({marks}) RETURNING *", (now(), by, *values.values())
    ).fetchone()
    return _kept(row)


def note_disliked(settings: Settings, feedback: Feedback) -> None:
    """Keep the question of an answer that was called wrong for those who write pairs, where gaps are kept.

    A question that was refused is kept when it is refused.

    Raises:
        FAQError: the database of pairs cannot be used.
    """
    wrong = feedback.verdict == "down" and feedback.outcome == "answered"
    if wrong and settings.faq.gaps and feedback.collection in collections(settings):
        note(FaqStore.open(in_collection(settings, feedback.collection)), feedback.asked, Reason.DISLIKED)


def list_feedback(
    database: Database, *, verdict: Verdict | None = None, collection: str | None = None, before: int | None = None,
    waiting: bool | None = None, limit: int = 50,
) -> list[KeptFeedback]:  # fmt: skip
    """Return feedback, the newest first.

    Args:
        database: where it is kept.
        verdict: only such.
        collection: only on what was asked as this selection.
        before: only with a smaller number, to go on where a list ended.
        waiting: only what no reviewer has dealt with.
        limit: how many at most.

    Raises:
        StateUnusable: the database cannot be read.
    """
    wanted = {"verdict = ?": verdict, "collection = ?": collection, "id < ?": before}
    chosen = {condition: value for condition, value in wanted.items() if value is not None}
    conditions = [*chosen, *(["done = ''"] if waiting else [])]
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    with database.transaction() as connection:
        rows = connection.execute(
            f"SELECT * FROM feedback {where} ORDER BY id DESC LIMIT ?", (*chosen.values(), limit)
        ).fetchall()
    return [_kept(row) for row in rows]


def mark_done(connection: sqlite3.Connection, ids: Sequence[int], done: str) -> bool:
    """Note what a reviewer made of feedback, within a transaction; return whether any of it was still waiting."""
    changed = connection.executemany(
        "UPDATE feedback SET done = ? WHERE id = ? AND done = ''", [(done, one) for one in ids]
    )
    return changed.rowcount > 0


def _kept(row: sqlite3.Row) -> KeptFeedback:
    values = {name: row[name] for name in _FIELDS}
    values["evidence"] = tuple(json.loads(row["evidence"]))
    return KeptFeedback(row["id"], row["at"], row["by"], Feedback(**values), row["done"])
