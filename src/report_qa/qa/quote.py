"""Evidence -> the quoted answer: the sentences that answer, ready to be shown or translated.

A small model that writes in its own words takes the wrong one of two neighbouring numbers in about every third
answer; the sentence that answers, quoted, cannot be misread. See ``answer.style`` in the settings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from report_qa.documents.lists import NUMBERED_ITEM
from report_qa.qa.evidence import Evidence
from report_qa.qa.records import Passage
from report_qa.qa.windows import same
from report_qa.text.normalise import ideograph_length, language_of
from report_qa.text.sentences import LIST_MARK

_CLOSE = 1.0
"""How far (in score) another sentence may be behind the best and still be quoted with it. Of 161 answered development
questions over single documents the best alone holds the answer in 77%, those within 1 in 80%, within 3 in 83%; but of
those beyond 1 only about every twelfth wins an answer (docs/benchmark.md)."""
_MOST = 3
_MOST_OF_PART = 2
"""For each part of a question that has several."""
_ROOM = 160.0
"""Width up to which several sentences are quoted, in ideographs."""
_CLOSED = re.compile(r"[。.!！?？;；：:，,、]$")
_FULL_STOP = re.compile(r"[。.!！?？][”\"’』」)）]?$")
_SCALE = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)\s*(万亿|千万|百万|亿|万)")
_SCALES = {"万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}


class Quote(NamedTuple):
    """A piece of evidence, the citation number of its passage, and whether a better one stands before it."""

    piece: Evidence
    number: int
    beside: bool = False


def quotes_of_parts(parts: Sequence[Sequence[Evidence]], passages: Sequence[Passage]) -> list[Quote]:
    """Return what is quoted for a question of one or more parts, each statement once.

    Args:
        parts: the evidence for each part, best first.
        passages: as in :func:`choose_quotes`.
    """
    most = _MOST if len(parts) == 1 else _MOST_OF_PART
    quotes: list[Quote] = []
    for evidence in parts:
        chosen = choose_quotes(evidence, passages)[:most]
        quotes += [quote for quote in chosen if not any(_quoted_already(known.piece, quote.piece) for known in quotes)]
    return quotes


def choose_quotes(evidence: Sequence[Evidence], passages: Sequence[Passage]) -> list[Quote]:
    """Return the best piece, and up to two others where they are about as good and all are short.

    Args:
        evidence: pieces, best first.
        passages: what the citations refer to; a piece that is in none of them is not quoted.
    """
    numbers = {chunk: passage.number for passage in passages for chunk in passage.chunk_ids}
    quotes: list[Quote] = []
    for piece in evidence:
        if piece.window.chunk.id not in numbers or any(_repeats(quote.piece, piece) for quote in quotes):
            continue
        if not quotes or _about_as_good(piece, [quote.piece for quote in quotes]):
            quotes.append(Quote(piece, numbers[piece.window.chunk.id], beside=bool(quotes)))
        if len(quotes) == _MOST:
            break
    return quotes


def _about_as_good(piece: Evidence, chosen: Sequence[Evidence]) -> bool:
    """Whether a piece is a whole statement, short enough, and close to the best one, which stands first."""
    whole = piece.is_statement or bool(_FULL_STOP.search(piece.text))
    room = _ROOM - sum(ideograph_length(other.text) for other in chosen)
    return whole and ideograph_length(piece.text) <= room and piece.score >= chosen[0].score - _CLOSE


def _repeats(first: Evidence, second: Evidence) -> bool:
    alike = first.is_statement == second.is_statement and first.window.hit.ref == second.window.hit.ref
    overlapping = first.start < second.end and second.start < first.end
    return (alike and overlapping) or same(first.text, second.text)


def _quoted_already(known: Evidence, piece: Evidence) -> bool:
    """Whether a part of the question is answered by what is quoted for another; two cells of a row say two things."""
    cells = known.window.chunk.kind == piece.window.chunk.kind == "cell"
    return known.text == piece.text if cells else _repeats(known, piece)


def quoted(piece: Evidence) -> str:
    """Return a piece as it is shown: steps line by line; the rest on one line, without list marks, with a full stop."""
    lines = piece.text.split("\n")
    if sum(bool(NUMBERED_ITEM.match(line)) for line in lines) > 1:
        return "\n".join(line.strip() for line in lines if line.strip())
    zh = language_of(piece.text) == "zh"
    text = ""
    for line in lines:
        mark = LIST_MARK.match(line)
        item = line[mark.end() if mark else 0 :].strip()
        if text and item and not _CLOSED.search(text):
            text += "；" if zh else ";"
        text += item if zh or not text else f" {item}"
    text = re.sub(r"[；;，,、：:]$", "", text.strip())
    return text if _FULL_STOP.search(text) else text + ("。" if zh else ".")


def with_english_scales(text: str) -> str:
    """Return ``text`` with 万 and 亿 put into English numbers, which language models often get wrong by ten."""

    def convert(match: re.Match[str]) -> str:
        value = float(match[1].replace(",", "")) * _SCALES[match[2]]
        for name, size in (("trillion", 1e12), ("billion", 1e9), ("million", 1e6)):
            if value >= size:
                return f"{round(value / size, 6):g} {name} "
        return f"{round(value):,} "

    return _SCALE.sub(convert, text)
