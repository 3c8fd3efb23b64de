"""The review page's components, and which step belongs to which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.components.navbar import Navbar

from report_qa.config import Settings
from report_qa.errors import ReportQAError, Text
from report_qa.faq.flags import FLAGS
from report_qa.faq.records import STATE_NAMES, State
from report_qa.indexing.collections import collection_of, in_collection
from report_qa.runtime.audit import Audit
from report_qa.ui.opening import Openings
from report_qa.ui.plain import head_html, make_head
from report_qa.ui.review import render, texts
from report_qa.ui.review.desk import Desk, DeskView, Fields, Filters, Position, bulk, together
from report_qa.ui.texts import OTHER_LANGUAGE, Language, language_of

PATH = "review"

_PICK = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-pick]');
  if (button) trigger('pick', {text: button.dataset.pick});
});
"""

Updates = dict[Component, Any]


@dataclass(frozen=True)
class Parts:
    """The components of the review page."""

    head: gr.HTML
    other_language: gr.Button
    title: gr.HTML
    name: gr.Textbox
    state: gr.Dropdown
    flag: gr.Dropdown
    document: gr.Dropdown
    search: gr.Textbox
    effort: gr.HTML
    queue: gr.HTML
    bulk: gr.Button
    reject_all: gr.Button
    pair: gr.HTML
    question: gr.Textbox
    answer: gr.Textbox
    similar: gr.Textbox
    negative: gr.Textbox
    quote: gr.Textbox
    approve: gr.Button
    anyway: gr.Checkbox
    save: gr.Button
    reason: gr.Textbox
    reject: gr.Button
    previous: gr.Button
    next: gr.Button
    undo: gr.Button
    notice: gr.HTML
    source: gr.HTML
    history: gr.HTML
    position: gr.State
    chosen: gr.BrowserState
    collection: gr.BrowserState

    @property
    def filters(self) -> list[Component]:
        """What narrows the queue."""
        return [self.state, self.flag, self.document, self.search]

    @property
    def fields(self) -> list[Component]:
        """What can be edited."""
        return [self.question, self.answer, self.similar, self.negative, self.quote]

    @property
    def all(self) -> list[Component]:
        """Every component, as the outputs of a step that may change any of them."""
        return [getattr(self, name) for name in self.__dataclass_fields__ if name not in {"chosen", "collection"}]

    def labels(self, language: Language, documents: list[str], collection: str) -> Updates:
        """Return what has to change for the labels to be in a language."""
        say: Callable[[Text], str] = lambda text: text.in_language(language)  # noqa: E731
        states = [(say(texts.OPEN), "open"), (say(texts.ALL), "")]
        states += [(say(STATE_NAMES[state]), state.value) for state in State]
        flags = [(say(texts.ANY), ""), *((say(found.text), code) for code, found in FLAGS.items())]
        named = {
            "name": texts.NAME, "search": texts.SEARCH, "question": texts.QUESTION, "answer": texts.ANSWER,
            "similar": texts.SIMILAR, "negative": texts.NEGATIVE, "quote": texts.QUOTE, "reason": texts.REASON,
            "anyway": texts.ANYWAY,
        }  # fmt: skip
        buttons = {
            "approve": texts.APPROVE, "save": texts.SAVE, "reject": texts.REJECT, "previous": texts.PREVIOUS,
            "next": texts.NEXT, "undo": texts.UNDO,
        }  # fmt: skip
        return {
            self.head: head_html(PATH, language),
            self.other_language: gr.update(value=OTHER_LANGUAGE.in_language(language)),
            self.title: render.title_html(collection, language),
            self.state: gr.update(label=say(texts.STATE), choices=states),
            self.flag: gr.update(label=say(texts.FLAG), choices=flags),
            self.document: gr.update(label=say(texts.DOCUMENT), choices=[(say(texts.ALL), ""), *documents]),
            **{getattr(self, name): gr.update(label=say(text)) for name, text in named.items()},
            **{getattr(self, name): gr.update(value=say(text)) for name, text in buttons.items()},
        }

    def updates(self, view: DeskView, language: Language, settings: Settings, *, keep: bool) -> Updates:
        """Return what Gradio has to change for a view; with ``keep`` the boxes stay as they are."""
        unflagged, waiting = len(bulk(view.queue)), len(together(view.queue))
        changed: Updates = {
            self.queue: render.queue_html(view.queue, view.position.number, language),
            self.bulk: gr.update(
                value=texts.BULK.in_language(language).format(n=unflagged), interactive=bool(unflagged), visible=True
            ),
            self.reject_all: gr.update(
                value=texts.BULK_REJECT.in_language(language).format(n=waiting), interactive=bool(waiting), visible=True
            ),
            self.pair: render.pair_html(view.pair, language),
            self.source: render.source_html(view.pair, view.place, collection_of(settings)[0], language),
            self.history: render.history_html(view.changes, language),
            self.effort: render.effort_html(view.effort, settings.faq.hand_minutes, language),
            self.notice: render.notice_html(view.notice, view.failed, language),
        }
        if keep:
            return changed
        fields = Fields.of(view.pair) if view.pair else Fields("", "", "", "", "")
        boxes = {getattr(self, name): gr.update(value=getattr(fields, name)) for name in Fields.__dataclass_fields__}
        emptied = {self.reason: gr.update(value=""), self.anyway: gr.update(value=False)}
        return {**changed, **boxes, **emptied, self.position: view.position}


def _make_parts(chosen: gr.BrowserState, collection: gr.BrowserState) -> Parts:
    with gr.Column(elem_id="rqf-desk"):
        head, other_language = make_head()
        with gr.Row(elem_id="rqf-head"):
            title = gr.HTML(elem_id="rqf-title", js_on_load=None)
            effort = gr.HTML(elem_id="rqf-effort", js_on_load=None)
            name = gr.Textbox(max_lines=1, elem_id="rqf-name", min_width=120, scale=0)
        with gr.Row(elem_id="rqf-filters"):
            state = gr.Dropdown([("", "open")], value="open", min_width=120)
            flag = gr.Dropdown([("", "")], value="", min_width=120)
            document = gr.Dropdown([("", "")], value="", min_width=120)
            search = gr.Textbox(max_lines=1, min_width=120)
        with gr.Row(elem_id="rqf-body"):
            with gr.Column(elem_id="rqf-list", min_width=200):
                many = gr.Button(size="sm", elem_id="rqf-bulk", visible=False)
                none = gr.Button(size="sm", elem_id="rqf-bulk-reject", visible=False)
                queue = gr.HTML(elem_id="rqf-queue", js_on_load=_PICK)
            with gr.Column(elem_id="rqf-pair", min_width=320):
                pair = gr.HTML(elem_id="rqf-facts", js_on_load=None)
                question = gr.Textbox(lines=1, max_lines=4, elem_id="rqf-question")
                answer = gr.Textbox(lines=2, max_lines=10, elem_id="rqf-answer")
                with gr.Row(elem_id="rqf-steps"):
                    approve = gr.Button(variant="primary", elem_id="rqf-approve", min_width=90)
                    save = gr.Button(elem_id="rqf-save", min_width=90)
                    previous = gr.Button(elem_id="rqf-previous", min_width=90)
                    following = gr.Button(elem_id="rqf-next", min_width=90)
                    undo = gr.Button(elem_id="rqf-undo", min_width=90)
                notice = gr.HTML(elem_id="rqf-notice", js_on_load=None)
                anyway = gr.Checkbox(elem_id="rqf-anyway")
                with gr.Row(elem_id="rqf-rejecting"):
                    reason = gr.Textbox(max_lines=1, elem_id="rqf-reason", scale=3, min_width=160)
                    reject = gr.Button(variant="stop", elem_id="rqf-reject", min_width=90, scale=1)
                similar = gr.Textbox(lines=2, max_lines=8)
                negative = gr.Textbox(lines=1, max_lines=8)
                quote = gr.Textbox(lines=1, max_lines=6, elem_id="rqf-quote")
                history = gr.HTML(elem_id="rqf-history", js_on_load=None)
            with gr.Column(elem_id="rqf-side", min_width=280):
                source = gr.HTML(elem_id="rqf-source", js_on_load=None)
    return Parts(
        head, other_language, title,
        name, state, flag, document, search, effort, queue, many, none, pair, question, answer, similar, negative,
        quote, approve, anyway, save, reason, reject, previous, following, undo, notice, source, history,
        gr.State(Position()), chosen, collection,
    )  # fmt: skip


class _Handlers:
    """The steps as Gradio calls them: values of components in, changed components out."""

    def __init__(self, openings: Openings, parts: Parts, settings: Settings) -> None:
        self._openings = openings
        self._parts = parts
        self._settings = settings
        self._desks: dict[str, Desk] = {}
        self._audit = Audit(settings)

    def _desk(self, collection: str) -> Desk:
        """Return the desk of the collection that is asked in the chat."""
        name = self._openings.chosen(collection)
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
        settings = in_collection(self._settings, self._openings.chosen(collection))
        return self._parts.updates(view, language, settings, keep=view.failed)

    def _labels(self, language: Language, collection: str) -> Updates:
        """Return the labels, and what is wrong where the documents cannot be had."""
        asked = self._openings.chosen(collection)
        try:
            return self._parts.labels(language, self._desk(collection).documents(), asked)
        except ReportQAError as error:
            told = Text(error.line("en"), error.line("zh"))
            notice = render.notice_html(told, True, language)
            return {**self._parts.labels(language, [], asked), self._parts.notice: notice}

    def greet(self, name: str, chosen: str, collection: str, request: gr.Request) -> Updates:
        language = self._language(chosen, request)
        shown = self._shown(language, collection, lambda desk: desk.look(Filters(), Position()))
        return _joined(shown, self._labels(language, collection), {self._parts.name: gr.update(value=name)})

    def switch(self, state: str, flag: str, document: str, text: str, position: Position, chosen: str,
               collection: str, request: gr.Request) -> Updates:  # fmt: skip
        language: Language = "en" if self._language(chosen, request) == "zh" else "zh"
        filters = Filters(state, flag, document, text)
        shown = self._shown(language, collection, lambda desk: desk.look(filters, position))
        edited = [*self._parts.fields, self._parts.reason, self._parts.anyway]  # what is being edited stays
        kept = {part: value for part, value in shown.items() if part not in edited}
        return {**_joined(kept, self._labels(language, collection)), self._parts.chosen: language}

    def narrow(self, state: str, flag: str, document: str, text: str, position: Position, chosen: str,
               collection: str, request: gr.Request) -> Updates:  # fmt: skip
        filters = Filters(state, flag, document, text)
        return self._shown(self._language(chosen, request), collection, lambda desk: desk.look(filters, position))

    def pick(self, state: str, flag: str, document: str, text: str, chosen: str, collection: str,
             event: gr.EventData, request: gr.Request) -> Updates:  # fmt: skip
        filters, number = Filters(state, flag, document, text), int(event.text)
        return self._shown(self._language(chosen, request), collection, lambda desk: desk.pick(filters, number))

    def move(self, steps: int) -> Callable[..., Updates]:
        def moved(state: str, flag: str, document: str, text: str, position: Position, chosen: str,
                  collection: str, request: gr.Request) -> Updates:  # fmt: skip
            filters = Filters(state, flag, document, text)
            language = self._language(chosen, request)
            return self._shown(language, collection, lambda desk: desk.move(filters, position, steps))

        return moved

    def decide(self, state: str, flag: str, document: str, text: str, position: Position, chosen: str,
               collection: str, name: str, question: str, answer: str, similar: str, negative: str, quote: str,
               anyway: bool, reason: str, step: str, request: gr.Request) -> Updates:  # fmt: skip
        filters, fields = Filters(state, flag, document, text), Fields(question, answer, similar, negative, quote)
        steps: dict[str, Callable[[Desk], DeskView]] = {
            "approve": lambda desk: desk.approve(filters, position, fields, name, anyway=anyway),
            "save": lambda desk: desk.save(filters, position, fields, name),
            "reject": lambda desk: desk.reject(filters, position, reason, name),
            "undo": lambda desk: desk.undo(filters, position, name),
            "bulk": lambda desk: desk.approve_all(filters, name),
            "reject_all": lambda desk: desk.reject_all(filters, reason, name),
        }

        def taken(desk: Desk) -> DeskView:
            view = steps[step](desk)
            if not view.failed:
                asked = self._openings.chosen(collection)
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
        [parts.state.input, parts.flag.input, parts.document.input, parts.search.submit, parts.search.blur],
        handlers.narrow, narrowing, **quiet,
    )  # fmt: skip
    parts.other_language.click(handlers.switch, narrowing, **{**quiet, "outputs": [*parts.all, parts.chosen]})
    parts.queue.pick(handlers.pick, [*parts.filters, parts.chosen, parts.collection], **quiet)
    parts.next.click(handlers.move(1), narrowing, **quiet)
    parts.previous.click(handlers.move(-1), narrowing, **quiet)
    given = [*narrowing, parts.name, *parts.fields, parts.anyway, parts.reason]
    for name in ("approve", "save", "reject", "undo", "bulk", "reject_all"):
        step = gr.State(name)
        getattr(parts, name).click(handlers.decide, [*given, step], **quiet)
    parts.reason.submit(handlers.decide, [*given, gr.State("reject")], **quiet)
    parts.name.change(lambda name: name, parts.name, kept_name, show_progress="hidden", api_visibility="private")


def add_review(page: gr.Blocks, settings: Settings, openings: Openings, storage: str) -> None:
    """Add the review page to a page under ``/review``.

    Args:
        page: what it is added to.
        settings: those without a collection.
        openings: the collections; the one that the visitor asks in the chat is reviewed.
        storage: names the entries in the browser's storage.
    """
    with page.route(texts.TITLE.en, PATH, show_in_navbar=False):
        Navbar(visible=False)
        chosen = gr.BrowserState("", storage_key=f"{storage}.language", secret=storage)
        kept_name = gr.BrowserState("", storage_key=f"{storage}.reviewer", secret=storage)
        asked = gr.BrowserState("", storage_key=f"{storage}.collection", secret=storage)
        parts = _make_parts(chosen, asked)
        _connect(page, parts, _Handlers(openings, parts, settings), kept_name)
