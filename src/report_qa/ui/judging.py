"""What visitors say of answers: the buttons and the form below an answer, and what is kept of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import get_args

from report_qa.config import Settings
from report_qa.indexing.selection import is_joined
from report_qa.runtime.audit import Audit
from report_qa.runtime.database import Database
from report_qa.runtime.feedback import Feedback, Kind, Verdict, add_feedback, note_disliked
from report_qa.ui import texts
from report_qa.ui.markup import escape, say
from report_qa.ui.state import Exchange

MAX_REASON_CHARS = 500
_VISITOR = "page"
"""By whom feedback of the page is: it has no accounts."""
_KINDS: dict[str, tuple[Kind, ...]] = {
    "answered": ("wrong", "incomplete", "citation", "other"),
    "refused": ("should_answer", "other"),
}
"""What can be wrong with an answer, and with a refusal."""
_THUMB = (
    '<svg class="rqa-thumb" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 10h4v10H3zM9 10.4 12.6 3c1.7 0 2.6 1.3 '
    '2.3 2.8L14.2 9H19a2 2 0 0 1 2 2.4l-1.4 7a2 2 0 0 1-2 1.6H9z"/></svg>'
)


@dataclass(frozen=True)
class Judgement:
    """What somebody says of the exchange at a position: how it is, and why, as one of a few and in their words."""

    at: int
    verdict: Verdict
    kind: Kind = ""
    reason: str = ""


def judgement_of(text: str) -> Judgement | None:
    """Return the judgement that a browser sent; None where it is none."""
    try:
        sent = json.loads(text)
        at, verdict, kind, reason = int(sent["at"]), sent["verdict"], sent.get("kind", ""), sent.get("reason", "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    known = at >= 0 and verdict in get_args(Verdict) and kind in get_args(Kind) and isinstance(reason, str)
    return Judgement(at, verdict, kind, reason.strip()[:MAX_REASON_CHARS]) if known else None


class Judging:
    """Keeps what visitors say, where the API keeps it too.

    Args:
        settings: those without a collection.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database = Database(settings)
        self._audit = Audit(settings)

    def take(self, exchange: Exchange, judgement: Judgement) -> None:
        """Keep a judgement of an exchange.

        Raises:
            StateUnusable: it cannot be kept.
            FAQError: the database of pairs, where gaps are kept, cannot be used.
        """
        feedback = feedback_of(exchange, judgement)
        with self._database.transaction() as connection:
            add_feedback(connection, feedback, _VISITOR)
        note_disliked(self._settings, feedback)
        self._audit.add(_VISITOR, "feedback.add", judgement.verdict)


def feedback_of(exchange: Exchange, judgement: Judgement) -> Feedback:
    """Return what is kept of a judgement: the exchange with what its answer quotes.

    Where several collections were asked it belongs to that of the first citation, or of the nearest passage.
    """
    cited = [source for source in exchange.sources if source.cited]
    documents = {(source.collection, source.document) for source in cited}
    collection = exchange.collection
    if is_joined(collection) and exchange.sources:
        collection = (cited or exchange.sources)[0].collection
    return Feedback(
        collection=collection,
        question=exchange.question,
        answer=exchange.text,
        outcome=exchange.outcome,
        verdict=judgement.verdict,
        reason=judgement.reason,
        kind=judgement.kind,
        standalone=exchange.standalone if exchange.standalone != exchange.question else "",
        evidence=tuple(source.text[a:b] for source in cited for a, b in source.highlights),
        document=cited[0].document if len(documents) == 1 else "",
    )


def judge_buttons_html(exchange: Exchange, key: str, language: str) -> str:
    """Return thumbs up and down, or how the answer was judged; empty where it is not asked."""
    if exchange.verdict:
        said = say(texts.JUDGED_AS[exchange.verdict], language)
        return f'<span class="rqa-judged" data-judged="{exchange.verdict}">{_THUMB}{said}</span>'
    if not exchange.votable:
        return ""
    up = escape(json.dumps({"at": key, "verdict": "up"}))
    kept = say(texts.KEPT_FOR_REVIEW, language)
    good, bad = say(texts.GOOD, language), say(texts.BAD, language)
    return (
        f'<button type="button" class="rqa-action rqa-up" data-do="judge" data-text="{up}" aria-label="{good}"'
        f' title="{good}. {kept}">{_THUMB}</button>'
        f'<button type="button" class="rqa-action rqa-down" data-unfold="rqa-judge-{key}" aria-expanded="false"'
        f' aria-label="{bad}" title="{bad}">{_THUMB}</button>'
    )


def judge_form_html(exchange: Exchange, key: str, language: str) -> str:
    """Return the form that asks what is wrong with an answer, folded; empty where it is not asked."""
    if not exchange.votable:
        return ""
    choices = "".join(
        f'<label><input type="radio" name="kind" value="{kind}" required>{say(texts.KINDS[kind], language)}</label>'
        for kind in _KINDS[exchange.outcome]
    )
    line = say(texts.REASON_LINE, language)
    return (
        f'<form class="rqa-judge" id="rqa-judge-{key}" hidden><input type="hidden" name="at" value="{key}">'
        f'<input type="hidden" name="verdict" value="down">'
        f"<fieldset><legend>{say(texts.WHAT_IS_WRONG, language)}</legend>{choices}</fieldset>"
        f'<div class="rqa-judge-line"><input type="text" name="reason" maxlength="{MAX_REASON_CHARS}"'
        f' placeholder="{line}" aria-label="{line}"><button type="submit" class="rqa-button" data-do="judge">'
        f"{say(texts.SEND_JUDGEMENT, language)}</button></div>"
        f"<p>{say(texts.KEPT_FOR_REVIEW, language)}</p></form>"
    )
