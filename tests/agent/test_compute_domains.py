"""A host is not clean while it serves the ComputeDomain of a tenant that has gone."""

from __future__ import annotations

from tests.agent.site_world import CUBE, MISTRAL, Datacenter, pod
from tests.agent.test_handover_eviction import releasing
from tests.simulation.storage import Document

from holdfast.agent.compute_domains import COMPUTE_DOMAIN_LABEL
from holdfast.cluster.transport.kinds import NODE, POD

UID = "4b5c6d7e-0000-4000-8000-000000000001"


def labelled(world: Datacenter, value: str | None) -> None:
    """The driver's plugin labels a host, or takes its label away."""
    host = world.server.find(NODE, f"{CUBE}-0") or {}
    labels = {**host["metadata"]["labels"], COMPUTE_DOMAIN_LABEL: value}
    if value is None:
        del labels[COMPUTE_DOMAIN_LABEL]
    world.change(NODE, f"{CUBE}-0", metadata={**host["metadata"], "labels": labels})


def daemon() -> Document:
    """The domain's IMEX daemon, in the driver's namespace."""
    made = pod("imex", f"{CUBE}-0", "nvidia-dra-driver-gpu")
    owner = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "cd", "uid": UID, "controller": True}
    made["metadata"].update(labels={COMPUTE_DOMAIN_LABEL: UID}, ownerReferences=[owner])
    return made


def test_a_host_that_carries_a_compute_domains_label_is_not_clean_until_it_is_gone() -> None:
    world = releasing()
    labelled(world, UID)
    world.turns()
    assert "cleanGrant" not in world.report()
    assert world.blocked()[CUBE]["reason"] == "ComputeDomainLeft"
    assert f"{CUBE}-0 still carries" in world.blocked()[CUBE]["message"]
    labelled(world, None)
    world.turns()
    assert (world.report()["cleanGrant"], world.blocked()) == (1, {})


def test_a_host_is_not_clean_while_a_domains_daemon_runs_there_and_the_daemon_is_the_drivers_to_end() -> None:
    world = releasing(daemon())
    world.turns()
    assert "cleanGrant" not in world.report()
    assert world.pods() == ["imex"]
    world.erase(POD, "imex", "nvidia-dra-driver-gpu")
    world.turns()
    assert world.report()["cleanGrant"] == 1


def test_a_host_with_a_label_is_open_to_its_tenant_as_any_other() -> None:
    world = Datacenter()
    labelled(world, UID)
    world.grants((CUBE, MISTRAL, 1, "Active"), granted=1)
    world.turns()
    assert world.marks() == {(MISTRAL, MISTRAL, "1")}
