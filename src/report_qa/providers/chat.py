"""Chat models behind one small interface: the embedded one, or any OpenAI-compatible endpoint.

:class:`ChatModel` wraps a LangChain chat model and adds what this project needs beside the text: the
log-probability of every token, the probability of given first tokens, and token counts.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self, cast

from report_qa.config import Settings
from report_qa.errors import ModelError, Text
from report_qa.models.progress import Progress
from report_qa.providers.tokens import estimate_tokens

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_core.rate_limiters import BaseRateLimiter

_TOP_TOKENS = 20  # the most that OpenAI's interface gives
_COUNT_CACHE = 4096  # texts whose length in tokens is remembered


@dataclass(frozen=True)
class Token:
    """A piece of generated text and the natural logarithm of its probability, None when it is not told."""

    text: str
    logprob: float | None = None


@dataclass(frozen=True)
class Completion:
    """A whole generated text.

    Attributes:
        text: all tokens joined.
        tokens: the tokens.
        truncated: the token limit ended it, not the model.
    """

    text: str
    tokens: list[Token] = field(default_factory=list)
    truncated: bool = False


ChatFactory = Callable[[Settings, "Progress | None"], "ChatModel"]

_factories: dict[str, ChatFactory] = {}


def register_chat(name: str, factory: ChatFactory) -> None:
    """Let ``llm.provider = name`` be answered by ``factory``; a later registration replaces an earlier one."""
    _factories[name] = factory


def load_chat(settings: Settings, progress: Progress | None = None) -> ChatModel:
    """Load the chat model of the settings; the embedded one is downloaded and started when needed.

    Raises:
        ModelError: unknown provider, or the model cannot be had or started.
    """
    from report_qa.providers import chat_endpoints

    known = {"embedded": chat_endpoints.load_embedded, "openai": chat_endpoints.load_openai} | _factories
    factory = known.get(settings.llm.provider)
    if factory is None:
        names = ", ".join(sorted(known))
        raise ModelError(
            Text(
                f"There is no model provider {settings.llm.provider}.", f"没有名为 {settings.llm.provider} 的模型服务。"
            ),
            Text(f"Set llm.provider to one of: {names}.", f"请把 llm.provider 设为其中之一：{names}。"),
        )
    return factory(settings, progress)


class ChatModel:
    """A chat model that streams tokens with their probabilities; safe to call from several threads.

    Args:
        model: any LangChain chat model.
        identity: name and weights or address; answers of different identities are not interchangeable.
        count_tokens: exact or estimated number of tokens of a text.
        logprobs: whether to ask for log-probabilities; given up by itself when the endpoint refuses them.
    """

    def __init__(
        self,
        model: BaseChatModel,
        identity: str,
        *,
        count_tokens: Callable[[str], int] = estimate_tokens,
        logprobs: bool = True,
    ) -> None:
        self._model = model
        self._logprobs = logprobs
        self._schemas = True
        self._count = lru_cache(maxsize=_COUNT_CACHE)(count_tokens)
        self.identity = identity

    def paced(self, limiter: BaseRateLimiter) -> Self:
        """Return the same model, each of whose calls waits for its turn; what the limiter raises ends the call."""
        other = copy.copy(self)
        other._model = self._model.model_copy(update={"rate_limiter": limiter})
        return other

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens of ``text``: exact for the embedded model, estimated for endpoints."""
        return self._count(text)

    def stream(
        self, messages: Sequence[BaseMessage], *, max_tokens: int, stop: Sequence[str] | None = None
    ) -> Iterator[Token]:
        """Generate, token by token. Closing the iterator stops the generation.

        Args:
            messages: LangChain messages.
            max_tokens: where to stop at the latest.
            stop: texts that end the generation and are not part of it.

        Raises:
            ModelError: unreachable, too slow, refused, or the messages are too long.
        """
        with closing(self._pieces(messages, max_tokens, stop)) as pieces:
            for token, _ in pieces:
                if token.text:
                    yield token

    def complete(
        self,
        messages: Sequence[BaseMessage],
        *,
        max_tokens: int,
        stop: Sequence[str] | None = None,
        schema: Mapping[str, Any] | None = None,
    ) -> Completion:
        """Generate the whole text. Errors and the other arguments are those of :meth:`stream`.

        Args:
            messages, max_tokens, stop: as there.
            schema: JSON schema that the text has to follow; an endpoint that does not know schemas writes without, so
                the text must be checked all the same.
        """
        pieces = list(self._pieces(messages, max_tokens, stop, schema))
        tokens = [token for token, _ in pieces if token.text]
        return Completion(
            text="".join(token.text for token in tokens),
            tokens=tokens,
            truncated=any(reason == "length" for _, reason in pieces),
        )

    def first_token(self, messages: Sequence[BaseMessage], candidates: Sequence[str]) -> dict[str, float] | None:
        """Return the probability of each candidate as the first generated token.

        Variants in letter case and surrounding space count together. A candidate that is several tokens long
        is known by its first one, if no other candidate begins alike. The probabilities are the model's own:
        they do not add up to 1, and a candidate outside the 20 likeliest tokens has 0.

        Args:
            messages: LangChain messages.
            candidates: short texts such as "yes" or "是".

        Returns:
            The probabilities by candidate, or None when the endpoint does not tell them.

        Raises:
            ModelError: as :meth:`stream`.
        """
        from report_qa.providers.chat_errors import model_errors, refuses_logprobs

        if not self._logprobs:
            return None
        try:
            with model_errors(self.identity):
                message = self._model.invoke(list(messages), max_tokens=1, logprobs=True, top_logprobs=_TOP_TOKENS)
        except ModelError as error:
            if not refuses_logprobs(error):
                raise
            self._logprobs = False
            return None
        content = (message.response_metadata.get("logprobs") or {}).get("content") or []
        if not content:
            return None
        probabilities = dict.fromkeys(candidates, 0.0)
        for option in content[0].get("top_logprobs") or content[:1]:
            match = _matching_candidate(option["token"], candidates)
            if match is not None:
                probabilities[match] += math.exp(option["logprob"])
        return probabilities

    def _pieces(
        self,
        messages: Sequence[BaseMessage],
        max_tokens: int,
        stop: Sequence[str] | None,
        schema: Mapping[str, Any] | None = None,
    ) -> Generator[tuple[Token, str | None]]:
        """Yield every piece with the reason of the end, which comes with the last one, mostly without text."""
        from report_qa.providers.chat_errors import refuses_logprobs, refuses_schemas

        # endpoints refuse an option before the first token, so nothing is said twice
        while True:
            try:
                yield from self._raw_pieces(messages, max_tokens, stop, schema if self._schemas else None)
                return
            except ModelError as error:
                if self._logprobs and refuses_logprobs(error):
                    self._logprobs = False
                elif schema is not None and self._schemas and refuses_schemas(error):
                    self._schemas = False
                else:
                    raise

    def _raw_pieces(
        self,
        messages: Sequence[BaseMessage],
        max_tokens: int,
        stop: Sequence[str] | None,
        schema: Mapping[str, Any] | None,
    ) -> Generator[tuple[Token, str | None]]:
        from report_qa.providers.chat_errors import model_errors

        pending: float | None = None
        with model_errors(self.identity), closing(self._chunks(messages, max_tokens, stop, schema)) as chunks:
            for chunk in chunks:
                pending = _added(pending, chunk.response_metadata.get("logprobs"))
                text = str(chunk.text)
                yield Token(text, pending if text else None), chunk.response_metadata.get("finish_reason")
                if text:
                    pending = None

    def _chunks(
        self,
        messages: Sequence[BaseMessage],
        max_tokens: int,
        stop: Sequence[str] | None,
        schema: Mapping[str, Any] | None,
    ) -> Generator[AIMessageChunk]:
        options: dict[str, Any] = {"logprobs": True} if self._logprobs else {}
        if schema is not None:
            wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema)}}
            # in the body and not as LangChain's own option, with which it would read the answer in another way
            options["extra_body"] = {"response_format": wanted}
        chunks = self._model.stream(list(messages), stop=list(stop) if stop else None, max_tokens=max_tokens, **options)
        # LangChain promises an iterator and returns a generator; closing it drops the connection, which stops
        # the generation on the server at once and not whenever garbage is collected
        return cast("Generator[AIMessageChunk]", chunks)


def _added(pending: float | None, logprobs: dict[str, Any] | None) -> float | None:
    # a character may take several tokens; its text comes with the last of them
    content = (logprobs or {}).get("content") or []
    if not content:
        return pending
    return (pending or 0.0) + sum(float(entry["logprob"]) for entry in content)


def _matching_candidate(token: str, candidates: Sequence[str]) -> str | None:
    said = token.strip().casefold()
    if not said:
        return None
    exact = [candidate for candidate in candidates if candidate.strip().casefold() == said]
    begun = [candidate for candidate in candidates if candidate.strip().casefold().startswith(said)]
    matches = exact or begun
    return matches[0] if len(matches) == 1 else None
