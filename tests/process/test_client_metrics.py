"""What the operator counts of its own calls."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from tests.simulation.api_server import ApiServer
from tests.simulation.faults import Fault, FaultyTransport, at_call
from tests.simulation.simulated import SimulatedTime

from holdfast.cluster.transport.errors import Expired
from holdfast.cluster.transport.http import Request, Unanswered
from holdfast.process.client_metrics import ClientMetrics, MeteredTransport

READ = Request("GET", "/api/v1/nodes/a", (("resourceVersion", "0"),))


def calls(registry: CollectorRegistry, method: Any, outcome: Any) -> Any:
    labels = {"method": method, "plural": "nodes", "outcome": outcome}
    return registry.get_sample_value("holdfast_api_calls_total", labels)


def test_calls_are_counted_by_kind_and_outcome_and_timed(
    server: ApiServer, time: SimulatedTime, registry: CollectorRegistry, metrics: ClientMetrics
) -> None:
    way = MeteredTransport(FaultyTransport(server, at_call(2, Fault.UNSENT)), metrics, time.monotonic)
    assert way.call(READ).status == 404
    with pytest.raises(Unanswered):
        way.call(READ)
    assert (calls(registry, "GET", "404"), calls(registry, "GET", "unanswered")) == (1.0, 1.0)
    assert registry.get_sample_value("holdfast_api_call_seconds_count", {"method": "GET"}) == 2.0


def test_watches_are_counted_by_how_they_ended(
    server: ApiServer, time: SimulatedTime, registry: CollectorRegistry, metrics: ClientMetrics
) -> None:
    way = MeteredTransport(FaultyTransport(server, at_call(2, Fault.LOST_REPLY)), metrics, time.monotonic)
    list(way.stream(READ))
    with pytest.raises(Unanswered):
        list(way.stream(READ))
    assert (calls(registry, "WATCH", "ended"), calls(registry, "WATCH", "cut")) == (1.0, 1.0)


def test_relists_are_counted_by_their_reason(registry: CollectorRegistry, metrics: ClientMetrics) -> None:
    metrics.relisted("nodes")(Expired("x"))
    labels = {"plural": "nodes", "error": "Expired"}
    assert registry.get_sample_value("holdfast_relists_total", labels) == 1.0


def test_how_long_nothing_was_said_of_a_kind_is_asked_at_every_scrape(
    server: ApiServer, time: SimulatedTime, registry: CollectorRegistry, metrics: ClientMetrics
) -> None:
    def age() -> float | None:
        return registry.get_sample_value("holdfast_watch_age_seconds", {"plural": "nodes"})

    way = MeteredTransport(server, metrics, time.monotonic)
    assert age() is None
    list(way.stream(READ))
    time.sleep(100)
    assert age() == 100
    list(way.stream(READ))
    assert age() == 0


def test_of_a_kind_that_is_forgotten_no_age_is_served_until_it_is_heard_again(
    server: ApiServer, time: SimulatedTime, registry: CollectorRegistry, metrics: ClientMetrics
) -> None:
    def ages() -> set[tuple[str, float]]:
        samples = (one for family in registry.collect() for one in family.samples)
        return {
            (one.labels["plural"], one.value) for one in samples if one.name == "holdfast_watch_age_seconds"
        }

    for plural in ("nodes", "slices"):
        metrics.hear(plural, time.monotonic)
    time.sleep(300)
    metrics.forget("slices")
    metrics.forget("slices")
    assert ages() == {("nodes", 300)}
    metrics.hear("slices", time.monotonic)
    assert ages() == {("nodes", 300), ("slices", 0)}
