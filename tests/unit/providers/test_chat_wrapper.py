"""The wrapper around a LangChain model: tokens, probabilities, closing, counting."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from report_qa.config import load_settings
from report_qa.errors import ModelError
from report_qa.providers import chat
from report_qa.providers.chat import ChatModel, Completion, Token, load_chat, register_chat

ASK = [HumanMessage("好吗？")]

Piece = tuple[str, list[float]]


class ScriptedModel(BaseChatModel):
    """Says the pieces of a script; each is a text and the log-probabilities that come with it."""

    script: list[Piece] = Field(default_factory=list)
    reason: str = "stop"
    top: list[tuple[str, float]] = Field(default_factory=list)
    log: list[Any] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *_: Any, **options: Any) -> ChatResult:
        self.log.append(options)
        content = [{"token": "x", "logprob": -1.0, "top_logprobs": [{"token": t, "logprob": p} for t, p in self.top]}]
        info = {"logprobs": {"content": content}} if self.top else {}
        return ChatResult(generations=[ChatGeneration(message=AIMessage("x", response_metadata=info))])

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **options: Any
    ) -> Iterator[ChatGenerationChunk]:
        self.log.append({"stop": stop, **options})
        try:
            for text, logprobs in self.script:
                info = {"logprobs": {"content": [{"token": "", "logprob": p} for p in logprobs]}} if logprobs else None
                yield ChatGenerationChunk(message=AIMessageChunk(text), generation_info=info)
            yield ChatGenerationChunk(message=AIMessageChunk(""), generation_info={"finish_reason": self.reason})
        finally:
            self.log.append("closed")


def model_of(script: list[Piece] | None = None, **fields: Any) -> tuple[ChatModel, list[Any]]:
    scripted = ScriptedModel(script=script or [], **fields)
    return ChatModel(scripted, "scripted"), scripted.log


def test_tokens_come_with_their_log_probabilities() -> None:
    model, log = model_of([("很", [-0.1]), ("好", [-0.2])])
    assert list(model.stream(ASK, max_tokens=7, stop=["。"])) == [Token("很", -0.1), Token("好", -0.2)]
    assert log[0] == {"stop": ["。"], "max_tokens": 7, "logprobs": True}


def test_a_character_of_several_tokens_carries_the_probability_of_all_of_them() -> None:
    model, _ = model_of([("", [-0.1, -0.2]), ("龘", [-0.3]), ("。", [-0.4])])
    tokens = list(model.stream(ASK, max_tokens=9))
    assert [token.text for token in tokens] == ["龘", "。"]
    assert [token.logprob for token in tokens] == [pytest.approx(-0.6), pytest.approx(-0.4)]


def test_an_endpoint_without_log_probabilities_gives_none() -> None:
    model, _ = model_of([("yes", [])])
    assert list(model.stream(ASK, max_tokens=9)) == [Token("yes", None)]


@pytest.mark.parametrize(("reason", "truncated"), [("stop", False), ("length", True)])
def test_a_completion_says_whether_it_was_cut(reason: str, truncated: bool) -> None:
    model, _ = model_of([("很", [-0.1]), ("好", [-0.2])], reason=reason)
    expected = Completion("很好", [Token("很", -0.1), Token("好", -0.2)], truncated)
    assert model.complete(ASK, max_tokens=2) == expected


def test_closing_the_iterator_closes_the_connection_at_once() -> None:
    model, log = model_of([("a", []), ("b", []), ("c", [])])
    tokens = model.stream(ASK, max_tokens=9)
    next(tokens)
    assert log[-1] != "closed"
    tokens.close()  # type: ignore[attr-defined]
    assert log[-1] == "closed"


def test_first_token_sums_case_and_space_variants() -> None:
    model, log = model_of(top=[("Yes", math.log(0.4)), (" yes", math.log(0.2)), ("No", math.log(0.1)), ("?", -5.0)])
    probabilities = model.first_token(ASK, ["yes", "no", "maybe"])
    assert probabilities == {"yes": pytest.approx(0.6), "no": pytest.approx(0.1), "maybe": 0.0}
    assert log[0] == {"stop": None, "max_tokens": 1, "logprobs": True, "top_logprobs": 20}


def test_first_token_knows_a_long_candidate_by_its_beginning_unless_two_begin_alike() -> None:
    model, _ = model_of(top=[("可", math.log(0.5)), ("不", math.log(0.25)), (" ", math.log(0.1))])
    assert model.first_token(ASK, ["可以回答", "不可以"]) == {
        "可以回答": pytest.approx(0.5),
        "不可以": pytest.approx(0.25),
    }
    assert model.first_token(ASK, ["不能", "不可以"]) == {"不能": 0.0, "不可以": 0.0}


def test_first_token_is_none_where_probabilities_are_not_told() -> None:
    model, _ = model_of()
    assert model.first_token(ASK, ["yes"]) is None
    silent = ChatModel(ScriptedModel(), "silent", logprobs=False)
    assert silent.first_token(ASK, ["yes"]) is None


def test_counting_asks_only_once_for_a_text() -> None:
    asked: list[str] = []
    model = ChatModel(ScriptedModel(), "m", count_tokens=lambda text: asked.append(text) or 3)
    assert [model.count_tokens("三个字"), model.count_tokens("三个字")] == [3, 3]
    assert asked == ["三个字"]


def test_a_registered_provider_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "_factories", {})
    model, _ = model_of()
    register_chat("scripted", lambda settings, progress: model)
    settings = load_settings({"llm.provider": "scripted"}, environment={}).settings
    assert load_chat(settings) is model


def test_an_unknown_provider_lists_the_known_ones() -> None:
    settings = load_settings({"llm.provider": "nobody"}, environment={}).settings
    with pytest.raises(ModelError, match=r"embedded\b.*\bopenai"):
        load_chat(settings)
