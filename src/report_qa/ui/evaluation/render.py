"""The evaluation page as HTML: runs, the one that goes on, a report in its frame, a comparison."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt

from report_qa.errors import Text
from report_qa.evals.compare import Compared
from report_qa.evals.measuring import Progress
from report_qa.evals.runs import RunState
from report_qa.evals.wording import not_indexed
from report_qa.ui.addresses import run_address
from report_qa.ui.evaluation import texts
from report_qa.ui.markup import escape, local_time, say
from report_qa.ui.nav import nav_html
from report_qa.ui.texts import BRAND, Language, collection_name


def head_html(language: Language) -> str:
    """Return the head of the page."""
    return (
        f'<div class="rqa-brand" data-language="{language}"><span class="rqa-logo" aria-hidden="true"></span>'
        f"<strong>{say(BRAND, language)}</strong></div>{nav_html('evaluation', language)}"
    )


def about_html(language: Language) -> str:
    """Return the title of the page and what it is for."""
    return f"<h1>{say(texts.TITLE, language)}</h1><p>{say(texts.ABOUT, language)}</p>"


def title_html(title: Text, language: Language, hint: Text | None = None, **values: object) -> str:
    """Return the heading of a part of the page."""
    said = f'<p class="rqe-hint">{say(hint, language, **values)}</p>' if hint else ""
    return f"<h2>{say(title, language)}</h2>{said}"


def new_html(collection: str, language: Language) -> str:
    """Return the heading above what a run is begun with."""
    return title_html(texts.NEW, language, texts.NEW_HINT, collection=collection_name(collection, language))


def notice_html(told: str, *, failed: bool = False) -> str:
    """Return a line about what was done or went wrong."""
    kind, role = ("rqe-failed", "alert") if failed else ("rqe-done", "status")
    return f'<p class="rqe-notice {kind}" role="{role}">{escape(told)}</p>' if told else ""


def progress_html(progress: Progress, language: Language) -> str:
    """Return how the run stands, or how the last one ended; empty where there was none."""
    if not progress.name:
        return ""
    values = {"name": progress.name, "done": progress.done, "total": progress.total}
    told = _title(progress).in_language(language).format(**values)
    lines = [f"<h3>{escape(told)}</h3>"]
    if progress.running or progress.done:
        share = progress.done / max(progress.total, 1)
        lines.append(f'<progress max="1" value="{share:.3f}" aria-label="{escape(told)}">{share:.0%}</progress>')
    notes = [note.in_language(language) for note in _notes(progress)]
    lines += [f'<p class="rqe-hint">{escape(note)}</p>' for note in notes]
    if progress.error is not None:
        lines.append(notice_html(progress.error.line(language), failed=True))
    busy = "true" if progress.running else "false"
    # told aloud when it begins and ends, not at every case
    aloud = "" if progress.started and progress.running else f' data-announce="{escape(told)}"'
    return f'<section class="rqe-progress" aria-busy="{busy}"{aloud}>{"".join(lines)}</section>'


def _title(progress: Progress) -> Text:
    if progress.running:
        return texts.MEASURING if progress.started else texts.OPENING
    if not progress.started:
        return texts.NOT_BEGUN
    if progress.error is not None:
        return texts.BROKEN_OFF
    return texts.FINISHED if progress.finished else texts.STOPPED


def _notes(progress: Progress) -> list[Text]:
    notes = [not_indexed(progress.lost)] if progress.lost else []
    if last := progress.last:
        seconds = f"{last.seconds:.1f}"
        en, zh = (
            texts.LAST.in_language(language).format(
                system=last.system, case=last.case, verdict=last.verdict.in_language(language), seconds=seconds
            )
            for language in ("en", "zh")
        )
        notes.append(Text(en, zh))
    if progress.stopping:
        notes.append(texts.STOPPING)
    elif progress.ahead:
        waiting = texts.WAITING
        notes.append(Text(waiting.en.format(n=progress.ahead), waiting.zh.format(n=progress.ahead)))
    return notes


def runs_html(runs: Sequence[RunState], running: str, language: Language) -> str:
    """Return the list of runs.

    Args:
        runs: those that there are.
        running: name of the one that goes on; empty for none.
        language: the interface's language.
    """
    if not runs:
        return f'<p class="rqe-hint">{say(texts.NO_RUNS, language)}</p>'
    return '<ul class="rqe-runs">' + "".join(_run_html(run, running, language) for run in runs) + "</ul>"


def _run_html(run: RunState, running: str, language: Language) -> str:
    if run.error is not None:
        error = notice_html(run.error.line(language), failed=True)
        return f'<li class="rqe-run"><div><h3>{escape(run.name)}</h3>{error}</div></li>'
    buttons = _button("read", run.name, texts.READ, texts.READ_LABEL, language)
    if not run.complete and not running:
        buttons = _button("goon", run.name, texts.GO_ON, texts.GO_ON_LABEL, language) + buttons
    about = " · ".join((run.dataset, texts.CASES.in_language(language).format(n=run.cases), local_time(run.started)))
    systems = "".join(_system_html(name, done, run.cases, language) for name, done in (run.done or {}).items())
    return (
        f'<li class="rqe-run"><div><h3>{escape(run.name)}</h3><p class="rqe-hint">{escape(about)}</p>'
        f'<ul class="rqe-systems">{systems}</ul></div><div class="rqe-buttons">{buttons}</div></li>'
    )


def _system_html(name: str, done: int, cases: int, language: Language) -> str:
    told = texts.COMPLETE if done == cases else texts.PARTIAL
    state = "finished" if done == cases else "partial"
    return f'<li data-state="{state}">{escape(name)} · {say(told, language, done=done, total=cases)}</li>'


def _button(step: str, name: str, label: Text, aria: Text, language: Language) -> str:
    return (
        f'<button type="button" class="rqe-button" data-{step}="{escape(name)}"'
        f' aria-label="{say(aria, language, name=name)}">{say(label, language)}</button>'
    )


def report_html(name: str, language: Language) -> str:
    """Return the report of a run in a frame that can do nothing but show it."""
    address = escape(run_address(name, language))
    title = say(texts.REPORT, language, name=name)
    return (
        f'<section class="rqe-report" aria-label="{title}"><header><h2 tabindex="-1">{title}</h2>'
        f'<a class="rqe-button" href="{address}" target="_blank" rel="noopener">{say(texts.NEW_TAB, language)}</a>'
        f'</header><iframe data-address="{address}" title="{title}" sandbox="allow-scripts"></iframe></section>'
    )


def compared_html(compared: Compared, language: Language) -> str:
    """Return a comparison."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    shown = markdown.render(compared.told(language))
    label = say(texts.COMPARE, language)
    return f'<div class="rqe-compared rqa-table" tabindex="0" role="region" aria-label="{label}">{shown}</div>'
