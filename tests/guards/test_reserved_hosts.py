"""ReservedHosts on a real server: written by the agent alone, into a tenant's own namespace, and read there."""

from __future__ import annotations

import pytest
from tests.documents import UID, Document, unique
from tests.guards.server import ADMIN, ENGINEER, OURS, SITE_AGENT, Identity, Server

from holdfast.api.door import dump
from holdfast.api.kind import ObjectMeta
from holdfast.api.reserved_hosts import Delivery, ReservedHost, ReservedHosts, ReservedHostsSpec
from holdfast.hardware.instants import FIRST_SECOND

NAME = "ny.a.cube-000"
BINDING = "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/rolebindings"


def hosts(namespace: str) -> Document:
    """One unit of a reservation, as the agent writes it."""
    spec = ReservedHostsSpec(
        reservation="mistral/train",
        reservation_uid=UID,
        pool="ny.a",
        unit="cube-000",
        accelerator_type="tpu7x",
        domain="a94",
        health="Healthy",
        expected=1,
        ready=1,
        delivered=Delivery(grant=1, since=FIRST_SECOND, reason="FirstDelivery"),
        hosts=(ReservedHost(name="host-0", health="Healthy", source="condition Ready", says="True"),),
    )
    return dump(ReservedHosts(metadata=ObjectMeta(name=NAME, namespace=namespace), spec=spec))


def path(namespace: str, name: str = "") -> str:
    return f"{OURS}/namespaces/{namespace}/reservedhosts" + (f"/{name}" if name else "")


@pytest.fixture(scope="module")
def home(site: Server) -> str:
    """A tenant's namespace with its role, made by the agent, and one unit told of there."""
    name = unique("tenant")
    space = {"metadata": {"name": name, "labels": {"holdfast.dev/tenant": name}}}
    assert site.call("POST", "/api/v1/namespaces", space, SITE_AGENT).message == ""
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "holdfast-tenant"}
    people = [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": name}]
    binding = {"metadata": {"name": "holdfast-tenant"}, "roleRef": role, "subjects": people}
    assert site.call("POST", BINDING.format(name), binding, SITE_AGENT).message == ""
    assert site.call("POST", path(name), hosts(name), SITE_AGENT).message == ""
    return name


def people(tenant: str) -> Identity:
    return Identity("mila", (tenant, "system:authenticated"))


def test_its_tenant_reads_it_and_nobody_of_another(site: Server, home: str) -> None:
    found = site.call("GET", path(home, NAME), who=people(home))
    assert found.document["spec"]["domain"] == "a94"
    assert site.call("GET", path(home), who=people(home)).accepted
    assert site.call("GET", path(home), who=people("chai")).status == 403
    assert site.call("GET", f"{OURS}/reservedhosts", who=people(home)).status == 403


def test_it_is_found_by_its_reservation(site: Server, home: str) -> None:
    chosen = site.call(
        "GET", path(home) + "?fieldSelector=spec.reservation%3Dmistral%2Ftrain", who=people(home)
    )
    others = site.call("GET", path(home) + "?fieldSelector=spec.reservation%3Dmistral%2Fx", who=people(home))
    assert (len(chosen.document["items"]), others.document["items"]) == (1, [])


@pytest.mark.parametrize("who", [ADMIN, ENGINEER, Identity("system:serviceaccount:default:x", ("x",))])
def test_nobody_else_writes_it_whatever_his_rights(site: Server, home: str, who: Identity) -> None:
    forged = {"spec": {"health": "Missing"}}
    for answer in (
        site.call("PATCH", path(home, NAME), forged, who),
        site.call("DELETE", path(home, NAME), who=who),
        site.call("POST", path(home), {**hosts(home), "metadata": {"name": "x"}}, who),
    ):
        assert answer.status in (403, 422)
    assert (
        "only the agent writes ReservedHosts" in site.call("PATCH", path(home, NAME), forged, ADMIN).message
    )


def test_a_tenant_may_not_write_it_even_with_a_role_that_says_so(site: Server, home: str) -> None:
    rule = {"apiGroups": ["holdfast.dev"], "resources": ["reservedhosts"], "verbs": ["*"]}
    role = {"metadata": {"name": "own"}, "rules": [rule]}
    assert site.call("POST", BINDING.format(home).replace("rolebindings", "roles"), role, ADMIN).accepted
    refers = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "own"}
    bound = [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": home}]
    site.call(
        "POST",
        BINDING.format(home),
        {"metadata": {"name": "own"}, "roleRef": refers, "subjects": bound},
        ADMIN,
    )
    forged = {"spec": {"health": "Missing"}}
    assert site.call("PATCH", path(home, NAME), forged, people(home)).status in (403, 422)


def test_the_agent_writes_it_into_tenants_namespaces_only(site: Server) -> None:
    refused = site.call("POST", path("default"), hosts("default"), SITE_AGENT)
    assert "only to a tenant's own namespace" in refused.message


def test_the_agent_writes_it_again_and_takes_it_away(site: Server, home: str) -> None:
    assert site.call("PATCH", path(home, NAME), {"spec": {"ready": 0}}, SITE_AGENT).status in (200, 403)
    stored = site.call("GET", path(home, NAME), who=SITE_AGENT).document
    stored["spec"]["ready"] = 0
    assert site.call("PUT", path(home, NAME), stored, SITE_AGENT).message == ""
    assert site.call("DELETE", path(home, NAME), who=SITE_AGENT).accepted
