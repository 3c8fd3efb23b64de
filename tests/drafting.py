"""A manual to draft from, and a model that drafts what a test tells it to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

MANUAL = """# 车辆手册

## 轮胎

冷态胎压应为 0.25 MPa，每月检查一次。严禁在行驶中调节胎压。备胎放在后备箱下面的储物格里。

## 机油

每5000公里或6个月更换机油。不得使用再生机油。机油标号为 5W-30，加注量为4.2升。

| 部件 | 周期 | 费用 |
|---|---|---|
| 空气滤芯 | 12个月 | 120元 |
| 火花塞 | 24个月 | 300元 |
"""

Script = Callable[[str], str]
"""Gives the output for the sentence that the model is shown; empty where it is shown another task."""


def item_of(sentence: str) -> dict[str, Any]:
    """Return a usable question on a sentence."""
    topic = sentence[:4]
    return {"key": topic, "question": f"关于{topic}有什么规定？", "casual": f"{topic}咋规定的"}


def good(sentence: str) -> str:
    """Ask about a sentence, and nothing without one."""
    return json.dumps(item_of(sentence) if sentence else {}, ensure_ascii=False)


class DraftingModel(BaseChatModel):
    """Drafts by a script; ``broken`` calls fail as a dead endpoint does, ``endless`` ones end at the token limit."""

    script: Any = good
    dead: bool = False
    endless: bool = False
    texts: list[str] = []  # noqa: RUF012
    asked: list[str] = []  # noqa: RUF012 (pydantic copies defaults)
    options: list[dict[str, Any]] = []  # noqa: RUF012

    @property
    def _llm_type(self) -> str:
        return "drafting"

    def _generate(self, messages: list[BaseMessage], *_: Any, **options: Any) -> ChatResult:
        raise NotImplementedError

    def _stream(self, messages: list[BaseMessage], *_: Any, **options: Any) -> Iterator[ChatGenerationChunk]:
        if self.dead:
            raise httpx.ConnectError("connection refused")
        self.texts.append(str(messages[-1].content))
        shown = re.search(r"^(?:句子：|Sentence: )(.*)\Z", str(messages[-1].content), re.MULTILINE | re.DOTALL)
        sentence = shown[1] if shown else ""
        self.asked.append(sentence)
        self.options.append(options)
        yield ChatGenerationChunk(message=AIMessageChunk(self.script(sentence)))
        info = {"finish_reason": "length" if self.endless else "stop"}
        yield ChatGenerationChunk(message=AIMessageChunk(""), generation_info=info)
