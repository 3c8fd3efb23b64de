"""Rows of a table that only name the rows below them -> the name said with each of those rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from report_qa.documents.tables.cells import is_year, number_of
from report_qa.documents.tables.table import is_total

_JOIN = " · "
_PART_OF_GROUP = re.compile(r"^(?:小计|sub[ -]?total)", re.IGNORECASE)
"""A sum within its group; other sums end it."""


class Grouped(NamedTuple):
    """The rows of a table's body with the names of their groups.

    Attributes:
        rows: position of each row that is kept, and its cells.
        below: positions of the rows at the end that say one thing over the whole width: remarks on the table.
    """

    rows: list[tuple[int, list[str]]]
    below: list[int]


def named_groups(body: Sequence[Sequence[str]], whole: Sequence[bool]) -> Grouped:
    """Return the rows of a body with the name of the group that each is in.

    A row that says one thing over the whole width names the rows below it, up to the next such row or to a sum of
    all. Where the body begins with a row of which only the first cell is filled, the rows that are like it do so too.

    Args:
        body: cells of each row.
        whole: of each row, whether its first cell reaches over the whole width.
    """
    end = len(body)
    while end > 1 and whole[end - 1]:
        end -= 1
    heads = _heads(body[:end], whole)
    rows: list[tuple[int, list[str]]] = []
    group = ""
    for i, row in enumerate(body[:end]):
        if heads[i]:
            group = row[0]
            continue
        if is_total(row[0]) and not _PART_OF_GROUP.match(row[0]):
            group = ""
        rows.append((i, _in_group(row, group)))
    if not rows:
        return Grouped([(i, list(row)) for i, row in enumerate(body)], [])
    return Grouped(rows, list(range(end, len(body))))


def _heads(body: Sequence[Sequence[str]], whole: Sequence[bool]) -> list[bool]:
    alone = [bool(row[0]) and not any(row[1:]) and number_of(row[0]) is None for row in body]
    followed = all(not alone[i] or (i + 1 < len(body) and not alone[i + 1]) for i in range(len(body)))
    named = bool(alone) and alone[0] and followed and len(body) > 1
    return [whole[i] or (named and alone[i]) for i in range(len(body))]


def _in_group(row: Sequence[str], group: str) -> list[str]:
    """Return a row with the group before its name: its first cell that is no number, as in a table of numbered rows."""
    if not group:
        return list(row)
    names = (j for j, cell in enumerate(row) if cell and (number_of(cell) is None or is_year(cell)))
    at = next(names, 0)
    return [f"{group}{_JOIN}{cell}".rstrip(_JOIN) if j == at else cell for j, cell in enumerate(row)]
