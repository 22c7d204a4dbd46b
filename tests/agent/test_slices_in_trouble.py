"""Slices in trouble: controllers that fail, hang and lie, slices of others, ledgers and pools that go back."""

from __future__ import annotations

from typing import Any

import pytest
from tests.agent.site_world import CUBE, MISTRAL, OTHER, POOL
from tests.agent.sliced_site import PARTITION_LABEL, SlicedSite
from tests.agent.test_slices import CLOSED, ONE, OPEN, TWO, formed, names, only, site
from tests.simulation.slice_controller import slices

from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, NODE, TPU_SLICE
from holdfast_lab.slice_controller.rules import Misbehaviour


def amid(misbehaviour: Misbehaviour) -> SlicedSite:
    """As `site`, with a controller that does not do what it should."""
    world = SlicedSite(wrong=lambda _one: misbehaviour)
    world.grants(ONE, TWO, granted=2)
    return world


@pytest.mark.parametrize(
    ("wrong", "reason", "said"),
    [
        ("hang", "SlicePending", "it is ACTIVATING"),
        ("fail", "SliceFailed", "could not be formed (FAILED: Slice"),
    ],
)
def test_a_slice_that_does_not_form_opens_nothing_and_is_told(
    wrong: Misbehaviour, reason: str, said: str
) -> None:
    world = amid(wrong)
    world.come_to_rest()
    assert world.marks() == CLOSED
    assert world.blocked()[CUBE]["reason"] == reason
    assert said in world.blocked()[CUBE]["message"]
    world.wrong = lambda _one: ""
    if wrong == "fail":
        world.erase(TPU_SLICE, only(world)["metadata"]["name"])
    world.come_to_rest()
    assert world.marks() == OPEN


def test_a_controller_that_lies_is_believed_and_reaches_nobody_else() -> None:
    world = amid("lie")
    world.come_to_rest()
    assert world.marks() == OPEN
    world.grants((CUBE, MISTRAL, 1, "Releasing"), TWO, granted=2)
    world.come_to_rest()
    assert world.report()["cleanGrant"] == 1


@pytest.mark.parametrize(
    ("metadata", "owner"),
    [
        ({"annotations": {"slice.accelerator.gke.io/owner-workload-name": "w"}}, "a workload of Kueue"),
        ({"ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u"}]}, "Pod p"),
        ({}, "somebody else"),
    ],
)
def test_a_slice_that_somebody_else_formed_is_waited_for_and_left_alone(
    metadata: dict[str, Any], owner: str
) -> None:
    world = site()
    spec = {"type": "tpu7x", "topology": "4x4x4", "partitionIds": [f"id-of-{CUBE}"]}
    world.server.add(TPU_SLICE, {"metadata": {"name": "theirs", **metadata}, "spec": spec})
    theirs = world.server.find(TPU_SLICE, "theirs")
    world.grants(ONE, TWO, granted=2)
    world.turns()
    assert world.server.find(TPU_SLICE, "theirs") == theirs
    assert world.blocked()[CUBE]["reason"] == "SliceTaken"
    assert owner in world.blocked()[CUBE]["message"]
    assert world.marks() == CLOSED
    world.grants((CUBE, MISTRAL, 1, "Releasing"), granted=2)
    world.turns()
    assert world.report().get("cleanGrant") is None
    world.erase(TPU_SLICE, "theirs")
    world.come_to_rest()
    assert world.report()["cleanGrant"] == 1


def test_of_a_partition_that_two_units_claim_no_slice_is_formed() -> None:
    world = site()
    for number in range(2):
        world.relabel(f"{CUBE}-{number}", **{PARTITION_LABEL: f"id-of-{OTHER}"})
    world.grants(ONE, TWO, granted=2)
    world.come_to_rest()
    assert slices(world.server) == []
    assert world.marks() == CLOSED


def test_a_host_that_is_not_ready_keeps_its_slice_from_being_formed_and_takes_none_apart() -> None:
    world = formed()
    world.change(NODE, f"{CUBE}-0", status={"conditions": [{"type": "Ready", "status": "Unknown"}]})
    world.come_to_rest()
    assert names(world) == [[CUBE, OTHER]]
    for number in range(2):
        world.erase(NODE, f"{CUBE}-{number}")
    world.come_to_rest()
    assert names(world) == [[CUBE, OTHER]]
    late = site()
    late.change(NODE, f"{CUBE}-0", status={"conditions": [{"type": "Ready", "status": "False"}]})
    late.grants(ONE, TWO, granted=2)
    late.come_to_rest()
    assert slices(late.server) == []


def test_a_ledger_that_went_back_takes_no_slice_apart() -> None:
    world = formed()
    world.grants(granted=0)
    world.come_to_rest()
    assert names(world) == [[CUBE, OTHER]]


def test_a_pool_that_left_the_hub_leaves_its_slices() -> None:
    world = formed()
    world.erase(ACCELERATOR_POOL, POOL)
    world.turns()
    assert names(world) == [[CUBE, OTHER]]
