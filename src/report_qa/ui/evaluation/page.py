"""The evaluation page's components, and which step belongs to which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.components.navbar import Navbar

from report_qa.config import Settings
from report_qa.errors import ReportQAError
from report_qa.evals.evaluations import Evaluations, system_key
from report_qa.evals.folder import OURS, SYSTEMS
from report_qa.evals.runs import RunState
from report_qa.runtime.audit import Audit
from report_qa.ui.evaluation import render, texts
from report_qa.ui.nav import theme_button_html
from report_qa.ui.opening import Openings
from report_qa.ui.texts import OTHER_LANGUAGE, Language, language_of

PATH = "evaluation"
_TICK_S = 1.0
_VISITOR = "page"
"""By whom what is done here is, where the page has no accounts."""
_CHOOSE = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if ('read' in button.dataset) trigger('read', {text: button.dataset.read});
  else if ('goon' in button.dataset) trigger('goon', {text: button.dataset.goon});
});
"""
# the frame is in the page a moment after the step is over
_TO_REPORT = """() => setTimeout(() => {
  const heading = document.querySelector('.rqe-report h2');
  if (heading) { heading.focus({preventScroll: true}); heading.scrollIntoView(); }
}, 100)"""

Updates = dict[Component, Any]


@dataclass(frozen=True)
class Parts:
    """The components of the evaluation page."""

    head: gr.HTML
    other_language: gr.Button
    about: gr.HTML
    new_title: gr.HTML
    upload: gr.UploadButton
    dataset: gr.Dropdown
    systems: gr.CheckboxGroup
    limit: gr.Number
    name: gr.Textbox
    start: gr.Button
    stop: gr.Button
    notice: gr.HTML
    progress: gr.HTML
    runs_title: gr.HTML
    runs: gr.HTML
    report: gr.HTML
    compare_title: gr.HTML
    before: gr.Dropdown
    after: gr.Dropdown
    compare: gr.Button
    compared: gr.HTML
    timer: gr.Timer
    chosen: gr.BrowserState
    collection: gr.BrowserState

    @property
    def all(self) -> list[Component]:
        """Every component, as the outputs of a step that may change any of them."""
        return [getattr(self, name) for name in self.__dataclass_fields__ if name != "collection"]

    def labels(self, language: Language, collection: str) -> Updates:
        """Return what has to change for the labels to be in a language."""
        fields = {
            "dataset": texts.DATASET, "limit": texts.LIMIT, "name": texts.NAME, "before": texts.BEFORE,
            "after": texts.AFTER,
        }  # fmt: skip
        buttons = {"start": texts.START, "stop": texts.STOP, "compare": texts.COMPARE_BUTTON}
        systems = [(texts.SYSTEM_NAMES[name].in_language(language), name) for name in SYSTEMS]
        return {
            self.head: render.head_html(language),
            self.other_language: gr.update(value=OTHER_LANGUAGE.in_language(language)),
            self.about: render.about_html(language),
            self.new_title: render.new_html(collection, language),
            self.runs_title: render.title_html(texts.RUNS, language),
            self.compare_title: render.title_html(texts.COMPARE, language, texts.COMPARE_HINT),
            self.upload: gr.update(label=texts.UPLOAD.in_language(language)),
            self.systems: gr.update(label=texts.SYSTEMS.in_language(language), choices=systems),
            **{getattr(self, name): gr.update(label=text.in_language(language)) for name, text in fields.items()},
            **{getattr(self, name): gr.update(value=text.in_language(language)) for name, text in buttons.items()},
        }


def _make_parts(chosen: gr.BrowserState, collection: gr.BrowserState) -> Parts:
    quiet: dict[str, Any] = {"js_on_load": None}
    choice: dict[str, Any] = {"choices": [("–", "")], "value": "", "filterable": False, "min_width": 180}
    small: dict[str, Any] = {"min_width": 0, "scale": 0}
    with gr.Column(elem_id="rqe-page"):
        with gr.Row(elem_id="rqe-head"):
            head = gr.HTML(elem_id="rqe-title", **quiet)
            gr.HTML(theme_button_html(), elem_id="rqe-theme", **quiet)
            other_language = gr.Button("English", size="sm", elem_id="rqe-language", min_width=0)
        with gr.Column(elem_id="rqe-body"):
            about = gr.HTML(elem_id="rqe-about", **quiet)
            with gr.Column(elem_classes="rqe-card"):
                new_title = gr.HTML(**quiet)
                upload = gr.UploadButton(file_types=[".jsonl"], elem_id="rqe-upload", elem_classes="rqe-plain", **small)
                with gr.Row(elem_classes="rqe-form"):
                    dataset = gr.Dropdown(elem_id="rqe-dataset", **choice)
                    limit = gr.Number(0, minimum=0, precision=0, elem_id="rqe-limit", min_width=140)
                    name = gr.Textbox(max_lines=1, max_length=64, elem_id="rqe-name", min_width=180)
                systems = gr.CheckboxGroup(
                    [(text.en, name) for name, text in texts.SYSTEM_NAMES.items()], value=[OURS], elem_id="rqe-systems"
                )
                with gr.Row(elem_classes="rqe-form"):
                    start = gr.Button(variant="primary", elem_id="rqe-start", **small)
                    stop = gr.Button(variant="stop", elem_id="rqe-stop", visible=False, **small)
                notice = gr.HTML(elem_id="rqe-notice", **quiet)
                progress = gr.HTML(elem_id="rqe-progress", **quiet)
            with gr.Column(elem_classes="rqe-card"):
                runs_title = gr.HTML(**quiet)
                runs = gr.HTML(elem_id="rqe-runs", js_on_load=_CHOOSE)
            report = gr.HTML(elem_id="rqe-report", **quiet)
            with gr.Column(elem_classes="rqe-card"):
                compare_title = gr.HTML(**quiet)
                with gr.Row(elem_classes="rqe-form"):
                    before = gr.Dropdown(elem_id="rqe-before", **choice)
                    after = gr.Dropdown(elem_id="rqe-after", **choice)
                    compare = gr.Button(elem_id="rqe-compare", elem_classes="rqe-plain", **small)
                compared = gr.HTML(elem_id="rqe-compared", **quiet)
    return Parts(
        head, other_language, about, new_title, upload, dataset, systems, limit, name, start, stop, notice, progress,
        runs_title, runs, report, compare_title, before, after, compare, compared, gr.Timer(_TICK_S, active=False),
        chosen, collection,
    )  # fmt: skip


class _Handlers:
    """The steps as Gradio calls them: values of components in, changed components out."""

    def __init__(self, evaluations: Evaluations, openings: Openings, parts: Parts, settings: Settings) -> None:
        self._audit = Audit(settings)
        self._evaluations = evaluations
        self._openings = openings
        self._parts = parts
        self._configured = settings.server.language

    def _language(self, chosen: str, request: gr.Request) -> Language:
        return language_of(chosen, self._configured, request.headers.get("accept-language", ""))

    def _told(self, error: ReportQAError, language: Language) -> Updates:
        return {self._parts.notice: render.notice_html(error.line(language), failed=True)}

    def _moving(self, language: Language) -> Updates:
        progress = self._evaluations.measuring.progress
        return {
            self._parts.progress: render.progress_html(progress, language),
            self._parts.start: gr.update(interactive=not progress.running),
            self._parts.stop: gr.update(visible=progress.running, interactive=not progress.stopping),
            self._parts.timer: gr.Timer(active=progress.running),
        }

    def _listed(self, runs: Sequence[RunState], language: Language) -> Updates:
        progress = self._evaluations.measuring.progress
        return {self._parts.runs: render.runs_html(runs, progress.name if progress.running else "", language)}

    def _choices(self, runs: Sequence[RunState], language: Language) -> Updates:
        """Return what can be run and what can be compared."""
        named = texts.DATASET_CASES.in_language(language)
        datasets = [(named.format(name=d.name, n=d.cases), d.key) for d in self._evaluations.datasets(runs)]
        pairs = [(f"{run.name} · {system}", system_key(run.name, system)) for run in runs for system in run.finished]
        parts = self._parts
        return {
            parts.dataset: gr.update(choices=[("–", ""), *datasets]),
            parts.before: gr.update(choices=[("–", ""), *pairs]),
            parts.after: gr.update(choices=[("–", ""), *pairs]),
        }

    def _all(self, language: Language) -> Updates:
        runs = self._evaluations.runs()
        return {**self._moving(language), **self._listed(runs, language), **self._choices(runs, language)}

    def greet(self, chosen: str, collection: str, request: gr.Request) -> Updates:
        language = self._language(chosen, request)
        return _joined(self._parts.labels(language, self._openings.chosen(collection)), self._all(language))

    def switch(self, chosen: str, collection: str, request: gr.Request) -> Updates:
        language: Language = "en" if self._language(chosen, request) == "zh" else "zh"
        shown = _joined(self._parts.labels(language, self._openings.chosen(collection)), self._all(language))
        # what was told and shown in the other language is not told again
        cleared: Updates = dict.fromkeys((self._parts.notice, self._parts.report, self._parts.compared), "")
        return {**shown, **cleared, self._parts.chosen: language}

    def upload(self, file: str | None, chosen: str, request: gr.Request) -> Updates:
        language = self._language(chosen, request)
        if file is None:
            return {self._parts.notice: ""}
        try:
            dataset = self._evaluations.upload(Path(file))
        except ReportQAError as error:
            return self._told(error, language)
        told = texts.UPLOADED.in_language(language).format(name=dataset.name, n=dataset.cases)
        choices = self._choices(self._evaluations.runs(), language)[self._parts.dataset]
        return {
            self._parts.notice: render.notice_html(told),
            self._parts.dataset: {**choices, "value": dataset.key},
        }

    def start(self, key: str, systems: list[str], limit: float | None, name: str, chosen: str, collection: str,
              request: gr.Request) -> Updates:  # fmt: skip
        language = self._language(chosen, request)
        opening = self._openings.of(self._openings.chosen(collection))
        try:
            begun = self._evaluations.start(key or "", systems, int(limit or 0), name or "", language, opening)
            self._audit.add(_VISITOR, "evaluation.start", begun)
        except ReportQAError as error:
            return {**self._moving(language), **self._told(error, language)}
        return {**self._all(language), self._parts.notice: ""}

    def go_on(self, chosen: str, collection: str, event: gr.EventData, request: gr.Request) -> Updates:
        language = self._language(chosen, request)
        opening = self._openings.of(self._openings.chosen(collection))
        try:
            self._evaluations.go_on(str(event.text), language, opening)
            self._audit.add(_VISITOR, "evaluation.resume", str(event.text))
        except ReportQAError as error:
            return {**self._moving(language), **self._told(error, language)}
        return {**self._all(language), self._parts.notice: ""}

    def stop(self, chosen: str, request: gr.Request) -> Updates:
        self._evaluations.measuring.stop()
        self._audit.add(_VISITOR, "evaluation.stop", self._evaluations.measuring.progress.name)
        return self._moving(self._language(chosen, request))

    def tick(self, chosen: str, request: gr.Request) -> Updates:
        language = self._language(chosen, request)
        if self._evaluations.measuring.progress.running:
            return {**self._moving(language), **self._listed(self._evaluations.runs(), language)}
        return self._all(language)

    def read(self, chosen: str, event: gr.EventData, request: gr.Request) -> Updates:
        language = self._language(chosen, request)
        try:
            self._evaluations.require(str(event.text))
        except ReportQAError as error:
            return {self._parts.report: render.notice_html(error.line(language), failed=True)}
        return {self._parts.report: render.report_html(str(event.text), language)}

    def compare(self, before: str, after: str, chosen: str, request: gr.Request) -> Updates:
        language = self._language(chosen, request)
        try:
            compared = self._evaluations.compare(before or "", after or "")
        except ReportQAError as error:
            return {self._parts.compared: render.notice_html(error.line(language), failed=True)}
        return {self._parts.compared: render.compared_html(compared, language)}


def _joined(labels: Updates, rest: Updates) -> Updates:
    """Return both; the label and the state of one component are both kept."""
    joined = dict(labels)
    for component, value in rest.items():
        before = joined.get(component)
        joined[component] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value
    return joined


def _connect(page: gr.Blocks, parts: Parts, handlers: _Handlers) -> None:
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "outputs": parts.all}
    seen: list[Component] = [parts.chosen, parts.collection]
    page.load(handlers.greet, seen, **quiet)
    parts.other_language.click(handlers.switch, seen, **quiet)
    parts.upload.upload(handlers.upload, [parts.upload, parts.chosen], **quiet)
    given = [parts.dataset, parts.systems, parts.limit, parts.name, *seen]
    parts.start.click(handlers.start, given, **quiet)
    parts.stop.click(handlers.stop, [parts.chosen], **quiet)
    parts.timer.tick(handlers.tick, [parts.chosen], **quiet)
    parts.runs.goon(handlers.go_on, seen, **quiet)
    parts.runs.read(handlers.read, [parts.chosen], **quiet).then(None, js=_TO_REPORT, api_visibility="private")
    parts.compare.click(handlers.compare, [parts.before, parts.after, parts.chosen], **quiet)


def add_evaluation(
    page: gr.Blocks, settings: Settings, openings: Openings, evaluations: Evaluations, storage: str
) -> None:
    """Add the evaluation page to a page under ``/evaluation``.

    Args:
        page: what it is added to.
        settings: those without a collection.
        openings: the collections; the one that the visitor asks in the chat is measured.
        evaluations: the runs, those of the API too.
        storage: names the entries in the browser's storage.
    """
    with page.route(texts.TITLE.en, PATH, show_in_navbar=False):
        Navbar(visible=False)
        chosen = gr.BrowserState("", storage_key=f"{storage}.language", secret=storage)
        asked = gr.BrowserState("", storage_key=f"{storage}.collection", secret=storage)
        parts = _make_parts(chosen, asked)
        _connect(page, parts, _Handlers(evaluations, openings, parts, settings))
