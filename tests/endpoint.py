"""An OpenAI-compatible endpoint, played by a small HTTP server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Endpoint:
    """What the server answers (status and error text for the next calls, else tokens), and what it was sent.

    Attributes:
        endless: whether a stream never ends, where ``endless_at`` stands in the request.
        asked_endless: set when such a stream has begun; ``hung_up`` when who asked for it left.
    """

    url: str = ""
    tokens: list[str] = field(default_factory=lambda: ["很", "好"])
    failures: list[tuple[int, str]] = field(default_factory=list)
    delay_s: float = 0.0
    endless: bool = False
    endless_at: str = ""
    page: str | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    asked_endless: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving_endpoint() -> Iterator[Endpoint]:
    """Serve an endpoint."""
    state = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append(body)
            state.keys.append(self.headers["Authorization"])
            time.sleep(state.delay_s)
            if state.page is not None:
                self._answer(200, state.page, "text/html")
            elif state.failures:
                status, message = state.failures.pop(0)
                self._answer(status, json.dumps({"error": {"message": message, "code": status}}), "application/json")
            elif body.get("stream"):
                self._stream(body)
            else:
                self._answer(200, json.dumps(self._completion()), "application/json")

        def _answer(self, status: int, body: str, kind: str) -> None:
            data = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _completion(self) -> dict[str, Any]:
            likely = {"token": "是", "logprob": -0.1}
            message = {"role": "assistant", "content": "".join(state.tokens)}
            choice = {
                "index": 0, "message": message, "finish_reason": "stop",
                "logprobs": {"content": [{**likely, "top_logprobs": [likely]}]},
            }  # fmt: skip
            return {"id": "1", "object": "chat.completion", "model": "m", "created": 1, "choices": [choice]}

        def _stream(self, body: dict[str, Any]) -> None:
            endless = state.endless and state.endless_at in json.dumps(body, ensure_ascii=False)
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            try:
                while True:
                    for token in state.tokens:
                        self._event(token, body)
                    if not endless:
                        break
                    state.asked_endless.set()
                    time.sleep(0.01)
                self.wfile.write(b"data: [DONE]\n\n")
            except OSError:
                state.hung_up.set()

        def _event(self, token: str, body: dict[str, Any]) -> None:
            choice: dict[str, Any] = {"index": 0, "delta": {"content": token}, "finish_reason": None}
            if body.get("logprobs"):
                choice["logprobs"] = {"content": [{"token": token, "logprob": -0.5}]}
            chunk = {"id": "1", "object": "chat.completion.chunk", "model": "m", "created": 1, "choices": [choice]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.daemon_threads = True
    threading.Thread(target=web.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{web.server_address[1]}/v1"
    yield state
    web.shutdown()
    web.server_close()
