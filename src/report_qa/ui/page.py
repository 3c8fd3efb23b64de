"""The page: its parts, which action belongs to which, and how it is served."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.components.navbar import Navbar

from report_qa.config import Settings
from report_qa.evals.evaluations import Evaluations
from report_qa.runtime.database import Database
from report_qa.runtime.imports import Imports
from report_qa.runtime.line import Line
from report_qa.ui import frame, texts
from report_qa.ui.asking import View
from report_qa.ui.chat import Chat
from report_qa.ui.contract import Shelf
from report_qa.ui.evaluation.page import add_evaluation
from report_qa.ui.feedback.page import add_feedback
from report_qa.ui.judging import Judging
from report_qa.ui.library.page import add_library
from report_qa.ui.nav import nav_html, theme_button_html
from report_qa.ui.opening import Openings
from report_qa.ui.review.page import add_review
from report_qa.ui.serving import MAX_WAITING
from report_qa.ui.state import dump, load
from report_qa.ui.status.desk import Operations
from report_qa.ui.status.page import add_status
from report_qa.ui.studio.page import add_studio
from report_qa.ui.texts import Language, language_of

STORAGE = "report-qa"
"""Names this page's entries in the browser's storage.

It is also the key these entries are obfuscated with. It protects nothing: it only has to stay the same, so that a
conversation is still readable after the program was started anew.
"""

# `element` is this component's root, which outlives its contents
_FORWARD = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-do]');
  if (!button) return;
  const actions = {ask: 'ask', retry: 'retry', edit: 'edit', cancel: 'cancel', reopen: 'reopen', judge: 'judge'};
  const form = button.closest('form');
  if (form) {
    event.preventDefault();
    if (!form.reportValidity()) return;
  }
  const text = form ? JSON.stringify(Object.fromEntries(new FormData(form))) : button.dataset.text;
  trigger(actions[button.dataset.do], {text: text || ''});
});
"""
_CHOOSE = """
element.addEventListener('change', (event) => {
  if (event.target.matches('[data-collection]')) trigger('choose', {text: event.target.value});
});
"""

Updates = dict[Component, Any]


@dataclass(frozen=True)
class Parts:
    """The components of the page."""

    header: gr.HTML
    links: gr.HTML
    other_language: gr.Button
    new: gr.Button
    history: gr.HTML
    live: gr.HTML
    welcome: gr.HTML
    status: gr.HTML
    panel: gr.HTML
    notice: gr.HTML
    chooser: gr.HTML
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    hint: gr.HTML
    conversation: gr.BrowserState
    chosen: gr.BrowserState
    collection: gr.BrowserState
    editing: gr.State

    def updates(self, view: View) -> Updates:
        """Return what Gradio has to change for a view."""
        changed: Updates = {}
        for name in ("history", "live", "welcome", "header", "status", "notice", "box", "editing", "chooser",
                     "collection"):  # fmt: skip
            if getattr(view, name) is not None:
                changed[getattr(self, name)] = getattr(view, name)
        if view.conversation is not None:
            changed[self.conversation] = dump(view.conversation)
        if view.busy is not None:
            changed[self.send] = gr.update(visible=not view.busy)
            changed[self.stop] = gr.update(visible=view.busy)
            changed[self.new] = gr.update(interactive=not view.busy)
            changed[self.other_language] = gr.update(interactive=not view.busy)
        # Gradio takes an empty answer for a missing one
        return changed or {self.live: gr.skip()}

    def in_language(self, language: Language) -> Updates:
        """Return what has to change for the labels to be in a language."""
        placeholder = texts.PLACEHOLDER.in_language(language)
        return {
            self.other_language: gr.update(value=texts.OTHER_LANGUAGE.in_language(language)),
            self.links: nav_html("", language),
            self.new: gr.update(value=texts.NEW.in_language(language)),
            self.send: gr.update(value=texts.SEND.in_language(language)),
            self.stop: gr.update(value=texts.STOP.in_language(language)),
            self.box: gr.update(placeholder=placeholder, label=placeholder),
            self.panel: frame.panel_html(language),
            self.hint: texts.HINT.in_language(language),
        }

    @property
    def all(self) -> list[Component]:
        """Every component, as the outputs of an action that may change any of them."""
        return [getattr(self, name) for name in self.__dataclass_fields__]


def _make_parts() -> Parts:
    forward: dict[str, Any] = {"js_on_load": _FORWARD}
    with gr.Column(elem_id="rqa-shell"):
        with gr.Row(elem_id="rqa-head"):
            header = gr.HTML(elem_id="rqa-header", js_on_load=None)
            gr.HTML(theme_button_html(), elem_id="rqa-theme", js_on_load=None)
            links = gr.HTML(elem_id="rqa-links", js_on_load=None)
            other_language = gr.Button("English", size="sm", elem_id="rqa-language", min_width=0)
            new = gr.Button(texts.NEW.en, size="sm", elem_id="rqa-new", min_width=0)
        with gr.Row(elem_id="rqa-body"):
            with gr.Column(elem_id="rqa-main"):
                with gr.Column(elem_id="rqa-scroll"):
                    history = gr.HTML(elem_id="rqa-history", **forward)
                    live = gr.HTML(elem_id="rqa-live", js_on_load=None)
                    welcome = gr.HTML(elem_id="rqa-welcome", **forward)
                    status = gr.HTML(elem_id="rqa-status", **forward)
                with gr.Column(elem_id="rqa-composer"):
                    notice = gr.HTML(elem_id="rqa-notice", **forward)
                    chooser = gr.HTML(elem_id="rqa-chooser", js_on_load=_CHOOSE)
                    with gr.Row(elem_id="rqa-ask"):
                        box = gr.Textbox(
                            lines=1,
                            max_lines=6,
                            container=False,
                            scale=1,
                            elem_id="rqa-box",
                            label=texts.PLACEHOLDER.en,
                        )
                        send = gr.Button(texts.SEND.en, variant="primary", elem_id="rqa-send", min_width=0, scale=0)
                        stop = gr.Button(
                            texts.STOP.en, variant="stop", elem_id="rqa-stop", min_width=0, scale=0, visible=False
                        )
                    hint = gr.HTML(elem_id="rqa-hint", js_on_load=None)
            with gr.Column(elem_id="rqa-side"):
                panel = gr.HTML(elem_id="rqa-panel", js_on_load=None)
    conversation = gr.BrowserState([], storage_key=f"{STORAGE}.conversation", secret=STORAGE)
    chosen = gr.BrowserState("", storage_key=f"{STORAGE}.language", secret=STORAGE)
    collection = gr.BrowserState("", storage_key=f"{STORAGE}.collection", secret=STORAGE)
    return Parts(
        header, links, other_language, new, history, live, welcome, status, panel, notice, chooser, box, send, stop,
        hint, conversation, chosen, collection, gr.State(False),
    )  # fmt: skip


class _Handlers:
    """The actions as Gradio calls them: values of components in, changed components out."""

    def __init__(self, chat: Chat, parts: Parts, configured: str) -> None:
        self._chat = chat
        self._parts = parts
        self._configured = configured

    def _language(self, chosen: str, request: gr.Request) -> Language:
        return language_of(chosen, self._configured, request.headers.get("accept-language", ""))

    def _changes(self, views: Iterator[View]) -> Iterator[Updates]:
        for view in views:
            yield self._parts.updates(view)

    def greet(self, stored: object, chosen: str, collection: str, request: gr.Request) -> Iterator[Updates]:
        language = self._language(chosen, request)
        wanted = request.query_params.get("collection", collection)  # of a link from the library
        yield self._parts.in_language(language)
        yield from self._changes(self._chat.greet(load(stored), language, wanted))

    def switch(self, stored: object, chosen: str, collection: str, request: gr.Request) -> Iterator[Updates]:
        language: Language = "en" if self._language(chosen, request) == "zh" else "zh"
        yield {**self._parts.in_language(language), self._parts.chosen: language, self._parts.notice: ""}
        yield from self._changes(self._chat.greet(load(stored), language, collection))

    def choose(self, stored: object, chosen: str, event: gr.EventData, request: gr.Request) -> Iterator[Updates]:
        yield from self._changes(self._chat.greet(load(stored), self._language(chosen, request), str(event.text)))

    def reopen(self, chosen: str, collection: str, request: gr.Request) -> Iterator[Updates]:
        yield from self._changes(self._chat.reopen(self._language(chosen, request), collection))

    def ask(
        self, question: str, stored: object, chosen: str, collection: str, editing: bool, request: gr.Request
    ) -> Iterator[Updates]:
        language, session = self._language(chosen, request), request.session_hash or ""
        views = self._chat.ask(question, load(stored), language, session, collection, replace_last=editing)
        yield from self._changes(views)

    def ask_example(
        self, stored: object, chosen: str, collection: str, event: gr.EventData, request: gr.Request
    ) -> Iterator[Updates]:
        yield from self.ask(str(event.text), stored, chosen, collection, False, request)

    def retry(self, stored: object, chosen: str, collection: str, request: gr.Request) -> Iterator[Updates]:
        conversation = load(stored)
        if conversation:
            yield from self.ask(conversation[-1].question, stored, chosen, collection, True, request)

    def stop(self, request: gr.Request) -> None:
        self._chat.stop(request.session_hash or "")

    def edit(self, stored: object, chosen: str, collection: str, request: gr.Request) -> Updates:
        return self._parts.updates(self._chat.edit(load(stored), self._language(chosen, request)))

    def judge(self, stored: object, chosen: str, event: gr.EventData, request: gr.Request) -> Updates:
        language = self._language(chosen, request)
        return self._parts.updates(self._chat.judge(str(event.text), load(stored), language))

    def cancel(self) -> Updates:
        return self._parts.updates(self._chat.cancel())

    def restart(self) -> Updates:
        return self._parts.updates(self._chat.restart())


def _connect(page: gr.Blocks, parts: Parts, handlers: _Handlers) -> None:
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    loud: dict[str, Any] = {**quiet, "outputs": parts.all}
    kept: list[Component] = [parts.conversation, parts.chosen, parts.collection]
    greeting = page.load(handlers.greet, kept, **loud)
    parts.other_language.click(handlers.switch, kept, cancels=[greeting], **loud)
    gr.on([parts.send.click, parts.box.submit], handlers.ask, [parts.box, *kept, parts.editing], **loud)
    parts.welcome.ask(handlers.ask_example, kept, **loud)
    parts.history.ask(handlers.ask_example, kept, **loud)
    parts.history.retry(handlers.retry, kept, **loud)
    parts.history.judge(handlers.judge, [parts.conversation, parts.chosen], **loud)
    parts.history.edit(handlers.edit, kept, **loud)
    parts.notice.cancel(handlers.cancel, None, **loud)
    parts.status.reopen(handlers.reopen, [parts.chosen, parts.collection], **loud)
    parts.chooser.choose(handlers.choose, [parts.conversation, parts.chosen], **loud)
    parts.stop.click(handlers.stop, None, None, queue=False, **quiet)
    parts.new.click(handlers.restart, None, **loud)


def build_page(
    shelf: Shelf,
    settings: Settings,
    collection: str = "",
    line: Line | None = None,
    imports: Imports | None = None,
    evaluations: Evaluations | None = None,
    *,
    operations: Operations | None = None,
) -> gr.Blocks:
    """Return the page; a collection is opened when it is first looked at.

    Args:
        shelf: the collections; asked again when a visitor tries again after one could not be opened.
        settings: for the limits and the interface's language.
        collection: what is shown to who has chosen none.
        line: where questions queue; by default the page's own.
        imports: where imports queue; by default the page's own, in the state folder of the settings.
        evaluations: the runs; by default the page's own.
        operations: what the status page shows of the program; without it there is no such page.
    """
    openings = Openings(shelf, collection)
    line = Line() if line is None else line
    page: gr.Blocks
    with gr.Blocks(title=f"{texts.BRAND.en} · {texts.BRAND.zh}", analytics_enabled=False, fill_width=True) as page:
        Navbar(visible=False)
        parts = _make_parts()
        judging = Judging(settings) if settings.server.feedback else None
        count = operations.measures.count_answer if operations else None
        chat = Chat(openings, settings, line, judging=judging, count=count)
        _connect(page, parts, _Handlers(chat, parts, settings.server.language))
    add_library(page, shelf, settings, imports or Imports(shelf, Database(settings)), STORAGE)
    add_review(page, settings, openings, STORAGE)
    add_studio(page, settings, openings, STORAGE)
    add_evaluation(page, settings, openings, evaluations or Evaluations(line), STORAGE)
    add_feedback(page, settings, STORAGE)
    if operations is not None:
        add_status(page, settings, operations, STORAGE)
    page.max_threads = MAX_WAITING
    # the line of askers is ours, because only ours can say how many are ahead; Gradio's must not be in its way
    page.queue(default_concurrency_limit=MAX_WAITING, max_size=MAX_WAITING)
    return page
