"""A scored run as Markdown: tables with the systems side by side, and the cases that went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from report_qa.errors import Text
from report_qa.evals import wording
from report_qa.evals.agreement import Agreement
from report_qa.evals.dataset import Case
from report_qa.evals.folder import RunFolder
from report_qa.evals.measures import MEASURES
from report_qa.evals.reasons import Reason
from report_qa.evals.records import Record
from report_qa.evals.scores import TIMINGS, TOKENS, ScoredRun, SystemScores, by_group

_LONGEST = 200
Show = Callable[[SystemScores], wording.Shown]


def tables(run: ScoredRun, language: str) -> str:
    """Return the figures of a run as Markdown tables, the systems as columns; rows that apply to none are left out."""
    head: list[tuple[Text, Show]] = [
        (wording.ATTEMPTED, lambda s: wording.attempted(len(s.cases), s.wanted)),
        (wording.FAILED, lambda s: wording.plain(s.failed)),
    ]
    parts = [_table(run, head + _measures(headline=True), language)]
    for heading, name in ((wording.BY_KIND, "kind"), (wording.BY_LANGUAGE, "language")):
        parts += [f"## {heading.in_language(language)}", _table(run, _groups(run, name), language)]
    parts += [f"## {wording.COSTS.in_language(language)}", _table(run, _costs(), language)]
    parts += [f"## {wording.DETAILS.in_language(language)}", _table(run, _measures(headline=False), language)]
    return "\n\n".join(part for part in parts if part) + "\n"


def judged_table(judged: Sequence[Agreement], language: str) -> str:
    """Return how judges agree with the key-fact score as a Markdown table with its heading; empty without judges."""
    if not judged:
        return ""
    lines = ["| " + " | ".join(head.in_language(language) for head in wording.JUDGE_HEADS) + " |"]
    lines.append("|" + " --- |" * len(wording.JUDGE_HEADS))
    for found in judged:
        lines.append("| " + " | ".join(cell.in_language(language) for cell in wording.judged(found)) + " |")
    return f"## {wording.JUDGE.in_language(language)}\n\n" + "\n".join(lines) + "\n"


def markdown(run: ScoredRun, judged: Sequence[Agreement], folder: RunFolder, language: str) -> str:
    """Return the whole report of a run.

    Args:
        run: its scores.
        judged: what judges make of it.
        folder: its cases and records.
        language: ``zh`` or ``en``.
    """
    info = run.info
    about = [
        f"- {folder.info.dataset} ({len(folder.cases)}, `{info.dataset_sha256[:12]}`)",
        f"- {', '.join(f'{part} {identity}' for part, identity in info.configuration.models.items())}",
        f"- report-qa {info.configuration.report_qa} (`{info.configuration.program[:12]}`), {info.started}",
        f"- {info.machine}",
    ]
    title, note, heading = (t.in_language(language) for t in (wording.TITLE, wording.INTERVALS, wording.RUN))
    lines = [
        f"# {title}",
        "",
        tables(run, language),
        note,
        "",
        judged_table(judged, language),
        f"## {heading}",
        "",
        *about,
        "",
    ]
    for system in run.systems:
        lines += [f"## {wording.MISSES.in_language(language)}: {system.name}", ""]
        lines += _misses(system, {case.id: case for case in folder.cases}, folder.records(system.name), language)
    return "\n".join(lines) + "\n"


def _table(run: ScoredRun, rows: Sequence[tuple[Text, Show]], language: str) -> str:
    names = [system.name for system in run.systems]
    shown = []
    for label, show in rows:
        cells = [show(system).in_language(language) for system in run.systems]
        if set(cells) != {"–"}:
            shown.append(f"| {label.in_language(language)} | " + " | ".join(cells) + " |")
    return "\n".join(["| | " + " | ".join(names) + " |", "| --- |" + " --- |" * len(names), *shown]) if shown else ""


def _measures(*, headline: bool) -> list[tuple[Text, Show]]:
    def row(name: str) -> tuple[Text, Show]:
        return MEASURES[name].label, lambda system: wording.figure(system.estimate(name), name)

    return [row(measure.name) for measure in MEASURES.values() if measure.headline is headline]


def _groups(run: ScoredRun, name: str) -> list[tuple[Text, Show]]:
    def row(value: str) -> tuple[Text, Show]:
        label = wording.KIND_LABELS[value]
        return label, lambda system: wording.figure(by_group(run, system, name)[value], "accuracy")

    return [row(value) for value in run.values_of(name)]


def _costs() -> list[tuple[Text, Show]]:
    def row(name: str) -> tuple[Text, Show]:
        return wording.COST_LABELS[name], lambda system: wording.cost(system.cost(name), name)

    return [row(name) for name in (*TIMINGS, *TOKENS)]


def _misses(system: SystemScores, cases: Mapping[str, Case], records: Mapping[str, Record], language: str) -> list[str]:
    heads = Text("case|why|question|answer", "用例|原因|问题|回答").in_language(language).split("|")
    lines = [f"| {' | '.join(heads)} |", "| --- | --- | --- | --- |"]
    for scored in system.cases:
        if scored.reason is not None:
            record = records[scored.id]
            said = record.error.text.in_language(language) if record.error else record.answer
            why = Reason(scored.reason).label.in_language(language)
            cells = (scored.id, why, cases[scored.id].question, said[:_LONGEST])
            lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return [*lines, ""]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
