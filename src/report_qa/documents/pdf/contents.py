"""A printed table of contents says nothing that the headings do not say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from report_qa.documents.blocks import Block, Kind
from report_qa.text.normalise import fold

_TITLE = re.compile(r"^(?:目\s*录|(?:table of )?contents)$", re.IGNORECASE)
_LETTERS = re.compile(r"[\W_]+")
_SHORTEST = 4
"""Letters of a heading that are not found by chance."""


def without_contents(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks without a table of contents: its heading, and what follows as long as it names headings."""
    titles = {_bare(block.text) for block in blocks if block.kind == Kind.HEADING}
    titles = {title for title in titles if len(title) >= _SHORTEST}
    kept: list[Block] = []
    inside = False
    for block in blocks:
        if block.kind == Kind.HEADING:
            inside = bool(_TITLE.match(block.text.strip()))
        elif inside:
            inside = any(title in _bare(block.text) for title in titles)
        if not inside:
            kept.append(block)
    return kept


def _bare(text: str) -> str:
    return _LETTERS.sub("", fold(text))
