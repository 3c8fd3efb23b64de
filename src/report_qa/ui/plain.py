"""A page of text and lists below the common head: what the feedback page and the status page are made of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from report_qa.errors import Text
from report_qa.ui.markup import escape, say
from report_qa.ui.nav import nav_html, theme_button_html
from report_qa.ui.texts import BRAND, OTHER_LANGUAGE, Language, language_of

Updates = dict[Component, Any]

_FORWARD = """
const steps = %s;
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-do]');
  if (!button || !steps.includes(button.dataset.do)) return;
  event.preventDefault();
  const form = button.closest('form');
  const fields = form ? Object.fromEntries(new FormData(form)) : {};
  trigger(button.dataset.do, {text: JSON.stringify({...fields, id: Number(button.dataset.id || 0)})});
});
"""
"""Clicks become events that are named by ``data-do``; they bring ``data-id`` and the fields of the form around them."""


@dataclass(frozen=True)
class PlainPage:
    """The components of such a page.

    Attributes:
        head: name and links.
        other_language: switches.
        notice: a line about what was done or went wrong.
        parts: its parts, one below the other.
        chosen: the language that the visitor switched to.
    """

    head: gr.HTML
    other_language: gr.Button
    notice: gr.HTML
    parts: tuple[gr.HTML, ...]
    chosen: gr.BrowserState

    @property
    def all(self) -> list[Component]:
        """Every component, as the outputs of a step that may change any of them."""
        return [self.head, self.other_language, self.notice, *self.parts, self.chosen]

    def labels(self, here: str, language: Language) -> Updates:
        """Return what has to change for the head to be in a language."""
        return {
            self.head: head_html(here, language),
            self.other_language: gr.update(value=OTHER_LANGUAGE.in_language(language)),
        }


def make_page(storage: str, parts: int, steps: Sequence[str]) -> PlainPage:
    """Make the components, within a page's route.

    Args:
        storage: names the entries in the browser's storage.
        parts: how many there are below the head.
        steps: what their buttons do, each an event of the part that the button is in.
    """
    quiet: dict[str, Any] = {"js_on_load": None}
    with gr.Column(elem_id="rqp-page"):
        head, other_language = make_head()
        forward = _FORWARD % json.dumps(list(steps))  # the framework looks for the names of events in the script
        with gr.Column(elem_id="rqp-body"):
            notice = gr.HTML(elem_id="rqp-notice", **quiet)
            made = tuple(gr.HTML(elem_id=f"rqp-part-{i}", js_on_load=forward) for i in range(parts))
    chosen = gr.BrowserState("", storage_key=f"{storage}.language", secret=storage)
    return PlainPage(head, other_language, notice, made, chosen)


def make_head() -> tuple[gr.HTML, gr.Button]:
    """Make the bar at the top of a page: name and links, light and dark, and the button for the language."""
    quiet: dict[str, Any] = {"js_on_load": None}
    with gr.Row(elem_id="rqp-head"):
        head = gr.HTML(elem_id="rqp-title", **quiet)
        gr.HTML(theme_button_html(), elem_id="rqp-theme", **quiet)
        other_language = gr.Button("English", size="sm", elem_id="rqp-language", min_width=0)
    return head, other_language


def spoken(chosen: str, configured: str, request: gr.Request) -> Language:
    """Return the language of a visitor; see :func:`report_qa.ui.texts.language_of`."""
    return language_of(chosen, configured, request.headers.get("accept-language", ""))


def head_html(here: str, language: Language) -> str:
    """Return name and links for the head of a page."""
    return (
        f'<div class="rqa-brand" data-language="{language}"><span class="rqa-logo" aria-hidden="true"></span>'
        f"<strong>{say(BRAND, language)}</strong></div>{nav_html(here, language)}"
    )


def title_html(title: Text, about: Text, language: Language) -> str:
    """Return the title of a page and what it is for."""
    return f'<header class="rqp-about"><h1>{say(title, language)}</h1><p>{say(about, language)}</p></header>'


def card_html(title: Text, body: str, language: Language, hint: str = "") -> str:
    """Return a part of a page in its frame; ``body`` and ``hint`` are HTML."""
    said = f'<p class="rqp-hint">{hint}</p>' if hint else ""
    return f'<section class="rqp-card"><h2>{say(title, language)}</h2>{said}{body}</section>'


def notice_html(told: str, *, failed: bool = False) -> str:
    """Return a line about what was done or went wrong."""
    kind, role = ("rqp-failed", "alert") if failed else ("rqp-done", "status")
    return f'<p class="rqp-notice {kind}" role="{role}">{escape(told)}</p>' if told else ""
