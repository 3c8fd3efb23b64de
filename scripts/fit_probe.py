"""Fit the probe of the language model and write it into the package.

Usage: python scripts/fit_probe.py [--collect [DOCUMENT ...]]

It is fitted to ``tests/data/probe/pairs.jsonl``: questions, each with pieces that the search found for it, and whether
a piece answers, that is holds all key facts; pieces that hold some are left out. They are

- of the documents in ``tests/data/probe``, which nothing else is fitted to or measured on: of an answerable question
  the first three pieces, and the first right one if none of these is; of an unanswerable one, which is near the
  document, the first two. The questions were searched as they are. ``--collect`` finds these pairs anew, of
  all these documents or of those that are named;
- of 240 development questions, the first three pieces that were found for them with their rewritings.

The states of the language model's lower layers after question and piece, of length 1, go into a logistic regression
(L2, both classes weighing the same), checked by leaving out one document at a time. States are kept in
``bench/states.npz``, so that only new pairs are read. Weights and figures go to
``src/report_qa/providers/probe.json``. Test questions are never read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from report_qa.config import Settings, load_settings
from report_qa.evals.dataset import Case, load_cases
from report_qa.evals.facts import is_right
from report_qa.indexing.library import Library
from report_qa.indexing.manifest import recipe_of
from report_qa.models import fetch
from report_qa.providers.embedders import Embedder, load_embedder
from report_qa.providers.llama_server import shared_server
from report_qa.providers.probes import CONTEXT_TOKENS, asking, states_of, under_heading
from report_qa.qa.evidence import Evidence, find_evidence
from report_qa.qa.retrieve import Query, Retriever
from report_qa.qa.windows import distinct, rank_windows
from report_qa.service import index_corpus

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data" / "probe"
PAIRS = DATA / "pairs.jsonl"
OUTPUT = ROOT / "src" / "report_qa" / "providers" / "probe.json"
STATES = ROOT / "bench" / "states.npz"
_SAVED_EVERY = 64
_STRENGTH = 0.01  # inverse L2 strength: of 0.0001 to 0.1, near the best on the development questions


class Pair(NamedTuple):
    """A question, a piece under its heading, whether this answers that, and its place among those found."""

    case: str
    document: str
    question: str
    text: str
    right: bool
    rank: int


def load_pairs() -> list[Pair]:
    """Return the pairs that are kept."""
    return [Pair(**json.loads(line)) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


def collect(documents: list[str], embedder: Embedder) -> None:
    """Find the pairs of some of the probe's own documents anew, and keep the others."""
    anew = list(pairs(documents, embedder))
    kept = [pair for pair in load_pairs() if pair.document not in documents]
    lines = [json.dumps(pair._asdict(), ensure_ascii=False) + "\n" for pair in (*anew, *kept)]
    PAIRS.write_text("".join(lines), encoding="utf-8")


def pairs(documents: list[str], embedder: Embedder) -> Iterator[Pair]:
    """Yield the pairs of some of the probe's own documents, one document after the other."""
    for document in (DATA / name for name in documents):
        file = document.with_suffix(".jsonl")
        with tempfile.TemporaryDirectory() as folder:
            corpus = Path(folder) / "corpus"
            corpus.mkdir()
            shutil.copy(document, corpus)
            settings = load_settings({"paths.corpus": str(corpus), "paths.index": f"{folder}/index"}).settings
            index_corpus(settings, embedder=embedder)
            for case in load_cases(file):
                yield from pairs_of(case, document.name, found(case.question, settings, embedder))


def found(question: str, settings: Settings, embedder: Embedder) -> list[Evidence]:
    """Return the pieces that are found for a question, best first, without rewriting it."""
    library = Library(settings.paths.index, recipe_of(embedder.identity, embedder.dimension, settings.chunks))
    query = Query(question)
    hits = Retriever(library, embedder, settings.retrieval).search(query)
    return find_evidence(query, distinct(rank_windows(question, hits, library), settings.retrieval.windows), embedder)


def pairs_of(case: Case, document: str, pieces: list[Evidence]) -> Iterator[Pair]:
    """Yield the pairs of one question."""
    right = [bool(case.key_facts) and is_right(piece.text, case.key_facts, case.forbidden) for piece in pieces]
    ranks = list(range(min(len(pieces), 3 if case.key_facts else 2)))
    if case.key_facts and not any(right[:3]):
        ranks = ranks[:2] + [rank for rank, answers in enumerate(right) if answers][:1]
    for rank in ranks:
        piece = pieces[rank]
        partly = any(is_right(piece.text, [fact], []) for fact in case.key_facts)
        if right[rank] or not partly:
            text = under_heading(piece.window.heading, piece.text)
            yield Pair(case.id, document, case.question, text, right[rank], rank)


def states_for(taken: list[Pair]) -> NDArray[np.float32]:
    """Return the state of each pair, shape (pairs, dimensions); reads those that no earlier run has read."""
    settings = load_settings().settings
    known = load_states()
    wanted = [digest(pair, settings.llm.model) for pair in taken]
    missing = {name: pair for name, pair in zip(wanted, taken, strict=True) if name not in known}
    if missing:
        layers = fetch.lower_layers(settings.llm.model, settings)
        server = shared_server(layers, CONTEXT_TOKENS, settings.llm.threads, states=True)
        names = list(missing)
        for start in range(0, len(names), _SAVED_EVERY):
            some = names[start : start + _SAVED_EVERY]
            asked = [(missing[name].question, missing[name].text) for name in some]
            known |= zip(some, states_of(server, asked), strict=True)
            save_states(known)
            print(f"{start + len(some)} of {len(names)} pairs read", flush=True)
    return np.stack([known[name] for name in wanted])


def load_states() -> dict[str, NDArray[np.float32]]:
    """Return the states that earlier runs have read, by digest of what was read."""
    if not STATES.exists():
        return {}
    with np.load(STATES) as kept:
        return dict(zip(kept["names"].tolist(), kept["states"], strict=True))


def save_states(known: dict[str, NDArray[np.float32]]) -> None:
    """Keep states for later runs; a kill while they are written leaves the former file."""
    STATES.parent.mkdir(exist_ok=True)
    part = STATES.with_suffix(".part.npz")
    np.savez(part, names=np.array(list(known)), states=np.stack(list(known.values())))
    part.replace(STATES)


def digest(pair: Pair, model: str) -> str:
    """Return a digest of the language model's name and what it reads of a pair."""
    return hashlib.sha256(f"{model}\n{asking(pair.question, pair.text)}".encode()).hexdigest()


def fit(taken: list[Pair], states: NDArray[np.float32]) -> None:
    """Fit the probe and write it with its figures."""
    right = np.array([pair.right for pair in taken])
    documents = np.array([pair.document for pair in taken])
    held_out = np.zeros(len(taken))
    for document in sorted(set(documents)):
        rest = documents != document
        weights, intercept = regression(states[rest], right[rest])
        held_out[~rest] = states[~rest] @ weights + intercept
    weights, intercept = regression(states, right)
    first = np.array([pair.rank == 0 for pair in taken])
    result = {
        "model": load_settings().settings.llm.model,
        "fit": {
            "documents": len(set(documents)),
            "questions": len({pair.case for pair in taken}),
            "pairs": len(taken),
            "right": int(right.sum()),
            "auc_left_out": round(float(roc_auc_score(right, held_out)), 3),
            "auc_left_out_of_the_first_pieces": round(float(roc_auc_score(right[first], held_out[first])), 3),
        },
        "intercept": round(intercept, 4),
        "weights": [round(float(weight), 3) for weight in weights],
    }
    OUTPUT.write_text(json.dumps(result) + "\n", encoding="utf-8")
    print(json.dumps(result["fit"], indent=2))


def regression(states: NDArray[np.float32], right: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """Return weights and intercept for states as they are, fitted to standardised ones."""
    scaler = StandardScaler().fit(states)
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=3000)
    model.fit(scaler.transform(states), right)
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


def main() -> None:
    """Collect pairs where that is wanted, read what is new of them, and fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--collect", nargs="*", metavar="DOCUMENT", help="find the pairs of these documents, or all")
    wanted = parser.parse_args().collect
    if wanted is not None:
        documents = [f"{name}.md" for name in wanted] or sorted(file.name for file in DATA.glob("*.md"))
        collect(documents, load_embedder(load_settings().settings))
    taken = load_pairs()
    fit(taken, states_for(taken))


if __name__ == "__main__":
    main()
