"""Warnings, cautions and hints: a label and what it says become one block."""

from __future__ import annotations

import re
from collections.abc import Sequence

from report_qa.documents.blocks import Block, Kind, Line

_WORDS = (
    r"(?:安全)?(?:警告|危险|注意(?:事项)?|小心|当心|提示|提醒|重要提示|说明"
    r"|warning|caution|danger|attention|important|notice|note|tip|hint)"
)
_MARK = r"[!！⚠△▲\s\ufe0f]*"
_LABEL = re.compile(rf"^{_MARK}[【\[（(]?{_MARK}{_WORDS}[】\])）]?{_MARK}[：:]?$", re.IGNORECASE)
_HEADS = re.compile(
    rf"^{_MARK}(?:安全)?(?:警告|危险|注意|小心|当心|warning|caution|danger|notice){_MARK}[：:]?$", re.IGNORECASE
)
"""A label that may look like a heading; "说明" and "Note" may head a section of their own."""
_BEGINS = re.compile(
    rf"^{_MARK}[【\[]?(?:安全)?(?:警告|危险|注意|小心|当心|warning|caution|danger)[】\]]?{_MARK}[：:!！]\s*\S", re.I
)


def labels_a_notice(text: str) -> bool:
    """Return whether a line is nothing but the label of a warning, caution or hint."""
    return bool(_LABEL.match(text.strip()))


def join_notices(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with every notice as one WARNING block that begins with its label.

    A label stands on a line of its own above what it says ("警告" and a paragraph), or begins it ("警告：…"). A label
    that stands over a table, a picture or another heading stays what it was.
    """
    joined: list[Block] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        follower = blocks[index + 1] if index + 1 < len(blocks) else None
        if block.kind == Kind.WARNING:
            joined.append(Block(Kind.WARNING, _labelled(block.lines)))
        elif _is_label(block) and follower is not None and follower.kind in {Kind.PARAGRAPH, Kind.LIST, Kind.NOTE}:
            joined.append(Block(Kind.WARNING, _labelled((*block.lines, *follower.lines))))
            index += 1
        elif block.kind == Kind.PARAGRAPH and _BEGINS.match(block.text):
            joined.append(Block(Kind.WARNING, block.lines))
        elif block.kind == Kind.PARAGRAPH and len(block.lines) > 1 and labels_a_notice(block.lines[0].text):
            joined.append(Block(Kind.WARNING, _labelled(block.lines)))
        else:
            joined.append(block)
        index += 1
    return joined


def begins_a_notice(text: str) -> bool:
    """Return whether a line is the label of a notice, or begins with that of a warning and says more."""
    return labels_a_notice(text) or bool(_BEGINS.match(text))


def _is_label(block: Block) -> bool:
    if len(block.lines) != 1 or block.kind not in {Kind.PARAGRAPH, Kind.HEADING}:
        return False
    return bool((_HEADS if block.kind == Kind.HEADING else _LABEL).match(block.text.strip()))


def _labelled(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines with a label that stands alone joined to the first of the others."""
    if len(lines) < 2 or not labels_a_notice(lines[0].text):
        return tuple(lines)
    label, first = lines[0], lines[1]
    text = label.text.strip().rstrip("：:").removeprefix("[!").removesuffix("]").strip()
    body = first.text.strip()
    colon = ": " if text.isascii() else "："
    places = tuple(dict.fromkeys((*label.places, *first.places)))
    return (Line(f"{text}{colon}{body}", label.first, first.last, places), *lines[2:])
