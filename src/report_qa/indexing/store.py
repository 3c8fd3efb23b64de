"""The only code that knows Chroma: vectors by chunk id, and the nearest chunks to a vector."""

from __future__ import annotations

import shutil
import threading
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from chromadb.api import ClientAPI, ServerAPI
from chromadb.api.client import Client
from chromadb.api.types import Where
from chromadb.config import Settings as ChromaSettings
from chromadb.config import System
from chromadb.errors import ChromaError
from numpy.typing import NDArray

from report_qa.indexing.records import damaged

FOLDER = "chroma"
_COLLECTION = "chunks"
_BATCH = 2000
"""Records a call; Chroma's SQLite refuses calls of more than some 5,000."""
_OPENING = threading.Lock()


def remove_vectors(index: Path) -> None:
    """Remove the vectors of an index folder; who has them open in this process goes on reading the removed ones."""
    if (index / FOLDER).is_dir():
        shutil.rmtree(index / FOLDER)


class VectorStore:
    """The vectors of one index folder.

    Args:
        index: the index folder.
        create: make the collection if it is not there; opening an index to read never does.

    Raises:
        IndexUnusable: Chroma cannot open the folder, or the collection is missing.
    """

    def __init__(self, index: Path, *, create: bool = False) -> None:
        folder = index / FOLDER
        if not create and not folder.is_dir():
            raise damaged("the vectors are missing")
        try:
            self._client, system = _connect(folder)
            weakref.finalize(self, system.stop)
            if create:
                self._collection = self._client.get_or_create_collection(
                    _COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
                )
            else:
                self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)
        except (ChromaError, ValueError, OSError, RuntimeError) as error:
            raise damaged(f"the vectors cannot be opened: {error}") from error

    def ids(self) -> set[str]:
        """Return the ids of all chunks that have a vector."""
        return set(self._collection.get(include=[])["ids"])

    def size(self) -> int:
        """Return how many chunks have a vector."""
        return int(self._collection.count())

    def add(self, ids: Sequence[str], vectors: NDArray[np.float32], documents: Sequence[str]) -> None:
        """Store vectors (n, dimension) of n chunks with their document's name, replacing those with the same id."""
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            self._collection.upsert(
                ids=list(ids[part]),
                embeddings=vectors[part],
                metadatas=[{"document": name} for name in documents[part]],
            )

    def delete(self, ids: Iterable[str]) -> None:
        """Forget chunks."""
        stale = sorted(ids)
        for start in range(0, len(stale), _BATCH):
            self._collection.delete(ids=stale[start : start + _BATCH])

    def clear(self) -> None:
        """Forget everything, whatever dimension it had."""
        self._client.delete_collection(_COLLECTION)
        self._collection = self._client.create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    def nearest(
        self, vectors: NDArray[np.float32], count: int, documents: Sequence[str] | None = None
    ) -> list[dict[str, float]]:
        """Return, for each of the vectors (n, dimension), the nearest chunks' ids with their cosine similarity.

        Args:
            vectors: normalised query vectors.
            count: how many chunks for each, at most.
            documents: names of the only documents to look in, by default all.

        Raises:
            IndexUnusable: Chroma cannot answer.
        """
        try:
            found = self._collection.query(
                query_embeddings=vectors, n_results=count, include=["distances"], where=_only_in(documents)
            )
        except (ChromaError, ValueError, RuntimeError) as error:
            raise damaged(f"the vectors cannot be searched: {error}") from error
        distances = found["distances"] or []
        return [
            {chunk: 1.0 - distance for chunk, distance in zip(ids, row, strict=True)}
            for ids, row in zip(found["ids"], distances, strict=True)
        ]


def _connect(folder: Path) -> tuple[ClientAPI, System]:
    """Open a folder anew; the second part is to be stopped when the first is no longer used.

    Chroma would hand out the connection that this process already has. Its vectors are those that were there when it
    was made: it does not see what another process adds, and would write its own over them.
    """
    settings = ChromaSettings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder))
    with _OPENING:
        system = System(settings)
        system.instance(ServerAPI)  # type: ignore[type-abstract]  # Chroma makes what the settings say
        system.start()
        return Client.from_system(system), system


def _only_in(documents: Sequence[str] | None) -> Where | None:
    if documents is None:
        return None
    names: list[str | int | float | bool] = [*documents]
    within: dict[Literal["$in", "$nin"], list[str | int | float | bool]] = {"$in": names}
    return {"document": within}
