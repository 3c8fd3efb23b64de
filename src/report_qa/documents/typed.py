"""Numbered lists that were typed as paragraphs -> lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from report_qa.documents.blocks import Block, Kind

_ITEM = re.compile(r"^\s*(?:(\d{1,2})([.．、)）])(?!\d)|[（(](\d{1,2})[）)]|([①-⑳]))\s*(?=\S)")
_BETWEEN = frozenset({Kind.PARAGRAPH, Kind.WARNING, Kind.NOTE, Kind.CAPTION, Kind.PICTURE, Kind.LIST})
_FURTHEST = 5
"""Blocks between two steps of one procedure at most: pictures, warnings and remarks."""


def with_typed_lists(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with paragraphs that are numbered 1, 2, 3 in one way as lists, those side by side as one."""
    items = {i for run in _runs(blocks) for i in run}
    listed: list[Block] = []
    for i, block in enumerate(blocks):
        if i not in items:
            listed.append(block)
            continue
        first = block.lines[0]
        lines = (replace(first, text=_plain_mark(first.text)), *block.lines[1:])
        if i - 1 in items and _number(block) > 1:
            listed[-1] = replace(listed[-1], lines=(*listed[-1].lines, *lines))
        else:
            listed.append(Block(Kind.LIST, lines))
    return listed


def _runs(blocks: Sequence[Block]) -> list[list[int]]:
    """Return the positions of paragraphs whose numbers begin with 1 and go on, two or more."""
    runs: list[list[int]] = []
    run: list[int] = []
    for i, block in enumerate(blocks):
        if block.kind not in _BETWEEN or (run and i - run[-1] > _FURTHEST):
            runs, run = [*runs, run], []
        number = _number(block)
        if run and number == len(run) + 1 and _style(block) == _style(blocks[run[-1]]):
            run.append(i)
        elif number == 1:
            runs, run = [*runs, run], [i]
    return [found for found in (*runs, run) if len(found) > 1]


def _number(block: Block) -> int:
    match = _ITEM.match(block.lines[0].text) if block.kind == Kind.PARAGRAPH and block.lines else None
    if match is None:
        return 0
    return int(match[1] or match[3]) if match[1] or match[3] else ord(match[4]) - ord("①") + 1


def _style(block: Block) -> tuple[str, bool]:
    match = _ITEM.match(block.lines[0].text)
    return (match[2] or "", bool(match[4])) if match else ("", False)


def _plain_mark(text: str) -> str:
    """Return an item with the full stop of full width behind its number as others write it."""
    return re.sub(r"^\s*(\d{1,2})．\s*", r"\1. ", text)
