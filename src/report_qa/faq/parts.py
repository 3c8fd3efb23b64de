"""What is drafted from in one step: sentences of one section, few enough that a stop loses little."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from report_qa.documents.blocks import Kind
from report_qa.documents.headings import is_legend, names_a_table
from report_qa.documents.section import Section
from report_qa.faq.facts import facts_of
from report_qa.faq.procedures import Procedure, procedures
from report_qa.faq.source import Place
from report_qa.faq.subject import bare_heading, subject_of
from report_qa.indexing.records import IndexedDocument
from report_qa.text.sentences import LIST_MARK, Span, sentence_spans

_PART_CHARS = 500
"""What a kill loses at most, some ten calls."""
_SHORTEST = 6
"""A sentence with fewer characters states nothing that could be asked."""
_WHOLE = 16
_NUMBERED = re.compile(r"\d{1,2}[.、)）](?!\d)")
_STATES = re.compile(r"(?<!^)\d|[。.!！；;]\s*$")
"""A short line without a number (other than its own) or full stop is a label or an item of a list, and a pair on it is
made up."""
_OF_ITSELF = re.compile(
    r"感谢|[本该](?:手册|说明书|指南|报告|书)|正文|^图中|[如见][上下]?[图表](?:所示|[。.]$)|"
    r"\bthank|\bthis (?:manual|guide|handbook|report|book|document)\b|\bin the figures?\b|"
    r"\bthe (?:following |above )?(?:table|figure)s? (?:below )?(?:gives?|tells?|shows?|lists?)\b|"
    r"\bshown (?:below|above)\b",
    re.IGNORECASE,
)
_NO_SENTENCE = re.compile(
    r"(?:图|figure|fig\.)\s*\d[\d.-]*\s[^。.]*$|.*\S(?:\s{2,}\S+){2}|.*[，,]$|[^。.]{0,8}$", re.IGNORECASE
)
"""A caption, a row of a table that was read as text, the beginning of a line that goes on elsewhere, a label of a chart
such as 1000人以上."""
_SIGNAL = re.compile(
    r"\s*(?:警告|危险|注意|小心|说明|提示|warning|danger|caution|note|notice|hint)\s*[：:]\s*", re.IGNORECASE
)
_OPEN = ("：", ":")
_LEANS = re.compile(
    r"^(?:这|该|此(?!外)|其(?![次他它余实])|它|他们|她们|上述|两者|前者|后者)|"
    r"^(?:\w+ ){0,3}(?:it|they|them|this|these|those)\b",
    re.IGNORECASE,
)
_JOINS_ON = re.compile(
    r"^(?:其次|其中|另外|此外|同时|然而|不过|但|而|仅|还有|另有|尽管|因此|说明|among|of (?:these|those)|another|and|"
    r"but|however|a further|the (?:rest|other|others|remaining))",
    re.IGNORECASE,
)
_RULE = "part-7"


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

        Labels state nothing; the steps of a procedure are asked for as a whole, by code, and nobody asks for a single
        one, nor for what a document says of itself or announces, but for the facts in them.
        """
        steps = procedures(self.document, self.section)
        return [
            number
            for number, span in enumerate(self.spans, start=1)
            if not any(step.start <= span.start < step.end or _introduces(self.section, span, step) for step in steps)
            and not _continues(self.section, span)
            and _states(unmarked(text := span.of(self.section.text)), self.document.title)
            and not (_NUMBERED.match(text) and not facts_of(unmarked(text)))
        ]

    def text(self, number: int) -> str:
        """Return a sentence by its number, without the mark of a list."""
        return unmarked(self.spans[number - 1].of(self.section.text))

    def context(self, number: int, language: str) -> str:
        """Return the line that tells the model what stands before a sentence that leans on it; empty for others."""
        before = self._before(number)
        if before is None or not (_LEANS.search(self.text(number)) or _JOINS_ON.search(self.text(number))):
            return ""
        label = "上文：" if language == "zh" else "Before: "
        return f"{label}{unmarked(before.of(self.section.text))}\n"

    def place(self, number: int) -> Place:
        """Return a sentence by its number, with what it cannot be read without.

        That is the one before where it begins with "it", the list that it introduces, and the items after the first of
        a list that is one sentence.
        """
        span = self.spans[number - 1]
        before = self._before(number) if _LEANS.search(self.text(number)) else None
        start, end = before.start if before else span.start, span.end
        for later in self.spans[number:]:
            if not _continues(self.section, later):
                break
            end = later.end
        if self.text(number).endswith(_OPEN):
            end = _end_of_list(self.section, end)
        return Place(self.document, self.section, start, end, True)

    def _before(self, number: int) -> Span | None:
        """Return the sentence before one in the same paragraph."""
        if number == 1:
            return None
        before = self.spans[number - 2]
        return None if "\n" in self.section.text[before.start : self.spans[number - 1].end] else before


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
    if _NO_SENTENCE.match(text) or not (_STATES.search(text) or len(text) >= _WHOLE):
        return False
    return any(fact not in title for fact in facts_of(text)) or not (_OF_ITSELF.search(text) or text.endswith(_OPEN))


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
            and not names_a_table(text)
        ):
            found.append(span)
    return found


def _introduces(section: Section, span: Span, step: Procedure) -> bool:
    return span.end <= step.start and not section.text[span.end : step.start].strip()


def _end_of_list(section: Section, end: int) -> int:
    """Return where the list ends that stands right after a position, or the position where none does."""
    first = section.text.count("\n", 0, max(end - 1, 0)) + 1
    for kind in section.kinds[first:]:
        if kind != Kind.LIST:
            break
        after = section.text.find("\n", end + 1)
        end = after if after >= 0 else len(section.text)
    return end


def _continues(section: Section, span: Span) -> bool:
    """Whether a list item goes on with the sentence of the item before it, which ends with a semicolon."""
    before = section.text[: span.start].rstrip()
    listed = section.kinds[section.text.count("\n", 0, span.start)] == Kind.LIST
    return listed and before.endswith(("；", ";")) and section.kinds[before.count("\n")] == Kind.LIST


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
