"""Pairs computed from numbered lists, asked for the steps, and from sentences that explain the numbers in a picture."""

from __future__ import annotations

import re
from collections.abc import Sequence

from report_qa.documents.section import Section
from report_qa.errors import Text
from report_qa.faq.parts import statable, unmarked
from report_qa.faq.procedures import Procedure, procedures
from report_qa.faq.records import Draft
from report_qa.faq.source import Place
from report_qa.faq.subject import bare_heading, subject_of
from report_qa.indexing.records import IndexedDocument
from report_qa.text.sentences import Span

_QUESTION = Text("{heading} ({subject}): what are the steps?", "{subject} {heading}：{name}是什么？")
_LEGEND = Text(
    "{heading} ({subject}): what do the numbers in the picture stand for?", "{subject} {heading}：图中各编号是什么？"
)
_NUMBERED = re.compile(
    r"(?:^|[：:，,；;]\s*)(?:接口|开关|旋钮)?\s*\d{1,2}\s*(?:为|是|表示|is\b|are\b|sets?\b|[a-z]+s\b)"
)
_FEWEST_NUMBERED = 3
_STEPS = "操作步骤"


def list_pairs(documents: Sequence[IndexedDocument]) -> list[Draft]:
    """Return the pairs of all procedures and of all sentences that explain the numbers in a picture.

    Their words are never translated.

    Args:
        documents: those of the index.
    """
    return [draft for document in documents for section in document.sections
            for draft in section_list_pairs(document, section)]  # fmt: skip


def section_list_pairs(document: IndexedDocument, section: Section) -> list[Draft]:
    """Return the pairs of the procedures, and of such sentences, of one section of a document."""
    steps = [_pair(document, section, procedure) for procedure in procedures(document, section)]
    explaining = (
        span for span in statable(section) if len(_NUMBERED.findall(span.of(section.text))) >= _FEWEST_NUMBERED
    )
    return steps + [_legend(document, section, span) for span in explaining]


def _pair(document: IndexedDocument, section: Section, procedure: Procedure) -> Draft:
    place = Place(document, section, procedure.start, procedure.end, True)
    heading = bare_heading(section) or document.title
    question = _QUESTION.in_language(document.language).format(
        heading=heading, subject=subject_of(document), name=procedure.name or _STEPS
    )
    return Draft(
        question=question, answer=place.quote, evidence=place.evidence(), type="procedure",
        language=document.language, source="list",
    )  # fmt: skip


def _legend(document: IndexedDocument, section: Section, span: Span) -> Draft:
    place = Place(document, section, span.start, span.end, True)
    heading = bare_heading(section) or document.title
    question = _LEGEND.in_language(document.language).format(heading=heading, subject=subject_of(document))
    return Draft(
        question=question, answer=unmarked(place.quote), evidence=place.evidence(), type="fact",
        language=document.language, source="list",
    )  # fmt: skip
