"""What the hub is told of a unit."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.agent.site_world import (
    BORN,
    CHAI,
    CHIPS,
    CUBE,
    MISTRAL,
    OTHER,
    SITE,
    node,
    pool_document,
    units_seen,
)

from holdfast.agent.observed import ObservedUnit
from holdfast.agent.report import report_of, unit_report
from holdfast.agent.unit_health import health_of
from holdfast.api.pool import AcceleratorPool
from holdfast.api.report import PoolReportSpec, UnitReport
from holdfast.cluster.core_objects import Node
from holdfast.hardware.names import GRANT_ANNOTATION, RESERVATION_LABEL, UNIT_LABEL

PARTITION = "cloud.google.com/gke-tpu-partition-4x4x4-state"
POOL = AcceleratorPool.model_validate(pool_document())


def host(number: int = 0, holder: str = "", grant: int = 0, **changes: Any) -> Node:
    """A host, closed or in somebody's hands."""
    labels = {**changes.pop("labels", {}), **({RESERVATION_LABEL: holder} if holder else {})}
    taint = {**BORN, "value": holder} if holder else BORN
    document = node(f"host-{number}", labels=labels, taints=[CHIPS, taint], **changes)
    document["metadata"]["annotations"] = {GRANT_ANNOTATION: str(grant)} if grant else {}
    return msgspec.convert(document, Node)


def pair(*nodes: Node) -> ObservedUnit:
    return ObservedUnit(CUBE, 2, nodes)


SICK: dict[str, Any] = {"ready": "Unknown"}
DEGRADED: dict[str, Any] = {"labels": {PARTITION: "DEGRADED"}}


@pytest.mark.parametrize(
    ("observed", "health"),
    [
        pytest.param(pair(host(), host(1)), "Healthy", id="all there and Ready"),
        pytest.param(pair(host()), "Missing", id="one host is not there"),
        pytest.param(pair(host(), host(1, **SICK)), "Unhealthy", id="one host is not Ready"),
        pytest.param(pair(host(**DEGRADED), host(1)), "Degraded", id="the partition is degraded"),
        pytest.param(pair(host(**DEGRADED), host(1, **SICK)), "Unhealthy", id="degraded and not Ready"),
        pytest.param(
            pair(host(labels={PARTITION: "UNHEALTHY"}), host(1)), "Unhealthy", id="partition is unhealthy"
        ),
        pytest.param(
            pair(host(), host(1), host(2)), "Unhealthy", id="more hosts than declared: somebody pretends"
        ),
    ],
)
def test_health_is_the_worst_of_the_hosts(observed: ObservedUnit, health: str) -> None:
    assert health_of(observed) == health


@pytest.mark.parametrize(
    ("observed", "grant"),
    [
        pytest.param(pair(host(0, MISTRAL, 3), host(1, MISTRAL, 3)), 3, id="both open by the same grant"),
        pytest.param(pair(host(0, MISTRAL, 3), host(1, MISTRAL, 2)), None, id="by different grants"),
        pytest.param(pair(host(0, MISTRAL, 3), host(1, CHAI, 3)), None, id="for different reservations"),
        pytest.param(pair(host(0, MISTRAL, 3), host(1, "", 3)), None, id="one is closed"),
        pytest.param(pair(host(0, MISTRAL, 3)), None, id="one is missing"),
        pytest.param(pair(host(0, MISTRAL), host(1, MISTRAL)), None, id="without a number"),
    ],
)
def test_open_needs_every_host_with_label_taint_and_number(observed: ObservedUnit, grant: int | None) -> None:
    assert unit_report(observed, None, None).open_grant == grant


HALF = host(1, "", 3, labels={RESERVATION_LABEL: MISTRAL})
UNDONE = pair(host(0, "", 3), host(1, "", 3))


@pytest.mark.parametrize(
    ("observed", "before", "verified", "grant"),
    [
        pytest.param(UNDONE, None, 3, 3, id="just verified"),
        pytest.param(UNDONE, None, None, None, id="closed, but nobody has looked for guests"),
        pytest.param(UNDONE, 3, None, 3, id="told before: stays told"),
        pytest.param(UNDONE, 2, None, None, id="told of an older grant"),
        pytest.param(pair(host(0, "", 3), host(1, "", 4)), None, 3, None, id="not on every host"),
        pytest.param(pair(host(0, "", 3), host(1, "", 2)), None, 3, None, id="one is of an older grant"),
        pytest.param(pair(host(0, "", 3), HALF), None, 3, None, id="one is closed and still labelled"),
        pytest.param(pair(host(0, "", 3)), 3, None, None, id="one has left since it was told"),
        pytest.param(
            pair(host(0, CHAI, 4), host(1, CHAI, 4)), 3, None, None, id="open for the next: no longer"
        ),
    ],
)
def test_clean_needs_every_host_undone_and_a_look_for_guests(
    observed: ObservedUnit, before: int | None, verified: int | None, grant: int | None
) -> None:
    told = UnitReport(health="Healthy", hosts=2, hosts_ready=2, clean_grant=before)
    assert unit_report(observed, told, verified).clean_grant == grant


def test_hosts_are_counted_and_one_cordon_is_the_units() -> None:
    found = unit_report(pair(host(cordoned=True), host(1, **SICK)), None, None)
    assert (found.hosts, found.hosts_ready, found.cordoned) == (2, 1, True)


def test_a_unit_never_seen_is_not_listed_and_one_that_left_is_missing() -> None:
    observed = units_seen(POOL, [host(), host(1)])
    assert list(report_of(POOL, observed, None, {}).units) == [CUBE]
    told = UnitReport(health="Healthy", hosts=2, hosts_ready=2)
    before = PoolReportSpec(datacenter=SITE, units={OTHER: told})
    assert report_of(POOL, observed, before, {}).units[OTHER].health == "Missing"


@pytest.mark.parametrize(
    ("labels", "count"),
    [
        ({}, 1),
        ({"cloud.google.com/gke-nodepool": "somebody-elses"}, 0),
        ({"holdfast.dev/pool": "abernathy.tpu7x-a"}, 0),
        ({UNIT_LABEL: "cube-999"}, 0),
    ],
    ids=["its own", "another node pool", "another pool", "a unit nobody declared"],
)
def test_a_node_that_only_claims_to_be_part_of_a_unit_adds_nothing(
    labels: dict[str, str], count: int
) -> None:
    assert len(units_seen(POOL, [host(labels=labels)])[CUBE].nodes) == count


def test_a_node_without_a_node_pools_label_belongs_by_its_birth_labels() -> None:
    bare = host()
    del bare.metadata.labels["cloud.google.com/gke-nodepool"]
    assert len(units_seen(POOL, [bare])[CUBE].nodes) == 1
