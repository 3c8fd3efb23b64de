"""Several collections searched as one: their documents side by side, each named with its collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from report_qa.indexing.library import Library, place_sections
from report_qa.indexing.records import IndexedDocument
from report_qa.indexing.selection import is_joined, selection_of

SEPARATOR = "/"
"""Between collection and document; a collection's name has none."""


class JoinedLibrary(Library):
    """The documents of several libraries, which are not copied: each goes on to search its own vectors.

    Args:
        parts: opened libraries of one recipe, by collection.
    """

    def __init__(self, parts: Mapping[str, Library]) -> None:
        self._parts = tuple(parts.values())
        self.manifest = self._parts[0].manifest.model_copy(
            update={
                "documents": {
                    named_in(name, document): entry
                    for name, part in parts.items()
                    for document, entry in part.manifest.documents.items()
                }
            }
        )
        self.documents = tuple(_named(name, document) for name, part in parts.items() for document in part.documents)
        self.sections, self.chunks, self.chunk_sections = place_sections(self.documents)

    def nearest(self, vectors: NDArray[np.float32], count: int) -> list[dict[int, float]]:
        """Return, for each query vector, the positions of the nearest chunks; of every part as many."""
        rows: list[dict[int, float]] = [{} for _ in vectors]
        base = 0
        for part in self._parts:
            for row, found in zip(rows, part.nearest(vectors, count), strict=True):
                row.update({base + position: similarity for position, similarity in found.items()})
            base += len(part.chunks)
        return rows


def home_of(selection: str, document: str) -> tuple[str, str]:
    """Return the collection that a document is in, and its name there.

    Args:
        selection: what was asked.
        document: its name in what was asked.
    """
    if not is_joined(selection):
        return selection_of(selection), document
    collection, _, name = document.partition(SEPARATOR)
    return collection, name


def named_in(collection: str, document: str) -> str:
    """Return the name of a collection's document where several collections are asked; :func:`home_of` undoes it."""
    return f"{collection}{SEPARATOR}{document}"


def _named(collection: str, document: IndexedDocument) -> IndexedDocument:
    name = named_in(collection, document.name)
    sections = tuple(replace(section, document=name) for section in document.sections)
    return replace(document, name=name, sections=sections)
