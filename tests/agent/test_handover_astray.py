"""A host that says it is another unit's, and one that comes back with the marks and the pods of before."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.agent.site_world import CHAI, CUBE, MISTRAL, OTHER, Datacenter, marks_of, node, pod

from holdfast.agent.turn import turn
from holdfast.cluster.transport.kinds import NODE, POD
from holdfast.hardware.names import GRANT_ANNOTATION, UNIT_LABEL

MINE, THEIRS = (CUBE, MISTRAL, 1, "Active"), (OTHER, CHAI, 2, "Active")
GUEST, HOST = f"{CUBE}-0", f"{OTHER}-0"


def moved(world: Datacenter) -> None:
    """A host of cube-000 says that it is one of cube-001's."""
    labels = {UNIT_LABEL: OTHER, "cloud.google.com/gke-nodepool": f"tpu7x-a-{OTHER}"}
    kept = (world.server.find(NODE, GUEST) or {})["metadata"]["labels"]
    world.meta(NODE, GUEST, labels={**kept, **labels})


def marks(world: Datacenter, name: str) -> tuple[str, str, str]:
    """What is written on a node."""
    return marks_of(world.server.find(NODE, name) or {})


def test_a_host_too_many_is_not_opened_and_is_told() -> None:
    world = Datacenter()
    world.grants(MINE, THEIRS, granted=2)
    world.turns()
    moved(world)
    world.turns()
    assert marks(world, GUEST) == (MISTRAL, MISTRAL, "1")
    assert world.blocked()[OTHER]["reason"] == "MoreHostsThanDeclared"
    assert GUEST in world.blocked()[OTHER]["message"]


def test_a_unit_with_a_host_too_many_is_closed_all_the_same() -> None:
    world = Datacenter()
    world.grants(THEIRS, granted=2)
    world.turns()
    moved(world)
    world.grants((OTHER, CHAI, 2, "Releasing"), granted=2)
    world.turns()
    assert {marks(world, name) for name in (GUEST, HOST, f"{OTHER}-1")} == {("", "none", "2")}
    assert "cleanGrant" not in world.report(OTHER)


def returned(*pods: dict[str, Any]) -> Datacenter:
    """A host of cube-001 was away while its unit went from mistral to chai; it comes back as it was, pods included."""
    world = Datacenter()
    world.grants((OTHER, MISTRAL, 1, "Active"), granted=1)
    world.turns()
    before = world.server.find(NODE, HOST) or {}
    world.grants(THEIRS, granted=2)
    world.erase(NODE, HOST)
    world.turns()
    world.server.add(NODE, {**node(HOST, OTHER), "spec": before["spec"]})
    world.meta(NODE, HOST, labels=before["metadata"]["labels"], annotations=before["metadata"]["annotations"])
    for one in pods:
        world.server.add(POD, one)
    return world


def test_a_host_that_comes_back_open_for_a_former_tenant_is_closed_before_it_is_opened() -> None:
    world = returned()
    agent, seen = world.agent(), []
    for _ in range(2):
        world.catch_up(agent)
        turn(agent)
        seen.append(marks(world, HOST))
    assert seen == [("", "none", "1"), (CHAI, CHAI, "2")]


def test_it_is_opened_when_the_pods_of_the_former_tenant_have_ended() -> None:
    world = returned(pod("train-0", HOST, finalizers=["example.com/stays"]))
    world.turns()
    assert marks(world, HOST) == ("", "none", "1")
    assert world.blocked()[OTHER]["reason"] == "HostOccupied"
    world.erase(POD, "train-0", "mistral")
    world.turns()
    assert (marks(world, HOST), world.blocked()) == ((CHAI, CHAI, "2"), {})


def test_a_tenants_own_pods_do_not_keep_its_host_closed() -> None:
    world = Datacenter()
    world.grants(MINE, granted=1)
    world.turns()
    world.server.add(POD, pod("train-0", GUEST))
    world.meta(NODE, GUEST, labels=node(GUEST)["metadata"]["labels"])
    world.turns()
    assert (marks(world, GUEST), world.pods()) == ((MISTRAL, MISTRAL, "1"), ["train-0"])


ODD = st.one_of(
    st.sampled_from(
        ["GpuNvLink5Watch", "SysLogs bad disk", "SysLogs" + "x" * 400, "SysLogs\u00fc", "Gpu\nWatch"]
    ),
    st.text(max_size=400),
)


@settings(max_examples=60, deadline=None)
@given(condition=ODD, status=st.sampled_from(["True", "Odd"]), note=ODD)
def test_whatever_a_host_says_of_itself_its_site_is_told_of(condition: str, status: str, note: str) -> None:
    world = Datacenter(units=(CUBE,))
    world.grants(MINE, granted=1)
    world.turns()
    told = [{"type": "Ready", "status": "True"}, {"type": condition, "status": status}]
    world.change(NODE, GUEST, status={"conditions": told})
    world.meta(NODE, GUEST, annotations={GRANT_ANNOTATION: "1", "holdfast.dev/remediation": note})
    world.turns()
    assert world.report()["openGrant"] == 1


@pytest.mark.parametrize("written", ["9999999999999999", "9" * 400, "-1", "0x1", "", "\u0661"])
def test_a_grant_that_no_ledger_can_have_given_counts_as_none_written(written: str) -> None:
    world = Datacenter(units=(CUBE,))
    world.grants(MINE, granted=1)
    world.turns()
    world.meta(NODE, GUEST, annotations={GRANT_ANNOTATION: written})
    world.turns()
    assert marks(world, GUEST) == (MISTRAL, MISTRAL, "1")
