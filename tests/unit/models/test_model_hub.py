"""The model hub, played by a small HTTP server on this machine."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from report_qa.errors import ModelError
from report_qa.models import hub
from report_qa.models.catalog import EmbeddedModel
from report_qa.models.failures import SourceUnavailable

REVISION = "0123456789abcdef0123456789abcdef01234567"
NOTES = b'{"small": "file"}\n'


@dataclass
class Hub:
    """What the server serves: files, the SHA-256 it claims for large ones, and how long it thinks."""

    files: dict[str, bytes]
    claims: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    requests: list[str] = field(default_factory=list)

    def listing(self) -> dict[str, object]:
        siblings = []
        for name, content in self.files.items():
            blob = hashlib.sha1(b"blob %d\x00" % len(content) + content).hexdigest()
            entry: dict[str, object] = {"rfilename": name, "size": len(content), "blobId": blob}
            if name.endswith(".gguf"):
                sha256 = self.claims.get(name, hashlib.sha256(content).hexdigest())
                entry["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 100}
            siblings.append(entry)
        return {"id": "someone/tiny", "sha": REVISION, "siblings": siblings}


@pytest.fixture
def server(packages, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    hub_state = Hub({"tiny.gguf": packages.content, "notes.json": NOTES})

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            hub_state.requests.append(f"{self.command} {self.path}")
            time.sleep(hub_state.delay_s)
            name = self.path.partition(f"/resolve/{REVISION}/")[2]
            if self.path.startswith("/api/models/"):
                self._answer(json.dumps(hub_state.listing()).encode(), {"Content-Type": "application/json"})
            elif name in hub_state.files:
                content = hub_state.files[name]
                etag = hashlib.sha256(content).hexdigest()
                self._answer(
                    content, {"ETag": f'"{etag}"', "X-Repo-Commit": REVISION, "X-Linked-Size": str(len(content))}
                )
            else:
                self.send_error(404)

        def _answer(self, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(200)
            for key, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(key, value)
            with suppress(ConnectionError):  # a caller that waited long enough has gone
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{web.server_address[1]}")
    yield hub_state
    web.shutdown()
    web.server_close()


def test_the_files_come_from_the_mirror_and_are_verified(
    server: Hub, model: EmbeddedModel, progress, tmp_path: Path
) -> None:
    origin, weights = hub.fetch(model, tmp_path, progress, timeout_s=5)
    assert (tmp_path / "tiny.gguf").read_bytes() == server.files["tiny.gguf"]
    assert (tmp_path / "notes.json").read_bytes() == NOTES
    assert origin == f"someone/tiny@{REVISION}"
    assert weights == hashlib.sha256(server.files["tiny.gguf"]).hexdigest()
    assert progress.count == progress.total == len(server.files["tiny.gguf"]) + len(NOTES)


@pytest.mark.parametrize("name", ["tiny.gguf", "notes.json"])
def test_a_file_that_is_not_what_the_hub_lists_is_discarded(
    server: Hub, model: EmbeddedModel, progress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    listing = server.listing()
    monkeypatch.setattr(server, "listing", lambda: listing)
    server.files[name] = server.files[name].swapcase()
    with pytest.raises(ModelError, match="SHA-256"):
        hub.fetch(model, tmp_path, progress, timeout_s=5)
    assert not (tmp_path / name).exists()


def test_a_hub_without_the_model_is_a_source_out_of_reach(
    server: Hub, model: EmbeddedModel, progress, tmp_path: Path
) -> None:
    del server.files["tiny.gguf"]
    with pytest.raises(SourceUnavailable, match=r"has no file tiny\.gguf"):
        hub.fetch(model, tmp_path, progress, timeout_s=5)


def test_a_hub_that_does_not_answer_is_given_up_in_time(
    server: Hub, model: EmbeddedModel, progress, tmp_path: Path
) -> None:
    server.delay_s = 5
    started = time.monotonic()
    with pytest.raises(SourceUnavailable):
        hub.fetch(model, tmp_path, progress, timeout_s=0.3)
    assert time.monotonic() - started < 4


def test_a_hub_that_is_not_there_is_given_up_at_once(
    model: EmbeddedModel, progress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free.getsockname()[1]}")
    with pytest.raises(SourceUnavailable):
        hub.fetch(model, tmp_path, progress, timeout_s=5)
