"""Whether a text answers a question, read off the lower layers of the embedded language model.

Asked in words, a small model says yes too easily; its states know better. The state after question and text, in the
middle of the model, goes through a linear probe (Alain & Bengio 2016, https://arxiv.org/abs/1610.01644): a logistic
regression that ``scripts/fit_probe.py`` fits to questions over documents that nothing else is fitted to or measured
on. Its weights, a number for every dimension, lie in ``probe.json`` with the figures of the fit.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from report_qa.config import Settings
from report_qa.models import fetch
from report_qa.models.catalog import EMBEDDED_MODELS
from report_qa.models.progress import Progress
from report_qa.providers.chat_errors import model_errors
from report_qa.text.normalise import language_of

if TYPE_CHECKING:
    from report_qa.providers.llama_server import LlamaServer

CONTEXT_TOKENS = 1024
"""Context window of the lower layers: twice what question and text take at their longest, see below. Text of rare
characters, some of which are several tokens, is cut further."""
_LONGEST = {"zh": 500, "en": 900}
"""Characters of a text that are read; most pieces have some hundred."""
_ASKING = {
    "zh": "{text}\n\n问：{question}\n上文回答了这个问题吗？",
    "en": "{text}\n\nQuestion: {question}\nDoes the text above answer this question?",
}
_LONGEST_QUESTION = 200
_READ_SECONDS = 60.0
_HASH_DIGITS = 16
_ONE_LINE = re.compile(r"\s*\n\s*")


class Probe(Protocol):
    """A model that reads a question and a text together.

    Attributes:
        identity: model and weights.
    """

    @property
    def identity(self) -> str: ...

    def read(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the log-odds that each text answers the question, shape (len(texts),).

        Args:
            question: self-contained.
            texts: pieces of text under their headings.

        Raises:
            ModelError: the model cannot be asked.
        """


ProbeFactory = Callable[[Settings, "Progress | None"], "Probe | None"]

_factories: dict[str, ProbeFactory] = {}


def register_probe(name: str, factory: ProbeFactory) -> None:
    """Let ``factory`` give the probe where ``llm.provider = name``."""
    _factories[name] = factory


def load_probe(settings: Settings, progress: Progress | None = None) -> Probe | None:
    """Load the probe of the language model of the settings; None where it has none, or none is wanted.

    Raises:
        ModelError: the model cannot be had or started.
    """
    if not settings.answer.probe:
        return None
    factory = ({"embedded": _load_embedded} | _factories).get(settings.llm.provider)
    return factory(settings, progress) if factory else None


def states_of(server: LlamaServer, asked: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
    """Return the states of questions with texts, shape (len(asked), dimensions), each of length 1.

    Args:
        server: of the lower layers.
        asked: pairs of question and text.

    Raises:
        ModelError: the server does not answer.
    """
    with model_errors("probe"):
        response = server.client.post(
            f"{server.address}/v1/embeddings",
            json={"input": [_fitting(server, question, text) for question, text in asked]},
            headers={"Authorization": f"Bearer {server.api_key}"},
            timeout=_READ_SECONDS * max(1, len(asked)),
        )
        response.raise_for_status()
    states = np.asarray([entry["embedding"] for entry in response.json()["data"]], dtype=np.float32)
    lengths: NDArray[np.float32] = np.linalg.norm(states, axis=1, keepdims=True)
    return states / lengths


def asking(question: str, text: str) -> str:
    """Return what the model reads of a question and a text."""
    language = language_of(question)
    return _ASKING[language].format(
        text=text[: _LONGEST[language]], question=_ONE_LINE.sub(" ", question)[:_LONGEST_QUESTION]
    )


def _fitting(server: LlamaServer, question: str, text: str) -> str:
    """Return what the model reads of a question and a text, with so much of the text as fits the context."""
    while True:  # ends at the latest without text: the question alone, at most 4 bytes a character, always fits
        whole = asking(question, text)
        # a token is at least a byte, so that most need no counting
        if len(whole.encode()) < CONTEXT_TOKENS or server.count_tokens(whole) < CONTEXT_TOKENS:
            return whole
        text = text[: min(len(text), _LONGEST[language_of(question)]) // 2]


def under_heading(heading: str, text: str) -> str:
    """Return a piece of text as the probe reads it."""
    return f"{heading}\n{text}"


@dataclass(frozen=True)
class _Weights:
    """A fitted logistic regression over states of length 1."""

    model: str
    intercept: float
    weights: NDArray[np.float32]

    @property
    def digest(self) -> str:
        """A short hash of them."""
        return hashlib.sha256(self.weights.tobytes()).hexdigest()[:_HASH_DIGITS]


@cache
def _load_weights() -> _Weights:
    raw = json.loads(files(__package__).joinpath("probe.json").read_text(encoding="utf-8"))
    return _Weights(raw["model"], raw["intercept"], np.asarray(raw["weights"], dtype=np.float32))


class LayersProbe:
    """A :class:`Probe` on the server of a model's lower layers; safe to call from several threads."""

    def __init__(self, server: LlamaServer, identity: str) -> None:
        self._server = server
        self.identity = identity

    def read(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """See :class:`Probe`."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        fitted = _load_weights()
        odds: NDArray[np.float32] = states_of(self._server, [(question, text) for text in texts]) @ fitted.weights
        return odds + np.float32(fitted.intercept)


def _load_embedded(settings: Settings, progress: Progress | None) -> Probe | None:
    from report_qa.providers.llama_server import shared_server

    fitted = _load_weights()
    if settings.llm.model != fitted.model or fitted.model not in EMBEDDED_MODELS:
        return None  # the states of another model mean something else
    layers = fetch.lower_layers(fitted.model, settings, progress)
    server = shared_server(layers, CONTEXT_TOKENS, settings.llm.threads, states=True)
    return LayersProbe(server, f"{layers.stem}@{fitted.digest}")
