"""The studio page's components, and which step belongs to which."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.components.navbar import Navbar

from report_qa.config import Settings
from report_qa.errors import ReportQAError, Text
from report_qa.faq.exchange.layouts import LAYOUTS
from report_qa.indexing.collections import in_collection
from report_qa.ui.opening import Openings
from report_qa.ui.plain import head_html, make_head
from report_qa.ui.review.parts import PATH as REVIEW
from report_qa.ui.review.render import effort_html, notice_html
from report_qa.ui.studio import render, texts
from report_qa.ui.studio.studio import Studio, Taken
from report_qa.ui.studio.taking import Step
from report_qa.ui.texts import OTHER_LANGUAGE, Language, language_of

PATH = "studio"
_ENDINGS = (".xlsx", ".csv", ".jsonl", ".json")
_TICK_S = 1.0
_SERVE = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-serve]');
  if (button) trigger('serve', {text: button.dataset.serve});
});
"""

Updates = dict[Component, Any]


@dataclass(frozen=True)
class Parts:
    """The components of the studio page."""

    head: gr.HTML
    other_language: gr.Button
    title: gr.HTML
    effort: gr.HTML
    name: gr.Textbox
    notice: gr.HTML
    drafting_title: gr.HTML
    language: gr.Dropdown
    document: gr.Dropdown
    retry: gr.Checkbox
    start: gr.Button
    stop: gr.Button
    progress: gr.HTML
    coverage_title: gr.HTML
    coverage: gr.HTML
    releases_title: gr.HTML
    note: gr.Textbox
    publish: gr.Button
    releases: gr.HTML
    files_title: gr.HTML
    layout: gr.Dropdown
    ending: gr.Dropdown
    export: gr.Button
    exported: gr.File
    upload: gr.File
    import_layout: gr.Dropdown
    dry_run: gr.Checkbox
    take_in: gr.Button
    stop_import: gr.Button
    imported: gr.HTML
    failed_rows: gr.File
    timer: gr.Timer
    chosen: gr.BrowserState
    collection: gr.BrowserState

    @property
    def all(self) -> list[Component]:
        """Every component, as the outputs of a step that may change any of them."""
        return [getattr(self, name) for name in self.__dataclass_fields__ if name not in {"chosen", "collection"}]

    def labels(self, language: Language, documents: list[str]) -> Updates:
        """Return what has to change for the labels to be in a language."""
        say: Callable[[Text], str] = lambda text: text.in_language(language)  # noqa: E731
        labelled = {
            "name": texts.NAME, "retry": texts.RETRY, "note": texts.NOTE, "layout": texts.LAYOUT,
            "ending": texts.ENDING, "upload": texts.IMPORT_FILE, "dry_run": texts.DRY_RUN,
            "exported": texts.EXPORT, "failed_rows": texts.FAILED_ROWS,
        }  # fmt: skip
        buttons = {
            "start": texts.START, "stop": texts.STOP, "publish": texts.PUBLISH, "export": texts.EXPORT,
            "take_in": texts.IMPORT, "stop_import": texts.STOP_IMPORT,
        }  # fmt: skip
        layouts = [(say(texts.BY_HEADER), ""), *((name, name) for name in LAYOUTS)]
        spoken = [(say(text), code) for code, text in texts.LANGUAGES.items()]
        return {
            self.head: head_html(REVIEW, language),
            self.other_language: gr.update(value=OTHER_LANGUAGE.in_language(language)),
            self.drafting_title: render.title_html(texts.DRAFTING, language, texts.DRAFTING_HINT),
            self.coverage_title: render.title_html(texts.COVERAGE, language),
            self.releases_title: render.title_html(texts.RELEASES, language),
            self.files_title: render.title_html(texts.FILES, language),
            self.language: gr.update(label=say(texts.LANGUAGE), choices=spoken),
            self.document: gr.update(label=say(texts.DOCUMENT), choices=[(say(texts.ALL), ""), *documents]),
            self.import_layout: gr.update(label=say(texts.LAYOUT), choices=layouts),
            **{getattr(self, name): gr.update(label=say(text)) for name, text in labelled.items()},
            **{getattr(self, name): gr.update(value=say(text)) for name, text in buttons.items()},
        }


def _make_parts(chosen: gr.BrowserState, collection: gr.BrowserState) -> Parts:
    quiet: dict[str, Any] = {"js_on_load": None}
    with gr.Column(elem_id="rqs-page"):
        head, other_language = make_head()
        with gr.Column(elem_id="rqs-studio"):
            with gr.Row(elem_id="rqs-head"):
                title = gr.HTML(elem_id="rqs-title", **quiet)
                name = gr.Textbox(max_lines=1, elem_id="rqs-name", min_width=120, scale=0)
            effort = gr.HTML(elem_id="rqs-effort", **quiet)
            notice = gr.HTML(elem_id="rqs-notice", **quiet)
            with gr.Column(elem_classes="rqs-card"):
                drafting_title = gr.HTML(**quiet)
                with gr.Row(elem_classes="rqs-row"):
                    language = gr.Dropdown([("", "auto")], value="auto", min_width=140)
                    document = gr.Dropdown([("", "")], value="", min_width=140)
                    retry = gr.Checkbox(min_width=140)
                    start = gr.Button(variant="primary", elem_id="rqs-start")
                    stop = gr.Button(variant="stop", elem_id="rqs-stop", interactive=False)
                progress = gr.HTML(elem_id="rqs-progress", **quiet)
            with gr.Column(elem_classes="rqs-card"):
                releases_title = gr.HTML(**quiet)
                with gr.Row(elem_classes="rqs-row"):
                    note = gr.Textbox(max_lines=1, elem_id="rqs-note", min_width=160)
                    publish = gr.Button(variant="primary", elem_id="rqs-publish")
                releases = gr.HTML(elem_id="rqs-releases", js_on_load=_SERVE)
            with gr.Column(elem_classes="rqs-card"):
                coverage_title = gr.HTML(**quiet)
                coverage = gr.HTML(elem_id="rqs-coverage", **quiet)
            with gr.Column(elem_classes="rqs-card"):
                files_title = gr.HTML(**quiet)
                with gr.Row(elem_classes="rqs-row"):
                    layout = gr.Dropdown(list(LAYOUTS), value="report-qa", min_width=140)
                    ending = gr.Dropdown(list(_ENDINGS), value=_ENDINGS[0], min_width=100)
                    export = gr.Button(elem_id="rqs-export")
                exported = gr.File(visible=False, interactive=False, elem_id="rqs-exported")
                with gr.Row(elem_classes="rqs-row"):
                    upload = gr.File(elem_id="rqs-upload", height=120, min_width=220)
                    import_layout = gr.Dropdown([("", "")], value="", min_width=140)
                    dry_run = gr.Checkbox(min_width=140, elem_id="rqs-dry-run")
                    take_in = gr.Button(elem_id="rqs-import")
                stop_import = gr.Button(variant="stop", elem_id="rqs-stop-import", visible=False)
                imported = gr.HTML(elem_id="rqs-imported", **quiet)
                failed_rows = gr.File(visible=False, interactive=False)
    return Parts(
        head, other_language, title,
        effort, name, notice, drafting_title, language, document, retry, start, stop, progress, coverage_title,
        coverage, releases_title, note, publish, releases, files_title, layout, ending, export, exported, upload,
        import_layout, dry_run, take_in, stop_import, imported, failed_rows, gr.Timer(_TICK_S, active=False), chosen,
        collection,
    )  # fmt: skip


class _Handlers:
    """The steps as Gradio calls them: values of components in, changed components out."""

    def __init__(self, openings: Openings, parts: Parts, settings: Settings) -> None:
        self._openings = openings
        self._parts = parts
        self._settings = settings
        self._studios: dict[str, Studio] = {}

    def _studio(self, collection: str) -> Studio:
        """Return the studio of the collection that is asked in the chat, of several the first."""
        name = self._openings.one(collection)
        if name not in self._studios:
            made = Studio(in_collection(self._settings, name), self._openings.of(name), self._openings.embedder)
            self._studios.setdefault(name, made)  # another visitor may have been quicker
        return self._studios[name]

    def _language(self, chosen: str, request: gr.Request) -> Language:
        return language_of(chosen, self._settings.server.language, request.headers.get("accept-language", ""))

    def _told(self, error: ReportQAError, language: Language) -> Updates:
        return {self._parts.notice: notice_html(Text(error.line("en"), error.line("zh")), True, language)}

    def _overview(self, language: Language, collection: str) -> Updates:
        name = self._openings.one(collection)
        try:
            found = self._studio(collection).overview()
        except ReportQAError as error:
            return {self._parts.title: render.page_title_html(name, 0, language), **self._told(error, language)}
        return {
            self._parts.title: render.page_title_html(name, found.waiting, language),
            self._parts.effort: effort_html(found.effort, self._settings.faq.hand_minutes, language),
            self._parts.coverage: render.coverage_html(found.sections, language),
            self._parts.releases: render.releases_html(found.releases, found.ready, language),
        }

    def _progress(self, language: Language, collection: str) -> Updates:
        progress = self._studio(collection).drafting.progress
        return {
            self._parts.progress: render.progress_html(progress, self._settings.faq, language),
            self._parts.start: gr.update(interactive=not progress.running),
            self._parts.stop: gr.update(interactive=progress.running and not progress.stopping),
            self._parts.timer: gr.Timer(active=progress.running),
        }

    def greet(self, name: str, chosen: str, collection: str, request: gr.Request) -> Updates:
        language = self._language(chosen, request)
        labels = self._parts.labels(language, self._studio(collection).documents())
        overview = self._overview(language, collection)
        moving = self._progress(language, collection)  # last, since the overview takes a while
        for part in (self._parts.start, self._parts.stop):
            moving[part] = {**labels[part], **moving[part]}
        named: Updates = {self._parts.name: {**labels[self._parts.name], **gr.update(value=name)}}
        return {**labels, **overview, **moving, **named}

    def switch(self, name: str, chosen: str, collection: str, request: gr.Request) -> Updates:
        language: Language = "en" if self._language(chosen, request) == "zh" else "zh"
        return {**self.greet(name, language, collection, request), self._parts.chosen: language}

    def draft(
        self, spoken: str, document: str, retry: bool, chosen: str, collection: str, request: gr.Request
    ) -> Updates:
        self._studio(collection).draft(spoken, document, retry=retry)
        return {**self._progress(self._language(chosen, request), collection), self._parts.notice: ""}

    def stop(self, chosen: str, collection: str, request: gr.Request) -> Updates:
        self._studio(collection).drafting.stop()
        return self._progress(self._language(chosen, request), collection)

    def tick(self, chosen: str, collection: str, request: gr.Request) -> Updates:
        language = self._language(chosen, request)
        shown = self._progress(language, collection)
        running = self._studio(collection).drafting.progress.running
        return shown if running else {**shown, **self._overview(language, collection)}

    def publish(self, note: str, name: str, chosen: str, collection: str, request: gr.Request) -> Updates:
        language = self._language(chosen, request)
        return self._step(language, collection, lambda studio: studio.publish(note, name))

    def serve(self, name: str, chosen: str, collection: str, event: gr.EventData, request: gr.Request) -> Updates:
        number = int(event.text)
        language = self._language(chosen, request)
        return self._step(language, collection, lambda studio: studio.serve(number, name))

    def _step(self, language: Language, collection: str, step: Callable[[Studio], Text]) -> Updates:
        try:
            done = step(self._studio(collection))
        except ReportQAError as error:
            return self._told(error, language)
        return {**self._overview(language, collection), self._parts.notice: notice_html(done, False, language)}

    def export(self, layout: str, ending: str, chosen: str, collection: str, request: gr.Request) -> Updates:
        try:
            path = self._studio(collection).export(layout, ending)
        except ReportQAError as error:
            return self._told(error, self._language(chosen, request))
        return {self._parts.exported: gr.update(value=str(path), visible=True), self._parts.notice: ""}

    def take_in(self, file: str | None, layout: str, dry_run: bool, name: str, chosen: str,
                collection: str, request: gr.Request) -> Iterator[Updates]:  # fmt: skip
        language = self._language(chosen, request)
        if file is None:
            yield {self._parts.notice: notice_html(texts.NO_FILE, True, language)}
            return
        try:
            for step in self._studio(collection).take_in(Path(file), layout, name, dry_run=dry_run):
                yield self._taking(step, dry_run, language, collection)
        except ReportQAError as error:
            yield {**self._told(error, language), **self._importing(False), self._parts.imported: ""}

    def _importing(self, running: bool) -> Updates:
        return {
            self._parts.stop_import: gr.update(visible=running),
            self._parts.take_in: gr.update(interactive=not running),
        }

    def _taking(self, step: Step | Taken, dry_run: bool, language: Language, collection: str) -> Updates:
        """Return how far an import is, or what became of it."""
        if isinstance(step, Step):
            shown = render.taking_html(step.done, step.total, language)
            return {**self._importing(True), self._parts.imported: shown, self._parts.notice: ""}
        report, failed = step.report, step.failed
        return {
            **self._overview(language, collection),
            **self._importing(False),
            self._parts.imported: render.import_html(report, dry_run=dry_run, language=language),
            self._parts.failed_rows: gr.update(value=str(failed) if failed else None, visible=failed is not None),
            self._parts.notice: "",
        }

    def stop_import(self, collection: str) -> None:
        self._studio(collection).taking.stop()


def _connect(page: gr.Blocks, parts: Parts, handlers: _Handlers, kept_name: gr.BrowserState) -> None:
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "outputs": parts.all}
    seen: list[Component] = [parts.chosen, parts.collection]
    page.load(handlers.greet, [kept_name, *seen], **quiet)
    parts.other_language.click(handlers.switch, [parts.name, *seen], **{**quiet, "outputs": [*parts.all, parts.chosen]})
    parts.start.click(handlers.draft, [parts.language, parts.document, parts.retry, *seen], **quiet)
    parts.stop.click(handlers.stop, seen, **quiet)
    parts.timer.tick(handlers.tick, seen, **quiet)
    parts.publish.click(handlers.publish, [parts.note, parts.name, *seen], **quiet)
    parts.releases.serve(handlers.serve, [parts.name, *seen], **quiet)
    parts.export.click(handlers.export, [parts.layout, parts.ending, *seen], **quiet)
    given = [parts.upload, parts.import_layout, parts.dry_run, parts.name, *seen]
    parts.take_in.click(handlers.take_in, given, **quiet)
    parts.stop_import.click(handlers.stop_import, [parts.collection], queue=False, **{**quiet, "outputs": None})
    parts.name.change(lambda name: name, parts.name, kept_name, show_progress="hidden", api_visibility="private")


def add_studio(page: gr.Blocks, settings: Settings, openings: Openings, storage: str) -> None:
    """Add the studio to a page under ``/studio``.

    Args:
        page: what it is added to.
        settings: those without a collection.
        openings: the collections; it is about the one that the visitor asks in the chat, of several the first.
        storage: names the entries in the browser's storage.
    """
    with page.route(texts.TITLE.en, PATH, show_in_navbar=False):
        Navbar(visible=False)
        chosen = gr.BrowserState("", storage_key=f"{storage}.language", secret=storage)
        kept_name = gr.BrowserState("", storage_key=f"{storage}.reviewer", secret=storage)
        asked = gr.BrowserState("", storage_key=f"{storage}.collection", secret=storage)
        parts = _make_parts(chosen, asked)
        _connect(page, parts, _Handlers(openings, parts, settings), kept_name)
