"""A reservation's queue in Kueue: there with the grant, as large as what is open and healthy, closed before the end."""

from __future__ import annotations

from typing import Any

import pytest
from tests.agent.site_world import CHAI, CUBE, MISTRAL, OTHER, POOL, Datacenter
from tests.simulation.storage import Document

from holdfast.cluster.transport.kinds import (
    ACCELERATOR_POOL,
    CLUSTER_QUEUE,
    KUEUES,
    LOCAL_QUEUE,
    NODE,
    POOL_REPORT,
    RESOURCE_FLAVOR,
    TOPOLOGY,
    ServedKind,
)
from holdfast.hardware.names import local_queue_name

HAS = {"google.com/tpu": "4", "cpu": "99500m", "memory": "400Gi", "pods": "110"}
ACTIVE, BOTH = (CUBE, MISTRAL, 1, "Active"), (OTHER, MISTRAL, 2, "Active")
SHARED = f"holdfast-{MISTRAL}"


def datacenter(*served: ServedKind) -> Datacenter:
    """A datacenter that serves these of Kueue's kinds; its hosts have chips, processors and memory."""
    world = Datacenter()
    world.server.absent -= set(served)
    for unit in (CUBE, OTHER):
        for number in range(2):
            have(world, f"{unit}-{number}")
    return world


def have(world: Datacenter, name: str, *, ready: str = "True", **allocatable: str) -> None:
    """A host is so healthy and has this."""
    conditions = [{"type": "Ready", "status": ready}]
    world.change(NODE, name, status={"conditions": conditions, "allocatable": {**HAS, **allocatable}})


def opened(*grants: tuple[str, str, int, str], **more: Any) -> Datacenter:
    """A datacenter with Kueue where the grants are open."""
    world = datacenter(*KUEUES)
    world.grants(*(grants or (ACTIVE,)), granted=9, **more)
    world.turns()
    return world


def found(
    world: Datacenter, kind: ServedKind = CLUSTER_QUEUE, name: str = SHARED, namespace: str = ""
) -> Document:
    """One of Kueue's objects; empty where there is none."""
    return world.server.find(kind, name, namespace) or {}


def local(world: Datacenter) -> Document:
    """mistral's LocalQueue."""
    return found(world, LOCAL_QUEUE, "job", "mistral")


def quota(world: Datacenter) -> dict[str, str]:
    """What the queue may use, by resource."""
    groups = found(world)["spec"]["resourceGroups"]
    return {one["name"]: one["nominalQuota"] for one in groups[0]["flavors"][0]["resources"]}


def test_a_job_of_its_tenant_names_the_queue_and_lands_on_its_hosts() -> None:
    world = opened()
    assert local(world)["spec"] == {"clusterQueue": SHARED}
    flavor = found(world, RESOURCE_FLAVOR)["spec"]
    assert flavor["nodeLabels"] == {"holdfast.node-restriction.kubernetes.io/reservation": MISTRAL}
    assert flavor["tolerations"] == [
        {"key": "holdfast.dev/reservation", "operator": "Equal", "value": MISTRAL, "effect": "NoExecute"},
        {"key": "google.com/tpu", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "kubernetes.io/arch", "operator": "Exists", "effect": "NoSchedule"},
    ]
    assert flavor["topologyName"] == "holdfast"
    levels = [one["nodeLabel"] for one in found(world, TOPOLOGY, "holdfast")["spec"]["levels"]]
    assert levels == ["holdfast.dev/pool", "holdfast.dev/unit", "kubernetes.io/hostname"]


def test_only_its_tenants_namespace_may_use_it() -> None:
    selector = found(opened())["spec"]["namespaceSelector"]
    assert selector == {"matchLabels": {"kubernetes.io/metadata.name": "mistral"}}


def test_it_may_use_what_its_hosts_have_and_once_all_stands_nothing_is_written() -> None:
    world = opened()
    assert quota(world) == {"cpu": "199", "google.com/tpu": "8", "memory": str(800 * 2**30)}
    assert world.turns() == 0


def test_quota_follows_the_grant() -> None:
    world = opened()
    world.grants(ACTIVE, BOTH, granted=9)
    world.turns()
    assert quota(world)["google.com/tpu"] == "16"
    world.grants(ACTIVE, (OTHER, MISTRAL, 2, "Releasing"), granted=9)
    world.turns()
    assert quota(world)["google.com/tpu"] == "8"


def test_quota_follows_health_and_a_cordon() -> None:
    world = opened()
    have(world, f"{CUBE}-0", ready="Unknown")
    world.turns()
    assert quota(world)["google.com/tpu"] == "4"
    have(world, f"{CUBE}-0")
    world.turns()
    assert quota(world)["google.com/tpu"] == "8"
    spec = (world.server.find(NODE, f"{CUBE}-1") or {})["spec"]
    world.change(NODE, f"{CUBE}-1", spec={**spec, "unschedulable": True})
    world.turns()
    assert quota(world)["google.com/tpu"] == "4"


def test_with_the_notice_it_holds_and_after_the_end_it_drains() -> None:
    world = opened()
    assert found(world)["spec"]["stopPolicy"] == "None"
    world.grants(ACTIVE, granted=9, notice=True)
    world.turns()
    assert (found(world)["spec"]["stopPolicy"], quota(world)["google.com/tpu"]) == ("Hold", "8")
    world.grants((CUBE, MISTRAL, 1, "Releasing"), granted=9, notice=True)
    world.turns()
    assert (found(world)["spec"]["stopPolicy"], quota(world)["google.com/tpu"]) == ("HoldAndDrain", "0")


def test_when_nothing_is_left_it_goes() -> None:
    world = opened()
    world.grants((CUBE, MISTRAL, 1, "Releasing"), granted=9)
    world.turns()
    world.grants(granted=9)
    world.turns()
    assert not found(world)
    assert not local(world)
    assert not found(world, RESOURCE_FLAVOR)
    assert found(world, TOPOLOGY, "holdfast")


def test_a_ledger_that_went_back_takes_no_queue() -> None:
    world = opened()
    world.grants(granted=0)
    world.turns()
    assert local(world)
    assert quota(world)["google.com/tpu"] == "8"


def test_a_pool_that_left_the_hub_takes_no_queue() -> None:
    world = opened()
    world.erase(ACCELERATOR_POOL, POOL)
    world.turns()
    assert local(world)


def test_how_a_quantity_is_spelled_is_no_difference() -> None:
    """Kueue writes a quota back in its own way."""
    world = opened()
    groups = found(world)["spec"]["resourceGroups"]
    groups[0]["flavors"][0]["resources"][2]["nominalQuota"] = "800Gi"
    world.change(
        CLUSTER_QUEUE,
        SHARED,
        spec={**found(world)["spec"], "resourceGroups": groups, "queueingStrategy": "X"},
    )
    assert world.turns() == 0
    assert found(world)["spec"]["queueingStrategy"] == "X"


def test_what_somebody_changes_is_put_right() -> None:
    world = opened()
    world.change(
        CLUSTER_QUEUE, SHARED, spec={**found(world)["spec"], "stopPolicy": "Hold", "namespaceSelector": {}}
    )
    world.turns()
    assert found(world)["spec"]["stopPolicy"] == "None"
    assert found(world)["spec"]["namespaceSelector"]["matchLabels"]
    world.erase(LOCAL_QUEUE, "job", "mistral")
    world.turns()
    assert local(world)


def test_a_queue_of_somebody_elses_is_left_and_told() -> None:
    world = datacenter(*KUEUES)
    theirs = {"metadata": {"name": "job", "namespace": "mistral"}, "spec": {"clusterQueue": "shared"}}
    world.server.add(LOCAL_QUEUE, theirs)
    world.grants(ACTIVE, granted=9)
    world.turns()
    assert local(world)["spec"] == {"clusterQueue": "shared"}
    assert world.blocked("blockedTenants")["mistral"]["reason"] == "QueueTaken"
    assert world.marks() == {(MISTRAL, MISTRAL, "1")}
    world.erase(LOCAL_QUEUE, "job", "mistral")
    world.turns()
    assert local(world)["spec"] == {"clusterQueue": SHARED}
    assert not world.blocked("blockedTenants")


@pytest.mark.parametrize("missing", KUEUES, ids=lambda kind: kind.kind)
def test_without_one_of_kueues_kinds_all_works_by_selector_and_the_report_says_so(
    missing: ServedKind,
) -> None:
    world = datacenter(*(kind for kind in KUEUES if kind is not missing))
    world.grants(ACTIVE, granted=9)
    world.turns()
    assert world.marks() == {(MISTRAL, MISTRAL, "1")}
    assert not found(world)
    assert told(world) == "NotServed"


def test_kueue_that_comes_later_is_told_of_everything_and_one_that_goes_takes_nothing_along() -> None:
    world = datacenter()
    world.grants(ACTIVE, granted=9)
    world.turns()
    world.server.absent.clear()
    world.turns()
    assert local(world)
    assert told(world) == "Kept"
    world.server.absent |= set(KUEUES)
    world.turns()
    assert world.marks() == {(MISTRAL, MISTRAL, "1")}
    assert told(world) == "NotServed"


def told(world: Datacenter) -> str:
    """What the hub reads of the queues here."""
    spec: Document = (world.server.find(POOL_REPORT, POOL) or {})["spec"]
    return str(spec["queues"])


def test_each_tenant_has_its_own() -> None:
    world = opened(ACTIVE, (OTHER, CHAI, 2, "Active"))
    assert local(world)["spec"] != found(world, LOCAL_QUEUE, "job", "chai")["spec"]
    assert quota(world)["google.com/tpu"] == "8"


NAMES = [
    ("mistral", "mistral/pretrain", "pretrain"),
    ("mistral", "research/pretrain", "research.pretrain"),
    ("mistral", f"{'r' * 40}/{'p' * 40}", MISTRAL),
    ("mistral", "mistral/research.pretrain", MISTRAL),
    ("mistral", "research/pretrain.v2", MISTRAL),
]


@pytest.mark.parametrize(("tenant", "reservation", "name"), NAMES)
def test_a_queue_is_called_like_its_reservation(tenant: str, reservation: str, name: str) -> None:
    assert local_queue_name(tenant, reservation, MISTRAL) == name
