"""The status page as HTML."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from report_qa.config import Setting
from report_qa.errors import Text
from report_qa.runtime.measures import AnswerMeasure
from report_qa.ui.markup import escape, say
from report_qa.ui.plain import card_html, title_html
from report_qa.ui.status import texts
from report_qa.ui.status.desk import Finding, IndexLine, ModelLine
from report_qa.ui.texts import Language, collection_name

_FROM_DEFAULT = "default"
_FROM_COMMAND_LINE = "command line"


def _table(names: Sequence[Text], rows: Sequence[Sequence[str]], language: Language) -> str:
    """Return a table; cells are HTML."""
    head = "".join(f"<th>{say(name, language)}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<div class="rqp-table" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def health_html(findings: Sequence[Finding] | None, language: Language) -> str:
    """Return title of the page and what the checks found; None while they run."""
    title = title_html(texts.TITLE, texts.ABOUT, language)
    if findings is None:
        return title + card_html(texts.HEALTH, f'<p role="status">{say(texts.EXAMINING, language)}</p>', language)
    found = {severity: sum(f.severity == severity for f in findings) for severity in ("error", "warning")}
    told = say(texts.FINDINGS, language, errors=found["error"], warnings=found["warning"])
    items = "".join(_finding(finding, language) for finding in findings)
    button = f'<button type="button" class="rqp-button" data-do="examine">{say(texts.EXAMINE, language)}</button>'
    body = f'<ul class="rqt-findings">{items}</ul><div class="rqp-buttons">{button}</div>'
    return title + card_html(
        texts.HEALTH, body, language, told if any(found.values()) else say(texts.ALL_WELL, language)
    )


def _finding(finding: Finding, language: Language) -> str:
    remedy = f" <b>{escape(finding.remedy.in_language(language))}</b>" if finding.remedy else ""
    return (
        f'<li data-severity="{escape(finding.severity)}"><span class="rqt-mark">'
        f"{say(texts.SEVERITIES[finding.severity], language)}</span>"
        f"<span>{escape(finding.message.in_language(language))}{remedy}</span></li>"
    )


def usage_html(answers: Sequence[AnswerMeasure], in_line: int, limit: int, language: Language) -> str:
    """Return how many questions there were, how they ended, how long they took, and how many wait."""
    hint = say(texts.USAGE_HINT, language, n=in_line, limit=limit)
    if not answers:
        return card_html(texts.USAGE, f"<p>{say(texts.NO_QUESTION, language)}</p>", language, hint)
    rows = [
        (
            say(texts.OUTCOMES[a.outcome], language),
            f"{a.count}",
            _within(a.half_s, language),
            _within(a.most_s, language),
        )
        for a in answers
    ]
    names = (texts.OUTCOME, texts.QUESTIONS, texts.HALF, texts.MOST)
    return card_html(texts.USAGE, _table(names, rows, language), language, hint)


def _within(seconds: float | None, language: Language) -> str:
    return say(texts.LONGER, language) if seconds is None else say(texts.SECONDS, language, n=seconds)


def models_html(models: Sequence[ModelLine], language: Language) -> str:
    """Return the models with their state."""
    rows = [
        (say(texts.ROLES[m.role], language), escape(m.name), say(_state(m), language), escape(m.place)) for m in models
    ]
    return card_html(texts.MODELS, _table((texts.ROLE, texts.NAME, texts.STATE, texts.PLACE), rows, language), language)


def _state(model: ModelLine) -> Text:
    if model.loaded:
        return texts.LOADED
    return {True: texts.PRESENT, False: texts.MISSING, None: texts.UNKNOWN}[model.present]


def indexes_html(indexes: Sequence[IndexLine], language: Language) -> str:
    """Return the index of every collection, or what is wrong with it."""
    if not indexes:
        return card_html(texts.INDEXES, f"<p>{say(texts.NO_INDEX, language)}</p>", language)
    rows = []
    for index in indexes:
        name = escape(collection_name(index.collection, language))
        if index.error:
            rows.append((f'{name}<p class="rqt-bad">{escape(index.error.line(language))}</p>', "–", "–", "–"))
        else:
            rows.append((name, f"{index.documents}", f"{index.chunks}", escape(index.built) or "–"))
    names = (texts.COLLECTION, texts.DOCUMENTS, texts.CHUNKS, texts.BUILT)
    return card_html(texts.INDEXES, _table(names, rows, language), language)


def settings_html(listing: Sequence[Setting], language: Language) -> str:
    """Return the settings that are not the default, and all of them folded."""
    changed = [setting for setting in listing if setting.source != _FROM_DEFAULT]
    hint = say(texts.SETTINGS_HINT, language, n=len(changed))
    some = _settings(changed, language) if changed else ""
    all_of_them = say(texts.DEFAULTS, language, n=len(listing))
    rest = f'<details class="rqt-all"><summary>{all_of_them}</summary>{_settings(listing, language)}</details>'
    return card_html(texts.SETTINGS, some + rest, language, hint)


@cache
def descriptions_zh() -> dict[str, str]:
    """Return what the settings are in Chinese, by path."""
    raw: dict[str, str] = json.loads(files(__package__).joinpath("settings.zh.json").read_text(encoding="utf-8"))
    return raw


def described(setting: Setting, language: Language) -> str:
    """Return what a setting is."""
    return descriptions_zh()[setting.path] if language == "zh" else setting.description


def _source(source: str, language: Language) -> str:
    return say(texts.COMMAND_LINE, language) if source == _FROM_COMMAND_LINE else escape(source)


def _settings(listing: Sequence[Setting], language: Language) -> str:
    rows = [
        (
            f'<code title="{escape(described(setting, language))}">{escape(setting.path)}</code>',
            escape(setting.value),
            say(texts.DEFAULT, language) if setting.source == _FROM_DEFAULT else _source(setting.source, language),
        )
        for setting in listing
    ]
    return _table((texts.SETTING, texts.VALUE, texts.SOURCE), rows, language)
