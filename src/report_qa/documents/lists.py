"""Numbered lists: the steps of a procedure, which are read as one."""

from __future__ import annotations

import re

from report_qa.documents.blocks import Block, Kind

NUMBERED_ITEM = re.compile(r"^\s*(?:\d{1,2}[.、)）](?!\d)|[（(]\d{1,2}[）)]|[①-⑳])\s*\S")
"""What a numbered item begins with."""


def is_numbered(block: Block) -> bool:
    """Whether a block is a list whose first items are numbered."""
    return block.kind == Kind.LIST and bool(block.lines) and bool(NUMBERED_ITEM.match(block.lines[0].text))
