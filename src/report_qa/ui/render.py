"""What the page shows, as HTML: exchanges, the answer on its way, evidence, welcome and the state of the service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from report_qa.errors import Text
from report_qa.qa.records import Event, PassagesEvent, Stage, StageEvent, TokenEvent
from report_qa.ui import texts
from report_qa.ui.evidence import evidence_html, origin_line, source_place
from report_qa.ui.export import share_html
from report_qa.ui.figures import figures_html
from report_qa.ui.judging import judge_buttons_html, judge_form_html
from report_qa.ui.markup import action, answer_html, escape, numbers_of, say
from report_qa.ui.state import Conversation, Exchange, Source, source_of
from report_qa.ui.texts import Language


@dataclass(frozen=True)
class Progress:
    """An answer on its way."""

    question: str
    collection: str = ""
    stage: Stage | None = None
    sources: tuple[Source, ...] = ()
    standalone: str = ""
    draft: str = ""
    seconds: int = 0
    ahead: int = 0
    starting: bool = False

    def after(self, event: Event) -> Progress:
        """Return the progress after an event."""
        match event:
            case StageEvent(stage):
                return replace(self, stage=stage)
            case PassagesEvent(passages, standalone):
                sources = tuple(source_of(p, self.collection) for p in passages)
                return replace(self, sources=sources, standalone=standalone)
            case TokenEvent(text):
                return replace(self, draft=self.draft + text)
            case _:
                return self


def _chip(source: Source, key: str, language: str) -> str:
    label = say(texts.OPEN_SOURCE, language, n=source.number, heading=source.heading)
    return (
        f'<button type="button" class="rqa-chip" data-cite="{key}-{source.number}" aria-label="{label}"'
        f' title="{label}">{source.number}</button>'
    )


def _sources_html(sources: Sequence[Source], title: Text, key: str, language: str) -> str:
    if not sources:
        return ""
    items = "".join(
        f'<li><button type="button" class="rqa-source" data-cite="{key}-{s.number}">'
        f'<span class="rqa-number">{s.number}</span><span class="rqa-source-heading">{escape(s.heading)}</span>'
        f'<span class="rqa-source-place">{_place_html(s, language)}</span></button></li>'
        for s in sources
    )
    return f'<div class="rqa-sources"><h3>{say(title, language)}</h3><ol>{items}</ol></div>'


def _place_html(source: Source, language: str) -> str:
    """Return where a source is; its lines or pages are not torn apart."""
    document, _, where = source_place(source, language).rpartition(" · ")
    return f'{escape(document)} <span class="rqa-where">· {escape(where)}</span>'


def _templates_html(sources: Sequence[Source], key: str, language: str) -> str:
    return "".join(
        f'<template id="rqa-source-{key}-{s.number}">{evidence_html(s, language)}</template>' for s in sources
    )


def plain_answer(exchange: Exchange, language: str) -> str:
    """Return the answer with its sources as plain text, for the clipboard."""
    lines = [exchange.text]
    if exchange.outcome == "answered" and exchange.reason:
        lines.append(exchange.reason.in_language(exchange.language))
    cited = [s for s in exchange.sources if s.cited]
    if cited:
        lines.append("")
        lines.extend(f"[{s.number}] {s.heading} ({source_place(s, language)})" for s in cited)
    return "\n".join(lines)


def _cited_html(text: str, exchange: Exchange, cited: Sequence[Source], key: str, language: str) -> str:
    """Return a text with its markers as buttons that open their sources, and the figures of what it cites."""

    def chip(number: int) -> str | None:
        source = exchange.source(number)
        return _chip(source, key, language) if source else None

    return answer_html(text, chip, figures_html(text, cited, language))


def _answered_html(exchange: Exchange, key: str, language: str) -> str:
    cited = [s for s in exchange.sources if s.cited]
    text = _cited_html(exchange.text, exchange, cited, key, language)
    open_part = exchange.reason.in_language(exchange.language) if exchange.reason else ""
    return (
        f'<div class="rqa-text" lang="{escape(exchange.language)}">{text}</div>'
        + (f'<p class="rqa-reason" lang="{escape(exchange.language)}">{escape(open_part)}</p>' if open_part else "")
        + _sources_html(cited, texts.SOURCES, key, language)
    )


def _refused_html(exchange: Exchange, key: str, language: str) -> str:
    reason = exchange.reason.in_language(language) if exchange.reason else ""
    why = f'<p class="rqa-reason">{escape(reason)}</p>' if reason and reason != exchange.text else ""
    return (
        f'<h3 class="rqa-outcome">{say(texts.REFUSED_TITLE, language)}</h3>'
        f'<div class="rqa-text" lang="{escape(exchange.language)}">{answer_html(exchange.text, lambda _: None)}</div>'
        + why
        + _nearest_html(exchange, key, language)
        + _sources_html(exchange.sources, texts.NEAREST, key, language)
    )


def _nearest_html(exchange: Exchange, key: str, language: str) -> str:
    if not exchange.nearest:
        return ""
    cited = [s for s in exchange.sources if s.number in numbers_of(exchange.nearest)]
    return (
        f'<figure class="rqa-nearest"><figcaption>{say(texts.NEAREST_STATEMENT, language)}</figcaption>'
        f"<blockquote>{_cited_html(exchange.nearest, exchange, cited, key, language)}</blockquote></figure>"
    )


def _failed_html(exchange: Exchange, language: str) -> str:
    problem = exchange.problem or texts.UNEXPECTED
    remedy = exchange.remedy or texts.UNEXPECTED_REMEDY
    return (
        f'<h3 class="rqa-outcome">{say(texts.FAILED_TITLE, language)}</h3>'
        f"<p>{escape(problem.in_language(language))} "
        f'<span class="rqa-remedy">{escape(remedy.in_language(language))}</span></p>'
    )


def _question_html(question: str, language: str, action: str = "") -> str:
    return (
        f'<div class="rqa-question" role="group" aria-label="{say(texts.QUESTION, language)}">'
        f'<div class="rqa-bubble">{escape(question)}</div>{action}</div>'
    )


def _proposed_html(title: Text, questions: Sequence[str], language: str) -> str:
    """Return questions that a click asks."""
    if not questions:
        return ""
    items = "".join(
        f'<li><button type="button" class="rqa-example" data-do="ask" data-text="{q}">{q}</button></li>'
        for q in map(escape, questions)
    )
    return f'<div class="rqa-meant"><h3>{say(title, language)}</h3><ul class="rqa-examples">{items}</ul></div>'


def exchange_html(exchange: Exchange, key: str, language: Language, *, actions: bool) -> str:
    """Return one question with what came of it.

    Args:
        exchange: the question and its outcome.
        key: identifies the exchange within the page.
        language: the interface's language.
        actions: whether it can be asked again, edited and gone on from, as the last one can while nothing runs.
    """
    match exchange.outcome:
        case "answered":
            body = _answered_html(exchange, key, language)
        case "refused":
            body = _refused_html(exchange, key, language)
        case "failed":
            body = _failed_html(exchange, language)
        case "stopped":
            body = f"<p>{say(texts.STOPPED, language)}</p>"
    body += _proposed_html(texts.MEANT, exchange.suggestions, language)
    if actions:
        body += _proposed_html(texts.NEXT, exchange.following, language)
    buttons = ""
    if exchange.text:
        buttons += action(
            "copy",
            texts.COPY,
            language,
            f'data-done="{say(texts.COPIED, language)}" data-text="{escape(plain_answer(exchange, language))}"',
        )
    if actions:
        buttons += action('do="retry"', texts.RETRY, language)
    buttons += judge_buttons_html(exchange, key, language)
    if exchange.seconds:
        buttons += f'<span class="rqa-time">{say(texts.SECONDS, language, n=f"{exchange.seconds:.1f}")}</span>'
    if exchange.origin:
        buttons += f'<span class="rqa-time" data-origin>{escape(origin_line(exchange, language))}</span>'
    edit = action('do="edit"', texts.EDIT, language) if actions else ""
    return (
        f'<article class="rqa-exchange">{_question_html(exchange.question, language, edit)}'
        f'<section class="rqa-answer rqa-{exchange.outcome}" data-outcome="{exchange.outcome}"'
        f' aria-label="{say(texts.ANSWER, language)}">{body}<div class="rqa-actions">{buttons}</div>'
        f"{judge_form_html(exchange, key, language)}</section>"
        f"{_templates_html(exchange.sources, key, language)}</article>"
    )


def history_html(conversation: Conversation, language: Language, *, busy: bool = False) -> str:
    """Return all finished exchanges; the last one can be asked again or edited unless something runs."""
    last = len(conversation) - 1
    shown = "".join(
        exchange_html(e, f"{i}", language, actions=i == last and not busy) for i, e in enumerate(conversation)
    )
    return shown + ("" if busy else share_html(conversation, language))


def _stages_html(progress: Progress, language: str) -> str:
    order = list(Stage)
    now = order.index(progress.stage) if progress.stage else -1
    items = []
    for i, stage in enumerate(order):
        state = "done" if i < now else "now" if i == now else "later"
        current = ' aria-current="step"' if i == now else ""
        items.append(f'<li class="rqa-{state}"{current}>{say(texts.STAGES[stage], language)}</li>')
    return f'<ol class="rqa-stages">{"".join(items)}</ol>'


def progress_html(progress: Progress, language: Language) -> str:
    """Return the question being answered: stage, passages found, and the draft, which looks like one."""
    if progress.starting:
        head = f'<p class="rqa-waiting">{say(texts.STARTING, language)}</p>'
        announce = texts.STARTING.in_language(language)
    elif progress.ahead:
        announce = texts.AHEAD.in_language(language).format(n=progress.ahead)
        head = f'<p class="rqa-waiting">{escape(announce)}</p>'
    else:
        head = _stages_html(progress, language)
        announce = texts.STAGES[progress.stage].in_language(language) if progress.stage else ""
    seconds = f'<span class="rqa-time">{say(texts.SECONDS, language, n=progress.seconds)}</span>'
    understood = ""
    if progress.standalone and progress.standalone != progress.question:
        understood = f'<p class="rqa-standalone">{say(texts.SEARCHED_AS, language)}{escape(progress.standalone)}</p>'
    draft = ""
    if progress.draft:
        draft = (
            f'<div class="rqa-draft"><p class="rqa-draft-label">{say(texts.DRAFT, language)}</p>'
            f'<div class="rqa-text">{answer_html(progress.draft, lambda _: None)}</div></div>'
        )
    return (
        f'<article class="rqa-exchange rqa-live" data-announce="{escape(announce)}">'
        f"{_question_html(progress.question, language)}"
        f'<section class="rqa-answer rqa-running" aria-busy="true"><div class="rqa-progress">{head}{seconds}</div>'
        f"{understood}{draft}{_sources_html(progress.sources, texts.FOUND, 'live', language)}</section>"
        f"{_templates_html(progress.sources, 'live', language)}</article>"
    )
