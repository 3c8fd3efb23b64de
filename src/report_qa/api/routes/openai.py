"""OpenAI's interface, so that its clients work unchanged: a collection is a model, and several as one.

The last message of the user is the question, the ones before it with their answers are the conversation; what is said
in other roles, and settings such as ``temperature``, change nothing. The text that is streamed is the checked answer,
since a draft could not be taken back here. Citations and pictures are in the field ``report_qa``.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from itertools import pairwise
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from report_qa.api import replies
from report_qa.api.access import Asker
from report_qa.api.asking import Asked, Waiting, answer, follow, new_id
from report_qa.api.backend import Backend, TheBackend
from report_qa.api.convert import answer_of
from report_qa.client.records import LONGEST, LONGEST_SELECTION, SELECTION, Answer
from report_qa.errors import QuestionError, ReportQAError, Text
from report_qa.indexing.selection import collections_in
from report_qa.providers.tokens import estimate_tokens
from report_qa.qa.records import AnswerEvent, StageEvent, Turn
from report_qa.runtime.keys import Key

router = APIRouter(tags=["OpenAI-compatible"])

_OWNER = "report-qa"
_PIECE = 24
"""Characters of the checked answer in one piece of a stream."""


class Part(BaseModel):
    """A part of a message; only texts are read."""

    model_config = ConfigDict(extra="ignore")

    type: str
    text: str = Field("", max_length=LONGEST)


class ChatMessage(BaseModel):
    """A message of a conversation."""

    model_config = ConfigDict(extra="ignore")

    role: str = Field(max_length=32)
    content: str | list[Part] | None = Field(None, max_length=LONGEST)

    @property
    def text(self) -> str:
        """What it says."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or () if part.type == "text")


class ChatRequest(BaseModel):
    """A request for an answer; what OpenAI's interface has beside these fields is taken and changes nothing."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [{"model": "default", "messages": [{"role": "user", "content": "问卷最后有多少份有效？"}]}]
        },
    )

    model: str = Field(max_length=LONGEST_SELECTION, description=SELECTION, examples=["default", "sedan,suv"])
    messages: list[ChatMessage] = Field(min_length=1, max_length=200)
    stream: bool = False
    n: int = Field(1, ge=1, le=1, description="one answer")


@router.get("/models")
def list_models(backend: TheBackend, _: Asker) -> dict[str, Any]:
    """List the collections as models."""
    return {"object": "list", "data": [_model(name) for name in backend.shelf.names()]}


@router.get("/models/{model}")
def get_model(model: str, backend: TheBackend, _: Asker) -> dict[str, Any]:
    """Return a collection as a model, or several as one: `sedan,suv`."""
    collections_in(backend.settings, model)
    return _model(model)


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": _OWNER}


@router.post("/chat/completions", response_model=None)
async def complete(chat: ChatRequest, request: Request, backend: TheBackend, key: Asker) -> Response | dict[str, Any]:
    """Answer the last message of the user from the documents of what the model names."""
    asked = _asked(chat, key)
    head: dict[str, Any] = {"id": f"chatcmpl-{new_id()}", "created": int(time.time()), "model": chat.model}
    if chat.stream:
        return await replies.begun(_streamed(backend, asked, head, request))
    found = await answer(backend, asked, request.is_disconnected)
    if found is None:
        return Response(status_code=499)  # nobody reads it: who asked went away
    told = answer_of(found, head["id"], asked.collection)
    message = {"role": "assistant", "content": _said(told), "refusal": None}
    return {
        **head,
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": _usage(chat, told),
        "report_qa": _extension(told),
    }


def _asked(chat: ChatRequest, key: Key) -> Asked:
    said = [message for message in chat.messages if message.role in {"user", "assistant"}]
    if not said or said[-1].role != "user":
        raise QuestionError(
            Text("The last message is not a question of the user.", "最后一条消息不是用户的提问。"),
            Text("End the messages with one of role “user”.", "请以 role 为 user 的消息结尾。"),
        )
    history = [
        Turn(first.text, second.text)
        for first, second in pairwise(said)
        if (first.role, second.role) == ("user", "assistant")
    ]
    return Asked(said[-1].text, chat.model, tuple(history), None, key.id)


async def _streamed(backend: Backend, asked: Asked, head: dict[str, Any], request: Request) -> AsyncIterator[bytes]:
    def chunk(delta: dict[str, Any], extension: dict[str, Any] | None = None, finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        told = {**head, "object": "chat.completion.chunk", "choices": [choice]}
        return replies.event(None, told | ({"report_qa": extension} if extension else {}))

    begun = False
    try:
        async with aclosing(follow(backend, asked)) as steps:
            async for step in steps:
                if isinstance(step, Waiting) and begun:
                    yield replies.KEEP_ALIVE
                elif isinstance(step, Waiting):
                    begun = True
                    yield chunk({"role": "assistant", "content": ""}, {"ahead": step.ahead})
                elif isinstance(step, StageEvent):
                    yield chunk({}, {"stage": str(step.stage)})
                elif isinstance(step, AnswerEvent):
                    if step.answer.error is not None:
                        raise step.answer.error
                    told = answer_of(step.answer, head["id"], asked.collection)
                    said = _said(told)
                    for start in range(0, len(said), _PIECE):
                        yield chunk({"content": said[start : start + _PIECE]})
                    yield chunk({}, _extension(told), "stop")
    except ReportQAError as error:
        if not begun:
            raise  # nothing was sent yet
        yield replies.event(None, replies.openai_error(error, replies.language_of(request), replies.id_of(request)))
    yield b"data: [DONE]\n\n"


def _said(told: Answer) -> str:
    """Return the text of an answer and, behind it, which part of the question it leaves open."""
    if told.status != "answered" or told.reason is None:
        return told.answer
    return f"{told.answer}\n{told.reason.zh if told.language == 'zh' else told.reason.en}"


def _extension(told: Answer) -> dict[str, Any]:
    return told.model_dump(mode="json", exclude={"answer"})


def _usage(chat: ChatRequest, told: Answer) -> dict[str, int]:
    """Return estimated tokens of what was sent and replied; what the models read meanwhile is not counted."""
    sent = sum(estimate_tokens(message.text) for message in chat.messages)
    replied = estimate_tokens(_said(told))
    return {"prompt_tokens": sent, "completion_tokens": replied, "total_tokens": sent + replied}
