"""Embedders: unit vectors whatever the model returns, the model's own prompts, and the seam for other ones."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from report_qa.config import load_settings
from report_qa.errors import ModelError
from report_qa.providers import embedders
from report_qa.providers.embedders import SentenceTransformerEmbedder, load_embedder, register_embedder


class FakeModel:
    """Answers with vectors that are not quite of unit length, and remembers the prompts."""

    max_seq_length = 512

    def __init__(self, prompts: dict[str, str | None]) -> None:
        self.prompts = prompts
        self.used: list[str | None] = []

    def encode(self, texts: Sequence[str], prompt: str | None, output_value: str | None, **_: Any) -> Any:
        self.used.append(prompt)
        vectors = np.array([[3.0, 4.0 + len(text)] for text in texts], dtype=np.float16)
        return vectors if output_value else [self._output(text, v) for text, v in zip(texts, vectors, strict=True)]

    def _output(self, text: str, vector: np.ndarray) -> dict[str, Any]:
        # an opening mark and a prompt of two tokens, a token a character, a closing mark, padding
        tokens = [[9.0, 9.0]] * 3 + [[float(ord(c)), 1.0] for c in text] + [[9.0, 9.0], [0.0, 0.0]]
        held = [1] * (len(tokens) - 1) + [0]
        return {
            "sentence_embedding": torch.tensor(vector),
            "token_embeddings": torch.tensor(tokens, dtype=torch.bfloat16),
            "attention_mask": torch.tensor(held),
            "prompt_length": 4,
        }


def embedder_with(prompts: dict[str, str | None]) -> tuple[SentenceTransformerEmbedder, FakeModel]:
    model = FakeModel(prompts)
    embedder = SentenceTransformerEmbedder(model, "fake@1", batch_size=8)  # type: ignore[arg-type]
    model.used.clear()
    return embedder, model


@pytest.mark.parametrize("method", ["embed_queries", "embed_passages"])
def test_vectors_are_float32_of_unit_length(method: str) -> None:
    embedder, _ = embedder_with({})
    vectors = getattr(embedder, method)(["一", "二三"])
    assert vectors.shape == (2, embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("method", ["queries", "passages"])
def test_a_reading_holds_the_tokens_of_the_text_alone(method: str) -> None:
    embedder, _ = embedder_with({})
    reading = getattr(embedder, f"read_{method}")(["ab", "cde"])
    np.testing.assert_allclose(reading.sentences, getattr(embedder, f"embed_{method}")(["ab", "cde"]), rtol=1e-6)
    assert [len(tokens) for tokens in reading.tokens] == [2, 3]
    for tokens in reading.tokens:
        assert tokens.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(tokens, axis=1), 1, rtol=1e-5)


def test_no_texts_give_no_vectors() -> None:
    embedder, model = embedder_with({})
    assert embedder.embed_passages([]).shape == (0, 2)
    assert embedder.read_passages([]).sentences.shape == (0, 2)
    assert embedder.read_passages([]).tokens == []
    assert model.used == []


@pytest.mark.parametrize(
    ("prompts", "query", "passage"),
    [
        ({}, None, None),
        ({"query": None, "document": None}, None, None),
        ({"query": "query: ", "document": "passage: "}, "query: ", "passage: "),
        ({"query": "Q: ", "passage": "P: "}, "Q: ", "P: "),
        ({"query": "Instruct: ", "document": ""}, "Instruct: ", None),
    ],
)
def test_the_models_own_prompts_are_used(
    prompts: dict[str, str | None], query: str | None, passage: str | None
) -> None:
    embedder, model = embedder_with(prompts)
    embedder.embed_queries(["a"])
    embedder.embed_passages(["b"])
    assert model.used == [query, passage]


def test_a_registered_embedder_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedders, "_factories", {})
    embedder, _ = embedder_with({})
    register_embedder("fake", lambda settings, progress: embedder)
    settings = load_settings({"embedding.model": "fake"}, environment={}).settings
    assert load_embedder(settings) is embedder


def test_a_language_model_is_no_embedding_model() -> None:
    settings = load_settings({"embedding.model": "qwen2.5-coder-1.5b-instruct"}, environment={}).settings
    with pytest.raises(ModelError, match="not an embedding model"):
        load_embedder(settings)


def test_a_folder_without_a_model_is_reported_with_the_reason(tmp_path: Path) -> None:
    settings = load_settings({"embedding.model": str(tmp_path)}, environment={}).settings
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_embedder(settings)


def test_the_weights_of_a_folder_decide_its_identity(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"one")
    assert embedders._folder_hash(tmp_path) == hashlib.sha256(b"one").hexdigest()[:16]
    (tmp_path / "model-2.safetensors").write_bytes(b"two")
    assert embedders._folder_hash(tmp_path) != hashlib.sha256(b"one").hexdigest()[:16]
