"""Numbered lists that are the steps of a procedure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from report_qa.documents.blocks import Kind
from report_qa.documents.section import Section
from report_qa.faq.subject import is_manual
from report_qa.indexing.records import IndexedDocument

_NUMBER = re.compile(r"\s*(\d{1,2})[.、)）](?!\d)")
_INTRODUCES = re.compile(r"(?:步骤|操作|顺序|如下|\b(?:steps?|follows|proceed)\b)[^。.]*[：:]\s*$", re.IGNORECASE)
_OPENS = re.compile(r"[：:]\s*$")
_NAMED = re.compile(r"([^，。；：,.;:按]{2,12}步骤)如下[：:]\s*$")
_FEWEST = 2


@dataclass(frozen=True)
class Procedure:
    """Numbered items of a section, one to a line.

    Attributes:
        start, end: their characters in the section's text.
        name: what the line above calls them, such as 安装步骤, or empty.
    """

    start: int
    end: int
    name: str


def procedures(document: IndexedDocument, section: Section) -> list[Procedure]:
    """Return the numbered lists of a section that are steps: the line above says so, or in a manual only ends open."""
    opens = _OPENS if is_manual(document) else _INTRODUCES
    found: list[Procedure] = []
    start, named, introduction, expected, at = -1, "", "", 1, 0
    lines = section.text.split("\n")
    for kind, line in zip((*section.kinds, Kind.PARAGRAPH), (*lines, ""), strict=True):
        number = _NUMBER.match(line) if kind is Kind.LIST else None
        if number and int(number[1]) == expected and (expected > 1 or opens.search(introduction)):
            start, named = (at, introduction) if expected == 1 else (start, named)
            expected += 1
        elif expected > 1:
            if expected > _FEWEST:
                what = _NAMED.search(named)
                found.append(Procedure(start, at - 1, what[1] if what else ""))
            expected = 1
        introduction = line
        at += len(line) + 1
    return found
