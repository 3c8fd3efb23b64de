"""Whether the passages answer the question: a calibrated probability from evidence outside the prompt.

A small model asked to say "not in the text" refuses what it could answer and answers what it should refuse. So
the decision is a logistic regression over what can be observed before an answer is written, see
:func:`evidence_features`. The weights in ``answerability.json``, with the figures of their fit, are made by
``scripts/calibrate.py`` from development questions.
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
from report_qa.qa.evidence import Evidence
from report_qa.qa.records import Passage
from report_qa.qa.wanted import offers, wanted
from report_qa.text.normalise import fold, language_of
from report_qa.text.tokens import search_tokens

OBSERVED = ("score", "lead", "offered", "numbers_held", "english")
"""Features that are observed without the language model, see :func:`evidence_features`."""
FEATURES = {False: ("judged", "extracted", *OBSERVED), True: ("probed", "extracted", *OBSERVED)}
"""All features in a fixed order, without and with a probe."""

_REACH = 1.5
"""Standard deviations within which what is not observed is taken to lie: of the 650 answered rows of the fit without a
probe, at a threshold of 0.6, 165 are decided without the judgement, 19 of them without asking for the answer either,
and none otherwise than with both."""
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{2})(?=年)")
_NUMBER = re.compile(r"(?<![\d.])\d{2,}(?:\.\d+)?")
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
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, self._total(features)))))

    def decides(self, features: Mapping[str, float], threshold: float) -> bool:
        """Return whether what is not observed yet would hardly carry the probability across a threshold (0 to 1).

        A threshold of 0 or 1 leaves nothing to decide; then everything is observed, for those who calibrate.
        """
        if not 0 < threshold < 1:
            return False
        reach = sum(abs(weight) for name, weight in self.weights.items() if name not in features)
        return abs(self._total(features) - math.log(threshold / (1 - threshold))) > _REACH * reach

    def _total(self, features: Mapping[str, float]) -> float:
        return self.intercept + sum(
            weight * (features[name] - self.means[name]) / self.scales[name]
            for name, weight in self.weights.items()
            if name in features
        )


@cache
def load_calibration(*, with_probe: bool) -> Calibration:
    """Return the calibration that ships with the package, for a language model with a probe or one without."""
    both = json.loads(files(__package__).joinpath("answerability.json").read_text(encoding="utf-8"))
    raw = both["with_probe" if with_probe else "without_probe"]
    return Calibration(raw["intercept"], raw["weights"], raw["means"], raw["scales"])


def says_no(text: str) -> bool:
    """Return whether an answer itself says that the passages do not tell."""
    return bool(_SAYS_NO.search(text))


def evidence_features(question: str, evidence: Sequence[Evidence], passages: Sequence[Passage]) -> dict[str, float]:
    """Return what tells, before the model is asked in words, whether the evidence answers the question.

    Args:
        question: self-contained.
        evidence: pieces, best first.
        passages: the passages around them.

    Returns:
        ``score`` of the best piece and its ``lead`` over the next;
        ``offered``, whether the best piece is of the wanted kind; ``numbers_held``, the share of the question's numbers
        and years that stand in the passages; ``english``, whether the question is in English. Words shared by
        question and passages are left out on purpose: near misses share more of them than good colloquial questions.
        ``probed`` are the log-odds of a probe that has read the best piece.
        What the model tells of the best piece is added to them as log-odds: ``extracted`` and ``judged``, see
        :mod:`report_qa.qa.evidence`.
    """
    text = "\n".join("\n".join((p.title, *p.path, p.section_text, p.text)) for p in passages)
    features = {
        "numbers_held": _numbers_held(question, fold(text)),
        "english": float(language_of(question) == "en"),
    }
    if evidence:
        best = evidence[0]
        features |= {
            "score": best.score,
            "lead": best.score - evidence[1].score if len(evidence) > 1 else 0.0,
            "offered": float(offers(best.text, wanted(question))),
        }
        if best.answers is not None:
            features["probed"] = best.answers
    return features


def log_odds(probability: float) -> float:
    """Return ln(p / (1 - p)), kept finite by a thousandth at both ends."""
    return math.log((probability + 1e-3) / (1 - probability + 1e-3))


def coverage(question: str, passages: Sequence[Passage], library: Library) -> float:
    """Return the share (0 to 1) of the question's words, weighted by rarity, that stand in the passages."""
    text = "\n".join("\n".join((*p.path, p.section_text)) for p in passages)
    held = set(search_tokens(text))
    words = dict.fromkeys(search_tokens(question))
    weights = {word: library.section_keywords.idf(word) for word in words}
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in held) / total if total else 0.0


def _numbers_held(question: str, folded_text: str) -> float:
    """Return the share of the question's years and numbers that stand in a text; 1 when it has none."""
    folded = fold(question)
    asked = [f"20{year}" for year in _SHORT_YEAR.findall(folded)]
    asked += _NUMBER.findall(_SHORT_YEAR.sub(" ", folded))
    return sum(number in folded_text for number in asked) / len(asked) if asked else 1.0
