"""What every reader produces: a document as a flat run of typed blocks that remember their lines and pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NamedTuple

from report_qa.documents.tables.table import Table


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
    WARNING = "warning"
    """A warning, caution or hint: belongs to what it warns about, right before or after it."""
    PICTURE = "picture"
    """A picture; its lines are its caption, and there are none where it has no caption."""


class Rank(IntEnum):
    """How high a heading stands; Markdown levels 1 to 6 are PART to LABEL as they come."""

    PART = 1
    TOPIC = 2
    GROUP = 3
    TITLE = 4
    SUBTITLE = 5
    LABEL = 6
    """A word or two over a few lines ("方法", "工具"): never a unit of its own."""


class Box(NamedTuple):
    """A rectangle on a page, in points (1/72 inch) from the page's top left corner as it is shown."""

    left: float
    top: float
    right: float
    bottom: float

    def around(self, other: Box) -> Box:
        """Return the smallest box that holds both."""
        return Box(
            min(self.left, other.left), min(self.top, other.top),
            max(self.right, other.right), max(self.bottom, other.bottom),
        )  # fmt: skip


class Place(NamedTuple):
    """Where something stands: a page (from 1; a slide or sheet counts as one) and, where it is known, the box on it."""

    page: int
    box: Box | None = None


@dataclass(frozen=True)
class Picture:
    """A picture of a document, kept as a file.

    Attributes:
        file: its name in the folder of pictures: a hash of its content with the format's ending.
        width, height: its size in pixels.
        caption: its caption as printed, or its alternative text; empty where it has neither.
        place: where it stands; None in documents without pages.
    """

    file: str
    width: int
    height: int
    caption: str = ""
    place: Place | None = None


@dataclass(frozen=True)
class Line:
    """One line of a block.

    Attributes:
        text: what it says.
        first, last: the lines of the file that it came from (1-based, inclusive); of a file that is not a text,
            the lines of the text as it was read.
        places: where it stands, a place a page or column; none in documents without pages.
    """

    text: str
    first: int
    last: int
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Block:
    """A run of lines of one kind.

    Attributes:
        kind: what it is.
        lines: its lines; a paragraph that was hard-wrapped in the file is one line here.
        rank: for a heading, how high it stands (1 is highest).
        table: for a table, its cells.
        picture: for a picture, its file.
    """

    kind: Kind
    lines: tuple[Line, ...]
    rank: int = 0
    table: Table | None = field(default=None, compare=False)
    picture: Picture | None = None

    @property
    def text(self) -> str:
        """The block's lines joined by line ends."""
        return "\n".join(line.text for line in self.lines)
