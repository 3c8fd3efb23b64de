"""The studio page as HTML: the drafting run, what is covered, the releases, what an import did."""

from __future__ import annotations

from collections.abc import Sequence

from report_qa.config import FAQSettings
from report_qa.errors import Text
from report_qa.faq.batch import Batch
from report_qa.faq.coverage import SectionCoverage
from report_qa.faq.exchange.importing import ImportReport
from report_qa.faq.records import Release
from report_qa.faq.tally import Tally
from report_qa.ui.markup import escape, local_time
from report_qa.ui.review.render import notice_html
from report_qa.ui.studio import texts
from report_qa.ui.studio.drafting import Progress
from report_qa.ui.texts import collection_name

_GAPS_SHOWN = 20
_ROWS_SHOWN = 20


def _say(text: Text, language: str, **values: object) -> str:
    return escape(text.in_language(language).format(**values))


def page_title_html(collection: str, waiting: int, language: str) -> str:
    """Return title and collection, and the way to the review."""
    return (
        f"<h1>{_say(texts.TITLE, language)}</h1>"
        f'<span class="rqf-collection">{escape(collection_name(collection, language))}</span>'
        f'<a class="rqf-link" href="./review">{_say(texts.REVIEW, language, n=waiting)}</a>'
    )


def title_html(text: Text, language: str, hint: Text | None = None) -> str:
    """Return the heading of a part of the page."""
    said = f'<p class="rqf-count">{_say(hint, language)}</p>' if hint else ""
    return f"<h2>{_say(text, language)}</h2>{said}"


def progress_html(progress: Progress, settings: FAQSettings, language: str) -> str:
    """Return how the drafting run stands, or what the last one did."""
    if progress.error:
        line = Text(progress.error.line("en"), progress.error.line("zh"))
        return notice_html(line, True, language) + (_tally_html(progress.tally, settings, language))
    if progress.running:
        note = _say(texts.STOPPING, language) if progress.stopping else ""
        if progress.tally is None:
            return f'<p role="status">{note or _say(texts.STARTING, language)}</p><progress></progress>'
        return f"{_tally_html(progress.tally, settings, language)}<p>{note}</p>"
    if progress.batch is None:
        return ""
    return _batch_html(progress.batch, settings, language)


def _tally_html(tally: Tally | None, settings: FAQSettings, language: str) -> str:
    if tally is None:
        return ""
    left = "" if tally.seconds_left is None else _say(texts.LEFT, language, n=round(tally.seconds_left / 60))
    line = _say(
        texts.PROGRESS, language, done=tally.done, total=tally.total, pairs=tally.pairs, rate=tally.pairs_per_minute,
        left=left,
    ).rstrip(" ·")  # fmt: skip
    bar = f'<progress max="{max(tally.total, 1)}" value="{tally.done}"></progress>'
    return f'<p role="status">{line}</p>{bar}<p class="rqf-count">{_spent(tally, settings, language)}</p>'


def _spent(tally: Tally, settings: FAQSettings, language: str) -> str:
    parts = [_say(texts.TOKENS, language, read=tally.prompt_tokens, written=tally.written_tokens)]
    if cost := tally.cost(settings):
        parts.append(_say(texts.COST, language, cost=cost))
    if tally.waiting:
        parts.append(_say(texts.PACED, language, n=tally.waiting))
    return " · ".join(parts)


def _batch_html(batch: Batch, settings: FAQSettings, language: str) -> str:
    tally = batch.tally
    if not tally.total and not tally.ids:
        return f'<p role="status">{_say(texts.NOTHING_LEFT, language)}</p>'
    ended = texts.STOPPED if tally.stopped else texts.DONE
    lines = [_say(ended, language, pairs=tally.pairs, tables=tally.table_pairs)]
    if tally.held:
        lines.append(_say(texts.HELD, language, n=tally.held))
    if found := batch.likeness:
        lines.append(_say(
            texts.FOUND, language, merged=len(found.merged), duplicates=len(found.duplicates),
            conflicts=len(found.conflicts), lost=batch.missed.lost, draft_only=batch.missed.draft_only,
        ))  # fmt: skip
    odd = [
        _say(text, language, n=tally.outcomes[name]) for name, text in texts.OUTCOMES.items() if tally.outcomes[name]
    ]
    if odd:
        lines.append(_say(texts.ODD, language, odd=", ".join(odd)))
    told = "".join(f"<p>{line}</p>" for line in lines)
    return f'<div role="status">{told}</div><p class="rqf-count">{_spent(tally, settings, language)}</p>'


def coverage_html(sections: Sequence[SectionCoverage], language: str) -> str:
    """Return how many pairs every section has, and which of its facts nobody is asked about."""
    asked, facts = sum(s.asked for s in sections), sum(s.facts for s in sections)
    empty = sum(not s.pairs for s in sections)
    line = _say(texts.COVERAGE_LINE, language, asked=asked, facts=facts, empty=empty, sections=len(sections))
    names = "".join(f"<th>{_say(name, language)}</th>" for name in (texts.SECTION, texts.PAIRS, texts.FACTS))
    rows = "".join(_section_html(section, language) for section in sections)
    return (
        f'<p>{line}</p><div class="rqs-table" tabindex="0"><table><thead><tr>{names}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _section_html(section: SectionCoverage, language: str) -> str:
    heading = escape(" › ".join(section.path) or section.document)
    gaps = "".join(
        f"<li>“{escape(gap.text)}” <small>{_say(texts.GAPS, language, facts=', '.join(gap.missing))}</small></li>"
        for gap in section.gaps[:_GAPS_SHOWN]
    )
    shown = f"<details><summary>{heading}</summary><ul>{gaps}</ul></details>" if gaps else heading
    kind = ' class="rqs-empty"' if not section.pairs else ""
    return f"<tr{kind}><td>{shown}</td><td>{section.pairs}</td><td>{section.asked}/{section.facts}</td></tr>"


def releases_html(releases: Sequence[Release], ready: int, language: str) -> str:
    """Return the releases, the newest first, each with what serves it."""
    waiting = f"<p>{_say(texts.WAITING, language, n=ready)}</p>" if ready else ""
    if not releases:
        return f'{waiting}<p class="rqf-empty">{_say(texts.NO_RELEASE, language)}</p>'
    return f'{waiting}<ul class="rqs-releases">{"".join(_release_html(one, language) for one in releases)}</ul>'


def _release_html(one: Release, language: str) -> str:
    facts = " · ".join(escape(part) for part in (local_time(one.at), one.by, one.note, one.sha256[:12]) if part)
    button = f'<button type="button" data-serve="{one.number}">{_say(texts.SERVE, language)}</button>'
    served = f'<span class="rqs-served">{_say(texts.SERVED, language)}</span>'
    name = _say(texts.RELEASE_ROW, language, n=one.number, size=one.size)
    return f"<li><div><b>{name}</b><small>{facts}</small></div>{served if one.served else button}</li>"


def taking_html(done: int, total: int, language: str) -> str:
    """Return how much of a file is imported."""
    if not total:
        return f'<p role="status">{_say(texts.READING_FILE, language)}</p><progress></progress>'
    line = _say(texts.TAKEN_SO_FAR, language, done=done, total=total)
    return f'<p role="status">{line}</p><progress max="{total}" value="{done}"></progress>'


def import_html(report: ImportReport, *, dry_run: bool, language: str) -> str:
    """Return what an import did, or would do."""
    line = _say(
        texts.IMPORTED, language, rows=report.rows, layout=report.layout, added=report.added,
        merged=len(report.merged), unchanged=report.unchanged, failed=len(report.failed),
    )  # fmt: skip
    if flagged := report.likeness.flags():
        line += "</p><p>" + _say(
            texts.ALIKE, language, duplicates=len(report.likeness.duplicates),
            conflicts=len(report.likeness.conflicts), pairs=len(flagged),
        )  # fmt: skip
    tried = f"<p>{_say(texts.TRIED, language)}</p>" if dry_run else ""
    rows = "".join(
        f"<li>{_say(texts.ROW, language, n=number, reason=reason.in_language(language))}</li>"
        for number, reason, _ in report.failed[:_ROWS_SHOWN]
    )
    return f'<div class="rqf-notice rqf-done" role="status">{tried}<p>{line}</p><ul>{rows}</ul></div>'
