"""Fit the answerability weights on the development questions and write them into the package.

Usage: python scripts/calibrate.py [--without-probe] [--features FILE]

Every development case that the probe was not fitted to is asked with refusal off, over its own document alone, and
those of the smaller documents once more over a library of all of them, in which near misses come nearer; each answer
gives the features that were observed and whether it was right. A logistic regression (L2) over standardised features
is fitted to tell right answers from answers to what the document does not say, and checked by cross-validation that
keeps the rows of a case together. Wrong answers to answerable questions take no part in the fit (taking part, they
made it tell the other two apart worse), but count in the figures. Weights and figures, of the model with its probe or
without it, go to ``src/report_qa/qa/answerability.json``. The test questions are never read.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from report_qa.config import load_settings
from report_qa.evals.dataset import Case, load_cases
from report_qa.evals.facts import is_right
from report_qa.qa.answerability import FEATURES
from report_qa.service import ReportQA, index_corpus

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data"
PAIRS = DATA / "probe" / "pairs.jsonl"
OUTPUT = ROOT / "src" / "report_qa" / "qa" / "answerability.json"
REPORT = "ai-transformation-report-2025.txt"
_STRENGTH = 0.3  # inverse L2 strength: some hundred cases carry a few weights only when they are kept small
_FOLDS = 8
_REPEATS = 10  # one drawing of the folds moves the area under the curve by some 0.01


ALONE, TOGETHER = "alone", "together"


def collect(cases: list[Case], file: Path, *, with_probe: bool) -> None:
    """Ask the cases and write what was observed, a line a case and library."""
    documents = list(dict.fromkeys(case.document or REPORT for case in cases))
    with file.open("w", encoding="utf-8") as out:
        for document in documents:
            about = [case for case in cases if (case.document or REPORT) == document]
            ask(ALONE, [document], about, out, with_probe=with_probe)
        ask(TOGETHER, documents, [case for case in cases if case.document], out, with_probe=with_probe)


def ask(library: str, documents: list[str], cases: list[Case], out: TextIO, *, with_probe: bool) -> None:
    """Ask cases over one library of documents, with refusal off."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for document in documents:
            shutil.copy(ROOT / "corpus" / REPORT if document == REPORT else DATA / "other" / document, corpus)
        overrides = {"paths.corpus": str(corpus), "paths.index": f"{folder}/index", "answer.refusal_threshold": "0"}
        settings = load_settings({**overrides, "answer.probe": str(with_probe).lower()}).settings
        index_corpus(settings)
        qa = ReportQA.open(settings)
        for case in cases:
            answer = qa.ask(case.question, case.turns)
            row = {
                "id": case.id,
                "library": library,
                "kind": case.kind,
                "status": answer.status,
                "right": answer.status == "answered"
                and bool(case.key_facts)
                and is_right(answer.text, case.key_facts, case.forbidden),
                "text": answer.text,
                "features": dict(answer.features),
                "seconds": [answer.timings.first_token_s, answer.timings.total_s],
            }
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            print(library, case.id, row["status"], row["right"], answer.text[:100], flush=True)


def fit(file: Path, *, with_probe: bool) -> None:
    """Fit the weights on collected features and write them with their cross-validated figures."""
    names = FEATURES[with_probe]
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    answered = [row for row in rows if row["status"] == "answered"]
    right = np.array([row["right"] for row in answered])
    unanswerable = np.array([row["kind"] == "unanswerable" for row in answered])
    raw = np.array([[row["features"].get(name, np.nan) for name in names] for row in answered])
    means, scales = np.nanmean(raw, axis=0), np.nanstd(raw, axis=0) + 1e-6
    standard = np.nan_to_num((raw - means) / scales)  # what was not observed counts as average
    telling = right | unanswerable
    model = LogisticRegression(C=_STRENGTH)
    held_out = np.zeros(len(answered))
    groups = np.array([row["id"] for row in answered])
    for shuffle in range(_REPEATS):
        folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=shuffle)
        for train, test in folds.split(standard, right + 2 * unanswerable, groups):
            seen = train[telling[train]]
            held_out[test] += model.fit(standard[seen], right[seen]).predict_proba(standard[test])[:, 1] / _REPEATS
    model.fit(standard[telling], right[telling])
    result = {
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": dict(zip(names, (round(float(x), 4) for x in model.coef_[0]), strict=True)),
        "means": dict(zip(names, (round(float(x), 4) for x in means), strict=True)),
        "scales": dict(zip(names, (round(float(x), 4) for x in scales), strict=True)),
        "fit": {
            "cases": len(rows),
            "auc_right_against_all_other_answers": round(float(roc_auc_score(right, held_out)), 3),
            "auc_right_against_unanswerable": round(
                float(roc_auc_score(right[right | unanswerable], held_out[right | unanswerable])), 3
            ),
            "operating_points": {
                library: operating(library, rows, answered, held_out)
                for library in (ALONE, TOGETHER)
                if any(row["library"] == library for row in rows)
            },
        },
    }
    both = json.loads(OUTPUT.read_text(encoding="utf-8")) | {"with_probe" if with_probe else "without_probe": result}
    OUTPUT.write_text(json.dumps(both, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result["fit"], indent=2))


def operating(
    library: str, rows: list[dict[str, Any]], answered: list[dict[str, Any]], held_out: NDArray[np.float64]
) -> list[dict[str, float]]:
    """Return what refusal at several thresholds makes of the cases of a library."""
    near = sum(row["kind"] == "unanswerable" for row in rows if row["library"] == library)
    answerable = sum(row["library"] == library for row in rows) - near
    unanswerable = np.array([row["kind"] == "unanswerable" for row in answered])
    right = np.array([row["right"] for row in answered])
    here = np.array([row["library"] == library for row in answered])
    return [
        {
            "threshold": round(float(t), 2),
            "answerable_right": round(float((here & right & (held_out >= t)).sum()) / answerable, 3),
            "answerable_wrong": round(float((here & ~right & ~unanswerable & (held_out >= t)).sum()) / answerable, 3),
            "unanswerable_answered": round(float((here & unanswerable & (held_out >= t)).sum()) / near, 3),
        }
        for t in np.arange(0.2, 0.9, 0.05)
    ]


def main() -> None:
    """Collect, unless features are given, and fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="ask only every n-th case")
    parser.add_argument("--without-probe", action="store_true", help="for language models that have none")
    parser.add_argument("--features", type=Path, help="features collected by an earlier run")
    arguments = parser.parse_args()
    given = arguments.features
    file = given or ROOT / "bench" / "calibration.jsonl"
    if given is None:
        file.parent.mkdir(exist_ok=True)
        files = ("report_dev.jsonl", "other_dev.jsonl", "further_dev.jsonl")
        read = {json.loads(line)["case"] for line in PAIRS.read_text(encoding="utf-8").splitlines()}
        # of what it was fitted to the probe is surer than of what it never saw
        cases = [case for name in files for case in load_cases(DATA / name) if case.id not in read]
        collect(cases[:: arguments.every], file, with_probe=not arguments.without_probe)
    fit(file, with_probe=not arguments.without_probe)


if __name__ == "__main__":
    main()
