"""Several header lines of a table -> one name a column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from report_qa.documents.cells import unit_in

_JOIN = " · "

Level = Sequence[tuple[str, tuple[int, ...]]]
"""The names of a header line, each with the columns (from 0) that it stands over."""


def name_columns(levels: Sequence[Level]) -> tuple[str, ...]:
    """Return the name of every column.

    A name over several columns stands before those of each (``Sailings run · 2023``), one over a single column is a
    name that was broken into lines. A column that nothing stands over, and whose own name says too little without (a
    year, or the name of another column), is given the nearest name of the line above.

    Args:
        levels: the header lines, top first; that with most names has one for each column.
    """
    main = max(range(len(levels)), key=lambda i: (len(levels[i]), i))
    count = 1 + max(j for level in levels for _, over in level for j in over)
    own = _spread(levels[main], count)
    names = list(own)
    for level in reversed(levels[:main]):
        names = _under(level, names, own)
    for level in levels[main + 1 :]:
        names = [f"{name} {more}".strip() for name, more in zip(names, _spread(level, count), strict=True)]
    return tuple(names)


def _spread(level: Level, count: int) -> list[str]:
    names = [""] * count
    for text, over in level:
        for j in over:
            names[j] = text
    return names


def _under(level: Level, names: Sequence[str], own: Sequence[str]) -> list[str]:
    """Return names of columns below those of the line above them."""
    times = Counter(own)
    covering = {j: position for position, (_, over) in enumerate(level) for j in over}
    above = dict(covering)
    for j, name in enumerate(own):
        says_little = times[name] > 1 or any(character.isdigit() for character in name)
        if name and j > 0 and j not in covering and says_little:
            above[j] = covering[min(covering, key=lambda near: abs(near - j))]
    widths = Counter(above.values())
    return [
        _joined(level[above[j]][0], name, _JOIN if widths[above[j]] > 1 else " ") if j in above else name
        for j, name in enumerate(names)
    ]


def _joined(above: str, name: str, join: str) -> str:
    """Return both, a unit that the upper one gives for all its columns at the end."""
    if not above or not name:
        return above or name
    unit = unit_in(above)
    if unit and not unit_in(name):
        return f"{above[: -len(unit)].rstrip()}{join}{name} {unit.strip()}"
    return f"{above}{join}{name}"
