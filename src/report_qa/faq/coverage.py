"""Which sections have pairs, and which of their numbers and obligations nobody is asked about yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_qa.documents.section import Section
from report_qa.faq.facts import facts_of
from report_qa.faq.modality import kinds_of
from report_qa.faq.parts import statable
from report_qa.faq.records import Pair, State
from report_qa.faq.source import Sources, find_in
from report_qa.indexing.records import IndexedDocument
from report_qa.text.names import holds_name, latin_names
from report_qa.text.normalise import fold
from report_qa.text.numbers import quantities
from report_qa.text.sentences import Span


@dataclass(frozen=True)
class Gap:
    """A sentence or table row with facts that no pair asks for.

    Attributes:
        line: its first line in the source file.
        text: its words.
        missing: the numbers and obligations in it, as written there.
    """

    line: int
    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class SectionCoverage:
    """One section: its pairs, the facts in it, and those that are not asked.

    ``facts`` counts the numbers and obligations in sentences and table rows; ``asked`` those that a pair answers.
    """

    document: str
    path: tuple[str, ...]
    pairs: int
    facts: int
    asked: int
    gaps: tuple[Gap, ...]


def coverage(sources: Sources, pairs: Sequence[Pair]) -> list[SectionCoverage]:
    """Return every section of the documents, in order; rejected and retired pairs count for nothing."""
    live = [p for p in pairs if p.evidence and p.state not in {State.REJECTED, State.RETIRED}]
    by_place: dict[tuple[str, tuple[str, ...]], list[Pair]] = {}
    for pair in live:
        if pair.evidence:
            by_place.setdefault((pair.evidence.document, pair.evidence.path), []).append(pair)
    return [
        _section(document, section, by_place.get((document.name, section.path), []))
        for document, section in sources.sections()
    ]


def _section(document: IndexedDocument, section: Section, candidates: Sequence[Pair]) -> SectionCoverage:
    placed = [
        (pair, Span(place.start, place.end))
        for pair in candidates
        if pair.evidence and (place := find_in(document, section, pair.evidence.quote))
    ]
    facts = asked = 0
    gaps = []
    for span in _units(section):
        text = span.of(section.text)
        said = [p.answer for p, evidence in placed if evidence.start < span.end and span.start < evidence.end]
        held = facts_of(text)
        missing = [fact for fact in held if not _asked(fact, said)]
        facts += len(held)
        asked += len(held) - len(missing)
        if missing:
            gaps.append(Gap(section.source_lines(span.start, span.end)[0], text, tuple(missing)))
    return SectionCoverage(document.name, section.path, len(placed), facts, asked, tuple(gaps))


def _units(section: Section) -> list[Span]:
    rows = [Span(start, end) for placed in section.tables for start, end in placed.row_spans]
    return sorted([*statable(section), *rows], key=lambda span: span.start)


def _asked(fact: str, answers: Sequence[str]) -> bool:
    if latin_names(fact):
        return any(holds_name(answer, fact) for answer in answers)
    wanted, obligation = quantities(fold(fact)), kinds_of(fact)
    for answer in answers:
        held = quantities(fold(answer))
        if wanted and any(wanted[0].equals(other) for other in held):
            return True
        if not wanted and obligation.keys() & kinds_of(answer).keys():
            return True
    return False
