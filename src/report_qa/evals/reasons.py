"""Why a case went wrong, told from what was found, what was cited and what was said."""

from __future__ import annotations

from enum import StrEnum

from report_qa.errors import Text
from report_qa.evals.dataset import Case
from report_qa.evals.facts import held_form
from report_qa.evals.measures import answered_rightly, found_by_passage
from report_qa.evals.records import Record


class Reason(StrEnum):
    """Where a case was lost; the first that holds, in this order."""

    FAILED = "failed"
    SHOULD_HAVE_REFUSED = "should_have_refused"
    NOT_RETRIEVED = "not_retrieved"
    REFUSED_WRONGLY = "refused_wrongly"
    NOT_USED = "not_used"
    WRONG = "wrong"

    @property
    def label(self) -> Text:
        """The reason in both languages."""
        return _LABELS[self]


_LABELS = {
    Reason.FAILED: Text("failed", "出错"),
    Reason.SHOULD_HAVE_REFUSED: Text("should have refused", "应拒未拒"),
    Reason.NOT_RETRIEVED: Text("not retrieved", "未检索到"),
    Reason.REFUSED_WRONGLY: Text("refused wrongly", "误拒"),
    Reason.NOT_USED: Text("retrieved but not used", "检索到但未用上"),
    Reason.WRONG: Text("wrong", "答错"),
}


RIGHT = Text("right", "正确")


def verdict_of(case: Case, record: Record) -> Text:
    """Return in a word what came of a case: right, or why not."""
    reason = reason_of(case, record)
    return reason.label if reason else RIGHT


def reason_of(case: Case, record: Record) -> Reason | None:
    """Return why a case went wrong, None where it did not.

    An answer used the evidence when it cites a passage that holds some, or, from a system that does not cite, when
    it holds at least one of the key facts.
    """
    if record.status == "failed":
        return Reason.FAILED
    if not case.answerable:
        return Reason.SHOULD_HAVE_REFUSED if record.status == "answered" else None
    if answered_rightly(case, record):
        return None
    found = found_by_passage(case, record)
    if found is not None and not any(found):
        return Reason.NOT_RETRIEVED
    if record.status == "refused":
        return Reason.REFUSED_WRONGLY
    if found is not None and not _used(case, record, found):
        return Reason.NOT_USED
    return Reason.WRONG


def _used(case: Case, record: Record, found: list[set[int]]) -> bool:
    if record.citations is not None:
        return any(found[citation.passage] for citation in record.citations)
    return any(held_form(record.answer, forms) for forms in case.key_facts)
