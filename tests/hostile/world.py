"""Whom the attacks are played against: a hub and a datacenter of four hosts, with the shipped operator and agent.

mistral     an ordinary tenant, held to restricted pod security; it holds one host
anthropic   its neighbour, who holds another
mallory     a tenant to whom a platform engineer granted Rdma, and to whom somebody gave every right in her namespaces:
            where she is refused, it is by a policy and nothing else
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.documents import Document, changed, document, edit, pool
from tests.guards.server import ENGINEER, Answer, Server
from tests.hostile.people import Person

from holdfast.hardware.names import POOL_LABEL, RESERVATION_TAINT, UNIT_LABEL
from holdfast_lab import clock
from holdfast_lab.polling import poll
from holdfast_lab.running import Lab
from holdfast_lab.story.fixtures import instant, tenant
from holdfast_lab.testing import fake_host

SITE, BLOCK = "lake-mariner", "lake-mariner.h200-a"
HOSTS = tuple(f"host-{number:03}" for number in range(4))
TENANTS = ("mistral", "anthropic", "mallory")
LEAVING = "texas.leaving"
SYSTEM_NODE = "gke-system-00"
SYSTEM_TAINT = {"key": "components.gke.io/gke-managed-components", "value": "true", "effect": "NoSchedule"}
BORN_TAINT = {"key": RESERVATION_TAINT, "value": "none", "effect": "NoExecute"}
CHIP_TAINT = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}
RBAC = "/apis/rbac.authorization.k8s.io/v1"
EVERYTHING = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
_PATIENCE = 60.0


@dataclass
class World:
    """The two servers as their administrator, the tenants' people at each, and what each tenant holds."""

    lab: Lab
    folder: Path
    held: dict[str, str] = field(default_factory=dict)
    """The uid of each tenant's reservation."""

    def __post_init__(self) -> None:
        self.hub, self.site = (Server(self.lab.clusters[name]) for name in ("hub", SITE))
        self.people = {
            (place, name): Person(self.lab.clusters[cluster], name, self.folder)
            for place, cluster in (("hub", "hub"), ("site", SITE))
            for name in TENANTS
        }

    def at(self, place: str) -> Server:
        """The hub or the site, as its administrator."""
        return self.hub if place == "hub" else self.site

    def person(self, name: str, place: str) -> Person:
        """A tenant's person with her own certificate."""
        return self.people[place, name]

    def close(self) -> None:
        """End all connections."""
        for each in (self.hub, self.site, *self.people.values()):
            each.close()


def until(check: Callable[[], object], what: str, seconds: float = _PATIENCE) -> None:
    """Wait until something holds."""
    assert poll(check, seconds), f"not within {seconds:.0f} s: {what}"


def done(answer: Answer) -> Document:
    """What was asked for and done."""
    assert answer.message == ""
    return answer.document


# --- how the world comes to be ------------------------------------------------------------------------------


def build(world: World) -> None:
    """Declare the datacenter, let the tenants in, and wait until each holds one host."""
    _serve(world)
    _declare(world)
    _host(world)
    for name in TENANTS:
        _let_in(world, name)
    until(lambda: _healthy(world) == len(HOSTS), "four healthy hosts")
    for name in TENANTS:
        until(partial(_served, world, name), f"the namespace of {name} at the site")
        _give_everything(world, "site", name) if name == "mallory" else None
        world.held[name] = reserve(world, name, "standing")
    for name in TENANTS:
        until(partial(open_hosts, world, name), f"a host open for {name}")
    _leave_a_pool(world)


def reserve(world: World, name: str, what: str, seconds: int = 3600, **over: Any) -> str:
    """A tenant's person reserves one host from now on; the reservation's uid."""
    window = {"end": instant(clock.now().timestamp() + seconds)}
    spec = {"acceleratorType": "h200", "count": 1, "window": window, **over}
    made = world.person(name, "hub").create(document("CapacityReservation", what, spec, namespace=name))
    return str(done(made)["metadata"]["uid"])


def open_hosts(world: World, name: str) -> list[str]:
    """The nodes that are open for what a tenant holds."""
    label = f"holdfast.node-restriction.kubernetes.io%2Freservation%3D{world.held[name]}"
    found = done(world.site.call("GET", f"/api/v1/nodes?labelSelector={label}"))
    return [node["metadata"]["name"] for node in found["items"]]


def _serve(world: World) -> None:
    """Three of Kueue's kinds, any content: a policy is asked of what is served. tests/companions has the real ones."""
    definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1beta2", "served": True, "storage": True, "schema": {"openAPIV3Schema": anything}}
    for plural, kind, scope in (
        ("localqueues", "LocalQueue", "Namespaced"),
        ("workloads", "Workload", "Namespaced"),
        ("resourceflavors", "ResourceFlavor", "Cluster"),
    ):
        spec = {"group": "kueue.x-k8s.io", "names": {"kind": kind, "plural": plural}, "scope": scope}
        made = {"metadata": {"name": f"{plural}.kueue.x-k8s.io"}, "spec": {**spec, "versions": [version]}}
        done(world.site.call("POST", definitions, made))


def _declare(world: World) -> None:
    place = {"siteKind": "gke", "region": "us-east4", "powerMegawatts": 9, "lifecycle": "Operational"}
    units = {host: {"nodePool": f"h200-a-{host}"} for host in HOSTS}
    hall = pool(
        BLOCK, acceleratorType="h200", unitTopology="host", chipsPerUnit=8, hostsPerUnit=1, units=units,
        seal=SITE, spares={"count": 0}, drainLeadSeconds=3, graceSeconds=2, turnAroundSeconds=3, repairSeconds=60,
    )  # fmt: skip
    seal = document("StackSeal", SITE, {"stack": SITE, "pools": [BLOCK]})
    for declared in (document("Datacenter", SITE, place), hall, seal):
        done(world.hub.create(declared, ENGINEER))


def _host(world: World) -> None:
    for name in HOSTS:
        labels = {POOL_LABEL: BLOCK, UNIT_LABEL: name, "cloud.google.com/gke-nodepool": f"h200-a-{name}"}
        _join(world, f"gke-{name}", labels, [BORN_TAINT, CHIP_TAINT])
    elsewhere = {"metadata": {"name": "of-another-team"}, "value": 0}
    done(world.site.call("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", elsewhere))
    _join(world, SYSTEM_NODE, {"cloud.google.com/gke-nodepool": "system"}, [SYSTEM_TAINT])


def _join(world: World, name: str, labels: dict[str, str], taints: list[Document]) -> None:
    node = {**fake_host(name, labels), "spec": {"taints": taints}}
    node["status"]["capacity"] = node["status"]["allocatable"] = {
        "cpu": "100",
        "pods": "110",
        "nvidia.com/gpu": "8",
    }
    done(world.site.call("POST", "/api/v1/nodes", node))


def _let_in(world: World, name: str) -> None:
    customer, space, people = tenant(name, {"h200": 32})
    if name == "mallory":
        customer["spec"]["podExceptions"] = ["Rdma"]
    done(world.hub.create(customer, ENGINEER))
    done(world.hub.call("POST", "/api/v1/namespaces", space, ENGINEER))
    done(world.hub.call("POST", f"{RBAC}/namespaces/{name}/rolebindings", people, ENGINEER))
    if name == "mallory":
        _give_everything(world, "hub", name)


def _give_everything(world: World, place: str, name: str) -> None:
    """Somebody's mistakes: all rights in one namespace, and Kubernetes' leave to reach devices that are in use."""
    label = {"metadata": {"labels": {"resource.kubernetes.io/admin-access": "true"}}}
    done(world.at(place).call("PATCH", f"/api/v1/namespaces/{name}", label))
    role = {"metadata": {"name": "everything"}, "rules": EVERYTHING}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "everything"}
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": name}
    binding = {"metadata": {"name": "everything"}, "roleRef": reference, "subjects": [subject]}
    for plural, made in (("roles", role), ("rolebindings", binding)):
        done(world.at(place).call("POST", f"{RBAC}/namespaces/{name}/{plural}", made))


def _leave_a_pool(world: World) -> None:
    """A pool that is being deleted, and that something still holds."""
    leaving = changed(pool(LEAVING), edit("metadata", "finalizers", ["holdfast.dev/test"]))
    done(world.hub.create(leaving, ENGINEER))
    done(world.hub.delete(leaving, ENGINEER))


def _healthy(world: World) -> int:
    found = done(world.hub.call("GET", f"/apis/holdfast.dev/v1alpha1/acceleratorpools/{BLOCK}"))
    return int(found.get("status", {}).get("capacity", {}).get("healthy", 0))


def _served(world: World, name: str) -> bool:
    """Whether the agent has given the tenant's people their role: the last thing it does for a namespace."""
    return world.site.call("GET", f"{RBAC}/namespaces/{name}/rolebindings/holdfast-tenant").accepted
