"""The two kinds of chat endpoint: the embedded server, and any OpenAI-compatible one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from report_qa.config import Settings
from report_qa.models import fetch
from report_qa.models.catalog import EMBEDDED_MODELS, embedded_model
from report_qa.models.progress import Progress
from report_qa.providers.chat import ChatModel

if TYPE_CHECKING:
    import httpx
    from langchain_core.language_models import BaseChatModel

_CONNECT_SECONDS = 10.0
_OPENAI_HOST = "api.openai.com"
_NO_KEY = "none"  # local endpoints take any key, but the client insists on one
_HASH_DIGITS = 16


def load_embedded(settings: Settings, progress: Progress | None = None) -> ChatModel:
    """Start (or share) the embedded server and return its model.

    Raises:
        ModelError: the model cannot be had or started.
    """
    from report_qa.providers.llama_server import shared_server

    path = _gguf(settings, progress)
    server = shared_server(path, settings.llm.context_tokens, settings.llm.threads)
    model = _openai_model(settings, f"{server.address}/v1", server.api_key, path.stem, server.client)
    return ChatModel(model, _embedded_identity(settings, path), count_tokens=server.count_tokens)


def load_openai(settings: Settings, progress: Progress | None = None) -> ChatModel:
    """Return the model of an OpenAI-compatible endpoint; nothing is sent before the first call."""
    llm = settings.llm
    key = llm.api_key.get_secret_value() if llm.api_key else ""
    if not key and llm.base_url is None:
        key = os.environ.get("OPENAI_API_KEY", "")
    base_url = llm.base_url or f"https://{_OPENAI_HOST}/v1"
    model = _openai_model(settings, base_url, key or _NO_KEY, llm.model, None)
    return ChatModel(model, f"{llm.model}@{urlsplit(base_url).netloc}")


def _gguf(settings: Settings, progress: Progress | None) -> Path:
    path = Path(settings.llm.model).expanduser()
    if path.suffix == ".gguf" and path.is_file():
        return path.resolve()
    model = embedded_model(settings.llm.model)
    return fetch.ensure(model.name, settings, progress)


def _embedded_identity(settings: Settings, path: Path) -> str:
    if settings.llm.model in EMBEDDED_MODELS:
        found = fetch.installed(settings.llm.model, settings)
        if found is not None:
            return f"{settings.llm.model}@{found.weights_sha256[:_HASH_DIGITS]}"
    # a file of the user's own may have many gigabytes: its size stands for its content
    return f"{path.stem}@{path.stat().st_size}"


def _timeouts(settings: Settings) -> httpx.Timeout:
    import httpx

    return httpx.Timeout(settings.llm.timeout_s, connect=min(_CONNECT_SECONDS, settings.llm.timeout_s))


def _openai_model(
    settings: Settings, base_url: str, api_key: str, name: str, client: httpx.Client | None
) -> BaseChatModel:
    from langchain_openai import ChatOpenAI
    from langchain_openai.chat_models.base import BaseChatOpenAI
    from pydantic import SecretStr

    # ChatOpenAI sends max_completion_tokens, which only OpenAI's newest models require; every other
    # endpoint understands max_tokens, and some nothing else
    kind = ChatOpenAI if urlsplit(base_url).hostname == _OPENAI_HOST else BaseChatOpenAI
    return kind(
        model=name,
        base_url=base_url,
        api_key=SecretStr(api_key),
        temperature=settings.llm.temperature,
        timeout=_timeouts(settings),
        max_retries=settings.llm.retries,
        http_client=client,
    )
