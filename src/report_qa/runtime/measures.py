"""What is measured of page and API together: for Prometheus, and for the status page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from report_qa import __version__
from report_qa.runtime.line import Line

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600)


@dataclass(frozen=True)
class AnswerMeasure:
    """Questions that ended in one way since the program was started.

    Attributes:
        outcome: ``answered``, ``refused``, ``failed`` or ``left``.
        count: how many.
        half_s, most_s: seconds within which half of them, and nine of ten, had ended, queueing included: an upper
            bound, None where it is more than the largest bound.
    """

    outcome: str
    count: int
    half_s: float | None
    most_s: float | None


LEFT = "left"
"""Outcome of a question whose asker went away, or stopped it."""
OUTCOMES = ("answered", "refused", "failed", LEFT)


class Measures:
    """The measures of one server.

    Args:
        line: the line in front of the model.
    """

    def __init__(self, line: Line) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "report_qa_requests_total", "Requests by route and HTTP status", ["method", "route", "status"],
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "report_qa_request_seconds", "Seconds of a request", ["route"], registry=self.registry
        )
        self._answers = Counter(
            "report_qa_answers_total", "Questions by how they ended: answered, refused, failed, or left by who asked",
            ["outcome"], registry=self.registry,
        )  # fmt: skip
        self._answer_seconds = Histogram(
            "report_qa_answer_seconds", "Seconds from the question to its end, queueing included", ["outcome"],
            registry=self.registry, buckets=_SECONDS,
        )  # fmt: skip
        self._imports = Counter(
            "report_qa_imports_total", "Imports by how they ended", ["state"], registry=self.registry
        )
        Gauge("report_qa_in_line", "Questions waiting or being answered", registry=self.registry).set_function(
            lambda: line.taken
        )
        Gauge("report_qa_info", "Version", ["version"], registry=self.registry).labels(__version__).set(1)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; ``route`` is the pattern of its address, so that there are only so many."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_answer(self, outcome: str, seconds: float) -> None:
        """Count a question that has ended."""
        self._answers.labels(outcome).inc()
        self._answer_seconds.labels(outcome).observe(seconds)

    def count_import(self, state: str) -> None:
        """Count an import that has ended."""
        self._imports.labels(state).inc()

    def answers(self) -> list[AnswerMeasure]:
        """Return how questions have ended, those outcomes that occurred."""
        counts = {outcome: self._sample("report_qa_answers_total", outcome=outcome) for outcome in OUTCOMES}
        return [
            AnswerMeasure(outcome, int(count), self._within(outcome, 0.5), self._within(outcome, 0.9))
            for outcome, count in counts.items()
            if count
        ]

    def _within(self, outcome: str, share: float) -> float | None:
        wanted = share * self._sample("report_qa_answer_seconds_count", outcome=outcome)
        counts: Sequence[tuple[float, float]] = [
            (bound, self._sample("report_qa_answer_seconds_bucket", outcome=outcome, le=str(float(bound))))
            for bound in _SECONDS
        ]
        return next((bound for bound, count in counts if count >= wanted), None)

    def _sample(self, name: str, **labels: str) -> float:
        return self.registry.get_sample_value(name, labels) or 0.0

    def text(self) -> bytes:
        """Return all measures in Prometheus' text format."""
        return generate_latest(self.registry)
