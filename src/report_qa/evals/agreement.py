"""How far a judge agrees with the key-fact score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report_qa.evals.intervals import Estimate, mean_of
from report_qa.evals.judge import Grade, JudgeIdentity
from report_qa.evals.scores import ScoredRun, SystemScores


@dataclass(frozen=True)
class Agreement:
    """A judge's grades of one system beside the key-fact score.

    Attributes:
        judge: model of the judge.
        system: whose answers.
        answers: answers to answerable cases.
        judged: those that have a clear grade.
        unclear: those whose grade is neither right nor wrong.
        accuracy: share of the answerable cases that are right by the judge; those that were refused, failed or have no
            clear grade are not. None as long as answers are to be judged.
        agreement: share of the judged answers on which both say the same.
        kappa: Cohen's kappa (1960): agreement beyond chance; None where chance alone agrees wholly.
        both_right, only_facts, only_judge, both_wrong: counts of the judged answers.
    """

    judge: str
    system: str
    answers: int
    judged: int
    unclear: int
    accuracy: Estimate | None
    agreement: Estimate | None
    kappa: float | None
    both_right: int
    only_facts: int
    only_judge: int
    both_wrong: int


def agreements(
    run: ScoredRun, grades: Mapping[JudgeIdentity, Mapping[tuple[str, str], Grade]]
) -> tuple[Agreement, ...]:
    """Return the agreement of every judge with the key-fact score of every system that it has judged."""
    found = []
    for judge, graded in grades.items():
        for system in run.systems:
            mine = {case: grade for (name, case), grade in graded.items() if name == system.name}
            if mine:
                found.append(agreement(judge.model, system, mine))
    return tuple(found)


def agreement(judge: str, system: SystemScores, grades: Mapping[str, Grade]) -> Agreement:
    """Return the agreement of a judge's grades, by case id, with the key-fact score."""
    answerable = [case for case in system.cases if "accuracy" in case.values]
    answered = [case for case in answerable if case.status == "answered"]
    clear = [(bool(c.values["accuracy"]), grades[c.id] == "right") for c in answered if grades.get(c.id) in _CLEAR]
    unclear = sum(grades.get(case.id) == "unclear" for case in answered)
    right = [float(grades.get(case.id) == "right") for case in answerable]
    counts = {pair: clear.count(pair) for pair in ((True, True), (True, False), (False, True), (False, False))}
    return Agreement(
        judge=judge,
        system=system.name,
        answers=len(answered),
        judged=len(clear),
        unclear=unclear,
        accuracy=mean_of(right) if len(clear) + unclear == len(answered) else None,
        agreement=mean_of([float(facts == judged) for facts, judged in clear]),
        kappa=cohens_kappa(clear),
        both_right=counts[True, True],
        only_facts=counts[True, False],
        only_judge=counts[False, True],
        both_wrong=counts[False, False],
    )


def cohens_kappa(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """Return Cohen's kappa of two raters, (observed - expected) / (1 - expected); None where expected is 1."""
    if not pairs:
        return None
    n = len(pairs)
    first, second = sum(a for a, _ in pairs) / n, sum(b for _, b in pairs) / n
    observed = sum(a == b for a, b in pairs) / n
    expected = first * second + (1 - first) * (1 - second)
    return None if expected == 1 else (observed - expected) / (1 - expected)


_CLEAR = ("right", "wrong")
