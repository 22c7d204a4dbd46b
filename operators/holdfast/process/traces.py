"""Traces, where they are asked for: every line of the log that names a reservation is a span of its trace.

The id of the trace is the reservation's uid, so what the operator and every agent do for it is one trace, and no
context has to travel through objects that tenants can write. What is asked for at the very start, the tenant's object,
is the parent of all; nobody has recorded it. Off unless asked for (`cli/serve.py`); needs the extra holdfast[traces].
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, Tracer, set_span_in_context

_LOWER = 2**64 - 1
_NOT_TOLD = frozenset({"event", "seconds", "timestamp", "level"})


class Spans:
    """A step of the log (structlog's processor) that lets a line through as it is, and makes a span of it."""

    def __init__(self, tracer: Tracer, now: Callable[[], int] = time.time_ns) -> None:
        self._tracer = tracer
        self._now = now

    def __call__(
        self, _logger: Any, _method: str, line: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """`seconds` of a line, where it says them, is how long the deed took that ends with it."""
        whole = trace_of(line.get("reservation_uid"))
        if whole:
            end = self._now()
            span = self._tracer.start_span(
                str(line["event"]),
                context=set_span_in_context(NonRecordingSpan(whole)),
                start_time=end - int(float(line.get("seconds", 0)) * 1e9),
                attributes=_attributes(line),
            )
            span.end(end)
        return line


def trace_of(uid: object) -> SpanContext | None:
    """The trace of a reservation, and in it the span of its tenant's object; None for what is no uid."""
    try:
        whole = uuid.UUID(str(uid)).int
    except ValueError:
        return None
    return SpanContext(
        whole, (whole & _LOWER) or 1, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)
    )


def _attributes(line: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    return {
        f"holdfast.{key}": value if isinstance(value, str | int | float | bool) else json.dumps(value)
        for key, value in line.items()
        if key not in _NOT_TOLD
    }


def sending(process: str) -> Spans:
    """Spans that are sent by OTLP to where OTEL_EXPORTER_OTLP_ENDPOINT says, in batches, from a thread."""
    provider = TracerProvider(resource=Resource.create({"service.name": f"holdfast-{process}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Spans(provider.get_tracer("holdfast"))
