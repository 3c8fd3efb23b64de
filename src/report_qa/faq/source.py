"""The documents as evidence: where a quote stands, exactly or but for width, case and white space."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from report_qa.documents.section import Section
from report_qa.faq.records import Cell, Evidence
from report_qa.faq.table_cells import named_rows
from report_qa.indexing.held import DOCUMENTS
from report_qa.indexing.manifest import missing_index, read_manifest
from report_qa.indexing.records import IndexedDocument, load_document


@dataclass(frozen=True)
class Place:
    """Where a quote stands: characters ``start:end`` of a section's text, and which cell of a table it is told for."""

    document: IndexedDocument
    section: Section
    start: int
    end: int
    exact: bool
    cell: Cell | None = None

    @property
    def quote(self) -> str:
        """The words there."""
        return self.section.text[self.start : self.end]

    @property
    def in_table(self) -> bool:
        """Whether it is cells of a table, in which no sentence stands."""
        return any(placed.span[0] <= self.start < placed.span[1] for placed in self.section.tables)

    @property
    def context(self) -> str:
        """What the quote is read with: title, headings, the header of the table that it is in, units of its columns."""
        headers = []
        for placed in self.section.tables:
            if placed.span[0] <= self.start < placed.span[1]:
                rows = named_rows(placed.table, self.section.title)
                held = [row for row in rows if placed.row_spans[row.position][0] < self.end]
                values = [
                    value for row in held if self.start < placed.row_spans[row.position][1] for _, value in row.cells
                ]
                headers += [" | ".join(placed.table.header), " | ".join(values)]
        return "\n".join((self.document.title, *self.section.path, *headers))

    def evidence(self) -> Evidence:
        """Return it as evidence."""
        first, last = self.section.source_lines(self.start, self.end)
        return Evidence(
            self.document.name, self.document.title, self.section.path, self.quote, first, last, quote_hash(self.quote),
            self.section.places_of(self.start, self.end), self.section.pictures_of(self.start, self.end),
            self.cell,
        )  # fmt: skip


class Sources:
    """The indexed documents, as far as evidence needs them; no model is loaded.

    Args:
        documents: those of the index.
    """

    def __init__(self, documents: Sequence[IndexedDocument]) -> None:
        self.documents = tuple(documents)

    @classmethod
    def open(cls, index: Path, *, empty: bool = False) -> Sources:
        """Read the documents of an index.

        Args:
            index: its folder.
            empty: whether it may be one whose documents were all removed.

        Raises:
            IndexUnusable: there is none, or it is damaged.
        """
        manifest = read_manifest(index)
        if manifest is None or not (manifest.documents or empty):
            raise missing_index(index)
        return cls([load_document(index / DOCUMENTS, entry.record) for entry in manifest.documents.values()])

    def sections(self) -> Iterator[tuple[IndexedDocument, Section]]:
        """Yield every section with its document."""
        for document in self.documents:
            for section in document.sections:
                yield document, section

    def place_of(self, evidence: Evidence) -> Place | None:
        """Return where evidence stands, still told for the same cell, or None."""
        place = self.find(evidence.quote, document=evidence.document, path=evidence.path)
        return replace(place, cell=evidence.cell) if place else None

    def find(self, quote: str, *, document: str = "", path: Sequence[str] = ()) -> Place | None:
        """Return where a quote stands, or None.

        Args:
            quote: what to look for.
            document: look only in this document; empty for all.
            path: headings where it stood; of several places one under these is taken.
        """
        places = [place for doc, section in self.sections() if (not document or doc.name == document)
                  for place in [find_in(doc, section, quote)] if place]  # fmt: skip
        return max(places, key=lambda p: (p.section.path == tuple(path), p.exact), default=None)


def find_in(document: IndexedDocument, section: Section, quote: str) -> Place | None:
    """Return where a quote stands in a section, exactly or else normalised, or None."""
    start = section.text.find(quote) if quote.strip() else -1
    if start >= 0:
        return Place(document, section, start, start + len(quote), True)
    text, positions = _squeezed(section.text)
    wanted, _ = _squeezed(quote)
    at = text.find(wanted) if wanted else -1
    if at < 0:
        return None
    return Place(document, section, positions[at], positions[at + len(wanted) - 1] + 1, False)


def quote_hash(quote: str) -> str:
    """Return a hash that only a change of the words themselves changes."""
    return hashlib.sha256(_squeezed(quote)[0].encode()).hexdigest()


def _squeezed(text: str) -> tuple[str, list[int]]:
    """Return a text in half width and lower case without white space, and where each character came from."""
    characters: list[str] = []
    positions: list[int] = []
    for position, character in enumerate(text):
        for folded in unicodedata.normalize("NFKC", character).lower():
            if not folded.isspace() and unicodedata.category(folded)[0] != "C":
                characters.append(folded)
                positions.append(position)
    return "".join(characters), positions
