"""The review page as HTML: the queue, flags, the source with the evidence marked, history, figures."""

from __future__ import annotations

from collections.abc import Sequence

from report_qa.errors import Text
from report_qa.faq.effort import Effort
from report_qa.faq.flags import FLAGS, describe
from report_qa.faq.records import STATE_NAMES, Change, Flag, Pair
from report_qa.faq.source import Place
from report_qa.ui.evidence import source_place
from report_qa.ui.markup import escape, local_time, section_html
from report_qa.ui.pictures import pictures_html
from report_qa.ui.review import texts
from report_qa.ui.state import Source, shown_picture
from report_qa.ui.texts import collection_name

_QUEUE_SHOWN = 200
_CHANGES_SHOWN = 12
_HIDDEN_FIELDS = frozenset({"version", "evidence"})


def title_html(collection: str, language: str) -> str:
    """Return title and collection, and the way to the studio."""
    title = texts.TITLE.in_language(language)
    studio = texts.STUDIO.in_language(language)
    return (
        f"<h1>{escape(title)}</h1>"
        f'<span class="rqf-collection">{escape(collection_name(collection, language))}</span>'
        f'<a class="rqf-link" href="./studio">{escape(studio)}</a>'
    )


def queue_html(queue: Sequence[Pair], number: int | None, language: str) -> str:
    """Return the queue as a list of buttons, the one in hand marked."""
    if not queue:
        return f'<p class="rqf-empty">{escape(texts.EMPTY.in_language(language))}</p>'
    at = next((i for i, pair in enumerate(queue) if pair.id == number), 0)
    first = max(0, at - _QUEUE_SHOWN // 2)
    items = "".join(_item(pair, pair.id == number, language) for pair in queue[first : first + _QUEUE_SHOWN])
    count = texts.QUEUE.in_language(language).format(n=len(queue))
    return f'<p class="rqf-count">{escape(count)}</p><ul class="rqf-queue">{items}</ul>'


def _item(pair: Pair, current: bool, language: str) -> str:
    mark = '<span class="rqf-mark" aria-hidden="true">⚑</span>' if pair.flags else ""
    state = escape(STATE_NAMES[pair.state].in_language(language) + (f" @{pair.reviewer}" if pair.reviewer else ""))
    return (
        f'<li><button type="button" data-pick="{pair.id}"{" aria-current=true" if current else ""}>'
        f"{mark}<b>#{pair.id}</b> {escape(pair.question)} <small>{state}</small></button></li>"
    )


def pair_html(pair: Pair | None, language: str) -> str:
    """Return number, state and flags of the pair in hand."""
    if pair is None:
        return ""
    state = STATE_NAMES[pair.state].in_language(language)
    kind = texts.TYPES[pair.type].in_language(language)
    source = texts.SOURCES[pair.source].in_language(language) if pair.source in texts.SOURCES else pair.source
    flags = "".join(_flag(flag, language) for flag in pair.flags)
    who = (texts.ASSIGNEE.in_language(language).format(who=pair.reviewer),) if pair.reviewer else ()
    facts = " · ".join(escape(part) for part in (f"#{pair.id}", state, kind, source, f"v{pair.version}", *who))
    return f'<p class="rqf-facts" data-pair="{pair.id}">{facts}</p><p class="rqf-flags">{flags}</p>'


def _flag(flag: Flag, language: str) -> str:
    grave = flag.code in FLAGS and FLAGS[flag.code].grave
    return f'<span class="rqf-flag{" rqf-grave" if grave else ""}">⚑ {escape(describe(flag, language))}</span>'


def source_html(pair: Pair | None, place: Place | None, collection: str, language: str) -> str:
    """Return the section that the evidence stands in, the evidence marked, with the pictures that belong to it.

    Args:
        pair: the one in hand.
        place: where its evidence stands.
        collection: the one that it is in.
        language: of the labels.
    """
    if pair is None:
        return ""
    title = f"<h2>{escape(texts.SOURCE.in_language(language))}</h2>"
    if place is None:
        return f'{title}<p class="rqf-empty">{escape(texts.NO_SOURCE.in_language(language))}</p>{_changed_html(pair)}'
    source = _source(place, collection)
    where = source_place(source, language)
    heading = f'<p class="rqf-heading">{escape(source.heading)}</p><p class="rqf-where">{escape(where)}</p>'
    figures = pictures_html([source], language, numbered=False)
    body = section_html(source.text, source.highlights)
    if place.cell:
        cell = texts.CELL.in_language(language).format(cell=place.cell.named(language))
        heading += f'<p class="rqf-cell">{escape(cell)}</p>'
    return f'{title}{heading}{figures}<div class="rqf-section">{body}</div>'


def _source(place: Place, collection: str) -> Source:
    evidence = place.evidence()
    return Source(
        1, evidence.document, evidence.title, evidence.path, place.section.text, ((place.start, place.end),),
        evidence.first_line, evidence.last_line, True, evidence.pages,
        tuple(shown_picture(picture, collection) for picture in evidence.pictures),
    )  # fmt: skip


def _changed_html(pair: Pair) -> str:
    """Return the evidence as it was above what the document says now, where that was found."""
    if pair.evidence is None:
        return ""
    now = next((flag.detail for flag in pair.flags if flag.code == "stale_changed"), "")
    shown = f"<ins>{escape(now)}</ins>" if now else ""
    return f'<div class="rqf-changed"><del>{escape(pair.evidence.quote)}</del>{shown}</div>'


def history_html(changes: Sequence[Change], language: str) -> str:
    """Return the newest changes, each with what was before and after."""
    shown = [change for change in reversed(changes) if change.field not in _HIDDEN_FIELDS][:_CHANGES_SHOWN]
    rows = "".join(
        f"<li><b>{escape(change.by)}</b> {local_time(change.at)} {escape(change.action)} · {escape(change.field)}"
        f"{_value('del', change.old)}{_value('ins', change.new)}</li>"
        for change in shown
    )
    title = escape(texts.HISTORY.in_language(language))
    return f'<details class="rqf-history"><summary>{title} ({len(shown)})</summary><ul>{rows}</ul></details>'


def _value(tag: str, value: object) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        value = "; ".join(str(item.get("code", "")) if isinstance(item, dict) else str(item) for item in value)
    return f"<{tag}>{escape(str(value))}</{tag}>"


def effort_html(found: Effort | None, hand_minutes: float, language: str) -> str:
    """Return what review costs, a dash where nothing is known yet."""
    if found is None:
        return ""
    share, spent, saving = found.unedited_share, found.minutes_per_hundred, found.saving(hand_minutes)
    line = texts.EFFORT.in_language(language).format(
        approved=found.approved,
        share="–" if share is None else f"{share:.0%}",
        minutes="–" if spent is None else f"{spent:.0f}",
        saving="–" if saving is None else f"{saving:.1%}",
        hand=f"{hand_minutes:g}",
    )
    return f'<p class="rqf-effort">{escape(line)}</p>'


def notice_html(notice: Text | None, failed: bool, language: str) -> str:
    """Return what was done, or why it was not."""
    if notice is None:
        return ""
    kind = "rqf-failed" if failed else "rqf-done"
    return f'<p class="rqf-notice {kind}" role="status">{escape(notice.in_language(language))}</p>'
