"""What an entitled tenant finds at a site, decided and made."""

from __future__ import annotations

from typing import Any

import pytest
from tests.agent.site_world import CHAI, CUBE, HELD_BY_NOBODY, MISTRAL, OTHER, POOL, Datacenter, ledger

from holdfast.agent.tenant_namespace import admits, refusal
from holdfast.cluster.core_objects import Metadata, Namespace
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, NAMESPACE, ROLE_BINDING, TENANT
from holdfast.hardware.names import TENANT_LABEL, reservation_namespace_label

HELD = reservation_namespace_label(MISTRAL)
ACTIVE, RELEASING = (CUBE, MISTRAL, 1, "Active"), (CUBE, MISTRAL, 1, "Releasing")


def namespace(name: str, **labels: str) -> Namespace:
    return Namespace(
        Metadata(name=name, labels={key.replace("_", "/"): value for key, value in labels.items()})
    )


OWN = Namespace(Metadata(name="mistral", labels={TENANT_LABEL: "mistral"}))


@pytest.mark.parametrize(
    ("name", "found", "refused"),
    [
        pytest.param("mistral", None, False, id="no namespace yet"),
        pytest.param("mistral", OWN, False, id="its own"),
        pytest.param("kube-system", None, True, id="Kubernetes' own name"),
        pytest.param("holdfast-system", None, True, id="Holdfast's own name"),
        pytest.param("default", None, True, id="the default namespace"),
        pytest.param("defaults", None, False, id="a name that only begins like it"),
        pytest.param("mistral", Namespace(Metadata(name="mistral")), True, id="nobody's namespace"),
        pytest.param(
            "mistral",
            Namespace(Metadata(name="mistral", labels={TENANT_LABEL: "chai"})),
            True,
            id="another's",
        ),
    ],
)
def test_a_tenant_gets_only_a_namespace_that_is_its_own(
    name: str, found: Namespace | None, refused: bool
) -> None:
    assert (refusal(name, found) is not None) is refused


def test_nodes_open_only_for_a_reservation_that_its_tenants_namespace_shows() -> None:
    shown = Namespace(Metadata(name="mistral", labels={TENANT_LABEL: "mistral", HELD: ""}))
    assert admits(shown, "mistral", MISTRAL)
    assert not admits(shown, "mistral", CHAI)
    assert not admits(OWN, "mistral", MISTRAL)
    assert not admits(None, "mistral", MISTRAL)


def test_an_entitled_tenant_finds_its_namespace_and_its_role() -> None:
    world = Datacenter()
    world.turns()
    assert world.namespace_labels("mistral") == HELD_BY_NOBODY
    binding = world.server.find(ROLE_BINDING, "holdfast-tenant", "mistral") or {}
    assert binding["roleRef"]["name"] == "holdfast-tenant"
    assert [one["name"] for one in binding["subjects"]] == ["people-of-mistral"]


def test_a_tenant_entitled_to_nothing_finds_nothing() -> None:
    world = Datacenter()
    world.add_tenant("hobby", entitlements=[])
    world.turns()
    assert world.server.find(NAMESPACE, "hobby") is None


def test_a_reservation_is_shown_while_a_unit_is_active_and_to_its_tenant_only() -> None:
    world = Datacenter()
    world.grants(ACTIVE, (OTHER, CHAI, 2, "Active"))
    world.turns()
    assert HELD in world.namespace_labels("mistral")
    assert HELD not in world.namespace_labels("chai")
    world.grants(RELEASING, (OTHER, CHAI, 2, "Active"))
    world.turns()
    assert world.namespace_labels("mistral") == HELD_BY_NOBODY


def test_labels_that_are_not_ours_stay() -> None:
    world = Datacenter()
    labels = {TENANT_LABEL: "mistral", "team": "pretraining", reservation_namespace_label(CHAI): ""}
    world.server.add(NAMESPACE, {"metadata": {"name": "mistral", "labels": labels}})
    world.turns()
    assert world.namespace_labels("mistral") == {**HELD_BY_NOBODY, "team": "pretraining"}


@pytest.mark.parametrize("labels", [{}, {TENANT_LABEL: "chai"}], ids=["nobody's", "another tenant's"])
def test_a_namespace_that_is_not_the_tenants_is_not_touched(labels: dict[str, str]) -> None:
    world = Datacenter()
    world.server.add(NAMESPACE, {"metadata": {"name": "mistral", "labels": labels}})
    world.grants(ACTIVE)
    world.turns()
    assert world.namespace_labels("mistral") == labels
    assert world.server.find(ROLE_BINDING, "holdfast-tenant", "mistral") is None
    assert world.marks() == {("", "none", "")}
    assert any("exists and belongs to" in line for line in world.log.lines)


@pytest.mark.parametrize("name", ["kube-system", "holdfast-system", "default"])
def test_a_tenant_named_like_a_system_namespace_does_no_harm(name: str) -> None:
    world = Datacenter()
    system = world.server.add(NAMESPACE, {"metadata": {"name": name, "labels": {TENANT_LABEL: name}}})
    world.add_tenant(name)
    world.turns()
    assert world.server.find(NAMESPACE, name) == system
    assert world.server.find(ROLE_BINDING, "holdfast-tenant", name) is None
    assert any("cannot belong to a tenant" in line for line in world.log.lines)


def binding(**changes: Any) -> dict[str, Any]:
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "holdfast-tenant"}
    meta = {"name": "holdfast-tenant", "namespace": "mistral"}
    return {"metadata": meta, "roleRef": {**role, **changes}, "subjects": []}


def test_a_changed_group_gets_the_role_in_place_of_the_old_one() -> None:
    world = Datacenter()
    world.turns()
    tenant = world.server.find(TENANT, "mistral") or {}
    world.change(TENANT, "mistral", spec={**tenant["spec"], "group": "new-people"})
    world.turns()
    found = world.server.find(ROLE_BINDING, "holdfast-tenant", "mistral") or {}
    assert [one["name"] for one in found["subjects"]] == ["new-people"]


def test_a_binding_to_another_role_is_complained_of_and_left() -> None:
    world = Datacenter()
    world.server.add(ROLE_BINDING, binding(name="cluster-admin"))
    world.turns()
    found = world.server.find(ROLE_BINDING, "holdfast-tenant", "mistral") or {}
    assert (found["roleRef"]["name"], found["subjects"]) == ("cluster-admin", [])
    assert any("cannot be changed" in line for line in world.log.lines)


def test_a_tenant_that_left_keeps_its_namespace_and_its_running_reservation() -> None:
    world = Datacenter()
    world.grants(ACTIVE)
    world.turns()
    tenant = world.server.find(TENANT, "mistral") or {}
    world.change(TENANT, "mistral", spec={**tenant["spec"], "entitlements": []})
    assert world.turns() == 0
    assert HELD in world.namespace_labels("mistral")


def test_a_reservation_is_shown_to_the_tenant_of_its_entry_whatever_namespace_asked() -> None:
    world = Datacenter()
    status = ledger(ACTIVE)
    status["promises"][MISTRAL] |= {"reservation": "chai/pretrain", "tenant": "mistral"}
    world.change(ACCELERATOR_POOL, POOL, status=status)
    world.turns()
    assert HELD in world.namespace_labels("mistral")
    assert HELD not in world.namespace_labels("chai")
