"""Who may do what at the hub: the rights as RBAC grants them, asked as the person or the program."""

from __future__ import annotations

import time

import pytest
from tests.documents import Document, changed, edit, ledger, pool, promise, reservation, unique
from tests.guards.server import (
    ENGINEER,
    OURS,
    PLANNER,
    TENANT,
    Identity,
    Server,
    address,
    service_account,
)

AGENT = service_account("holdfast-agents", "ny")
CONSOLE = service_account("holdfast-system", "console")
REVIEWS = "tokenreviews.authentication.k8s.io subjectaccessreviews.authorization.k8s.io"
STRANGER = Identity("eve", ("system:authenticated",))
NAMESPACE = "research"
REVIEW = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
KINDS = [
    "datacenters",
    "acceleratorpools",
    "poolreports",
    "stackseals",
    "tenants",
    "capacityreservations",
    "capacitypromises",
    "availabilityqueries",
    "maintenancewindows",
]
WRITES = ("create", "update", "patch", "delete")


@pytest.fixture(scope="session")
def home(hub: Server) -> str:
    """A tenant's namespace in which its people may edit reservations, as a platform engineer makes it."""
    space = {"metadata": {"name": NAMESPACE, "labels": {"holdfast.dev/tenant": "mistral"}}}
    assert hub.call("POST", "/api/v1/namespaces", space, ENGINEER).accepted
    people = binding("holdfast-reservation-editor", "Group", "mistral")
    assert hub.call("POST", bindings(NAMESPACE), people, ENGINEER).message == ""
    deadline = time.monotonic() + 20
    while not allowed(hub, TENANT, "create capacityreservations") and time.monotonic() < deadline:
        time.sleep(0.2)
    return NAMESPACE


def bindings(namespace: str) -> str:
    """Where role bindings of a namespace are."""
    return f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/rolebindings"


def binding(role: str, kind: str, name: str) -> Document:
    """A role bound to somebody."""
    subject = {"kind": kind, "name": name, "apiGroup": "rbac.authorization.k8s.io"}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}
    return {"metadata": {"name": unique("b")}, "roleRef": reference, "subjects": [subject]}


def allowed(hub: Server, who: Identity, act: str, namespace: str = NAMESPACE) -> bool:
    """Whether RBAC lets somebody do "verb plural[/sub][.group]" in a namespace; ours where no group is said."""
    verb, _, what = act.partition(" ")
    plural, _, group = what.partition(".")
    plural, _, sub = plural.partition("/")
    asked = {"verb": verb, "resource": plural, "subresource": sub, "group": group or "holdfast.dev"}
    asked["group"] = "" if group == "core" else asked["group"]
    spec = {
        "user": who.user,
        "groups": list(who.groups),
        "resourceAttributes": {**asked, "namespace": namespace},
    }
    answer = hub.call("POST", REVIEW, {"spec": spec})
    return bool(answer.document["status"]["allowed"])


MAY = [
    (TENANT, "create update patch delete get list watch", "capacityreservations"),
    (TENANT, "create delete get list watch", "availabilityqueries"),
    (TENANT, "get list watch", "events.core events.events.k8s.io resourcequotas.core"),
    (ENGINEER, "create update delete", "resourcequotas.core"),
    (PLANNER, "get list watch", " ".join(KINDS)),
    (
        PLANNER,
        "update",
        "acceleratorpools/status datacenters/status tenants/status maintenancewindows/status",
    ),
    (PLANNER, "patch", "capacityreservations/status availabilityqueries/status"),
    (PLANNER, "delete", "availabilityqueries"),
    (PLANNER, "create update delete", "capacitypromises"),
    (PLANNER, "create patch", "events.core events.events.k8s.io"),
    (CONSOLE, "get list watch", " ".join(kind for kind in KINDS if kind != "availabilityqueries")),
    (CONSOLE, "get list watch", "namespaces.core events.events.k8s.io"),
    (CONSOLE, "create", REVIEWS),
    (AGENT, "get", "capacitypromises"),
    (AGENT, "get list watch", "acceleratorpools tenants poolreports"),
    (AGENT, "create update", "poolreports"),
    (
        ENGINEER,
        " ".join(WRITES),
        "datacenters acceleratorpools poolreports stackseals tenants capacityreservations availabilityqueries",
    ),
    (ENGINEER, " ".join(WRITES), "maintenancewindows"),
    (ENGINEER, "get list watch", "capacitypromises nodes.core"),
]
MAY_NOT = [
    (CONSOLE, " ".join(WRITES), " ".join(KINDS)),
    (CONSOLE, " ".join(WRITES), "events.events.k8s.io namespaces.core secrets.core pods.core"),
    (CONSOLE, "impersonate", "users.core groups.core serviceaccounts.core"),
    (CONSOLE, "get list watch", "secrets.core pods.core availabilityqueries nodes.core"),
    (TENANT, " ".join(WRITES), "capacityreservations/status capacityreservations/finalizers"),
    (TENANT, " ".join(WRITES), "availabilityqueries/status availabilityqueries/finalizers"),
    (TENANT, "update patch deletecollection", "availabilityqueries"),
    (
        TENANT,
        " ".join(WRITES),
        "datacenters acceleratorpools poolreports stackseals tenants capacitypromises maintenancewindows",
    ),
    (TENANT, "deletecollection", "capacityreservations"),
    (
        TENANT,
        "get list watch",
        "acceleratorpools capacitypromises poolreports tenants maintenancewindows nodes.core",
    ),
    (
        TENANT,
        "create update patch delete",
        "namespaces.core nodes.core resourcequotas.core rolebindings.rbac.authorization.k8s.io",
    ),
    (
        TENANT,
        "create",
        "pods.core services.core secrets.core serviceaccounts.core deployments.apps jobs.batch",
    ),
    (
        PLANNER,
        " ".join(WRITES),
        "acceleratorpools datacenters tenants stackseals poolreports capacityreservations maintenancewindows",
    ),
    (PLANNER, "create update patch", "availabilityqueries"),
    (PLANNER, "get list watch", "secrets.core"),
    (PLANNER, "bind escalate", "clusterroles.rbac.authorization.k8s.io"),
    (PLANNER, "impersonate", "users.core groups.core serviceaccounts.core"),
    (AGENT, " ".join(WRITES), "acceleratorpools acceleratorpools/status tenants capacitypromises"),
    (AGENT, "get list", "capacityreservations secrets.core"),
    (AGENT, "list watch", "capacitypromises"),
    (AGENT, "delete", "poolreports"),
    (
        ENGINEER,
        "update patch",
        "acceleratorpools/status capacityreservations/status tenants/status availabilityqueries/status",
    ),
    (ENGINEER, "update patch", "maintenancewindows/status"),
    (ENGINEER, " ".join(WRITES), "capacitypromises"),
    (ENGINEER, "impersonate", "users.core groups.core serviceaccounts.core"),
    (STRANGER, "get list create", " ".join(KINDS)),
]


def acts(verbs: str, plurals: str) -> list[str]:
    """Every verb on every plural."""
    return [f"{verb} {plural}" for verb in verbs.split() for plural in plurals.split()]


@pytest.mark.parametrize(("who", "verbs", "plurals"), MAY, ids=lambda value: getattr(value, "user", value))
def test_may(hub: Server, home: str, who: Identity, verbs: str, plurals: str) -> None:
    assert [act for act in acts(verbs, plurals) if not allowed(hub, who, act, home)] == []


@pytest.mark.parametrize(
    ("who", "verbs", "plurals"), MAY_NOT, ids=lambda value: getattr(value, "user", value)
)
def test_may_not(hub: Server, home: str, who: Identity, verbs: str, plurals: str) -> None:
    assert [act for act in acts(verbs, plurals) if allowed(hub, who, act, home)] == []


def test_a_tenant_has_no_rights_in_anothers_namespace(hub: Server, home: str) -> None:
    assert not any(
        allowed(hub, TENANT, act, "anthropic") for act in acts("get list create", "capacityreservations")
    )
    assert allowed(hub, TENANT, "create capacityreservations", home)


def test_a_tenant_cannot_forge_a_status(hub: Server, home: str) -> None:
    made = hub.create(reservation(home), TENANT)
    assert made.message == ""
    forged = changed(made.document, edit("status", "healthyUnits", 4096))
    assert hub.replace(forged, "/status", TENANT).status == 403
    assert "status" not in hub.replace(forged, who=TENANT).document
    assert hub.call("PATCH", address(forged) + "/status", {"status": {"healthyUnits": 32}}, PLANNER).accepted


def test_neither_tenant_nor_engineer_nor_agent_writes_ledger_or_promise(hub: Server, home: str) -> None:
    stored = hub.create(pool(), ENGINEER).document
    written = {**stored, "status": ledger()}
    for who in (TENANT, ENGINEER, AGENT):
        assert hub.replace(written, "/status", who).status == 403
        assert hub.create(promise(), who).status == 403
        assert hub.call("GET", f"{OURS}/capacitypromises", who=who).status == (
            200 if who is ENGINEER else 403
        )
    assert hub.replace(written, "/status", PLANNER).accepted


def test_the_planner_renews_only_its_own_lease(hub: Server) -> None:
    assert allowed(hub, PLANNER, "create leases.coordination.k8s.io", "holdfast-system")
    assert not allowed(hub, PLANNER, "update leases.coordination.k8s.io", "holdfast-system")
    assert allowed(hub, PLANNER, "list leases.coordination.k8s.io", "holdfast-agents")
    assert not allowed(hub, PLANNER, "update leases.coordination.k8s.io", "holdfast-agents")


def test_an_engineer_hands_out_roles_in_tenants_namespaces_only(hub: Server, home: str) -> None:
    viewer, editor = (binding(f"holdfast-reservation-{role}", "User", "ada") for role in ("viewer", "editor"))
    assert hub.call("POST", bindings(home), viewer, ENGINEER).accepted
    refused = hub.call("POST", bindings("holdfast-system"), editor, ENGINEER)
    assert "belongs to no tenant" in refused.message
    for role in ("edit", "view", "admin", "cluster-admin"):
        assert hub.call("POST", bindings(home), binding(role, "User", "ada"), ENGINEER).status == 403


def test_an_engineer_gives_agents_an_identity_but_not_the_planner(hub: Server) -> None:
    request = {"spec": {"expirationSeconds": 600}}
    accounts = "/api/v1/namespaces/{}/serviceaccounts"
    agents, system = accounts.format("holdfast-agents"), accounts.format("holdfast-system")
    name = unique("dc")
    assert hub.call("POST", agents, {"metadata": {"name": name}}, ENGINEER).accepted
    assert hub.call("POST", f"{agents}/{name}/token", request, ENGINEER).accepted
    assert hub.call("POST", f"{system}/planner/token", request, ENGINEER).status == 403
