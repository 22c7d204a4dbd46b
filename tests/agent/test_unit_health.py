"""How a unit is judged from its hosts: enough of them, the worst that is said, and whether it can pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from tests.agent.site_world import CUBE, node, pool_document, units_seen

from holdfast.agent.observed import ObservedUnit
from holdfast.agent.report import unit_report
from holdfast.agent.tenant_pods import TenantPod
from holdfast.agent.unit_health import health_of, healthy_hosts, occupied, trouble_of
from holdfast.api.pool import AcceleratorPool
from holdfast.api.report import UnitTrouble
from holdfast.cluster.core_objects import Node

WELL, DOWN, DEAD = "well", "down", "dead"


def host(number: int, how: str) -> Node:
    """A host that is well, not Ready just now, or broken for good."""
    document = node(f"host-{number:02d}", ready="Unknown" if how == DOWN else "True")
    if how == DEAD:
        document["status"]["conditions"].append({"type": "KernelDeadlock", "status": "True"})
    return msgspec.convert(document, Node)


def rack(well: int, *others: str, pods: int = 0) -> ObservedUnit:
    """A domain of 18 hosts, of which 16 are enough."""
    hosts = tuple(host(number, how) for number, how in enumerate([*[WELL] * well, *others]))
    return ObservedUnit(
        CUBE, 18, hosts, tuple(msgspec.convert({"metadata": {}}, TenantPod) for _ in range(pods)), 16
    )


@pytest.mark.parametrize(
    ("name", "observed", "health", "lasting"),
    [
        ("all work", rack(18), "Healthy", None),
        ("two are down", rack(16, DOWN, DOWN), "Degraded", False),
        ("two are gone", rack(16), "Degraded", False),
        ("three are down", rack(15, DOWN, DOWN, DOWN), "Unhealthy", False),
        ("two are gone and one is down", rack(15, DOWN), "Unhealthy", False),
        ("two are dead and one is down", rack(15, DEAD, DEAD, DOWN), "Unhealthy", False),
        ("three are dead", rack(15, DEAD, DEAD, DEAD), "Unhealthy", True),
        ("three are gone", rack(15), "Missing", True),
        ("more than there can be", rack(19), "Unhealthy", False),
    ],
)
def test_a_rack(name: str, observed: ObservedUnit, health: str, lasting: bool | None) -> None:
    assert health_of(observed) == health
    trouble = trouble_of(observed)
    assert (None if trouble is None else trouble.lasting) == lasting


@pytest.mark.parametrize(
    ("observed", "said"),
    [
        (rack(17, DOWN), ("Kubelet", "NotReady")),
        (rack(17), ("Cloud", "NodeGone")),
        (rack(17, DEAD), ("NodeProblemDetector", "KernelDeadlock")),
        (rack(16, DEAD, DOWN), ("Kubelet", "NotReady")),
        (rack(19), ("Cloud", "MoreHostsThanDeclared")),
    ],
)
def test_the_worst_is_said_and_facts_go_before_opinions(
    observed: ObservedUnit, said: tuple[str, str]
) -> None:
    trouble = trouble_of(observed)
    assert trouble is not None
    assert (trouble.source, trouble.reason) == said


def test_whether_pods_are_on_it_is_told_while_something_is_wrong_or_it_is_to_retire() -> None:
    bad = (15, DOWN, DOWN, DOWN)
    assert trouble_of(rack(*bad)) == UnitTrouble(source="Kubelet", reason="NotReady", lasting=False)
    assert (occupied(rack(*bad, pods=1)), occupied(rack(*bad)), occupied(rack(18, pods=1))) == (
        True,
        False,
        None,
    )
    leaving = [replace(one, retiring=True) for one in (rack(18, pods=1), rack(18))]
    assert [occupied(one) for one in leaving] == [True, False]


def test_healthy_hosts_are_told_where_they_are_fewer_than_those_that_are_ready() -> None:
    assert healthy_hosts(rack(16, DEAD, DOWN)) == 16
    found = unit_report(rack(16, DEAD, DOWN), None, None)
    assert (found.hosts, found.hosts_ready, found.hosts_healthy) == (18, 17, 16)
    assert unit_report(rack(16, DOWN, DOWN), None, None).hosts_healthy is None


@pytest.mark.parametrize(
    ("spec", "enough"),
    [
        ({}, 16),
        ({"acceleratorType": "gb300-nvl72", "hostsPerUnit": 18}, 16),
        ({"acceleratorType": "gb300-nvl72", "hostsPerUnit": 18, "minHealthyHosts": 17}, 17),
        ({"acceleratorType": "gb300-nvl72", "hostsPerUnit": 4}, 4),
        ({"acceleratorType": "a-type-of-tomorrow", "hostsPerUnit": 6}, 6),
    ],
    ids=[
        "a cube",
        "a domain",
        "a domain whose pool says otherwise",
        "a small one",
        "unknown to the catalogue",
    ],
)
def test_how_many_hosts_are_enough(spec: dict[str, Any], enough: int) -> None:
    document = pool_document(hosts=16)
    document["spec"] |= spec
    pool = AcceleratorPool.model_validate(document)
    assert {unit.enough for unit in units_seen(pool, []).values()} == {enough}
