"""What an index holds of each document, and the removal of what nothing holds any more."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from report_qa.documents.readers.pictures import pictures_of
from report_qa.indexing.manifest import NAME, DocumentEntry
from report_qa.indexing.records import load_document
from report_qa.indexing.store import VectorStore, remove_vectors

DOCUMENTS = "documents"


@dataclass(frozen=True)
class Held:
    """A document that is in the index, with the ids of its chunks and the files of its pictures."""

    entry: DocumentEntry
    chunks: set[str]
    pictures: frozenset[str]


def held_of(index: Path, entry: DocumentEntry) -> Held:
    """Return what an index holds of a document.

    Raises:
        IndexUnusable: its record is damaged.
    """
    record = load_document(index / DOCUMENTS, entry.record)
    return Held(entry, {chunk.id for chunk in record.chunks}, record.pictures)


def sweep(index: Path, store: VectorStore, held: Iterable[Held]) -> None:
    """Remove the vectors, records and pictures that no document holds; the manifest must not name them any more."""
    kept = list(held)
    stale = store.ids() - {chunk for one in kept for chunk in one.chunks}
    if stale:
        store.delete(stale)
    _keep_only(index / DOCUMENTS, {f"{one.entry.record[:32]}.json" for one in kept})
    _keep_only(pictures_of(index), {picture for one in kept for picture in one.pictures})


def _keep_only(folder: Path, names: set[str]) -> None:
    for path in folder.glob("*"):
        if path.name not in names:
            path.unlink()


def forget(index: Path) -> None:
    """Remove an index, the manifest first, so that a kill in the middle leaves none rather than a damaged one.

    What others keep in its folder, such as reviewed answers, stays.
    """
    (index / NAME).unlink(missing_ok=True)
    remove_vectors(index)
    for made in (index / DOCUMENTS, pictures_of(index)):
        shutil.rmtree(made, ignore_errors=True)
