"""Mending by code what a small model asks and a sentence answers: what is still wrong is held back from review."""

from __future__ import annotations

import re
from itertools import pairwise

from report_qa.faq.parts import Part, unmarked
from report_qa.faq.source import Place
from report_qa.faq.subject import bare_heading, subject_of
from report_qa.text.normalise import CJK, cjk_count, fold, language_of
from report_qa.text.tokens import search_tokens

_NAMES_DOCUMENT = re.compile(
    r"^(?:根据|在|按照)?[^，。？?]{0,30}(?:报告|手册|说明书|指南|资料|文档)(?:中|里|内)?(?:提到的?|所说的?|介绍的?|指出的?|，|,)+|"
    r"^(?:根据|按照)[^，。？?]{0,30}(?:报告|手册|说明书|指南|资料|文档)[，,]|"
    r"\s*,?\s*(?:according to|as (?:described|stated) in|mentioned in|in) the (?:[\w ]{0,30} )?"
    r"(?:manual|report|guide|document)(?=\s*\?|$)",
    re.IGNORECASE,
)
_OWN = re.compile(r"本(?:车|机|产品|设备)")
_BOOK_MARKS = re.compile(r"[《》]")
_NO_SUBJECT = re.compile(r"^(?:是指|指的是|是)(?=.{4})")
_JOINS = re.compile(
    r"^(?:(?:其次|另外|此外|同时|然而|不过|因此|所以|并且|(?:说明|表明|可见)(?!书))[，,]?\s*|(?:但是?|而)(?!且)[，,]?\s*|"
    r"(?:And|But|However|Moreover|Besides|Therefore|Also)\b,?\s+)"
)
_SHORT_HEADING = 2
_LONGEST_HEADING = 16
_LONGEST_SUBJECT = 12
_EMPTY = frozenset("的与和及或是在用中上下之了其")


def mend_question(question: str, part: Part) -> str:
    """Return a question that can be read without the document: its own names for itself replaced, its topic named.

    Args:
        question: as the model wrote it.
        part: what it was drafted from.
    """
    heading, subject = bare_heading(part.section).rpartition(" · ")[2], subject_of(part.document)
    asked = _BOOK_MARKS.sub("", question)
    shorter = _NAMES_DOCUMENT.sub("", asked).strip()
    if len(shorter) >= len(asked) / 3:
        asked = shorter
    asked = _OWN.sub(subject, asked)
    if subject[-1:].isascii():
        asked = re.sub(rf"(?<={re.escape(subject)})(?=[{CJK}])", " ", asked)
    if (
        subject not in asked
        and heading
        and not heading.isupper()
        and language_of(question) == part.document.language
        and len(heading) <= _LONGEST_HEADING * (1 if cjk_count(heading) else 3)
        and not _names(asked, heading)
    ):
        asked = f"{heading}{'：' if cjk_count(question) else ': '}{asked}"
    return asked


def _names(question: str, heading: str) -> bool:
    """Whether a question says what its section is about."""
    if set(search_tokens(question)) & set(search_tokens(heading)):
        return True
    if len(heading) <= _SHORT_HEADING:
        return bool(set(heading) & set(question))
    signs = [c for c in fold(heading) if re.match(rf"[{CJK}]", c)]
    couples = {a + b for a, b in pairwise(signs) if not {a, b} & _EMPTY}
    return any(couple in question for couple in couples)


def stated(place: Place) -> str:
    """Return the words of a place as an answer: without the mark of a list and what ties it to the text before.

    A definition gets the word that it defines, which is its heading, where it begins without.
    """
    said = unmarked(place.quote)
    shorter = _JOINS.sub("", said)
    if shorter != said:
        said = shorter[:1].upper() + shorter[1:]
    if "\n" not in said and said.endswith(("；", ";")):
        said = said[:-1] + ("。" if said.endswith("；") else ".")
    return _with_subject(said, place)


def _with_subject(answer: str, place: Place) -> str:
    """Return a definition with the word that it defines, which is its heading, where it begins without."""
    heading = bare_heading(place.section)
    return (
        f"{heading}{answer}" if heading and len(heading) <= _LONGEST_SUBJECT and _NO_SUBJECT.match(answer) else answer
    )
