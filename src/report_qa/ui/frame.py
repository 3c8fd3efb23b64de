"""What is around the conversation, as HTML: head, welcome, state of the service, choice of the collection, panel."""

from __future__ import annotations

from collections.abc import Sequence

from report_qa.indexing.collections import ALL
from report_qa.indexing.selection import among
from report_qa.runtime.opening import Opened
from report_qa.ui import texts
from report_qa.ui.contract import Service, SourceDocument
from report_qa.ui.markup import action, escape, say
from report_qa.ui.texts import Language


def welcome_html(documents: Sequence[SourceDocument], examples: Sequence[str], language: Language) -> str:
    """Return what an empty conversation shows: what this is, what it knows, and questions to try."""
    known = ""
    if documents:
        names = "".join(f"<li>{escape(d.title)}</li>" for d in documents)
        known = f'<div class="rqa-known"><span>{say(texts.ONLY_FROM, language)}</span><ul>{names}</ul></div>'
    proposed = ""
    if examples:
        items = "".join(
            f'<li><button type="button" class="rqa-example" data-do="ask" data-text="{q}">{q}</button></li>'
            for q in map(escape, examples)
        )
        proposed = f'<h2>{say(texts.EXAMPLES_TITLE, language)}</h2><ul class="rqa-examples">{items}</ul>'
    return f'<div class="rqa-welcome"><h1>{say(texts.TAGLINE, language)}</h1>{known}{proposed}</div>'


def chooser_html(names: Sequence[str], chosen: str, language: Language) -> str:
    """Return the choice of the collections that are asked; empty where there is nothing to choose.

    One, or all, is chosen from a list; some, where there are three at least, with boxes that unfold beside it.

    Args:
        names: the collections.
        chosen: the selection that is asked, in its normal form.
        language: the interface's language.
    """
    if len(names) < 2:
        return ""
    listed = (*names, ALL)
    options = "".join(
        f'<option value="{escape(name)}"{" selected" if name == chosen else ""}>'
        f"{escape(texts.collection_name(name, language))}</option>"
        for name in (*listed, *([] if chosen in listed else [chosen]))
    )
    return (
        f'<div class="rqa-chooser"><label><span>{say(texts.COLLECTION, language)}</span>'
        f"<select data-collection>{options}</select></label>"
        f"{_several_html(names, chosen, language) if len(names) > 2 else ''}</div>"
    )


def _several_html(names: Sequence[str], chosen: str, language: Language) -> str:
    """Return a box for every collection, folded; the script makes those that are ticked the choice."""
    ticked = among(names, chosen)
    boxes = "".join(
        f'<label><input type="checkbox" value="{escape(name)}"{" checked" if name in ticked else ""}>'
        f"<span>{escape(texts.collection_name(name, language))}</span></label>"
        for name in names
    )
    return (
        f'<details class="rqa-several" data-all="{ALL}"><summary>{say(texts.SEVERAL, language)}</summary>'
        f"<fieldset><legend>{say(texts.SEVERAL_TOGETHER, language)}</legend>{boxes}"
        f'<button type="button" class="rqa-button" data-chosen>'
        f"{say(texts.DONE, language)}</button></fieldset></details>"
    )


def header_html(opened: Opened[Service], language: Language) -> str:
    """Return name and state of the service for the head of the page."""
    state, label = "starting", texts.STARTING_SHORT
    if opened.service is not None:
        state, label = "ready", texts.READY
    elif opened.error is not None:
        state, label = "failed", texts.NOT_READY
    return (
        f'<div class="rqa-brand" data-language="{language}"><span class="rqa-logo" aria-hidden="true"></span>'
        f"<strong>{say(texts.BRAND, language)}</strong>"
        f'<span class="rqa-state rqa-state-{state}" data-state="{state}">{say(label, language)}</span></div>'
    )


def status_html(opened: Opened[Service], language: Language) -> str:
    """Return the banner for a service that is starting or could not be started; empty when it is ready."""
    if opened.service is not None:
        return ""
    if opened.error is None:
        return f'<div class="rqa-status rqa-starting" role="status"><p>{say(texts.STARTING, language)}</p></div>'
    button = action('do="reopen"', texts.TRY_AGAIN, language)
    return (
        f'<div class="rqa-status rqa-failed" role="alert"><h3 class="rqa-outcome">'
        f"{say(texts.NOT_READY_TITLE, language)}</h3><p>{escape(opened.error.message.in_language(language))} "
        f'<span class="rqa-remedy">{escape(opened.error.remedy.in_language(language))}</span></p>{button}</div>'
    )


def panel_html(language: Language) -> str:
    """Return the frame of the evidence panel; the script fills it from an exchange's templates."""
    return (
        f'<aside class="rqa-panel" aria-label="{say(texts.EVIDENCE, language)}" tabindex="-1">'
        f'<header><h2>{say(texts.EVIDENCE, language)}</h2><button type="button" class="rqa-action" data-close>'
        f"{say(texts.CLOSE, language)}</button></header>"
        f'<div class="rqa-panel-body"><p class="rqa-empty">{say(texts.EVIDENCE_EMPTY, language)}</p></div></aside>'
    )


def notice_html(message: str, *, cancel: Language | None = None) -> str:
    """Return a line above the question box, with a cancel button in the given language if there is one."""
    button = action('do="cancel"', texts.CANCEL, cancel) if cancel else ""
    return f'<div class="rqa-notice" role="alert"><span>{escape(message)}</span>{button}</div>'
