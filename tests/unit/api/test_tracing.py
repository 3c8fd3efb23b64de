"""Traces: what is sent of requests, answers and imports, and that nothing is where it is not asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from serving import BROKEN, QUESTION, UNANSWERABLE, Server, until

from report_qa.config import Settings
from report_qa.errors import ConfigError
from report_qa.runtime import tracing

ASK = "/api/v1/ask"


@pytest.fixture
def traced() -> Iterator[InMemorySpanExporter]:
    """What is sent."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.trace_to(provider)
    yield exporter
    tracing.trace_to(None)


def tree(exporter: InMemorySpanExporter) -> list[tuple[str, str]]:
    """Return every span's name with that of the one that it is below, in the order in which they began."""
    spans = sorted(exporter.get_finished_spans(), key=lambda span: span.start_time or 0)
    names = {span.context.span_id: span.name for span in spans}
    return [(span.name, names.get(span.parent.span_id, "?") if span.parent else "") for span in spans]


def named(exporter: InMemorySpanExporter, name: str) -> ReadableSpan:
    (found,) = [span for span in exporter.get_finished_spans() if span.name == name]
    return found


def test_an_answer_is_traced_by_stage_below_its_request(
    client: TestClient, traced: InMemorySpanExporter, server: Server
) -> None:
    caller = f"00-{'1' * 32}-{'2' * 16}-01"
    reply = client.post(ASK, json={"question": QUESTION}, headers={"traceparent": caller})
    until(lambda: any(name == "answer" for name, _ in tree(traced)))
    assert tree(traced) == [
        ("POST /api/v1/ask", "?"),
        ("answer", "POST /api/v1/ask"),
        *((stage, "answer") for stage in ("queue", "searching", "understanding", "reading", "writing", "checking")),
    ]
    request, answer = named(traced, "POST /api/v1/ask"), named(traced, "answer")
    assert request.kind is SpanKind.SERVER
    assert request.context.trace_id == answer.context.trace_id == int("1" * 32, 16)
    assert request.parent is not None
    assert request.parent.span_id == int("2" * 16, 16)
    assert dict(request.attributes or {}) == {
        "report_qa.status": 200,
        "report_qa.request_id": reply.headers["x-request-id"],
    }
    told = dict(answer.attributes or {})
    assert (told["report_qa.outcome"], told["report_qa.citations"]) == ("answered", 1)
    for span in traced.get_finished_spans():
        assert QUESTION not in str(span.to_json())
        assert "2887" not in str(span.to_json())


def test_refused_and_failed_are_told_apart(client: TestClient, traced: InMemorySpanExporter, server: Server) -> None:
    client.post(ASK, json={"question": UNANSWERABLE})
    server.script.error = BROKEN
    client.post(ASK, json={"question": QUESTION})

    def answers() -> list[tuple[Any, bool]]:
        spans = [span for span in traced.get_finished_spans() if span.name == "answer"]
        return [((span.attributes or {})["report_qa.outcome"], span.status.is_ok) for span in spans]

    until(lambda: len(answers()) == 2)
    assert answers() == [("refused", True), ("failed", False)]
    failed = [span for span in traced.get_finished_spans() if span.name == "POST /api/v1/ask"][1]
    assert not failed.status.is_ok


def test_an_import_is_traced_file_by_file(client: TestClient, traced: InMemorySpanExporter) -> None:
    files = [
        ("files", (name, content)) for name, content in (("a.md", "# 一\n\n第一章的内容。\n"), ("b.pdf", b"no pdf"))
    ]
    client.post("/api/v1/collections/wagon/documents", files=files)
    until(lambda: any(name == "import" for name, _ in tree(traced)))
    assert [pair for pair in tree(traced) if "import" in pair[0]] == [
        ("import", ""),
        ("import file", "import"),
        ("import file", "import"),
    ]
    assert (named(traced, "import").attributes or {})["report_qa.outcome"] == "incomplete"


def test_nothing_is_traced_where_no_endpoint_is_set(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", raising=False)
    tracing.begin_tracing(make_settings())
    assert tracing._tracer is None


@pytest.mark.parametrize("named_by", ["setting", "environment"])
def test_an_endpoint_that_is_set_is_traced_to(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, named_by: str
) -> None:
    made: list[str | None] = []

    def exporter(endpoint: str | None) -> InMemorySpanExporter:
        made.append(endpoint)
        return InMemorySpanExporter()

    monkeypatch.setattr("opentelemetry.exporter.otlp.proto.http.trace_exporter.OTLPSpanExporter", exporter)
    if named_by == "environment":
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    try:
        tracing.begin_tracing(
            make_settings(server__otlp_endpoint="http://127.0.0.1:9/" if named_by == "setting" else "")
        )
        assert tracing._tracer is not None
    finally:
        tracing.trace_to(None)
    assert made == ["http://127.0.0.1:9/v1/traces" if named_by == "setting" else None]


def test_without_the_extra_only_who_asked_for_traces_is_told(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "_is_installed", lambda: False)
    with pytest.raises(ConfigError) as caught:
        tracing.begin_tracing(make_settings(server__otlp_endpoint="http://127.0.0.1:9"))
    assert "pip install 'report-qa[otel]'" in caught.value.line("en")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    tracing.begin_tracing(make_settings())
    assert tracing._tracer is None
