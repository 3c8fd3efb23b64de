"""One self-contained question -> what is found for it, and how probable it is that this answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from report_qa.config import Settings
from report_qa.indexing.library import Library
from report_qa.providers.chat import ChatModel
from report_qa.providers.embedders import Embedder
from report_qa.providers.probes import Probe
from report_qa.qa.answerability import evidence_features, load_calibration, log_odds
from report_qa.qa.context import build_passages
from report_qa.qa.evidence import Evidence, extracted, find_evidence, judged, with_all_steps
from report_qa.qa.probing import probed
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
        features: what tells whether they answer; empty before that was judged.
        answerability: calibrated probability (0 to 1) that they do; 0 before that was judged.
    """

    asked: str
    standalone: str
    evidence: tuple[Evidence, ...]
    passages: tuple[Passage, ...]
    features: dict[str, float] = field(default_factory=dict)
    answerability: float = 0.0

    @property
    def about_another(self) -> bool:
        """Whether the best piece is certainly about another year, model or place."""
        return any(piece.contradicts for piece in self.evidence[:1])

    def led_by(self, piece: Evidence) -> Finding:
        """Return the finding with one of its pieces first."""
        return replace(self, evidence=(piece, *(other for other in self.evidence if other is not piece)))


class Finder:
    """Finds evidence for questions over one library.

    Args:
        library: what is asked.
        retriever: ranks its sections.
        embedder: compares questions with sentences.
        chat: the language model.
        probe: tells of a piece whether it answers; None where the language model has none.
        settings: all settings.
    """

    def __init__(
        self,
        library: Library,
        retriever: Retriever,
        embedder: Embedder,
        chat: ChatModel,
        probe: Probe | None,
        settings: Settings,
    ) -> None:
        self._library = library
        self._retriever = retriever
        self._embedder = embedder
        self._chat = chat
        self._probe = probe
        self._settings = settings

    def find(self, asked: str, query: Query) -> Finding:
        """Return the evidence for a question, as it is ranked before a language model has read it.

        Args:
            asked: the question as typed.
            query: the question self-contained, with its rewrites.
        """
        hits = self._retriever.search(query)
        wordings = " ".join(query.wordings)
        windows = distinct(rank_windows(wordings, hits, self._library), self._settings.retrieval.windows)
        evidence = tuple(find_evidence(query, windows, self._embedder))
        return Finding(asked, query.text, evidence, self._around(evidence))

    def judge(self, finding: Finding) -> Finding:
        """Return a finding with its best pieces as the model ranks them, and how probable it is that the first answers.

        The model is asked only for what can change the decision.

        Raises:
            ModelError: the model cannot be asked.
        """
        if finding.about_another:
            return replace(finding, answerability=_CONTRADICTED)
        if self._probe is not None:
            evidence = probed(finding.standalone, finding.evidence, self._probe)
            finding = replace(finding, evidence=evidence, passages=self._around(evidence))
        if asks_how(finding.standalone):
            finding = replace(finding, evidence=(*map(with_all_steps, finding.evidence[:1]), *finding.evidence[1:]))
        calibration = load_calibration(with_probe=self._probe is not None)
        features = evidence_features(finding.standalone, finding.evidence, finding.passages)
        for best in finding.evidence[:1]:
            for name, ask in (("extracted", extracted), ("judged", judged)):
                if name not in calibration.weights:
                    continue
                if calibration.decides(features, self._settings.answer.refusal_threshold):
                    break
                told = ask(finding.standalone, language_of(finding.standalone), best, self._chat)
                if told is not None:
                    features[name] = log_odds(told)
        return replace(finding, features=features, answerability=calibration.probability(features))

    def passages_of(self, findings: Sequence[Finding]) -> tuple[Passage, ...]:
        """Return the passages around the evidence of several findings, each with the room that it has alone."""
        return findings[0].passages if len(findings) == 1 else self._around(*(each.evidence for each in findings))

    def _around(self, *found: Sequence[Evidence]) -> tuple[Passage, ...]:
        windows = [[piece.window for piece in evidence] for evidence in found]
        return build_passages(windows, self._settings.retrieval, self._chat.count_tokens)
