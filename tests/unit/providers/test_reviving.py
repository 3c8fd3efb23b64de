"""The embedded server dies, hangs, or is slow: what the question under way is told, and that the next one is answered."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from report_qa.config import load_settings
from report_qa.errors import ModelError
from report_qa.providers import llama_server, reviving
from report_qa.providers.chat import ChatModel, load_chat

ASK = [HumanMessage("好吗？")]


class Runtime:
    """Stands in for llama.cpp: each server it starts listens on a port of its own.

    Attributes:
        started: the servers, the newest last.
        broken: whether no further one can be started.
    """

    llama_load_mode = SimpleNamespace(LLAMA_LOAD_MODE_NONE=0)

    def __init__(self) -> None:
        self.started: list[FakeServer] = []
        self.broken = False

    def CommonParams(self) -> Any:  # noqa: N802
        return SimpleNamespace(model=SimpleNamespace(), cpuparams=SimpleNamespace(), cpuparams_batch=SimpleNamespace())

    def Server(self, parameters: Any) -> Any:  # noqa: N802
        if self.broken:
            raise RuntimeError("Failed to init server")
        self.started.append(FakeServer(parameters.api_keys[0]))
        return self.started[-1]


class Web(ThreadingHTTPServer):
    """Takes many at once."""

    daemon_threads = True
    request_queue_size = 64


class FakeServer:
    """Answers with two tokens; after the first it waits for ``gate``, and all of it waits for ``alive``."""

    def __init__(self, key: str) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.alive = threading.Event()
        self.alive.set()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.alive.wait(10)
                assert self.path == "/slots"
                assert self.headers["Authorization"] == f"Bearer {key}"
                self._reply("application/json", b"[]")

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                server.alive.wait(10)
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self._event("很")
                server.gate.wait(10)
                if server.down:
                    self.close_connection = True
                    return
                self._event("好")
                self._chunk(b"data: [DONE]\n\n")
                self._chunk(b"")

            def _reply(self, kind: str, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _event(self, token: str) -> None:
                choice = {"index": 0, "delta": {"content": token}, "finish_reason": None}
                chunk = {"id": "1", "object": "chat.completion.chunk", "model": "m", "created": 1, "choices": [choice]}
                self._chunk(f"data: {json.dumps(chunk)}\n\n".encode())

            def _chunk(self, data: bytes) -> None:
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()

            def log_message(self, *_: object) -> None:
                pass

        self.down = False
        self._web = Web(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._web.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.listening_address = f"http://127.0.0.1:{self._web.server_address[1]}"

    def die(self) -> None:
        """Listen no more, and break off what is under way."""
        self.down = True
        self._web.shutdown()
        self._web.server_close()
        self.gate.set()
        self.alive.set()


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    fake = Runtime()
    monkeypatch.setattr(llama_server, "_runtime", lambda: fake)
    monkeypatch.setattr(llama_server, "_servers", {})
    monkeypatch.setattr(reviving, "_LOOK_S", 2.0)
    yield fake
    for server in fake.started:
        if not server.down:
            server.die()


def embedded(folder: Path, timeout_s: str) -> ChatModel:
    path = folder / "my-model.gguf"
    path.write_bytes(b"12345")
    chosen = {"llm.model": str(path), "llm.retries": "0", "llm.timeout_s": timeout_s}
    return load_chat(load_settings(chosen, environment={}).settings)


@pytest.fixture
def model(runtime: Runtime, tmp_path: Path) -> ChatModel:
    """The embedded model, its server running."""
    return embedded(tmp_path, "30")


@pytest.fixture
def impatient(runtime: Runtime, tmp_path: Path) -> ChatModel:
    """The same, soon out of patience."""
    return embedded(tmp_path, "1.5")


def asked(model: ChatModel) -> str:
    return model.complete(ASK, max_tokens=9).text


def test_the_question_after_its_death_is_answered_by_a_new_server(model: ChatModel, runtime: Runtime) -> None:
    assert asked(model) == "很好"
    runtime.started[0].die()
    assert asked(model) == "很好"
    assert asked(model) == "很好"
    assert len(runtime.started) == 2


def test_an_answer_that_breaks_off_fails_with_its_remedy_and_the_next_is_whole(
    model: ChatModel, runtime: Runtime
) -> None:
    (first,) = runtime.started
    first.gate.clear()
    tokens = model.stream(ASK, max_tokens=9)
    assert next(tokens).text == "很"
    first.die()
    with pytest.raises(ModelError) as caught:
        list(tokens)
    assert caught.value.line("en") == ("The language model broke off. Ask again; it is started anew where it has died.")
    assert caught.value.retryable
    assert asked(model) == "很好"
    assert len(runtime.started) == 2


def test_one_that_hangs_is_replaced_after_the_first_question_that_got_no_answer(
    impatient: ChatModel, runtime: Runtime
) -> None:
    runtime.started[0].alive.clear()
    with pytest.raises(ModelError, match="gave no answer in time"):
        asked(impatient)
    assert asked(impatient) == "很好"
    assert len(runtime.started) == 2


def test_one_that_hangs_in_the_middle_of_an_answer_is_replaced_too(impatient: ChatModel, runtime: Runtime) -> None:
    (first,) = runtime.started
    first.gate.clear()
    with pytest.raises(ModelError, match="gave no answer in time"):
        asked(impatient)
    first.alive.clear()
    assert asked(impatient) == "很好"
    assert len(runtime.started) == 2


def test_one_that_is_only_slow_stays(impatient: ChatModel, runtime: Runtime) -> None:
    (first,) = runtime.started
    first.gate.clear()
    with pytest.raises(ModelError, match="gave no answer in time"):
        asked(impatient)
    first.gate.set()
    assert asked(impatient) == "很好"
    assert len(runtime.started) == 1


def test_where_it_cannot_be_started_anew_every_question_is_told_so_until_it_can(
    model: ChatModel, runtime: Runtime
) -> None:
    runtime.started[0].die()
    runtime.broken = True
    for _ in range(2):
        with pytest.raises(ModelError, match=r"my-model\.gguf cannot be started") as caught:
            asked(model)
        assert "report-qa doctor" in caught.value.remedy.en
    runtime.broken = False
    assert asked(model) == "很好"


def test_many_who_find_it_dead_start_it_once(model: ChatModel, runtime: Runtime) -> None:
    runtime.started[0].die()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: asked(model), range(16))) == {"很好"}
    assert len(runtime.started) == 2


def test_one_that_was_stopped_stays_stopped(model: ChatModel, runtime: Runtime) -> None:
    server = next(iter(llama_server._servers.values()))
    runtime.started[0].die()
    llama_server.stop_all()
    assert server.revive(server.address) == server.address
    assert len(runtime.started) == 1
