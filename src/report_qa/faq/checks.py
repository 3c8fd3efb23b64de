"""Checks of a pair without a model, before a person sees it: evidence, numbers, obligations, wording, language.

They are one-sided like those of answers: a pair that passes may still be wrong, one that is flagged mostly is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from report_qa.faq.modality import modal_differences, negation_differs
from report_qa.faq.parts import statable
from report_qa.faq.records import Draft, Flag
from report_qa.faq.source import Place, Sources
from report_qa.faq.words import ASKING
from report_qa.qa.answerability import says_no
from report_qa.qa.verify import check_statement
from report_qa.qa.wanted import Wanted, offers, wanted
from report_qa.text.measures import measures
from report_qa.text.normalise import CJK, cjk_count, fold, has_words, language_of, latin_words
from report_qa.text.numbers import quantities
from report_qa.text.sentences import sentences
from report_qa.text.tokens import search_tokens

_LEANS = re.compile(
    rf"[上下]图|如图|图\s*\d|表\s*\d|第\s*\d+\s*步|[上下本]文|本[节章段页次]|本(?:手册|说明书|指南|报告|书)|^(?:报告|手册|资料|文档)(?:的|中|里|按)|上述|(?<![\d%％人个岁元倍级年月天名家种万亿及米度])以[上下]|这[个些种项款样里]|那[个些种]|(?<![其])它|他们|她们|其中|"
    rf"前者|后者|文中|资料中|原文|(?<!应)该(?=[{CJK}])|(?<![尤极])其(?![他它余实次])|"
    r"\b(?:this|these|those|it(?! takes?\b)|its|they|them|their|aforementioned)\b|"
    r"\bthe\s+(?:above|following|passage|text|document|section|figure|table|author)s?\b|\b(?:figure|table|step)\s*\d",
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
_AT_MOST = re.compile(r"\d\D{0,6}以下[。.]?\s*$")
"""13 kg 以下 is an amount."""
_YES_NO = re.compile(r"^\s*(?:是|不是|可以|不可以|不能|能|会|不会|需要|不需要|有|没有|yes|no)\b", re.IGNORECASE)
_GROUNDED = 0.6
"""Share of what an answer adds to its question that evidence and headings must hold; less is another matter.
Chosen by hand on a few drafts."""
_QUANTITY = re.compile(r"[\d.,]+\s*[a-z°ω%·/]*")
_UNIT_LETTERS = "abcdefghijklmnopqrstuvwxyz%°Ω"
_FEW_WORDS = 4
"""A Chinese answer of so few Latin words and no ideograph is a name, not an answer in another language."""


_SHOWN_ONLY = re.compile(
    r"(?:的?位置)?(?:如|见|参见|参考)(?:下?图|表)\s*[\d-]*\s*(?:所示)?(?!\s*[\d-]|\s*中)|"
    r"\b(?:is |are )?(?:shown|illustrated) (?:in|by) (?:figure|table)\s*[\d-]*",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"吗\s*[？?]?\s*$|是否|^\s*(?:is|are|was|were|do|does|did|can|could|should|must|may|will)\b", re.IGNORECASE
)
_STEPS = re.compile(r"步骤|\bsteps\b", re.IGNORECASE)
_STEP_ENDS = re.compile(r"[，；。\n]|[,;.]\s")
_EACH = re.compile(r"分别|\brespectively\b|\beach\b", re.IGNORECASE)
_ANY_NUMBER = re.compile(r"\d|[一二两三四五六七八九十]")
_ASKS_WHICH = re.compile(r"哪[些个家种类]|谁|\bwhich\b(?! (?:year|month|day|date))|\bwho\b", re.IGNORECASE)
_ABOUT_NUMBERS = frozenset("仅 仅有 约 近 只 只有 接近 超过 不到 合计 达到 占 为 about onli near almost".split())
_NAMED = 0.5
_ALL_NAMED = 0.85
_NEARER = 0.25
"""Shares of what a question names that evidence must hold; chosen by hand on drafts of the development parts."""
_GIVEN_AWAY = 0.6
"""Share of an answer's words that a yes-or-no question may hold; chosen by hand on drafts of the development parts."""
_LONG_ANSWER = 10
"""Words of an answer that no question repeats but to have a gap filled."""
_KINDS = frozenset(
    {Wanted.SHARE, Wanted.DURATION, Wanted.LENGTH, Wanted.MASS, Wanted.MONEY, Wanted.NUMBER, Wanted.ITEMS}
)
"""Not names and dates: 什么时候 asks for a condition as often, and whose name it is shows in no form."""
_EVERY = re.compile(
    r"每\s*[天日周月季年次\d一二两三四五六七八九十]|半年|随时|立即|\b(?:daily|weekly|monthly|yearly|every|once|immediately|always)\b",
    re.IGNORECASE,
)


def check(draft: Draft, sources: Sources, *, language: str = "") -> Draft:
    """Return a draft with its evidence as it stands in the source and with the flags of all checks.

    Args:
        draft: what to check; flags that compare it with other pairs are kept.
        sources: the documents.
        language: the wanted one; empty for the draft's own.
    """
    evidence = draft.evidence
    place = sources.place_of(evidence) if evidence else None
    flags = [flag for flag in draft.flags if flag.code in _ABOUT_OTHERS]
    flags += check_wording(draft.question, draft.answer, language or draft.language)
    if place is None:
        flags.append(Flag("evidence_missing", evidence.document if evidence else ""))
    else:
        flags += check_against(draft.question, draft.answer, place)
        if draft.source == "model":
            flags += check_drafted(draft.question, draft.answer, place)
    return replace(draft, evidence=place.evidence() if place else evidence, flags=tuple(dict.fromkeys(flags)))


_ABOUT_OTHERS = frozenset({"conflict", "duplicate", "not_found_back", "found_by_draft_only"})


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
    if not has_words(answer) or re.search(r"[?？]\s*$", answer) or says_no(answer):
        return False
    if _POINTS_AWAY.search(answer) and not _AT_MOST.search(answer):
        return False
    asked = fold(question)
    new = {word for word in search_tokens(_SHOWN_ONLY.sub(" ", answer)) if word not in asked} - set(
        search_tokens(question)
    )
    return bool(new) or bool(_YES_NO.search(answer))


def check_drafted(question: str, answer: str, place: Place) -> Iterator[Flag]:
    """Yield what models do and people do not: quiz questions, answers of another kind or to another sentence."""
    if gives_away(question, answer):
        yield Flag("gives_away")
    if not _of_kind(question, answer):
        yield Flag("other_kind")
    if not about(question, place):
        yield Flag("off_topic")


def gives_away(question: str, answer: str) -> bool:
    """Return whether a question already says what its answer says: a quiz may ask so, no reader does.

    One of yes or no says most of it, another one all but a word of a long sentence.
    """
    whether = bool(_WHETHER.search(question))
    if whether and (negation_differs(answer, question) or _YES_NO.search(answer)):
        return False
    given, said = set(search_tokens(question)), set(search_tokens(answer))
    asked = quantities(fold(question))
    new = [q for q in quantities(fold(answer)) if not any(q.equals(other) for other in asked)]
    if not whether and len(said) < _LONG_ANSWER:
        return False
    return not new and len(given & said) >= (_GIVEN_AWAY if whether else _ALL_NAMED) * len(said)


def _of_kind(question: str, answer: str) -> bool:
    """Return whether an answer holds what its question asks for, as far as that has a form."""
    if _STEPS.search(question) and len(_STEP_ENDS.findall(answer.rstrip("。. \n"))) < 1:
        return False
    expected = wanted(question)
    if _ASKS_WHICH.search(question) and _only_number(question, answer):
        return False
    if expected.kind not in _KINDS or (expected.kind is Wanted.DURATION and _EVERY.search(answer)):
        return True
    if _EACH.search(question) and expected.kind is not Wanted.ITEMS:
        return len(quantities(fold(answer))) > 1
    return offers(answer, expected) or (expected.kind is Wanted.NUMBER and bool(_ANY_NUMBER.search(answer)))


def _only_number(question: str, answer: str) -> bool:
    """Return whether all that an answer adds to its question is a number."""
    told = fold(answer)
    numbers = [quantity.surface for quantity in quantities(told)]
    for number in numbers:
        told = told.replace(number, " ")
    new = set(search_tokens(told)) - set(search_tokens(question)) - ASKING - _ABOUT_NUMBERS
    return bool(numbers) and not {word for word in new if not word[0].isdigit()}


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
    if place.in_table or answer.strip() == place.quote.strip():
        return  # cells oblige to nothing, "lack of talent" denies nothing; and what is copied differs in nothing
    modal = modal_differences(answer, f"{question}\n{place.quote}" if _YES_NO.search(answer) else place.quote)
    if modal:
        yield Flag("modal", "、".join(modal))
    elif not _YES_NO.search(answer) and negation_differs(answer, _nearest(answer, place.quote)):
        yield Flag("negation")
    if language_of(answer) == place.document.language and grounding(answer, held, question) < _GROUNDED:
        yield Flag("ungrounded")


def about(question: str, place: Place) -> bool:
    """Return whether evidence speaks of what is asked: of most that the question names beside title and headings.

    Of all of it where yes or no is asked: there the question is the statement. And no other sentence of the section may
    hold clearly more of the question's words, headings or not: then that one is asked about.
    """
    words = [word for word in search_tokens(question) if word not in ASKING and not word.isdigit()]
    if place.in_table or not words or language_of(question) != place.document.language:
        return True
    given = fold(" ".join((place.document.title, *place.section.path)))
    named = [word for word in words if word not in given]
    if named and _held(named, place.quote) < (_ALL_NAMED if _WHETHER.search(question) else _NAMED):
        return False
    mine = _held(words, place.quote)
    others = (span.of(place.section.text) for span in statable(place.section))
    return all(_held(words, other) - mine <= _NEARER for other in others)


def _held(words: Sequence[str], text: str) -> float:
    """Return the share of words that a text holds."""
    known, stems = fold(text), set(search_tokens(text))
    return sum(word in known or word in stems for word in words) / len(words)


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
