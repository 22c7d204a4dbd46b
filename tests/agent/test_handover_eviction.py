"""Pods that do not go by themselves, and what clean then means."""

from __future__ import annotations

import pytest
from tests.agent.site_world import CUBE, MISTRAL, Datacenter, pod
from tests.simulation.faults import FaultyTransport
from tests.simulation.storage import Document

from holdfast.cluster.transport.http import Reply, Request
from holdfast.cluster.transport.kinds import NODE, POD

RELEASING = (CUBE, MISTRAL, 1, "Releasing")
SICK = {"conditions": [{"type": "Ready", "status": "Unknown"}]}
STAYS: Document = {"finalizers": ["example.com/stays"]}


def releasing(*pods: Document) -> Datacenter:
    """A datacenter that takes cube-000 back from mistral, with these pods on it."""
    world = Datacenter()
    world.grants((CUBE, MISTRAL, 1, "Active"), granted=1)
    world.turns()
    for one in pods:
        world.server.add(POD, one)
    world.grants(RELEASING, granted=1)
    return world


def test_a_unit_is_not_clean_while_a_pod_is_still_ending() -> None:
    world = releasing(pod("train-0", f"{CUBE}-0", **STAYS))
    world.turns()
    assert world.marks() == {("", "none", "1")}
    assert "cleanGrant" not in world.report()
    world.erase(POD, "train-0", "mistral")
    world.turns()
    assert world.report()["cleanGrant"] == 1


def test_a_pod_that_is_ending_is_not_told_again() -> None:
    world = releasing(pod("train-0", f"{CUBE}-0", **STAYS))
    world.turns()
    assert world.turns() == 0
    assert sum(one.path.endswith("/eviction") for one in world.server.requests) == 1


def test_a_pod_that_gave_itself_a_day_to_end_is_told_the_pools_grace() -> None:
    own: Document = {"deletionTimestamp": "2027-01-01T00:00:00Z", "deletionGracePeriodSeconds": 86_400}
    world = releasing(pod("train-0", f"{CUBE}-0", **own))
    world.turns()
    assert world.pods() == []


@pytest.mark.parametrize("status", [429, 500], ids=["a budget forbids it", "two budgets confuse it"])
def test_a_disruption_budget_does_not_hold_a_unit(status: int) -> None:
    world = releasing(pod("train-0", f"{CUBE}-0"))

    def plan(_number: int, request: Request) -> Reply | None:
        return Reply(status, b'{"kind":"Status"}') if request.path.endswith("/eviction") else None

    world.turns(world.agent(site=FaultyTransport(world.server, plan)))
    assert world.pods() == []
    assert world.report()["cleanGrant"] == 1


@pytest.mark.parametrize(
    "stranger",
    [
        pod("proxy", f"{CUBE}-0", "kube-system"),
        pod("elsewhere", "another-node"),
        {**pod("done", f"{CUBE}-0"), "status": {"phase": "Succeeded"}},
    ],
    ids=["the cluster's own", "on another node", "finished"],
)
def test_pods_that_are_no_guests_are_left_and_hold_nothing_up(stranger: Document) -> None:
    world = releasing(stranger)
    world.turns()
    assert world.pods() == [stranger["metadata"]["name"]]
    assert world.report()["cleanGrant"] == 1


def test_a_pod_that_came_after_the_caches_were_read_keeps_the_unit_from_being_clean() -> None:
    world = releasing()
    late = pod("late", f"{CUBE}-1", **STAYS)

    def plan(_number: int, request: Request) -> Reply | None:
        if request.path == "/api/v1/pods" and world.server.find(POD, "late", "mistral") is None:
            world.server.add(POD, late)
        return None

    world.turns(world.agent(site=FaultyTransport(world.server, plan)))
    assert "cleanGrant" not in world.report()


def test_a_unit_with_a_host_that_is_not_ready_is_not_clean_until_it_is() -> None:
    world = releasing()
    healthy = world.nodes()[0]["status"]
    world.change(NODE, f"{CUBE}-0", status=SICK)
    world.turns()
    assert world.marks() == {("", "none", "1")}
    assert "cleanGrant" not in world.report()
    world.change(NODE, f"{CUBE}-0", status=healthy)
    world.turns()
    assert world.report()["cleanGrant"] == 1


def test_a_unit_with_a_host_missing_is_not_clean() -> None:
    world = releasing()
    world.erase(NODE, f"{CUBE}-0")
    world.turns()
    assert world.report()["health"] == "Missing"
    assert "cleanGrant" not in world.report()


def test_a_pod_whose_program_changes_it_between_every_look_and_eviction_ends() -> None:
    world = releasing(pod("train-0", f"{CUBE}-0"))
    beats = iter(range(1_000))

    def plan(_number: int, _request: Request) -> Reply | None:
        if world.server.find(POD, "train-0", "mistral"):
            world.meta(POD, "train-0", "mistral", annotations={"beat": str(next(beats))})
        return None

    world.turns(world.agent(site=FaultyTransport(world.server, plan)))
    assert world.pods() == []


def test_a_quarantined_unit_is_emptied_and_reported_clean_too() -> None:
    world = releasing(pod("train-0", f"{CUBE}-0"))
    world.grants((CUBE, MISTRAL, 1, "Quarantined"), granted=1)
    world.turns()
    assert world.pods() == []
    assert world.report()["cleanGrant"] == 1
