"""What a tenant's people reach for that is simply not theirs: RBAC knows no such right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.documents import Document, document, grant, ledger, pool, promise
from tests.guards.server import OURS, Identity
from tests.hostile.attack import NODE_SAYS, RBAC_SAYS, Attack, Try, meta
from tests.hostile.pod_specs import SELECTOR, lawful
from tests.hostile.world import BLOCK, RBAC

FENCE = "holdfast-tenant"
QUOTA = f"/api/v1/namespaces/mistral/resourcequotas/{FENCE}"


@dataclass(frozen=True, slots=True)
class Reach:
    """A request that needs a right nobody gave."""

    what: str
    verb: str
    path: str
    body: Document | None = None
    reason: str = "is forbidden"


GRANTED = "is attempting to grant RBAC permissions not currently held"
ACCOUNT = {"kind": "ServiceAccount", "name": "default", "namespace": "mistral"}


def group(name: str) -> Document:
    """All who are in a group."""
    return {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": name}


def bound(kind: str, name: str, *subjects: Document) -> Document:
    """A binding of a role to somebody."""
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}
    return {"metadata": meta("more"), "roleRef": reference, "subjects": list(subjects)}


def role(kind: str, name: str) -> Document:
    """A binding of a role to the tenant itself."""
    return bound(kind, name, group("mistral"))


def labels(**values: Any) -> Document:
    """A change of labels."""
    return {"metadata": {"labels": {key.replace("__", "/"): value for key, value in values.items()}}}


SITE = [
    Reach("to read nodes", "GET", "/api/v1/nodes"),
    Reach("to open a node", "PATCH", "/api/v1/nodes/NODE-OF-anthropic", labels(a="b")),
    Reach("to untaint a node", "PATCH", "/api/v1/nodes/NODE-OF-anthropic", {"spec": {"taints": []}}),
    Reach("to add a node", "POST", "/api/v1/nodes", {"metadata": meta("poisoned")}),
    Reach("to speak through a node", "GET", "/api/v1/nodes/NODE-OF-mistral/proxy/pods"),
    Reach("to read a neighbour's pods", "GET", "/api/v1/namespaces/anthropic/pods"),
    Reach("to read a neighbour's secrets", "GET", "/api/v1/namespaces/anthropic/secrets"),
    Reach("to read a neighbour's events", "GET", "/api/v1/namespaces/anthropic/events"),
    Reach("to read everybody's pods", "GET", "/api/v1/pods"),
    Reach("to read the agent's secrets", "GET", "/api/v1/namespaces/holdfast-system/secrets"),
    Reach("to be the agent", "POST", "/api/v1/namespaces/holdfast-system/serviceaccounts/agent/token",
          {"spec": {"expirationSeconds": 600}}),
    Reach("to run beside the agent", "POST", "/api/v1/namespaces/holdfast-system/pods",
          {"metadata": meta("thief"), "spec": lawful("mistral")}),
    Reach("to run in a neighbour's namespace", "POST", "/api/v1/namespaces/anthropic/pods",
          {"metadata": meta("thief"), "spec": lawful("anthropic")}),
    Reach("to see all namespaces", "GET", "/api/v1/namespaces"),
    Reach("to make a namespace", "POST", "/api/v1/namespaces", {"metadata": meta("annexe")}),
    Reach("to lower its pod security", "PATCH", "/api/v1/namespaces/mistral",
          labels(**{"pod-security.kubernetes.io/enforce": None})),
    Reach("to grant itself an exception", "PATCH", "/api/v1/namespaces/mistral",
          labels(**{"pod-exception.holdfast.dev/Rdma": ""})),
    Reach("to show itself a neighbour's reservation", "PATCH", "/api/v1/namespaces/mistral",
          labels(**{"reservation.holdfast.dev/UID-OF-anthropic": ""})),
    Reach("to become another tenant", "PATCH", "/api/v1/namespaces/mistral",
          labels(**{"holdfast.dev/tenant": "anthropic"})),
    Reach("to pull its quota down", "DELETE", QUOTA),
    Reach("to raise its quota", "PATCH", QUOTA, {"spec": {"hard": {"services.nodeports": "9"}}}),
    Reach("to give itself a role", "POST", f"{RBAC}/namespaces/mistral/rolebindings", role("ClusterRole", "admin"),
          GRANTED),
    Reach("to give a program a greater role", "POST", f"{RBAC}/namespaces/mistral/rolebindings",
          bound("ClusterRole", "edit", ACCOUNT), GRANTED),
    Reach("to write a role that can do all", "POST", f"{RBAC}/namespaces/mistral/roles",
          {"metadata": meta("more"), "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]}, GRANTED),
    Reach("to write a role that binds pods", "POST", f"{RBAC}/namespaces/mistral/roles",
          {"metadata": meta("more"), "rules": [{"apiGroups": [""], "resources": ["pods/binding"],
                                                "verbs": ["create"]}]}, GRANTED),
    Reach("to write a role that hands out any role", "POST", f"{RBAC}/namespaces/mistral/roles",
          {"metadata": meta("more"), "rules": [{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles"],
                                                "verbs": ["bind", "escalate"]}]}, GRANTED),
    Reach("to write a role that is a neighbour", "POST", f"{RBAC}/namespaces/mistral/roles",
          {"metadata": meta("more"), "rules": [{"apiGroups": [""], "resources": ["serviceaccounts"],
                                                "verbs": ["impersonate"]}]}, GRANTED),
    Reach("to write a role of the cluster", "POST", f"{RBAC}/clusterroles", {"metadata": meta("more"), "rules": []}),
    Reach("to give itself the cluster", "POST", f"{RBAC}/clusterrolebindings", role("ClusterRole", "cluster-admin")),
    Reach("to make a service account beside the agent", "POST", "/api/v1/namespaces/holdfast-system/serviceaccounts",
          {"metadata": meta("more")}),
    Reach("to be a neighbour's program", "POST", "/api/v1/namespaces/anthropic/serviceaccounts/default/token",
          {"spec": {"expirationSeconds": 600}}),
    Reach("to forge a claim's allocation", "PATCH",
          "/apis/resource.k8s.io/v1/namespaces/mistral/resourceclaims/any/status", {"status": {}}),
    Reach("to offer devices", "POST", "/apis/resource.k8s.io/v1/resourceslices", {"metadata": meta("mine")}),
    Reach("to make a class of devices", "POST", "/apis/resource.k8s.io/v1/deviceclasses", {"metadata": meta("mine")}),
    Reach("to raise a quota of its own", "POST", "/api/v1/namespaces/mistral/resourcequotas",
          {"metadata": meta("more")}),
    Reach("to run on every node", "POST", "/apis/apps/v1/namespaces/mistral/daemonsets",
          {"metadata": meta("everywhere")}),
    Reach("to bind its pod itself", "POST", "/api/v1/namespaces/mistral/pods/train/binding",
          {"metadata": meta("train"), "target": {"kind": "Node", "name": "NODE-OF-anthropic"}}),
    Reach("to bind it by the old way", "POST", "/api/v1/namespaces/mistral/bindings",
          {"metadata": meta("train"), "target": {"kind": "Node", "name": "NODE-OF-anthropic"}}),
    Reach("to forge its pod's status", "PATCH", "/api/v1/namespaces/mistral/pods/train/status", {"status": {}}),
    Reach("to put a container into a running pod", "PATCH", "/api/v1/namespaces/mistral/pods/train/ephemeralcontainers",
          {"spec": {"ephemeralContainers": [{"name": "a", "image": "a"}]}}),
    Reach("to evict", "POST", "/api/v1/namespaces/anthropic/pods/train/eviction",
          {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": meta("train", namespace="anthropic")}),
    Reach("to have priorities of its own", "POST", "/apis/scheduling.k8s.io/v1/priorityclasses",
          {"metadata": meta("mine"), "value": 1_000_000}),
    Reach("to make a volume of the host", "POST", "/api/v1/persistentvolumes", {"metadata": meta("root")}),
    Reach("to send an address to itself", "POST", "/apis/discovery.k8s.io/v1/namespaces/mistral/endpointslices",
          {"metadata": meta("mine"), "addressType": "IPv4", "endpoints": []}),
    Reach("to listen at admission", "POST",
          "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", {"metadata": meta("spy")}),
    Reach("to switch a policy off", "DELETE",
          "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/holdfast-pods"),
    Reach("to sign itself a certificate", "POST", "/apis/certificates.k8s.io/v1/certificatesigningrequests",
          {"metadata": meta("me")}),
    Reach("to read metrics", "GET", "/metrics", reason="forbidden"),
]  # fmt: skip
HUB = [
    Reach("to read ledgers", "GET", f"{OURS}/acceleratorpools"),
    Reach("to read promises", "GET", f"{OURS}/capacitypromises"),
    Reach("to read reports of sites", "GET", f"{OURS}/poolreports"),
    Reach("to read who else is a tenant", "GET", f"{OURS}/tenants"),
    Reach("to read where datacenters are", "GET", f"{OURS}/datacenters"),
    Reach("to read everybody's reservations", "GET", f"{OURS}/capacityreservations"),
    Reach("to read a neighbour's reservation", "GET", f"{OURS}/namespaces/anthropic/capacityreservations/standing"),
    Reach("to read a neighbour's events", "GET", "/api/v1/namespaces/anthropic/events"),
    Reach("to cancel a neighbour's reservation", "DELETE",
          f"{OURS}/namespaces/anthropic/capacityreservations/standing"),
    Reach("to reserve in a neighbour's name", "POST", f"{OURS}/namespaces/anthropic/capacityreservations",
          document("CapacityReservation", "forged", {})),
    Reach("to write a ledger", "PUT", f"{OURS}/acceleratorpools/{BLOCK}/status",
          {**pool(BLOCK), "status": ledger(units={"host-000": grant()})}),
    Reach("to delete a pool", "DELETE", f"{OURS}/acceleratorpools/{BLOCK}"),
    Reach("to declare a pool", "POST", f"{OURS}/acceleratorpools", pool("lake-mariner.mine")),
    Reach("to promise itself something", "POST", f"{OURS}/capacitypromises", promise()),
    Reach("to report in the agent's place", "PATCH", f"{OURS}/poolreports/{BLOCK}", {"spec": {"units": {}}}),
    Reach("to raise its entitlement", "PATCH", f"{OURS}/tenants/mistral",
          {"spec": {"entitlements": [{"acceleratorType": "h200", "chips": 9999}]}}),
    Reach("to grant itself an exception", "PATCH", f"{OURS}/tenants/mistral", {"spec": {"podExceptions": ["Rdma"]}}),
    Reach("to take a neighbour's entitlement", "DELETE", f"{OURS}/tenants/anthropic"),
    Reach("to forge its reservation's status", "PATCH",
          f"{OURS}/namespaces/mistral/capacityreservations/standing/status", {"status": {"healthyUnits": 4}}),
    Reach("to delete many at once", "DELETE", f"{OURS}/namespaces/mistral/capacityreservations"),
    Reach("to break the seal", "DELETE", f"{OURS}/stackseals/lake-mariner"),
    Reach("to delete the definition of promises", "DELETE",
          "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/capacitypromises.holdfast.dev"),
    Reach("to relabel its namespace", "PATCH", "/api/v1/namespaces/mistral",
          labels(**{"holdfast.dev/tenant": "anthropic"})),
    Reach("to make a namespace", "POST", "/api/v1/namespaces", {"metadata": meta("annexe")}),
    Reach("to give itself a role", "POST", f"{RBAC}/namespaces/mistral/rolebindings", role("ClusterRole", "edit")),
    Reach("to raise its quota", "POST", "/api/v1/namespaces/mistral/resourcequotas", {"metadata": meta("more")}),
    Reach("to run a pod", "POST", "/api/v1/namespaces/mistral/pods",
          {"metadata": meta("beside-the-planner"), "spec": lawful("mistral")}),
    Reach("to run on every node", "POST", "/apis/apps/v1/namespaces/mistral/daemonsets",
          {"metadata": meta("everywhere")}),
    Reach("to keep a secret", "POST", "/api/v1/namespaces/mistral/secrets", {"metadata": meta("mine")}),
    Reach("to be the planner", "POST", "/api/v1/namespaces/holdfast-system/serviceaccounts/planner/token",
          {"spec": {"expirationSeconds": 600}}),
    Reach("to be an agent", "POST", "/api/v1/namespaces/holdfast-agents/serviceaccounts/lake-mariner/token",
          {"spec": {"expirationSeconds": 600}}),
    Reach("to lead the planners", "PATCH",
          "/apis/coordination.k8s.io/v1/namespaces/holdfast-system/leases/holdfast-planner",
          {"spec": {"holderIdentity": "mistral"}}),
    Reach("to still an agent's heart", "DELETE",
          "/apis/coordination.k8s.io/v1/namespaces/holdfast-agents/leases/lake-mariner"),
    Reach("to read the planner's metrics", "GET", "/metrics", reason="forbidden"),
]  # fmt: skip
ANOTHER = Identity("anthropic", ("anthropic",))
KUBELET = Identity("system:node:gke-host-000", ("system:nodes", "system:authenticated"))
OPENED = labels(**{SELECTOR: "UID-OF-anthropic"})


def attacks() -> Iterator[Attack]:
    """Each reach at its place; then those through another's name, and from inside a node."""
    for place, reaches in (("site", SITE), ("hub", HUB)):
        for each in reaches:
            tried = Try(each.verb, each.path, each.body)
            yield Attack(f"a reach {each.what}", "mistral", place, RBAC_SAYS, each.reason, tried)
    for place, path in (
        ("site", "/api/v1/namespaces/anthropic/pods"),
        ("hub", f"{OURS}/capacityreservations"),
    ):
        asked = Try("GET", path)
        yield Attack(
            "a call in another's name", "mistral", place, RBAC_SAYS, "cannot impersonate", asked, (), ANOTHER
        )
    yield from _from_inside_a_node()


def _from_inside_a_node() -> Iterator[Attack]:
    who, own, other = "a tenant that broke out", "/api/v1/nodes/gke-host-000", "/api/v1/nodes/gke-host-001"
    untainted: Document = {"spec": {"taints": []}}
    secret = "/api/v1/namespaces/anthropic/secrets/any"
    for what, guard, reason, tried in (
        ("opens its own node for a tenant", NODE_SAYS, "is not allowed to modify", Try("PATCH", own, OPENED)),
        ("opens another node", NODE_SAYS, "is not allowed to modify", Try("PATCH", other, OPENED)),
        ("untaints its own node", NODE_SAYS, "is not allowed to modify", Try("PATCH", own, untainted)),
        (
            "makes another node",
            NODE_SAYS,
            "is not allowed to modify",
            Try("POST", "/api/v1/nodes", {"metadata": meta("more")}),
        ),
        (
            "takes its node away, to come back untainted",
            RBAC_SAYS,
            "cannot delete resource",
            Try("DELETE", own),
        ),
        ("reads a neighbour's secret", RBAC_SAYS, "no relationship found", Try("GET", secret)),
        *_itself_elsewhere(own),
        (
            "mirrors a pod into a neighbour's namespace",
            "holdfast-pods",
            "bypasses the scheduler",
            _mirrored(),
        ),
    ):
        yield Attack(f"a kubelet that {what}", who, "site", guard, reason, tried, (), KUBELET)


def _itself_elsewhere(own: str) -> Iterator[tuple[str, str, str, Try]]:
    """Its host in a neighbour's unit, or written by a grant that nobody gave."""
    moved = labels(**{"holdfast.dev/unit": "host-001", "cloud.google.com/gke-nodepool": "h200-a-host-001"})
    forged = {"metadata": {"annotations": {"holdfast.dev/grant": "999"}}}
    stays, grants = "a host stays in its unit", "does not write the annotation"
    for way, path in (("", own), (" by its status", f"{own}/status")):
        yield f"moves its host into another unit{way}", "holdfast-nodes", stays, Try("PATCH", path, moved)
        yield f"forges a grant{way}", "holdfast-nodes", grants, Try("PATCH", path, forged)


def _mirrored() -> Try:
    """A pod that no scheduler placed, as a kubelet shows the static pods of its node."""
    notes = {f"kubernetes.io/config.{what}": "file" for what in ("mirror", "hash", "source")}
    owner = {
        "apiVersion": "v1",
        "kind": "Node",
        "name": "gke-host-000",
        "uid": "UID-OF-HOST",
        "controller": True,
    }
    spec = {**lawful("anthropic"), "nodeName": "gke-host-000"}
    pod = {"metadata": meta("mirror", annotations=notes, ownerReferences=[owner]), "spec": spec}
    return Try("POST", "/api/v1/namespaces/anthropic/pods", pod)
