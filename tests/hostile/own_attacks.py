"""What a tenant may write in its own namespace, written so that it would reach others."""

from __future__ import annotations

from collections.abc import Iterator

from tests.documents import Document
from tests.guards.server import SITE_AGENT
from tests.hostile.attack import RBAC_SAYS, SCHEMA_SAYS, Attack, Try, meta
from tests.hostile.pod_specs import SELECTOR, tolerating
from tests.hostile.right_attacks import ACCOUNT, FENCE, bound, group
from tests.hostile.world import RBAC

FENCES, WALLS, ROLES, CLAIMS, STATES, QUEUES = (
    f"holdfast-tenant-{what}" for what in ("fences", "networks", "roles", "claims", "states", "queues")
)
KUEUE = "/apis/kueue.x-k8s.io/v1beta2"
KEPT = {"app.kubernetes.io/managed-by": "holdfast-agent"}
DAEMON_CLASS, CHANNEL_CLASS = (f"compute-domain-{what}.nvidia.com" for what in ("daemon", "default-channel"))
NETWORKING, DEVICES = "/apis/networking.k8s.io/v1", "/apis/resource.k8s.io/v1"


def attacks() -> Iterator[Attack]:
    """All of them, kind by kind."""
    yield from _fences()
    yield from _networks()
    yield from _bindings()
    yield from _claims()
    yield from _of_the_driver()
    yield from _states()
    yield from _queues()
    yield from _sleepers()


def _fences() -> Iterator[Attack]:
    network = f"{NETWORKING}/namespaces/{{}}/networkpolicies/{FENCE}"
    binding = f"{RBAC}/namespaces/{{}}/rolebindings/{FENCE}"
    quota = f"/api/v1/namespaces/{{}}/resourcequotas/{FENCE}"
    some = {"spec": {"podSelector": {"matchLabels": {"fenced": "yes"}}}}
    more = {"spec": {"hard": {"services.nodeports": "9"}}}
    for who, sentence, path, verb, body in (
        ("mistral", "its network's fence pulled down", network, "DELETE", None),
        ("mistral", "its network's fence put around some pods only", network, "PATCH", some),
        ("mistral", "its people's role taken away", binding, "DELETE", None),
        ("mallory", "its network's fence pulled down", network, "DELETE", None),
        ("mallory", "its quota pulled down", quota, "DELETE", None),
        ("mallory", "its quota raised", quota, "PATCH", more),
        ("mallory", "its quota said to be greater", quota + "/status", "PATCH", {"status": more["spec"]}),
        ("mallory", "its people's role taken away", binding, "DELETE", None),
    ):
        tried = Try(verb, path.format(who), body)
        yield Attack(sentence, who, "site", FENCES, "holdfast-tenant is the agent's", tried)


def _networks() -> Iterator[Attack]:
    own: Document = {"podSelector": {}}
    theirs = {"namespaceSelector": {"matchLabels": {"holdfast.dev/tenant": "anthropic"}}}
    for sentence, rule in (
        ("a network that hears everybody", {}),
        ("a network that hears every namespace", {"from": [own, {"namespaceSelector": {}}]}),
        ("a network that hears a neighbour", {"from": [theirs]}),
        ("a network that hears some of a neighbour's", {"from": [{**own, **theirs}]}),
        ("a network that hears addresses", {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}),
    ):
        for who in ("mistral", "mallory"):
            wall = {"metadata": meta("wall"), "spec": {"podSelector": {}, "ingress": [rule]}}
            tried = Try("POST", f"{NETWORKING}/namespaces/{who}/networkpolicies", wall)
            yield Attack(sentence, who, "site", WALLS, "pods of this namespace only", tried)


def _bindings() -> Iterator[Attack]:
    theirs = {"kind": "ServiceAccount", "name": "default", "namespace": "anthropic"}
    whom, which = "binds roles to service accounts of its own namespace", "bind a Role of this namespace"
    for sentence, subject in (
        ("its role given to a neighbour's people", group("anthropic")),
        ("its role given to a neighbour's program", theirs),
        ("its role given to everybody", group("system:authenticated")),
        ("its role given to a person by name", {**group("mila"), "kind": "User"}),
        ("its role given to programs of everybody", group("system:serviceaccounts")),
    ):
        for who in ("mistral", "mallory"):
            made = bound("ClusterRole", FENCE, subject)
            tried = Try("POST", f"{RBAC}/namespaces/{who}/rolebindings", made)
            yield Attack(sentence, who, "site", ROLES, whom, tried)
    for name in ("cluster-admin", "edit", "holdfast-agent"):
        made = bound("ClusterRole", name, {**ACCOUNT, "namespace": "mallory"})
        tried = Try("POST", f"{RBAC}/namespaces/mallory/rolebindings", made)
        yield Attack(f"the role {name} given to a program", "mallory", "site", ROLES, which, tried)


def _claims() -> Iterator[Attack]:
    asked = {"name": "all", "exactly": {"deviceClassName": "gpu.nvidia.com", "adminAccess": True}}
    spec = {
        "devices": {"requests": [{"name": "one", "exactly": {"deviceClassName": "gpu.nvidia.com"}}, asked]}
    }
    for sentence, plural, made in (
        ("a claim with admin access", "resourceclaims", spec),
        ("a template of claims with admin access", "resourceclaimtemplates", {"spec": spec}),
    ):
        for who in ("mistral", "mallory"):
            tried = Try(
                "POST", f"{DEVICES}/namespaces/{who}/{plural}", {"metadata": meta("all"), "spec": made}
            )
            if who == "mallory":
                yield Attack(sentence, who, "site", CLAIMS, "exactly.adminAccess is refused", tried)
            else:
                yield Attack(sentence, who, "site", SCHEMA_SAYS, "admin access to devices requires", tried)


def _of_the_driver() -> Iterator[Attack]:
    """What NVIDIA's DRA driver keeps for itself."""
    theirs = {"resource.nvidia.com/computeDomain": "UID-OF-anthropic"}
    either = {"name": "one", "firstAvailable": [{"name": "first", "deviceClassName": DAEMON_CLASS}]}
    kind = {"kind": "ComputeDomainDaemonConfig", "domainID": "../../etc"}
    config = [{"opaque": {"driver": "compute-domain.nvidia.com", "parameters": kind}}]
    for sentence, reason, made in (
        ("a claim of the IMEX daemon's device", "is the driver's own; pods", asking(DAEMON_CLASS)),
        ("a claim of that device or another", "is the driver's own; pods", {"requests": [either]}),
        (
            "a claim configured as the IMEX daemon",
            "for the IMEX daemons",
            {**asking(CHANNEL_CLASS), "config": config},
        ),
    ):
        for who in ("mistral", "mallory"):
            for plural, spec in (
                ("resourceclaims", {"devices": made}),
                ("resourceclaimtemplates", {"spec": {"devices": made}}),
            ):
                tried = Try(
                    "POST", f"{DEVICES}/namespaces/{who}/{plural}", {"metadata": meta("own"), "spec": spec}
                )
                yield Attack(f"{sentence}, as {plural}", who, "site", CLAIMS, reason, tried)
    for who in ("mistral", "mallory"):
        marked = {
            "metadata": meta("own", labels=theirs),
            "spec": {"spec": {"devices": asking(CHANNEL_CLASS)}},
        }
        tried = Try("POST", f"{DEVICES}/namespaces/{who}/resourceclaimtemplates", marked)
        yield Attack(
            "a second template of a neighbour's domain", who, "site", CLAIMS, "it finds the claim", tried
        )


def _states() -> Iterator[Attack]:
    """What the cluster's own programs tell, told by a tenant; a claim's allocation newer servers refuse themselves."""
    mine = {"driver": "compute-domain.nvidia.com", "pool": "any", "device": "daemon", "request": "one"}
    given = {"allocation": {"devices": {"results": [mine]}}}
    pod, claim = (
        "/api/v1/namespaces/{}/pods/train/status",
        DEVICES + "/namespaces/{}/resourceclaims/idle/status",
    )
    for sentence, path, status, guard, reason in (
        ("a pod that runs called finished", pod, {"phase": "Failed"}, STATES, "is the cluster's to tell"),
        ("a device that nobody gave", claim, given, SCHEMA_SAYS, "changing status.allocation"),
    ):
        tried = Try("PATCH", path.format("mallory"), {"status": status})
        yield Attack(sentence, "mallory", "site", guard, reason, tried)
        tried = Try("PATCH", path.format("mistral"), {"status": status})
        yield Attack(sentence, "mistral", "site", RBAC_SAYS, "is forbidden", tried)


def asking(device_class: str) -> Document:
    """Devices of one class."""
    return {"requests": [{"name": "one", "exactly": {"deviceClassName": device_class}}]}


def _of_kueue(kind: str, name: str, spec: Document, **more: object) -> Document:
    """An object of Kueue's, as it asks for it."""
    head = {"apiVersion": "kueue.x-k8s.io/v1beta2", "kind": kind}
    return {**head, "metadata": meta(name, **more), "spec": spec}


def _queues() -> Iterator[Attack]:
    lead = _of_kueue("LocalQueue", "lead", {"clusterQueue": "holdfast-UID-OF-anthropic"})
    admitted = _of_kueue("Workload", "mine", {"queueName": "lead"})
    for sentence, plural, made, reason in (
        (
            "a queue that leads into a neighbour's quota",
            "localqueues",
            lead,
            "the agent keeps one LocalQueue",
        ),
        ("a workload of its own making", "workloads", admitted, "Kueue makes the workloads"),
    ):
        path = f"{KUEUE}/namespaces/{{}}/{plural}"
        yield Attack(sentence, "mallory", "site", QUEUES, reason, Try("POST", path.format("mallory"), made))
        tried = Try("POST", path.format("mistral"), made)
        yield Attack(sentence, "mistral", "site", RBAC_SAYS, "is forbidden", tried)
    yield from _the_agents_queues()


def _the_agents_queues() -> Iterator[Attack]:
    flavor = Try("POST", f"{KUEUE}/resourceflavors", _of_kueue("ResourceFlavor", "of-another-team", {}))
    beside = _of_kueue("LocalQueue", "lead", {"clusterQueue": "any"}, labels=KEPT)
    system = Try("POST", f"{KUEUE}/namespaces/kube-system/localqueues", beside)
    for sentence, guard, reason, tried in (
        ("a flavor of another team", "holdfast-agent-queues", "is not one of the agent's", flavor),
        (
            "a queue in the system's namespace",
            "holdfast-agent-namespaces",
            "a tenant's own namespace",
            system,
        ),
    ):
        yield Attack(sentence, "the site's agent", "site", guard, reason, tried, (), SITE_AGENT)


def _sleepers() -> Iterator[Attack]:
    for who in ("mistral", "mallory"):
        woken = Try("PATCH", f"/apis/batch/v1/namespaces/{who}/jobs/sleeps", {"spec": {"suspend": False}})
        reason = "must say where to run"
        yield Attack("a suspended Job woken without a place", who, "site", "holdfast-pods", reason, woken)
        pod, open_ = f"/api/v1/namespaces/{who}/pods/gated", {"schedulingGates": None}
        let_go = Try("PATCH", pod, {"spec": open_})
        yield Attack("a gated pod let go without a place", who, "site", "holdfast-pods", reason, let_go)
        steps = [
            {"op": "add", "path": "/spec/nodeSelector", "value": {SELECTOR: "UID-OF-anthropic"}},
            {"op": "add", "path": "/spec/tolerations/-", "value": tolerating("anthropic")},
            {"op": "remove", "path": "/spec/schedulingGates"},
        ]
        taken = Try("PATCH", pod, steps)
        reason = "holds no such reservation"
        yield Attack("a gated pod let go to a neighbour's host", who, "site", "holdfast-pods", reason, taken)
