"""Lines of a plain text that stand alone: headings, items of a list, captions, or repeated labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from report_qa.documents.blocks import Block, Kind, Line, Rank
from report_qa.documents.headings import (
    implicit_rank,
    is_bare_mark,
    is_capitals,
    is_field,
    may_number_a_heading,
    names_a_table,
)

_UNNUMBERED = re.compile(r"[-•●▪◦·*]\s")


def _lone(block: Block) -> bool:
    """Whether a block is one line that could be a heading by its looks."""
    return block.kind == Kind.PARAGRAPH and len(block.lines) == 1 and implicit_rank(block.text) is not None


def drop_running_labels(blocks: Sequence[Block]) -> list[Block]:
    """Drop section labels that slides repeat beside their titles.

    A lone line that occurs three times or more heads a group where prose follows it directly; elsewhere it only
    repeats which group the slide is in.
    """
    counts = Counter(block.text for block in blocks if _lone(block))
    kept: list[Block] = []
    headed: set[str] = set()
    for index, block in enumerate(blocks):
        if not (_lone(block) and counts[block.text] >= 3):
            kept.append(block)
            continue
        follower = blocks[index + 1] if index + 1 < len(blocks) else None
        heads = follower is not None and follower.kind == Kind.PARAGRAPH and not _lone(follower)
        if heads and block.text not in headed:
            headed.add(block.text)
            kept.append(Block(Kind.HEADING, block.lines, Rank.GROUP))
    return kept


def resolve_lone_lines(blocks: Sequence[Block]) -> list[Block]:
    """Decide for every run of lone lines which are headings, list items or figure captions."""
    resolved: list[Block] = []
    rank_above = 0
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if not _lone(block):
            if block.kind == Kind.HEADING:
                rank_above = block.rank
            resolved.append(block)
            index += 1
            continue
        end = index
        while end < len(blocks) and _lone(blocks[end]):
            end += 1
        run = list(blocks[index:end])
        headed = resolved and resolved[-1].kind == Kind.HEADING and is_bare_mark(resolved[-1].text)
        titles = []
        if names_a_table(run[-1].text) and end < len(blocks) and blocks[end].kind == Kind.TABLE:
            titles = [Block(Kind.CAPTION, run.pop().lines)]
        if headed and run and not names_a_table(run[0].text):
            resolved[-1] = _with_subtitle(resolved[-1], run.pop(0))
        if run:
            has_body = bool(titles) or _has_body(blocks, end)
            resolved.extend(_resolve_run(run, has_body, under_topic=rank_above == Rank.TOPIC))
        resolved.extend(titles)
        index = end
    return resolved


def _has_body(blocks: Sequence[Block], index: int) -> bool:
    """Whether prose, a list or a table begins at ``index``."""
    return index < len(blocks) and blocks[index].kind in {Kind.PARAGRAPH, Kind.LIST, Kind.TABLE}


def mark_numbered_headings(blocks: Sequence[Block]) -> list[Block]:
    """Make headings of "1 Something", "2 Something", … where each stands alone with text of its own under it.

    Numbered lines that follow each other without anything between them are the items of a list.
    """
    marked = list(blocks)
    expected = 1
    found: list[int] = []
    for index, block in enumerate(blocks):
        if block.kind != Kind.LIST or len(block.lines) != 1 or not may_number_a_heading(block.text):
            continue
        follower = blocks[index + 1] if index + 1 < len(blocks) else None
        if follower is not None and _number(block) == expected and _stands_under(follower, expected):
            found.append(index)
            expected += 1
    if len(found) >= 2:
        for index in found:
            marked[index] = Block(Kind.HEADING, marked[index].lines, Rank.PART)
    return marked


def _stands_under(block: Block, number: int) -> bool:
    """Whether a block is text, an unnumbered list, or the first subheading, of the chapter of a number."""
    if re.match(rf"{number}\.1(?!\d)", block.text):
        return True
    return block.kind in {Kind.PARAGRAPH, Kind.TABLE} or bool(_UNNUMBERED.match(block.text))


def _number(block: Block) -> int:
    match = re.match(r"\d+", block.text)
    return int(match[0]) if match else 0


def _with_subtitle(heading: Block, subtitle: Block) -> Block:
    line = heading.lines[0]
    return replace(heading, lines=(Line(f"{line.text} · {subtitle.text}", line.first, subtitle.lines[0].last),))


def _resolve_run(run: Sequence[Block], has_body: bool, *, under_topic: bool) -> list[Block]:
    """Resolve lone lines that follow each other.

    Under a marked topic they are captions of its figures, but for the last one if it heads a body. Elsewhere the
    first is the title; of several, those in the middle are the items that the title announces.
    """
    last = run[-1]
    last_rank = implicit_rank(last.text) or Rank.LABEL
    if under_topic:
        captions = [Block(Kind.CAPTION, b.lines) for b in (run[:-1] if has_body else run)]
        return [*captions, Block(Kind.HEADING, last.lines, Rank.LABEL)] if has_body else captions
    if len(run) == 1:
        return [Block(Kind.HEADING if has_body else Kind.CAPTION, last.lines, last_rank if has_body else 0)]
    title = Block(Kind.HEADING, run[0].lines, implicit_rank(run[0].text) or Rank.TITLE)
    items = [
        Block(Kind.HEADING, b.lines, Rank.GROUP) if is_capitals(b.text) else Block(Kind.LIST, b.lines)
        for b in (run[1:-1] if has_body else run[1:])
    ]
    if has_body and last_rank < title.rank:
        title = Block(Kind.CAPTION, title.lines)  # a name under a foreword: what comes next is higher than it
    rank = (
        Rank.LABEL
        if any(item.kind == Kind.LIST for item in items)
        else last_rank + (last_rank == title.rank < Rank.LABEL)
    )
    tail = [Block(Kind.HEADING, last.lines, rank)] if has_body else []
    return [title, *items, *tail]


def mark_colophon(blocks: Sequence[Block]) -> list[Block]:
    """Give the block of names and roles at the end a heading of its own, made of its roles."""
    marked = list(blocks)
    for index in range(len(marked) - 1, max(len(marked) - 4, -1), -1):
        block = marked[index]
        headed = index > 0 and marked[index - 1].kind == Kind.HEADING
        if (
            not headed
            and block.kind == Kind.PARAGRAPH
            and len(block.lines) >= 2
            and all(is_field(li.text) for li in block.lines)
        ):
            roles = "、".join(re.split("[：:]", line.text)[0] for line in block.lines)
            marked.insert(
                index, Block(Kind.HEADING, (Line(roles, block.lines[0].first, block.lines[0].first),), Rank.PART)
            )
            break
    return marked
