"""From the records of reviewed questions and answers to those of the API."""

from __future__ import annotations

from report_qa.api.convert import message_of, picture_of, place_of
from report_qa.client import faq_records as wire
from report_qa.errors import Text
from report_qa.faq.flags import describe, grave
from report_qa.faq.match import Match
from report_qa.faq.records import Change, Entry, Evidence, Flag, Pair, Release
from report_qa.faq.releases import Published

_COPIED = ("id", "question", "answer", "type", "language", "source", "reason", "reviewer", "version", "revision",
           "created_by", "created_at", "updated_by", "updated_at")  # fmt: skip


def pair_of(pair: Pair) -> wire.Pair:
    """Return a pair."""
    return wire.Pair(
        state=pair.state.value,
        similar=list(pair.similar),
        negative=list(pair.negative),
        evidence=_evidence(pair.evidence, pair.collection) if pair.evidence else None,
        flags=[_flag(flag) for flag in pair.flags],
        **{name: getattr(pair, name) for name in _COPIED},
    )


def _flag(flag: Flag) -> wire.Flag:
    told = Text(describe(flag, "en"), describe(flag, "zh"))
    return wire.Flag(code=flag.code, grave=bool(grave([flag])), text=message_of(told))


def _evidence(evidence: Evidence, collection: str) -> wire.Evidence:
    return wire.Evidence(
        document=evidence.document,
        title=evidence.title,
        heading_path=list(evidence.path),
        quote=evidence.quote,
        lines=(evidence.first_line, evidence.last_line),
        places=[place_of(place) for place in evidence.places],
        pictures=[picture_of(picture, collection) for picture in evidence.pictures],
        cell=wire.Cell(row=evidence.cell.row, column=evidence.cell.column) if evidence.cell else None,
    )


def change_of(change: Change) -> wire.Change:
    """Return a change of a pair."""
    return wire.Change(**{name: getattr(change, name) for name in wire.Change.model_fields})


def release_of(release: Release) -> wire.Release:
    """Return a release with the entries that it has."""
    return wire.Release(**_release(release))


def published_of(published: Published) -> wire.Published:
    """Return what publishing did."""
    return wire.Published(
        **_release(published.release), left_out=list(published.left_out), carried=list(published.carried)
    )


def _release(release: Release) -> dict[str, object]:
    told: dict[str, object] = {name: getattr(release, name) for name in wire.Release.model_fields if name != "entries"}
    return told | {"entries": [_entry(entry, release.collection) for entry in release.entries]}


def _entry(entry: Entry, collection: str) -> wire.Entry:
    return wire.Entry(
        id=entry.id, version=entry.version, question=entry.question, answer=entry.answer, similar=list(entry.similar),
        negative=list(entry.negative), evidence=_evidence(entry.evidence, collection), language=entry.language,
        approved_by=entry.approved_by,
    )  # fmt: skip


def match_of(match: Match, release: int | None) -> wire.Match:
    """Return what a release has for a question."""
    candidates = [
        wire.Candidate(
            id=one.entry.id, version=one.entry.version, question=one.entry.question, answer=one.entry.answer,
            score=round(one.score, 4), wording=one.wording,
        )
        for one in match.candidates
    ]  # fmt: skip
    return wire.Match(band=match.band.value, release=release, best=round(match.best, 4), candidates=candidates)
