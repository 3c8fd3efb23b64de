"""The status page's components, and which step belongs to which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.components.navbar import Navbar

from report_qa.config import Settings
from report_qa.ui.plain import PlainPage, Updates, make_page, spoken
from report_qa.ui.status import render, texts
from report_qa.ui.status.desk import Operations, indexes_of, models_of
from report_qa.ui.texts import Language

PATH = "status"
_TICK_S = 5.0


class _Handlers:
    """The steps as Gradio calls them: values of components in, changed components out."""

    def __init__(self, operations: Operations, settings: Settings, page: PlainPage) -> None:
        self._operations = operations
        self._settings = settings
        self._page = page

    def _language(self, chosen: str, request: gr.Request) -> Language:
        return spoken(chosen, self._settings.server.language, request)

    def _moving(self, language: Language) -> Updates:
        """Return what changes while one looks."""
        known = self._operations
        answers, in_line = known.measures.answers(), known.line.taken
        models = models_of(self._settings, known.loaded())
        _, usage, shown, *_ = self._page.parts
        return {
            usage: render.usage_html(answers, in_line, self._settings.server.queue, language),
            shown: render.models_html(models, language),
        }

    def _all(self, language: Language) -> Iterator[Updates]:
        health, _, _, indexes, listed = self._page.parts
        yield {
            **self._page.labels(PATH, language),
            **self._moving(language),
            health: render.health_html(None, language),
            indexes: render.indexes_html(indexes_of(self._settings), language),
            listed: render.settings_html(self._operations.listing, language),
        }
        yield {health: render.health_html(list(self._operations.examine()), language)}

    def greet(self, chosen: str, request: gr.Request) -> Iterator[Updates]:
        yield from self._all(self._language(chosen, request))

    def switch(self, chosen: str, request: gr.Request) -> Iterator[Updates]:
        language: Language = "en" if self._language(chosen, request) == "zh" else "zh"
        yield {self._page.chosen: language}
        yield from self._all(language)

    def tick(self, chosen: str, request: gr.Request) -> Updates:
        return self._moving(self._language(chosen, request))


def add_status(page: gr.Blocks, settings: Settings, operations: Operations, storage: str) -> None:
    """Add the status page to a page under ``/status``.

    Args:
        page: what it is added to.
        settings: those without a collection.
        operations: what the program knows of itself.
        storage: names the entries in the browser's storage.
    """
    with page.route(texts.TITLE.en, PATH, show_in_navbar=False):
        Navbar(visible=False)
        parts = make_page(storage, 5, ("examine",))
        handlers = _Handlers(operations, settings, parts)
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "outputs": parts.all}
        page.load(handlers.greet, [parts.chosen], **quiet)
        parts.other_language.click(handlers.switch, [parts.chosen], **quiet)
        parts.parts[0].examine(handlers.greet, [parts.chosen], **quiet)
        gr.Timer(_TICK_S).tick(handlers.tick, [parts.chosen], **quiet)
