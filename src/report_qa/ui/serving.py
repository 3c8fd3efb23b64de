"""Serving a page: where, with our look, and without a word to any other machine."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from collections.abc import Iterator

import gradio as gr

from report_qa.config import Settings
from report_qa.errors import ReportQAError, Text
from report_qa.ui.files import add_files
from report_qa.ui.theme import head, make_theme, style

logger = logging.getLogger(__name__)

MAX_WAITING = 64
"""Most actions of all visitors under way at once; who comes then is told that it is busy."""


def serve(
    page: gr.Blocks,
    host: str,
    port: int,
    *,
    settings: Settings | None = None,
    block: bool = True,
    open_browser: bool = False,
) -> None:
    """Serve a page; with ``block=False`` return as soon as it listens.

    Args:
        page: what is served.
        host, port: where.
        settings: of the disk only the pictures and page images of their collections can be asked for; None: nothing.
        block: wait until the program is ended.
        open_browser: open the page in the default browser.

    Raises:
        ReportQAError: the port is taken or the address is not of this machine.
    """
    check_port(host, port)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    with _without_proxy_for(host):
        page.launch(
            server_name=host,
            server_port=port,
            inbrowser=open_browser,
            prevent_thread_lock=True,
            share=False,
            quiet=True,
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            max_threads=MAX_WAITING,
            allowed_paths=[],
            max_file_size=f"{settings.reading.max_file_mb}mb" if settings else None,
            theme=make_theme(),
            css=style(),
            head=head(),
        )
    if settings is not None:
        add_files(page.app, settings)
    logger.info("the page is at http://%s:%d", host, port)
    if block:
        page.block_thread()


def check_port(host: str, port: int) -> None:
    """Raise :class:`ReportQAError` if the port is taken or the address is not of this machine."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ReportQAError(
            Text(
                f"Cannot listen on {host}:{port} ({error.strerror}).", f"无法监听 {host}:{port}（{error.strerror}）。"
            ),
            Text(
                "Choose another with --set server.port=7861, or end the program that uses it.",
                "请用 --set server.port=7861 另选端口，或结束占用它的程序。",
            ),
        ) from error


@contextlib.contextmanager
def _without_proxy_for(host: str) -> Iterator[None]:
    # Gradio calls the page itself once it listens; a proxy set for the internet must not get that call
    before = os.environ.get("NO_PROXY")
    os.environ["NO_PROXY"] = ",".join(filter(None, [before, host, "localhost", "127.0.0.1"]))
    try:
        yield
    finally:
        if before is None:
            del os.environ["NO_PROXY"]
        else:
            os.environ["NO_PROXY"] = before
