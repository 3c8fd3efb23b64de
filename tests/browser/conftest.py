"""The page, served in this process, and a real browser before it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pages import WAIT_MS, Site, visit
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from scripted import Opener

CHROMIUM = Path(os.environ.get("TESTS_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, without a window; Playwright's event loop runs in this thread until it ends."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing; install it with: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shared_site() -> Iterator[Site]:
    """One site for all tests of a module."""
    site = Site(Opener())
    yield site
    site.close()


@pytest.fixture
def site(shared_site: Site) -> Site:
    """The site, its service as new."""
    shared_site.service.asked.clear()
    shared_site.service.closed.clear()
    return shared_site


@pytest.fixture
def make_site() -> Iterator[Callable[[Opener], Site]]:
    """Serve a page of one's own."""
    sites: list[Site] = []

    def make(opener: Opener) -> Site:
        sites.append(Site(opener))
        return sites[-1]

    yield make
    for site in sites:
        site.close()


@pytest.fixture
def make_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Give a visitor: storage of their own, and a note of every request that leaves this machine."""
    contexts: list[BrowserContext] = []
    strangers: list[str] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**{"locale": "en-US", "viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(WAIT_MS)
        context.on("request", lambda r: None if _is_ours(r.url) else strangers.append(r.url))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not strangers, f"the page asked other machines: {strangers}"


def _is_ours(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:"))


@pytest.fixture
def page(site: Site, make_context: Callable[..., BrowserContext]) -> Page:
    """An English visitor on the page, which is ready."""
    return visit(make_context(), site)
