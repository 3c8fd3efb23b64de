"""Figures that compare: rows and columns of a table, or a value before and after a change, as named exact values."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from report_qa.documents.tables.cells import given_unit, number_of, with_unit
from report_qa.documents.tables.table import Table, is_total

MAX_POINTS = 24
"""More bars than that are read more easily in the table."""
_MAX_COLUMNS = 3

_UNIT = (
    r"[%％‰]|个?百分点|percentage points?|percent"
    r"|(?:[百千]?[万亿]|千)?(?:美元|元|人次|人|家|个月|个|台|辆|座|份|件|吨|次|倍)|[百千]?[万亿]"
    r"|分钟|小时|秒|天|周|年|公里|千米|厘米|毫米|米|公斤|千克|升|度|℃|°C|thousand|million|billion"
    r"|(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|km/h|km|cm|mm|kWh|kW|kPa|kg|[HhsmL])\b"
)
_NUMBER = r"[¥$€£]?\s?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[¥$€£]?\s?\d+(?:\.\d+)?"
_VALUE = rf"(?:{_NUMBER})(?:\s?(?:{_UNIT}))?"
_FROM, _TO = f"(?P<before>{_VALUE})", f"(?P<after>{_VALUE})"
_NO_BREAK = r"[^。；;.!?！？\n\d]"
_CHANGES = (
    re.compile(
        rf"(?:从|由){_NO_BREAK}{{0,12}}?{_FROM}{_NO_BREAK}{{0,8}}?(?:[降升增减涨跌缩扩提变压改]|下滑|上调|下调|回落){_NO_BREAK}{{0,6}}?"
        rf"(?:到|至|为|成)了?(?:约)?\s?{_TO}"
    ),
    re.compile(
        r"\b(?:fell|falls?|rose|rises?|dropp?e?d?s?|gr[eo]ws?|increas\w+|decreas\w+|reduc\w+|cuts?|went|improv\w+|short\w+|"
        rf"rais\w+|lower\w+|climb\w+|jump\w+|shr[aiu]nk\w*|chang\w+){_NO_BREAK}{{0,40}}?\bfrom\s{_NO_BREAK}{{0,12}}?{_FROM}"
        rf"{_NO_BREAK}{{0,12}}?\sto\s{_NO_BREAK}{{0,8}}?{_TO}",
        re.IGNORECASE,
    ),
    re.compile(rf"{_FROM}\s?(?:→|->|⟶)\s?{_TO}"),
)
_LABEL_ZH, _LABEL_EN = ("之前", "之后"), ("before", "after")
_YEAR = re.compile(r"(?:19|20)\d\d\s?年?$")
_PARTS = re.compile(r"([¥$€£]?)\s?([\d,]+(?:\.\d+)?)\s?(.*)")


@dataclass(frozen=True)
class Point:
    """A named value.

    Attributes:
        label: what it is of.
        value: the number, for the length of a bar.
        shown: as the document has it.
        cited: whether the answer rests on it.
    """

    label: str
    value: float
    shown: str
    cited: bool = False


@dataclass(frozen=True)
class Series:
    """Values that compare, all in one unit."""

    title: str
    points: tuple[Point, ...]


def series_of_table(table: Table, cells: Collection[tuple[int, int]]) -> tuple[Series, ...]:
    """Return what can be compared in a table for the cited cells; none where its numbers do not compare.

    One cited row whose cells are in one unit is compared over its columns; else each such column over all rows.

    Args:
        table: the table.
        cells: row and column of the cited body cells, from 0.
    """
    if table.naming != 1:
        return ()
    rows = {i for i, _ in cells}
    if len(rows) == 1:
        (i,) = rows
        row = table.rows[i]
        named = [(j, *with_unit(table.header[j], row[j])) for j in range(1, len(row)) if row[j]]
        across = _series(
            row[0], [(name, given_unit(cell, table.unit, row[0], name), (i, j) in cells) for j, name, cell in named]
        )
        if across:
            return (across,)
    columns = []
    for j, header in enumerate(table.header[1:], start=1):
        below = [(i, row[0], *with_unit(header, row[j])) for i, row in enumerate(table.rows) if row[j]]
        if not below:
            continue
        series = _series(
            below[0][2],
            [(name, given_unit(cell, table.unit, name, shown), (i, j) in cells) for i, name, shown, cell in below],
        )
        if series:
            columns.append(series)
    return tuple(columns) if len(columns) <= _MAX_COLUMNS else ()


def _series(title: str, cells: Sequence[tuple[str, str, bool]]) -> Series | None:
    """Return cells as a series, totals left out; None where one is no number, or they differ in unit."""
    parsed = [(name, cell, cited, number_of(cell)) for name, cell, cited in cells if not is_total(name)]
    numbers = [(name, cell, cited, number) for name, cell, cited, number in parsed if number is not None]
    if not 2 <= len(numbers) <= MAX_POINTS or len(numbers) < len(parsed):
        return None
    if len({unit.casefold() for _, _, _, (_, unit) in numbers}) > 1:
        return None
    if not any(value for _, _, _, (value, _) in numbers):
        return None
    return Series(title, tuple(Point(name, value, cell, cited) for name, cell, cited, (value, _) in numbers))


def change_in(text: str, title: str, language: str) -> Series | None:
    """Return the value before and after the first change that a text tells in figures; None where it tells none.

    Ranges ("3 to 5 days") and years are no changes.

    Args:
        text: a sentence or several.
        title: what the change is of.
        language: ``zh`` or ``en``, of the labels.
    """
    for pattern in _CHANGES:
        for match in pattern.finditer(text):
            pair = _pair(match["before"].strip(), match["after"].strip())
            if pair is not None:
                labels = _LABEL_ZH if language == "zh" else _LABEL_EN
                return Series(
                    title,
                    tuple(Point(label, value, shown, True) for label, (value, shown) in zip(labels, pair, strict=True)),
                )
    return None


def _pair(before: str, after: str) -> tuple[tuple[float, str], tuple[float, str]] | None:
    if _YEAR.fullmatch(before) or _YEAR.fullmatch(after):
        return None
    (first, unit), (second, last_unit) = _parts(before), _parts(after)
    if (unit and unit != last_unit) or first == second:
        return None
    if not unit:  # "from 31.4 to 45.2%": the unit is said once
        before += after[re.search(r"[\d.,]+", after).end() :]  # type: ignore[union-attr]  # it has digits
    return (first, before), (second, after)


def _parts(shown: str) -> tuple[float, str]:
    match = _PARTS.fullmatch(shown)
    if match is None:  # what a pattern above takes for a value is one
        raise ValueError(shown)
    return float(match[2].replace(",", "")), match[1] + match[3].replace("％", "%").rstrip("s")
