"""Rows of a table as they are spoken of: each by a name that no other row has, its values with their units."""

from __future__ import annotations

import re
from dataclasses import dataclass

from report_qa.documents.tables.cells import given_unit, number_of, with_unit
from report_qa.documents.tables.table import Table
from report_qa.text.normalise import cjk_count, has_words

_CHANGE = re.compile(r"[→↑↓]|->")
"""A value and what became of it: data, never the name of a row."""
_CODE = re.compile(r"[^a-z\u4e00-\u9fff]+")
"""F01, III, 215/60 R17: it needs the word for what it is a code of."""
_UNIT = re.compile(r"\s*[（(]\s*([^\W\d]{1,7}|%|℃|°C)\s*[)）]$")
_REFERS = re.compile(r"\d+(?:\.\d+)*\s*[节章页]")
_REFERENCES = frozenset("章节 页码 页 section chapter page see for to with by".split())
"""Columns, and values, that send the reader elsewhere or are no names, so that nothing can be asked by them."""
_PLAIN = re.compile(r"[\d.,]+")
_GENERIC = frozenset("项目 参数 名称 类别 指标 内容 item parameter name category indicator".split())
"""Headers of a first column that say nothing about its rows."""


@dataclass(frozen=True)
class NamedRow:
    """A row that can be asked about.

    Attributes:
        position: of the row in the table, from 0.
        name: its first cell as it stands.
        label: what it is called in a sentence.
        cells: names of columns and values, units with the values; cells without words or numbers are left out.
    """

    position: int
    name: str
    label: str
    cells: tuple[tuple[str, str], ...]


def named_rows(table: Table, heading: str) -> list[NamedRow]:
    """Return the rows that are told apart by their first cell; rows of the same name are left out.

    Args:
        table: at least two columns wide.
        heading: of its section; what the first column is called belongs to a name only where the heading says it too.
    """
    names = [row[0] for row in table.rows]
    if len(table.header) < 2 or not all(names) or any(_CHANGE.search(name) for name in names):
        return []
    numbered = any(number_of(name) is not None for name in names)
    if numbered and not has_words(table.header[0]):
        return []  # numbers without a word for what they count name nothing
    return [
        NamedRow(position, row[0], _label(row[0], table.header[0], heading), _cells(table, row))
        for position, row in enumerate(table.rows)
        if names.count(row[0]) == 1
    ]


def _label(name: str, header: str, heading: str) -> str:
    if not header or header.lower() in _GENERIC or name.lower().endswith(header.lower()):
        return name
    if _CODE.fullmatch(name):
        return f"{header} {name}"
    shared = set(name) & set(header) if cjk_count(name) else set(name.lower().split()) & set(header.lower().split())
    if header.lower() not in heading.lower() or shared:
        return name
    return f"{name}{header}" if cjk_count(name) else f"{name} {header.lower()}"


def _cells(table: Table, row: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    found = (_with_unit(name, cell) for name, cell in zip(table.header[1:], row[1:], strict=True) if has_words(cell))
    return tuple(
        (_column(name), given_unit(cell, table.unit, row[0], name))
        for name, cell in found
        if name and name.lower() not in _REFERENCES and not _REFERS.fullmatch(cell)
    )


def _with_unit(header: str, cell: str) -> tuple[str, str]:
    name, value = with_unit(header, cell)
    match = _UNIT.search(name)
    if name != header or not match or not _PLAIN.fullmatch(cell) or not name[: match.start()]:
        return name, value
    unit = "个月" if match[1] == "月" else match[1]
    return name[: match.start()], f"{cell}{' ' if unit.isascii() and unit != '%' else ''}{unit}"


def _column(name: str) -> str:
    """Return the name of a column under a wider one as it is said: 里程（正常使用）, not 正常使用 · 里程."""
    *wider, last = name.split(" · ")
    if not cjk_count(name) and last[1:2].islower():
        last = last[0].lower() + last[1:]
    if not wider:
        return last
    return f"{last}（{'，'.join(wider)}）" if cjk_count(name) else f"{last} ({', '.join(wider)})"
