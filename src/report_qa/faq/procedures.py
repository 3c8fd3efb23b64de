"""Numbered lists that are the steps of a procedure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from report_qa.documents.lists import numbered_lists
from report_qa.documents.section import Section
from report_qa.faq.subject import is_manual
from report_qa.indexing.records import IndexedDocument

_INTRODUCES = re.compile(r"(?:步骤|操作|顺序|如下|\b(?:steps?|follows|proceed)\b)[^。.]*[：:]\s*$", re.IGNORECASE)
_OPENS = re.compile(r"[：:]\s*$")
_NAMED = re.compile(r"([^，。；：,.;:按]{2,12}步骤)如下[：:]\s*$")


@dataclass(frozen=True)
class Procedure:
    """Numbered items of a section with what stands between them.

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
    for numbered in numbered_lists(section):
        above = numbered.above.of(section.text)
        if numbered.first == 1 and opens.search(above):
            named = _NAMED.search(above)
            found.append(Procedure(numbered.span.start, numbered.span.end, named[1] if named else ""))
    return found
