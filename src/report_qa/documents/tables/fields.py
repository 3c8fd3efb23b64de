"""Tables of names and their values side by side, without a header -> lines of ``name: value``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from report_qa.documents.headings import width
from report_qa.documents.tables.cells import number_of, with_unit
from report_qa.documents.tables.rows import is_value
from report_qa.text.normalise import language_of

_WIDEST_NAME = 20.0
_PERIOD = re.compile(r"(?:19|20)\d\d|^Q[1-4]\b|\d\s*[月季期年]|[（(]|^\d+(?:st|nd|rd|th)\b", re.IGNORECASE)
"""What may head a column of values although it holds a digit: a year, a quarter, a unit in brackets."""
_COLUMN = re.compile(
    r"^(?:项目|参数|指标|名称|规格|类别|种类|内容|序号|parameters?|items?|features?|propert(?:y|ies)|specifications?"
    r"|descriptions?|names?|fields?|types?|categor(?:y|ies)|no\.?|#)?[：:]?$",
    re.IGNORECASE,
)
"""What heads a column of names and is no name itself."""


class CellLike(Protocol):
    """A cell of a table as the file has it."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def rows(self) -> int:
        """How many rows it covers."""

    @property
    def columns(self) -> int:
        """How many columns it covers."""

    @property
    def header(self) -> bool:
        """Whether it is marked as a header."""


Pair = tuple[CellLike, CellLike]


def field_texts(rows: Sequence[Sequence[CellLike]]) -> list[list[str]]:
    """Return what each row of a table of names and values says, as lines; nothing where it is another kind of table.

    It is one where the cells that name are the only ones marked as headers, or where nothing is marked and the first
    row can be no header, since it holds a value where a name of a column would stand.

    Args:
        rows: the cells, each where its row begins.
    """
    pairs = _pairs(rows)
    if not pairs or not (_marked(pairs) or _told_by_values(pairs)):
        return []
    texts: list[list[str]] = []
    group = ""
    for row in pairs:
        if not row:
            texts.append([])
            continue
        if row[0][0] is row[0][1]:
            group = f"{row[0][0].text.strip()} · "
            texts.append([])
            continue
        texts.append([_line(group + name.text, value.text) for name, value in row if name.text.strip()])
    return texts


def _pairs(rows: Sequence[Sequence[CellLike]]) -> list[list[Pair]]:
    """Return name and value by turns; a cell over the whole width is a pair of itself."""
    full = max((sum(cell.columns for cell in row) for row in rows), default=0)
    found: list[list[Pair]] = []
    for row in rows:
        if len(row) == 1 and row[0].columns == full > 1:
            found.append([(row[0], row[0])])
            continue
        if len(row) % 2 or sum(cell.columns for cell in row) != full or any(cell.rows > 1 for cell in row):
            return []
        if any(name.columns > 1 for name in row[::2]):
            return []
        found.append(list(zip(row[::2], row[1::2], strict=True)))
    return found


def _own(pairs: Sequence[Sequence[Pair]]) -> list[Pair]:
    return [(name, value) for row in pairs for name, value in row if name is not value]


def _marked(pairs: Sequence[Sequence[Pair]]) -> bool:
    own = _own(pairs)
    return bool(own) and all(name.header and not value.header for name, value in own)


def _told_by_values(pairs: Sequence[Sequence[Pair]]) -> bool:
    own = [(n, v) for n, v in _own(pairs) if n.text.strip() or v.text.strip()]
    if any(cell.header for pair in own for cell in pair) or len(own) < 2:
        return False
    names = [name.text.strip() for name, _ in own]
    values = [value.text.strip() for _, value in own]
    if any(not name or is_value(name) or width(name) > _WIDEST_NAME for name in names) or len({*names}) < len(names):
        return False
    if all(name.endswith(("：", ":")) for name in names):
        return True
    first = next((row for row in pairs if row and row[0][0] is not row[0][1]), [])
    if any(_COLUMN.match(name.text.strip()) for name, _ in first) or _alike(values):
        return False
    return any(_is_data(value.text.strip()) for _, value in first)


def _is_data(text: str) -> bool:
    """Whether a cell can head no column: it holds a number that is no period."""
    return any(character.isdigit() for character in text) and not _PERIOD.search(text)


def _alike(values: Sequence[str]) -> bool:
    """Whether the values below the first are numbers in one unit, as those of a column with a header are."""
    numbers = [number_of(value) for value in values[1:] if value]
    return len(numbers) > 1 and None not in numbers and len({number[1] for number in numbers if number}) == 1


def _line(name: str, value: str) -> str:
    name, value = with_unit(" ".join(name.split()).rstrip("：:").rstrip(), "；".join(value.split("\n")).strip())
    colon = "：" if language_of(name) == "zh" else ": "
    return f"{name}{colon}{value}" if value else name
