"""A document as it was read, whatever kind of file it came from."""

from __future__ import annotations

from dataclasses import dataclass

from report_qa.documents.blocks import Block
from report_qa.errors import Text


@dataclass(frozen=True)
class Document:
    """A file of the corpus as text and blocks.

    Attributes:
        name: path below the corpus folder, with forward slashes; identifies the document.
        text: the whole text, line ends as ``\\n``, without control characters; of a text file exactly its text.
        sha256: hash of the file's bytes.
        language: ``zh`` or ``en``.
        blocks: the content in reading order.
        encoding: the encoding of a text file, else empty.
        parser: what read it.
        title: the title that the file says it has, or empty.
        plain: whether its headings are only guessed from how lines look.
        pages: number of pages, slides or sheets; None where the format has none.
        warnings: what could not be read.
    """

    name: str
    text: str
    sha256: str
    language: str
    blocks: tuple[Block, ...]
    encoding: str = ""
    parser: str = ""
    title: str = ""
    plain: bool = False
    pages: int | None = None
    warnings: tuple[Text, ...] = ()

    @property
    def pictures(self) -> int:
        """How many different pictures it has."""
        return len({block.picture.file for block in self.blocks if block.picture})
