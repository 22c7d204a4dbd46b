"""What is refused by policies beside those of pods: services, labels, bindings, windows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.documents import Document, document
from tests.guards.server import ENGINEER, OURS
from tests.hostile.attack import QUOTA_SAYS, Attack, Try, meta
from tests.hostile.pod_specs import AT_THE_HUB, CONFINED, created, lawful
from tests.hostile.right_attacks import labels, role
from tests.hostile.world import LEAVING, RBAC

SERVICES, LABEL, NAMESPACES = (
    "holdfast-tenant-services",
    "holdfast-tenant-label",
    "holdfast-tenant-namespaces",
)
PORTS = [{"port": 80}]


def attacks() -> Iterator[Attack]:
    """All of them, place by place."""
    yield from _services()
    yield from _pods_that_run()
    yield from _labels()
    yield from _at_the_hub()


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
    yield from _by_side_doors()
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


def _by_side_doors() -> Iterator[Attack]:
    """A namespace's status and its end take labels, as the namespace itself does."""
    own = "/api/v1/namespaces/mallory"
    status, end = f"{own}/status", f"{own}/finalize"
    kept = {"spec": {"finalizers": ["kubernetes"]}}
    bare = {"apiVersion": "v1", "kind": "Namespace", "metadata": meta("mallory"), **kept}
    hers = {**bare, "metadata": meta("mallory", labels={"holdfast.dev/tenant": "mallory"})}
    shown = labels(**{"reservation.holdfast.dev/UID-OF-anthropic": ""})
    writes, takes = "only the agent writes a tenant's", "only the agent takes away"
    for sentence, reason, tried in (
        ("a neighbour's reservation shown by its status", writes, Try("PATCH", status, shown)),
        ("pod security taken off by its end", takes, Try("PUT", end, hers)),
    ):
        yield Attack(sentence, "mallory", "site", NAMESPACES, reason, tried)
    given = labels(**{"holdfast.dev/tenant": "anthropic"})
    for place in ("site", "hub"):
        for sentence, tried in (
            ("a namespace given to a neighbour by its status", Try("PATCH", status, given)),
            ("a namespace that is nobody's by its end", Try("PUT", end, bare)),
        ):
            yield Attack(sentence, "mallory", place, LABEL, "cannot be changed or removed", tried)


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
    yield from _windows()


def _windows() -> Iterator[Attack]:
    past = "2026-01-01T00:00:00Z"
    for sentence, reason, window in (
        ("a window that began long ago", "spec.window.start", {"start": past, "end": "2027-12-01T00:00:00Z"}),
        ("a window that is over", "spec.window.end", {"end": past}),
        ("a latest end that is over", "spec.window.latestEnd", {"durationSeconds": 3600, "latestEnd": past}),
    ):
        late = document(
            "CapacityReservation", "late", {"acceleratorType": "h200", "count": 1, "window": window}
        )
        restored = {**late, "metadata": {**late["metadata"], "annotations": {"holdfast.dev/first-uid": ""}}}
        for how, made in (("", late), (", as if it were restored", restored)):
            tried = Try("POST", f"{OURS}/namespaces/mistral/capacityreservations", made)
            guard = "holdfast-reservation-window"
            yield Attack(sentence + how, "mistral", "hub", guard, reason, tried)
