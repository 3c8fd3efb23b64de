"""Several header lines of a table -> one name a column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from report_qa.documents.tables.cells import unit_in
from report_qa.documents.tables.rows import joined

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
        names = [joined(name, more) for name, more in zip(names, _spread(level, count), strict=True)]
    return tuple(names)


def _spread(level: Level, count: int) -> list[str]:
    names = [""] * count
    for text, over in level:
        for j in over:
            names[j] = text
    return names


def _under(level: Level, names: Sequence[str], own: Sequence[str]) -> list[str]:
    """Return names of columns below those of the line above them."""
    level = _over_repeats(level, own)
    times = Counter(own)
    covering = {j: position for position, (_, over) in enumerate(level) for j in over}
    above = dict(covering)
    for j, name in enumerate(own):
        says_little = times[name] > 1 or any(character.isdigit() for character in name)
        if name and j > 0 and j not in covering and says_little:
            above[j] = covering[min(covering, key=lambda near: abs(near - j))]
    widths = Counter(above.values())
    return [
        _joined(level[above[j]][0], name, apart=widths[above[j]] > 1) if j in above else name
        for j, name in enumerate(names)
    ]


def _over_repeats(level: Level, own: Sequence[str]) -> Level:
    """Return the names of a line, each over one run of the names below it where those repeat (n, %, n, %).

    Such names are set in the middle of their columns, and stand over only one of them.
    """
    first = [(text, over) for text, over in level if over == (0,)]
    upper = [text for text, over in level if over != (0,)]
    each, rest = divmod(len(own) - 1, len(upper)) if upper else (0, 1)
    run = list(own[1 : 1 + each])
    if rest or each < 2 or len(set(run)) < each or list(own[1:]) != run * len(upper):
        return level
    return [*first, *((text, tuple(range(1 + i * each, 1 + (i + 1) * each))) for i, text in enumerate(upper))]


def _joined(above: str, name: str, *, apart: bool) -> str:
    """Return both, as two names or as one that was broken; a unit that the upper one gives for all goes to the end."""
    if not above or not name:
        return above or name
    if not apart:
        return joined(above, name)
    unit = unit_in(above)
    if unit and not unit_in(name):
        return f"{above[: -len(unit)].rstrip()}{_JOIN}{name} {unit.strip()}"
    return f"{above}{_JOIN}{name}"
