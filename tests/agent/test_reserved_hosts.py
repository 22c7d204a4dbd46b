"""What a tenant reads of its units: one object a unit, in its own namespace, true as of the last turn."""

from __future__ import annotations

from typing import Any

import pytest
from tests.agent.site_world import CHAI, CUBE, MISTRAL, OTHER, POOL, SITE, Datacenter, ledger, node

from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, NAMESPACE, NODE, RESERVED_HOSTS
from holdfast.hardware.names import TENANT_LABEL

NAME, ID = f"{POOL}.{CUBE}", "cloud.google.com/gke-tpu-partition-4x4x4-id"
STATE = "cloud.google.com/gke-tpu-partition-4x4x4-state"
MINE, THEIRS = (CUBE, MISTRAL, 1, "Active"), (CUBE, CHAI, 2, "Active")


def opened() -> Datacenter:
    """A datacenter where mistral has cube-000."""
    world = Datacenter()
    world.grants(MINE, granted=1)
    world.turns()
    return world


def told(world: Datacenter, namespace: str = "mistral", unit: str = CUBE) -> dict[str, Any]:
    """What the tenant reads of a unit; empty where there is nothing to read."""
    found = world.server.find(RESERVED_HOSTS, f"{POOL}.{unit}", namespace)
    spec: dict[str, Any] = found["spec"] if found else {}
    return spec


def test_a_tenant_reads_which_hosts_it_has_how_they_are_and_why() -> None:
    spec = told(opened())
    assert (spec["reservation"], spec["reservationUid"]) == ("mistral/job", MISTRAL)
    assert (spec["pool"], spec["unit"], spec["acceleratorType"]) == (POOL, CUBE, "tpu7x")
    assert (spec["health"], spec["ready"], spec["expected"]) == ("Healthy", 2, 2)
    assert spec["delivered"] == {"grant": 1, "since": "2000-01-01T00:00:00Z", "reason": "FirstDelivery"}
    assert [one["name"] for one in spec["hosts"]] == [f"{CUBE}-0", f"{CUBE}-1"]
    assert spec["hosts"][0] == {
        "name": f"{CUBE}-0", "health": "Healthy", "source": "condition Ready", "says": "True",
    }  # fmt: skip


def test_nobody_else_reads_of_it() -> None:
    world = opened()
    assert told(world, "chai") == told(world, unit=OTHER) == {}


def test_a_host_that_fails_is_told_with_its_source_and_since_when() -> None:
    world = opened()
    silent = [{"type": "Ready", "status": "Unknown", "lastTransitionTime": "2026-11-26T05:00:00Z"}]
    world.change(NODE, f"{CUBE}-1", status={"conditions": silent})
    world.turns()
    spec = told(world)
    assert (spec["health"], spec["ready"]) == ("Unhealthy", 1)
    assert spec["hosts"][1] == {
        "name": f"{CUBE}-1", "health": "Unhealthy", "source": "condition Ready", "says": "Unknown",
        "since": "2026-11-26T05:00:00Z",
    }  # fmt: skip


def test_what_a_kubelet_may_not_say_is_not_repeated() -> None:
    world = opened()
    world.change(NODE, f"{CUBE}-1", status={"conditions": [{"type": "Ready", "status": "\x1b[31m" * 99}]})
    world.turns()
    assert "says" not in told(world)["hosts"][1] or told(world)["hosts"][1]["says"] == ""


@pytest.mark.parametrize(("state", "health"), [("DEGRADED", "Degraded"), ("UNHEALTHY", "Unhealthy")])
def test_the_state_of_a_cube_is_told_by_its_label(state: str, health: str) -> None:
    world = opened()
    for number in range(2):
        name = f"{CUBE}-{number}"
        world.change(
            NODE,
            name,
            metadata=node(name, labels={STATE: state, ID: "a94"})["metadata"] | _version(world, name),
        )
    world.turns()
    host = told(world)["hosts"][0]
    assert (told(world)["domain"], host["health"], host["says"]) == ("a94", health, state)
    assert host["source"] == f"label {STATE}"


def _version(world: Datacenter, name: str) -> dict[str, str]:
    metadata = (world.server.find(NODE, name) or {})["metadata"]
    return {"uid": metadata["uid"]}


def test_hosts_that_name_two_domains_are_in_none() -> None:
    world = Datacenter()
    for number, clique in enumerate(("f00.1", "f00.2")):
        world.erase(NODE, f"{CUBE}-{number}")
        world.server.add(NODE, node(f"{CUBE}-{number}", labels={"nvidia.com/gpu.clique": clique}))
    world.grants(MINE, granted=1)
    world.turns()
    assert told(world)["domain"] == ""


def test_the_clique_of_an_nvlink_domain_is_its_domain() -> None:
    world = Datacenter()
    for number in range(2):
        world.erase(NODE, f"{CUBE}-{number}")
        world.server.add(NODE, node(f"{CUBE}-{number}", labels={"nvidia.com/gpu.clique": "f00.1"}))
    world.grants(MINE, granted=1)
    world.turns()
    assert told(world)["domain"] == "f00.1"


def test_a_replacement_says_for_which_unit_it_came() -> None:
    world = opened()
    document = ledger(MINE, (OTHER, MISTRAL, 2, "Active"), granted=2)
    document["units"][OTHER]["replaces"] = CUBE
    world.change(ACCELERATOR_POOL, POOL, status=document)
    world.turns()
    assert told(world, unit=OTHER)["delivered"]["reason"] == "Replacement"
    assert told(world, unit=OTHER)["delivered"]["replaces"] == CUBE


def test_it_is_gone_once_the_release_begins() -> None:
    world = opened()
    world.grants((CUBE, MISTRAL, 1, "Releasing"), granted=1)
    world.turns()
    assert told(world) == {}


def test_of_two_units_the_one_on_its_way_back_is_gone_alone() -> None:
    world = opened()
    world.grants((CUBE, MISTRAL, 1, "Releasing"), (OTHER, MISTRAL, 2, "Active"), granted=2)
    world.turns()
    assert told(world) == {}
    assert told(world, unit=OTHER)["delivered"]["grant"] == 2


def test_the_next_holder_reads_it_and_the_former_does_not() -> None:
    world = opened()
    world.grants((CUBE, MISTRAL, 1, "Releasing"), granted=1)
    world.turns()
    world.grants(THEIRS, granted=2)
    world.turns()
    assert told(world) == {}
    assert told(world, "chai")["reservationUid"] == CHAI


def test_what_was_forged_or_wiped_is_written_again() -> None:
    world = opened()
    whole = told(world)
    world.change(RESERVED_HOSTS, NAME, "mistral", spec={**whole, "health": "Missing", "hosts": []})
    world.turns()
    assert told(world) == whole
    world.erase(RESERVED_HOSTS, NAME, "mistral")
    world.turns()
    assert told(world) == whole


def test_a_namespace_that_is_somebody_elses_is_told_nothing() -> None:
    world = Datacenter()
    world.server.add(NAMESPACE, {"metadata": {"name": "mistral", "labels": {TENANT_LABEL: "chai"}}})
    world.grants(MINE, granted=1)
    world.turns()
    assert told(world) == {}


def test_a_ledger_that_went_back_takes_nothing_from_what_the_tenant_reads() -> None:
    world = opened()
    before = told(world)
    world.grants(granted=0)
    world.turns()
    assert told(world) == before


def test_a_pool_that_left_the_hub_leaves_what_the_tenant_reads() -> None:
    world = opened()
    before = told(world)
    world.erase(ACCELERATOR_POOL, POOL)
    world.turns()
    assert told(world) == before


def test_a_site_without_the_kind_hands_over_as_before() -> None:
    world = Datacenter()
    world.server.withdraw(RESERVED_HOSTS)
    world.grants(MINE, granted=1)
    world.turns()
    assert world.report()["openGrant"] == 1
    assert told(world) == {}


def test_at_rest_nothing_is_written() -> None:
    assert opened().turns() == 0


def test_a_site_is_told_of_by_its_own_agent_alone() -> None:
    world = opened()
    world.change(ACCELERATOR_POOL, POOL, spec={**_pool(world), "datacenter": "abernathy"})
    before = told(world)
    world.turns()
    assert SITE != "abernathy"
    assert told(world) == before


def _pool(world: Datacenter) -> dict[str, Any]:
    spec: dict[str, Any] = (world.server.find(ACCELERATOR_POOL, POOL) or {})["spec"]
    return spec
