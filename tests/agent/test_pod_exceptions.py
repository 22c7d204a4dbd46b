"""Exceptions from restricted pod security: granted on the Tenant, shown by the namespace."""

from __future__ import annotations

import pytest
from tests.agent.site_world import HELD_BY_NOBODY, Datacenter

from holdfast.agent.pod_exceptions import labels_for, level
from holdfast.cluster.transport.kinds import NAMESPACE, TENANT
from holdfast.hardware.names import POD_EXCEPTION_PREFIX, POD_SECURITY_LABEL, TENANT_LABEL

RDMA, ROOT = f"{POD_EXCEPTION_PREFIX}Rdma", f"{POD_EXCEPTION_PREFIX}RootUser"


@pytest.mark.parametrize(
    ("granted", "strictest"),
    [
        ([], "restricted"),
        (["RootUser"], "baseline"),
        (["Rdma"], "privileged"),
        (["LockedMemory"], "privileged"),
        (["Rdma", "RootUser"], "privileged"),
    ],
)
def test_the_level_is_the_strictest_that_leaves_room_for_what_is_granted(
    granted: list[str], strictest: str
) -> None:
    assert level(granted) == strictest


def test_what_is_no_longer_granted_is_taken_off_and_what_nobody_decides_stays() -> None:
    shown = {RDMA: "", "team": "pretraining"}
    assert labels_for(frozenset({"RootUser"}), shown) == {
        POD_SECURITY_LABEL: "baseline",
        ROOT: "",
        RDMA: None,
    }
    assert labels_for(None, shown) == {POD_SECURITY_LABEL: "privileged", RDMA: ""}
    assert labels_for(None, {}) == {POD_SECURITY_LABEL: "restricted"}


def grant(world: Datacenter, *exceptions: str) -> None:
    """A platform engineer grants mistral exactly these."""
    tenant = world.server.find(TENANT, "mistral") or {}
    world.change(TENANT, "mistral", spec={**tenant["spec"], "podExceptions": list(exceptions)})
    world.turns()


def test_an_exception_is_shown_while_it_is_granted() -> None:
    world = Datacenter()
    grant(world, "Rdma")
    assert world.namespace_labels("mistral") == {**HELD_BY_NOBODY, POD_SECURITY_LABEL: "privileged", RDMA: ""}
    grant(world)
    assert world.namespace_labels("mistral") == HELD_BY_NOBODY
    assert world.namespace_labels("chai")[POD_SECURITY_LABEL] == "restricted"


def test_a_tenant_that_is_new_has_its_exceptions_from_the_first_second() -> None:
    world = Datacenter()
    world.add_tenant("cohere", podExceptions=["RootUser"])
    world.turns()
    expected = {TENANT_LABEL: "cohere", POD_SECURITY_LABEL: "baseline", ROOT: ""}
    assert world.namespace_labels("cohere") == expected


def test_a_level_that_somebody_lowered_by_hand_is_raised_again() -> None:
    world = Datacenter()
    world.turns()
    lowered = {**HELD_BY_NOBODY, POD_SECURITY_LABEL: "privileged", RDMA: ""}
    world.meta(NAMESPACE, "mistral", labels=lowered)
    world.turns()
    assert world.namespace_labels("mistral") == HELD_BY_NOBODY


def test_a_tenant_whose_object_is_gone_keeps_what_its_namespace_shows() -> None:
    world = Datacenter()
    grant(world, "Rdma")
    world.erase(TENANT, "mistral")
    assert world.turns() == 0
    assert RDMA in world.namespace_labels("mistral")
