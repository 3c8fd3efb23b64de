"""Fit the weights by which a published pair is told from a near miss, and write them into the package.

    python scripts/calibrate_match.py

The pairs of ``tests/data/faq_match_dev.jsonl`` that are marked ``learn`` are asked the questions that belong to them,
once with one other wording each and once with three. What is observed of the nearest pair and whether it is the right
one go into a logistic regression (L2) whose weights may only have the sign that makes sense: more likeness never makes
a pair less sure, nor another kind of question more. It is checked by cross-validation that keeps the questions about a
pair together. Weights and figures go to ``src/report_qa/faq/sureness.json``. The pairs marked ``report`` take no part;
``scripts/measure_match.py`` measures on them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from measure_match import Asked, read
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from report_qa.config import load_settings
from report_qa.faq.match import Matcher
from report_qa.faq.sureness import FEATURES, wording
from report_qa.faq.thresholds import DEFAULT
from report_qa.providers.embedders import Embedder, load_embedder

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data" / "faq_match_dev.jsonl"
OUTPUT = ROOT / "src" / "report_qa" / "faq" / "sureness.json"
_MORE_IS_SURER = frozenset({"likeness", "lead", "offers"})
_STRENGTH = 0.3  # inverse L2 strength, as in calibrate.py
_FOLDS = 8
_PRECISIONS = (0.98, 0.95, 0.9)


class Observed(NamedTuple):
    """Questions that were asked: what was observed (questions, features), whether the nearest pair is right, which."""

    raw: NDArray[np.float64]
    right: NDArray[np.float64]
    pairs: NDArray[np.int64]


def observe(embedder: Embedder, similar: int) -> tuple[Observed, int]:
    """Return what is observed with so many other wordings a pair, and how many questions a pair answers."""
    entries, names, questions = read(DATA, "learn", similar)
    matcher = Matcher(entries, embedder, DEFAULT)
    rows, right, pairs = [], [], []
    for question in questions:
        asked = wording(question.text)
        ranked = matcher.rank(asked, matcher.variants.scores(question.text, matcher.embedded([question.text])[0]))
        if ranked[0].same or ranked[0].other_number:
            continue  # decided without weights
        observed = matcher.observed(asked, ranked)
        rows.append([observed[name] for name in FEATURES])
        right.append(_is_right(question, names[ranked[0].position]))
        pairs.append(ranked[0].position)
    answerable = sum(question.wants is not None for question in questions)
    return Observed(np.array(rows), np.array(right, dtype=float), np.array(pairs)), answerable


def _is_right(question: Asked, name: str) -> bool:
    return question.wants == name


def fit(standard: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights, and last the intercept, of a logistic regression with bounded signs."""
    count = standard.shape[1]
    signs = 2 * right - 1

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (standard @ values[:count] + values[count])
        pull = -signs / (1 + np.exp(margins))
        total = np.logaddexp(0, -margins).sum() + 0.5 / _STRENGTH * values[:count] @ values[:count]
        return float(total), np.r_[standard.T @ pull + values[:count] / _STRENGTH, pull.sum()]

    bounds = [(0, None) if name in _MORE_IS_SURER else (None, 0) for name in FEATURES]
    found = minimize(loss, np.zeros(count + 1), jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B")
    weights: NDArray[np.float64] = found.x
    return weights


def held_out(standard: NDArray[np.float64], seen: Observed) -> NDArray[np.float64]:
    """Return the probability of every question by weights that were fitted without the questions about its pair."""
    scores = np.zeros(len(seen.right))
    for train, test in GroupKFold(_FOLDS).split(standard, seen.right, seen.pairs):
        weights = fit(standard[train], seen.right[train])
        scores[test] = standard[test] @ weights[:-1] + weights[-1]
    probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-scores))
    return probabilities


def points(scores: NDArray[np.float64], right: NDArray[np.float64], answerable: int) -> list[dict[str, float]]:
    """Return the lowest threshold of every precision, and the share of answerable questions answered rightly."""
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(right[order])
    precise = found / np.arange(1, len(order) + 1)
    made = []
    for precision in _PRECISIONS:
        enough = np.flatnonzero(precise >= precision)
        if len(enough):
            last = enough[-1]
            made.append({
                "precision": precision, "threshold": round(float(scores[order[last]]), 3),
                "recall": round(float(found[last]) / answerable, 3),
            })  # fmt: skip
    return made


def main() -> None:
    """Observe, fit, and write."""
    embedder = load_embedder(load_settings().settings)
    by_similar = {similar: observe(embedder, similar) for similar in (1, 3)}
    seen = Observed(*(np.concatenate(parts) for parts in zip(*(one for one, _ in by_similar.values()), strict=True)))
    means, scales = seen.raw.mean(axis=0), seen.raw.std(axis=0) + 1e-6
    standard = (seen.raw - means) / scales
    scores, weights = held_out(standard, seen), fit(standard, seen.right)
    figures, at = {}, 0
    for similar, (one, answerable) in by_similar.items():
        mine = scores[at : at + len(one.right)]
        at += len(one.right)
        figures[f"with {similar} other wordings"] = {
            "questions": len(one.right), "auc": round(float(roc_auc_score(one.right, mine)), 3),
            "points": points(mine, one.right, answerable),
        }  # fmt: skip
    named = {
        part: dict(zip(FEATURES, (round(float(x), 4) for x in values), strict=True))
        for part, values in (("weights", weights[:-1]), ("means", means), ("scales", scales))
    }
    result = {"intercept": round(float(weights[-1]), 4), **named, "fit": figures}
    OUTPUT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
