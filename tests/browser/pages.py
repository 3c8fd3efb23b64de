"""A page that is served for a test, and visits to it."""

from __future__ import annotations

import socket

from fastapi import FastAPI
from playwright.sync_api import BrowserContext, Page, expect
from scripted import FakeService, Opener, OpenerShelf

from report_qa.config import Settings
from report_qa.runtime.listening import Listening
from report_qa.ui.contract import Shelf
from report_qa.ui.page import build_page
from report_qa.ui.serving import mount
from report_qa.ui.status.desk import Operations

WAIT_MS = 45_000
"""Longest wait for anything; long, because the machine that runs the tests may have other work."""

expect.set_options(timeout=WAIT_MS)


def free_port() -> int:
    """Return a port nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Site:
    """A served page and the service behind it.

    Args:
        opener: opens the only collection.
        settings: where index and database are.
        shelf: other collections in place of the only one.
        app: what the page is put into, by default an empty application.
        operations: what the status page shows.
    """

    def __init__(
        self,
        opener: Opener,
        settings: Settings | None = None,
        shelf: Shelf | None = None,
        app: FastAPI | None = None,
        operations: Operations | None = None,
    ) -> None:
        self.opener = opener
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}/"
        app = app or FastAPI()
        page = build_page(shelf or OpenerShelf(opener), settings or Settings(), operations=operations)
        mount(page, app, settings=settings or Settings())
        self._listening = Listening(app, "127.0.0.1", self.port)

    @property
    def service(self) -> FakeService:
        """The fake."""
        return self.opener.service

    def close(self) -> None:
        """Stop serving."""
        self._listening.close()


def visit(context: BrowserContext, site: Site, state: str = "ready") -> Page:
    """Open the page and wait until the service is in a state."""
    page = context.new_page()
    page.goto(site.address)
    page.wait_for_selector(f"[data-state={state}]")
    return page
