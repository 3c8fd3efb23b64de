"""Headings that a file does not mark as such: told by their numbers, as in plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from report_qa.documents.blocks import Block, Kind, Rank
from report_qa.documents.captions import FIGURE
from report_qa.documents.headings import explicit_rank, names_a_table, width
from report_qa.documents.notices import labels_a_notice
from report_qa.text.numbers import numeral_zh

_WIDEST = 32.0
_DECIMAL = re.compile(r"^(\d{1,2}(?:\.\d{1,2})*)[.．、]?(?=\s|[^\d\s.．、%％/:-])")
_IDEOGRAPHIC = re.compile(r"^([（(]?)([一二三四五六七八九十]{1,3})[、）)]")
_CLOSED = re.compile(r"[。；;，,、.：:！!?？]$")
_MOST_BOLD = 0.25
"""Where more of the text than this is bold, boldness tells nothing."""
_FEW = 1
"""Headings up to which a file marks none but its title."""


def with_implied_headings(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with paragraphs that are headings by their numbers as headings.

    Where the file marks headings, only those whose number goes on with that of a heading above: 2.1 below 2, 2.2
    below 2.1. Where it marks none, or the title alone, all that plain text would tell by their words and numbers.
    """
    marked = [block for block in blocks if block.kind == Kind.HEADING]
    ranks = _by_words(blocks) if len(marked) <= _FEW else {}
    if len(set(ranks)) < 2:
        ranks = {}
    implied: list[Block] = []
    numbers: dict[str, int] = {}
    for i, block in enumerate(blocks):
        # below the title, where that is marked
        rank = ranks[i] + int(bool(marked)) if i in ranks else _below(block, numbers)
        if rank:
            block = Block(Kind.HEADING, block.lines, min(rank, int(Rank.LABEL)))
        if block.kind == Kind.HEADING:
            numbers = {number: above for number, above in numbers.items() if above < block.rank or "." in number}
            if number := _number(block.text):
                numbers[number] = block.rank
        implied.append(block)
    return implied


def _may_head(block: Block) -> bool:
    return block.kind == Kind.PARAGRAPH and len(block.lines) == 1 and width(block.text) <= _WIDEST


def _by_words(blocks: Sequence[Block]) -> dict[int, int]:
    """Return the ranks of paragraphs that are headings by their words, such as 第一章, 一、 and 1.2, by position."""
    ranks = {}
    for i, block in enumerate(blocks):
        follower = blocks[i + 1] if i + 1 < len(blocks) else None
        if _may_head(block) and follower is not None and not names_a_table(block.text):
            rank = explicit_rank(block.text)
            if rank:
                ranks[i] = rank
    return ranks


def _number(text: str) -> str:
    """Return what numbers a heading: 2.1; for 三、 and （三） the mark with 3; empty where nothing does."""
    if match := _DECIMAL.match(text.strip()):
        return match[1]
    if match := _IDEOGRAPHIC.match(text.strip()):
        return f"{match[1] and '（'}、{int(numeral_zh(match[2]) or 0)}"
    return ""


def _below(block: Block, numbers: dict[str, int]) -> int:
    """Return the rank of a paragraph whose number goes on with that of a heading above it, 0 for any other."""
    if not _may_head(block) or explicit_rank(block.text) is None:
        return 0
    own = _number(block.text)
    if "、" in own:
        mark, _, value = own.partition("、")
        above = [rank for number, rank in numbers.items() if number.startswith("、")]
        begins = mark and value == "1" and above
        return above[-1] + 1 if begins else numbers.get(f"{mark}、{int(value) - 1}", 0)
    parent, _, last = own.rpartition(".")
    if not parent:
        return 0
    if last == "1":
        return numbers[parent] + 1 if parent in numbers else 0
    return numbers.get(f"{parent}.{int(last) - 1}", 0)


def with_bold_headings(blocks: Sequence[Block], bold: Sequence[Block]) -> list[Block]:
    """Return the blocks with lone bold lines as headings: below all that are marked, or as their words rank them.

    Args:
        blocks: of a page or file.
        bold: those paragraphs among them of which every letter is bold.
    """
    lone = {id(block) for block in bold}
    whole = sum(len(block.text) for block in blocks)
    if sum(len(block.text) for block in bold) > _MOST_BOLD * whole:
        return list(blocks)
    lowest = max((block.rank for block in blocks if block.kind == Kind.HEADING), default=0)
    # the title of a file whose headings are all set by hand stands above its chapters
    first = blocks[0] if blocks else None
    titled = not lowest and first is not None and id(first) in lone and explicit_rank(first.text) is None
    headed: list[Block] = []
    for i, block in enumerate(blocks):
        ahead = blocks[i + 1] if i + 1 < len(blocks) else None
        if id(block) in lone and ahead is not None and _may_head_bold(block):
            known = explicit_rank(block.text) if not lowest else None
            below = 1 if titled and i == 0 else min(lowest + 1, int(Rank.SUBTITLE)) + titled
            rank = known + titled if known else below
            block = Block(Kind.HEADING, block.lines, min(rank, int(Rank.LABEL)))
        headed.append(block)
    return headed


def _may_head_bold(block: Block) -> bool:
    text = block.text
    told = names_a_table(text) or FIGURE.match(text) or labels_a_notice(text) or _CLOSED.search(text)
    return _may_head(block) and not told and any(character.isalpha() for character in text)
