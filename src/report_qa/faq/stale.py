"""What a change of the documents does to pairs: their evidence is unchanged, moved, changed, or gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from report_qa.config import Settings
from report_qa.faq.database import database_exists
from report_qa.faq.parts import statable
from report_qa.faq.records import LIVE, Evidence, Flag, Pair, State
from report_qa.faq.source import Place, Sources
from report_qa.faq.store import FaqStore

_NEAR = 0.5
"""Similarity (difflib's ratio) from which a sentence is taken for the changed form of the evidence."""
_BY = "report-qa"
_STALE = frozenset({"stale_changed", "stale_gone"})


@dataclass(frozen=True)
class Stale:
    """A pair whose evidence is no longer in the documents.

    Attributes:
        pair: its number; ``question`` what it answers.
        old: the evidence as it was.
        new: the nearest words now; None where the source is gone.
    """

    pair: int
    question: str
    old: str
    new: str | None


@dataclass(frozen=True)
class StaleReport:
    """How the evidence of all live pairs stands; ``moved`` and ``unchanged`` count pairs."""

    unchanged: int
    moved: int
    changed: tuple[Stale, ...]
    gone: tuple[Stale, ...]

    @property
    def any(self) -> bool:
        """Whether there are pairs with evidence at all."""
        return bool(self.unchanged or self.moved or self.changed or self.gone)


def find_stale(settings: Settings) -> StaleReport:
    """Compare the evidence of the pairs of the settings' collection with its index, and note what is found.

    Moved evidence is corrected. Pairs whose evidence has changed or is gone go back to review, flagged, and are served
    no more; the flag goes when they are edited, or when the old words are back.

    Raises:
        FAQError: the database cannot be used.
        IndexUnusable: there is no index, or it is damaged.
    """
    store, sources = FaqStore.open(settings), Sources.open(settings.paths.index, empty=True)
    unchanged = moved = 0
    changed: list[Stale] = []
    gone: list[Stale] = []
    for pair in store.pairs(LIVE):
        if pair.evidence is None:
            continue
        place = _stands(pair.evidence, sources)
        if place is None:
            nearest = _nearest(pair.evidence, sources)
            found = Stale(pair.id, pair.question, pair.evidence.quote, nearest)
            (gone if nearest is None else changed).append(found)
            _flag(store, pair, Flag("stale_gone") if nearest is None else Flag("stale_changed", nearest))
        elif place.evidence() == pair.evidence:
            unchanged += 1
            _unflag(store, pair)
        else:
            moved += 1
            kept = tuple(flag for flag in pair.flags if flag.code not in _STALE)
            store.change(pair.id, {"evidence": place.evidence(), "flags": kept}, _BY, "move")
    return StaleReport(unchanged, moved, tuple(changed), tuple(gone))


def note_stale(settings: Settings) -> StaleReport | None:
    """Do what :func:`find_stale` does, where there are pairs; return what it found, None where there are none."""
    if not database_exists(settings):
        return None
    found = find_stale(settings)
    return found if found.any else None


def _stands(evidence: Evidence, sources: Sources) -> Place | None:
    there = sources.place_of(evidence)
    return there or sources.place_of(replace(evidence, document=""))


def _nearest(evidence: Evidence, sources: Sources) -> str | None:
    """Return what stands in the evidence's document instead of it, None if nothing is like it."""
    best, nearest = _NEAR, None
    for document, section in sources.sections():
        if document.name != evidence.document:
            continue
        spans = [(span.start, span.end) for span in statable(section)]
        spans += [span for placed in section.tables for span in placed.row_spans]
        for start, end in spans:
            text = section.text[start:end]
            matcher = SequenceMatcher(None, evidence.quote, text, autojunk=False)
            if matcher.real_quick_ratio() >= best and matcher.quick_ratio() >= best and matcher.ratio() >= best:
                best, nearest = matcher.ratio(), text
    return nearest


def _flag(store: FaqStore, pair: Pair, flag: Flag) -> None:
    values: dict[str, Any] = {"flags": (*(f for f in pair.flags if f.code not in _STALE), flag)}
    if pair.state in {State.APPROVED, State.PUBLISHED}:
        values["state"] = State.IN_REVIEW
    store.change(pair.id, values, _BY, "stale")


def _unflag(store: FaqStore, pair: Pair) -> None:
    kept = tuple(flag for flag in pair.flags if flag.code not in _STALE)
    if kept != pair.flags:
        store.change(pair.id, {"flags": kept}, _BY, "stale")
