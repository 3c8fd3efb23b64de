"""What is known of a question -> the answer, the refusal or the failure that it ends with."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from report_qa.errors import QuestionError, ReportQAError, Text
from report_qa.qa.cite import CitedAnswer, Statement, cite_range, cite_statements
from report_qa.qa.finding import Finding
from report_qa.qa.quote import choose_quotes
from report_qa.qa.records import Answer, Citation, Passage, Status, Timings

NOT_SAID = Text("The documents do not say.", "资料中没有提到。")
REASON_NO_EVIDENCE = Text("Nothing in the documents matches the question.", "资料中没有与问题相关的内容。")
REASON_UNSURE = Text("The nearest passages do not seem to answer the question.", "最接近的段落看来并没有回答这个问题。")
REASON_OTHER = Text(
    "The nearest passages are about another year, model or place.", "最接近的段落说的是另一个年份、型号或地方。"
)
_REASON_UNSUPPORTED = Text(
    "An answer was drafted, but the passages do not bear it out.", "曾拟出一个回答，但段落中找不到依据。"
)
_PART_NOT_SAID = Text("The documents do not seem to say: “{parts}”", "资料中似乎没有提到：“{parts}”")


@dataclass
class Run:
    """What is known so far of one question.

    Attributes:
        question: as typed.
        language: of the answer.
        started: reading of the performance counter when it was asked.
        standalone: the question self-contained, as it was searched.
        passages: what was found.
        findings: what was found for each part of it.
        passages_s, first_token_s: see :class:`report_qa.qa.records.Timings`.
    """

    question: str
    language: str
    started: float
    standalone: str = ""
    passages: tuple[Passage, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    passages_s: float | None = None
    first_token_s: float | None = None

    @property
    def likeliest(self) -> Finding | None:
        """What was found for the part of the question that is most probably answered."""
        return max(self.findings, key=lambda finding: finding.answerability, default=None)

    @property
    def answerability(self) -> float | None:
        """The probability that it is answered, of several parts at least one; None where nothing was found."""
        return self.likeliest.answerability if self.likeliest else None

    @property
    def features(self) -> dict[str, float]:
        """What that is computed from."""
        return self.likeliest.features if self.likeliest else {}

    def elapsed(self) -> float:
        """Return the seconds since it was asked."""
        return time.perf_counter() - self.started

    def timings(self) -> Timings:
        """Return how long it took so far."""
        return Timings(self.passages_s, self.first_token_s, self.elapsed())


def answered(run: Run, statements: Sequence[Statement], reason: Text | None = None) -> Answer:
    """Return the answer that statements make, or a refusal where the passages do not bear them out.

    Args:
        run: what is known.
        statements: the answer, piece by piece.
        reason: why a part of the question stays open, if one does.
    """
    cited = cite_statements(statements, run.passages, question=run.standalone)
    if not cited.citations:
        return refused(run, REASON_UNSURE, cited)
    if cited.unsupported:
        return refused(run, _REASON_UNSUPPORTED, cited)
    return Answer(
        Status.ANSWERED, cited.text, run.language, run.question, run.standalone, cited.citations, run.passages,
        run.answerability, cited.unknown_markers, reason=reason, timings=run.timings(), features=run.features,
    )  # fmt: skip


def refused(run: Run, reason: Text, cited: CitedAnswer | None = None) -> Answer:
    """Return a refusal, with the statement that comes nearest; ``cited`` is what was drafted and not borne out."""
    return Answer(
        Status.REFUSED, NOT_SAID.in_language(run.language), run.language, run.question, run.standalone,
        passages=run.passages, answerability=run.answerability,
        unknown_markers=cited.unknown_markers if cited else (), unsupported=cited.unsupported if cited else (),
        reason=reason, timings=run.timings(), features=run.features, nearest=_nearest(run),
    )  # fmt: skip


def failed(run: Run, error: ReportQAError) -> Answer:
    """Return that something broke; passages that were found are kept."""
    return Answer(
        Status.FAILED, "", run.language, run.question, run.standalone or run.question,
        passages=() if isinstance(error, QuestionError) else run.passages, error=error, timings=run.timings(),
    )  # fmt: skip


def not_said(parts: Sequence[str]) -> Text | None:
    """Return that the documents do not answer some parts of the question; None where there are none."""
    if not parts:
        return None
    return Text(_PART_NOT_SAID.en.format(parts="; ".join(parts)), _PART_NOT_SAID.zh.format(parts="；".join(parts)))


def _nearest(run: Run) -> Citation | None:
    """Return the best piece of evidence, as what comes nearest to a question that is refused."""
    for finding in run.findings[:1]:
        for quote in choose_quotes(finding.evidence, run.passages)[:1]:
            passage = next(passage for passage in run.passages if passage.number == quote.number)
            return cite_range(passage, quote.piece.start, quote.piece.end, quote.piece.text)
    return None
