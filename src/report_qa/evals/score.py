"""Score answers by key facts, without a model. Pure functions; failed cases count as attempted, never dropped."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from report_qa.text.normalise import fold

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_JOINS_NUMBER = frozenset("0123456789")


@dataclass(frozen=True)
class Record:
    """One case answered by one system.

    Attributes:
        case, kind, language: of the case.
        system: which system answered.
        status: answered, refused or failed.
        text: the answer that was shown.
        right: all key facts and no forbidden one, for answerable cases that were answered.
        cited: whether a cited passage holds a piece of the evidence; None for systems that do not cite.
        passages_s, first_token_s, total_s: seconds, None where it did not come to it.
        error: what broke.
    """

    case: str
    kind: str
    language: str
    system: str
    status: str
    text: str
    right: bool
    cited: bool | None
    passages_s: float | None
    first_token_s: float | None
    total_s: float
    error: str | None = None


@dataclass(frozen=True)
class Share:
    """A share with its count and 95% interval (Wilson, 1927)."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; NaN for nothing."""
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% Wilson interval."""
        if not self.of:
            return math.nan, math.nan
        z, n, p = 1.96, self.of, self.value
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True)
class Scores:
    """The scores of one system over some records.

    Attributes:
        attempted, failed: cases, and those that broke.
        right: answerable cases answered with all key facts.
        wrongly_refused: answerable cases that were refused.
        refused: unanswerable cases that were refused.
        invented: unanswerable cases that were answered.
        cited: right answers whose citation holds the evidence.
        passages_s, first_token_s, total_s: medians in seconds.
    """

    attempted: int
    failed: int
    right: Share
    wrongly_refused: Share
    refused: Share
    invented: Share
    cited: Share
    passages_s: float | None
    first_token_s: float | None
    total_s: float | None


def holds_fact(text: str, form: str) -> bool:
    """Return whether a text holds a form of a fact; a number matches whole numbers only ("5%" is not in "45%")."""
    wanted, within = _comparable(form), _comparable(text)
    start = within.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        if not (
            _continues(within, start - 1, wanted[0], before=True) or _continues(within, end, wanted[-1], before=False)
        ):
            return True
        start = within.find(wanted, start + 1)
    return False


def missing_facts(text: str, key_facts: Iterable[Sequence[str]]) -> list[str]:
    """Return the first form of every key fact of which a text holds no form."""
    return [forms[0] for forms in key_facts if not any(holds_fact(text, form) for form in forms)]


def is_right(text: str, key_facts: Iterable[Sequence[str]], forbidden: Iterable[str]) -> bool:
    """Return whether a text holds every key fact and nothing forbidden."""
    return not missing_facts(text, key_facts) and not any(holds_fact(text, form) for form in forbidden)


def score(records: Sequence[Record]) -> Scores:
    """Return the scores of some records of one system."""
    answerable = [r for r in records if r.kind != "unanswerable"]
    unanswerable = [r for r in records if r.kind == "unanswerable"]
    right = [r for r in answerable if r.right]
    citing = [r for r in right if r.cited is not None]
    return Scores(
        attempted=len(records),
        failed=sum(r.status == "failed" for r in records),
        right=Share(len(right), len(answerable)),
        wrongly_refused=Share(sum(r.status == "refused" for r in answerable), len(answerable)),
        refused=Share(sum(r.status == "refused" for r in unanswerable), len(unanswerable)),
        invented=Share(sum(r.status == "answered" for r in unanswerable), len(unanswerable)),
        cited=Share(sum(bool(r.cited) for r in citing), len(citing)),
        passages_s=_median(r.passages_s for r in records),
        first_token_s=_median(r.first_token_s for r in records),
        total_s=_median(r.total_s for r in records if r.status != "failed"),
    )


def _comparable(text: str) -> str:
    folded = fold(text)
    # thousands separators are no part of a number
    return _THOUSANDS.sub("", folded)


def _continues(text: str, at: int, edge: str, *, before: bool) -> bool:
    """Whether the character at ``at`` makes the number at the edge of a match a part of a longer one."""
    if edge not in _JOINS_NUMBER or not 0 <= at < len(text):
        return False
    if text[at] in _JOINS_NUMBER:
        return True
    beyond = at - 1 if before else at + 1
    return text[at] == "." and 0 <= beyond < len(text) and text[beyond] in _JOINS_NUMBER


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None
