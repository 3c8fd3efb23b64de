"""Which paragraphs of a PDF file are headings, and of which rank: by its bookmarks and by the size of its letters."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from report_qa.documents.blocks import Kind, Rank
from report_qa.documents.captions import FIGURE
from report_qa.documents.headings import names_a_table, width
from report_qa.documents.pdf.paragraphs import Run, TextRun
from report_qa.text.normalise import fold

_LARGER = 1.12
"""Letters this many times the size of the text's are a heading's."""
_SLIGHTLY_LARGER = 1.04
_NUMBERED = re.compile(
    r"^(?=.*[^\W\d])(?:\d{1,2}(?:\.\d{1,2})*[.、．\s]|第?[一二三四五六七八九十]+[章节、]|[（(][一二三四五六七八九十]+[）)])"
)
_WIDEST = 60.0
_BOLD_WIDEST = 30.0
_MOST_BOLD = 0.2
"""Where more of the text than this is bold, boldness tells nothing."""
_FEWEST_BOOKMARKS = 3
_CLOSED = re.compile(r"[。；;，,、.：:！!]$")
_VALUES = re.compile(r"(?:\s[-+−]?\d[\d.,]*[%％]?){2,}$")
"""What a row of a table ends with, and no heading."""
_LETTERS = re.compile(r"[\W_]+")


class Bookmark(NamedTuple):
    """An entry of the outline: its level from 1, its title, and its page from 1 if it leads to one."""

    level: int
    title: str
    page: int | None


def rank_headings(runs: Sequence[Run], bookmarks: Sequence[Bookmark]) -> dict[int, int]:
    """Return the ranks of headings by their position among the runs.

    A paragraph that a bookmark names has the bookmark's level; another one of larger letters has the level of marked
    ones of its size, or comes after them by size. Without bookmarks the sizes alone decide, and lone bold lines stand
    below them.
    """
    texts = {i: run for i, run in enumerate(runs) if isinstance(run, TextRun)}
    body = _body_size(list(texts.values()))
    marked = _marked(texts, bookmarks)
    ranks = dict(marked)
    by_size: dict[float, list[int]] = defaultdict(list)
    for i, rank in marked.items():
        by_size[texts[i].size].append(rank)
    known = {size: Counter(found).most_common(1)[0][0] for size, found in by_size.items()}
    large = {i: run for i, run in texts.items() if i not in marked and _may_head(run) and _is_large(run, body)}
    sizes = sorted({run.size for run in large.values()} | known.keys(), reverse=True)
    levels: dict[float, int] = {}
    for size in sizes:
        above = max((levels[s] for s in levels if s > size), default=0)
        levels[size] = known.get(size) or min(above + 1, int(Rank.LABEL))
    for i, run in large.items():
        ranks[i] = levels[run.size]
    if len(marked) < _FEWEST_BOOKMARKS:
        below = min(max(levels.values(), default=0) + 1, int(Rank.SUBTITLE))
        ranks |= dict.fromkeys(_bold_lines({i: run for i, run in texts.items() if i not in ranks}), below)
    return ranks


def _is_large(run: TextRun, body: float) -> bool:
    """Whether a line is in larger letters than the text; one with a number, in letters a little larger."""
    numbered = bool(_NUMBERED.match(run.text)) and width(run.text) <= _BOLD_WIDEST and not _CLOSED.search(run.text)
    return run.size >= (_SLIGHTLY_LARGER if numbered else _LARGER) * body


def _body_size(runs: Sequence[TextRun]) -> float:
    counts: Counter[float] = Counter()
    for run in runs:
        counts[run.size] += sum(len(line.text) for line in run.lines)
    return counts.most_common(1)[0][0] if counts else 10.0


def _marked(texts: dict[int, TextRun], bookmarks: Sequence[Bookmark]) -> dict[int, int]:
    """Return the level of every paragraph that a bookmark names, each bookmark used once."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for i, run in texts.items():
        by_page[run.page].append(i)
    found: dict[int, int] = {}
    for mark in bookmarks:
        wanted = _bare(mark.title)
        if not wanted or mark.page is None:
            continue
        near = [i for page in (mark.page, mark.page + 1) for i in by_page[page] if i not in found]
        match = next((i for i in near if _bare(texts[i].text) == wanted), None)
        if match is None:
            match = next(
                (i for i in near if _may_head(texts[i]) and _numbered_alike(_bare(texts[i].text), wanted)), None
            )
        if match is not None:
            found[match] = min(mark.level, int(Rank.LABEL))
    return found


def _bare(text: str) -> str:
    return _LETTERS.sub("", fold(text))


def _numbered_alike(text: str, wanted: str) -> bool:
    """Whether two titles differ in a leading number alone."""
    longer, shorter = (text, wanted) if len(text) >= len(wanted) else (wanted, text)
    return (
        bool(shorter)
        and longer.endswith(shorter)
        and bool(re.fullmatch(r"第?[\d一二三四五六七八九十]+[章节]?", longer.removesuffix(shorter)))
    )


def _may_head(run: TextRun) -> bool:
    text = run.text
    return (
        width(text) <= _WIDEST
        and not (run.kind == Kind.LIST and len(run.lines) > 1)
        and not names_a_table(text)
        and not FIGURE.match(text)
        and bool(_bare(text))
    )


def _bold_lines(texts: dict[int, TextRun]) -> list[int]:
    whole = sum(len(run.text) for run in texts.values())
    bold = sum(len(run.text) for run in texts.values() if run.bold)
    if bold > _MOST_BOLD * whole:
        return []
    return [
        i for i, run in texts.items()
        if run.bold and (run.kind == Kind.PARAGRAPH or _numbered_alone(i, texts)) and _may_head(run)
        and len(run.lines) == 1 and width(run.text) <= _BOLD_WIDEST and not _CLOSED.search(run.text)
        and not _VALUES.search(run.text)
    ]  # fmt: skip


def _numbered_alone(i: int, texts: dict[int, TextRun]) -> bool:
    """Whether a list of one item has no other by it: "1、公司简介" over a paragraph."""
    return not any(near in texts and texts[near].kind == Kind.LIST for near in (i - 1, i + 1))
