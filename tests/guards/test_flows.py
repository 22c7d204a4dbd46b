"""In whose line a request waits: tenants have few seats, one flow a namespace; operator and agents have their own.

The server says in a header of each answer which FlowSchema took the request.
"""

from __future__ import annotations

import time

import pytest
from tests.documents import Document, reservation
from tests.guards.server import (
    ADMIN,
    ENGINEER,
    OURS,
    PLANNER,
    SITE_AGENT,
    TENANT,
    Identity,
    Server,
    service_account,
)

FLOWS = "/apis/flowcontrol.apiserver.k8s.io/v1"
AGENT = service_account("holdfast-agents", "ny")
PIPELINE = service_account("research", "deploy")
LEASE = "/apis/coordination.k8s.io/v1/namespaces/holdfast-system/leases/holdfast-planner"
HEARTBEAT = "/apis/coordination.k8s.io/v1/namespaces/holdfast-agents/leases/ny"
ASKS, QUERIES = (
    f"{OURS}/namespaces/research/{plural}" for plural in ("capacityreservations", "availabilityqueries")
)
PODS = "/api/v1/namespaces/mistral/pods"
CLAIMS = "/apis/resource.k8s.io/v1/namespaces/mistral/resourceclaims"

AT_THE_HUB = [
    ("a tenant's people ask", TENANT, ASKS, "holdfast-tenants"),
    ("a tenant's people query", TENANT, QUERIES, "holdfast-tenants"),
    ("a tenant's pipeline asks", PIPELINE, ASKS, "holdfast-tenants"),
    ("a platform engineer looks at a tenant's asks", ENGINEER, ASKS, "holdfast-tenants"),
    ("the planner reads asks", PLANNER, f"{OURS}/capacityreservations", "holdfast-system"),
    ("the planner reads a ledger", PLANNER, f"{OURS}/acceleratorpools", "holdfast-system"),
    ("the planner renews its lease", PLANNER, LEASE, "holdfast-leases"),
    ("an agent reads a ledger", AGENT, f"{OURS}/acceleratorpools", "holdfast-system"),
    ("an agent gives a sign of life", AGENT, HEARTBEAT, "holdfast-leases"),
    ("an engineer reads a ledger", ENGINEER, f"{OURS}/acceleratorpools", "global-default"),
    ("an administrator waits nowhere", ADMIN, ASKS, "exempt"),
]
AT_A_SITE = [
    ("the agent reads nodes", SITE_AGENT, "/api/v1/nodes", "holdfast-system"),
    ("a tenant's people read pods", TENANT, PODS, "holdfast-tenants"),
    ("a tenant's people read claims", TENANT, CLAIMS, "holdfast-tenants"),
    ("a controller keeps its own", service_account("kueue-system", "kueue"), PODS, "service-accounts"),
]


def taken_by(server: Server, who: Identity, path: str) -> str:
    """The name of the FlowSchema that takes a GET; a schema counts a moment after it was stored."""
    uid = server.call("GET", path, who=who).flow_schema
    found = server.call("GET", f"{FLOWS}/flowschemas").document["items"]
    return {str(one["metadata"]["uid"]): str(one["metadata"]["name"]) for one in found}[uid]


def waits_in(server: Server, who: Identity, path: str, schema: str) -> bool:
    until = time.monotonic() + 10
    while (taken := taken_by(server, who, path)) != schema and time.monotonic() < until:
        time.sleep(0.2)
    return taken == schema


@pytest.mark.parametrize(("what", "who", "path", "schema"), AT_THE_HUB, ids=[row[0] for row in AT_THE_HUB])
def test_at_the_hub(hub: Server, what: str, who: Identity, path: str, schema: str) -> None:
    assert waits_in(hub, who, path, schema), what


@pytest.mark.parametrize(("what", "who", "path", "schema"), AT_A_SITE, ids=[row[0] for row in AT_A_SITE])
def test_at_a_site(site: Server, what: str, who: Identity, path: str, schema: str) -> None:
    assert waits_in(site, who, path, schema), what


def level(server: Server, name: str) -> Document:
    found: Document = server.call("GET", f"{FLOWS}/prioritylevelconfigurations/{name}").document["spec"]
    return found


def test_tenants_borrow_no_seats_and_wait_by_namespace(hub: Server) -> None:
    limited = level(hub, "holdfast-tenants")["limited"]
    assert (limited["borrowingLimitPercent"], limited["limitResponse"]["type"]) == (0, "Queue")
    schema = hub.call("GET", f"{FLOWS}/flowschemas/holdfast-tenants").document
    assert schema["spec"]["distinguisherMethod"]["type"] == "ByNamespace"
    dangling = [one["type"] for one in schema["status"]["conditions"] if one["status"] == "True"]
    assert dangling == []


def test_a_request_that_is_refused_waited_in_the_same_line(hub: Server) -> None:
    refused = hub.create(reservation("research", "r"), TENANT)
    assert refused.status in (403, 404)
    assert refused.flow_schema == hub.call("GET", ASKS, who=TENANT).flow_schema
