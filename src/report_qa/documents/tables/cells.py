"""What single cells of a table say: numbers with their units, units given once in a name, marks for yes and no."""

from __future__ import annotations

import re

from report_qa.text.currencies import CODES, NAMES_EN, NAMES_ZH, SYMBOLS
from report_qa.text.normalise import has_words

_NUMBER = re.compile(
    r"^(?:([-−])|[<>≤≥~≈约+])?\s*([¥$€£]?)\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*"
    r"([%％‰]|(?:[mb]illion |thousand )?(?![-–])[^\d\s|]{0,8})$"
)
_IN_BRACKETS = re.compile(r"^([¥$€£]?)\s*[（(]\s*([^（）()]*\d\s*[%％]?)\s*[)）]([^（）()]*)$")
"""A number below zero as accounts write it: (2,310.4), (2%), £(2) million."""
_PLAIN = r"\d[\d,]*(?:\.\d+)?"
_RANGE = re.compile(
    rf"^[<>≤≥~≈约±]?\s*(?!(?:19|20)\d\d\s?[-–—])(?:{_PLAIN})(?:\s?(?:[-–—~～至]|to)\s?{_PLAIN}|(?:\s?[×x*]\s?{_PLAIN})+)?$"
)
"""Numbers without a unit: one, the ends of a range that is not of years, or the sides of a thing."""
_SYMBOL = (
    r"(?:[kKMGTmcdµμ]?(?:Wh|W|VA|V|Ah|A|Hz|Pa|L|l|g|m|B|J|Nm|N|Ω|lx|lm|cd|mol|K|t|s|min|h)|dB(?:A|\(A\))?|°C|°F|℃|℉|rpm"
    r"|bar|psi|ppm|in|ft|lb|mph|pt|px|[mc]?m[²³23]|㎡|㎥|[%％‰])"
)
_UNIT = (
    r"(?:(?:[百千]?[万亿]|千)?(?:元|美元|人次?|家|个|件|台|辆|座|份|吨|次|倍|平方米|千瓦时?|兆瓦|转|瓦|伏|安|帕|分贝|毫安时?|毫升)"
    r"(?:/(?:分钟?|秒|小时|天|年|月|人|次))?|[百千]?[万亿]"
    r"|秒|分钟|小时|天|年|公里|千米|米|毫米|厘米|公斤|千克|克|升|岁"
    rf"|{_SYMBOL}(?:[/·]{_SYMBOL})?"
    r"|hours?|days?|weeks?|months?|years?|tonnes?|(?:mega|kilo|milli)?lit(?:re|er)s?|knots|thousands?"
    r"|(?:USD|RMB|EUR|GBP)?\s?(?:million|billion|thousand))"
    r"(?:/[^/\s（）()]{1,6})?"
)
_HEADER_UNIT = re.compile(rf"\s*[（(]\s*({_UNIT})\s*[)）]")
"""A unit in brackets that a name gives once for all its values; one by another (元/股, km/h) is one too."""
_CAPTION_UNIT = re.compile(
    rf"[（(](?:[^（）()]*[，,；;])?\s*(?:(?:单位|units?)\s*[：:]\s*([^（）()，,]{{1,10}})|(?:in\s+)?({_UNIT}))\s*[)）]\s*$"
)
"""What a title ends with where all values below it are in one unit: （单位：件）, (零售价，元), (%)."""
_LABELLED_UNIT = re.compile(
    r"(?:^|\s|[（(【])(?:(?:金额|货币|计量)?单位|units?)\s*[：:]\s*(?:人民币)?\s*"
    r"([^\s（）()【】，,、；;：:]{1,10}(?:\s(?:million|billion|thousand)s?)?)(?:[\s，,；;]*币种\s*[：:]\s*\S+?)?\s*[)）】]?$",
    re.IGNORECASE,
)
"""A unit that is called so and stands at the end of a line, or alone on one: 单位：万元, Unit: kWh."""
_BRACKET = re.compile(r"[（(](?:in\s+)?([^（）()]{1,40})[)）]\s*$", re.IGNORECASE)
_SHARE = re.compile(r"(?:%|per ?cent\b)(?: of .*)?$", re.IGNORECASE)
"""What shares are given in: %, percent, % of respondents."""
_FIGURES_IN = re.compile(
    r"^(?:all )?(?:figures|amounts|values|prices|fees|data|numbers)(?: are)?(?: shown| given| stated| quoted)? in "
    r"(\S+(?: (?:million|billion|thousand)s?)?)(?:[ ,;].*)?$",
    re.IGNORECASE,
)
"""A line over a table that says what its values are in."""
_TABLE_UNIT = re.compile(r"^(?:附?表|table)\s*[A-Z]?\d.*[（(](?:in\s+)?([a-z]{3,12}s)[)）]\s*$", re.IGNORECASE)
"""The same where the title is certainly that of a table and the unit any word in the plural: (crowns)."""
_UNIT_SIGNS = "%％‰°" + SYMBOLS
_SCALES = {"m": "million", "mn": "million", "bn": "billion", "k": "thousand"}
_MONEY_NAME = re.compile(
    rf"(?:(?P<symbol>[{SYMBOLS}])\s?)?(?:(?P<scale>millions?|mn?|billions?|bn|thousands?|k)(?: of)?(?:\s|$))?"
    rf"(?P<currency>{NAMES_EN}|{CODES})?",
    re.IGNORECASE,
)
_CODE_FIRST = re.compile(
    rf"(?P<symbol>)(?P<currency>{CODES})\s?(?P<scale>millions?|mn?|billions?|bn|thousands?|k)", re.IGNORECASE
)
_PERCENT_NAME = re.compile(r"^(.*?)[\s·]*[%％]$")
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


_MEASURES = re.compile(
    r"(?:率|占比|比例|比重|增速|增幅|增减|同比|环比|倍数|排名|序号|编号)(?:\s*[（(].*)?$|每股"
    r"|\b(?:rate|ratio|margin|share|percentage|growth|change|rank|no\.|per [a-z]+)(?:\s*\(.*)?$",
    re.IGNORECASE,
)
"""Names of columns and rows whose values are in a measure of their own, which the title of a table does not mean."""


def number_of(cell: str) -> tuple[float, str] | None:
    """Return value and unit of a cell that is one number, else None."""
    cell = cell.strip()
    if below_zero := _IN_BRACKETS.match(cell):
        found = number_of("".join(below_zero.groups()))
        return (-found[0], found[1]) if found and found[0] > 0 else None
    match = _NUMBER.match(cell)
    if not match:
        return None
    value = float(match[3].replace(",", "") + (match[4] or ""))
    return -value if match[1] else value, match[2] + match[5].strip().replace("％", "%")


def with_unit(name: str, cell: str) -> tuple[str, str]:
    """Return the name of a column or row and a value, a unit moved from the name to a value that is a bare number."""
    match = _HEADER_UNIT.search(name)
    if not is_bare(cell):
        return name, cell
    if share := _PERCENT_NAME.match(name):
        return share[1] or name, f"{cell}%"
    money = _BRACKET.search(name)
    if not match and money and money.start() and (amount := _in_money(money[1].strip(), cell)):
        return name[: money.start()].rstrip(), amount
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
    amount = _in_money(last, cell)
    return (before or name, amount) if amount else (name, cell)


def _in_money(name: str, cell: str) -> str:
    """Return a bare number in the money that a name means (M crowns, £m, USD bn); empty where it means none."""
    money = _MONEY_NAME.fullmatch(name) or _CODE_FIRST.fullmatch(name)
    if not name or not money or not (money["symbol"] or money["currency"]):
        return ""
    scale = (money["scale"] or "").lower().removesuffix("s")
    words = (f"{money['symbol'] or ''}{cell}", _SCALES.get(scale, scale), money["currency"] or "")
    return " ".join(word for word in words if word)


def is_bare(cell: str) -> bool:
    """Return whether a cell is a number, or the ends of a range, without a unit: 12.5, (3), 0.1–50, 4650×1880."""
    number = number_of(cell)
    return not number[1] if number is not None else _RANGE.match(cell.strip()) is not None


def unit_of_caption(caption: str) -> str:
    """Return the unit that the title of a table gives for all its values, empty where it gives none."""
    caption = caption.rstrip("：: ")
    bracket = _BRACKET.search(caption)
    if bracket and _SHARE.match(bracket[1]):
        return "%"
    if bracket and _in_money(bracket[1].strip(), "1"):
        return bracket[1].strip()
    match = _CAPTION_UNIT.search(caption) or _TABLE_UNIT.search(caption) or _LABELLED_UNIT.search(caption)
    unit = next((group for group in match.groups() if group), "").strip() if match else ""
    return unit.removesuffix("s") if unit in {"thousands", "millions", "billions"} else unit


def without_unit(title: str) -> str:
    """Return the title of a table without a unit that stands apart at its end (…     单位：万元)."""
    match = _LABELLED_UNIT.search(title)
    return title[: match.start()].rstrip() if match and match[0][0].isspace() else title


def unit_of_line(text: str) -> str:
    """Return the unit that a line over a table gives and nothing else; empty where it says anything more.

    It is named as such (单位：万元), stands in brackets (£ million), or the line says what all figures are in.
    """
    text = text.strip()
    if figures := _FIGURES_IN.match(text.rstrip(".")):
        return figures[1].rstrip(",;")
    alone = _LABELLED_UNIT.match(text) or (_BRACKET.match(text) and not _LABELLED_UNIT.search(text))
    return unit_of_caption(text) if alone else ""


def given_unit(cell: str, unit: str, *names: str) -> str:
    """Return a value with the unit of its table where it is a bare number and no year.

    Args:
        cell: the value.
        unit: the unit that the table gives for all its values; empty where it gives none.
        names: of its row and column; where one of them is of a share, a change or a rank, only percent are given.
    """
    if not unit or not is_bare(cell) or is_year(cell):
        return cell
    if unit != "%" and any(_MEASURES.search(name) for name in names):
        return cell
    return say_unit(cell, unit)


def say_unit(cell: str, unit: str) -> str:
    """Return a bare number with a unit, set as its script and currency have it; unchanged where the unit is none."""
    if is_missing(unit) or not (has_words(unit) or unit[0] in _UNIT_SIGNS):
        return cell
    return _in_money(unit, cell) or cell + ("" if unit == "%" or not unit[0].isascii() else " ") + unit


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
