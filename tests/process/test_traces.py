"""Traces are made of the log: one trace a reservation, whoever writes the line, and none unless they are asked for."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterator

import pytest
import structlog

from holdfast.process.logs import logger, open_logs

sdk = pytest.importorskip("opentelemetry.sdk.trace", reason="needs the extra holdfast[traces]")
export = pytest.importorskip("opentelemetry.sdk.trace.export")
memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
traces = pytest.importorskip("holdfast.process.traces")

UID = "11111111-1111-4111-8111-111111111111"
NOW = 1_800_000_000_000_000_000


class Traced:
    """A log whose spans stay in memory."""

    def __init__(self) -> None:
        self.page = io.StringIO()
        self.kept = memory.InMemorySpanExporter()
        provider = sdk.TracerProvider()
        provider.add_span_processor(export.SimpleSpanProcessor(self.kept))
        open_logs(self.page, watchers=[traces.Spans(provider.get_tracer("test"), lambda: NOW)])

    def lines(self) -> list[dict[str, object]]:
        """The log itself."""
        return [json.loads(line) for line in self.page.getvalue().splitlines()]


@pytest.fixture
def traced() -> Iterator[Traced]:
    yield Traced()
    structlog.reset_defaults()


def test_what_operator_and_agent_do_for_a_reservation_is_one_trace_of_its_uid(traced: Traced) -> None:
    operator, agent = logger("operator"), logger("agent")
    for event in ("planned", "committed", "bound"):
        operator.info(event, reservation_uid=UID, seconds=0.25, pools={"ny.a": 2})
    agent.info("opened", reservation_uid=UID, subject="ny.a/u0", grant=7)
    spans = traced.kept.get_finished_spans()
    assert [span.name for span in spans] == ["planned", "committed", "bound", "opened"]
    assert {span.context.trace_id for span in spans} == {uuid.UUID(UID).int}
    assert len({span.parent.span_id for span in spans}) == 1
    assert [line["event"] for line in traced.lines()] == ["planned", "committed", "bound", "opened"]


def test_a_span_is_as_long_as_its_deed_and_says_what_the_line_says(traced: Traced) -> None:
    logger("operator").info("bound", reservation_uid=UID, seconds=0.25, grants={"u0": 7})
    (span,) = traced.kept.get_finished_spans()
    assert (span.end_time, span.end_time - span.start_time) == (NOW, 250_000_000)
    assert span.attributes["holdfast.grants"] == '{"u0": 7}'
    assert span.attributes["holdfast.reservation_uid"] == UID


def test_a_line_of_no_reservation_is_no_span(traced: Traced) -> None:
    logger("operator").info("turn", written=[])
    logger("operator").info("bound", reservation_uid="none of ours")
    assert traced.kept.get_finished_spans() == ()
    assert len(traced.lines()) == 2
