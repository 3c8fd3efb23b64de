"""The probe: what it sends, what it makes of the states, and where there is none."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import httpx
import numpy as np
import pytest

from report_qa.config import Settings, load_settings
from report_qa.errors import ModelError
from report_qa.providers import probes
from report_qa.providers.llama_server import LlamaServer
from report_qa.providers.probes import CONTEXT_TOKENS, LayersProbe, asking, load_probe, register_probe, states_of


def server(states: list[list[float]], status: int = 200, seen: list[Any] | None = None) -> LlamaServer:
    """Return a server that gives these states for whatever it is sent."""

    def reply(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append((request.headers["Authorization"], json.loads(request.content)["input"]))
        return httpx.Response(status, json={"data": [{"embedding": state} for state in states]})

    client = httpx.Client(transport=httpx.MockTransport(reply))
    return cast(LlamaServer, SimpleNamespace(address="http://127.0.0.1:1", api_key="secret", client=client))


@pytest.fixture
def _two_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = probes._Weights("any", -1.0, np.asarray([2.0, 4.0], dtype=np.float32))
    monkeypatch.setattr(probes, "_load_weights", lambda: weights)


@pytest.mark.usefixtures("_two_weights")
def test_log_odds_are_a_weighted_sum_over_states_of_length_one() -> None:
    probe = LayersProbe(server([[3.0, 4.0], [0.0, -5.0]]), "tiny")
    # (0.6, 0.8): 2 * 0.6 + 4 * 0.8 - 1 = 3.4; (0, -1): -4 - 1 = -5
    assert probe.read("q", ["one", "two"]) == pytest.approx([3.4, -5.0], abs=1e-5)


def test_nothing_to_read_asks_nobody() -> None:
    assert LayersProbe(server([], status=500), "tiny").read("q", []).shape == (0,)


def test_question_and_text_are_sent_in_the_language_of_the_question_and_with_the_key() -> None:
    seen: list[Any] = []
    states_of(server([[1.0], [1.0]], seen=seen), [("保修多久", "三年"), ("how long", "three years")])
    ((key, sent),) = seen
    assert key == "Bearer secret"
    assert sent == [
        "三年\n\n问：保修多久\n上文回答了这个问题吗？",
        "three years\n\nQuestion: how long\nDoes the text above answer this question?",
    ]


@pytest.mark.parametrize(("character", "language"), [("字", "zh"), ("a ", "en")])
def test_long_texts_and_questions_are_cut_to_what_fits(character: str, language: str) -> None:
    question = "多久" if language == "zh" else "how long"
    assert len(asking(question, character * 5000)) < 1000
    assert len(asking(question + character * 5000, "text")) < 300


def test_a_text_of_characters_that_are_several_tokens_is_cut_to_the_context() -> None:
    seen: list[Any] = []
    tiny = server([[1.0]], seen=seen)
    tiny.count_tokens = lambda text: len(text.encode())  # type: ignore[method-assign]
    states_of(tiny, [("保修多久", "字" * 5000)])
    ((_, (sent,)),) = seen
    assert 300 < len(sent.encode()) < CONTEXT_TOKENS
    assert sent.endswith("\n\n问：保修多久\n上文回答了这个问题吗？")


def test_lines_of_a_question_cannot_pass_for_the_text() -> None:
    assert "问：一 二\n上文" in asking("一\n\n 二", "文")


@pytest.mark.parametrize("status", [500, 401, 503])
def test_a_server_that_fails_is_a_model_error(status: int) -> None:
    with pytest.raises(ModelError):
        states_of(server([], status=status), [("q", "t")])


def settings(**changes: str) -> Settings:
    return load_settings({"answer.probe": "true", **changes}, environment={}).settings


def test_a_model_without_fitted_weights_has_no_probe(tmp_path: Any) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"12345")
    assert load_probe(settings(**{"llm.model": str(own)})) is None
    assert load_probe(settings(**{"llm.provider": "openai"})) is None


def test_a_probe_that_is_not_wanted_is_not_loaded() -> None:
    register_probe("probing", lambda settings, progress: LayersProbe(server([]), "tiny"))
    found = load_probe(settings(**{"llm.provider": "probing"}))
    assert found is not None
    assert found.identity == "tiny"
    assert load_probe(settings(**{"llm.provider": "probing", "answer.probe": "false"})) is None


def test_the_weights_that_ship_are_those_of_the_embedded_model() -> None:
    fitted = probes._load_weights()
    assert fitted.model == settings().llm.model
    assert fitted.weights.shape == (1536,)
    assert np.isfinite(fitted.weights).all()
