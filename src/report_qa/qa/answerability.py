"""Whether the passages answer the question: a calibrated probability from evidence outside the prompt.

A small model asked to say "not in the text" refuses what it could answer and answers what it should refuse. So
the decision is a logistic regression over what can be observed: how well the passages match the question, how
sure the model was of every token, what it says when asked whether its answer is borne out, and what the checks
found. The weights in ``answerability.json``, with the
figures of their fit, are made by ``scripts/calibrate.py`` from development questions. The present ones are from 108
of the 138 cases, answered by a slightly earlier pipeline (docs/benchmark.md).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from report_qa.indexing.library import Library
from report_qa.providers.chat import Token
from report_qa.qa.records import Passage
from report_qa.qa.retrieve import SectionHit
from report_qa.text.tokens import search_tokens

FEATURES = (
    "judged",
    "score",
    "cosine",
    "coverage",
    "coverage_rewritten",
    "mean_logprob",
    "min_logprob",
    "fact_logprob",
    "unverifiable",
    "same_language",
)
"""Names of the features in a fixed order; see :func:`evidence_features` and :func:`answer_features`."""

_LOGPROB_FLOOR = -5.0
_SAYS_NO = re.compile(
    r"(?:资料|文中|文档|报告|原文)?(?:中|里)?(?:没有|未|并未|无)(?:明确)?(?:提到|提及|说明|给出|提供|涉及|相关|直接)|无法(?:回答|确定|得知)|不清楚|不知道|"
    r"\b(?:not|no|n't|never)\b[^.]{0,40}\b(?:mention|state|specif|provide|contain|given|say|answer|information)|"
    r"\b(?:cannot|can't|unable to|unknown)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Calibration:
    """A fitted logistic regression over standardised features."""

    intercept: float
    weights: Mapping[str, float]
    means: Mapping[str, float]
    scales: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability (0 to 1) that the question is answered; a feature not observed counts as average."""
        total = self.intercept
        for name, weight in self.weights.items():
            if name in features:
                total += weight * (features[name] - self.means[name]) / self.scales[name]
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def load_calibration() -> Calibration:
    """Return the calibration that ships with the package."""
    raw = json.loads(files(__package__).joinpath("answerability.json").read_text(encoding="utf-8"))
    return Calibration(raw["intercept"], raw["weights"], raw["means"], raw["scales"])


def says_no(text: str) -> bool:
    """Return whether an answer itself says that the passages do not tell."""
    return bool(_SAYS_NO.search(text))


def evidence_features(
    question: str,
    rewrites: Mapping[str, str],
    hits: Sequence[SectionHit],
    passages: Sequence[Passage],
    library: Library,
) -> dict[str, float]:
    """Return what retrieval tells: cosine of the best chunk, and idf-weighted coverage of the question's words."""
    cosine = max((chunk.cosine for hit in hits[: len(passages)] for chunk in hit.chunks[:3]), default=0.0)
    text = "\n".join("\n".join((*p.path, p.section_text)) for p in passages)
    held = set(search_tokens(text))
    rewritten = max((_coverage(r, held, library) for r in rewrites.values()), default=0.0)
    return {
        "cosine": cosine,
        "score": hits[0].score if hits else 0.0,
        "coverage": _coverage(question, held, library),
        "coverage_rewritten": rewritten,
    }


def log_odds(probability: float) -> float:
    """Return ln(p / (1 - p)), kept finite by a thousandth at both ends."""
    return math.log((probability + 1e-3) / (1 - probability + 1e-3))


def answer_features(tokens: Sequence[Token], unverifiable: int) -> dict[str, float]:
    """Return what writing the answer told: token log-probabilities (nats) and what the checks found."""
    known = [max(t.logprob, _LOGPROB_FLOOR) for t in tokens if t.logprob is not None]
    features = {"unverifiable": float(min(unverifiable, 3))}
    if known:
        facts = [
            max(t.logprob, _LOGPROB_FLOOR)
            for t in tokens
            if t.logprob is not None and any(c.isdigit() or "\u4e00" <= c <= "\u9fff" for c in t.text)
        ]
        features |= {
            "mean_logprob": sum(known) / len(known),
            "min_logprob": min(known),
            "fact_logprob": min(facts, default=sum(known) / len(known)),
        }
    return features


def _coverage(question: str, held: set[str], library: Library) -> float:
    words = dict.fromkeys(search_tokens(question))
    weights = {word: library.section_keywords.idf(word) for word in words}
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in held) / total if total else 0.0
