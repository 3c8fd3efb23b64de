"""An optional second look at the best passages: a cross-encoder of sentence-transformers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from report_qa.config import Settings
from report_qa.providers.cores import wait_passively

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class Reranker(Protocol):
    """A model that reads question and passage together.

    Attributes:
        identity: name of the model.
    """

    @property
    def identity(self) -> str: ...

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return one score a passage, shape (len(passages),); higher is better."""


RerankerFactory = Callable[[Settings], Reranker]

_factories: dict[str, RerankerFactory] = {}


def register_reranker(name: str, factory: RerankerFactory) -> None:
    """Let ``reranker.model = name`` be answered by ``factory``."""
    _factories[name] = factory


def load_reranker(settings: Settings) -> Reranker | None:
    """Load the cross-encoder of the settings; None when none is set.

    Raises:
        ModelError: it cannot be had or loaded.
    """
    name = settings.reranker.model
    if name is None:
        return None
    return _factories.get(name, _load_cross_encoder)(settings)


class CrossEncoderReranker:
    """A :class:`Reranker` on a loaded cross-encoder; safe to call from several threads."""

    def __init__(self, model: CrossEncoder, identity: str) -> None:
        self._model = model
        self._lock = threading.Lock()
        self.identity = identity

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """See :class:`Reranker`."""
        if not passages:
            return np.zeros(0, dtype=np.float32)
        with self._lock:
            scores = self._model.predict([(question, passage) for passage in passages], show_progress_bar=False)
        return np.asarray(scores, dtype=np.float32).reshape(len(passages))


def _load_cross_encoder(settings: Settings) -> Reranker:
    wait_passively()
    from report_qa.providers.torch_runtime import load_quietly, set_threads

    name = settings.reranker.model or ""
    folder = Path(name).expanduser()
    set_threads(settings.embedding.threads)

    def load() -> CrossEncoder:
        from sentence_transformers import CrossEncoder

        model: CrossEncoder = CrossEncoder(
            str(folder.resolve()) if folder.is_dir() else name, device="cpu", local_files_only=folder.is_dir()
        )
        return model

    return CrossEncoderReranker(load_quietly(name, load), name)
