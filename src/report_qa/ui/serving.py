"""Serving a page: with our look, behind a login where one is set, and without a word to any other machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import gradio as gr
from fastapi import FastAPI

from report_qa.ui.theme import head, make_theme, style

MAX_WAITING = 64
"""Most actions of all visitors under way at once; who comes then is told that it is busy."""

Login = Callable[[str, str], bool]
"""Tells whether a name and a password belong together."""


def mount(page: gr.Blocks, app: FastAPI, *, files: Path | None = None, login: Login | None = None) -> None:
    """Put a page at the root of an application, behind everything that is there already.

    Args:
        page: the page.
        app: the application.
        files: all of the disk that can be asked for.
        login: asked of every visitor, where it is given.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        auth=login,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        allowed_paths=[str(files.resolve())] if files else [],
        theme=make_theme(),
        css=style(),
        head=head(),
    )
