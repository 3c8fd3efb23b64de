"""What both readers produce: a document as a flat run of typed blocks that remember their lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from report_qa.documents.tables import Table


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    CAPTION = "caption"
    """The title of a figure whose picture or data is not in the text."""
    NOTE = "note"
    """Source, sample, survey question, footnote: belongs to what stands above it."""


class Rank(IntEnum):
    """How high a heading stands; Markdown levels 1 to 6 are PART to LABEL as they come."""

    PART = 1
    TOPIC = 2
    GROUP = 3
    TITLE = 4
    SUBTITLE = 5
    LABEL = 6
    """A word or two over a few lines ("方法", "工具"): never a unit of its own."""


@dataclass(frozen=True)
class Line:
    """One line of a block and the source lines it came from (1-based, inclusive)."""

    text: str
    first: int
    last: int


@dataclass(frozen=True)
class Block:
    """A run of lines of one kind.

    Attributes:
        kind: what it is.
        lines: its lines; a paragraph that was hard-wrapped in the file is one line here.
        rank: for a heading, how high it stands (1 is highest).
        table: for a table, its cells.
    """

    kind: Kind
    lines: tuple[Line, ...]
    rank: int = 0
    table: Table | None = field(default=None, compare=False)

    @property
    def text(self) -> str:
        """The block's lines joined by line ends."""
        return "\n".join(line.text for line in self.lines)
