"""Pairs in the database: added, changed field by field with their history, undone; nobody overwrites another's work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from report_qa.config import Settings
from report_qa.errors import FAQConflict, FAQError, FAQMissing, Text
from report_qa.faq.database import database_errors, open_database
from report_qa.faq.records import CONTENT, STATE_NAMES, STEPS, Change, Draft, Evidence, Flag, Pair, State
from report_qa.faq.schema import ChangeRow, PairRow
from report_qa.indexing.collections import DEFAULT, collection_of

_EVIDENCE = TypeAdapter(Evidence)
_NOTED = ("undo", "compare", "round trip")
"""What was found beside other pairs, or taken back, is nothing to take back."""
BATCH = 1000
"""Pairs that are written by one statement, so that an import of very many holds few of them twice."""
_UNDOABLE = ("edit", "approve", "reject", "retire", "assign", "reopen", "merge")


def now() -> str:
    """Return the time in UTC as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class FaqStore:
    """The pairs of one collection.

    Args:
        engine: the opened database.
        collection: its name.

    All methods raise :class:`FAQError` where the database cannot be used.
    """

    def __init__(self, engine: sa.Engine, collection: str = DEFAULT) -> None:
        self._engine = engine
        self.collection = collection

    @classmethod
    def open(cls, settings: Settings) -> FaqStore:
        """Open the settings' database for their collection, making or migrating it where needed."""
        return cls(open_database(settings), collection_of(settings)[0])

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction: all of it is written, or nothing."""
        with database_errors():
            try:
                with Session(self._engine, expire_on_commit=False) as session, session.begin():
                    yield session
            except StaleDataError as error:
                raise _conflict() from error

    def add(self, drafts: Sequence[Draft], by: str) -> list[int]:
        """Store drafts; return their numbers."""
        with self.session() as session:
            return self.add_in(session, drafts, by)

    def add_in(self, session: Session, drafts: Sequence[Draft], by: str) -> list[int]:
        """As :meth:`add`, within a transaction of the caller's."""
        numbers: list[int] = []
        for start in range(0, len(drafts), BATCH):
            rows = [self._new(draft, by) for draft in drafts[start : start + BATCH]]
            insert = sa.insert(PairRow).returning(PairRow.id, sort_by_parameter_order=True)
            made = session.scalars(insert, rows).all()
            created = [_created(number, by, row["created_at"]) for number, row in zip(made, rows, strict=True)]
            session.execute(sa.insert(ChangeRow), created)
            numbers += made
        return numbers

    def _new(self, draft: Draft, by: str) -> dict[str, Any]:
        at = now()
        return {
            "collection": self.collection, "document": draft.evidence.document if draft.evidence else "",
            "state": State.DRAFT.value, "reason": "", "reviewer": "", "version": 1, "revision": 1, "created_by": by,
            "created_at": at, "updated_by": by, "updated_at": at,
            **{f.name: _plain(getattr(draft, f.name)) for f in fields(Draft)},
        }  # fmt: skip

    def get(self, number: int) -> Pair:
        """Return a pair.

        Raises:
            FAQError: there is none of that number.
        """
        with self.session() as session:
            return _pair(self._row(session, number))

    def pairs(
        self, states: Sequence[State] = (), *, document: str = "", flag: str = "", text: str = "",
        reviewer: str | None = None,
    ) -> list[Pair]:  # fmt: skip
        """Return the pairs that fit all filters, flagged ones first, then in the order of their numbers.

        Args:
            states: any of these; empty for all.
            document: name of the document that they rest on.
            flag: code of a flag that they carry.
            text: words in question, answer, similar questions or the headings above the evidence, whatever their case.
            reviewer: to whom they are assigned; empty for nobody.
        """
        query = sa.select(PairRow).where(PairRow.collection == self.collection)
        if states:
            query = query.where(PairRow.state.in_(states))
        if document:
            query = query.where(PairRow.document == document)
        if reviewer is not None:
            query = query.where(PairRow.reviewer == reviewer)
        with self.session() as session:
            found = [_pair(row) for row in session.scalars(query.order_by(PairRow.id))]
        wanted = text.casefold()
        found = [
            pair
            for pair in found
            if (not flag or any(f.code == flag for f in pair.flags))
            and (not wanted or wanted in _words_of(pair).casefold())
        ]
        return sorted(found, key=lambda pair: (not pair.flags, pair.id))

    def counts(self) -> dict[State, int]:
        """Return how many pairs are in each state."""
        query = (
            sa.select(PairRow.state, sa.func.count())
            .where(PairRow.collection == self.collection)
            .group_by(PairRow.state)
        )
        with self.session() as session:
            found = {State(state): count for state, count in session.execute(query)}
        return {state: found.get(state, 0) for state in State}

    def newest_change(self) -> int:
        """Return the number of the newest change of any pair, which tells whether anything has changed; 0 for none."""
        with self.session() as session:
            return session.scalar(sa.select(sa.func.max(ChangeRow.id))) or 0

    def change(
        self, number: int, values: Mapping[str, Any], by: str, action: str = "edit", *, revision: int | None = None
    ) -> Pair:
        """Change fields of a pair, all of them or none, and note what they were.

        Args:
            number: the pair.
            values: new values by field of :class:`Pair`.
            by: who changes it.
            action: what is being done, as the history shows it.
            revision: the one that the change was made from; None takes the present one.

        Raises:
            FAQConflict: somebody changed the pair since that revision.
            FAQError: no such pair, or its state does not allow the step.
        """
        with self.session() as session:
            row = self._row(session, number)
            if revision is not None and row.revision != revision:
                raise _conflict(row)
            apply_change(session, row, values, by, action)
            session.flush()
            return _pair(row)

    def history(self, number: int) -> list[Change]:
        """Return every change of a pair, the oldest first."""
        query = sa.select(ChangeRow).where(ChangeRow.pair_id == number).order_by(ChangeRow.id)
        with self.session() as session:
            self._row(session, number)
            return [
                Change(r.pair_id, r.revision, r.at, r.by, r.action, r.field, r.old, r.new, r.undone)
                for r in session.scalars(query)
            ]

    def undo(self, number: int, by: str, after: Callable[[Session, Pair], None] = lambda session, pair: None) -> Pair:
        """Take back the newest change that is not taken back yet; doing it again goes further back.

        Args:
            number: the pair.
            by: who takes it back.
            after: given the pair as it then is, before it is written; what it raises leaves all as it was.

        Raises:
            FAQError: there is nothing to take back; releases are taken back by rolling back.
        """
        with self.session() as session:
            row = self._row(session, number)
            changes = session.scalars(
                sa.select(ChangeRow)
                .where(ChangeRow.pair_id == number, ~ChangeRow.undone, ChangeRow.action.not_in(_NOTED))
                .order_by(ChangeRow.revision.desc(), ChangeRow.id)
            ).all()
            last = [change for change in changes if change.revision == changes[0].revision]
            if not last or last[0].action not in _UNDOABLE:
                raise FAQError(
                    Text(f"Pair {number} has nothing to undo.", f"第 {number} 条没有可撤销的更改。"),
                    Text("'report-qa faq rollback' takes back a release.", "撤销发布请用 report-qa faq rollback。"),
                )
            values = {change.field: change.old for change in last if change.field != "version"}
            apply_change(session, row, values, by, "undo")
            for change in last:
                change.undone = True
            session.flush()
            after(session, _pair(row))
            session.flush()
            return _pair(row)

    def _row(self, session: Session, number: int) -> PairRow:
        row = session.get(PairRow, number)
        if row is None or row.collection != self.collection:
            raise FAQMissing(
                Text(f"There is no pair {number}.", f"没有第 {number} 条问答。"),
                Text("'report-qa faq list' shows the numbers.", "请用 report-qa faq list 查看编号。"),
            )
        return row


def apply_change(session: Session, row: PairRow, values: Mapping[str, Any], by: str, action: str) -> None:
    """Set fields of a row and note each that differs; what readers see makes a new version.

    Raises:
        FAQError: the state does not allow the step.
    """
    plain = {name: _plain(value) for name, value in values.items()}
    differing = {name: value for name, value in plain.items() if getattr(row, name) != value}
    if not differing:
        return
    if "state" in differing and action != "undo":
        _require_step(row, State(differing["state"]))
    if any(name in CONTENT for name in differing):
        differing["version"] = row.version + 1
    for name, value in differing.items():
        session.add(_change(row.id, row.revision + 1, by, action, name, getattr(row, name), value))
        setattr(row, name, value)
    if "evidence" in differing:
        row.document = (row.evidence or {}).get("document", "")
    row.updated_by, row.updated_at = by, now()


def _require_step(row: PairRow, wanted: State) -> None:
    present = State(row.state)
    if wanted not in STEPS[present]:
        names = STATE_NAMES[present], STATE_NAMES[wanted]
        raise FAQError(
            Text(
                f"Pair {row.id} is {names[0].en} and cannot become {names[1].en}.",
                f"第 {row.id} 条{names[0].zh}，不能变为{names[1].zh}。",
            ),
            Text("'report-qa faq show' tells what became of it.", "请用 report-qa faq show 查看其状态。"),
        )


def _conflict(row: PairRow | None = None) -> FAQConflict:
    who = Text(f"{row.updated_by} changed pair {row.id}", f"{row.updated_by} 修改了第 {row.id} 条") if row else None
    return FAQConflict(
        Text(
            f"{who.en if who else 'Somebody changed the pair'} in the meantime; your change was not saved.",
            f"在此期间，{who.zh if who else '该条已被他人修改'}；你的修改没有保存。",
        ),
        Text("Load it again and repeat the change.", "请重新载入后再改。"),
        retryable=True,
    )


def _change(pair: int, revision: int, by: str, action: str, field: str, old: Any, new: Any) -> ChangeRow:
    return ChangeRow(
        pair_id=pair, revision=revision, at=now(), by=by, action=action, field=field, old=old, new=new, undone=False
    )


def _created(pair: int, by: str, at: str) -> dict[str, Any]:
    return {
        "pair_id": pair, "revision": 1, "at": at, "by": by, "action": "create", "field": "state", "old": None,
        "new": State.DRAFT.value, "undone": False,
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Evidence | Flag):
        return {name: _plain(inner) for name, inner in asdict(value).items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, State) else value


def evidence_from(raw: Mapping[str, Any] | None) -> Evidence | None:
    """Return stored evidence."""
    return _EVIDENCE.validate_python(raw) if raw else None


def _words_of(pair: Pair) -> str:
    return "\n".join((pair.question, pair.answer, *pair.similar, pair.evidence.heading if pair.evidence else ""))


def _pair(row: PairRow) -> Pair:
    values = {f.name: getattr(row, f.name) for f in fields(Pair)}
    return Pair(**values | {
        "similar": tuple(row.similar), "negative": tuple(row.negative), "evidence": evidence_from(row.evidence),
        "flags": tuple(Flag(**flag) for flag in row.flags), "state": State(row.state),
    })  # fmt: skip
