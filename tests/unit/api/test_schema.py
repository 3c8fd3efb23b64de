"""Whatever is sent to an address, it replies as its description says, and never breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance
from serving import MakeServer, free_port

from report_qa.runtime.listening import Listening

EXAMPLES = 10
"""Requests an address and kind; few, because each is a question to the server."""


@pytest.fixture
def api(make: MakeServer) -> Iterator[Any]:
    """The description of a running server."""
    server = make(api__requests_per_minute="1000000", api__max_request_kb="100")
    server.backend.shelf.open("default")
    server.backend.opening.begin()
    assert server.backend.opening.wait(20)
    listening = Listening(server.app, "127.0.0.1", free_port())
    yield schemathesis.openapi.from_url(f"http://127.0.0.1:{listening.port}/api/v1/openapi.json")
    listening.close()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_breaks_the_server(api: Any, mode: GenerationMode) -> None:
    operations = [found.ok() for found in api.get_all_operations()]
    assert {operation.label for operation in operations} >= {"POST /api/v1/ask", "POST /v1/chat/completions"}
    called = 0
    for operation in operations:
        if mode == GenerationMode.NEGATIVE and not (operation.body or list(operation.query)):
            continue  # nothing of it can be wrong

        @settings(max_examples=EXAMPLES)
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case: schemathesis.Case) -> None:
            nonlocal called
            called += 1
            case.call_and_validate(checks=[not_a_server_error, response_schema_conformance], timeout=30)

        holds()
    assert called > 50
