"""Traces of requests, answers and imports for OpenTelemetry; nothing happens unless an endpoint is set.

Spans hold outcomes, counts and names of collections and documents, and no questions, answers or keys.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Self

from report_qa import __version__
from report_qa.config import Settings
from report_qa.errors import ConfigError, Text

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer, TracerProvider

logger = logging.getLogger(__name__)

SERVICE = "report-qa"
Value = str | int | float | bool

_VARIABLES = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
"""Of the OpenTelemetry specification; the exporter reads them itself."""
_EXPORTER = "opentelemetry.exporter.otlp.proto.http"
_tracer: Tracer | None = None


def begin_tracing(settings: Settings) -> None:
    """Send traces to ``server.otlp_endpoint`` or else to where the environment says; to nowhere without either.

    Raises:
        ConfigError: an endpoint is set, and the extra is not installed.
    """
    endpoint = settings.server.otlp_endpoint.rstrip("/")
    if not endpoint and not any(os.environ.get(name) for name in _VARIABLES):
        return
    if not _is_installed():
        missing = Text("Tracing needs the extra otel.", "链路追踪需要附加组件 otel。")
        remedy = Text("Install it: pip install 'report-qa[otel]'.", "请安装：pip install 'report-qa[otel]'。")
        if endpoint:
            raise ConfigError(missing, remedy)
        # the environment may be meant for other programs
        logger.warning("%s %s", missing.en, remedy.en)
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": SERVICE, "service.version": __version__}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces" if endpoint else None)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace_to(provider)


def trace_to(provider: TracerProvider | None) -> None:
    """Send traces to a provider from now on; None: nowhere."""
    global _tracer
    _tracer = provider.get_tracer(SERVICE, __version__) if provider else None


class Step:
    """Something that is under way and traced, or not."""

    def __init__(self, span: Span | None = None) -> None:
        self._span = span

    def note(self, **values: Value | None) -> None:
        """Add what is known of it now; None is nothing."""
        if self._span:
            self._span.set_attributes({f"report_qa.{name}": v for name, v in values.items() if v is not None})

    def rename(self, name: str) -> None:
        """Give it a name that is known only now."""
        if self._span:
            self._span.update_name(name)

    def fail(self, why: str) -> None:
        """Mark it as failed."""
        if self._span:
            from opentelemetry.trace import Status, StatusCode

            self._span.set_status(Status(StatusCode.ERROR, why))


@contextmanager
def step(name: str, **values: Value) -> Iterator[Step]:
    """Trace what happens in the block, below what is traced around it; an error that leaves it marks it as failed."""
    if _tracer is None:
        yield Step()
        return
    with _tracer.start_as_current_span(name) as span:
        told = Step(span)
        told.note(**values)
        yield told


@contextmanager
def request(method: str, headers: Mapping[str, str]) -> Iterator[Step]:
    """Trace the serving of a request, below the caller's trace where its headers name one (W3C Trace Context)."""
    if _tracer is None:
        yield Step()
        return
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    around = TraceContextTextMapPropagator().extract(dict(headers))
    with _tracer.start_as_current_span(method, context=around, kind=SpanKind.SERVER) as span:
        yield Step(span)


class Stages:
    """Steps that follow each other: the next one begins where the one before ends."""

    def __init__(self) -> None:
        self._current = ExitStack()

    def begin(self, name: str) -> None:
        """End the stage under way and begin another."""
        self._current.close()
        self._current.enter_context(step(name))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._current.close()


def _is_installed() -> bool:
    try:
        return find_spec(_EXPORTER) is not None
    except ModuleNotFoundError:  # not even its parent
        return False
