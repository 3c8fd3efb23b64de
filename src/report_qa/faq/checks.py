"""Checks of a pair without a model, before a person sees it: evidence, numbers, obligations, wording, language.

They are one-sided like those of answers: a pair that passes may still be wrong, one that is flagged mostly is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from report_qa.faq.modality import modal_differences, negation_differs
from report_qa.faq.records import Draft, Flag
from report_qa.faq.source import Place, Sources
from report_qa.faq.units import measures
from report_qa.qa.answerability import says_no
from report_qa.qa.verify import check_statement
from report_qa.text.normalise import CJK, cjk_count, fold, has_words, language_of, latin_words
from report_qa.text.numbers import quantities
from report_qa.text.sentences import sentences
from report_qa.text.tokens import search_tokens

_LEANS = re.compile(
    rf"[上下]图|如图|图\s*\d|表\s*\d|第\s*\d+\s*步|[上下本]文|本[节章段页]|上述|以上|以下|这[个些种项款样里]|那[个些种]|(?<![其])它|他们|她们|其中|"
    rf"前者|后者|文中|资料中|原文|(?<!应)该(?=[{CJK}])|(?<![尤极])其(?![他它余实次])|"
    r"\b(?:this|these|those|it|its|they|them|their|aforementioned)\b|\bthe\s+(?:above|following|passage|text|document|"
    r"section|figure|table|author)s?\b|\b(?:figure|table|step)\s*\d",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]\s*$|什么|多少|几|哪|谁|如何|怎[么样]|为何|是否|吗|能否|可否|"
    r"^\s*(?:what|which|who|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|should|must|may|will)\b",
    re.IGNORECASE,
)
_POINTS_AWAY = re.compile(
    r"[：:]\s*$|(?:如下|[见如]下[表图]|(?:如|见)?以下(?:表格?|步骤|图)?)(?:所示)?[。.]?\s*$|下表所示|"
    r"\b(?:as follows|(?:in|by) the (?:following|table below)|(?:shown )?below)\s*[.:]?\s*$",
    re.IGNORECASE,
)
"""The answer ends where it should begin."""
_YES_NO = re.compile(r"^\s*(?:是|不是|可以|不可以|不能|能|会|不会|需要|不需要|有|没有|yes|no)\b", re.IGNORECASE)
_GROUNDED = 0.6
"""Share of what an answer adds to its question that evidence and headings must hold; less is another matter.
Chosen by hand on a few drafts."""
_QUANTITY = re.compile(r"[\d.,]+\s*[a-z°ω%·/]*")
_UNIT_LETTERS = "abcdefghijklmnopqrstuvwxyz%°Ω"
_FEW_WORDS = 4
"""A Chinese answer of so few Latin words and no ideograph is a name, not an answer in another language."""


def check(draft: Draft, sources: Sources, *, language: str = "") -> Draft:
    """Return a draft with its evidence as it stands in the source and with the flags of all checks.

    Args:
        draft: what to check; flags that compare it with other pairs are kept.
        sources: the documents.
        language: the wanted one; empty for the draft's own.
    """
    evidence = draft.evidence
    place = sources.find(evidence.quote, document=evidence.document, path=evidence.path) if evidence else None
    flags = [flag for flag in draft.flags if flag.code in _ABOUT_OTHERS]
    flags += check_wording(draft.question, draft.answer, language or draft.language)
    if place is None:
        flags.append(Flag("evidence_missing", evidence.document if evidence else ""))
    else:
        flags += check_against(draft.question, draft.answer, place)
    return replace(draft, evidence=place.evidence() if place else evidence, flags=tuple(dict.fromkeys(flags)))


_ABOUT_OTHERS = frozenset({"conflict", "duplicate", "not_found_back"})


def check_wording(question: str, answer: str, language: str) -> Iterator[Flag]:
    """Yield what is wrong with question and answer as such."""
    leaning = _LEANS.search(question)
    if leaning:
        yield Flag("leans", leaning[0])
    if not _ASKS.search(question):
        yield Flag("not_question")
    if not _answers(question, answer):
        yield Flag("no_answer")
    if not _in_language(question, language) or not _in_language(answer, language):
        yield Flag("language", language)


def _answers(question: str, answer: str) -> bool:
    if not has_words(answer) or re.search(r"[?？]\s*$", answer) or says_no(answer) or _POINTS_AWAY.search(answer):
        return False
    new = set(search_tokens(answer)) - set(search_tokens(question))
    return bool(new) or bool(_YES_NO.search(answer))


def _in_language(text: str, language: str) -> bool:
    if language == "zh" and not cjk_count(text):
        return len(latin_words(text)) < _FEW_WORDS
    if not latin_words(text) and not cjk_count(text):
        return True  # a number alone is in every language
    return language_of(text) == language


def check_against(question: str, answer: str, place: Place) -> Iterator[Flag]:
    """Yield what an answer says otherwise than its evidence."""
    held = f"{place.context}\n{place.quote}"
    known, said = measures(held), measures(answer)
    borne_out = {m.number for m in said if any(m.equals(other) for other in known)}
    unsupported = [m.surface for m in said if m.number not in borne_out]
    # a number that holds in its unit need not stand there without it: 250 kPa is borne out by 0.25 MPa
    numbers = check_statement(answer, held, question=question).unsupported
    unsupported += [surface for surface in numbers if surface.split()[0].rstrip(_UNIT_LETTERS) not in borne_out]
    missing = list(dict.fromkeys(unsupported))
    if missing:
        yield Flag("unsupported", "、".join(missing))
    if place.in_table:
        return  # cells oblige to nothing, and "lack of talent" denies nothing
    modal = modal_differences(answer, f"{question}\n{place.quote}" if _YES_NO.search(answer) else place.quote)
    if modal:
        yield Flag("modal", "、".join(modal))
    elif not _YES_NO.search(answer) and negation_differs(answer, _nearest(answer, place.quote)):
        yield Flag("negation")
    if language_of(answer) == place.document.language and grounding(answer, held, question) < _GROUNDED:
        yield Flag("ungrounded")


def _nearest(answer: str, quote: str) -> str:
    """Return the sentence of a quote that shares most with an answer."""
    wanted = set(search_tokens(answer))
    return max(sentences(quote), key=lambda s: len(wanted & set(search_tokens(s))), default=quote)


def grounding(answer: str, held: str, question: str = "") -> float:
    """Return the share (0 to 1) of an answer's words that a text holds; 1 for an answer of numbers alone.

    Words that the question gave do not count: repeating them proves nothing.
    """
    given = set(search_tokens(question))
    said = _QUANTITY.sub(" ", fold(answer))
    words = [w for w in dict.fromkeys(search_tokens(said)) if not w[0].isdigit() and w not in given]
    known = set(search_tokens(held))
    return sum(word in known for word in words) / len(words) if words else 1.0


def numbers_agree(first: str, second: str) -> bool:
    """Return whether two texts hold the same quantities."""
    mine, theirs = quantities(fold(first)), quantities(fold(second))
    units = [[m.surface for m in measures(text)] for text in (first, second)]
    return (
        all(any(q.equals(other) for other in theirs) for q in mine)
        and all(any(q.equals(other) for other in mine) for q in theirs)
        and len(units[0]) == len(units[1])
    )
