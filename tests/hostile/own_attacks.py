"""What a tenant may write in its own namespace, written so that it would reach others."""

from __future__ import annotations

from collections.abc import Iterator

from tests.documents import Document
from tests.hostile.attack import SCHEMA_SAYS, Attack, Try, meta
from tests.hostile.right_attacks import ACCOUNT, FENCE, bound, group
from tests.hostile.world import RBAC

FENCES, WALLS, ROLES, CLAIMS = (
    f"holdfast-tenant-{what}" for what in ("fences", "networks", "roles", "claims")
)
NETWORKING, DEVICES = "/apis/networking.k8s.io/v1", "/apis/resource.k8s.io/v1"


def attacks() -> Iterator[Attack]:
    """All of them, kind by kind."""
    yield from _fences()
    yield from _networks()
    yield from _bindings()
    yield from _claims()


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
