"""The optional cross-encoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from report_qa.config import load_settings
from report_qa.errors import ModelError
from report_qa.providers import rerankers
from report_qa.providers.rerankers import CrossEncoderReranker, load_reranker, register_reranker


class FakeCrossEncoder:
    """Scores a pair by the length of its passage."""

    def predict(self, pairs: list[tuple[str, str]], **_: Any) -> np.ndarray:
        return np.array([[len(passage)] for _, passage in pairs], dtype=np.float64)


def test_no_model_set_means_no_reranker() -> None:
    assert load_reranker(load_settings(environment={}).settings) is None


def test_scores_are_one_float_a_passage() -> None:
    reranker = CrossEncoderReranker(FakeCrossEncoder(), "fake")  # type: ignore[arg-type]
    scores = reranker.score("问", ["一", "二二"])
    assert scores.dtype == np.float32
    assert scores.tolist() == [1.0, 2.0]
    assert reranker.score("问", []).shape == (0,)


def test_a_registered_reranker_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rerankers, "_factories", {})
    reranker = CrossEncoderReranker(FakeCrossEncoder(), "fake")  # type: ignore[arg-type]
    register_reranker("fake", lambda settings: reranker)
    assert load_reranker(load_settings({"reranker.model": "fake"}, environment={}).settings) is reranker


def test_a_folder_without_a_model_is_reported(tmp_path: Path) -> None:
    settings = load_settings({"reranker.model": str(tmp_path)}, environment={}).settings
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_reranker(settings)
