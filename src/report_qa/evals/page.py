"""A scored run as one HTML page that needs nothing else: no network, both languages, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from report_qa.errors import Text
from report_qa.evals import charts, wording
from report_qa.evals.agreement import Agreement
from report_qa.evals.dataset import Case
from report_qa.evals.facts import holds_quote, missing_facts
from report_qa.evals.folder import OURS, RunFolder
from report_qa.evals.intervals import Estimate
from report_qa.evals.measures import MEASURES
from report_qa.evals.reasons import Reason
from report_qa.evals.records import Record, Retrieved
from report_qa.evals.scores import TIMINGS, TOKENS, ScoredCase, ScoredRun, SystemScores, by_group

_MISSES_SHOWN = 300
"""Misses of one system that are shown with all their passages: a page of thousands opens slowly."""
_THRESHOLD = "answer.refusal_threshold"


def page(run: ScoredRun, judged: Sequence[Agreement], folder: RunFolder, language: str) -> str:
    """Return the page.

    Args:
        run: the scores.
        judged: what judges make of it.
        folder: cases and records of the run.
        language: in which the page opens, ``zh`` or ``en``; its reader can switch.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals["t"] = _both
    template = environment.from_string(files(__package__).joinpath("page.html").read_text(encoding="utf-8"))
    systems = run.systems
    context: dict[str, Any] = {
        "language": language,
        "wording": wording,
        "run": run,
        "folder": folder,
        "systems": systems,
        "headline_chart": charts.dots(_rows(systems, headline=True)),
        "outcome_chart": charts.stacks({system.name: _outcomes(system) for system in systems}),
        "kind_chart": charts.dots(_group_rows(run, "kind")),
        "language_chart": charts.dots(_group_rows(run, "language")),
        "cost_chart": charts.spans([_cost_row(systems, name) for name in TIMINGS], Text("seconds", "秒")),
        "tables": _tables(run),
        "judged": [wording.judged(found) for found in judged],
        "calibration": _calibration(run),
        "misses": [_misses(system, folder) for system in systems],
        "reasons": [(reason, reason.label) for reason in Reason],
        "parts": [(part.style, part.label) for part in _PARTS],
    }
    return template.render(context)


def _both(text: Text) -> Markup:
    """Return a text in both languages; the page's style shows one of them."""
    return Markup('<span class="en" lang="en">{}</span><span class="zh" lang="zh">{}</span>').format(text.en, text.zh)


def _rows(systems: Sequence[SystemScores], *, headline: bool) -> list[charts.Row]:
    measures = [m for m in MEASURES.values() if m.headline is headline]
    return [charts.Row(m.label, [system.estimate(m.name) for system in systems]) for m in measures]


def _group_rows(run: ScoredRun, name: str) -> list[charts.Row]:
    by_system = [by_group(run, system, name) for system in run.systems]
    return [charts.Row(wording.KIND_LABELS[value], [g[value] for g in by_system]) for value in run.values_of(name)]


def _cost_row(systems: Sequence[SystemScores], name: str) -> tuple[Text, list[list[float]]]:
    return wording.COST_LABELS[name], [system.costs(name) for system in systems]


_PARTS = (
    charts.Part("right", Text("answered rightly, or rightly refused", "答对，或该拒而拒"), 0, 0),
    charts.Part("wrong", Text("answered wrongly, or though it should be refused", "答错，或应拒未拒"), 0, 0),
    charts.Part("refused", Text("refused wrongly", "误拒"), 0, 0),
    charts.Part("failed", Text("failed", "出错"), 0, 0),
)


def _outcomes(system: SystemScores) -> list[tuple[Text, list[charts.Part]]]:
    bars = []
    for label, answerable in (
        (Text("answerable", "可回答"), True),
        (Text("unanswerable", "不可回答"), False),
    ):
        cases = [case for case in system.cases if (case.kind != "unanswerable") is answerable]
        styles = [_style(case) for case in cases]
        if cases:
            parts = [
                charts.Part(p.style, p.label, styles.count(p.style) / len(cases), styles.count(p.style)) for p in _PARTS
            ]
            bars.append((label, parts))
    return bars


def _style(case: ScoredCase) -> str:
    if case.status == "failed":
        return "failed"
    if case.values["outcome"]:
        return "right"
    return "refused" if case.status == "refused" else "wrong"


def _tables(run: ScoredRun) -> list[tuple[Text, list[tuple[Text, list[wording.Shown]]]]]:
    systems = run.systems

    def figures(rows: Sequence[charts.Row], measures: Sequence[str]) -> list[tuple[Text, list[wording.Shown]]]:
        return [
            (row.label, [wording.figure(e, name) for e in row.estimates])
            for row, name in zip(rows, measures, strict=True)
            if any(row.estimates)
        ]

    head = [m.name for m in MEASURES.values() if m.headline]
    rest = [m.name for m in MEASURES.values() if not m.headline]
    groups = _group_rows(run, "kind") + _group_rows(run, "language")
    costs: list[tuple[Text, list[Estimate | None], str]] = [
        (wording.COST_LABELS[name], [system.cost(name) for system in systems], name) for name in (*TIMINGS, *TOKENS)
    ]
    attempted = [wording.attempted(len(s.cases), s.wanted) for s in systems]
    counts = [
        (wording.ATTEMPTED, attempted),
        (wording.FAILED, [wording.plain(s.failed) for s in systems]),
    ]
    return [
        (wording.HEADLINE, counts + figures(_rows(systems, headline=True), head)),
        (Text("By kind and language", "按题型与语言"), figures(groups, ["accuracy"] * len(groups))),
        (wording.COSTS, [(label, [wording.cost(e, name) for e in values]) for label, values, name in costs]),
        (wording.DETAILS, figures(_rows(systems, headline=False), rest)),
    ]


def _calibration(run: ScoredRun) -> list[dict[str, Any]]:
    setting = run.info.configuration.settings.get(_THRESHOLD)
    used = float(setting) if setting is not None else None
    found = [(system, system.calibration()) for system in run.systems]
    return [
        {
            "name": system.name,
            "figures": calibration,
            "used": used if system.name == OURS else None,
            "reliability": charts.reliability(calibration),
            "thresholds": charts.thresholds(calibration, used if system.name == OURS else None),
        }
        for system, calibration in found
        if calibration is not None
    ]


def _misses(system: SystemScores, folder: RunFolder) -> dict[str, Any]:
    cases = {case.id: case for case in folder.cases}
    records = folder.records(system.name)
    wrong = [scored for scored in system.cases if scored.reason is not None]
    shown = [_miss(scored, cases[scored.id], records[scored.id]) for scored in wrong[:_MISSES_SHOWN]]
    return {"name": system.name, "count": len(wrong), "shown": shown}


def _miss(scored: ScoredCase, case: Case, record: Record) -> dict[str, Any]:
    assert scored.reason is not None
    passages = record.passages or ()
    cited = {citation.passage for citation in record.citations or ()}
    return {
        "case": case,
        "record": record,
        "reason": Reason(scored.reason),
        "status": wording.STATUS_LABELS[record.status],
        "kind": wording.KIND_LABELS[case.kind],
        "missing": missing_facts(record.answer, case.key_facts) if record.status == "answered" else [],
        "evidence": [(quote, _places(quote, passages)) for quote in case.evidence],
        "passages": [(number, p, number - 1 in cited, _marked(p, case)) for number, p in enumerate(passages, start=1)],
    }


def _places(quote: str, passages: Sequence[Retrieved]) -> list[int]:
    """Return the numbers of the passages that hold a quote."""
    return [i for i, p in enumerate(passages, start=1) if holds_quote("\n".join((*p.heading, p.text)), quote)]


def _marked(passage: Retrieved, case: Case) -> Markup:
    """Return the text of a passage with the evidence marked where it stands word for word."""
    text = escape(passage.text)
    for quote in case.evidence:
        text = text.replace(escape(quote), Markup("<mark>{}</mark>").format(quote))
    return text
