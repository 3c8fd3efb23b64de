"""Titles of tables that stand below them, put where they are looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from report_qa.documents.blocks import Block, Kind
from report_qa.documents.headings import names_a_table

_TEXTS = frozenset({Kind.PARAGRAPH, Kind.CAPTION, Kind.NOTE})


def titles_first(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with every numbered title below its table as a caption right above it.

    It stands below only where nothing above names the table, and where no other table follows it.
    """
    ordered = list(blocks)
    for i in range(len(ordered) - 1):
        table, title = ordered[i], ordered[i + 1]
        above = ordered[i - 1] if i else None
        ahead = ordered[i + 2].kind if i + 2 < len(ordered) else None
        if table.kind != Kind.TABLE or title.kind not in _TEXTS or ahead == Kind.TABLE:
            continue
        titled = above is not None and (above.kind == Kind.CAPTION or names_a_table(above.text))
        if names_a_table(title.text) and not titled:
            ordered[i : i + 2] = [replace(title, kind=Kind.CAPTION), table]
    return ordered
