"""Vectors of questions, kept beside the index, so that each question is embedded once."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from report_qa.faq.likeness_scores import Scores
from report_qa.indexing.files import sha256_of, write_atomically
from report_qa.providers.embedders import Embedder
from report_qa.text.normalise import fold


class QuestionVectors:
    """Embeds questions, written alike whether they are indexed or asked; safe to use from several threads.

    Args:
        folder: where they are kept; a damaged file is made again.
        embedder: makes them.
    """

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._embedder = embedder
        self._file = folder / f"questions-{sha256_of(embedder.identity.encode())[:16]}.npz"
        self._lock = threading.Lock()
        self._known: dict[str, Scores] | None = None

    def of(self, questions: Sequence[str]) -> Scores:
        """Return unit vectors, shape (questions, dimension)."""
        texts = [fold(question) for question in questions]
        with self._lock:
            known = self._known if self._known is not None else _load(self._file, self._embedder.dimension)
            self._known = known
            if new := [text for text in dict.fromkeys(texts) if text not in known]:
                known.update(zip(new, self._embedder.embed_queries(new), strict=True))
                _save(self._file, known)
            found: Scores = np.empty((len(texts), self._embedder.dimension), dtype=np.float32)
            for row, text in enumerate(texts):
                found[row] = known[text]
            return found


def _load(file: Path, dimension: int) -> dict[str, Scores]:
    try:
        with np.load(file, allow_pickle=False) as kept:
            texts, vectors = kept["texts"], kept["vectors"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}  # not there, or cut off
    if vectors.shape != (len(texts), dimension):
        return {}
    return {str(text): vector for text, vector in zip(texts, vectors, strict=True)}


def _save(file: Path, known: dict[str, Scores]) -> None:
    target = io.BytesIO()
    np.savez(target, texts=np.asarray(list(known)), vectors=np.stack(list(known.values())))
    write_atomically(file, target.getvalue())
