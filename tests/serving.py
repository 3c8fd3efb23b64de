"""A server over small collections, with models that are fakes, for the tests of the API and of its clients."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
from fastapi import FastAPI
from fastapi.testclient import TestClient
from mcp import Client
from scripted_chat import ScriptedModel, use_scripted_chat

from report_qa.api.app import create_app
from report_qa.api.backend import Backend
from report_qa.config import Settings
from report_qa.errors import ModelError, Text
from report_qa.runtime.keys import Scope, create_key
from report_qa.service import index_corpus
from report_qa.shelf import Shelf

HOST = "http://127.0.0.1"
LOCAL = ("127.0.0.1", 50_000)
"""Address of a program of this machine."""
QUESTION = "有效样本有多少份？"
REPORT = """# 年度报告

## 调查样本
本次调查共回收问卷3164份，其中有效样本2887份。

## 门店客流
门店客流同比增长12%，华东增长最快。
"""
UNANSWERABLE = "量子色动力学讲了什么"
"""Shares nothing with the report, so that it is refused without the model."""


@dataclass
class Script:
    """What the language model says, and when.

    Attributes:
        reply: the answer.
        error: raised in its place.
        gate: the model waits for it before it answers.
        asked: how many answers were begun.
    """

    reply: str = "有效样本为2887份[1]。"
    error: ModelError | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    asked: int = 0

    def __post_init__(self) -> None:
        """Answer at once, unless a test closes the gate."""
        self.gate.set()

    def __call__(self, task: str, last: str) -> str:
        """Reply to a task."""
        if task != "answer":
            return {"rewrite": QUESTION, "condense": "门店客流增长了多少？"}.get(task, "Translated text 12%.")
        self.asked += 1
        self.gate.wait(30)
        if self.error is not None:
            raise self.error
        return self.reply


BROKEN = ModelError(
    Text("The endpoint cannot be reached.", "无法连接。"), Text("Check it.", "请检查。"), retryable=True
)


@dataclass
class Server:
    """An application and what is behind it."""

    settings: Settings
    backend: Backend
    app: FastAPI
    script: Script
    model: ScriptedModel

    def client(self, key: str = "", *, raise_server_exceptions: bool = True) -> TestClient:
        """Return a client; inside ``with`` the application is running."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return TestClient(
            self.app, base_url=HOST, headers=headers, raise_server_exceptions=raise_server_exceptions, client=LOCAL
        )

    def key(self, *scopes: Scope, name: str = "test") -> str:
        """Make a key and return its secret."""
        return create_key(self.backend.database, name, scopes)[1]


MakeServer = Callable[..., Server]


def make_server(make_settings: Callable[..., Settings], tmp_path: Path, corpus: Path, **changes: str) -> Server:
    """Return a server over a small report; settings are changed by keyword, with ``__`` for the dot."""
    if not any(corpus.iterdir()):
        (corpus / "report.md").write_text(REPORT, encoding="utf-8")
    settings = make_settings(**{
        "paths__state": str(tmp_path / "state"), "paths__library": str(tmp_path / "library"),
        "llm__provider": "scripted", "answer__refusal_threshold": "0", "answer__style": "write", **changes,
    })  # fmt: skip
    index_corpus(settings)
    script = Script()
    model = use_scripted_chat(script)
    backend = Backend(Shelf(settings), default="default")
    return Server(settings, backend, create_app(backend), script, model)


def add_wagon(server: Server, folder: Path) -> None:
    """Give a server a second collection."""
    path = folder / "胎压.md"
    path.write_text("# 手册\n\n## 胎压\n\n轮胎的冷态气压为 230 千帕。\n", encoding="utf-8")
    server.backend.shelf.add("wagon", [path])


def running(server: Server) -> Iterator[TestClient]:
    """Give a client of a running server whose default collection is open."""
    with server.client() as client:
        server.backend.shelf.open("default")
        yield client


def free_port() -> int:
    """Return a port nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Return name and data of server-sent events; keep-alive comments are left out."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines.get("event", ""), json.loads(lines["data"])))
    return found


def until(condition: Any, seconds: float = 20) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def call_tool(target: Any, tool: str, **arguments: Any) -> Any:
    """Call a tool of a server."""

    async def called() -> Any:
        async with Client(target) as client:
            return await client.call_tool(tool, arguments)

    return anyio.run(called)
