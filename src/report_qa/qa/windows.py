"""Ranked sections -> the windows in them, in the order in which they are worth reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from report_qa.documents.chunks import STATEMENTS, Chunk
from report_qa.indexing.library import Library
from report_qa.qa.retrieve import SectionHit
from report_qa.qa.wanted import Wanted, wanted
from report_qa.text.tokens import search_tokens

_SECTION_SHARE = 0.5
"""How much a section's score counts beside its window's own."""
_ASIDE_PENALTY = 1.5
"""Captions and sources resemble the reader's question more than its answer does, unless the question is about them."""
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
_DUPLICATE_OVERLAP = 0.9
"""Jaccard overlap of words above which two texts with the same numbers say the same."""
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Window:
    """A chunk of a found section, with how well it fits the question (higher is better)."""

    hit: SectionHit
    chunk: Chunk
    score: float

    @property
    def heading(self) -> str:
        """The heading it stands under, of a statement about a table with the title of that."""
        heading = self.hit.ref.section.title or self.hit.ref.document.title
        return f"{heading} · {self.chunk.table_title}" if self.chunk.table_title else heading


def rank_windows(question: str, hits: Sequence[SectionHit], library: Library) -> list[Window]:
    """Return the windows of found sections, best first.

    Args:
        question: what was asked, with its rewrites; decides whether extremes of tables and notes are wanted.
        hits: sections, best first.
        library: what they are from.
    """
    superlative = bool(_SUPERLATIVE.search(question))
    asks_why = wanted(question).kind is Wanted.REASON
    about_notes = bool(_ABOUT_NOTES.search(question))
    windows = []
    for hit in hits:
        for one in hit.chunks:
            chunk = library.chunks[one.position]
            score = one.score + _SECTION_SHARE * hit.score
            if chunk.kind == "question":
                continue  # what a survey asked never answers anything
            if chunk.kind == "note" and not about_notes:
                score -= _ASIDE_PENALTY
            elif chunk.kind == "extreme":
                score += _EXTREME_BONUS if superlative else -_EXTREME_BONUS
            if asks_why and chunk.kind in STATEMENTS:
                score -= _ASIDE_PENALTY  # a table tells that something is so, not why
            windows.append(Window(hit, chunk, score))
    windows.sort(key=lambda window: -window.score)
    return windows


def distinct(windows: Sequence[Window], count: int) -> list[Window]:
    """Return the first ``count`` windows that do not repeat one before them."""
    chosen: list[Window] = []
    for window in windows:
        if len(chosen) == count:
            break
        if not any(same(window.chunk.text, other.chunk.text) for other in chosen):
            chosen.append(window)
    return chosen


def same(a: str, b: str) -> bool:
    """Return whether two texts say the same: equal, or nearly the same words and exactly the same numbers."""
    if a == b:
        return True
    if sorted(_DIGITS.findall(a)) != sorted(_DIGITS.findall(b)):
        return False
    words_a, words_b = set(search_tokens(a)), set(search_tokens(b))
    union = words_a | words_b
    return bool(union) and len(words_a & words_b) / len(union) >= _DUPLICATE_OVERLAP
