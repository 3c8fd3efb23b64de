"""Ranked sections -> the passages that a language model reads, within a budget of tokens.

A small model answers from few, short, exact passages and mixes up neighbouring facts in long ones, so the
best windows are taken first, wherever they stand; what then still fits restores the section around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from report_qa.config import RetrievalSettings
from report_qa.documents.chunks import Chunk
from report_qa.indexing.library import Library
from report_qa.qa.records import Passage
from report_qa.qa.retrieve import SectionHit
from report_qa.text.tokens import search_tokens

_SECTION_SHARE = 0.5
"""How much a section's score counts beside its window's own when windows compete for the budget."""
_LAST = ("", "note", "question")
_NOTE_PENALTY = 100.0
"""Captions and survey questions resemble the reader's question more than its answer does: they help to find a
section, but are read only where it has nothing else; notes also when the question is about them."""
_ABOUT_NOTES = re.compile(
    r"样本|问卷|调[查研]|受访|多少[人家份]|来源|出处|谁[做写]|注|"
    r"\b(?:samples?|survey|respondents?|how many|sources?|who|notes?)\b",
    re.IGNORECASE,
)
_EXTREME_BONUS = 2.5
"""Added to a statement of highest and lowest when the question asks for one, taken off when it does not."""
_SUPERLATIVE = re.compile(
    r"最|哪[一个家行类种些]*(?:更|比较)|排(?:第一|在前|名)|第一名|垫底|领先|倒数|"
    r"\b(?:most|least|highest|lowest|biggest|smallest|largest|best|worst|top|fewest|longest|shortest|slowest|fastest|"
    r"\w{3,}est|number one|leads?|last)\b",
    re.IGNORECASE,
)
_STATEMENTS_PER_SECTION = 6
_STATEMENTS = frozenset({"cell", "row", "column", "extreme"})
_DUPLICATE_OVERLAP = 0.9
"""Jaccard overlap of words above which two windows with the same numbers say the same."""
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


def build_passages(
    question: str,
    hits: Sequence[SectionHit],
    library: Library,
    settings: RetrievalSettings,
    count_tokens: Callable[[str], int],
) -> tuple[Passage, ...]:
    """Return what is read of the best sections, numbered from 1 in the order of the ranking.

    Args:
        question: what was asked, with its rewrites; decides whether extremes of tables are wanted.
        hits: sections, best first.
        library: what they are from.
        settings: how many sections, and how many tokens in all.
        count_tokens: the language model's token count.
    """
    top = list(hits[: settings.sections])
    taken: dict[int, list[Chunk]] = {}
    left = settings.context_tokens
    about_notes = bool(_ABOUT_NOTES.search(question))
    for hit, chunk in _by_score(top, library, bool(_SUPERLATIVE.search(question))):
        mine = taken.get(hit.ref.position, [])
        if mine and (chunk.kind == "question" or (chunk.kind == "note" and not about_notes)):
            continue
        cost = count_tokens(chunk.text)
        if not mine:
            cost += count_tokens(hit.ref.section.title or hit.ref.document.title)
        if (cost <= left or not taken) and not _redundant(chunk, mine, taken):
            taken.setdefault(hit.ref.position, []).append(chunk)
            left -= cost
    found = [hit for hit in top if hit.ref.position in taken]
    return tuple(_passage(number, hit, taken[hit.ref.position]) for number, hit in enumerate(found, start=1))


def _by_score(top: Sequence[SectionHit], library: Library, superlative: bool) -> list[tuple[SectionHit, Chunk]]:
    """Return the chunks of the best sections in the order in which they compete for the budget."""
    scored = []
    for hit in top:
        for one in hit.chunks:
            chunk = library.chunks[one.position]
            bonus = -_NOTE_PENALTY * _LAST.index(chunk.kind) if chunk.kind in _LAST else 0.0
            if chunk.kind == "extreme":
                bonus = _EXTREME_BONUS if superlative else -_EXTREME_BONUS
            scored.append((one.score + _SECTION_SHARE * hit.score + bonus, hit, chunk))
    scored.sort(key=lambda one: -one[0])
    return [(hit, chunk) for _, hit, chunk in scored]


def _redundant(chunk: Chunk, mine: Sequence[Chunk], taken: Mapping[int, Sequence[Chunk]]) -> bool:
    """Whether a chunk adds nothing: its table row is there already, its table has had its share, or it is a copy."""
    if chunk.kind in _STATEMENTS:
        statements = [c for c in mine if c.kind in _STATEMENTS]
        if len(statements) >= _STATEMENTS_PER_SECTION:
            return True
        if chunk.kind in {"row", "cell"} and any(
            {c.kind, chunk.kind} == {"row", "cell"} and c.start <= chunk.start <= c.end for c in statements
        ):
            return True
    return any(_same(chunk.text, other.text) for chunks in taken.values() for other in chunks)


def _same(a: str, b: str) -> bool:
    if a == b:
        return True
    if sorted(_DIGITS.findall(a)) != sorted(_DIGITS.findall(b)):
        return False
    words_a, words_b = set(search_tokens(a)), set(search_tokens(b))
    union = words_a | words_b
    return bool(union) and len(words_a & words_b) / len(union) >= _DUPLICATE_OVERLAP


def _passage(number: int, hit: SectionHit, chunks: Sequence[Chunk]) -> Passage:
    section = hit.ref.section
    # the order of the document, statements about a table after the text around it
    chunks = sorted(chunks, key=lambda c: (c.kind in _STATEMENTS, c.start, c.end))
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
    )
