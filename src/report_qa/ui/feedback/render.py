"""The feedback page as HTML: what waits, and the cases that were made."""

from __future__ import annotations

from collections.abc import Sequence

from report_qa.indexing.collections import DEFAULT
from report_qa.ui.feedback import texts
from report_qa.ui.feedback.desk import MOST_SHOWN, Group
from report_qa.ui.markup import answer_html, escape, local_time, say
from report_qa.ui.plain import card_html, title_html
from report_qa.ui.texts import KINDS, Language, collection_name


def list_html(groups: Sequence[Group], language: Language) -> str:
    """Return title and list of what waits: first what was called wrong."""
    parts = [title_html(texts.TITLE, texts.ABOUT, language)]
    if sum(len(group.ids) for group in groups) >= MOST_SHOWN:
        parts.append(f'<p class="rqp-hint">{say(texts.OLDER, language, n=MOST_SHOWN)}</p>')
    for verdict, title in (("down", texts.DOWN), ("up", texts.UP)):
        chosen = [group for group in groups if group.said.verdict == verdict]
        items = "".join(_item(group, language) for group in chosen)
        body = f'<ul class="rqd-list">{items}</ul>' if items else f"<p>{say(texts.EMPTY, language)}</p>"
        hint = say(texts.WAITING, language, n=len(chosen)) if chosen else ""
        parts.append(card_html(title, body, language, hint))
    return "".join(parts)


def _item(group: Group, language: Language) -> str:
    said, number = group.said, group.last.id
    right = said.verdict == "up" and said.outcome in ("answered", "refused")
    case = (
        _button("case", texts.CASE.in_language(language), number)
        if right
        else f'<button type="button" class="rqp-button" data-unfold="rqd-case-{number}" aria-expanded="false">'
        f"{say(texts.CASE, language)}</button>"
    )
    buttons = (
        _button("draft", texts.DRAFT.in_language(language), number, "rqp-strong")
        + case
        + _button("aside", texts.ASIDE.in_language(language), number)
    )
    return (
        f'<li class="rqd-item" data-feedback="{number}"><h3>{escape(said.asked)}</h3>{_facts(group, language)}'
        f"{_answer(group, language)}{_reasons(group)}"
        f'<div class="rqp-buttons">{buttons}</div>{"" if right else _form(group, language)}</li>'
    )


def _button(step: str, label: str, number: int, kind: str = "") -> str:
    return (
        f'<button type="button" class="rqp-button {kind}" data-do="{step}" data-id="{number}">{escape(label)}</button>'
    )


def _facts(group: Group, language: Language) -> str:
    facts = [local_time(group.last.at), say(texts.COUNT, language, n=len(group.ids))]
    if group.said.collection != DEFAULT:
        facts.append(escape(collection_name(group.said.collection, language)))
    kinds = "".join(
        f'<li data-kind="{kind}">{say(KINDS[kind], language)}{f" {count}×" if count > 1 else ""}</li>'
        for kind, count in group.kinds.most_common()
    )
    return f'<p class="rqp-hint">{" · ".join(facts)}</p>' + (f'<ul class="rqp-tags">{kinds}</ul>' if kinds else "")


def _answer(group: Group, language: Language) -> str:
    said = group.said
    title = {"refused": texts.NO_ANSWER, "failed": texts.FAILED}.get(said.outcome)
    mark = f'<p class="rqd-outcome">{say(title, language)}</p>' if title else ""
    quotes = "".join(f"<blockquote>{escape(quote)}</blockquote>" for quote in said.evidence)
    quoted = f"<details><summary>{say(texts.QUOTED, language)}</summary>{quotes}</details>" if quotes else ""
    return f'<div class="rqd-answer">{mark}{answer_html(said.answer, lambda _: None)}{quoted}</div>'


def _reasons(group: Group) -> str:
    return "".join(f'<p class="rqd-reason">{escape(reason)}</p>' for reason in group.reasons)


def _form(group: Group, language: Language) -> str:
    number = group.last.id
    areas = "".join(
        f'<label>{say(label, language)}<textarea name="{name}" rows="2"></textarea></label>'
        for name, label in (("gold", texts.GOLD), ("facts", texts.FACTS), ("evidence", texts.EVIDENCE))
    )
    return (
        f'<form class="rqd-case" id="rqd-case-{number}" hidden>{areas}'
        f'<label class="rqd-check"><input type="checkbox" name="unanswerable"'
        f' value="yes">{say(texts.UNANSWERABLE, language)}</label>'
        f"{_button('case', texts.SAVE_CASE.in_language(language), number, 'rqp-strong')}</form>"
    )


def cases_html(cases: int, dataset: str, language: Language) -> str:
    """Return how many cases were made, and the button that saves them as a dataset; empty while there is none."""
    if not cases:
        return ""
    button = (
        f'<div data-shared="{escape(dataset)}"><button type="button" class="rqp-button" data-share="save"'
        f' data-file="feedback.jsonl">{say(texts.DOWNLOAD, language)}</button></div>'
    )
    return card_html(texts.CASES, button, language, say(texts.CASES_HINT, language, n=cases))
