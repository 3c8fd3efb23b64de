"""A language model that says what a test tells it to; it enters through the real provider seam."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from report_qa.config import Settings
from report_qa.models.progress import Progress
from report_qa.providers.chat import ChatModel, register_chat

Script = Callable[[str, str], str]
"""Gives the reply to a task ("rewrite", "condense", "operands", "judge", "extract", "answer",
"translate") with its last message."""

_TASKS = {
    "judge": ("只写“是”或“否”", 'Write only "Yes" or "No"'),
    "extract": ("只写“无”", 'write only "None"'),
    "answer": ("直接回答", "Answer directly"),
    "condense": ("追问：", "Follow-up:"),
    "operands": ("比较两样东西", "compare two things"),
}


class ScriptedModel(BaseChatModel):
    """Replies by a script.

    Attributes:
        script: task and last message to reply.
        yes: probability that a judgement is yes; None for an endpoint that tells no probabilities.
        logprob: log-probability of every token.
        asked: the tasks in the order they were asked.
    """

    script: Any
    yes: float | None = 0.9
    logprob: float = -0.05
    asked: list[tuple[str, str]] = []  # noqa: RUF012 (pydantic copies defaults)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        task, last = self._task(messages)
        message = AIMessage(content=self.script(task, last))
        if kwargs.get("top_logprobs") and self.yes is not None:
            options = [("是", self.yes), ("Yes", self.yes), ("否", 1 - self.yes), ("No", 1 - self.yes)]
            options += [("无", 1 - self.yes), ("None", 1 - self.yes)]
            top = [{"token": token, "logprob": math.log(max(p, 1e-9))} for token, p in options]
            message.response_metadata["logprobs"] = {"content": [{"token": "是", "logprob": 0.0, "top_logprobs": top}]}
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        task, last = self._task(messages)
        for char in self.script(task, last):
            told = {"logprobs": {"content": [{"token": char, "logprob": self.logprob}]}}
            chunk = AIMessageChunk(content=char, response_metadata=told)
            yield ChatGenerationChunk(message=chunk)
        # a model that says nothing still ends its stream
        yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata={"finish_reason": "stop"}))

    def _task(self, messages: list[BaseMessage]) -> tuple[str, str]:
        last = str(messages[-1].content)
        system = str(messages[0].content)
        task = next((name for name, marks in _TASKS.items() if any(mark in system + last for mark in marks)), "")
        if not task:
            task = "translate" if "翻译" in system or "Translate" in system else "rewrite"
        self.asked.append((task, last))
        return task, last


def use_scripted_chat(script: Script, **fields: Any) -> ScriptedModel:
    """Register a scripted model as ``llm.provider = scripted`` and return it, so that a test sees what it was asked."""
    model = ScriptedModel(script=script, **fields)

    def make(settings: Settings, progress: Progress | None) -> ChatModel:
        return ChatModel(model, "scripted@1")

    register_chat("scripted", make)
    return model
