"""Stand-ins that the tests share: an embedder without a model, and passages without an index."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from report_qa.config import Settings
from report_qa.models.progress import Progress
from report_qa.providers.embedders import Embedder, EmbedderFactory, Reading
from report_qa.qa.records import Passage
from report_qa.text.normalise import fold
from report_qa.text.tokens import search_tokens

DIMENSION = 128
_GRAMS = (1, 2, 3)


class EmbedderBroke(RuntimeError):
    """Raised where a test lets the embedder die, as a killed process would."""


class HashingEmbedder:
    """Embeds a text as its hashed character n-grams, so that texts with common words are near each other.

    Args:
        identity: what the vectors are said to be made by.
        seed: other seeds give other, equally good vectors.
        fail_after: number of passages that are embedded before it breaks; None never breaks.

    Attributes:
        embedded: every passage embedded so far.
    """

    max_tokens = 512
    dimension = DIMENSION

    def __init__(self, identity: str = "fake@1", *, seed: int = 0, fail_after: int | None = None) -> None:
        self.identity = identity
        self.embedded: list[str] = []
        self.fail_after = fail_after
        self._seed = seed.to_bytes(8)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a question."""
        return self._vectors(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a passage, or break."""
        if self.fail_after is not None and len(self.embedded) + len(texts) > self.fail_after:
            raise EmbedderBroke
        self.embedded.extend(texts)
        return self._vectors(texts)

    def read_queries(self, texts: Sequence[str]) -> Reading:
        """Return the vectors of questions and of their words."""
        return Reading(self._vectors(texts), [self._vectors(search_tokens(text)) for text in texts])

    def read_passages(self, texts: Sequence[str]) -> Reading:
        """Return the vectors of passages and of their words, or break."""
        return Reading(self.embed_passages(texts), [self._vectors(search_tokens(text)) for text in texts])

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            folded = fold(text)
            for size in _GRAMS:
                for start in range(len(folded) - size + 1):
                    gram = folded[start : start + size].encode()
                    digest = hashlib.blake2b(gram, digest_size=8, key=self._seed).digest()
                    row[int.from_bytes(digest[:4]) % self.dimension] += 1.0 if digest[4] & 1 else -1.0
            row /= max(float(np.linalg.norm(row)), 1e-9)
        return vectors


def factory_of(embedder: Embedder) -> EmbedderFactory:
    """Return a factory that always gives ``embedder``."""

    def make(settings: Settings, progress: Progress | None) -> Embedder:
        return embedder

    return make


def make_passage(number: int, text: str, *, section_text: str | None = None, **changes: object) -> Passage:
    """Return a passage; ``section_text`` is its text unless told otherwise."""
    section = text if section_text is None else section_text
    fields: dict[str, object] = {
        "number": number,
        "document": "report.txt",
        "title": "报告",
        "path": ("正文",),
        "text": text,
        "section_text": section,
        "spans": ((0, len(section)),),
        "first_line": 1,
        "last_line": 1 + section.count("\n"),
        "chunk_ids": (f"b2:{number}",),
        "scores": {"fused": 1.0},
    }
    return Passage(**{**fields, **changes})  # type: ignore[arg-type]  # the fields are those of Passage
