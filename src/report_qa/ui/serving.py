"""Serving a page: with our look, behind a login where one is set, and without a word to any other machine."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable

import gradio as gr
from fastapi import FastAPI, HTTPException, Request
from gradio.routes import App

from report_qa.config import Settings
from report_qa.ui.files import add_files
from report_qa.ui.texts import BRAND
from report_qa.ui.theme import head, make_theme, style

MAX_WAITING = 64
"""Most actions of all visitors under way at once; who comes then is told that it is busy."""

Login = Callable[[str, str], bool]
"""Tells whether a name and a password belong together."""


def mount(page: gr.Blocks, app: FastAPI, *, settings: Settings | None = None, login: Login | None = None) -> None:
    """Put a page at the root of an application, behind everything that is there already.

    Args:
        page: the page.
        app: the application.
        settings: of the disk only the pictures and page images of their collections can be asked for; None: nothing.
        login: asked of every visitor, where it is given.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    with warnings.catch_warnings():
        # Gradio warns that it does not do for several pages what it is not asked for
        warnings.filterwarnings("ignore", "SSR mode")
        gr.mount_gradio_app(
            app,
            page,
            path="/",
            auth=login,
            auth_message=f"{BRAND.en} · {BRAND.zh}",
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            allowed_paths=[],
            max_file_size=f"{settings.reading.max_file_mb}mb" if settings else None,
            theme=make_theme(),
            css=style(),
            head=head(),
        )
    served: App = app.router.routes[-1].app  # type: ignore[attr-defined]  # it was mounted last

    def require_login(request: Request) -> None:
        # as Gradio itself keeps who has logged in
        names = (f"access-token-{served.cookie_id}", f"access-token-unsecure-{served.cookie_id}")
        tokens = (request.cookies.get(name) for name in names)
        if login is not None and not any(token in served.tokens for token in tokens if token):
            raise HTTPException(401)

    if settings is not None:
        add_files(served, settings, require_login)
