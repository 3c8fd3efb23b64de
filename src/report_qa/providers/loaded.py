"""The models of some settings, each loaded when it is first needed and then shared."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from report_qa.config import Settings
from report_qa.models.progress import Progress
from report_qa.providers.chat import ChatModel, load_chat
from report_qa.providers.embedders import Embedder, load_embedder
from report_qa.providers.probes import Probe, load_probe
from report_qa.providers.rerankers import Reranker, load_reranker


class Models:
    """The models, for all that is opened on them; safe to use from several threads.

    A model that could not be loaded is tried again when it is next needed. Errors are those of loading it.

    Args:
        settings: which models.
        progress: told about downloads.
    """

    def __init__(self, settings: Settings, progress: Progress | None = None) -> None:
        self._settings = settings
        self._progress = progress
        self._lock = threading.RLock()
        self._embedder: Embedder | None = None
        self._reranker: Reranker | None = None
        self._chat: ChatModel | None = None
        self._probe: Probe | None = None
        self._warm: set[str] = set()

    @property
    def embedder(self) -> Embedder:
        """The embedding model."""
        with self._lock:
            if self._embedder is None:
                self._embedder = load_embedder(self._settings, self._progress)
            return self._embedder

    @property
    def reranker(self) -> Reranker | None:
        """The cross-encoder; None where none is set."""
        with self._lock:
            if self._reranker is None:
                self._reranker = load_reranker(self._settings)
            return self._reranker

    @property
    def chat(self) -> ChatModel:
        """The language model."""
        with self._lock:
            if self._chat is None:
                self._chat = load_chat(self._settings, self._progress)
            return self._chat

    @property
    def probe(self) -> Probe | None:
        """The probe of the language model; None where it has none."""
        with self._lock:
            if self._probe is None:
                self._probe = load_probe(self._settings, self._progress)
            return self._probe

    @property
    def loaded(self) -> frozenset[str]:
        """Which are loaded now: ``embedding``, ``reranker``, ``llm``, as their sections in the settings are named."""
        models = {"embedding": self._embedder, "reranker": self._reranker, "llm": self._chat}
        return frozenset(name for name, model in models.items() if model is not None)

    def warms(self, languages: Iterable[str]) -> bool:
        """Return whether a language is among them whose prompts the language model has not read; it then has."""
        with self._lock:
            new = set(languages) - self._warm
            self._warm |= new
            return bool(new)
