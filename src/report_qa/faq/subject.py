"""What a document and its sections are about, as a question names it."""

from __future__ import annotations

import re

from report_qa.documents.section import Section
from report_qa.indexing.records import IndexedDocument

_KIND_OF_DOCUMENT = re.compile(
    r"(?:车主|用户|使用|操作|产品)?(?:手册|说明书|指南)$|"
    r"\b(?:(?:owner|user)['’]?s?\s+)?(?:manual|handbook|guide)$",
    re.IGNORECASE,
)
_SECTION_NUMBER = re.compile(
    r"^(?:\d+(?:\.\d+)+[.、]?\s*|\d+[.、]\s*|\d{1,2}\s+(?![年月日天个大])|第[一二三四五六七八九十百\d]+[章节]\s*)(?=\D)"
)


def is_manual(document: IndexedDocument) -> bool:
    """Return whether a document calls itself a manual, so that its numbered lists are steps."""
    return bool(_KIND_OF_DOCUMENT.search(document.title))


def subject_of(document: IndexedDocument) -> str:
    """Return what a document is about: its title without words such as 说明书."""
    return _KIND_OF_DOCUMENT.sub("", document.title).strip() or document.title


def bare_heading(section: Section) -> str:
    """Return the innermost heading of a section without its number."""
    return _SECTION_NUMBER.sub("", section.title)
