"""Health pages: what those who look after a process ask it."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from holdfast.cluster.transport.errors import Expired
from holdfast.process.client_metrics import ClientMetrics
from holdfast.process.health import HealthServer


@pytest.fixture
def visit(registry: CollectorRegistry) -> Iterator[Any]:
    state = {"alive": True, "ready": False}
    server = HealthServer(("127.0.0.1", 0), registry, lambda: state["alive"], lambda: state["ready"])
    server.start()

    def get(page: io.StringIO) -> Any:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{page}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    yield get
    server.stop()


@pytest.mark.parametrize(
    ("page", "status"), [("/healthz", 200), ("/readyz", 503), ("/readyz?verbose", 503), ("/secrets", 404)]
)
def test_health_pages_answer_what_is_so(visit: Any, page: str, status: int) -> None:
    assert visit(page)[0] == status


def test_the_metrics_page_shows_the_registry(visit: Any, metrics: ClientMetrics) -> None:
    metrics.relisted("nodes")(Expired("gone"))
    status, text = visit("/metrics")
    assert status == 200
    assert 'holdfast_relists_total{error="Expired",plural="nodes"} 1.0' in text
