"""Two systems over the same cases, in pairs: what got better, what got worse, and whether that can be chance.

Pairs are far sharper than two intervals side by side, since most cases come out the same in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from report_qa.errors import ConfigError, Text
from report_qa.evals.configuration import differences
from report_qa.evals.intervals import Estimate, mcnemar, mean_difference
from report_qa.evals.measures import MEASURES, Measure
from report_qa.evals.scores import ScoredRun, SystemScores, load_scored

GATED = ("accuracy", "refusal_recall", "evidence_recall", "citation_precision")
"""Measures of which a loss stops a release, unless others are named."""
_PAIRED = tuple(measure.name for measure in MEASURES.values() if measure.paired)


@dataclass(frozen=True)
class Difference:
    """How a measure differs over the cases to which it applies in both.

    Attributes:
        measure: which.
        before, after: its means over those cases.
        change: mean of after - before with its paired bootstrap interval.
        won, lost: ids of the cases whose value got better or worse, as the measure is read.
        p: exact two-sided probability of so uneven a split of won and lost cases if nothing had changed: McNemar's test
            for measures of 0 or 1, the sign test, which is the same computation, for others.
    """

    measure: Measure
    before: float
    after: float
    change: Estimate
    won: tuple[str, ...]
    lost: tuple[str, ...]
    p: float

    def is_loss(self, alpha: float) -> bool:
        """Return whether it got worse, and more than chance explains at that level."""
        return self.change.value * self.measure.better < 0 and len(self.lost) > len(self.won) and self.p < alpha


@dataclass(frozen=True)
class Comparison:
    """Two systems over the same cases.

    Attributes:
        cases: cases that both attempted.
        missing: ids of cases that only one of them attempted.
        differences: one for every measure that applies to a case in both.
    """

    cases: int
    missing: tuple[str, ...]
    differences: tuple[Difference, ...]

    def losses(self, measures: Sequence[str], alpha: float) -> list[Difference]:
        """Return the significant losses among some measures.

        Args:
            measures: names of measures.
            alpha: chance of a false alarm over all of them together (Bonferroni): each is held to its share.
        """
        return [d for d in self.differences if d.measure.name in measures and d.is_loss(alpha / len(measures))]


def compare(before: SystemScores, after: SystemScores) -> Comparison:
    """Return how the second system differs from the first."""
    first = {case.id: case for case in before.cases}
    second = {case.id: case for case in after.cases}
    both = [id_ for id_ in first if id_ in second]
    differences = []
    for measure in MEASURES.values():
        pairs = [
            (id_, first[id_].values[measure.name], second[id_].values[measure.name])
            for id_ in both
            if measure.name in first[id_].values and measure.name in second[id_].values
        ]
        if pairs and measure.paired:
            differences.append(_difference(measure, pairs))
    missing = tuple(id_ for id_ in dict.fromkeys((*first, *second)) if not (id_ in first and id_ in second))
    return Comparison(len(both), missing, tuple(differences))


def _difference(measure: Measure, pairs: Sequence[tuple[str, float, float]]) -> Difference:
    olds, news = [old for _, old, _ in pairs], [new for _, _, new in pairs]
    change = mean_difference(olds, news)
    assert change is not None  # there are pairs
    won = tuple(id_ for id_, old, new in pairs if (new - old) * measure.better > 0)
    lost = tuple(id_ for id_, old, new in pairs if (new - old) * measure.better < 0)
    means = sum(olds) / len(pairs), sum(news) / len(pairs)
    return Difference(measure, *means, change, won, lost, mcnemar(len(won), len(lost)))


@dataclass(frozen=True)
class Compared:
    """Two systems of two runs of the same cases.

    Attributes:
        before, after: names of the systems.
        found: how they differ.
        changed: name and both values of everything in which the configurations differ.
    """

    before: str
    after: str
    found: Comparison
    changed: tuple[tuple[str, str, str], ...]

    def told(self, language: str) -> str:
        """Return all of it as Markdown, in ``zh`` or ``en``."""
        lines = [f"- {name}: {then} → {now}" for name, then, now in self.changed]
        return "\n".join((table(self.found, (f"A: {self.before}", f"B: {self.after}"), language), *lines))


def compare_runs(before: Path, after: Path, systems: tuple[str, str]) -> Compared:
    """Return how a system of a run differs from one of another run, or of the same.

    Args:
        before, after: folders of runs, or their ``report.json``.
        systems: names of the system of each.

    Raises:
        ConfigError: no run is there, the cases differ, or a system was not run.
    """
    first, second = load_scored(before), load_scored(after)
    require_comparable(first, second)
    old, new = system_of(first, systems[0]), system_of(second, systems[1])
    changed = tuple(differences(first.info.configuration, second.info.configuration))
    return Compared(old.name, new.name, compare(old, new), changed)


def require_comparable(before: ScoredRun, after: ScoredRun) -> None:
    """Refuse runs of different cases.

    Raises:
        ConfigError: the datasets differ.
    """
    if before.info.dataset_sha256 != after.info.dataset_sha256:
        raise ConfigError(
            Text(
                f"The runs are of different cases ({before.info.dataset}, {after.info.dataset}).",
                f"两次评测用的不是同一组用例（{before.info.dataset}、{after.info.dataset}）。",
            ),
            Text("Run both over the same dataset.", "请用同一数据集分别评测。"),
        )


def system_of(run: ScoredRun, name: str) -> SystemScores:
    """Return a system of a run.

    Raises:
        ConfigError: it was not run.
    """
    for system in run.systems:
        if system.name == name:
            return system
    names = [system.name for system in run.systems]
    raise ConfigError(
        Text(f"The run has no system {name}.", f"评测中没有系统 {name}。"),
        Text(f"It has: {', '.join(names) or 'none'}.", f"现有：{'、'.join(names) or '无'}。"),
    )


def require_finished(system: SystemScores) -> None:
    """Refuse a system that has not attempted all cases.

    Raises:
        ConfigError: naming how many are missing.
    """
    if len(system.cases) < system.wanted:
        raise ConfigError(
            Text(
                f"{system.name} has attempted {len(system.cases)} of {system.wanted} cases.",
                f"{system.name} 只评测了 {system.wanted} 个用例中的 {len(system.cases)} 个。",
            ),
            Text("Finish the run with the same 'report-qa eval run'.", "请用同一 report-qa eval run 命令完成评测。"),
        )


def require_measures(names: Sequence[str]) -> None:
    """Refuse names that are no measures, or none that can differ in pairs.

    Raises:
        ConfigError: naming the first.
    """
    for name in names:
        if name not in _PAIRED:
            raise ConfigError(
                Text(f"There is no measure {name} to compare.", f"没有可比较的指标 {name}。"),
                Text(f"Name some of: {', '.join(_PAIRED)}.", f"可用：{'、'.join(_PAIRED)}。"),
            )


def table(comparison: Comparison, names: tuple[str, str], language: str) -> str:
    """Return a comparison as a Markdown table with the cases won and lost below it.

    Args:
        comparison: what differs.
        names: of the two systems.
        language: ``zh`` or ``en``.
    """
    heads = Text("change|won|lost|p|cases", "变化|变好|变差|p|用例").in_language(language).split("|")
    lines = ["| | " + " | ".join((*names, *heads)) + " |", "| --- |" + " --- |" * 7]
    for d in comparison.differences:
        change = f"{d.change.value:+.1%} ({d.change.low:+.1%} … {d.change.high:+.1%})"
        cells = (f"{d.before:.1%}", f"{d.after:.1%}", change, str(len(d.won)), str(len(d.lost)), _p(d.p))
        lines.append(f"| {d.measure.label.in_language(language)} | " + " | ".join((*cells, str(d.change.n))) + " |")
    outcome = next((d for d in comparison.differences if d.measure.name == "outcome"), None)
    if outcome is not None:
        for label, ids in ((Text("Won", "变好"), outcome.won), (Text("Lost", "变差"), outcome.lost)):
            lines += ["", f"{label.in_language(language)} ({len(ids)}): {', '.join(ids) or '–'}"]
    if comparison.missing:
        said = Text("Attempted by one of them only", "只有一方评测过").in_language(language)
        lines += ["", f"{said} ({len(comparison.missing)}): {', '.join(comparison.missing)}"]
    return "\n".join(lines) + "\n"


def as_data(comparison: Comparison) -> dict[str, object]:
    """Return a comparison as plain data."""
    differences = [
        {
            "measure": d.measure.name, "before": d.before, "after": d.after, "change": d.change.value,
            "interval": [d.change.low, d.change.high], "cases": d.change.n, "p": d.p, "won": list(d.won),
            "lost": list(d.lost),
        }
        for d in comparison.differences
    ]  # fmt: skip
    return {"cases": comparison.cases, "missing": list(comparison.missing), "differences": differences}


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
