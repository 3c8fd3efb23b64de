"""Ranked windows -> the passages that a language model reads, within a budget of tokens.

A small model answers from few, short, exact passages and mixes up neighbouring facts in long ones, so the best
windows are taken, wherever they stand, and put back into the order of their sections.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from report_qa.config import RetrievalSettings
from report_qa.documents.chunks import STATEMENTS, Chunk
from report_qa.qa.records import Passage
from report_qa.qa.retrieve import SectionHit
from report_qa.qa.windows import Window, same

_STATEMENTS_PER_SECTION = 6
_ASIDES = frozenset({"note", "question"})


def build_passages(
    groups: Sequence[Sequence[Window]], settings: RetrievalSettings, count_tokens: Callable[[str], int]
) -> tuple[Passage, ...]:
    """Return what is read, a passage a section, numbered from 1 in the order of their best windows.

    Args:
        groups: candidates for each part of the question, best first; the best one of each is always read.
        settings: how many sections, and how many tokens in all, for each part.
        count_tokens: the language model's token count.
    """
    taken: dict[int, list[Chunk]] = {}
    hits: dict[int, SectionHit] = {}
    for windows in groups:
        left = settings.context_tokens
        sections: set[int] = set()
        for window in windows:
            position = window.hit.ref.position
            mine = taken.get(position, [])
            known = position in sections
            if (known and window.chunk.kind in _ASIDES) or (not known and len(sections) == settings.sections):
                continue
            cost = count_tokens(window.chunk.text) + (0 if mine else count_tokens(window.heading))
            if not sections or (cost <= left and not _redundant(window.chunk, mine, taken)):
                sections.add(position)
                hits[position] = window.hit
                left -= cost
                if window.chunk not in mine:
                    taken.setdefault(position, []).append(window.chunk)
    return tuple(_passage(number, hits[position], taken[position]) for number, position in enumerate(taken, start=1))


def _redundant(chunk: Chunk, mine: Sequence[Chunk], taken: Mapping[int, Sequence[Chunk]]) -> bool:
    """Whether a chunk adds nothing: its table row is there already, its table has had its share, or it is a copy."""
    if chunk.kind in STATEMENTS:
        statements = [c for c in mine if c.kind in STATEMENTS]
        if len(statements) >= _STATEMENTS_PER_SECTION:
            return True
        if chunk.kind in {"row", "cell"} and any(
            {c.kind, chunk.kind} == {"row", "cell"} and c.start <= chunk.start <= c.end for c in statements
        ):
            return True
    return any(same(chunk.text, other.text) for chunks in taken.values() for other in chunks)


def _passage(number: int, hit: SectionHit, chunks: Sequence[Chunk]) -> Passage:
    section = hit.ref.section
    # the order of the document, statements about a table after the text around it
    chunks = sorted(chunks, key=lambda c: (c.kind in STATEMENTS, c.start, c.end))
    return Passage(
        number=number,
        document=section.document,
        title=hit.ref.document.title,
        path=section.path,
        text="\n".join(chunk.text for chunk in chunks),
        section_text=section.text,
        spans=tuple((chunk.start, chunk.end) for chunk in chunks),
        first_line=min(chunk.first_line for chunk in chunks),
        last_line=max(chunk.last_line for chunk in chunks),
        chunk_ids=tuple(chunk.id for chunk in chunks),
        scores=hit.channels,
        section=section,
    )
