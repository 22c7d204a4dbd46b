"""What is refused by policies beside those of pods: services, labels, bindings, windows, programs gone astray."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.documents import UID, Document, document, entry, ledger
from tests.guards.server import ADMIN, ENGINEER, OURS, SITE_AGENT, service_account
from tests.hostile.attack import QUOTA_SAYS, Attack, Try, meta
from tests.hostile.pod_specs import AT_THE_HUB, CONFINED, created, lawful
from tests.hostile.right_attacks import FENCE, labels, role
from tests.hostile.world import BORN_TAINT, CHIP_TAINT, LEAVING, RBAC

AGENT = service_account("holdfast-agents", "lake-mariner")
SERVICES, LABEL, NAMESPACES = (
    "holdfast-tenant-services",
    "holdfast-tenant-label",
    "holdfast-tenant-namespaces",
)
NODES, HOMES, CONFINEMENT = "holdfast-agent-nodes", "holdfast-agent-namespaces", "holdfast-agent-confinement"
PORTS = [{"port": 80}]


def attacks() -> Iterator[Attack]:
    """All of them, place by place."""
    yield from _services()
    yield from _pods_that_run()
    yield from _labels()
    yield from _at_the_hub()
    yield from _the_sites_agent()
    yield from _the_hubs_agent()
    yield from _the_planner()


def _service(**spec: Any) -> Document:
    return {"metadata": meta("door"), "spec": {"selector": {"app": "attack"}, "ports": PORTS, **spec}}


def _services() -> Iterator[Attack]:
    for who, place in (("mistral", "site"), ("mallory", "site"), ("mallory", "hub")):
        path = f"/api/v1/namespaces/{who}/services"
        quota = QUOTA_SAYS if place == "site" else ""
        for kind, beside in (("NodePort", quota), ("LoadBalancer", quota), ("ExternalName", "")):
            away = {"externalName": "metadata.google.internal"} if kind == "ExternalName" else {}
            tried = Try("POST", path, _service(type=kind, **away))
            reason = "a tenant has neither node ports nor load balancers"
            yield Attack(f"a service of type {kind}", who, place, SERVICES, reason, tried, beside=beside)
        tried = Try("POST", path, _service(externalIPs=["10.0.0.1"]))
        yield Attack("a service at another's address", who, place, SERVICES, "externalIPs is refused", tried)


def _pods_that_run() -> Iterator[Attack]:
    train = "/api/v1/namespaces/{}/pods/train"
    more = [{"op": "add", "path": "/spec/tolerations/-", "value": {"operator": "Exists"}}]
    theirs = {
        "key": "holdfast.dev/reservation",
        "operator": "Equal",
        "value": "UID-OF-anthropic",
        "effect": "NoExecute",
    }
    them = [{"op": "add", "path": "/spec/tolerations/-", "value": theirs}]
    for who in ("mistral", "mallory"):
        path = train.format(who)
        for sentence, reason, steps in (
            ("a toleration of everything, later", "must name its key", more),
            ("a toleration of a neighbour, later", "holds no such reservation", them),
        ):
            yield Attack(sentence, who, "site", "holdfast-pods", reason, Try("PATCH", path, steps))
    yield from _pods_that_come()
    place = {"metadata": meta("waits"), "target": {"kind": "Node", "name": "NODE-OF-anthropic"}}
    waits = "/api/v1/namespaces/mallory/pods/waits/binding"
    bound = "only the scheduler binds"
    for way, path in (
        ("its own", waits),
        ("the old", "/api/v1/namespaces/mallory/bindings"),
    ):
        tried = Try("POST", path, place)
        yield Attack(f"a binding by {way} way", "mallory", "site", "holdfast-pod-bindings", bound, tried)
    for sentence, policy, reason, context in (
        (
            "may gain privileges",
            "holdfast-pod-privileges",
            "allowPrivilegeEscalation: false",
            {"allowPrivilegeEscalation": True},
        ),
        (
            "adds a capability",
            "holdfast-pod-privileges",
            "may be added",
            {"capabilities": {"drop": ["ALL"], "add": ["NET_ADMIN"]}},
        ),
        ("is root", "holdfast-pod-privileges", "runAsUser: 0 is refused", {"runAsUser": 0}),
        (
            "is unfiltered",
            "holdfast-pod-privileges",
            "seccompProfile.type is",
            {"seccompProfile": {"type": "Unconfined"}},
        ),
    ):
        late = {"name": "late", "image": "late", "securityContext": {**CONFINED, **context}}
        tried = Try(
            "PATCH",
            train.format("mallory") + "/ephemeralcontainers",
            {"spec": {"ephemeralContainers": [late]}},
        )
        yield Attack(
            f"a container put into a running pod that {sentence}", "mallory", "site", policy, reason, tried
        )


def _pods_that_come() -> Iterator[Attack]:
    old_way = {"container.apparmor.security.beta.kubernetes.io/train": "unconfined"}
    unconfined = {"metadata": meta("old", annotations=old_way), "spec": lawful("mallory")}
    pods = Try("POST", "/api/v1/namespaces/mallory/pods", unconfined)
    reason = "appArmorProfile.type is"
    yield Attack(
        "AppArmor taken off by the old way", "mallory", "site", "holdfast-pod-privileges", reason, pods
    )
    flood = lawful("mallory")
    flood["tolerations"] += [
        {"key": "nvidia.com/gpu", "operator": "Equal", "value": str(i)} for i in range(3000)
    ]
    flood["tolerations"].append({"operator": "Exists"})
    hidden = {"metadata": meta("hidden"), "spec": flood}
    for who in ("mallory", "mistral"):
        tried = Try("POST", f"/api/v1/namespaces/{who}/pods", hidden)
        yield Attack(
            "a toleration hidden behind 3,000 others",
            who,
            "site",
            "holdfast-pods",
            "must name its key",
            tried,
        )


def _labels() -> Iterator[Attack]:
    own = "/api/v1/namespaces/mallory"
    writes, takes = "only the agent writes a tenant's", "only the agent takes away"
    for sentence, reason, change in (
        ("an exception granted to herself", writes, {"pod-exception.holdfast.dev/RootUser": ""}),
        ("a neighbour's reservation shown", writes, {"reservation.holdfast.dev/UID-OF-anthropic": ""}),
        ("pod security that only warns", writes, {"pod-security.kubernetes.io/enforce-version": "v1.0"}),
        ("pod security taken off", takes, {"pod-security.kubernetes.io/enforce": None}),
        ("a reservation hidden from her own", takes, {"reservation.holdfast.dev/UID-OF-mallory": None}),
    ):
        yield Attack(sentence, "mallory", "site", NAMESPACES, reason, Try("PATCH", own, labels(**change)))
    lifted = Try(
        "PATCH", "/api/v1/namespaces/mistral", labels(**{"pod-security.kubernetes.io/enforce": "privileged"})
    )
    yield Attack("pod security lifted by hand", "an engineer", "site", NAMESPACES, writes, lifted)
    for place in ("site", "hub"):
        for sentence, tenant in (
            ("a namespace given to a neighbour", "anthropic"),
            ("a namespace that is nobody's", None),
        ):
            tried = Try("PATCH", own, labels(**{"holdfast.dev/tenant": tenant}))
            yield Attack(sentence, "mallory", place, LABEL, "cannot be changed or removed", tried)
        for system in ("kube-system", "default", "holdfast-system"):
            tried = Try("PATCH", f"/api/v1/namespaces/{system}", labels(**{"holdfast.dev/tenant": "mallory"}))
            reason = "a namespace of the system cannot belong"
            yield Attack(f"{system} given to a tenant", "an engineer", place, LABEL, reason, tried)


def _at_the_hub() -> Iterator[Attack]:
    for way in AT_THE_HUB:
        tried = created("mallory", way, lawful("mallory"))
        yield Attack(
            f"a {way}", "mallory", "hub", "holdfast-tenant-workloads", "where no pods of tenants run", tried
        )
    for sentence, path, made in (
        (
            "a role handed out beside the planner",
            f"{RBAC}/namespaces/holdfast-system/rolebindings",
            role("ClusterRole", "holdfast-reservation-editor"),
        ),
        (
            "a role handed out beside the agents",
            f"{RBAC}/namespaces/holdfast-agents/rolebindings",
            role("ClusterRole", "holdfast-reservation-viewer"),
        ),
        (
            "a quota put on the planner",
            "/api/v1/namespaces/holdfast-system/resourcequotas",
            {"metadata": meta("none"), "spec": {"hard": {"pods": "0"}}},
        ),
    ):
        guard, reason = "holdfast-tenant-rolebindings", "belongs to no tenant"
        yield Attack(sentence, "an engineer", "hub", guard, reason, Try("POST", path, made), (), ENGINEER)
    signed = {"metadata": {"annotations": {"recall.holdfast.dev/host-000": "somebody-else"}}}
    recall = Try("PATCH", f"{OURS}/acceleratorpools/{LEAVING}", signed)
    yield Attack(
        "a recall signed for somebody else", "an engineer", "hub", "holdfast-recall", "a recall names who does it",
        recall, (), ENGINEER,
    )  # fmt: skip
    past = "2026-01-01T00:00:00Z"
    for sentence, reason, window in (
        ("a window that began long ago", "spec.window.start", {"start": past, "end": "2027-12-01T00:00:00Z"}),
        ("a window that is over", "spec.window.end", {"end": past}),
        ("a latest end that is over", "spec.window.latestEnd", {"durationSeconds": 3600, "latestEnd": past}),
    ):
        spec = {"acceleratorType": "h200", "count": 1, "window": window}
        tried = Try(
            "POST",
            f"{OURS}/namespaces/mistral/capacityreservations",
            document("CapacityReservation", "late", spec),
        )
        yield Attack(sentence, "mistral", "hub", "holdfast-reservation-window", reason, tried)


def _the_sites_agent() -> Iterator[Attack]:
    node = "/api/v1/nodes/gke-host-003"
    for sentence, reason, change in (
        (
            "a node claimed for another pool",
            "writes no label but",
            labels(**{"holdfast.dev/pool": "ny.other"}),
        ),
        (
            "a node with words of its own",
            "writes no annotation but",
            {"metadata": {"annotations": {"a": "b"}}},
        ),
        ("a node without its chips' taint", "writes no taints but", {"spec": {"taints": [BORN_TAINT]}}),
        ("a node without our taint", "always carries the taint", {"spec": {"taints": [CHIP_TAINT]}}),
        ("a cordoned node", "cordoning a node is for people", {"spec": {"unschedulable": True}}),
    ):
        tried = Try("PATCH", node, change)
        yield Attack(sentence, "the site's agent", "site", NODES, reason, tried, (), SITE_AGENT)
    stray = {"metadata": meta("stray", labels={"holdfast.dev/tenant": "mistral"})}
    for sentence, path, made in (
        ("a namespace not named like its tenant", "/api/v1/namespaces", stray),
        (
            "a role in the system's namespace",
            f"{RBAC}/namespaces/kube-system/rolebindings",
            role("ClusterRole", FENCE),
        ),
        (
            "a quota in the system's namespace",
            "/api/v1/namespaces/kube-system/resourcequotas",
            {"metadata": meta("none"), "spec": {"hard": {"pods": "0"}}},
        ),
        (
            "a wall around the system's namespace",
            "/apis/networking.k8s.io/v1/namespaces/kube-system/networkpolicies",
            {"metadata": meta("none"), "spec": {"podSelector": {}}},
        ),
    ):
        tried = Try("POST", path, made)
        yield Attack(
            sentence, "the site's agent", "site", HOMES, "a tenant's own namespace", tried, (), SITE_AGENT
        )


def _the_hubs_agent() -> Iterator[Attack]:
    report = document("PoolReport", "texas.a", {"datacenter": "texas", "units": {}})
    beat = "/apis/coordination.k8s.io/v1/namespaces/holdfast-agents/leases"
    for sentence, reason, tried in (
        (
            "a report on another datacenter",
            "writes only reports of",
            Try("POST", f"{OURS}/poolreports", report),
        ),
        (
            "a heartbeat of another datacenter",
            "renews only the Lease",
            Try("POST", beat, {"metadata": meta("texas"), "spec": {}}),
        ),
    ):
        yield Attack(sentence, "an agent", "hub", CONFINEMENT, reason, tried, (), AGENT)


def _the_planner() -> Iterator[Attack]:
    then = 2_000_000_000
    owed = entry(**{"from": then + 1000, "until": then + 2000, "state": "Prepared"})
    status = ledger(epoch=10**6, asOf=then, granted=0, promises={UID: owed})
    tried = Try("PATCH", f"{OURS}/acceleratorpools/{LEAVING}/status", {"status": status})
    reason, who = "a pool being deleted takes no new promise", "a lost planner"
    yield Attack(
        "a promise in a pool that is leaving",
        who,
        "hub",
        "holdfast-pool-terminating",
        reason,
        tried,
        (),
        ADMIN,
    )
