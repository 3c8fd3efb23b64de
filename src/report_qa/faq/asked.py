"""What kind of thing a question asks for, and of which time, to tell "why does it end" from "when does it end"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from report_qa.qa.wanted import Wanted, wanted
from report_qa.text.normalise import fold

_FORMS = {
    "why": re.compile(
        r"为什么|为何|为啥|干嘛|原因|[怎咋]么?回事|\bwhy\b|\breasons?\b|\bwhat (?:caused|made)\b|\bhow come\b"
    ),
    "who": re.compile(r"谁|哪位|\bwho(?:se|m)?\b"),
    "where": re.compile(r"哪里|哪儿|在哪|藏哪|位置|什么地方|\bwhere\b"),
    "how": re.compile(r"怎么(?!规定|样|回事)|如何|怎样|咋(?!回事|规定)|步骤|方法|\bhow (?:do|to|can|should|is|are)\b"),
}  # fmt: skip
_MEASURES = frozenset(
    {
        Wanted.SHARE, Wanted.DURATION, Wanted.DATE, Wanted.LENGTH, Wanted.MASS, Wanted.MONEY, Wanted.NUMBER,
    }
)  # fmt: skip
_OTHER_TIME = re.compile(
    r"上年|上一?年|去年|前年|上次|上一次|上一届|以前|原来|之前|过去|下一?次|下一?届|明年|后年|将来|"
    r"\b(?:last (?:time|year)|year before|previous(?:ly)?|before|former|used to|next|future)\b"
)


def kinds_of(question: str) -> frozenset[str]:
    """Return the kinds of answer that a question may ask for; none where its form tells nothing."""
    folded = fold(question)
    forms = {name for name, pattern in _FORMS.items() if pattern.search(folded)}
    kind = wanted(question).kind
    return frozenset(forms | ({kind} if kind in _MEASURES else set()))


def clash(asked: Iterable[str], known: Iterable[str]) -> float:
    """Return how far a question asks for something else than a pair tells.

    Args:
        asked: kinds of the question.
        known: kinds of all wordings of the pair.

    Returns:
        1 where both have a kind and none in common, 0.5 where only the question has one, else 0. A number may be any
        measure.
    """
    mine, theirs = set(asked), set(known)
    if not mine or mine & theirs:
        return 0.0
    if not theirs:
        return 0.5
    measured = mine & _MEASURES and theirs & _MEASURES
    return 0.0 if measured and Wanted.NUMBER in mine | theirs else 1.0


def of_other_time(question: str) -> bool:
    """Return whether a question names another time than now, such as the year before, without a number."""
    return bool(_OTHER_TIME.search(fold(question)))
