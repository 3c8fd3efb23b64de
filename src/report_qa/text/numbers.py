"""Quantities in Chinese and English text, read so that the same amount is equal however it is written.

"８４％", "84 percent" and "百分之八十四" are one quantity; so are "16.0亿" and "1.6 billion", "半小时" and "30 min",
"三分之一" and "one third". Used to check, without a model, that every number of an answer stands in its source.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from report_qa.text.normalise import CJK

_DIGITS_ZH = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES_ZH = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_SCALES = {
    "万": 1e4,
    "亿": 1e8,
    "千万": 1e7,
    "百万": 1e6,
    "千": 1e3,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "bn": 1e9,
    "mn": 1e6,
    "hundred": 1e2,
}
_WORDS_EN = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
} | {word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_FRACTIONS_EN = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "tenth": 10}
_MONTHS = "january february march april may june july august september october november december".split()

# unit -> (dimension, factor to the dimension's base unit)
_UNITS: dict[str, tuple[str, float]] = {}
_UNIT_TABLES: dict[str, dict[str, float]] = {
    "time": {
        "秒 秒钟 second seconds sec secs s": 1,
        "分钟 minute minutes min mins": 60,
        "小时 个小时 钟头 个钟头 hour hours h hr hrs": 3600,
        "天 日 day days": 86400,
        "周 星期 个星期 礼拜 个礼拜 week weeks": 604800,
    },
    "calendar": {"个月 月 month months": 1, "年 year years": 12},
    "length": {
        "毫米 mm": 1e-3,
        "厘米 公分 cm": 1e-2,
        "米 m metre metres meter meters": 1,
        "公里 千米 km kilometre kilometres kilometer kilometers": 1e3,
    },
    "mass": {"克 g": 1e-3, "公斤 千克 kg kilogram kilograms": 1, "吨 tonne tonnes t": 1e3},
    "percent": {"% percent per_cent 个百分点 百分点 percentage_points percentage_point pct": 1, "‰": 0.1},
}
for _dimension, _table in _UNIT_TABLES.items():
    for _names, _factor in _table.items():
        for _name in _names.split():
            _UNITS[_name.replace("_", " ")] = (_dimension, float(_factor))

_UNIT = "|".join(sorted((re.escape(u) for u in _UNITS), key=len, reverse=True))
_SCALE = f"(?!千[瓦帕伏赫卡])(?:{'|'.join(sorted(_SCALES, key=len, reverse=True))})"
"""The 千 of a unit that is not among those above (千瓦) is no scale, since 7 kW says the same."""
_ARABIC = re.compile(
    rf"(?<![\d.])(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:\s*(?P<scale>{_SCALE})(?![a-z]))?(?P<half>个半)?(?:[\s-]*(?P<unit>{_UNIT})(?![a-z]))?(?P<after>半)?"
)
_ZH_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
_PERCENT_ZH = re.compile(rf"百分之(?P<zh>[{_ZH_NUMERAL}]+(?:点[{_ZH_NUMERAL}]+)?)|百分之(?P<digits>\d+(?:\.\d+)?)")
_TENTHS_ZH = re.compile(r"(?P<zh>[一二两三四五六七八九]|\d)成(?P<half>半)?(?![立功为长本员])")
_FRACTION_ZH = re.compile(rf"(?P<below>[{_ZH_NUMERAL}]+)分之(?P<above>[{_ZH_NUMERAL}]+)")
_FRACTION = re.compile(r"(?<![\d/.])(?P<above>\d)/(?P<below>\d{1,2})(?![\d/])")
_FRACTION_EN = re.compile(
    r"\b(?P<above>a|an|one|two|three|four|nine)?[\s-]*(?P<word>half|third|quarter|fourth|fifth|sixth|tenth)s?\b"
)
_HALF_ZH = re.compile(
    rf"一半|半数|(?<![{_ZH_NUMERAL}\d])(?<![{_ZH_NUMERAL}\d]个)半(?P<unit>小时|个小时|年|天|个月)|(?<![{CJK}])半(?![{CJK}])"
)
_HALF_EN = re.compile(
    rf"\b(?:(?P<number>\d+|{'|'.join(_WORDS_EN)})\s+and\s+a\s+half(?:[\s-]+(?P<unit>{_UNIT})\b)?"
    rf"|half[\s-]+(?:an?\s+)?(?P<one>hour|minute|second|day|week|month|year|metre|meter|tonne)\b)"
)
_ZH = re.compile(
    rf"(?P<zh>[{_ZH_NUMERAL}]+(?:点[零〇一二三四五六七八九]+)?)(?P<half>个半)?(?P<unit>{_UNIT}|[{CJK}])?(?P<after>半)?"
)
_ZH_COUNTERS = frozenset("个家种款名位座倍人次条项类大岁台辆份道处所间套件块层级档点期批度元角分颗杯")
_ZH_NOT_COUNTED = re.compile(
    r"一定|一般|一样|一些|一起|一直|一下|一个(?!半|月|小时|钟头|星期|礼拜|百分点)|一种|一方面|另一|之一|统一|一致|第一|一体|一旦|十分(?!钟)|万一|千万|一键|一线|一家|一项"
)
_EN_WORD = re.compile(
    rf"\b(?P<tens>{'|'.join(w for w in _WORDS_EN if w.endswith('ty'))})?[\s-]?(?P<ones>{'|'.join(_WORDS_EN)})?\b"
    rf"(?:\s+(?P<scale>hundred|thousand|million|billion)\b)?(?:[\s-]*(?P<unit>{_UNIT})\b)?"
)
_LAST_NUMBER = re.compile(r"(\d[\d,.:]*)(\D{0,18})$")
_MONTH_EN = re.compile(rf"\b({'|'.join(_MONTHS)})\b")


@dataclass(frozen=True)
class Quantity:
    """An amount in a text.

    Attributes:
        value: in the base unit of its dimension (seconds, months, metres, kilograms, percent) or plain.
        dimension: ``percent``, ``time``, ``calendar``, ``length``, ``mass``, or empty for anything else.
        start, end: where it stands in the folded text.
        surface: as it is written there.
        spelled: written in words, not digits.
        loose: a fraction or tenths, which may stand for a rounded percentage.
        factor: of its unit to the base unit.
    """

    value: float
    dimension: str
    start: int
    end: int
    surface: str
    spelled: bool = False
    loose: bool = False
    factor: float = 1.0

    def equals(self, other: Quantity) -> bool:
        """Return whether both are the same amount; a dimension that only one side names is no difference.

        A percentage never equals a plain number, and "one third" equals 33% (within half a point).
        """
        if "percent" in (self.dimension, other.dimension) and self.dimension != other.dimension:
            return False
        if self.dimension and other.dimension and self.dimension != other.dimension:
            return False
        if self.loose != other.loose:
            return abs(self.value - other.value) <= 0.5
        mine, theirs = self.value, other.value
        if bool(self.dimension) != bool(other.dimension):
            mine, theirs = mine / self.factor, theirs / other.factor  # a unit that one side leaves out scales neither
        return math.isclose(mine, theirs, rel_tol=1e-6, abs_tol=1e-9)


def quantities(folded: str) -> list[Quantity]:
    """Return the quantities of a folded text (see :func:`report_qa.text.normalise.fold`), in order, not overlapping."""
    found: list[Quantity] = []
    taken = [False] * len(folded)
    for reader in (
        _read_percent_zh, _read_halves_en, _read_fractions, _read_tenths, _read_halves, _read_arabic, _read_zh, _read_en
    ):  # fmt: skip
        for quantity in reader(folded):
            if not any(taken[quantity.start : quantity.end]):
                found.append(quantity)
                taken[quantity.start : quantity.end] = [True] * (quantity.end - quantity.start)
    return sorted(found, key=lambda quantity: quantity.start)


def stray_digits(folded: str, found: Sequence[Quantity]) -> list[str]:
    """Return the digit runs of a folded text that belong to none of its quantities, such as the 9 of "1.5.9"."""
    covered = [(quantity.start, quantity.end) for quantity in found]
    runs = re.finditer(r"\d+", folded)
    return [run[0] for run in runs if not any(a <= run.start() and run.end() <= b for a, b in covered)]


def growing_from(text: str) -> int:
    """Return where a number at the end of a text begins that more text could still change, or the text's length.

    "有效28" may go on as 2887, and "84 per" as 84 per cent; "84份" is what it is.
    """
    match = _LAST_NUMBER.search(text)
    if match is None:
        return len(text)
    tail = match[2].lstrip().lower()
    return match.start() if any(name.startswith(tail) for name in (*_UNITS, *_SCALES)) else len(text)


def numeral_zh(text: str) -> float | None:
    """Return the value of a Chinese numeral such as 二千八百八十七, 两万, 三点五 or 二〇二四; None if it is not one."""
    whole, _, decimals = text.partition("点")
    if not whole or any(c not in _ZH_NUMERAL for c in whole):
        return None
    if len(whole) > 1 and all(c in _DIGITS_ZH for c in whole):
        value = float("".join(str(_DIGITS_ZH[c]) for c in whole))
    else:
        total, section, digit = 0.0, 0.0, 0.0
        for char in whole:
            if char in _DIGITS_ZH:
                digit = _DIGITS_ZH[char]
            elif _SCALES_ZH[char] >= 10**4:
                # a scale counts what stands before it below that scale: 八亿五千万 is 八亿 and 五千 of 万
                scaled = (total % _SCALES_ZH[char] + section + digit or 1) * _SCALES_ZH[char]
                total, section, digit = total - total % _SCALES_ZH[char] + scaled, 0.0, 0.0
            else:
                section, digit = section + (digit or 1) * _SCALES_ZH[char], 0.0
        if digit and whole[-2:-1] in _SCALES_ZH:
            digit *= _SCALES_ZH[whole[-2]] / 10  # 三万五 is 35,000; five ones would be 三万零五
        value = total + section + digit
    if decimals:
        if any(c not in _DIGITS_ZH for c in decimals):
            return None
        value += float("0." + "".join(str(_DIGITS_ZH[c]) for c in decimals))
    return value


def _make(match: re.Match[str], value: float, unit: str | None, **flags: bool) -> Quantity:
    dimension, factor = _UNITS.get(unit or "", ("", 1.0))
    surface = match.group().strip()
    return Quantity(value * factor, dimension, match.start(), match.end(), surface, factor=factor, **flags)


def _is_date(value: float, unit: str | None) -> bool:
    """Whether a number with its unit is part of a date, not a duration."""
    if not value.is_integer():
        return False
    return (unit == "年" and 1000 <= value <= 2999) or (unit == "月" and value <= 12) or (unit == "日" and value <= 31)


def _halves(match: re.Match[str]) -> float:
    """Return the half that 两个半小时, 一年半 or 三天半 adds."""
    dimension, _ = _UNITS.get(match["unit"] or "", ("", 1.0))
    return 0.5 if match["half"] or (match["after"] and dimension in {"time", "calendar"}) else 0.0


def _read_arabic(text: str) -> Iterable[Quantity]:
    for match in _ARABIC.finditer(text):
        value = float(match["number"].replace(",", "")) * _SCALES.get(match["scale"] or "", 1.0)
        unit = match["unit"]
        yield _make(match, value + _halves(match), None if _is_date(value, unit) else unit)


def _read_percent_zh(text: str) -> Iterable[Quantity]:
    for match in _PERCENT_ZH.finditer(text):
        value = float(match["digits"]) if match["digits"] else numeral_zh(match["zh"])
        if value is not None:
            yield _make(match, value, "%", spelled=match["digits"] is None)


def _read_fractions(text: str) -> Iterable[Quantity]:
    for match in _FRACTION_ZH.finditer(text):
        below, above = numeral_zh(match["below"]), numeral_zh(match["above"])
        if below and above and above <= below:
            # 千分之五 is exact; 三分之一 may stand for 33%
            yield _make(match, 100 * above / below, "%", spelled=True, loose=below <= 100)
    for match in _FRACTION.finditer(text):
        above, below = int(match["above"]), int(match["below"])
        if 0 < above < below:
            yield _make(match, 100 * above / below, "%", loose=True)
    for match in _FRACTION_EN.finditer(text):
        above = _WORDS_EN.get(match["above"] or "one", 1)
        below = _FRACTIONS_EN[match["word"]]
        ordinal = match["word"] in {"third", "fourth", "fifth", "sixth", "tenth", "quarter"} and match["above"] is None
        if above < below and not ordinal:
            yield _make(match, 100 * above / below, "%", spelled=True, loose=True)


def _read_tenths(text: str) -> Iterable[Quantity]:
    for match in _TENTHS_ZH.finditer(text):
        spelled = match["zh"] in _DIGITS_ZH
        tenths = _DIGITS_ZH[match["zh"]] if spelled else int(match["zh"])
        yield _make(match, 10.0 * tenths + (5 if match["half"] else 0), "%", spelled=spelled, loose=True)


def _read_halves(text: str) -> Iterable[Quantity]:
    for match in _HALF_ZH.finditer(text):
        if match["unit"]:
            yield _make(match, 0.5, match["unit"], spelled=True)
        else:
            yield _make(match, 50.0, "%", spelled=True, loose=True)


def _read_halves_en(text: str) -> Iterable[Quantity]:
    for match in _HALF_EN.finditer(text):
        if match["one"]:
            yield _make(match, 0.5, match["one"], spelled=True)
        else:
            spelled = match["number"] in _WORDS_EN
            value = _WORDS_EN[match["number"]] if spelled else int(match["number"])
            yield _make(match, value + 0.5, match["unit"], spelled=spelled)


def _read_zh(text: str) -> Iterable[Quantity]:
    skipped = {i for m in _ZH_NOT_COUNTED.finditer(text) for i in range(m.start(), m.end())}
    for match in _ZH.finditer(text):
        numeral, unit = match["zh"], match["unit"]
        if match.start() in skipped or numeral in {"亿", "万", "千", "百", "点"}:
            continue
        counted = unit in _UNITS or (unit or "") in _ZH_COUNTERS or match["half"]
        value = numeral_zh(numeral)
        if value is None or not (counted or (len(numeral) >= 2 and any(c in _SCALES_ZH for c in numeral))):
            continue
        named = unit if unit in _UNITS and not _is_date(value, unit) else None
        yield _make(match, value + _halves(match), named, spelled=True)


def _read_en(text: str) -> Iterable[Quantity]:
    for match in _EN_WORD.finditer(text):
        if not (match["tens"] or match["ones"]):
            continue
        if match["ones"] in {"one", "zero"} and not (match["tens"] or match["scale"] or match["unit"]):
            continue  # "the one that", "one of"
        value = _WORDS_EN.get(match["tens"] or "", 0) + _WORDS_EN.get(match["ones"] or "", 0)
        yield _make(match, float(value) * _SCALES.get(match["scale"] or "", 1.0), match["unit"], spelled=True)
    for match in _MONTH_EN.finditer(text):
        if match[1] != "may":
            yield Quantity(float(_MONTHS.index(match[1]) + 1), "", match.start(), match.end(), match[1], spelled=True)
