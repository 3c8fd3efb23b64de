"""A running server for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import HashingEmbedder
from fastapi.testclient import TestClient
from serving import MakeServer, Server, make_server, running

from report_qa.config import Settings


@pytest.fixture
def make(make_settings: Callable[..., Settings], tmp_path: Path, corpus: Path, embedder: HashingEmbedder) -> MakeServer:
    """Make a server with settings of its own."""

    def make_(**changes: Any) -> Server:
        return make_server(make_settings, tmp_path, corpus, **changes)

    return make_


@pytest.fixture
def server(make: MakeServer) -> Server:
    """A server over a small report."""
    return make()


@pytest.fixture
def client(server: Server) -> Iterator[TestClient]:
    """A client of the server, which is running."""
    yield from running(server)
