"""The library page's components, and which step belongs to which."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.components.navbar import Navbar

from report_qa.config import Settings
from report_qa.documents.readers import SUFFIXES
from report_qa.indexing.collections import DEFAULT
from report_qa.runtime.imports import Imports
from report_qa.ui.contract import Shelf
from report_qa.ui.library import render, texts
from report_qa.ui.library.desk import Desk, DeskView, Incoming
from report_qa.ui.nav import theme_button_html
from report_qa.ui.texts import OTHER_LANGUAGE, Language, collection_name, language_of

PATH = "library"

_REMOVE = """
let wanted = null, opener = null;
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  const dialog = element.querySelector('dialog');
  if (!button || !dialog) return;
  if ('remove' in button.dataset) {
    opener = button;
    wanted = JSON.stringify([button.dataset.of, button.dataset.remove]);
    dialog.querySelector('p').textContent = button.dataset.question;
    dialog.showModal();
    dialog.querySelector('[data-keep]').focus();
  } else if ('keep' in button.dataset) {
    dialog.close();
    if (opener) opener.focus();
  } else if ('confirm' in button.dataset) {
    dialog.close();
    trigger('remove', {text: wanted});
  }
});
"""
_STEP = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-step]');
  if (button) trigger(button.dataset.step === 'replace' ? 'replace' : 'cancel', {text: ''});
});
"""

Updates = dict[Component, Any]


@dataclass(frozen=True)
class Parts:
    """The components of the library page."""

    head: gr.HTML
    other_language: gr.Button
    about: gr.HTML
    add: gr.HTML
    target: gr.Dropdown
    name: gr.Textbox
    upload: gr.UploadButton
    stop: gr.Button
    notice: gr.HTML
    running: gr.HTML
    contents: gr.HTML
    incoming: gr.State
    chosen: gr.BrowserState

    @property
    def all(self) -> list[Component]:
        """Every component, as the outputs of a step that may change any of them."""
        return [getattr(self, name) for name in self.__dataclass_fields__]

    def labels(self, language: Language, *, locked: bool) -> Updates:
        """Return what has to change for the labels to be in a language."""
        return {
            self.head: render.head_html(language),
            self.other_language: gr.update(value=OTHER_LANGUAGE.in_language(language)),
            self.about: render.about_html(language),
            self.add: render.add_html(language, locked=locked),
            self.target: gr.update(label=texts.TARGET.in_language(language), visible=not locked),
            self.name: gr.update(label=texts.NEW_NAME.in_language(language)),
            self.upload: gr.update(label=texts.CHOOSE.in_language(language), visible=not locked),
            self.stop: gr.update(value=texts.STOP.in_language(language)),
        }

    def updates(self, view: DeskView, language: Language) -> Updates:
        """Return what Gradio has to change for a view."""
        changed: Updates = {}
        for name in ("contents", "running", "notice", "incoming"):
            if getattr(view, name) is not None:
                changed[getattr(self, name)] = getattr(view, name)
        if view.busy is not None:
            changed[self.stop] = gr.update(visible=view.busy)
            changed[self.upload] = gr.update(interactive=not view.busy)
        if view.names is not None:
            choices = [(collection_name(name, language), name) for name in view.names]
            target: dict[str, Any] = {"choices": [*choices, (texts.NEW.in_language(language), "")]}
            if view.chosen is not None:
                changed[self.name] = gr.update(visible=False, value="")
                target["value"] = view.chosen
            changed[self.target] = gr.update(**target)
        # Gradio takes an empty answer for a missing one
        return changed or {self.notice: gr.skip()}


def _make_parts(chosen: gr.BrowserState) -> Parts:
    with gr.Column(elem_id="rql-page"):
        with gr.Row(elem_id="rql-head"):
            head = gr.HTML(elem_id="rql-title", js_on_load=None)
            gr.HTML(theme_button_html(), elem_id="rql-theme", js_on_load=None)
            other_language = gr.Button("English", size="sm", elem_id="rql-language", min_width=0)
        with gr.Column(elem_id="rql-body"):
            about = gr.HTML(elem_id="rql-about", js_on_load=None)
            with gr.Column(elem_id="rql-add"):
                add = gr.HTML(js_on_load=None)
                with gr.Row(elem_id="rql-form"):
                    target = gr.Dropdown(
                        [DEFAULT], value=DEFAULT, elem_id="rql-target", min_width=160, filterable=False
                    )
                    name = gr.Textbox(max_lines=1, max_length=64, elem_id="rql-name", min_width=160, visible=False)
                    upload = gr.UploadButton(
                        variant="primary", file_count="multiple", file_types=sorted(SUFFIXES), elem_id="rql-upload",
                        min_width=0, scale=0,
                    )  # fmt: skip
                    stop = gr.Button(variant="stop", elem_id="rql-stop", min_width=0, scale=0, visible=False)
                notice = gr.HTML(elem_id="rql-notice", js_on_load=_STEP)
                running = gr.HTML(elem_id="rql-running", js_on_load=None)
            contents = gr.HTML(elem_id="rql-contents", js_on_load=_REMOVE)
    return Parts(
        head, other_language, about, add, target, name, upload, stop, notice, running, contents,
        gr.State(Incoming("")), chosen,
    )  # fmt: skip


class _Handlers:
    """The steps as Gradio calls them: values of components in, changed components out."""

    def __init__(self, desk: Desk, parts: Parts, configured: str) -> None:
        self._desk = desk
        self._parts = parts
        self._configured = configured

    def _language(self, chosen: str, request: gr.Request) -> Language:
        return language_of(chosen, self._configured, request.headers.get("accept-language", ""))

    def _changes(self, views: Iterator[DeskView], language: Language) -> Iterator[Updates]:
        for view in views:
            yield self._parts.updates(view, language)

    def greet(self, chosen: str, request: gr.Request) -> Iterator[Updates]:
        language = self._language(chosen, request)
        yield self._parts.labels(language, locked=self._desk.locked)
        yield from self._changes(self._desk.look(language), language)

    def switch(self, chosen: str, request: gr.Request) -> Iterator[Updates]:
        language: Language = "en" if self._language(chosen, request) == "zh" else "zh"
        labels = self._parts.labels(language, locked=self._desk.locked)
        yield {**labels, self._parts.chosen: language, self._parts.notice: ""}
        yield from self._changes(self._desk.look(language), language)

    def target(self, target: str) -> Updates:
        return {self._parts.name: gr.update(visible=not target)}

    def upload(
        self, files: list[str] | None, target: str, name: str, chosen: str, request: gr.Request
    ) -> Iterator[Updates]:
        language = self._language(chosen, request)
        yield from self._changes(self._desk.upload(files or [], target, name or "", language), language)

    def replace(self, incoming: Incoming, chosen: str, request: gr.Request) -> Iterator[Updates]:
        language = self._language(chosen, request)
        yield from self._changes(self._desk.take(incoming, language), language)

    def cancel(self, incoming: Incoming) -> Updates:
        return self._parts.updates(self._desk.cancel(incoming), "en")

    def stop(self) -> None:
        self._desk.stop()

    def remove(self, chosen: str, event: gr.EventData, request: gr.Request) -> Updates:
        language = self._language(chosen, request)
        collection, document = json.loads(event.text)
        return self._parts.updates(self._desk.remove(str(collection), str(document), language), language)


def _connect(page: gr.Blocks, parts: Parts, handlers: _Handlers) -> None:
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    loud: dict[str, Any] = {**quiet, "outputs": parts.all}
    greeting = page.load(handlers.greet, [parts.chosen], **loud)
    parts.other_language.click(handlers.switch, [parts.chosen], cancels=[greeting], **loud)
    parts.target.input(handlers.target, [parts.target], **loud)
    parts.upload.upload(handlers.upload, [parts.upload, parts.target, parts.name, parts.chosen], **loud)
    parts.notice.replace(handlers.replace, [parts.incoming, parts.chosen], **loud)
    parts.notice.cancel(handlers.cancel, [parts.incoming], **loud)
    parts.stop.click(handlers.stop, None, None, queue=False, **quiet)
    parts.contents.remove(handlers.remove, [parts.chosen], **loud)


def add_library(page: gr.Blocks, shelf: Shelf, settings: Settings, imports: Imports, storage: str) -> None:
    """Add the library page to a page under ``/library``.

    Args:
        page: what it is added to.
        shelf: the collections.
        settings: those without a collection.
        imports: the queue that what is uploaded goes to.
        storage: names the entries in the browser's storage.
    """
    with page.route(texts.TITLE.en, PATH, show_in_navbar=False):
        Navbar(visible=False)
        chosen = gr.BrowserState("", storage_key=f"{storage}.language", secret=storage)
        parts = _make_parts(chosen)
        _connect(page, parts, _Handlers(Desk(shelf, settings, imports), parts, settings.server.language))
