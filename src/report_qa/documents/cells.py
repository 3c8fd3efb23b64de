"""What single cells of a table say: numbers with their units, units given once in a name, marks for yes and no."""

from __future__ import annotations

import re

from report_qa.text.currencies import CODES, NAMES_EN, NAMES_ZH, SYMBOLS

_NUMBER = re.compile(
    r"^(?:([-−])|[<>≤≥~≈约+])?\s*([¥$€£]?)\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*"
    r"([%％‰]|(?:[mb]illion |thousand )?[^\d\s|]{0,8})$"
)
_SYMBOL = (
    r"(?:[kKMGTmcdµμ]?(?:Wh|W|VA|V|Ah|A|Hz|Pa|L|l|g|m|B|J|Nm|N|Ω|lx|lm|cd|mol|K|t|s|min|h)|dB(?:A|\(A\))?|°C|°F|℃|℉|rpm"
    r"|bar|psi|ppm|in|ft|lb|mph|pt|px|[mc]?m[²³23]|㎡|㎥|[%％‰])"
)
_UNIT = (
    r"(?:(?:[百千]?[万亿]|千)?(?:元|美元|人次?|家|个|件|台|辆|座|份|吨|次|倍|平方米|千瓦时?|兆瓦|转|瓦|伏|安|帕|分贝|毫安时?|毫升)"
    r"(?:/(?:分钟?|秒|小时|天|年|月|人|次))?|[百千]?[万亿]"
    r"|秒|分钟|小时|天|年|公里|千米|米|毫米|厘米|公斤|千克|克|升|岁"
    rf"|{_SYMBOL}(?:[/·]{_SYMBOL})?"
    r"|hours?|days?|weeks?|months?|years?|tonnes?|knots|thousands?|(?:USD|RMB|EUR|GBP)?\s?(?:million|billion|thousand))"
)
_HEADER_UNIT = re.compile(rf"\s*[（(]\s*({_UNIT})\s*[)）]")
"""A unit in brackets that a name gives once for all its values."""
_CAPTION_UNIT = re.compile(
    rf"[（(](?:[^（）()]*[，,；;])?\s*(?:(?:单位|units?)\s*[：:]\s*([^（）()，,]{{1,10}})|(?:in\s+)?({_UNIT}))\s*[)）]\s*$"
)
"""What a title ends with where all values below it are in one unit: （单位：件）, (零售价，元), (%)."""
_TABLE_UNIT = re.compile(r"^(?:附?表|table)\s*[A-Z]?\d.*[（(](?:in\s+)?([a-z]{3,12}s)[)）]\s*$", re.IGNORECASE)
"""The same where the title is certainly that of a table and the unit any word in the plural: (crowns)."""
_SCALES = {"m": "million", "mn": "million", "bn": "billion", "k": "thousand"}
_MONEY_NAME = re.compile(
    rf"(?:([{SYMBOLS}])\s?)?(?:(?P<scale>millions?|mn?|billions?|bn|thousands?|k)(?: of)?(?:\s|$))?"
    rf"(?P<currency>{NAMES_EN}|{CODES})?",
    re.IGNORECASE,
)
_TIME_NAME = re.compile(r"(?:(?:number|no\.?) of )?(days|hours|minutes|seconds|weeks|months)\b(?! ?\d)", re.IGNORECASE)
_COUNT_NAME_ZH = re.compile(r"(小时|分钟|[天月年次人台件套户家])数$")
_AMOUNT_ZH = re.compile(rf"(?:[百千]?[万亿])?{NAMES_ZH}")
"""Names of columns that say in what their values are counted: Days, M crowns, £m, 天数, 万元."""
_NAME_PART = " · "
_YEARS = range(1900, 2101)
_YES = frozenset("✓✔√☑")
_CROSSES = frozenset("✗✘×☒")
_DASHES = frozenset("–—-－")
_NOTHING = frozenset(("n/a", "na", "--", "…", "..", "无数据", "暂无", "不适用"))


def number_of(cell: str) -> tuple[float, str] | None:
    """Return value and unit of a cell that is one number, else None."""
    match = _NUMBER.match(cell.strip())
    if not match:
        return None
    value = float(match[3].replace(",", "") + (match[4] or ""))
    return -value if match[1] else value, match[2] + match[5].strip().replace("％", "%")


def with_unit(name: str, cell: str) -> tuple[str, str]:
    """Return the name of a column or row and a value, a unit moved from the name to a value that is a bare number."""
    match = _HEADER_UNIT.search(name)
    number = number_of(cell)
    if number is None or number[1]:
        return name, cell
    if not match:
        return _counted_in(name, cell)
    if not name[: match.start()]:
        return name, cell
    space = " " if match[1][0].isascii() and match[1] != "%" else ""
    return name[: match.start()] + name[match.end() :], f"{cell}{space}{match[1]}"


def _counted_in(name: str, cell: str) -> tuple[str, str]:
    """Return a name and a bare number as :func:`with_unit`, where the last part of the name is itself a unit."""
    before, _, last = name.rpartition(_NAME_PART)
    if counted := _COUNT_NAME_ZH.search(last):
        return name, cell + counted[1]
    if timed := _TIME_NAME.match(last):
        return name, f"{cell} {timed[1].lower()}"
    if _AMOUNT_ZH.fullmatch(last):
        return before or name, cell + last
    money = _MONEY_NAME.fullmatch(last)
    if not last or not money or not (money[1] or money["currency"]):
        return name, cell
    scale = (money["scale"] or "").lower().removesuffix("s")
    words = (f"{money[1] or ''}{cell}", _SCALES.get(scale, scale), money["currency"] or "")
    return before or name, " ".join(word for word in words if word)


def unit_of_caption(caption: str) -> str:
    """Return the unit that the title of a table gives for all its values, empty where it gives none."""
    match = _CAPTION_UNIT.search(caption) or _TABLE_UNIT.search(caption)
    unit = next((group for group in match.groups() if group), "").strip() if match else ""
    return unit.removesuffix("s") if unit in {"thousands", "millions", "billions"} else unit


def given_unit(cell: str, unit: str) -> str:
    """Return a value with the unit of its table where it is a bare number and no year."""
    number = number_of(cell)
    if not unit or number is None or number[1] or is_year(cell):
        return cell
    return cell + ("" if unit == "%" or not unit[0].isascii() else " ") + unit


def unit_in(name: str) -> str:
    """Return the unit in brackets that a name ends with, brackets and space before them included."""
    match = _HEADER_UNIT.search(name)
    return match[0] if match and match.end() == len(name) else ""


def is_year(cell: str) -> bool:
    """Return whether a cell is a year of our time: 1988, 2023年."""
    number = number_of(cell)
    return number is not None and "," not in cell and number[1] in {"", "年"} and number[0] in _YEARS


def is_tick(cell: str) -> bool:
    """Return whether a cell is a mark for yes."""
    return cell in _YES


def is_missing(cell: str) -> bool:
    """Return whether a cell is empty, or only says that there is no value."""
    return not cell or cell in _DASHES or cell.casefold() in _NOTHING


def say_mark(cell: str, *, dashes: bool, zh: bool) -> str:
    """Return a cell with what it means where it is a mark for yes or no.

    Args:
        cell: the text.
        dashes: whether a dash is a no, as beside ticks, and not a value that is missing.
        zh: whether to say it in Chinese.
    """
    if is_tick(cell):
        return cell + ("（有）" if zh else " (yes)")
    if cell in _CROSSES or (dashes and cell in _DASHES):
        return cell + ("（没有）" if zh else " (no)")
    return cell
