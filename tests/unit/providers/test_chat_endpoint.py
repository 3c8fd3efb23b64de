"""An OpenAI-compatible endpoint, played by a small HTTP server: what is sent, and what errors become."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from endpoint import Endpoint, serving_endpoint
from langchain_core.messages import HumanMessage

from report_qa.config import Settings, load_settings
from report_qa.errors import ModelError
from report_qa.providers.chat import Token, load_chat

ASK = [HumanMessage("好吗？")]


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serving_endpoint() as state:
        yield state


def settings_for(endpoint: Endpoint, **llm: str) -> Settings:
    values = {"provider": "openai", "model": "small", "base_url": endpoint.url, "retries": "0", **llm}
    return load_settings({f"llm.{key}": value for key, value in values.items()}, environment={}).settings


def test_the_request_is_one_that_every_endpoint_understands(endpoint: Endpoint) -> None:
    model = load_chat(settings_for(endpoint, api_key="secret"))
    assert list(model.stream(ASK, max_tokens=9, stop=["。"])) == [Token("很", -0.5), Token("好", -0.5)]
    (sent,) = endpoint.requests
    assert sent["max_tokens"] == 9
    assert "max_completion_tokens" not in sent
    assert (sent["model"], sent["temperature"], sent["stop"], sent["stream"]) == ("small", 0.0, ["。"], True)
    assert endpoint.keys == ["Bearer secret"]


def test_the_identity_names_model_and_host_and_no_key(endpoint: Endpoint) -> None:
    model = load_chat(settings_for(endpoint, api_key="secret"))
    assert model.identity == f"small@{endpoint.url.removeprefix('http://').removesuffix('/v1')}"


def test_the_openai_key_of_the_environment_is_not_sent_elsewhere(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "for-openai-only")
    load_chat(settings_for(endpoint)).complete(ASK, max_tokens=9)
    assert endpoint.keys == ["Bearer none"]


def test_tokens_of_an_endpoint_are_estimated(endpoint: Endpoint) -> None:
    assert load_chat(settings_for(endpoint)).count_tokens("你好，世界") == 4
    assert endpoint.requests == []


def test_an_endpoint_that_refuses_log_probabilities_is_asked_without(endpoint: Endpoint) -> None:
    endpoint.failures = [(400, "logprobs is not supported by this model")]
    model = load_chat(settings_for(endpoint))
    assert list(model.stream(ASK, max_tokens=9)) == [Token("很"), Token("好")]
    assert model.first_token(ASK, ["是"]) is None
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize(
    ("status", "said", "message", "remedy", "retryable"),
    [
        (401, "bad key", "refuses the key", "llm.api_key", False),
        (403, "no access", "refuses the key", "llm.api_key", False),
        (404, "no such model", "does not have the model", "llm.model", False),
        (429, "too many", "takes no more calls", "account", True),
        (500, "oh no", "oh no", "report-qa config", True),
        (400, "odd", "odd", "report-qa config", False),
        (400, "request (9029 tokens) exceeds the available context size (2048 tokens)", "too long", "context", False),
        (400, "This model's maximum context length is 8192 tokens", "too long", "context", False),
    ],
)
def test_every_refusal_has_its_remedy(
    endpoint: Endpoint, status: int, said: str, message: str, remedy: str, retryable: bool
) -> None:
    endpoint.failures = [(status, said)]
    with pytest.raises(ModelError, match=message) as caught:
        load_chat(settings_for(endpoint)).complete(ASK, max_tokens=9)
    assert remedy in caught.value.remedy.en
    assert caught.value.remedy.zh
    assert caught.value.retryable is retryable


@pytest.mark.parametrize("page", ["<html>Welcome</html>", "", "{}"])
def test_a_page_in_the_place_of_an_answer_points_to_the_address(endpoint: Endpoint, page: str) -> None:
    endpoint.page = page
    model = load_chat(settings_for(endpoint))
    with pytest.raises(ModelError, match="OpenAI-compatible") as caught:
        model.complete(ASK, max_tokens=9)
    assert "llm.base_url" in caught.value.remedy.en
    with pytest.raises(ModelError, match="OpenAI-compatible"):
        model.first_token(ASK, ["是"])


def test_first_token_reports_errors_alike(endpoint: Endpoint) -> None:
    endpoint.failures = [(401, "bad key")]
    with pytest.raises(ModelError, match="refuses the key"):
        load_chat(settings_for(endpoint)).first_token(ASK, ["是"])


def test_a_server_error_is_tried_again_as_often_as_the_settings_say(endpoint: Endpoint) -> None:
    endpoint.failures = [(500, "oh no")]
    assert load_chat(settings_for(endpoint, retries="1")).complete(ASK, max_tokens=9).text == "很好"
    assert len(endpoint.requests) == 2


def test_an_endpoint_that_is_too_slow_is_given_up(endpoint: Endpoint) -> None:
    endpoint.delay_s = 2
    with pytest.raises(ModelError, match="in time") as caught:
        load_chat(settings_for(endpoint, timeout_s="0.2")).complete(ASK, max_tokens=9)
    assert caught.value.retryable


def test_an_endpoint_that_is_not_there_is_unreachable(endpoint: Endpoint) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint.url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(ModelError, match="cannot be reached") as caught:
        load_chat(settings_for(endpoint)).complete(ASK, max_tokens=9)
    assert "llm.base_url" in caught.value.remedy.zh


def test_closing_early_hangs_up(endpoint: Endpoint) -> None:
    endpoint.endless = True
    tokens = load_chat(settings_for(endpoint)).stream(ASK, max_tokens=9)
    assert next(tokens).text == "很"
    tokens.close()  # type: ignore[attr-defined]
    assert endpoint.hung_up.wait(10)


def test_a_schema_is_sent_as_endpoints_expect_it_and_left_out_where_it_is_refused(endpoint: Endpoint) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    model = load_chat(settings_for(endpoint))
    assert model.complete(ASK, max_tokens=9, schema=schema).text == "很好"
    assert endpoint.requests[0]["response_format"]["json_schema"]["schema"] == schema
    endpoint.failures = [(400, "This response_format type is unavailable now")]
    assert model.complete(ASK, max_tokens=9, schema=schema).text == "很好"
    assert "response_format" not in endpoint.requests[-1]
    assert model.complete(ASK, max_tokens=9, schema=schema).text == "很好"
    assert len(endpoint.requests) == 4  # it is not offered a schema again
