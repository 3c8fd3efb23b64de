"""A question that asks for several things -> its parts, in order.

Each part of "how long is the warranty, and what does a battery cost?" is answered by a statement of its own, and a
search for both at once finds neither. So a question is cut where what stands before asks for something and what follows
asks for something else. The parts after the first are left as they are; they are made self-contained as follow-ups are.
A tail such as "and how many?" asks for nothing else: the statement that answers what it belongs to mostly holds it.
"""

from __future__ import annotations

import re

from report_qa.text.normalise import cjk_count, fold, language_of

_MOST = 3
"""Parts of a question at most; what would follow stays with the last one."""

_ASKS_ZH = re.compile(
    r"(?<![这那好前近后头没隔每])几(?!乎|何|内亚|年来|年前|[十百千万亿])|多少|(?<!没)什么|啥|谁|哪|怎么|咋|怎样|为何|如何|何时|多[久大长高远重快深宽厚]"
    r"|有没有|能不能|可不可以|要不要|是不是|是否|吗(?=$|[？?，,])"
)
_ASKS_EN = re.compile(
    r"\b(?:what|wat|which|wich|where|why|how)(?:'?s)?\b|(?:^|[^a-z ] *|\band |\bor |\bn )who(?:'?s|se|m)?\b"
    r"|\bwhen (?:is|are|was|were|did|does|do|will|would|can|should|has|have)\b"
)
_BETWEEN_ZH = re.compile(r"[？?；;，,]+\s*(?:还有|以及|另外|而且|并且|然后|同时|再|又)?|(?:还有|以及|另外)")
_BETWEEN_EN = re.compile(
    r"\s*[?;]+\s*(?:(?:and|n|also|plus)\s+)?|\s*,\s*(?:(?:and|n|also|plus|&)\s+)?|\s+(?:and|n|&|plus|also)\s+"
)

_FORM_ZH = re.compile(r"[的了是占有呢啊呀个点人家次元块年天月号到成分之百来着么那要得给钱\W\d]")
"""What a tail in Chinese consists of beside the words that ask: particles, counters and what is counted."""
_FEWEST_ZH = 3
"""Characters of its own that a part has, beside those."""
_ASKED_EN = re.compile(
    r"\b(?:how|what|wat|which|wich)(?:'?s)? (?!(?:is|are|was|were|do|does|did|will|would|can|should|the|an?|to|i|we|you"
    r"|they|it)\b)[\w%]+"
)
"""How many, which month, what share: what is asked for is in the words that ask."""
_FORM_EN = frozenset(
    "a an em the is it its are was were be did does do will would can should has have had to of in on for and or at by "
    "we i you my our they them that this those these there then so say says up much many percent".split()
)
_WORD = re.compile(r"[a-z0-9][\w-]*")


def parts_of(question: str) -> tuple[str, ...]:
    """Return the parts of a question that each ask for something else; the question itself where it has only one.

    Args:
        question: checked, in Chinese or English.
    """
    zh = language_of(question) == "zh"
    parts: list[str] = []
    start = 0
    for cut in (_BETWEEN_ZH if zh else _BETWEEN_EN).finditer(question.lower()):
        before, behind = question[start : cut.start()], question[cut.end() :]
        if len(parts) < _MOST - 1 and _asks(before) and _begins_another(behind, zh):
            parts.append(before.strip())
            start = cut.end()
    return (*parts, question[start:].strip())


def _asks(text: str) -> bool:
    return bool((_ASKS_ZH if cjk_count(text) else _ASKS_EN).search(fold(text)))


def _begins_another(behind: str, zh: bool) -> bool:
    """Return whether the clause that a text begins with asks, and for something of its own."""
    clause = (_BETWEEN_ZH if zh else _BETWEEN_EN).split(behind, maxsplit=1)[0]
    if not _asks(clause):
        return False
    folded = fold(clause)
    if cjk_count(clause):
        return len(_FORM_ZH.sub("", _ASKS_ZH.sub("", folded))) >= _FEWEST_ZH
    words = _WORD.findall(_ASKS_EN.sub(" ", _ASKED_EN.sub(" ", folded)))
    return any(word not in _FORM_EN for word in words)
