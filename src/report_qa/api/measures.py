"""What is measured, for Prometheus."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from report_qa import __version__
from report_qa.runtime.line import Line

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600)


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

    def text(self) -> bytes:
        """Return all measures in Prometheus' text format."""
        return generate_latest(self.registry)
