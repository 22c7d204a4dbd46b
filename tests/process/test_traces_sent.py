"""Spans leave a process over the wire: OTLP over gRPC, to a receiver that reads OpenTelemetry's own protocol."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

grpc = pytest.importorskip("grpc")
asked = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
service = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc")
pytest.importorskip("opentelemetry.exporter.otlp.proto.grpc", reason="needs the extra holdfast[traces]")

UID = "11111111-1111-4111-8111-111111111111"
PROCESS = f"""
from holdfast.cli.serve import open_watched_logs
from holdfast.process.logs import logger
open_watched_logs("agent")
logger("agent").info("opened", reservation_uid={UID!r}, subject="ny.a/u0", grant=7, seconds=0.5)
logger("agent").info("turn", written=[])
"""


class Receiver(service.TraceServiceServicer):  # type: ignore[misc,name-defined]
    """What a collector's OTLP receiver is to a client: it keeps what it is sent."""

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self.lock = threading.Lock()

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        with self.lock:
            self.kept += request.resource_spans
        return asked.ExportTraceServiceResponse()


@pytest.fixture
def receiver() -> Iterator[tuple[Receiver, int]]:
    """One on loopback, and its port."""
    receiver, server = Receiver(), grpc.server(ThreadPoolExecutor(2))
    service.add_TraceServiceServicer_to_server(receiver, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield receiver, port
    server.stop(None).wait()


def test_what_a_process_does_for_a_reservation_reaches_a_receiver(receiver: tuple[Receiver, int]) -> None:
    there, port = receiver
    where = {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
    done = subprocess.run(
        [sys.executable, "-c", PROCESS], env={**os.environ, **where}, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 2), done.stderr
    (resource,) = there.kept
    named = {one.key: one.value.string_value for one in resource.resource.attributes}
    (span,) = resource.scope_spans[0].spans
    assert (named["service.name"], span.name) == ("holdfast-agent", "opened")
    assert span.trace_id == uuid.UUID(UID).bytes
    assert span.end_time_unix_nano - span.start_time_unix_nano == 500_000_000
    said = {one.key: one.value for one in span.attributes}
    assert (said["holdfast.subject"].string_value, said["holdfast.grant"].int_value) == ("ny.a/u0", 7)
