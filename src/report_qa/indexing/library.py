"""An index opened to be asked: documents, chunks, vectors and keyword statistics.

Opening changes nothing that is stored. Chroma itself notes in its own database that it was opened, so the folder
must be writable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from report_qa.documents.chunks import Chunk
from report_qa.documents.section import Section
from report_qa.indexing.build import searchable_text
from report_qa.indexing.held import DOCUMENTS
from report_qa.indexing.keywords import KeywordIndex
from report_qa.indexing.manifest import Manifest, Recipe, missing_index, read_manifest, require_fit
from report_qa.indexing.records import IndexedDocument, damaged, load_document
from report_qa.indexing.store import VectorStore


@dataclass(frozen=True)
class SectionRef:
    """A section with its document and its position among all sections of the index."""

    position: int
    document: IndexedDocument
    section: Section


def place_sections(documents: Sequence[IndexedDocument]) -> tuple[list[SectionRef], list[Chunk], list[int]]:
    """Return all sections and chunks of documents in their order, and the position of every chunk's section."""
    sections: list[SectionRef] = []
    chunks: list[Chunk] = []
    chunk_sections: list[int] = []
    for document in documents:
        base = len(sections)
        sections.extend(SectionRef(base + i, document, section) for i, section in enumerate(document.sections))
        chunks.extend(document.chunks)
        chunk_sections.extend(base + chunk.section for chunk in document.chunks)
    return sections, chunks, chunk_sections


class Library:
    """The documents of one index.

    Args:
        index: the index folder.
        recipe: what the present models and settings stand for.

    Raises:
        IndexUnusable: no index, a damaged one, or one of another recipe.
    """

    def __init__(self, index: Path, recipe: Recipe) -> None:
        manifest = read_manifest(index)
        if manifest is None or not manifest.documents:
            raise missing_index(index)
        require_fit(manifest, recipe)
        self.manifest: Manifest = manifest
        self.documents = tuple(load_document(index / DOCUMENTS, e.record) for e in manifest.documents.values())
        self._store = VectorStore(index)
        self.sections, self.chunks, self.chunk_sections = place_sections(self.documents)
        self._positions = {chunk.id: i for i, chunk in enumerate(self.chunks)}
        if not self._positions.keys() <= self._store.ids():
            raise damaged("some vectors are missing")

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the documents, the most frequent first."""
        names = [document.language for document in self.documents]
        return tuple(sorted(set(names), key=names.count, reverse=True))

    def nearest(self, vectors: NDArray[np.float32], count: int) -> list[dict[int, float]]:
        """Return, for each query vector, the positions of the nearest chunks with their cosine similarity.

        In every language as many: a question is nearer to any text of its own language than to the text of another
        one that answers it.
        """
        rows: list[dict[int, float]] = [{} for _ in vectors]
        # vectors of a build that was killed, or is under way, are in the store but not in the manifest
        spare = max(self._store.size() - len(self.chunks), 0)
        count = min(count + spare, max(self._store.size(), 1))
        for language in self.languages:
            alone = len(self.languages) == 1
            names = None if alone else [d.name for d in self.documents if d.language == language]
            for row, found in zip(rows, self._store.nearest(vectors, count, names), strict=True):
                row.update({self._positions[c]: s for c, s in found.items() if c in self._positions})
        return rows

    def chunk_text(self, position: int) -> str:
        """Return a chunk under its headings, as it was embedded."""
        ref = self.sections[self.chunk_sections[position]]
        return searchable_text(ref.document.title, ref.section.path, self.chunks[position])

    @cached_property
    def chunk_keywords(self) -> KeywordIndex:
        """Keyword statistics over chunks under their headings."""
        return KeywordIndex([self.chunk_text(i) for i in range(len(self.chunks))])

    @cached_property
    def section_keywords(self) -> KeywordIndex:
        """Keyword statistics over whole sections under their headings."""
        return KeywordIndex(["\n".join((*ref.section.path, ref.section.text)) for ref in self.sections])
