"""A node that carries our marks and belongs to no declared unit is closed, once nobody has a right to it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.agent.site_world import (
    CHAI,
    CHIPS,
    CUBE,
    HELD_BY_NOBODY,
    MISTRAL,
    OTHER,
    POOL,
    Datacenter,
    marks_of,
    node,
    pod,
)
from tests.agent.site_world import ledger as ledger_of
from tests.simulation.faults import FaultyTransport

from holdfast.agent.turn import turn
from holdfast.cluster.transport.http import Request
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, NODE, POD, POOL_REPORT
from holdfast.hardware.names import (
    GRANT_ANNOTATION,
    POOL_LABEL,
    RESERVATION_LABEL,
    RESERVATION_TAINT,
    UNIT_LABEL,
    reservation_namespace_label,
)

ACTIVE, QUARANTINED = (CUBE, MISTRAL, 1, "Active"), (CUBE, MISTRAL, 1, "Quarantined")
HOST = f"{CUBE}-0"
GKE = "cloud.google.com/gke-nodepool"
CLOSED, HELD = ("", "none", "1"), (MISTRAL, MISTRAL, "1")


def lost(label: str = UNIT_LABEL, value: str | None = None) -> Datacenter:
    """mistral has a unit and a pod; then a label of one host is taken off or changed."""
    world = Datacenter()
    world.grants(ACTIVE, granted=1)
    world.turns()
    world.server.add(POD, pod("train-0", HOST))
    labels = {key: text for key, text in world.nodes()[0]["metadata"]["labels"].items() if key != label}
    world.meta(NODE, HOST, labels=labels | ({label: value} if value else {}))
    world.turns()
    return world


def over(world: Datacenter) -> None:
    """The promise has ended; the unit could not be handed back, and is in quarantine."""
    status = {**ledger_of(QUARANTINED, granted=1), "promises": {}}
    status["units"][CUBE].pop("promise")
    world.change(ACCELERATOR_POOL, POOL, status=status)
    world.turns()


def count(world: Datacenter) -> int:
    number: int = (world.server.find(POOL_REPORT, POOL) or {})["spec"].get("nodesWithoutUnit", 0)
    return number


WAYS = [
    pytest.param(UNIT_LABEL, None, id="its unit label was taken off"),
    pytest.param(UNIT_LABEL, "cube-999", id="its unit is declared nowhere"),
    pytest.param(GKE, "default-pool", id="it is in another node pool"),
]


@pytest.mark.parametrize(("label", "value"), WAYS)
def test_while_its_holder_has_units_here_the_node_is_left_and_told(label: str, value: str | None) -> None:
    world = lost(label, value)
    assert (marks_of(world.nodes()[0]), world.pods()) == (HELD, ["train-0"])
    assert world.blocked("blockedNodes")[HOST]["reason"] == "NodeWithoutUnit"
    assert (count(world), world.report()["health"]) == (1, "Missing")


@pytest.mark.parametrize(("label", "value"), WAYS)
def test_once_nobody_has_a_right_to_it_it_is_closed_and_keeps_nobodys_admission(
    label: str, value: str | None
) -> None:
    world = lost(label, value)
    over(world)
    assert (marks_of(world.nodes()[0]), world.pods()) == (CLOSED, [])
    assert world.namespace_labels("mistral") == HELD_BY_NOBODY
    assert (world.blocked("blockedNodes"), count(world)) == ({}, 1)
    assert world.turns() == 0


def test_a_node_in_the_hands_of_another_reservation_than_those_active_is_closed() -> None:
    world = lost()
    world.grants((CUBE, CHAI, 2, "Active"), granted=2)
    world.turns()
    assert (marks_of(world.nodes()[0]), world.pods()) == (CLOSED, [])
    assert world.namespace_labels("mistral") == HELD_BY_NOBODY


def test_a_node_that_has_its_labels_back_is_part_of_its_unit_again() -> None:
    world = lost()
    over(world)
    world.meta(NODE, HOST, labels=node(HOST)["metadata"]["labels"])
    world.turns()
    assert (count(world), world.report()["health"], world.report()["cleanGrant"]) == (0, "Healthy", 1)


def test_a_ledger_that_went_back_takes_no_node_and_no_admission() -> None:
    world = lost()
    world.grants(granted=0)
    world.turns()
    assert (marks_of(world.nodes()[0]), world.pods()) == (HELD, ["train-0"])
    assert world.blocked("blockedNodes")[HOST]["reason"] == "GrantUnknown"
    assert reservation_namespace_label(MISTRAL) in world.namespace_labels("mistral")


def test_a_node_of_a_pool_that_the_hub_does_not_have_is_left_and_told_in_the_log() -> None:
    world = lost()
    world.meta(NODE, HOST, labels={**world.nodes()[0]["metadata"]["labels"], POOL_LABEL: "lake-mariner.gone"})
    over(world)
    assert (marks_of(world.nodes()[0]), world.pods()) == (HELD, ["train-0"])
    assert any("lake-mariner.gone is gone from the hub" in line for line in world.log.lines)


@pytest.mark.parametrize(
    ("marks", "after"),
    [
        pytest.param({"labels": {RESERVATION_LABEL: CHAI}}, ("", "none", ""), id="a label alone"),
        pytest.param({"annotations": {GRANT_ANNOTATION: "1"}}, ("", "none", "1"), id="a number alone"),
        pytest.param({"taint": CHAI}, ("", "none", ""), id="a taint alone"),
        pytest.param({}, ("", "", ""), id="none of our marks: any machine of the cluster"),
    ],
)
def test_only_a_node_with_a_mark_of_ours_is_closed(
    marks: dict[str, Any], after: tuple[str, str, str]
) -> None:
    world = Datacenter()
    taint = {"key": RESERVATION_TAINT, "value": marks.get("taint", ""), "effect": "NoExecute"}
    stray = node("stray", "cube-999", taints=[CHIPS, taint] if "taint" in marks else [CHIPS])
    stray["metadata"]["labels"] |= marks.get("labels", {})
    stray["metadata"]["annotations"] = marks.get("annotations", {})
    world.server.add(NODE, stray)
    world.grants((OTHER, MISTRAL, 2, "Active"), granted=2)
    world.turns()
    assert marks_of(world.server.find(NODE, "stray") or {}) == after
    assert count(world) == bool(marks)


def test_pods_on_a_node_that_was_never_opened_are_not_the_agents_to_judge() -> None:
    world = Datacenter()
    world.server.add(NODE, node("newborn", "cube-999"))
    world.server.add(POD, pod("check", "newborn", "burn-in"))
    world.turns()
    assert world.pods() == ["check"]


def test_of_many_such_nodes_some_are_named_and_all_are_counted() -> None:
    world = lost()
    labels = {RESERVATION_LABEL: MISTRAL}
    for number in range(20):
        world.server.add(NODE, node(f"stray-{number:02}", "cube-999", labels=labels))
    world.turns()
    assert (len(world.blocked("blockedNodes")), count(world)) == (16, 21)


def test_an_agent_paused_before_its_write_does_not_close_what_is_a_host_again() -> None:
    world = lost()
    world.grants(QUARANTINED, granted=1)

    def meanwhile(_number: int, request: Request) -> None:
        if request.method == "PATCH" and request.path.endswith(HOST):
            world.meta(
                NODE, HOST, labels=node(HOST, labels={RESERVATION_LABEL: MISTRAL})["metadata"]["labels"]
            )
            world.grants((CUBE, MISTRAL, 2, "Active"), granted=2)

    turn(world.agent(site=FaultyTransport(world.server, meanwhile)))
    assert marks_of(world.nodes()[0]) == HELD
    world.turns()
    assert marks_of(world.nodes()[0]) == (MISTRAL, MISTRAL, "2")


def test_an_agent_that_reads_a_node_before_the_ledger_sees_a_unit_that_was_declared_since() -> None:
    world = lost()
    world.grants(QUARANTINED, granted=1)

    def meanwhile(_number: int, request: Request) -> None:
        if request.method == "GET" and request.path.endswith(f"/{POOL}"):
            world.grants(ACTIVE, granted=1)

    turn(world.agent(hub=FaultyTransport(world.server, meanwhile)))
    assert marks_of(world.nodes()[0]) == HELD
