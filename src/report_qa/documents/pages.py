"""What a printed page leaves in a text that was copied from it: page numbers, running lines, tables of contents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise, takewhile

from report_qa.documents.blocks import Line

_PAGE = re.compile(
    r"^(?:[-—–]\s?\d{1,4}\s?[-—–]|第\s?\d{1,4}\s?页(?:\s?[,，/]?\s?共\s?\d{1,4}\s?页)?|page\s\d{1,4}(?:\sof\s\d{1,4})?)$",
    re.IGNORECASE,
)
_RUNNING = re.compile(
    r"^(?P<before>\d{1,4})(?:\s{2,}|\t|\s*[|｜]\s*)\S.*$|^\S.*(?:\s{2,}|\t|\s*[|｜]\s*)(?P<behind>\d{1,4})$"
)
"""A line that a wide gap or a bar parts from the number of its page."""
_NUMBER = re.compile(r"\d+")
_CONTENTS = re.compile(r"^(?:目\s*[录次錄]|(?:table of )?contents)\s*[：:]?$", re.IGNORECASE)
_LED = re.compile(r"^\s*\S.*?\s*(?:\.{3,}|…+|·{3,}|⋯+|(?:\s\.){3,})[\s.]*(\d{1,4}|[ivx]{1,5})$", re.IGNORECASE)
_ENTRY = re.compile(rf"{_LED.pattern}|^\s*\S.*?(?:\s{{2,}}|\t)\s*(\d{{1,4}})$", re.IGNORECASE)
"""A heading and its page, with dots that lead to it, or under the title of a table of contents a gap."""
_FEWEST_LED = 4
"""Lines whose dots lead to growing numbers that need no title above them to be entries."""


def without_pages(groups: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the lines of a text, grouped as blank lines part them, without what belongs to its pages.

    Left out are numbers of pages, lines that stand alone twice or more with nothing changed but a growing number, and
    tables of contents, whose words are those of the headings.
    """
    running = _running_lines(groups)
    kept: list[list[Line]] = []
    inside = False  # whether this is still below the title of a table of contents
    for group in groups:
        lines = [line for line in group if line.first not in running and not _PAGE.match(line.text.strip())]
        at = 0
        rest: list[Line] = []
        while at < len(lines):
            titled = bool(_CONTENTS.match(lines[at].text.strip()))
            entries = _entries(lines[at:], _ENTRY if inside else _LED)
            if titled or (entries and (inside or entries >= _FEWEST_LED)):
                inside = titled or inside
                at += max(entries, 1)
                continue
            inside = False
            rest.append(lines[at])
            at += 1
        kept.append(rest)
    return [group for group in kept if group]


def _running_lines(groups: Sequence[Sequence[Line]]) -> set[int]:
    """Return the numbers of the lines that head or foot the pages."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for group in groups:
        match = _RUNNING.match(group[0].text.strip()) if len(group) == 1 else None
        if match:
            page = int(match["before"] or match["behind"])
            found[_NUMBER.sub("#", group[0].text.strip())].append((page, group[0].first))
    grow = (lines for lines in found.values() if len(lines) > 1 and all(a < b for (a, _), (b, _) in pairwise(lines)))
    return {line for lines in grow for _, line in lines}


def _entries(lines: Sequence[Line], pattern: re.Pattern[str]) -> int:
    """Return with how many entries of a table of contents lines begin: names with pages that do not decrease."""
    matches = takewhile(bool, (pattern.match(line.text) for line in lines))
    pages = [next(page for page in match.groups() if page) for match in matches if match]
    numbers = [int(page) for page in pages if page.isdecimal()]
    grow = numbers == sorted(numbers) and (len(numbers) < 2 or numbers[0] < numbers[-1])
    return len(pages) if grow else 0
