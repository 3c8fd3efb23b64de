"""Listening on an address: is it free, who could reach it, and how it is stopped."""

from __future__ import annotations

import ipaddress
import logging
import socket
import threading
import time
import webbrowser
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from report_qa.errors import ReportQAError, Text

logger = logging.getLogger(__name__)

App = Callable[..., Awaitable[None]]
_LEAVE_S = 5
"""Seconds that open connections get when the program is ended."""
_START_S = 30.0


def is_loopback(host: str) -> bool:
    """Return whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


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


class Listening:
    """An application that is being served by a thread of this process.

    Args:
        app: an ASGI application.
        host, port: where to listen.

    Raises:
        ReportQAError: the port is taken or the address is not of this machine.
    """

    def __init__(self, app: App, host: str, port: int) -> None:
        check_port(host, port)
        self.port = port
        self._server = uvicorn.Server(_config(app, host, port))
        self._thread = threading.Thread(target=self._server.run, name="listening", daemon=True)
        self._thread.start()
        end = time.monotonic() + _START_S
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > end:
                raise ReportQAError(
                    Text(f"The server on {host}:{port} did not start.", f"{host}:{port} 上的服务没有启动。"),
                    Text("The log tells why.", "原因见日志。"),
                )
            time.sleep(0.01)

    def close(self) -> None:
        """Stop listening."""
        self._server.should_exit = True
        self._thread.join(_LEAVE_S + 5)


def listen(app: App, host: str, port: int, *, open_browser: bool = False, path: str = "/") -> None:
    """Serve an application until the program is told to end.

    Args:
        app: an ASGI application.
        host, port: where to listen.
        open_browser: whether to show it in the default browser.
        path: what is told and shown of it.

    Raises:
        ReportQAError: the port is taken or the address is not of this machine.
    """
    check_port(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}{path}"
    logger.info("serving at %s", address)
    if open_browser:
        threading.Timer(1.0, webbrowser.open, [address]).start()
    uvicorn.Server(_config(app, host, port)).run()


def _config(app: App, host: str, port: int) -> uvicorn.Config:
    # the log of requests is ours: it has their ids and no addresses with questions in them
    options: dict[str, Any] = {"log_level": "warning", "access_log": False, "server_header": False}
    return uvicorn.Config(app, host, port, timeout_graceful_shutdown=_LEAVE_S, **options)
