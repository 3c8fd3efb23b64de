"""The feedback page's components, and which step belongs to which."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.components.navbar import Navbar

from report_qa.config import Settings
from report_qa.errors import ReportQAError, Text
from report_qa.ui.feedback import render, texts
from report_qa.ui.feedback.desk import Desk, Fields
from report_qa.ui.plain import PlainPage, Updates, make_page, notice_html, spoken
from report_qa.ui.texts import Language

PATH = "feedback"
_VISITOR = "page"
"""By whom what is done here is, where the page has no login."""


class _Handlers:
    """The steps as Gradio calls them: values of components in, changed components out."""

    def __init__(self, desk: Desk, page: PlainPage, configured: str) -> None:
        self._desk = desk
        self._page = page
        self._configured = configured

    def _shown(self, language: Language) -> Updates:
        listed, cases = self._page.parts
        try:
            groups, kept = self._desk.waiting(), self._desk.cases()
        except ReportQAError as error:
            return {listed: notice_html(error.line(language), failed=True), cases: ""}
        return {
            listed: render.list_html(groups, language),
            cases: render.cases_html(len(kept), self._desk.dataset(), language),
        }

    def greet(self, chosen: str, request: gr.Request) -> Updates:
        language = spoken(chosen, self._configured, request)
        return {**self._page.labels(PATH, language), **self._shown(language)}

    def switch(self, chosen: str, request: gr.Request) -> Updates:
        language: Language = "en" if spoken(chosen, self._configured, request) == "zh" else "zh"
        shown = {**self._page.labels(PATH, language), **self._shown(language)}
        return {**shown, self._page.notice: "", self._page.chosen: language}

    def draft(self, chosen: str, event: gr.EventData, request: gr.Request) -> Updates:
        number = int(json.loads(event.text)["id"])
        return self._step(chosen, request, lambda by: self._desk.draft(number, by))

    def case(self, chosen: str, event: gr.EventData, request: gr.Request) -> Updates:
        sent = json.loads(event.text)
        fields = None
        if "gold" in sent:
            fields = Fields(sent["gold"], sent["facts"], sent["evidence"], unanswerable="unanswerable" in sent)
        return self._step(chosen, request, lambda by: self._desk.case(int(sent["id"]), by, fields))

    def aside(self, chosen: str, event: gr.EventData, request: gr.Request) -> Updates:
        number = int(json.loads(event.text)["id"])
        return self._step(chosen, request, lambda by: self._desk.aside(number, by))

    def _step(self, chosen: str, request: gr.Request, step: Callable[[str], Text]) -> Updates:
        language = spoken(chosen, self._configured, request)
        try:
            done = step(getattr(request, "username", None) or _VISITOR)
        except ReportQAError as error:
            # the list stays as it is, with what was typed into it
            return {self._page.notice: notice_html(error.line(language), failed=True)}
        return {**self._shown(language), self._page.notice: notice_html(done.in_language(language))}


def add_feedback(page: gr.Blocks, settings: Settings, storage: str) -> None:
    """Add the feedback page to a page under ``/feedback``.

    Args:
        page: what it is added to.
        settings: those without a collection.
        storage: names the entries in the browser's storage.
    """
    with page.route(texts.TITLE.en, PATH, show_in_navbar=False):
        Navbar(visible=False)
        parts = make_page(storage, 2, ("draft", "case", "aside"))
        handlers = _Handlers(Desk(settings), parts, settings.server.language)
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "outputs": parts.all}
        page.load(handlers.greet, [parts.chosen], **quiet)
        parts.other_language.click(handlers.switch, [parts.chosen], **quiet)
        listed = parts.parts[0]
        listed.draft(handlers.draft, [parts.chosen], **quiet)
        listed.case(handlers.case, [parts.chosen], **quiet)
        listed.aside(handlers.aside, [parts.chosen], **quiet)
