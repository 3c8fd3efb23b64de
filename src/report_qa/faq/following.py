"""What to ask next where no release answers: questions that code makes of the documents, of which each has its answer.

Headings that are questions, steps, and cells of tables. No model is asked; each question is searched, and one that does
not bring its own section among the best is not proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from report_qa.documents.blocks import Kind
from report_qa.documents.section import Section
from report_qa.faq.checks import check
from report_qa.faq.flags import held_back
from report_qa.faq.likeness_scores import bare
from report_qa.faq.list_pairs import section_list_pairs
from report_qa.faq.nearness import Distance, distance
from report_qa.faq.records import Draft
from report_qa.faq.roundtrip import AMONG
from report_qa.faq.source import Sources
from report_qa.faq.table_pairs import section_table_pairs
from report_qa.indexing.records import IndexedDocument
from report_qa.qa.records import Answer
from report_qa.qa.retrieve import Query, Retriever
from report_qa.text.normalise import cjk_count

_TRIED = 6
"""Most questions that are searched, each some 50 ms."""
_LONGEST = {"zh": 40, "en": 100}
"""Characters of a question that is read at a glance."""
_CLUMSY = re.compile(r"\b(?:the|are) (?:what|how|when|where|who|which|why)\b", re.IGNORECASE)
"""A column that is itself worded as a question makes no sentence."""
_ASKS = re.compile(r"[?？]$")
_RATHER = (("list", "procedure"), ("table", "fact"), ("list", "fact"), ("table", "comparison"))
"""Where a question is from and what it asks for; the first read best."""


def computed(
    sources: Sources, retriever: Retriever, answer: Answer, asked: Sequence[str], count: int
) -> tuple[str, ...]:
    """Return questions about what stands near the passages that an answer cites, of each section one at most.

    Args:
        sources: the documents.
        retriever: over the same documents.
        answer: rests on some of them; questions are in its language.
        asked: questions that are not to be proposed.
        count: how many at most.
    """
    known = {bare(question) for question in asked}
    found: list[str] = []
    tried = 0
    for document, section in _nearest(sources, answer):
        if len(found) == count or tried == _TRIED:
            break
        question = next((q for q in _questions(sources, document, section, answer) if bare(q) not in known), "")
        if not question:
            continue
        tried += 1
        best = [hit.ref.section for hit in retriever.search(Query(question))[:AMONG]]
        if section in best:
            known.add(bare(question))
            found.append(question)
    return tuple(found)


def _nearest(sources: Sources, answer: Answer) -> list[tuple[IndexedDocument, Section]]:
    """Return the sections of the documents that are cited and in the answer's language, the nearest first."""
    passages = [citation.passage for citation in answer.citations]
    near: list[tuple[Distance, int, IndexedDocument, Section]] = []
    for at, (document, section) in enumerate(sources.sections()):
        first = section.lines[0][0] if section.lines else 0
        far = distance(passages, document.name, section.path, first)
        if far is not None and document.language == answer.language:
            near.append((far, at, document, section))
    return [(document, section) for _, _, document, section in sorted(near, key=lambda one: one[:2])]


def _questions(sources: Sources, document: IndexedDocument, section: Section, answer: Answer) -> Iterator[str]:
    """Give the questions that a section answers and the answer does not yet, those that read best first."""
    quoted = [citation.quote for citation in answer.citations if citation.quote]
    for heading, below in _headed(section):
        if _ASKS.search(heading) and below.strip() and not any(quote in below for quote in quoted):
            yield heading
    drafts = [*section_list_pairs(document, section), *section_table_pairs(document, section)]
    drafts.sort(key=lambda draft: (_RATHER.index((draft.source, draft.type)), len(draft.question)))
    for draft in drafts:
        told = any(_told(draft, quote) for quote in quoted)
        if not told and _reads(draft) and not held_back(check(draft, sources).flags):
            yield draft.question


def _headed(section: Section) -> Iterator[tuple[str, str]]:
    """Give the headings of a section, its own and those in its text, each with what stands below it."""
    heading = section.title
    below: list[str] = []
    for line, kind in zip(section.text.split("\n"), section.kinds, strict=True):
        if kind is Kind.HEADING:
            yield heading, "\n".join(below)
            heading, below = line, []
        else:
            below.append(line)
    yield heading, "\n".join(below)


def _reads(draft: Draft) -> bool:
    longest = _LONGEST["zh" if cjk_count(draft.question) else "en"]
    return len(draft.question) <= longest and not _CLUMSY.search(draft.question)


def _told(draft: Draft, quote: str) -> bool:
    """Return whether an answer that quotes some words has told what a draft asks."""
    return draft.evidence is not None and (quote in draft.evidence.quote or draft.evidence.quote in quote)
