"""``kill -9`` of a real ``report-qa serve --api-only`` in the middle of a write: started again, nothing is lost or half done."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from endpoint import Endpoint, serving_endpoint
from fakes import HashingEmbedder
from serving import QUESTION, REPORT, free_port, until

from report_qa.config import Settings
from report_qa.service import index_corpus

TESTS = Path(__file__).parents[1]
FAQ = "/api/v1/collections/default/faq"
PAIR = {"question": QUESTION, "answer": "有效样本2887份。", "quote": "其中有效样本2887份"}
POINTS = ("change 2", "commit", "committed")
"""In the middle of the transaction, right before its end, and right after, before it is answered."""


class Program:
    """``report-qa serve --api-only`` over a small report, with a fake embedder and an endpoint that is played.

    Args:
        settings: of it.
        endpoint: the language model.
        folder: for its log, and for what says where it dies.
    """

    def __init__(self, settings: Settings, endpoint: Endpoint, folder: Path) -> None:
        self.point = folder / "point"
        self._log = folder / "log"
        self._port = free_port()
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self._port}", trust_env=False, timeout=60)
        paths = {f"paths.{name}": getattr(settings.paths, name) for name in ("corpus", "index", "state", "library")}
        values = {
            **paths, "embedding.model": "fake", "llm.provider": "openai", "llm.model": "small", "llm.retries": 0,
            "llm.base_url": endpoint.url, "answer.refusal_threshold": 0, "answer.style": "write",
            "server.port": self._port, "embedding.batch_size": 1,
        }  # fmt: skip
        options = [part for name, value in values.items() for part in ("--set", f"{name}={value}")]
        self._command = [sys.executable, str(TESTS / "mortal_program.py"), *options, "serve", "--api-only"]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environment = {
            **os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part), "MORTAL": str(self.point)
        }  # fmt: skip
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=environment, stdout=log, stderr=log)
        until(self._is_ready, 120)

    def _is_ready(self) -> bool:
        assert self._process
        assert self._process.poll() is None, self._log.read_text(encoding="utf-8")
        try:
            return self.http.get("/api/v1/ready").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """End it at once."""
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait(30)

    def dies(self, point: str, method: str, address: str, **request: Any) -> None:
        """Send a request in the middle of which it dies, and start it again."""
        self.point.write_text(point, encoding="utf-8")
        with pytest.raises(httpx.TransportError):
            self.http.request(method, address, **request)
        self.died()
        self.start()

    def died(self) -> None:
        """Wait until it has died."""
        assert self._process
        assert self._process.wait(60) == -signal.SIGKILL

    def get(self, address: str, **params: Any) -> Any:
        """Return what is at an address."""
        reply = self.http.get(address, params=params)
        assert reply.is_success, reply.text
        return reply.json()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """The language model."""
    with serving_endpoint() as state:
        state.tokens = list("有效样本为2887份[1]。")
        yield state


@pytest.fixture
def program(
    make_settings: Callable[..., Settings], corpus: Path, tmp_path: Path, embedder: HashingEmbedder, endpoint: Endpoint
) -> Iterator[Program]:
    """The program, running."""
    (corpus / "report.md").write_text(REPORT, encoding="utf-8")
    settings = make_settings(paths__state=str(tmp_path / "state"), paths__library=str(tmp_path / "library"))
    index_corpus(settings)
    running = Program(settings, endpoint, tmp_path)
    running.start()
    yield running
    running.kill()
    running.http.close()


def test_a_reviewers_step_is_there_whole_or_not_at_all(program: Program) -> None:
    pair = program.http.post(f"{FAQ}/pairs", json=PAIR).json()
    steps = f"{FAQ}/pairs/{pair['id']}/steps"
    approve, reopen = {"step": "approve"}, {"step": "reopen"}
    for point in POINTS:
        before, changes = program.get(f"{FAQ}/pairs/{pair['id']}"), program.get(f"{FAQ}/pairs/{pair['id']}/history")
        program.dies(point, "POST", steps, json=approve)
        after, history = program.get(f"{FAQ}/pairs/{pair['id']}"), program.get(f"{FAQ}/pairs/{pair['id']}/history")
        if point == "committed":
            assert (after["state"], after["revision"]) == ("approved", before["revision"] + 1)
            assert len(history["items"]) == len(changes["items"]) + 1
        else:
            assert (after, history) == (before, changes)
        # who did not hear what came of it asks for it again, as of the revision that was seen
        again = program.http.post(steps, json=approve, headers={"If-Match": f'"{before["revision"]}"'})
        assert again.status_code == (412 if point == "committed" else 200)
        assert program.get(f"{FAQ}/pairs/{pair['id']}")["state"] == "approved"
        assert program.http.post(steps, json=reopen).status_code == 200


def test_a_release_is_there_whole_or_not_at_all(program: Program) -> None:
    pair = program.http.post(f"{FAQ}/pairs", json=PAIR).json()
    assert program.http.post(f"{FAQ}/pairs/{pair['id']}/steps", json={"step": "approve"}).status_code == 200
    wanted: dict[str, Any] = {"json": {"note": "first"}, "headers": {"Idempotency-Key": "first"}}
    for point in ("change 2", "committed"):
        program.dies(point, "POST", f"{FAQ}/releases", **wanted)
        made = program.get(f"{FAQ}/releases")["items"]
        state = program.get(f"{FAQ}/pairs/{pair['id']}")["state"]
        band = program.get(f"{FAQ}/match", q=QUESTION)["band"]
        if point == "committed":
            assert [(one["number"], one["size"], one["served"]) for one in made] == [(1, 1, True)]
            assert (state, band) == ("published", "answer")
        else:
            assert (made, state, band) == ([], "approved", "pass")
        # who did not hear what came of it is told that it is not known, and is not obeyed twice
        assert program.http.post(f"{FAQ}/releases", **wanted).json()["code"] == "idempotency_unknown"
        wanted["headers"] = {"Idempotency-Key": f"after {point}"}
    assert program.http.post(f"{FAQ}/releases", **wanted).json()["code"] == "faq_refused"
    assert len(program.get(f"{FAQ}/releases")["items"]) == 1
    answer = program.http.post("/api/v1/ask", json={"question": QUESTION}).json()
    assert (answer["status"], answer["origin"]["release"]) == ("answered", 1)


def test_an_import_goes_on_with_the_file_that_was_under_way(program: Program) -> None:
    texts = {
        "a.md": "# 手册\n\n## 灯\n\n大灯的功率为 55 瓦。\n",
        "b.md": "# 手册\n\n## 胎压\n\n轮胎的冷态气压为 230 千帕。\n",
    }
    program.point.write_text("embed 230", encoding="utf-8")
    files = [("files", (name, text.encode())) for name, text in texts.items()]
    kept = program.http.post("/api/v1/collections/wagon/documents", files=files).json()
    program.died()
    program.start()
    address = f"/api/v1/imports/{kept['id']}"
    until(lambda: program.get(address)["ended"], 60)
    done = program.get(address)
    assert (done["state"], done["added"], done["unchanged"]) == ("done", ["a.md", "b.md"], [])
    documents = program.get("/api/v1/collections/wagon/documents")["items"]
    assert [document["name"] for document in documents] == ["a.md", "b.md"]
    for words, found in (("大灯的功率", "55 瓦"), ("轮胎的冷态气压", "230 千帕")):
        assert found in program.get("/api/v1/search", q=words, collection="wagon")["items"][0]["text"]
    assert list((program.point.parent / "state" / "uploads").iterdir()) == []

    # and an upload that was never whole leaves nothing
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\n' + b"half of it" * 1000
    head = (
        f"POST /api/v1/collections/van/documents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {2 * len(body)}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", program.http.base_url.port or 0), timeout=20) as line:
        line.sendall(head.encode() + body)
        time.sleep(0.3)
        program.kill()
    program.start()
    assert [one["id"] for one in program.get("/api/v1/imports")["items"]] == [kept["id"]]
    assert program.http.get("/api/v1/collections/van").status_code == 404


def test_who_leaves_frees_the_model_and_a_failing_model_fails_one_question(
    program: Program, endpoint: Endpoint
) -> None:
    endpoint.endless, endpoint.endless_at = True, "直接回答"  # while the answer is written
    with program.http.stream("POST", "/api/v1/ask/stream", json={"question": QUESTION}) as reply:
        assert reply.status_code == 200
        assert endpoint.asked_endless.wait(60)
        assert not endpoint.hung_up.is_set()
    assert endpoint.hung_up.wait(30)
    endpoint.endless = False
    assert program.http.post("/api/v1/ask", json={"question": QUESTION}).json()["status"] == "answered"
    endpoint.failures = [(500, "out of memory")] * 10
    failed = program.http.post("/api/v1/ask", json={"question": QUESTION})
    assert (failed.status_code, failed.json()["code"]) == (503, "model_failed")
    assert "out of memory" in failed.json()["detail"]
    endpoint.failures = []
    assert program.http.post("/api/v1/ask", json={"question": QUESTION}).json()["status"] == "answered"
