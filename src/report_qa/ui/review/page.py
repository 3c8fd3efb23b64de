"""The review page: which step of the desk belongs to which component."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.components.navbar import Navbar

from report_qa.config import Settings
from report_qa.errors import ReportQAError, Text
from report_qa.indexing.collections import in_collection
from report_qa.runtime.audit import Audit
from report_qa.ui.opening import Openings
from report_qa.ui.review import render, texts
from report_qa.ui.review.desk import Desk
from report_qa.ui.review.parts import PATH, Parts, Updates, make_parts
from report_qa.ui.review.queue import DeskView, Fields, Filters, Position
from report_qa.ui.texts import Language, language_of


class _Handlers:
    """The steps as Gradio calls them: values of components in, changed components out."""

    def __init__(self, openings: Openings, parts: Parts, settings: Settings) -> None:
        self._openings = openings
        self._parts = parts
        self._settings = settings
        self._desks: dict[str, Desk] = {}
        self._audit = Audit(settings)

    def _desk(self, collection: str) -> Desk:
        """Return the desk of the collection that is asked in the chat, of several the first."""
        name = self._openings.one(collection)
        if name not in self._desks:
            self._desks.setdefault(name, Desk(in_collection(self._settings, name), self._openings.embedder))
        return self._desks[name]

    def _language(self, chosen: str, request: gr.Request) -> Language:
        return language_of(chosen, self._settings.server.language, request.headers.get("accept-language", ""))

    def _shown(self, language: Language, collection: str, look: Callable[[Desk], DeskView]) -> Updates:
        try:
            view = look(self._desk(collection))
        except ReportQAError as error:
            told = Text(error.line("en"), error.line("zh"))
            return {self._parts.notice: render.notice_html(told, True, language)}
        settings = in_collection(self._settings, self._openings.one(collection))
        return self._parts.updates(view, language, settings, keep=view.failed)

    def _labels(self, language: Language, collection: str) -> Updates:
        """Return the labels, and what is wrong where the documents cannot be had."""
        asked = self._openings.one(collection)
        try:
            return self._parts.labels(language, self._desk(collection).documents(), asked)
        except ReportQAError as error:
            told = Text(error.line("en"), error.line("zh"))
            notice = render.notice_html(told, True, language)
            return {**self._parts.labels(language, [], asked), self._parts.notice: notice}

    def greet(self, name: str, chosen: str, collection: str, request: gr.Request) -> Updates:
        language = self._language(chosen, request)
        shown = self._shown(language, collection, lambda desk: desk.look(Filters(by=name), Position()))
        return _joined(shown, self._labels(language, collection), {self._parts.name: gr.update(value=name)})

    def switch(self, state: str, flag: str, document: str, text: str, assigned: str, name: str, position: Position,
               chosen: str, collection: str, request: gr.Request) -> Updates:  # fmt: skip
        language: Language = "en" if self._language(chosen, request) == "zh" else "zh"
        filters = Filters(state, flag, document, text, assigned, name)
        shown = self._shown(language, collection, lambda desk: desk.look(filters, position))
        edited = [*self._parts.fields, self._parts.reason, self._parts.anyway]  # what is being edited stays
        kept = {part: value for part, value in shown.items() if part not in edited}
        return {**_joined(kept, self._labels(language, collection)), self._parts.chosen: language}

    def narrow(self, state: str, flag: str, document: str, text: str, assigned: str, name: str, position: Position,
               chosen: str, collection: str, request: gr.Request) -> Updates:  # fmt: skip
        filters = Filters(state, flag, document, text, assigned, name)
        return self._shown(self._language(chosen, request), collection, lambda desk: desk.look(filters, position))

    def rename(self, state: str, flag: str, document: str, text: str, assigned: str, name: str, position: Position,
               chosen: str, collection: str, request: gr.Request) -> Any:  # fmt: skip
        """List the pairs of another reviewer where those of the name are listed; else leave all as it is."""
        if assigned != "mine":
            return gr.skip()
        return self.narrow(state, flag, document, text, assigned, name, position, chosen, collection, request)

    def pick(self, state: str, flag: str, document: str, text: str, assigned: str, name: str, chosen: str,
             collection: str, event: gr.EventData, request: gr.Request) -> Updates:  # fmt: skip
        filters, number = Filters(state, flag, document, text, assigned, name), int(event.text)
        return self._shown(self._language(chosen, request), collection, lambda desk: desk.pick(filters, number))

    def move(self, steps: int) -> Callable[..., Updates]:
        def moved(state: str, flag: str, document: str, text: str, assigned: str, name: str, position: Position,
                  chosen: str, collection: str, request: gr.Request) -> Updates:  # fmt: skip
            filters = Filters(state, flag, document, text, assigned, name)
            language = self._language(chosen, request)
            return self._shown(language, collection, lambda desk: desk.move(filters, position, steps))

        return moved

    def decide(self, state: str, flag: str, document: str, text: str, assigned: str, name: str, position: Position,
               chosen: str, collection: str, question: str, answer: str, similar: str, negative: str, quote: str,
               anyway: bool, reason: str, to: str, step: str, request: gr.Request) -> Updates:  # fmt: skip
        filters, fields = (
            Filters(state, flag, document, text, assigned, name),
            Fields(question, answer, similar, negative, quote),
        )
        steps: dict[str, Callable[[Desk], DeskView]] = {
            "approve": lambda desk: desk.approve(filters, position, fields, name, anyway=anyway),
            "save": lambda desk: desk.save(filters, position, fields, name),
            "reject": lambda desk: desk.reject(filters, position, reason, name),
            "undo": lambda desk: desk.undo(filters, position, name),
            "assign": lambda desk: desk.assign(filters, position, to, name),
            "bulk": lambda desk: desk.approve_all(filters, position, name),
            "reject_all": lambda desk: desk.reject_all(filters, position, reason, name),
            "assign_all": lambda desk: desk.assign_all(filters, position, to, name),
        }

        def taken(desk: Desk) -> DeskView:
            view = steps[step](desk)
            if not view.failed:
                asked = self._openings.one(collection)
                self._audit.add(name.strip(), f"faq.{step}", f"{asked}/{position.number or ''}")
            return view

        return self._shown(self._language(chosen, request), collection, taken)


def _joined(*many: Updates) -> Updates:
    """Return several updates as one; a label and a value of one component are both kept."""
    joined: Updates = {}
    for updates in many:
        for component, value in updates.items():
            before = joined.get(component)
            if isinstance(before, dict) and isinstance(value, dict):
                value = {**before, **value}
            joined[component] = value
    return joined


def _connect(page: gr.Blocks, parts: Parts, handlers: _Handlers, kept_name: gr.BrowserState) -> None:
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "outputs": parts.all}
    page.load(handlers.greet, [kept_name, parts.chosen, parts.collection], **quiet)
    narrowing = [*parts.filters, parts.position, parts.chosen, parts.collection]
    gr.on(
        [parts.state.input, parts.flag.input, parts.document.input, parts.assigned.input, parts.search.submit,
         parts.search.blur], handlers.narrow, narrowing, **quiet,
    )  # fmt: skip
    gr.on([parts.name.submit, parts.name.blur], handlers.rename, narrowing, **quiet)
    parts.other_language.click(handlers.switch, narrowing, **{**quiet, "outputs": [*parts.all, parts.chosen]})
    parts.queue.pick(handlers.pick, [*parts.filters, parts.chosen, parts.collection], **quiet)
    parts.next.click(handlers.move(1), narrowing, **quiet)
    parts.previous.click(handlers.move(-1), narrowing, **quiet)
    given = [*narrowing, *parts.fields, parts.anyway, parts.reason, parts.to]
    for name in ("approve", "save", "reject", "undo", "assign", "bulk", "reject_all", "assign_all"):
        step = gr.State(name)
        getattr(parts, name).click(handlers.decide, [*given, step], **quiet)
    parts.reason.submit(handlers.decide, [*given, gr.State("reject")], **quiet)
    parts.to.submit(handlers.decide, [*given, gr.State("assign")], **quiet)
    parts.name.change(lambda name: name, parts.name, kept_name, show_progress="hidden", api_visibility="private")


def add_review(page: gr.Blocks, settings: Settings, openings: Openings, storage: str) -> None:
    """Add the review page to a page under ``/review``.

    Args:
        page: what it is added to.
        settings: those without a collection.
        openings: the collections; the one that the visitor asks in the chat is reviewed, of several the first.
        storage: names the entries in the browser's storage.
    """
    with page.route(texts.TITLE.en, PATH, show_in_navbar=False):
        Navbar(visible=False)
        chosen = gr.BrowserState("", storage_key=f"{storage}.language", secret=storage)
        kept_name = gr.BrowserState("", storage_key=f"{storage}.reviewer", secret=storage)
        asked = gr.BrowserState("", storage_key=f"{storage}.collection", secret=storage)
        parts = make_parts(chosen, asked)
        _connect(page, parts, _Handlers(openings, parts, settings), kept_name)
