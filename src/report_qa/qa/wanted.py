"""What kind of answer a question wants: a share, a duration, a distance, a number, a name, a list of so many things.

A passage near a question often holds a number of the wrong kind: a price was asked for and a percentage stands
there. Knowing the kind helps to choose the passage and to notice that none has the answer.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from report_qa.text.currencies import CODES, NAMES_EN, NAMES_ZH, SYMBOLS
from report_qa.text.names import chinese_names, latin_names
from report_qa.text.normalise import fold
from report_qa.text.numbers import Quantity, quantities
from report_qa.text.sentences import LIST_MARK


class Wanted(StrEnum):
    """The expected answer type of a question."""

    SHARE = "share"
    DURATION = "duration"
    DATE = "date"
    LENGTH = "length"
    MASS = "mass"
    MONEY = "money"
    NUMBER = "number"
    ITEMS = "items"
    """So many things, to be named."""
    NAME = "name"
    """Of a person or an organisation."""
    REASON = "reason"
    OTHER = "other"
    """A way to do something, what something is: nothing that can be told from the form of a text."""


class Expected(NamedTuple):
    """The expected answer type, and for :attr:`Wanted.ITEMS` how many."""

    kind: Wanted
    items: int = 0


_TIME_UNITS_EN = r"(?:seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?|yrs?)"
_PATTERNS: tuple[tuple[Wanted, re.Pattern[str]], ...] = tuple(
    (wanted, re.compile(pattern))
    for wanted, pattern in (
        (
            Wanted.SHARE,
            r"百分之[几多]|几成|占比|占(?:了|到|有)?[^，。]{0,8}(?:多少|几)|比例|比率|百分比|百分点|几个点|多少个点|%是?多少|几分之"
            r"|what (?:%|percent|share|proportion|fraction|portion|part of)|percent(?:age)?\b|\bshare of\b"
            r"|\b(?:exact )?%|how (?:big|large) a (?:slice|share|part)|\brate\b",
        ),
        (
            Wanted.DATE,
            r"什么时候|啥时候|何时|哪一?[年天月日]|几[号月]|几几年|哪个月"
            r"|(?:^|[,.;:] ?|\band )when\b(?! (?:i|you|we|asked)\b)|\b(?:what|which) (?:year|month|date|day)\b",
        ),
        (
            Wanted.DURATION,
            r"多久|多长时间|多少个?(?:秒|分钟|小时|钟头|天|日|周|星期|礼拜|月|年)(?!度)|几个?(?:秒|分钟|小时|钟头|天|周|星期|礼拜|月|年)(?!度)"
            rf"|\bhow (?:long|often|soon)\b|\bhow many {_TIME_UNITS_EN}\b|\bhow much time\b",
        ),
        (
            Wanted.LENGTH,
            r"多远|多高|多深|多宽|多少(?:公里|千米|米|厘米|毫米)|几(?:公里|米|厘米|毫米)"
            r"|\bhow (?:far|deep|tall|wide|high)\b|\bhow many (?:km|kilomet|miles?|met(?:er|re)s?|mm|cm)",
        ),
        (
            Wanted.MASS,
            r"多重|多少(?:吨|公斤|千克|斤)|几(?:吨|公斤)|\bhow heavy\b|\bhow many (?:kg|kilograms?|tonnes?|tons?)\b",
        ),
        (
            Wanted.MONEY,
            r"多少(?:钱|块|元|万|亿|薪|工资|营收|收入)|花了?多少(?!人|天|个|时)|几(?:块|元|万|亿)|赚了?多少|卖了?多少"
            r"|\bhow much (?:money|does .* cost|did .* (?:cost|pay|spend|make|earn))"
            r"|\bwhat\b.*\b(?:salary|price|costs?)\b",
        ),
        (
            Wanted.NUMBER,
            r"多少|几(?:个|家|位|名|人|款|种|份|台|辆|次|倍|条|项|座|所|间|层|步|本|页)|多大|第几"
            r"|\bhow (?:many|much|big|large|fast|quick|accurate)\b|\bnumber of\b|\bcount of\b",
        ),
    )
)
_ASKS_WHY = re.compile(
    r"为什么|为啥|为何|凭什么|凭啥|怎么会|咋会|怎么[这那]么|咋[这那]么|什么原因|啥原因|原因是|什么缘故"
    r"|\bwhy\b|\bhow come\b|\bwhat made\b|\bwhat'?s behind\b"
)
_REASONS = re.compile(
    r"因为|由于|因此|因而|所以|原因|缘于|源于|来自于|为了|以便|以免|以防|避免|防止|否则|导致|所致|造成|引起|使得|致使|得益于|受[^，。]{1,12}影响"
    r"|\b(?:because|since|due to|owing to|thanks to|as a result|so that|so as to|to (?:avoid|prevent|make sure)"
    r"|otherwise|caused?|reasons?|led to|helped by|as (?:the|it|they|there))\b"
)
_COUNTS = {
    **{word: count for count, word in enumerate("两三四五六七八九", start=2)},
    **{str(count): count for count in range(2, 10)},
    **{word: count for count, word in enumerate("two three four five six seven eight nine".split(), start=2)},
    "俩": 2,
    "仨": 3,
}
_ITEMS = re.compile(
    r"(?:哪|这|那|前|分为|有)([两三四五六七八九2-9俩仨])[个样大点条种项步类方家件层块]?"
    rf"|\b(?:what|which|wich|wat|top|the|name|these|those|are) ({'|'.join(k for k in _COUNTS if k.isascii())}) [a-z]"
)
_JOINT = re.compile(r"、|和|及|以及|,\s|，|\band\b")
_CLAUSE = re.compile(r"[。；;：:\n]|\.\s")
_NAME = re.compile(
    r"谁|哪位|(?:叫|名字是)(?:什么|啥)|什么名|哪(?:个|家|所|间)?(?:公司|单位|机构|大学|学校|高校|医院|集团|银行)"
    r"|\bwho(?:se|m)?\b|\bnames?\b"
    r"|\b(?:which|what|wich|wat) (?:company|firm|university|uni|school|hospital|bank|group)\b"
)
_NAMED = re.compile(r"公司|大学|医院|集团|研究院|研究所|银行|来源：|·")
"""Organisations, sources, and rows of tables, which are named by whatever they stand for."""
_DIMENSIONS = {
    Wanted.SHARE: {"percent"},
    Wanted.DURATION: {"time", "calendar"},
    Wanted.LENGTH: {"length"},
    Wanted.MASS: {"mass"},
}
_ASKS_HOW = re.compile(
    r"怎么(?!样|回事|会|不|没|看|说|这么|那么|了)|咋(?!样|回事|会|不|没|看|说|这么|那么|了)|怎样|如何|步骤|流程|[办做]法"
    r"|\bhow (?:do|does|can|could|should|would|to|would|shall|might)\b|\bhow'?d (?:i|you|we)\b"
    r"|\bwhat (?:do|should|must|can) (?:i|you|we|one)\b.*\bdo\b|\bwhat to do\b|\bsteps?\b|\bprocedure\b"
    r"|\bwalk me through\b",
)
_YEAR = range(1900, 2101)
_MONEY = re.compile(
    rf"[万亿](?![人次辆台件吨个家名户只套条份公平立千])|[{SYMBOLS}]|{NAMES_ZH}|\b(?:{NAMES_EN}|{CODES})\b"
    r"|\b(?:million|billion|thousand)\b(?!\s+[a-z]{2,}s\b)",
    re.IGNORECASE,
)
"""A currency, or a scale that counts nothing else ("1.6 billion", not "2 million visitors")."""


def wanted(question: str) -> Expected:
    """Return the expected answer type of a question in Chinese or English."""
    folded = fold(question)
    if _ASKS_WHY.search(folded):
        return Expected(Wanted.REASON)
    for kind, pattern in _PATTERNS:
        if pattern.search(folded):
            return Expected(kind)
    if counted := _ITEMS.search(folded):
        return Expected(Wanted.ITEMS, _COUNTS[counted[1] or counted[2]])
    return Expected(Wanted.NAME if _NAME.search(folded) else Wanted.OTHER)


def asks_how(question: str) -> bool:
    """Return whether a question asks for the way to do something, and not for a number, a date or a name in it."""
    return wanted(question).kind is Wanted.OTHER and bool(_ASKS_HOW.search(fold(question)))


def offers(text: str, expected: Expected) -> bool:
    """Return whether a text holds something of the wanted kind; any text does where the kind has no form."""
    kind = expected.kind
    if kind is Wanted.OTHER:
        return True
    if kind is Wanted.ITEMS:
        return _most_items(text) >= expected.items
    if kind is Wanted.NAME:
        return bool(_NAMED.search(text) or latin_names(text) or chinese_names(text))
    folded = fold(text)
    if kind is Wanted.REASON:
        return bool(_REASONS.search(folded))
    found = quantities(folded)
    if kind in _DIMENSIONS:
        return any(quantity.dimension in _DIMENSIONS[kind] for quantity in found)
    if kind is Wanted.DATE:
        return any(_dated(quantity, folded) for quantity in found)
    if kind is Wanted.MONEY:
        return any(_MONEY.search(folded[max(0, q.start - 2) : q.end + 12]) for q in found if q.dimension == "")
    return bool(found)


def _most_items(text: str) -> int:
    """Return the length of the longest enumeration of a text: lines of a list, or words that commas or 、 join."""
    lines = sum(bool(LIST_MARK.match(line)) for line in text.split("\n"))
    joined = (len(_JOINT.split(part)) for part in _CLAUSE.split(text))
    return max(lines, *joined)


def _dated(quantity: Quantity, folded: str) -> bool:
    if quantity.dimension:
        return False
    month = "月" in quantity.surface or quantity.surface.isalpha()
    return month or int(quantity.value) in _YEAR or folded[quantity.end : quantity.end + 1] in {"月", "日", "号"}
