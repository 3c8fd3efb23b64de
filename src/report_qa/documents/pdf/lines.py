"""Characters -> fragments of lines, as far as they run on without a gap."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from report_qa.documents.blocks import Box
from report_qa.documents.pdf.page import Char
from report_qa.text.normalise import CJK

_GAP = 1.6
"""A gap wider than this many times the size of the letters separates columns."""
_WORD_GAP = 0.5
"""In a cell, whose words are put in order by where they stand, a gap wider than this parts words."""
_OFF_LINE = 0.5
"""How far, in sizes, the middle of a character may be from that of its line; superscripts are nearer."""
_SPACES = re.compile(r"\s+")
_CJK_SPACE = re.compile(rf"(?<=[{CJK}，。；：、！？]) (?=[{CJK}])")


@dataclass(frozen=True)
class Fragment:
    """A run of characters on one line.

    Attributes:
        text: what it says.
        box: where it stands.
        size: the size of most of its letters, in points.
        bold: whether most of them are bold.
    """

    text: str
    box: Box
    size: float
    bold: bool


def lines_of_cell(chars: Iterable[Char]) -> list[Fragment]:
    """Return the characters of a table's cell line by line, each from the left.

    A file may draw the plain letters of a line first and its framed ones then: "+", and after it "Ctrl" and "Z".
    """
    return _in_reading_order(_fragment(run) for run in _runs(chars, _WORD_GAP))


def pieces_of(chars: Iterable[Char]) -> list[Fragment]:
    """Return what characters say line by line, in pieces as near to each other as the words of one cell."""
    return _in_reading_order((_fragment(run) for run in _runs(chars, _WORD_GAP)), _WORD_GAP)


def fragments_of(chars: Iterable[Char]) -> list[Fragment]:
    """Return the fragments of characters that come in the order of the file."""
    found = [fragment for fragment in (_fragment(run) for run in _runs(chars, _GAP)) if fragment is not None]
    return _joined(found)


def _runs(chars: Iterable[Char], widest: float) -> list[list[Char]]:
    """Part characters where one does not follow the one before it, or by a gap wider than so many sizes."""
    runs: list[list[Char]] = []
    run: list[Char] = []
    last: Char | None = None
    for char in chars:
        if char.text == "\n":
            last = None
            continue
        if not char.size:
            if run and last is not None:
                run.append(char)  # a space that the file only implies
            continue
        if last is None or not _follows(last, char, widest):
            run = []
            runs.append(run)
        run.append(char)
        last = char
    return runs


def _in_reading_order(fragments: Iterable[Fragment | None], widest: float = _GAP) -> list[Fragment]:
    lines: list[list[Fragment]] = []
    for fragment in sorted((one for one in fragments if one is not None), key=_middle):
        line = lines[-1] if lines else None
        if line and _middle(fragment) - _middle(line[0]) <= _OFF_LINE * min(line[0].size, fragment.size):
            line.append(fragment)
        else:
            lines.append([fragment])
    return _joined([fragment for line in lines for fragment in sorted(line, key=lambda one: one.box.left)], widest)


def _middle(fragment: Fragment) -> float:
    return (fragment.box.top + fragment.box.bottom) / 2


def _follows(last: Char, char: Char, widest: float) -> bool:
    size = max(last.size, char.size)
    level = abs((last.box.top + last.box.bottom) - (char.box.top + char.box.bottom)) / 2 <= _OFF_LINE * size
    gap = char.box.left - last.box.right
    return level and -1.5 * size <= gap <= widest * size


def _fragment(run: Sequence[Char]) -> Fragment | None:
    placed = [char for char in run if char.size and not char.text.isspace()]
    text = clean_text("".join(char.text for char in run))
    if not placed or not text:
        return None
    box = placed[0].box
    for char in placed[1:]:
        box = box.around(char.box)
    sizes = Counter(round(char.size * 2) / 2 for char in placed)
    bold = sum(char.bold for char in placed) * 2 > len(placed)
    return Fragment(text, box, sizes.most_common(1)[0][0], bold)


def clean_text(text: str) -> str:
    """Return text with single spaces, and none between ideographs."""
    return _CJK_SPACE.sub("", _SPACES.sub(" ", text.replace("\u00ad", "").replace("\x02", "-"))).strip()


def _joined(fragments: Sequence[Fragment], widest: float = _GAP) -> list[Fragment]:
    """Join fragments that the file gives apart but that stand side by side on one line without a gap."""
    joined: list[Fragment] = []
    for fragment in fragments:
        before = joined[-1] if joined else None
        if before is not None and _side_by_side(before, fragment, widest):
            space = "" if fragment.box.left - before.box.right < 0.15 * before.size else " "
            joined[-1] = Fragment(
                clean_text(before.text + space + fragment.text), before.box.around(fragment.box),
                before.size if len(before.text) >= len(fragment.text) else fragment.size,
                before.bold if len(before.text) >= len(fragment.text) else fragment.bold,
            )  # fmt: skip
        else:
            joined.append(fragment)
    return joined


def _side_by_side(a: Fragment, b: Fragment, widest: float) -> bool:
    size = max(a.size, b.size)
    level = abs((a.box.top + a.box.bottom) - (b.box.top + b.box.bottom)) / 2 <= _OFF_LINE * size
    return level and -0.3 * size <= b.box.left - a.box.right <= widest * size
