"""Scores as a Markdown table, systems side by side, with the cases that went wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from report_qa.evals.dataset import Case
from report_qa.evals.score import Record, Scores, Share, score


def markdown(cases: Sequence[Case], records: Sequence[Record]) -> str:
    """Return the report of a run.

    Args:
        cases: what was asked.
        records: all records of all systems.
    """
    systems = list(dict.fromkeys(record.system for record in records))
    by_system = {name: [r for r in records if r.system == name] for name in systems}
    lines = ["| | " + " | ".join(systems) + " |", "| --- |" + " --- |" * len(systems)]
    scores = {name: score(of) for name, of in by_system.items()}
    for label, show in _ROWS:
        lines.append(f"| {label} | " + " | ".join(show(scores[name]) for name in systems) + " |")
    for title, field in (("kind", "kind"), ("language", "language")):
        for value in dict.fromkeys(getattr(case, field) for case in cases):
            part = [score([r for r in by_system[name] if getattr(r, field) == value]) for name in systems]
            if value == "unanswerable":
                continue
            lines.append(f"| right, {title} {value} | " + " | ".join(_share(s.right) for s in part) + " |")
    lines += ["", *_misses(cases, by_system[systems[0]])]
    return "\n".join(lines) + "\n"


def _share(share: Share) -> str:
    if not share.of:
        return "–"
    low, high = share.interval
    return f"{share.value:.0%} ({share.hits} of {share.of}; {low:.0%}–{high:.0%})"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} s"


_ROWS: tuple[tuple[str, Callable[[Scores], str]], ...] = (
    ("attempted", lambda s: str(s.attempted)),
    ("failed", lambda s: str(s.failed)),
    ("**answerable: right**", lambda s: _share(s.right)),
    ("answerable: refused", lambda s: _share(s.wrongly_refused)),
    ("**unanswerable: refused**", lambda s: _share(s.refused)),
    ("unanswerable: answered", lambda s: _share(s.invented)),
    ("right answers whose citation holds the evidence", lambda s: _share(s.cited)),
    ("passages found, median", lambda s: _seconds(s.passages_s)),
    ("first token, median", lambda s: _seconds(s.first_token_s)),
    ("whole answer, median", lambda s: _seconds(s.total_s)),
)


def _misses(cases: Sequence[Case], records: Sequence[Record]) -> list[str]:
    by_id = {case.id: case for case in cases}
    lines = ["## Misses", "", "| case | question | status | answer |", "| --- | --- | --- | --- |"]
    for record in records:
        case = by_id[record.case]
        fine = record.status == "refused" if case.kind == "unanswerable" else record.right
        if not fine:
            answer = (record.error or record.text).replace("|", "\\|").replace("\n", " ")
            lines.append(f"| {case.id} | {case.question.replace('|', '/')} | {record.status} | {answer[:200]} |")
    return lines
