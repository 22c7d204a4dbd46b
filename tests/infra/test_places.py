"""Whose pools are at stake: what stands tells its datacenter, whatever the stack file says now."""

from __future__ import annotations

from typing import Any

import pytest
from tests.infra.ledgers import UID, entry, pool
from tests.infra.test_hub_guard import CLUSTER, NODE_POOL, FakeHub
from tests.infra.test_inputs import recordings

from holdfast_infra.hub_guard import Change, HubGuard
from holdfast_infra.hub_guard.change import POOL, SEAL, SITE, unit_of
from holdfast_infra.hub_guard.places import at_stake

NETWORK = "gcp:compute/network:Network"
PARAMETERS = "kubernetes:networking.gke.io/v1:GKENetworkParamSet"
BL, BL_OTHER, BL_2 = "bl.tpu7x-a", "bl.h200-a", "bl-2.tpu7x-a"
LABELS = {"holdfast-datacenter": "bl"}


def named(kind: str, name: str, **spec: Any) -> Change:
    """The deletion of an object in a cluster."""
    label = f"{kind.rpartition(':')[2]}/{name}"
    return Change(kind, label, {"metadata": {"name": name}, "spec": spec}, None)


def hardware(kind: str, name: str, **inputs: Any) -> Change:
    return Change(kind, name, {"name": name, **inputs}, None)


# What tells it, the change, and the pools at stake for a stack that calls itself bl-2.
TELLING = [
    ("a datacenter by its own name", named(SITE, "bl"), {BL, BL_OTHER, BL_2}),
    ("a seal by its pools, and no others", named(SEAL, "bl", pools=[BL]), {BL}),
    ("a seal of which nothing stands", named(SEAL, "bl-2", pools=[]), set()),
    ("a cluster by its label", hardware(CLUSTER, "c", resourceLabels=LABELS), {BL, BL_OTHER, BL_2}),
    (
        "nodes by their label",
        hardware(NODE_POOL, "system", nodeConfig={"resourceLabels": LABELS}),
        {BL, BL_OTHER, BL_2},
    ),
    ("a network by its name", hardware(NETWORK, "bl-network"), {BL, BL_OTHER, BL_2}),
    ("a network of a longer name that begins alike", hardware(NETWORK, "bl-2-network"), {BL_2}),
    ("a network of a name that only looks alike", hardware(NETWORK, "blue-network"), {BL_2}),
    (
        "a site's network object by its VPC",
        named(PARAMETERS, "h200-0", vpc="bl-h200-host"),
        {BL, BL_OTHER, BL_2},
    ),
    ("nothing does", hardware(NODE_POOL, "n", nodeConfig="secret", resourceLabels=7), {BL_2}),
]


@pytest.mark.parametrize(("what", "change", "expected"), TELLING)
def test_a_thing_tells_its_datacenter(what: str, change: Change, expected: set[str]) -> None:
    hub = [pool("a", name=name) for name in (BL, BL_OTHER, BL_2, "abernathy.h200-a")]
    assert {each["metadata"]["name"] for each in at_stake(change, hub, "bl-2")} == expected, what


def test_a_pool_that_cannot_be_read_could_be_of_any_datacenter() -> None:
    unreadable: Any
    for unreadable in ({"spec": {}}, {"spec": []}, {}):
        hub = [unreadable, pool("a", name=BL)]
        assert at_stake(hardware(NETWORK, "bl-network"), hub, "bl") == hub
        refusal = HubGuard(FakeHub([unreadable]), "bl").refusal(hardware(NETWORK, "bl-network"))
        assert "cannot be read" in str(refusal)


def test_all_that_a_stack_makes_tells_its_unit_or_its_datacenter() -> None:
    hub = [pool("a", name=f"{site}.a") for site in ("lake-mariner", "abernathy", "barber-lake")]
    silent = {
        each.kind
        for recorded in recordings()
        for each in recorded.seen.values()
        if each.hooks["before_delete"] and each.kind not in (POOL, SEAL) and not all(unit_of(each.inputs))
        if not at_stake(Change(each.kind, each.name, each.inputs, None), hub, "another")
    }
    assert silent == {"kubernetes:networking.gke.io/v1:Network"}


PROMISED, FREE = (pool("a", name=BL, promises=promises) for promises in ({UID: entry()}, {}))
WHOLE = [
    named(POOL, BL, datacenter="bl"),
    named(SITE, "bl"),
    named(SEAL, "bl", pools=[BL]),
    hardware(CLUSTER, "bl", resourceLabels=LABELS),
    hardware(NETWORK, "bl-network"),
]


@pytest.mark.parametrize("change", WHOLE, ids=lambda change: change.kind)
@pytest.mark.parametrize("declared", ["bl-2", "b"], ids=["a stack renamed", "a block under a shorter name"])
def test_nothing_promised_goes_with_a_declaration_of_another_name(change: Change, declared: str) -> None:
    refusal = str(HubGuard(FakeHub([PROMISED]), declared).refusal(change))
    assert refusal.startswith(f"pool {BL} at bl still backs reservation mistral/pretrain-q1")
    assert f"declare name: bl again (the stack file says {declared}), or wait for" in refusal
    assert HubGuard(FakeHub([FREE]), declared).refusal(change) is None
    assert "declare name" not in str(HubGuard(FakeHub([PROMISED]), "bl").refusal(change))


def test_an_upgrade_is_not_let_in_under_another_name() -> None:
    always = [{"startTime": "2026-01-01T00:00:00Z", "exclusionOptions": {"scope": "NO_UPGRADES"}}]
    old = {"resourceLabels": LABELS, "maintenancePolicy": {"maintenanceExclusions": always}}
    change = Change(CLUSTER, "bl", old, {"resourceLabels": LABELS})
    assert "would be open for upgrades" in str(HubGuard(FakeHub([PROMISED]), "bl-2").refusal(change))
    assert HubGuard(FakeHub([FREE]), "bl-2").refusal(change) is None


def test_a_lease_is_not_shortened_under_another_name() -> None:
    old, new = ({"lease": {"end": end}} for end in ("2036-01-01T00:00:00Z", "2027-01-02T00:00:00Z"))
    change = Change(SITE, "Datacenter/bl", {"metadata": {"name": "bl"}, "spec": old}, {"spec": new})
    assert "mistral/pretrain-q1" in str(HubGuard(FakeHub([PROMISED]), "bl-2").refusal(change))
    assert HubGuard(FakeHub([FREE]), "bl-2").refusal(change) is None
