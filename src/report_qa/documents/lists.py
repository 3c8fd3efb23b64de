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
_BETWEEN = frozenset({Kind.PARAGRAPH, Kind.WARNING, Kind.NOTE, Kind.CAPTION, Kind.PICTURE})
"""What may stand between two steps: what the first one warns of, shows or adds."""


def is_numbered(block: Block) -> bool:
    """Whether a block is a list whose first items are numbered."""
    return block.kind == Kind.LIST and bool(block.lines) and bool(NUMBERED_ITEM.match(block.lines[0].text))


@dataclass(frozen=True)
class NumberedList:
    """Two or more items with consecutive numbers, and what stands between them.

    Attributes:
        span: its range in the section's text.
        first: the number of its first item.
        above: the range of the line above it; empty at the start of a section.
    """

    span: Span
    first: int
    above: Span

    def introduced(self, text: str) -> Span:
        """Return the range of the list with the sentence that introduces it, if the one above ends with a colon."""
        sentences = sentence_spans(self.above.of(text))
        if not sentences or not sentences[-1].of(self.above.of(text)).endswith(("：", ":")):
            return self.span
        return Span(self.above.start + sentences[-1].start, self.span.end)


def numbered_lists(section: Section) -> Iterator[NumberedList]:
    """Yield the numbered lists of a section in order; items without a number go with the one above them."""
    begun: NumberedList | None = None
    last = 0
    open_item = False  # whether the line above belongs to the list
    above = Span(0, 0)
    at = 0
    for kind, line in zip(section.kinds, section.text.split("\n"), strict=True):
        here = Span(at, at + len(line))
        number = _number_of(line) if kind is Kind.LIST else 0
        follows = number == last + 1 if number else kind is Kind.LIST and open_item
        if begun and follows:
            begun = replace(begun, span=Span(begun.span.start, here.end))
        elif begun and (number or kind not in _BETWEEN):
            if last - begun.first + 1 >= _FEWEST:
                yield begun
            begun = None
        if number and begun is None:
            begun = NumberedList(here, number, above)
        open_item = bool(number) or (begun is not None and follows)
        last = number or last
        above = here
        at = here.end + 1
    if begun and last - begun.first + 1 >= _FEWEST:
        yield begun


def _number_of(line: str) -> int:
    """Return the number that a line begins with, 0 for none."""
    match = _NUMBER.match(line) if NUMBERED_ITEM.match(line) else None
    if match is None:
        return 0
    return int(match[1]) if match[1] else ord(match[2]) - ord("①") + 1
