"""The embedded models behind a server: eight who ask at once, and a model that dies and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from serving import REPORT, events, free_port

from report_qa.api.app import create_app
from report_qa.api.backend import Backend
from report_qa.config import load_settings
from report_qa.providers import llama_server
from report_qa.runtime.listening import Listening
from report_qa.service import index_corpus
from report_qa.shelf import Shelf

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1200)]

QUESTIONS = {
    "有效样本有多少份？": "2887",
    "回收了多少份问卷？": "3164",
    "门店客流同比增长多少？": "12%",
    "哪里的客流增长最快？": "华东",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over a small report, its models loaded."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "report.md").write_text(REPORT, encoding="utf-8")
    paths = {f"paths.{name}": str(folder / name) for name in ("corpus", "index", "state", "library")}
    settings = load_settings(paths, environment={}).settings
    index_corpus(settings)
    backend = Backend(Shelf(settings), default="default")
    backend.shelf.open("default")
    listening = Listening(create_app(backend), "127.0.0.1", free_port())
    yield f"http://127.0.0.1:{listening.port}"
    listening.close()


def ask(address: str, question: str) -> list[tuple[str, dict[str, Any]]]:
    with httpx.Client(trust_env=False, timeout=1000) as http:
        return events(http.post(f"{address}/api/v1/ask/stream", json={"question": question}).text)


def test_eight_at_once_are_told_their_place_and_all_are_answered_rightly(address: str) -> None:
    asked = list(QUESTIONS) * 2
    with ThreadPoolExecutor(len(asked)) as pool:
        told = list(pool.map(lambda question: ask(address, question), asked))
    assert [one[-1][0] for one in told] == ["answer"] * len(asked)
    assert sorted(one[0][1]["ahead"] for one in told) == list(range(len(asked)))
    for question, one in zip(asked, told, strict=True):
        answer = one[-1][1]
        assert answer["status"] == "answered"
        assert QUESTIONS[question] in answer["answer"]
        assert answer["citations"]


def test_the_question_after_the_models_death_is_answered(address: str) -> None:
    server = next(server for key, server in llama_server._servers.items() if not key[-1])
    before = server.whereabouts()
    server._held.clear()  # llama.cpp's server ends with its object
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{before}/health", trust_env=False, timeout=20)
    for _ in range(2):
        answer = ask(address, "有效样本有多少份？")[-1][1]
        assert (answer["status"], "2887" in answer["answer"]) == ("answered", True)
    assert server.whereabouts() != before
