"""Lines of a document that is not a text file, numbered as they were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from report_qa.documents.blocks import Block


def number_lines(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with their lines, and the rows of their tables, numbered from 1 through the document."""
    numbered = []
    number = 0
    for block in blocks:
        lines = tuple(replace(line, first=number + i, last=number + i) for i, line in enumerate(block.lines, start=1))
        table = block.table
        if table is not None:
            # the first line is the header
            table = replace(table, row_lines=tuple(range(number + 2, number + 2 + len(table.rows))))
        numbered.append(replace(block, lines=lines, table=table))
        number += len(lines)
    return numbered
