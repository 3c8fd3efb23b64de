"""Does a piece of text speak of another year, model, place or half than the one that a question names?

A near miss is mostly the right sentence about the wrong thing: 2023 was asked for and 2022 is told, the YL-21 and the
YL-7 is told, the southern station and the northern one is told. Embeddings hardly see the difference and a small model
says yes. So it is looked for by code, and only where it is certain: the question names one of several alternatives, the
text names another one of them, and neither it nor its headings name the one that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from report_qa.text.normalise import CJK, fold
from report_qa.text.years import with_full_years

_YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d\d)(?:\s?[/-]\s?(\d\d)(?!\d))?(?![\d]|[.,]\d)")
_SHORT_YEAR = re.compile(r"(?<![\d.了用满近过超约干住])([12]\d|3[0-5])(?=年(?!级|龄|资|来|间|以))")
"""As in 23年, where nothing tells or asks for a length of time."""
_ASKS_DURATION = re.compile(r"多久|多长时间|几年|满|工龄|保修|质保")
_RELATIVE = re.compile(
    r"[上去前]一?年|往年|同比"
    r"|\b(?:last|previous|prior|preceding) year\b|\byear (?:before|earlier|on year)\b|\ba year ago\b"
)
"""A text that tells of the year before its own names a year without its number."""
_CODE = re.compile(r"(?<![a-z0-9])[a-z]+(?:[-./]?\d[a-z0-9]*)+(?:[-./][a-z0-9]+)*(?![a-z0-9])")
"""A model, part or error code: letters and then digits."""
_COUNTED = re.compile(
    r"(?P<zh>[一二三四五六七八九十\d]+)(?P<kind>期|号[楼线机库]?|[分厂校园]区|车间|产线|季度)"
    r"|\b(?P<kind_en>phase|stage|unit|line|zone|district|class|tier|round|plant|site|building)\s(?P<en>[a-d]|\d+|one|two|three|four)\b"
    r"|\b(?P<quarter>q[1-4])\b"
)
_PLACED = re.compile(rf"(?P<name>[{CJK}]{{2}})(?P<side>[东南西北])(?![{CJK}]?[方部京海])")
"""A name that a side tells apart from its twin: 云溪南, 云溪北."""
_ALTERNATIVES: tuple[tuple[re.Pattern[str], ...], ...] = tuple(
    tuple(re.compile(form) for form in forms)
    for forms in (
        (r"上半年|\bfirst half\b|\bh1\b", r"下半年|\bsecond half\b|\bh2\b"),
        (r"男性|男生|男的|\bm[ae]n\b|\bmales?\b", r"女性|女生|女的|\bwom[ae]n\b|\bfemales?\b"),
        (r"城镇|城里|城市户籍|\burban\b", r"农村|乡下|乡村|\brural\b"),
        (
            r"北方|华北|北部|北区|\bnorth(?:ern)?\b",
            r"南方|华南|南部|南区|\bsouth(?:ern)?\b",
            r"东部|华东|东区|\beast(?:ern)?\b",
            r"西部|华西|西区|\bwest(?:ern)?\b",
            r"西南|\bsouth-?west(?:ern)?\b",
            r"西北|\bnorth-?west(?:ern)?\b",
            r"东北|\bnorth-?east(?:ern)?\b",
            r"东南|\bsouth-?east(?:ern)?\b",
        ),
        (r"前轮|前胎|前排|前座|\bfront\b", r"后轮|后胎|后排|后座|\brear\b|\bback (?:seats?|t[iy]res?|wheels?)\b"),
        (r"冬季|冬天|\bwinter\b", r"夏季|夏天|\bsummer\b"),
        (r"单相|\bsingle[- ]phase\b", r"三相|\bthree[- ]phase\b"),
        (r"工作日|平日|\bweekdays?\b", r"周末|\bweekends?\b"),
    )
)


class _Named(NamedTuple):
    """One of several alternatives: what they are alternatives of, and which."""

    kind: str
    which: str


def contradicts(question: str, text: str, context: str) -> bool:
    """Return whether a text is certainly about another one of several alternatives than a question asks for.

    Args:
        question: self-contained, in Chinese or English.
        text: what may answer it.
        context: its headings and the title of its table; what they name counts as named by the text.
    """
    asked, told, above = fold(with_full_years(question)), fold(text), fold(context)
    within = f"{above}\n{told}"
    return (
        _other_year(asked, told, above)
        or _other_name(asked, told, within)
        or any(_other_alternative(forms, asked, told, within) for forms in _ALTERNATIVES)
    )


def _other_year(asked: str, told: str, above: str) -> bool:
    """Return whether the question names years and the text only others, or none under a heading with others."""
    wanted = _years(asked)
    if not _ASKS_DURATION.search(asked):
        wanted |= {range(int(f"20{short}"), int(f"20{short}") + 1) for short in _SHORT_YEAR.findall(asked)}
    named = _years(told) or _years(above)
    if not wanted or not named or _RELATIVE.search(told):
        return False
    return not any(_overlap(mine, theirs) for mine in wanted for theirs in named | _years(above))


def _years(folded: str) -> set[range]:
    """Return the years of a text; a span such as 2022/23 is one of two."""
    years: set[range] = set()
    for match in _YEAR.finditer(folded):
        first = int(match[1])
        span = match[2] is not None and int(match[2]) == (first + 1) % 100
        years.add(range(first, first + (2 if span else 1)))
    return years


def _overlap(first: range, second: range) -> bool:
    """Return whether both are the same, or one is a year of the other; 2021/22 and 2022/23 are neither."""
    shared = set(first) & set(second)
    return first == second or (bool(shared) and 1 in {len(first), len(second)})


def _other_name(asked: str, told: str, within: str) -> bool:
    """Return whether the text names others of a kind, and with its headings none of those that the question names."""
    wanted, known, others = set(_named(asked)), set(_named(within)), set(_named(told))
    for kind in {named.kind for named in wanted}:
        mine = {named.which for named in wanted if named.kind == kind}
        theirs = {named.which for named in others if named.kind == kind}
        held = any(named.kind == kind and _may_be_same(named.which, which) for named in known for which in mine)
        if theirs and not held:
            return True
    return False


def _may_be_same(first: str, second: str) -> bool:
    """Return whether one name begins with the other: SMV467 may be the SMV46, misspelt or said in full."""
    return first.startswith(second) or second.startswith(first)


def _named(folded: str) -> Iterator[_Named]:
    """Yield the alternatives that a text names: codes of a family, numbered things, names told apart by a side."""
    for match in _CODE.finditer(folded):
        family = re.match(r"[a-z]+", match[0])
        yield _Named(f"code {family[0] if family else ''}", match[0])
    for match in _COUNTED.finditer(folded):
        if match["quarter"]:
            yield _Named("quarter", match["quarter"])
        else:
            yield _Named(match["kind"] or match["kind_en"], match["zh"] or match["en"])
    for match in _PLACED.finditer(folded):
        yield _Named(f"side of {match['name']}", match["side"])


def _other_alternative(forms: tuple[re.Pattern[str], ...], asked: str, told: str, within: str) -> bool:
    wanted = [form for form in forms if form.search(asked)]
    if not wanted or any(form.search(within) for form in wanted):
        return False
    return any(form.search(told) for form in forms if form not in wanted)
