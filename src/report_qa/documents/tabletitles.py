"""Titles of tables that stand below them, and units said apart from the title, put where they are looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from report_qa.documents.blocks import Block, Kind, Line
from report_qa.documents.headings import may_title_a_table, names_a_table

_UNIT = r"(?:(?:计量|金额)?单位|units?)\s*[：:]\s*[^\s（()）：:]{1,12}?(?:\s[^\s（()）：:]{1,12})?"
_CURRENCY = r"(?:[，,；;\s]*币种\s*[：:]\s*\S{1,8})?"
"""What reports put behind the unit: 单位：元 币种：人民币."""
_UNIT_ALONE = re.compile(rf"^[（(]?\s*({_UNIT}){_CURRENCY}\s*[)）]?$", re.IGNORECASE)
_UNIT_BEHIND = re.compile(rf"^(.*[^\s（(])\s+({_UNIT}){_CURRENCY}$", re.IGNORECASE)
_TEXTS = frozenset({Kind.PARAGRAPH, Kind.CAPTION, Kind.NOTE})


def join_titles(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with the title of every table right above it, and in it the unit of all its values.

    A numbered title stands below its table where nothing above names the table and no other table follows; a unit
    stands on a line of its own between the title and the table, or behind the title.
    """
    joined: list[Block] = []
    for block in _titles_first(blocks):
        if block.kind == Kind.TABLE and joined and joined[-1].kind in _TEXTS:
            joined[-1:] = _with_unit(joined[-1])
            if len(joined) > 1 and joined[-1].kind in _TEXTS and _is_unit(joined[-1]) and _may_title(joined[-2]):
                *above, title, unit = joined
                joined = [*above, *_one_title(title, unit)]
        joined.append(block)
    return joined


def _titles_first(blocks: Sequence[Block]) -> list[Block]:
    ordered = list(blocks)
    for i in range(len(ordered) - 1):
        table, title = ordered[i], ordered[i + 1]
        above = ordered[i - 1].text if i else ""
        ahead = ordered[i + 2].kind if i + 2 < len(ordered) else None
        if table.kind != Kind.TABLE or title.kind not in _TEXTS or ahead == Kind.TABLE:
            continue
        if names_a_table(title.text) and not names_a_table(above) and not _is_caption(ordered[i - 1] if i else None):
            ordered[i : i + 2] = [replace(title, kind=Kind.CAPTION), table]
    return ordered


def _is_caption(block: Block | None) -> bool:
    return block is not None and block.kind == Kind.CAPTION


def _is_unit(block: Block) -> bool:
    return len(block.lines) == 1 and bool(_UNIT_ALONE.match(block.text.strip()))


def _may_title(block: Block) -> bool:
    last = block.lines[-1].text if block.lines else ""
    titles = block.kind == Kind.CAPTION and may_title_a_table(last)
    return block.kind in _TEXTS and (titles or names_a_table(last))


def _with_unit(block: Block) -> list[Block]:
    """Return what stands above a table with the unit at its end in brackets, as part of the title before it."""
    *above, last = block.lines
    alone = _UNIT_ALONE.match(last.text.strip())
    behind = _UNIT_BEHIND.match(last.text.strip())
    if alone and above and len(above) == 1 and may_title_a_table(above[0].text):
        return [Block(Kind.CAPTION, (_joined(above[0], last, alone[1]),))]
    if alone:
        return [replace(block, lines=(*above, replace(last, text=_bracketed(alone[1]))))]
    if behind and (names_a_table(last.text) or block.kind == Kind.CAPTION):
        return [replace(block, lines=(*above, replace(last, text=behind[1].rstrip() + _bracketed(behind[2]))))]
    return [block]


def _one_title(title: Block, unit: Block) -> list[Block]:
    said = _UNIT_ALONE.match(unit.text.strip())
    *above, last = title.lines
    return [replace(title, lines=(*above, _joined(last, unit.lines[0], said[1] if said else unit.text)))]


def _joined(title: Line, unit: Line, text: str) -> Line:
    places = tuple(dict.fromkeys((*title.places, *unit.places)))
    return Line(title.text.rstrip() + _bracketed(text), title.first, unit.last, places)


def _bracketed(text: str) -> str:
    return f" ({text})" if text.isascii() else f"（{text}）"
