"""A release of reviewed answers as cases: each of its questions, in every wording, is to be answered as approved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from report_qa.evals.dataset import Case
from report_qa.evals.facts import holds_fact
from report_qa.evals.importers.imported import Imported
from report_qa.faq.facts import facts_of
from report_qa.faq.records import Entry, Release


def read_release(release: Release) -> Imported:
    """Return the cases of a release.

    A right answer holds the quantities, codes and obligations of the approved one; where that states none, it holds the
    approved answer or its evidence word for word.
    """
    return Imported(tuple(case for entry in release.entries for case in _cases(entry)))


def _cases(entry: Entry) -> Iterator[Case]:
    language: Literal["zh", "en"] = "zh" if entry.language == "zh" else "en"
    facts = tuple((fact,) for fact in facts_of(entry.answer) if holds_fact(entry.answer, fact))
    for position, question in enumerate((entry.question, *entry.similar)):
        yield Case(
            id=f"faq-{entry.id}" + (f"-{position}" if position else ""),
            document=entry.evidence.document,
            language=language,
            kind="fact",
            question=question,
            gold=entry.answer,
            key_facts=facts or ((entry.answer, entry.evidence.quote),),
            evidence=(entry.evidence.quote,),
        )
