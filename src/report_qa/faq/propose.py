"""Evidence for pairs that came without: the sentence or table row that bears the answer out, if one does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from report_qa.faq.checks import check, check_against, grounding
from report_qa.faq.parts import statable
from report_qa.faq.records import Draft
from report_qa.faq.source import Place, Sources
from report_qa.indexing.keywords import KeywordIndex

_TRIED = 8
_BORNE_OUT = 0.6
"""Share of the answer's words that a sentence must hold to be proposed; a person sees it before it counts."""


def with_evidence(
    drafts: Sequence[Draft], sources: Sources, tell: Callable[[int], None] = lambda done: None
) -> list[Draft]:
    """Return drafts checked, those without evidence with the best that was found; where nothing fits it stays None.

    Args:
        drafts: what to check.
        sources: where evidence is looked for.
        tell: told how many are done, after each.
    """
    places: list[Place] = []
    keywords: KeywordIndex | None = None
    made = []
    for draft in drafts:
        if draft.evidence is None:
            if keywords is None:
                places = _places(sources)
                keywords = KeywordIndex([f"{place.context}\n{place.quote}" for place in places])
            place = _best(draft, places, keywords)
            draft = replace(draft, evidence=place.evidence() if place else None)
        made.append(check(draft, sources))
        tell(len(made))
    return made


def _places(sources: Sources) -> list[Place]:
    found = []
    for document, section in sources.sections():
        spans = [(span.start, span.end) for span in statable(section)]
        spans += [span for placed in section.tables for span in placed.row_spans]
        found += [Place(document, section, start, end, True) for start, end in spans]
    return found


def _best(draft: Draft, places: Sequence[Place], keywords: KeywordIndex) -> Place | None:
    scores = keywords.scores(f"{draft.question}\n{draft.answer}")
    for position in np.argsort(-scores, kind="stable")[:_TRIED]:
        place = places[int(position)]
        bears = grounding(draft.answer, f"{place.context}\n{place.quote}") >= _BORNE_OUT
        if scores[position] > 0 and bears and not list(check_against(draft.question, draft.answer, place)):
            return place
    return None
