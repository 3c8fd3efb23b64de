"""Texts to unit vectors: the embedded model, or any sentence-transformers model by name or folder."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from report_qa.config import Settings
from report_qa.errors import ModelError, Text
from report_qa.models import fetch
from report_qa.models.catalog import EMBEDDED_MODELS
from report_qa.models.progress import Progress
from report_qa.models.record import sha256_of
from report_qa.providers.cores import wait_passively

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Precision = Literal["float32", "bfloat16"]

_QUERY_PROMPTS = ("query",)
_PASSAGE_PROMPTS = ("document", "passage")  # names under which models keep it, in the order of preference
_HASH_DIGITS = 16  # 64 bits tell any two sets of weights apart


class Reading(NamedTuple):
    """Texts as the model reads them.

    Attributes:
        sentences: one unit vector a text, shape (texts, dimension).
        tokens: of every text the unit vectors of its tokens, shape (tokens, dimension), without prompt and marks.
    """

    sentences: Vectors
    tokens: list[Vectors]


class Embedder(Protocol):
    """A model that turns texts into vectors of unit length.

    Attributes:
        identity: name and weights; vectors of different identities must not be compared.
        dimension: numbers in a vector.
        max_tokens: longer texts are cut by the model.
    """

    @property
    def identity(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def max_tokens(self) -> int: ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return an array of shape (len(texts), dimension), one unit vector a question."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return an array of shape (len(texts), dimension), one unit vector a passage."""

    def read_queries(self, texts: Sequence[str]) -> Reading:
        """Return the vectors of questions and of their tokens."""

    def read_passages(self, texts: Sequence[str]) -> Reading:
        """Return the vectors of passages and of their tokens."""


EmbedderFactory = Callable[[Settings, Progress | None], Embedder]

_factories: dict[str, EmbedderFactory] = {}


def register_embedder(name: str, factory: EmbedderFactory) -> None:
    """Let ``embedding.model = name`` be answered by ``factory``; a later registration replaces an earlier one."""
    _factories[name] = factory


def load_embedder(settings: Settings, progress: Progress | None = None) -> Embedder:
    """Load the embedder of the settings, downloading an embedded one when it is not there.

    Raises:
        ModelError: it cannot be had or loaded.
    """
    factory = _factories.get(settings.embedding.model, _load_sentence_transformer)
    return factory(settings, progress)


class SentenceTransformerEmbedder:
    """An :class:`Embedder` on a loaded sentence-transformers model; safe to call from several threads."""

    def __init__(self, model: SentenceTransformer, identity: str, batch_size: int) -> None:
        self._model = model
        self._batch_size = batch_size
        self._lock = threading.Lock()  # PyTorch already uses all cores for one call
        self._query_prompt = _first_prompt(model, _QUERY_PROMPTS)
        self._passage_prompt = _first_prompt(model, _PASSAGE_PROMPTS)
        self._dimension = len(self._embed(["1"], None)[0])
        self.identity = identity

    @property
    def dimension(self) -> int:
        """Return the numbers in a vector."""
        return self._dimension

    @property
    def max_tokens(self) -> int:
        """Return the longest text in tokens."""
        return int(self._model.max_seq_length or self._model.tokenizer.model_max_length)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See :class:`Embedder`."""
        return self._embed(texts, self._query_prompt)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See :class:`Embedder`."""
        return self._embed(texts, self._passage_prompt)

    def read_queries(self, texts: Sequence[str]) -> Reading:
        """See :class:`Embedder`."""
        return self._read(texts, self._query_prompt)

    def read_passages(self, texts: Sequence[str]) -> Reading:
        """See :class:`Embedder`."""
        return self._read(texts, self._passage_prompt)

    def _embed(self, texts: Sequence[str], prompt: str | None) -> Vectors:
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        return _unit(np.asarray(self._encode(texts, prompt, "sentence_embedding"), dtype=np.float32))

    def _read(self, texts: Sequence[str], prompt: str | None) -> Reading:
        if not texts:
            return Reading(np.zeros((0, self._dimension), dtype=np.float32), [])
        outputs = self._encode(texts, prompt, None)
        sentences = np.stack([output["sentence_embedding"].float().numpy(force=True) for output in outputs])
        return Reading(_unit(sentences), [_tokens(output) for output in outputs])

    def _encode(self, texts: Sequence[str], prompt: str | None, value: Literal["sentence_embedding"] | None) -> Any:
        with self._lock:
            return self._model.encode(
                list(texts),
                prompt=prompt,
                batch_size=self._batch_size,
                output_value=value,
                convert_to_numpy=value is not None,
                show_progress_bar=False,
            )


def _unit(vectors: Vectors) -> Vectors:
    # half-precision models come out with lengths off by 1e-4
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return unit


def _tokens(output: dict[str, Any]) -> Vectors:
    """Return the token vectors of one text, without padding, prompt and closing mark."""
    held = output["token_embeddings"][output["attention_mask"].bool()]
    # the space that ends a prompt is a token only where the prompt stands alone, as when its length was counted
    first = max(int(output.get("prompt_length") or 1) - 1, 1)
    return _unit(held[first:-1].float().numpy(force=True))


def _first_prompt(model: SentenceTransformer, names: Sequence[str]) -> str | None:
    return next((model.prompts[name] for name in names if model.prompts.get(name)), None)


def _load_sentence_transformer(settings: Settings, progress: Progress | None) -> Embedder:
    wait_passively()
    from report_qa.providers.torch_runtime import load_quietly, precision_of, set_threads

    name = settings.embedding.model
    source = _source(name, settings, progress)
    set_threads(settings.embedding.threads)
    dtype = precision_of(settings.embedding.precision)

    def load() -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(
            str(source), device="cpu", local_files_only=isinstance(source, Path), model_kwargs={"dtype": dtype}
        )

    model = load_quietly(name, load)
    return SentenceTransformerEmbedder(model, _identity(name, settings, model), settings.embedding.batch_size)


def _source(name: str, settings: Settings, progress: Progress | None) -> Path | str:
    """Return a folder to load offline, or a hub name."""
    if name in EMBEDDED_MODELS:
        if EMBEDDED_MODELS[name].kind != "embedding":
            raise ModelError(
                Text(f"The model {name} is not an embedding model.", f"模型 {name} 不是嵌入模型。"),
                Text(
                    "Set embedding.model to multilingual-e5-small.", "请把 embedding.model 设为 multilingual-e5-small。"
                ),
            )
        return fetch.ensure(name, settings, progress)
    folder = Path(name).expanduser()
    return folder.resolve() if folder.is_dir() else name


def _identity(name: str, settings: Settings, model: SentenceTransformer) -> str:
    # precision is left out on purpose: bfloat16 and float32 vectors of the same weights may be compared
    if name in EMBEDDED_MODELS:
        found = fetch.installed(name, settings)
        return f"{name}@{found.weights_sha256[:_HASH_DIGITS]}" if found else name
    folder = Path(name).expanduser()
    if folder.is_dir():
        return f"{folder.name}@{_folder_hash(folder)}"
    network = getattr(model[0], "auto_model", None)
    revision = getattr(getattr(network, "config", None), "_commit_hash", None)
    return f"{name}@{revision[:_HASH_DIGITS]}" if revision else name


def _folder_hash(folder: Path) -> str:
    weights = sorted([*folder.rglob("*.safetensors"), *folder.rglob("pytorch_model*.bin")])
    hashes = [sha256_of(path) for path in weights]
    joined = hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
    return joined[:_HASH_DIGITS]
