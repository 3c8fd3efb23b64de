"""Citation markers of an answer -> citations, by pure functions over the passages that were given.

A marker that names no passage is reported, never shown. A statement that carries no marker, or one whose
passage does not hold its numbers, is given the marker of the passage that supports it best.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from report_qa.qa import illustrate
from report_qa.qa.records import Citation, Passage
from report_qa.qa.verify import Support, check_statement
from report_qa.text.normalise import fold, language_of
from report_qa.text.numbers import quantities
from report_qa.text.sentences import Span, sentence_spans
from report_qa.text.tokens import search_tokens

_MARKER = re.compile(
    r"\s*[\[【［]\s*(?:\^|来源|资料|段落|sources?|passages?)?\s*(\d{1,3}(?:\s*[-–~,，、;；]\s*\d{1,3})*)\s*[\]】］]",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d+)\s*[-–~]\s*(\d+)")
_WIDEST_RANGE = 20
_CELL = " | "
_GAP = " … "
"""Between what bears out the different statements that cite a passage."""
_TRAILING = re.compile(r"([。．.!！?？；;]*)\s*$")


@dataclass(frozen=True)
class Statement:
    """One sentence of an answer, or what is quoted of a document.

    Attributes:
        text: what it says, without markers.
        markers: the numbers of the passages it cites.
        span: where it is quoted from, as a range of the text of the section that it cites; None where it is written.
        beside: whether it is quoted beside the best one, and may answer something else.
    """

    text: str
    markers: tuple[int, ...]
    span: Span | None = None
    beside: bool = False


@dataclass(frozen=True)
class _Rest:
    """What a statement rests on, and the offset in the answer's text where the statement ends."""

    said: str
    support: illustrate.Support
    ends: int


@dataclass(frozen=True)
class CitedAnswer:
    """An answer with resolved citations.

    Attributes:
        text: the statements with a ``[n]`` marker each, numbers as in ``citations``.
        citations: one for every marker.
        unknown_markers: markers that name no passage, as written.
        unsupported, unverifiable: what the checks did not find; see :class:`report_qa.qa.verify.Support`.
    """

    text: str
    citations: tuple[Citation, ...]
    unknown_markers: tuple[str, ...]
    unsupported: tuple[str, ...]
    unverifiable: tuple[str, ...]


def strip_markers(text: str) -> str:
    """Return an answer without its citation markers."""
    return _MARKER.sub("", text).strip()


def parse_statements(text: str) -> list[Statement]:
    """Cut an answer into statements and take their markers off.

    A marker belongs to the sentence it stands in or right behind; ``[1, 2]`` is two markers, and full-width
    brackets count.
    """
    # a marker behind the full stop belongs to the sentence before it
    text = re.sub(rf"([。．.!！?？]+)((?:{_MARKER.pattern})+)", r"\2\1", text)
    statements = []
    for span in sentence_spans(text):
        sentence = span.of(text)
        markers = [number for group in _MARKER.findall(sentence) for number in _numbers_of(group)]
        plain = _MARKER.sub("", sentence).strip()
        if plain:
            statements.append(Statement(plain, tuple(dict.fromkeys(markers))))
    return statements


def _numbers_of(group: str) -> list[int]:
    """Return the numbers of one marker; a range such as ``1-3`` stands for all in it."""

    def spread(match: re.Match[str]) -> str:
        first, last = int(match[1]), int(match[2])
        wide = not first <= last <= first + _WIDEST_RANGE
        return match[0] if wide else " ".join(str(number) for number in range(first, last + 1))

    return [int(number) for number in re.findall(r"\d+", _RANGE.sub(spread, group))]


def resolve(text: str, passages: Sequence[Passage], *, question: str = "") -> CitedAnswer:
    """Resolve the markers of what a model wrote; see :func:`cite_statements`."""
    return cite_statements(parse_statements(text), passages, question=question)


def cite_statements(statements: Sequence[Statement], passages: Sequence[Passage], *, question: str = "") -> CitedAnswer:
    """Resolve the markers of statements over the passages they rest on.

    Args:
        statements: the answer, piece by piece; each is given its markers at its end.
        passages: what it was made from.
        question: what was asked; see :func:`report_qa.qa.verify.check_statement`.
    """
    by_number = {passage.number: passage for passage in passages}
    whole = " ".join(statement.text for statement in statements)
    unknown: list[str] = []
    unsupported: list[str] = []
    unverifiable: list[str] = []
    said = ""
    joiner = "" if language_of(whole) == "zh" else " "
    rests: list[_Rest] = []
    for statement in statements:
        unknown += [f"[{n}]" for n in statement.markers if n not in by_number]
        claimed = [by_number[n] for n in statement.markers if n in by_number]
        chosen, support = _attribute(statement.text, claimed, passages, question, whole)
        unsupported += support.unsupported
        unverifiable += support.unverifiable
        said = _joined(said, joiner, _with_markers(statement.text, [passage.number for passage in chosen]))
        rests += [_Rest(statement.text, _support(statement, passage), len(said)) for passage in chosen]
    return CitedAnswer(
        said, _citations(rests), tuple(dict.fromkeys(unknown)), tuple(dict.fromkeys(unsupported)),
        tuple(dict.fromkeys(unverifiable)),
    )  # fmt: skip


def _joined(said: str, joiner: str, more: str) -> str:
    """Return an answer and its next statement; what has lines of its own, such as a procedure, stays on them."""
    if not said:
        return more
    return said + ("\n" if "\n" in said + more else joiner) + more


def _attribute(
    text: str, claimed: Sequence[Passage], passages: Sequence[Passage], question: str, whole: str
) -> tuple[list[Passage], Support]:
    """Return the passages that a statement rests on: the best one, and others only for what it does not hold."""

    def check(chosen: Sequence[Passage]) -> Support:
        return check_statement(text, _source(chosen), question=question, whole_answer=whole)

    ranked = sorted(
        passages,
        key=lambda p: (-len(check([p]).supported), p not in claimed, -_overlap(text, p), p.number),
    )
    chosen: list[Passage] = ranked[:1]
    support = check(chosen)
    for passage in ranked[1:]:
        if not support.unsupported:
            break
        wider = check([*chosen, passage])
        if len(wider.unsupported) < len(support.unsupported):
            chosen, support = [*chosen, passage], wider
    return sorted(chosen, key=lambda passage: passage.number), support


def _source(passages: Sequence[Passage]) -> str:
    return "\n".join("\n".join((p.title, *p.path, p.section_text, p.text)) for p in passages)


def _overlap(text: str, passage: Passage) -> float:
    """Return the share of a statement's words that the passage holds (0 across languages, but for shared names)."""
    words = set(search_tokens(text))
    if not words:
        return 0.0
    return len(words & set(search_tokens(f"{passage.heading}\n{passage.text}"))) / len(words)


def _with_markers(text: str, numbers: Sequence[int]) -> str:
    markers = "".join(f"[{number}]" for number in numbers)
    match = _TRAILING.search(text)
    end = match.start(1) if match else len(text)
    space = "" if language_of(text) == "zh" else " "
    return f"{text[:end].rstrip()}{space}{markers}{text[end:].strip()}" if markers else text


def cite_range(passage: Passage, start: int, end: int, quote: str) -> Citation:
    """Return the citation of a range of a passage's section.

    Args:
        passage: what is cited.
        start, end: the range of ``passage.section_text`` that supports what is quoted.
        quote: what it says.
    """
    section = passage.section
    if section is None:
        return Citation(passage.number, passage, ((start, end),), quote)
    places, pictures = section.places_of(start, end), section.pictures_of(start, end)
    return Citation(passage.number, passage, ((start, end),), quote, places, pictures)


def _support(statement: Statement, passage: Passage) -> illustrate.Support:
    """Return the words of a passage that a statement rests on: what it quotes, or else what is most like it."""
    text = passage.section_text
    ranges = [Span(start, end) for start, end in passage.spans]
    if statement.span and passage.number in statement.markers[:1]:
        if _CELL not in statement.span.of(text):
            return illustrate.Support(passage, statement.span.start, statement.span.end, statement.beside)
        ranges = [statement.span]  # of the rows that a statement about a table rests on, the best
    spans = [span for within in ranges for span in _sentences_within(text, within)] or [Span(0, len(text))]
    best = max(spans, key=lambda span: (_shared(statement.text, span.of(text)), -span.start))
    return illustrate.Support(passage, best.start, best.end, statement.beside)


def _citations(rests: Sequence[_Rest]) -> tuple[Citation, ...]:
    """Return a citation for every passage that statements rest on, by number, with what each brings."""
    cited: dict[int, Citation] = {}
    for rest, pictures in zip(rests, illustrate.choose_pictures([rest.support for rest in rests]), strict=True):
        support = rest.support
        new = cite_range(support.passage, support.start, support.end, support.text)
        highlights = _highlights(rest.said, support.passage.section_text, Span(support.start, support.end))
        old = cited.get(new.number) or replace(new, highlights=(), places=(), pictures=())
        cited[new.number] = replace(
            old,
            quote=old.quote if new.quote in old.quote else f"{old.quote}{_GAP}{new.quote}",
            highlights=tuple(sorted({*old.highlights, *highlights})),
            places=tuple(dict.fromkeys((*old.places, *new.places))),
            pictures=tuple(dict.fromkeys((*old.pictures, *pictures))),
            pictures_at=old.pictures_at if old.pictures_at or not pictures else rest.ends,
        )
    return tuple(cited[number] for number in sorted(cited))


def _sentences_within(text: str, within: Span) -> list[Span]:
    return [Span(within.start + span.start, within.start + span.end) for span in sentence_spans(within.of(text))]


def _shared(said: str, sentence: str) -> float:
    """Return how much of what was said a sentence supports: numbers weigh most, then rare shared words."""
    held = quantities(fold(sentence))
    numbers = sum(1 for q in quantities(fold(said)) if any(q.equals(other) for other in held))
    words = set(search_tokens(said)) & set(search_tokens(sentence))
    return 3.0 * numbers + sum(min(len(word), 4) / 4 for word in words)


def _highlights(said: str, text: str, best: Span) -> tuple[tuple[int, int], ...]:
    """Return the ranges to mark: the supporting sentence; in a table row, only the cells that were used if known."""
    sentence = best.of(text)
    if _CELL not in sentence:
        return ((best.start, best.end),)
    asked = quantities(fold(said))
    ranges = []
    offset = best.start
    for position, cell in enumerate(sentence.split(_CELL)):
        used = position == 0 or any(q.equals(a) for q in quantities(fold(cell)) for a in asked)
        if used and cell:
            ranges.append((offset, offset + len(cell)))
        offset += len(cell) + len(_CELL)
    return tuple(ranges)
