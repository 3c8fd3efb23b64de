"""What people say of answers: kept with the question, so that reviewers see it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from report_qa.runtime.database import Database, now

Verdict = Literal["up", "down"]


@dataclass(frozen=True)
class Feedback:
    """One judgement of one answer.

    Attributes:
        collection: what was asked.
        question, answer: as asked and as shown.
        outcome: ``answered``, ``refused`` or ``failed``.
        verdict: thumbs up or down.
        reason: why, in the words of who judged; may be empty.
        answer_id: the id that the API gave the answer; empty where it is not known.
    """

    collection: str
    question: str
    answer: str
    outcome: str
    verdict: Verdict
    reason: str = ""
    answer_id: str = ""


@dataclass(frozen=True)
class KeptFeedback:
    """Feedback with its number, when it came (UTC, ISO 8601) and by whom."""

    id: int
    at: str
    by: str
    feedback: Feedback


_FIELDS = tuple(Feedback.__dataclass_fields__)


def add_feedback(connection: sqlite3.Connection, feedback: Feedback, by: str) -> KeptFeedback:
    """Keep feedback, within a transaction of :meth:`Database.transaction`."""
    names = ("at", "by", *_FIELDS)
    values = (now(), by, *(getattr(feedback, name) for name in _FIELDS))
    marks = ", ".join("?" for _ in names)
    row = connection.execute(
        f"INSERT INTO feedback ({', '.join(names)}) VALUES ({marks}) RETURNING *", values
    ).fetchone()
    return _kept(row)


def list_feedback(
    database: Database, *, verdict: Verdict | None = None, collection: str | None = None, before: int | None = None,
    limit: int = 50,
) -> list[KeptFeedback]:  # fmt: skip
    """Return feedback, the newest first.

    Args:
        database: where it is kept.
        verdict: only such.
        collection: only of this one.
        before: only with a smaller number, to go on where a list ended.
        limit: how many at most.

    Raises:
        StateUnusable: the database cannot be read.
    """
    wanted = {"verdict = ?": verdict, "collection = ?": collection, "id < ?": before}
    chosen = {condition: value for condition, value in wanted.items() if value is not None}
    where = f"WHERE {' AND '.join(chosen)}" if chosen else ""
    with database.transaction() as connection:
        rows = connection.execute(
            f"SELECT * FROM feedback {where} ORDER BY id DESC LIMIT ?", (*chosen.values(), limit)
        ).fetchall()
    return [_kept(row) for row in rows]


def _kept(row: sqlite3.Row) -> KeptFeedback:
    return KeptFeedback(row["id"], row["at"], row["by"], Feedback(*(row[name] for name in _FIELDS)))
