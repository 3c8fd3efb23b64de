"""The components of the review page, their labels, and what of them a view of the desk changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from report_qa.config import Settings
from report_qa.errors import Text
from report_qa.faq.flags import FLAGS
from report_qa.faq.records import STATE_NAMES, State
from report_qa.indexing.collections import collection_of
from report_qa.ui.plain import head_html, make_head
from report_qa.ui.review import render, texts
from report_qa.ui.review.queue import DeskView, Fields, Position, bulk, together
from report_qa.ui.texts import OTHER_LANGUAGE, Language

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
    assigned: gr.Dropdown
    search: gr.Textbox
    effort: gr.HTML
    queue: gr.HTML
    bulk: gr.Button
    reject_all: gr.Button
    assign_all: gr.Button
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
    to: gr.Textbox
    assign: gr.Button
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
        return [self.state, self.flag, self.document, self.search, self.assigned, self.name]

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
        assigned = [(say(texts.ALL), ""), (say(texts.MINE), "mine"), (say(texts.NOBODY), "nobody")]
        flags = [(say(texts.ANY), ""), *((say(found.text), code) for code, found in FLAGS.items())]
        named = {
            "name": texts.NAME, "search": texts.SEARCH, "question": texts.QUESTION, "answer": texts.ANSWER,
            "similar": texts.SIMILAR, "negative": texts.NEGATIVE, "quote": texts.QUOTE, "reason": texts.REASON,
            "anyway": texts.ANYWAY, "to": texts.TO,
        }  # fmt: skip
        buttons = {
            "approve": texts.APPROVE, "save": texts.SAVE, "reject": texts.REJECT, "previous": texts.PREVIOUS,
            "next": texts.NEXT, "undo": texts.UNDO, "assign": texts.ASSIGN,
        }  # fmt: skip
        return {
            self.head: head_html(PATH, language),
            self.other_language: gr.update(value=OTHER_LANGUAGE.in_language(language)),
            self.title: render.title_html(collection, language),
            self.state: gr.update(label=say(texts.STATE), choices=states),
            self.flag: gr.update(label=say(texts.FLAG), choices=flags),
            self.assigned: gr.update(label=say(texts.ASSIGNMENT), choices=assigned),
            self.document: gr.update(label=say(texts.DOCUMENT), choices=[(say(texts.ALL), ""), *documents]),
            **{getattr(self, name): gr.update(label=say(text)) for name, text in named.items()},
            **{getattr(self, name): gr.update(value=say(text)) for name, text in buttons.items()},
        }

    def updates(self, view: DeskView, language: Language, settings: Settings, *, keep: bool) -> Updates:
        """Return what Gradio has to change for a view; with ``keep`` the boxes stay as they are."""
        unflagged, waiting = len(bulk(view.queue)), len(together(view.queue))
        many = {self.bulk: (texts.BULK, unflagged), self.reject_all: (texts.BULK_REJECT, waiting),
                self.assign_all: (texts.BULK_ASSIGN, waiting)}  # fmt: skip
        changed: Updates = {
            self.queue: render.queue_html(view.queue, view.position.number, language),
            **{
                button: gr.update(value=text.in_language(language).format(n=n), interactive=bool(n), visible=True)
                for button, (text, n) in many.items()
            },
            self.pair: render.pair_html(view.pair, language),
            self.source: render.source_html(view.pair, view.place, collection_of(settings)[0], language),
            self.history: render.history_html(view.changes, language),
            self.effort: render.effort_html(view.effort, settings.faq.hand_minutes, language),
            self.notice: render.notice_html(view.notice, view.failed, language),
            self.position: view.position,
        }
        if keep:
            return changed
        fields = Fields.of(view.pair) if view.pair else Fields("", "", "", "", "")
        boxes = {getattr(self, name): gr.update(value=getattr(fields, name)) for name in Fields.__dataclass_fields__}
        emptied = {self.reason: gr.update(value=""), self.anyway: gr.update(value=False)}
        return {**changed, **boxes, **emptied}


def make_parts(chosen: gr.BrowserState, collection: gr.BrowserState) -> Parts:
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
            assigned = gr.Dropdown([("", "")], value="", min_width=120, elem_id="rqf-assigned")
            search = gr.Textbox(max_lines=1, min_width=120)
        with gr.Row(elem_id="rqf-body"):
            with gr.Column(elem_id="rqf-list", min_width=200):
                many = gr.Button(size="sm", elem_id="rqf-bulk", visible=False)
                none = gr.Button(size="sm", elem_id="rqf-bulk-reject", visible=False)
                given = gr.Button(size="sm", elem_id="rqf-bulk-assign", visible=False)
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
                with gr.Row(elem_id="rqf-assigning"):
                    to = gr.Textbox(max_lines=1, max_length=100, elem_id="rqf-to", scale=3, min_width=160)
                    assign = gr.Button(elem_id="rqf-assign", min_width=90, scale=1)
                similar = gr.Textbox(lines=2, max_lines=8)
                negative = gr.Textbox(lines=1, max_lines=8)
                quote = gr.Textbox(lines=1, max_lines=6, elem_id="rqf-quote")
                history = gr.HTML(elem_id="rqf-history", js_on_load=None)
            with gr.Column(elem_id="rqf-side", min_width=280):
                source = gr.HTML(elem_id="rqf-source", js_on_load=None)
    return Parts(
        head, other_language, title, name, state, flag, document, assigned, search, effort, queue, many, none, given,
        pair, question, answer, similar, negative, quote, approve, anyway, save, reason, reject, to, assign, previous,
        following, undo, notice, source, history, gr.State(Position()), chosen, collection,
    )  # fmt: skip
