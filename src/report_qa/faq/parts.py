"""What is given to the model at once: numbered sentences of one section, few enough for a small model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from report_qa.documents.blocks import Kind
from report_qa.documents.headings import is_legend
from report_qa.documents.section import Section
from report_qa.faq.facts import facts_of
from report_qa.faq.procedures import procedures
from report_qa.faq.subject import bare_heading, subject_of
from report_qa.indexing.records import IndexedDocument
from report_qa.text.sentences import LIST_MARK, Span, sentence_spans

_PART_CHARS = 500
"""A small model asked of more text asks about its beginning only."""
_SHORTEST = 6
"""A sentence with fewer characters states nothing that could be asked."""
_WHOLE = 16
_STATES = re.compile(r"(?<!^)\d|[。.!！；;]\s*$")
"""A short line without a number (other than its own) or full stop is a label or an item of a list, and a pair on it is
made up."""
_OF_ITSELF = re.compile(
    r"感谢|[本该](?:手册|说明书|指南|报告|书)|正文|^图中|"
    r"\bthank|\bthis (?:manual|guide|handbook|report|book|document)\b|\bin the figures?\b",
    re.IGNORECASE,
)
_SIGNAL = re.compile(
    r"\s*(?:警告|危险|注意|小心|说明|提示|warning|danger|caution|note|notice|hint)\s*[：:]\s*", re.IGNORECASE
)
_RULE = "part-6"


@dataclass(frozen=True)
class Part:
    """Sentences of a section that are drafted from together.

    Attributes:
        document, section: where they are from.
        spans: their ranges in the section's text, in order.
        key: hash of document, headings and sentences; a changed part has another one and is drafted anew.
    """

    document: IndexedDocument
    section: Section
    spans: tuple[Span, ...]
    key: str

    @property
    def heading(self) -> str:
        """Title and innermost heading as the model is shown them: of a long path it asks about the wrong end.

        Numbers of sections and words such as 说明书 are left out: with them it asks about "3.2 of the manual".
        """
        return f"《{subject_of(self.document)}》{bare_heading(self.section)}"

    @property
    def stating(self) -> list[int]:
        """The numbers, from 1, of the sentences to ask about.

        Labels state nothing; the steps of a procedure are asked for as a whole, by code; and nobody asks what a
        document says of itself or announces, but for the facts in it.
        """
        steps = procedures(self.document, self.section)
        return [
            number
            for number, span in enumerate(self.spans, start=1)
            if not any(step.start <= span.start < step.end for step in steps)
            and _states(unmarked(span.of(self.section.text)), self.document.title)
        ]

    def lines(self) -> str:
        """Return the sentences, numbered from 1, list marks left out."""
        texts = (span.of(self.section.text) for span in self.spans)
        return "\n".join(f"{number}. {unmarked(text)}" for number, text in enumerate(texts, start=1))


def parts_of(documents: Sequence[IndexedDocument], language: str) -> list[Part]:
    """Return the parts of all sections, in order.

    Args:
        documents: those of the index.
        language: in which pairs will be written; another language is other work.
    """
    return [
        _part(document, section, spans, language)
        for document in documents
        for section in document.sections
        for spans in _groups(section)
    ]


def _states(text: str, title: str) -> bool:
    if not (_STATES.search(text) or len(text) >= _WHOLE):
        return False
    return any(fact not in title for fact in facts_of(text)) or not (
        _OF_ITSELF.search(text) or text.endswith(("：", ":"))
    )


def statable(section: Section) -> list[Span]:
    """Return the sentences of a section that can be asked about: no tables, headings, captions, survey questions."""
    found = []
    for span in sentence_spans(section.text):
        kind = section.kinds[section.text.count("\n", 0, span.start)]
        text = span.of(section.text)
        if (
            kind in {Kind.PARAGRAPH, Kind.LIST, Kind.WARNING}
            and len(text) >= _SHORTEST
            and text[-1] not in "?？"
            and not is_legend(text)
        ):
            found.append(span)
    return found


def unmarked(text: str) -> str:
    """Return a sentence without the mark of a list or the word of a warning before it."""
    mark = LIST_MARK.match(text) or _SIGNAL.match(text)
    return text[mark.end() :] if mark else text


def _groups(section: Section) -> Iterator[tuple[Span, ...]]:
    group: list[Span] = []
    for span in statable(section):
        if group and sum(s.end - s.start for s in group) + span.end - span.start > _PART_CHARS:
            yield tuple(group)
            group = []
        group.append(span)
    if group:
        yield tuple(group)


def _part(document: IndexedDocument, section: Section, spans: tuple[Span, ...], language: str) -> Part:
    texts = [span.of(section.text) for span in spans]
    payload = "\x1f".join((_RULE, language, document.name, *section.path, *texts))
    return Part(document, section, spans, hashlib.sha256(payload.encode()).hexdigest())
