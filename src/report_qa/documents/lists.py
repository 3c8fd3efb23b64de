"""Numbered lists: the steps of a procedure, which are read as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from report_qa.documents.blocks import Block, Kind
from report_qa.documents.section import Section
from report_qa.text.sentences import Span, sentence_spans

NUMBERED_ITEM = re.compile(r"^\s*(?:\d{1,2}[.、)）](?!\d)|[（(]\d{1,2}[）)]|[①-⑳])\s*\S")
"""What a numbered item begins with."""

_NUMBER = re.compile(r"\s*(?:[（(]?(\d{1,2})[.、)）]|([①-⑳]))")
_FEWEST = 2
_BETWEEN = frozenset({Kind.PARAGRAPH, Kind.TABLE, Kind.WARNING, Kind.NOTE, Kind.CAPTION, Kind.PICTURE})
"""What may stand between two steps: what the first one warns of, shows, adds or gives in a table."""
_BESIDE = frozenset({Kind.WARNING, Kind.CAPTION, Kind.PICTURE})
"""What may stand between a list and the warning, or the introduction, that belongs to it."""


def is_numbered(block: Block) -> bool:
    """Whether a block is a list whose first items are numbered."""
    return block.kind == Kind.LIST and bool(block.lines) and bool(NUMBERED_ITEM.match(block.lines[0].text))


@dataclass(frozen=True)
class NumberedList:
    """Two or more items with consecutive numbers, what stands between them, and the warnings right behind them.

    Attributes:
        span: its range in the section's text.
        first: the number of its first item.
        above: the range of the line above it and its warnings; empty at the start of a section.
        warned: where the warnings right above it begin; the start of ``span`` where there are none.
    """

    span: Span
    first: int
    above: Span
    warned: int

    def introduced(self, text: str) -> Span:
        """Return the range of the list with the warnings above it and the sentence that introduces it.

        A sentence above introduces it if it ends with a colon.
        """
        sentences = sentence_spans(self.above.of(text))
        if not sentences or not sentences[-1].of(self.above.of(text)).endswith(("：", ":")):
            return Span(self.warned, self.span.end)
        return Span(self.above.start + sentences[-1].start, self.span.end)


def numbered_lists(section: Section) -> Iterator[NumberedList]:
    """Yield the numbered lists of a section in order; items without a number go with the one above them."""
    begun: NumberedList | None = None
    last = 0
    open_item = False  # whether the line above belongs to the list
    beside = False  # whether only warnings and pictures stand between the list and this line
    above = Span(0, 0)
    warned: int | None = None
    at = 0
    for kind, line in zip(section.kinds, section.text.split("\n"), strict=True):
        here = Span(at, at + len(line))
        number = _number_of(line) if kind is Kind.LIST else 0
        follows = number == last + 1 if number else kind is Kind.LIST and open_item
        beside = beside and kind in _BESIDE
        if begun and (follows or (beside and kind is Kind.WARNING)):
            begun = replace(begun, span=Span(begun.span.start, here.end))
        elif begun and (number or kind not in _BETWEEN):
            if last - begun.first + 1 >= _FEWEST:
                yield begun
            begun = None
        if number and begun is None:
            begun = NumberedList(here, number, above, here.start if warned is None else warned)
        open_item = bool(number) or (begun is not None and follows)
        beside = beside or open_item
        last = number or last
        if kind not in _BESIDE:
            above, warned = here, None
        elif kind is Kind.WARNING and warned is None:
            warned = here.start
        at = here.end + 1
    if begun and last - begun.first + 1 >= _FEWEST:
        yield begun


def _number_of(line: str) -> int:
    """Return the number that a line begins with, 0 for none."""
    match = _NUMBER.match(line) if NUMBERED_ITEM.match(line) else None
    if match is None:
        return 0
    return int(match[1]) if match[1] else ord(match[2]) - ord("①") + 1
