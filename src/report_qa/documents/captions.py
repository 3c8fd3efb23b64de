"""Captions joined to their pictures; pictures that only decorate left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from report_qa.documents.blocks import Block, Kind
from report_qa.documents.headings import width

FIGURE = re.compile(
    r"(?:图|插图|figure|fig\.?)\s*(?P<label>[A-Z]?\d+(?:\s*[-–—.．]\s*\d+)*[a-z]?(?![\d%％]))", re.IGNORECASE
)
"""A figure's number as captions and references write it: 图 3-2, Figure 4, Fig. 2.1."""
_CAPTION = re.compile(rf"^[（(【\[]?\s*{FIGURE.pattern}", re.IGNORECASE)
_WIDEST = 60.0
"""A caption is not wider than this many ideographs."""
_REPEATED = 3
"""A picture without a caption that comes this often is a logo or an icon."""


def label_of(caption: str) -> str:
    """Return the number of a figure by its caption, folded ("3-2"), or nothing where it has none."""
    match = _CAPTION.match(caption.strip())
    return fold_label(match["label"]) if match else ""


def fold_label(label: str) -> str:
    """Return a figure's number in one spelling."""
    return re.sub(r"\s*[-–—.．]\s*", "-", label.strip()).lower()


def attach_captions(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with captions joined to the pictures right above (or else right below) them.

    Pictures without a caption that come three times or more, and copies side by side, are left out.
    """
    kept = _without_decoration(blocks)
    taken: set[int] = set()
    captioned: list[Block] = list(kept)
    for after in (True, False):
        for index, block in enumerate(kept):
            if block.picture is None or captioned[index].lines:
                continue
            near = index + 1 if after else index - 1
            if 0 <= near < len(kept) and near not in taken and _is_caption(kept[near]):
                taken.add(near)
                captioned[index] = replace(block, lines=kept[near].lines)
    return [_named(block) for index, block in enumerate(captioned) if index not in taken]


def _named(block: Block) -> Block:
    if block.picture is None or not block.lines:
        return block
    return replace(block, picture=replace(block.picture, caption=" ".join(line.text for line in block.lines)))


def _is_caption(block: Block) -> bool:
    if block.picture is not None or len(block.lines) > 2 or not block.lines:
        return False
    if block.kind == Kind.CAPTION:
        return not re.match(r"表|table", block.text, re.IGNORECASE)
    return (
        block.kind in {Kind.PARAGRAPH, Kind.HEADING, Kind.NOTE}
        and bool(_CAPTION.match(block.text))
        and width(block.text) <= _WIDEST
        and not block.text.rstrip().endswith(("。", "；"))
    )


def _without_decoration(blocks: Sequence[Block]) -> list[Block]:
    counts = Counter(block.picture.file for block in blocks if block.picture and not block.lines)
    kept: list[Block] = []
    for index, block in enumerate(blocks):
        if block.picture is not None:
            follower = blocks[index + 1] if index + 1 < len(blocks) else None
            captioned = bool(block.lines) or (follower is not None and _is_caption(follower))
            copy = bool(kept) and kept[-1].picture is not None and kept[-1].picture.file == block.picture.file
            if copy or (counts[block.picture.file] >= _REPEATED and not captioned):
                continue
        kept.append(block)
    return kept
