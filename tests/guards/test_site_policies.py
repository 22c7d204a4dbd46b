"""What a site's policies refuse to tenants' pods and to the agent, each beside the lawful act."""

from __future__ import annotations

from typing import Any

import pytest
from tests.documents import OTHER, UID, Document, Edit, changed, edit, unique
from tests.guards.server import ADMIN, SITE_AGENT, Answer, Identity, Server

TAINT = {"key": "holdfast.dev/reservation", "value": "none", "effect": "NoExecute"}
LABEL = "holdfast.node-restriction.kubernetes.io/reservation"
CONFINED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


@pytest.fixture(scope="module")
def home(site: Server) -> str:
    """A tenant's namespace at the site that holds one reservation, made by the agent."""
    name = unique("tenant")
    labels = {"holdfast.dev/tenant": name, f"reservation.holdfast.dev/{UID}": ""}
    space = {"metadata": {"name": name, "labels": labels}}
    assert site.call("POST", "/api/v1/namespaces", space, SITE_AGENT).message == ""
    account = {"metadata": {"name": "runner"}}
    assert site.call("POST", f"/api/v1/namespaces/{name}/serviceaccounts", account).accepted
    return name


def tolerating(value: str | None = UID, **over: Any) -> Document:
    """A toleration of a reservation's nodes."""
    lawful = {"key": "holdfast.dev/reservation", "operator": "Equal", "value": value, "effect": "NoExecute"}
    return {key: value for key, value in {**lawful, **over}.items() if value is not None}


def pod(*tolerations: Document, **spec: Any) -> Document:
    """A pod of the tenant."""
    container = {"name": "train", "image": "train", "securityContext": CONFINED}
    content = {
        "serviceAccountName": "runner",
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "nodeSelector": {LABEL: UID},
        "containers": [container],
        "tolerations": list(tolerations),
        **spec,
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": unique("pod")}, "spec": content}


def ran(site: Server, namespace: str, content: Document) -> Answer:
    """What the server says to the pod."""
    return site.call("POST", f"/api/v1/namespaces/{namespace}/pods", content)


HOLDS_NONE = "holds no such reservation"
NO_KEY = "a toleration must name its key"
REFUSED_PODS = [
    ("another's reservation", HOLDS_NONE, pod(tolerating(OTHER))),
    ("nobody's node", HOLDS_NONE, pod(tolerating("none"))),
    ("any reservation", HOLDS_NONE, pod(tolerating(operator="Exists", value=None))),
    ("an empty value", HOLDS_NONE, pod(tolerating(""))),
    ("any taint", NO_KEY, pod({"operator": "Exists"})),
    ("any taint of one effect", NO_KEY, pod({"operator": "Exists", "effect": "NoExecute"})),
    ("any taint, behind a lawful one", NO_KEY, pod(tolerating(), {"operator": "Exists"})),
    ("a node by name", "bypasses the scheduler", pod(nodeName="cube-000-0")),
]


@pytest.mark.parametrize(("what", "why", "content"), REFUSED_PODS, ids=[row[0] for row in REFUSED_PODS])
def test_a_pod_is_refused(site: Server, home: str, what: str, why: str, content: Document) -> None:
    assert why in ran(site, home, content).message, what


@pytest.mark.parametrize("effect", ["NoExecute", None])
def test_a_pod_tolerates_what_its_namespace_holds(site: Server, home: str, effect: str | None) -> None:
    answer = ran(site, home, pod(tolerating(effect=effect), {"key": "nvidia.com/gpu", "operator": "Exists"}))
    assert answer.message == ""


def test_a_toleration_cannot_be_added_later(site: Server, home: str) -> None:
    stored = ran(site, home, pod(tolerating())).document
    path = f"/api/v1/namespaces/{home}/pods/{stored['metadata']['name']}"
    more = changed(stored, lambda new: new["spec"]["tolerations"].append(tolerating(OTHER)))
    assert HOLDS_NONE in site.call("PUT", path, more).message
    assert site.call("PUT", path, changed(stored, edit("metadata", "labels", {"a": "b"}))).accepted


@pytest.fixture
def node(site: Server) -> Document:
    """A closed node, as it is born."""
    labels = {"holdfast.dev/pool": "ny.tpu7x-a", "holdfast.dev/unit": "cube-000"}
    spec = {"taints": [TAINT, {"key": "google.com/tpu", "value": "present", "effect": "NoSchedule"}]}
    born = {"metadata": {"name": unique("node"), "labels": labels}, "spec": spec}
    answer = site.call("POST", "/api/v1/nodes", born)
    assert answer.message == ""
    return answer.document


def written(site: Server, node: Document, change: Edit, who: Identity) -> Answer:
    """What the server says to a change of the node as it stands; others write nodes too."""
    path = f"/api/v1/nodes/{node['metadata']['name']}"
    while True:
        answer = site.call("PUT", path, changed(site.call("GET", path).document, change), who)
        if answer.status != 409:
            return answer


def opened(new: Document) -> None:
    """The node opened for UID under grant 7, with notice."""
    new["metadata"]["labels"][LABEL] = UID
    new["metadata"].setdefault("annotations", {})["holdfast.dev/grant"] = "7"
    rest = [taint for taint in new["spec"]["taints"] if taint["key"] != TAINT["key"]]
    draining = {"key": "holdfast.dev/draining", "value": UID, "effect": "NoSchedule"}
    new["spec"]["taints"] = [*rest, {**TAINT, "value": UID}, draining]


def relabelled(new: Document) -> None:
    """The node claimed for another pool."""
    new["metadata"]["labels"]["holdfast.dev/pool"] = "ny.other"


def without_taint(key: str) -> Edit:
    """The node without a taint."""

    def change(new: Document) -> None:
        new["spec"]["taints"] = [taint for taint in new["spec"]["taints"] if taint["key"] != key]

    return change


REFUSED_WRITES = [
    ("another label", "no label but", relabelled),
    ("dropping a label", "no label but", lambda new: new["metadata"]["labels"].pop("holdfast.dev/unit")),
    ("another annotation", "no annotation but", edit("metadata", "annotations", {"a": "b"})),
    ("another taint", "no taints but", without_taint("google.com/tpu")),
    ("no taint of ours", "always carries the taint", without_taint(TAINT["key"])),
    ("cordoning", "cordoning a node is for people", edit("spec", "unschedulable", True)),
    ("holding it by a finalizer", "for people", edit("metadata", "finalizers", ["holdfast.dev/x"])),
]


def test_the_agent_opens_a_node(site: Server, node: Document) -> None:
    assert written(site, node, opened, SITE_AGENT).message == ""


@pytest.mark.parametrize(("what", "why", "change"), REFUSED_WRITES, ids=[row[0] for row in REFUSED_WRITES])
def test_the_agent_writes_nothing_else(
    site: Server, node: Document, what: str, why: str, change: Edit
) -> None:
    assert why in written(site, node, change, SITE_AGENT).message, what
    assert written(site, node, change, ADMIN).message == ""


def binding(role: str) -> Document:
    """A role bound to a tenant's people."""
    group = {"kind": "Group", "name": "mistral", "apiGroup": "rbac.authorization.k8s.io"}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}
    return {"metadata": {"name": unique("b")}, "roleRef": reference, "subjects": [group]}


def test_the_agent_binds_only_the_tenants_role_and_only_in_its_namespace(site: Server, home: str) -> None:
    path = "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/rolebindings"
    role = binding("holdfast-tenant")
    assert site.call("POST", path.format("kube-system"), role, SITE_AGENT).status == 422
    assert site.call("POST", path.format(home), binding("edit"), SITE_AGENT).status == 403
    assert site.call("POST", path.format(home), role, SITE_AGENT).message == ""


def test_the_agent_makes_only_namespaces_named_like_their_tenant(site: Server) -> None:
    def space(name: str, **labels: str) -> Document:
        return {"metadata": {"name": name, "labels": labels}}

    name = unique("t")
    for wrong in (space(name), space(name, **{"holdfast.dev/tenant": "mistral"})):
        assert (
            "a tenant's own namespace" in site.call("POST", "/api/v1/namespaces", wrong, SITE_AGENT).message
        )
    right = space(name, **{"holdfast.dev/tenant": name})
    assert site.call("POST", "/api/v1/namespaces", right, SITE_AGENT).message == ""
