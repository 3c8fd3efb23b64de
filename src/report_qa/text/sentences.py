"""Cut text into sentences by position, so that every sentence can be found again where it stood."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOSERS = "”’」』）)】》\"'"
_END = re.compile(
    rf"(?:[。！？…]+|[!?]+(?=\s|$|[{_CLOSERS}])|\.(?=\s+[A-Z0-9“\"(\[]|\s*$|\s*\n))[{_CLOSERS}]*|\n+|；(?=\n)"
)
LIST_MARK = re.compile(r"\s*(?:[-•*·■●▪]|\d{1,2}[.、)）](?!\d))\s*")
"""What a list item begins with."""
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|No|Fig|Figs|Dr|Mr|Mrs|Ms|St|Inc|Ltd|Co|approx|[A-Z])|^\s*\d+)\.$")


@dataclass(frozen=True)
class Span:
    """A half-open character range of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters of ``text`` in this range."""
        return text[self.start : self.end]


def sentence_spans(text: str) -> list[Span]:
    """Return the sentences of ``text`` in order, without surrounding white space.

    Line ends always end a sentence; Chinese full stops do; Latin ones do where a new sentence can begin
    (not in "3.5", "e.g." or "No. 4"). Together the spans hold every character that is not white space.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        piece = text[start : match.end()]
        if match.group().startswith(".") and _ABBREVIATION.search(piece.rstrip()):
            continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def sentences(text: str) -> list[str]:
    """Return the sentences of ``text`` as strings."""
    return [span.of(text) for span in sentence_spans(text)]


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        offset = start + piece.index(stripped[0])
        spans.append(Span(offset, offset + len(stripped)))
