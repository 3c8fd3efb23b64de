"""Releases: the approved pairs as they stood once, numbered, never changed; which one answers can be turned back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session

from report_qa.errors import FAQError, FAQMissing, Text
from report_qa.faq.records import Entry, Flag, Pair, Release, State
from report_qa.faq.schema import PairRow, ReleaseRow, ServedRow
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore, apply_change, evidence_from, now
from report_qa.indexing.files import sha256_of

_RELEASABLE = (State.APPROVED, State.PUBLISHED)


@sa.event.listens_for(ReleaseRow, "before_update")
@sa.event.listens_for(ReleaseRow, "before_delete")
def _refuse(_: object, __: object, row: ReleaseRow) -> None:
    if object_session(row) is not None:
        raise RuntimeError("a release never changes")


@dataclass(frozen=True)
class Published:
    """What publishing did.

    Attributes:
        release: the new release.
        left_out: approved pairs whose evidence is no longer in the documents; they went back to review.
        carried: pairs that are being edited and stay as they were in the release before.
    """

    release: Release
    left_out: tuple[int, ...]
    carried: tuple[int, ...]


def publish(store: FaqStore, sources: Sources, by: str, note: str = "") -> Published:
    """Make a release of all approved pairs and serve it.

    Args:
        store: the collection.
        sources: the documents; evidence must be found in them.
        by: who publishes.
        note: what for.

    Raises:
        FAQError: nothing is approved, or nothing has changed since the release that is served.
    """
    served = served_release(store)
    before = {entry.id: entry for entry in served.entries} if served else {}
    approved = store.pairs(_RELEASABLE)
    lost = [pair for pair in approved if not _stands(pair, sources)]
    kept = [pair for pair in approved if pair not in lost]
    editing = [before[pair.id] for pair in store.pairs([State.IN_REVIEW]) if pair.id in before and not _stale(pair)]
    entries = sorted([*(_entry(pair) for pair in kept), *editing], key=lambda entry: entry.id)
    if not entries:
        raise FAQError(
            Text("There is nothing to publish.", "没有可发布的问答。"),
            Text("Approve pairs first: 'report-qa faq approve'.", "请先用 report-qa faq approve 通过问答。"),
        )
    raw = [asdict(entry) for entry in entries]
    digest = sha256_of(_canonical(raw))
    if served and served.sha256 == digest:
        raise FAQError(
            Text(f"Nothing has changed since release {served.number}.", f"自第 {served.number} 版发布以来没有变化。"),
            Text("Approve or retire pairs first.", "请先通过或停用问答。"),
        )
    with store.session() as session:
        number = (session.scalar(sa.select(sa.func.max(ReleaseRow.number)).where(_mine(store, ReleaseRow))) or 0) + 1
        session.add(ReleaseRow(
            collection=store.collection, number=number, at=now(), by=by, note=note, sha256=digest, entries=raw,
        ))  # fmt: skip
        session.add(ServedRow(collection=store.collection, number=number, at=now(), by=by))
        for pair in lost:
            values = {"state": State.IN_REVIEW, "flags": (*pair.flags, Flag("evidence_missing"))}
            apply_change(session, session.get_one(PairRow, pair.id), values, by, "publish")
        _mark(session, store, entries, by)
    made = release(store, number)
    return Published(made, tuple(pair.id for pair in lost), tuple(entry.id for entry in editing))


def releases(store: FaqStore) -> list[Release]:
    """Return all releases of a collection, the oldest first, without their entries."""
    with store.session() as session:
        served = _served_number(session, store)
        rows = session.scalars(sa.select(ReleaseRow).where(_mine(store, ReleaseRow)).order_by(ReleaseRow.number))
        return [_release(row, served, with_entries=False) for row in rows]


def release(store: FaqStore, number: int) -> Release:
    """Return a release with its entries.

    Raises:
        FAQError: there is none of that number, or it was altered in the database.
    """
    with store.session() as session:
        row = session.scalar(sa.select(ReleaseRow).where(_mine(store, ReleaseRow), ReleaseRow.number == number))
        if row is None:
            raise FAQMissing(
                Text(f"There is no release {number}.", f"没有第 {number} 版。"),
                Text("'report-qa faq releases' lists them.", "请用 report-qa faq releases 查看。"),
            )
        if sha256_of(_canonical(row.entries)) != row.sha256:
            raise FAQError(
                Text(f"Release {number} was altered in the database.", f"第 {number} 版在数据库中被改动过。"),
                Text("Roll back to another: 'report-qa faq rollback'.", "请用 report-qa faq rollback 退回其他版本。"),
            )
        return _release(row, _served_number(session, store), with_entries=True)


def served_number(store: FaqStore) -> int | None:
    """Return the number of the release that answers, None before the first one."""
    with store.session() as session:
        return _served_number(session, store)


def served_release(store: FaqStore) -> Release | None:
    """Return the release that answers, None before the first one."""
    number = served_number(store)
    return None if number is None else release(store, number)


def require_served(store: FaqStore) -> Release:
    """Return the release that answers.

    Raises:
        FAQError: nothing is published.
    """
    served = served_release(store)
    if served is None:
        raise FAQError(
            Text("No release is served.", "没有正在使用的发布版。"),
            Text("Publish one with 'report-qa faq publish'.", "请运行 report-qa faq publish 发布。"),
        )
    return served


def rollback(store: FaqStore, number: int, by: str) -> Release:
    """Let an earlier release (or a later one again) answer; releases themselves stay as they are.

    Raises:
        FAQError: there is none of that number.
    """
    entries = release(store, number).entries
    with store.session() as session:
        session.add(ServedRow(collection=store.collection, number=number, at=now(), by=by))
        _mark(session, store, entries, by)
    return release(store, number)


def is_withdrawn(store: FaqStore, number: int) -> bool:
    """Return whether a pair must not answer although a release holds it: it was retired, or its source has changed."""
    pair = store.get(number)
    return pair.state == State.RETIRED or _stale(pair)


def _mark(session: Session, store: FaqStore, entries: Sequence[Entry], by: str) -> None:
    """Let the states say which pairs are served at their present version."""
    current = {(entry.id, entry.version) for entry in entries}
    rows = session.scalars(sa.select(PairRow).where(_mine(store, PairRow), PairRow.state.in_(_RELEASABLE)))
    for row in rows:
        state = State.PUBLISHED if (row.id, row.version) in current else State.APPROVED
        apply_change(session, row, {"state": state}, by, "publish")


def _stands(pair: Pair, sources: Sources) -> bool:
    evidence = pair.evidence
    return evidence is not None and sources.find(evidence.quote, document=evidence.document) is not None


def _stale(pair: Pair) -> bool:
    return any(flag.code.startswith("stale_") for flag in pair.flags)


def _entry(pair: Pair) -> Entry:
    if pair.evidence is None:
        raise RuntimeError("a pair without evidence was approved")
    return Entry(
        pair.id, pair.version, pair.question, pair.answer, pair.similar, pair.negative, pair.evidence, pair.language,
        pair.updated_by,
    )  # fmt: skip


def _mine(store: FaqStore, table: Any) -> sa.ColumnElement[bool]:
    return sa.and_(table.collection == store.collection)


def _served_number(session: Session, store: FaqStore) -> int | None:
    query = sa.select(ServedRow.number).where(_mine(store, ServedRow)).order_by(ServedRow.id.desc()).limit(1)
    return session.scalar(query)


def _release(row: ReleaseRow, served: int | None, *, with_entries: bool) -> Release:
    entries = tuple(_read(raw) for raw in row.entries) if with_entries else ()
    return Release(
        row.collection,
        row.number,
        row.at,
        row.by,
        row.note,
        row.sha256,
        len(row.entries),
        row.number == served,
        entries,
    )


def _read(raw: dict[str, Any]) -> Entry:
    evidence = evidence_from(raw["evidence"])
    if evidence is None:
        raise RuntimeError("an entry without evidence")
    return Entry(**raw | {"similar": tuple(raw["similar"]), "negative": tuple(raw["negative"]), "evidence": evidence})


def _canonical(raw: Any) -> bytes:
    return json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
