"""The official MCP client finds the tools and uses them, in this process, over HTTP, and over standard input and output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from serving import BROKEN, QUESTION, UNANSWERABLE, Server, add_wagon, call_tool, free_port

from report_qa.api.mcp import mcp_server
from report_qa.runtime.keys import Scope
from report_qa.runtime.listening import Listening

TESTS = Path(__file__).parents[2]


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    """Where the server's tools are."""
    server.backend.shelf.open("default")
    listening = Listening(server.app, "127.0.0.1", free_port())
    yield f"http://127.0.0.1:{listening.port}/mcp"
    listening.close()


def test_the_tools_describe_what_they_take_and_give(server: Server) -> None:
    async def listed() -> Any:
        async with Client(mcp_server(server.backend)) as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in anyio.run(listed)}
    assert set(tools) == {"ask", "search", "faq_match", "list_collections"}
    assert tools["ask"].input_schema["required"] == ["question"]
    assert "citations" in tools["ask"].output_schema["properties"]


def test_ask_answers_refuses_and_fails(server: Server) -> None:
    tools = mcp_server(server.backend)
    answered = call_tool(tools, "ask", question=QUESTION)
    assert answered.structured_content["status"] == "answered"
    assert answered.structured_content["answer"] == "有效样本为2887份[1]。"
    refused = call_tool(tools, "ask", question=UNANSWERABLE)
    assert refused.structured_content["status"] == "refused"
    assert not refused.is_error
    server.script.error = BROKEN
    failed = call_tool(tools, "ask", question=QUESTION)
    assert failed.is_error
    assert failed.content[0].text.endswith("The endpoint cannot be reached. Check it. / 无法连接。 请检查。")


def test_what_is_not_there_is_told(server: Server) -> None:
    tools = mcp_server(server.backend)
    for tool in ("ask", "search"):
        missing = call_tool(tools, tool, question=QUESTION, collection="nowhere")
        assert missing.is_error
        assert "no collection" in missing.content[0].text


def test_several_collections_are_asked_as_one(server: Server, tmp_path: Path) -> None:
    add_wagon(server, tmp_path)
    tools = mcp_server(server.backend)
    found = call_tool(tools, "search", question="轮胎的冷态气压", collection="wagon,default").structured_content
    assert found["collection"] == "default,wagon"
    assert {hit["collection"] for hit in found["items"]} == {"default", "wagon"}
    answer = call_tool(tools, "ask", question=QUESTION, collection="wagon, default").structured_content
    assert (answer["collection"], answer["citations"][0]["collection"]) == ("default,wagon", "default")
    assert (
        call_tool(tools, "faq_match", question=QUESTION, collection="default,wagon").structured_content["band"]
        == "pass"
    )
    missing = call_tool(tools, "ask", question=QUESTION, collection="default,nowhere")
    assert "no collection “nowhere”" in missing.content[0].text


def test_tools_over_http_need_a_key_once_there_is_one(address: str, server: Server) -> None:
    assert call_tool(address, "list_collections").structured_content == {"result": ["default"]}
    assert call_tool(address, "search", question="门店客流", limit=1).structured_content["items"][0]["rank"] == 1
    key = server.key(Scope.ASK)
    refused = httpx2.post(address, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert (refused.status_code, refused.json()["code"]) == (401, "key_missing")

    async def with_key() -> Any:
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            return await client.call_tool("ask", {"question": QUESTION})

    assert anyio.run(with_key).structured_content["status"] == "answered"


def test_tools_over_standard_input_and_output(server: Server) -> None:
    settings = server.settings
    values = {
        "paths.corpus": settings.paths.corpus, "paths.index": settings.paths.index, "paths.state": settings.paths.state,
        "paths.library": settings.paths.library, "embedding.model": "fake", "llm.provider": "scripted",
        "answer.refusal_threshold": 0, "answer.style": "write",
    }  # fmt: skip
    options = [part for name, value in values.items() for part in ("--set", f"{name}={value}")]
    program = StdioServerParameters(
        command=sys.executable,
        args=[str(TESTS / "scripted_program.py"), *options, "mcp"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    assert call_tool(program, "ask", question=QUESTION).structured_content["answer"] == "有效样本为2887份[1]。"
