"""One self-contained question -> what is found for it, and how probable it is that this answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from report_qa.config import Settings
from report_qa.indexing.library import Library
from report_qa.providers.chat import ChatModel
from report_qa.providers.embedders import Embedder
from report_qa.qa.answerability import evidence_features, load_calibration, log_odds
from report_qa.qa.context import build_passages
from report_qa.qa.evidence import Evidence, extracted, find_evidence, judged, with_all_steps
from report_qa.qa.records import Passage
from report_qa.qa.retrieve import Query, Retriever
from report_qa.qa.wanted import asks_how
from report_qa.qa.windows import distinct, rank_windows
from report_qa.text.normalise import language_of

_CONTRADICTED = 0.02
"""Probability that a question is answered where the best piece is about another year, model or place. An estimate: of
51 such pieces among the first six of 241 development questions none was right, which bounds it at 6% (rule of
three)."""


@dataclass(frozen=True)
class Finding:
    """What was found for one question, or one part of it.

    Attributes:
        asked: the question as typed.
        standalone: the same, self-contained.
        evidence: pieces, best first.
        passages: what stands around them, numbered from 1.
        features: what tells whether they answer.
        answerability: calibrated probability (0 to 1) that they do.
    """

    asked: str
    standalone: str
    evidence: tuple[Evidence, ...]
    passages: tuple[Passage, ...]
    features: dict[str, float]
    answerability: float

    @property
    def about_another(self) -> bool:
        """Whether the best piece is certainly about another year, model or place."""
        return any(piece.contradicts for piece in self.evidence[:1])

    def led_by(self, piece: Evidence) -> Finding:
        """Return the finding with one of its pieces first."""
        return replace(self, evidence=(piece, *(other for other in self.evidence if other is not piece)))


class Finder:
    """Finds evidence for questions over one library; the arguments are those of the answerer."""

    def __init__(
        self, library: Library, retriever: Retriever, embedder: Embedder, chat: ChatModel, settings: Settings
    ) -> None:
        self._library = library
        self._retriever = retriever
        self._embedder = embedder
        self._chat = chat
        self._settings = settings

    def find(self, asked: str, query: Query) -> Finding:
        """Return the evidence for a question, and what can be told of it before a model is asked.

        Args:
            asked: the question as typed.
            query: the question self-contained, with its rewrites.
        """
        hits = self._retriever.search(query)
        wordings = " ".join(query.wordings)
        windows = distinct(rank_windows(wordings, hits, self._library), self._settings.retrieval.windows)
        evidence = tuple(find_evidence(query, windows, self._embedder))
        if asks_how(query.text):
            evidence = (*map(with_all_steps, evidence[:1]), *evidence[1:])
        around = [piece.window for piece in evidence]
        passages = build_passages([around], self._settings.retrieval, self._chat.count_tokens)
        features = evidence_features(query, evidence, passages)
        return Finding(asked, query.text, evidence, passages, features, load_calibration().probability(features))

    def judge(self, finding: Finding) -> Finding:
        """Return a finding with what the model says of its best piece, asked only for what can change the decision.

        Raises:
            ModelError: the model cannot be asked.
        """
        if finding.about_another:
            return replace(finding, answerability=_CONTRADICTED)
        calibration = load_calibration()
        features = dict(finding.features)
        for best in finding.evidence[:1]:
            for name, ask in (("extracted", extracted), ("judged", judged)):
                if calibration.decides(features, self._settings.answer.refusal_threshold):
                    break
                told = ask(finding.standalone, language_of(finding.standalone), best, self._chat)
                if told is not None:
                    features[name] = log_odds(told)
        return replace(finding, features=features, answerability=calibration.probability(features))

    def passages_of(self, findings: Sequence[Finding]) -> tuple[Passage, ...]:
        """Return the passages around the evidence of several findings, each with the room that it has alone."""
        if len(findings) == 1:
            return findings[0].passages
        around = [[piece.window for piece in finding.evidence] for finding in findings]
        return build_passages(around, self._settings.retrieval, self._chat.count_tokens)
