"""Every example of the documentation works as it stands, against a server with fakes."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Server, free_port

from report_qa.runtime.listening import Listening

ROOT = Path(__file__).parents[3]
DOCUMENTED = "http://127.0.0.1:7860"
_EXAMPLE = re.compile(r"(?:<!-- gives: (.*?) -->\n)?```(sh|python)\n(.*?)```", re.DOTALL)
REPLY = "有效样本为2887份[1]。"


def examples(page: str) -> list[tuple[str, str, str]]:
    """Return kind, code and expected output of the examples that call a server."""
    found = _EXAMPLE.findall((ROOT / page).read_text(encoding="utf-8"))
    return [
        (kind, code, expected)
        for expected, kind, code in found
        if DOCUMENTED in code and (kind == "python" or "curl" in code)
    ]


API = examples("docs/api.md")
READMES = [one for page in ("README.md", "README.zh.md") for one in examples(page)]
CALLED = {"curl": "/api/v1/ask", "from openai": "/v1/chat/completions", "from mcp": "/mcp"}
"""What an example has in it, and the address that it calls."""


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    """The server on a real port."""
    server.backend.shelf.open("default")
    listening = Listening(server.app, "127.0.0.1", free_port())
    yield f"http://127.0.0.1:{listening.port}"
    listening.close()


def run(kind: str, code: str, address: str, folder: Path) -> str:
    """Run an example and return what it prints."""
    code = code.replace(DOCUMENTED, address)
    if kind == "python":
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "example", "exec"), {"__name__": "example"})
        return printed.getvalue()
    environment = {**os.environ, "no_proxy": "127.0.0.1"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_there_are_examples_for_every_kind_of_program() -> None:
    assert len(API) == 11
    assert all(expected for _, _, expected in API)
    for words in ("from openai", "from mcp", "curl"):
        assert sum(words in code for _, code, _ in READMES) == 2


@pytest.mark.parametrize(("kind", "code", "expected"), API)
def test_an_example_gives_what_the_page_says(kind: str, code: str, expected: str, address: str, tmp_path: Path) -> None:
    if kind == "sh" and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    assert expected in run(kind, code, address, tmp_path)


@pytest.mark.parametrize(("kind", "code", "expected"), READMES)
def test_an_example_of_the_readme_is_answered(
    kind: str, code: str, expected: str, address: str, tmp_path: Path, server: Server
) -> None:
    if kind == "sh" and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    assert run(kind, code, address, tmp_path).strip()
    called = next(route for words, route in CALLED.items() if words in code)
    labels = {"method": "POST", "route": called, "status": "200"}
    assert server.backend.measures.registry.get_sample_value("report_qa_requests_total", labels)
