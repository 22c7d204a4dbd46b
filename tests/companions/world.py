"""A datacenter with two NVL72 domains, one of them mistral's and one anthropic's, where jobs come by queues."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from tests.documents import Document, document, pool, unique
from tests.guards.server import ENGINEER
from tests.hostile import world as hostile
from tests.hostile.world import BORN_TAINT, CHIP_TAINT, SITE, done, until

from holdfast.agent.node_health import CLIQUE_LABEL
from holdfast.hardware.names import POOL_LABEL, UNIT_LABEL
from holdfast_lab import clock
from holdfast_lab.story.fixtures import instant, tenant
from holdfast_lab.testing import fake_host

BLOCK, HOSTS = "lake-mariner.gb300-a", 18
TENANTS = ("mistral", "anthropic")
KUEUE, BATCH = "/apis/kueue.x-k8s.io/v1beta2", "/apis/batch/v1"
JOBSET = "/apis/jobset.x-k8s.io/v1alpha2"
QUEUE = "kueue.x-k8s.io/queue-name"
JOBSETS, GROUP_SETS = "count/jobsets.jobset.x-k8s.io", "count/leaderworkersets.leaderworkerset.x-k8s.io"
"""What a tenant's quota bounds of the kinds of companions."""
COUNTED_SECONDS = 330.0
"""A kind that came after the quota is counted with the controller's next round over all quotas, each five minutes."""
RESERVED = "holdfast.node-restriction.kubernetes.io/reservation"
CHIPS = {"nvidia.com/gpu": 4}
CONFINED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
CLIQUES = tuple(f"5f0b1b2c-0000-4000-8000-00000000000{number}.{number}" for number in (1, 2))
SIZE = {"cpu": "140", "memory": "900Gi", "pods": "110", "nvidia.com/gpu": "4"}

World = hostile.World
__all__ = ["SITE", "World", "build", "done", "until", "wait_until_counted"]


def build(world: World, *, queues: bool = True) -> None:
    """Declare the datacenter, let the tenants in, and wait until each holds one domain and has its queue."""
    _declare(world)
    for unit in range(2):
        for number in range(HOSTS):
            _join(world, f"domain-{unit:03}", f"gke-gb300-{unit}-{number:02}", CLIQUES[unit])
    for name in TENANTS:
        customer, space, people = tenant(name, {"gb300-nvl72": 144})
        done(world.hub.create(customer, ENGINEER))
        done(world.hub.call("POST", "/api/v1/namespaces", space, ENGINEER))
        bindings = f"{hostile.RBAC}/namespaces/{name}/rolebindings"
        done(world.hub.call("POST", bindings, people, ENGINEER))
    for name in TENANTS:
        world.held[name] = reserve(world, name, "train")
    for name in TENANTS:
        until(partial(whole, world, name), f"a domain open for {name}")
        if queues:
            until(partial(queue, world, name), f"the queue of {name}")


def wait_until_counted(world: World, *keys: str) -> None:
    """Until then the API server refuses what a tenant makes of these kinds: "status unknown for quota".

    A kind that is not served is never counted, so only those of companions that are there are waited for.
    """
    until(partial(_counted, world, keys), f"{', '.join(keys)} counted", COUNTED_SECONDS)


def _counted(world: World, keys: tuple[str, ...]) -> bool:
    path = "/api/v1/namespaces/{}/resourcequotas/holdfast-tenant"
    found = (world.site.call("GET", path.format(name)) for name in TENANTS)
    return all(quota.accepted and counts(quota.document, keys) for quota in found)


def counts(quota: Document, keys: Iterable[str]) -> bool:
    """Whether a quota has counted how many of each there are."""
    return set(keys) <= set(quota.get("status", {}).get("used", {}))


def whole(world: World, name: str) -> bool:
    """Whether a whole domain is open for a tenant."""
    return len(hostile.open_hosts(world, name)) == HOSTS


def reserve(world: World, name: str, what: str, seconds: int = 3600) -> str:
    """A tenant's person reserves one domain from now on; the reservation's uid."""
    window = {"end": instant(clock.now().timestamp() + seconds)}
    spec = {"acceleratorType": "gb300-nvl72", "count": 1, "window": window}
    made = world.person(name, "hub").create(document("CapacityReservation", what, spec, namespace=name))
    return str(done(made)["metadata"]["uid"])


def queue(world: World, name: str, what: str = "train") -> Document:
    """A tenant's LocalQueue as the tenant reads it; empty while there is none."""
    answer = world.person(name, "site").call("GET", f"{KUEUE}/namespaces/{name}/localqueues/{what}")
    return answer.document if answer.accepted else {}


def cluster_queue(world: World, name: str) -> Document:
    """The ClusterQueue behind it, as an administrator reads it; empty where there is none."""
    answer = world.site.call("GET", f"{KUEUE}/clusterqueues/holdfast-{world.held[name]}")
    return answer.document if answer.accepted else {}


def offered(world: World, name: str, resource: str = "nvidia.com/gpu") -> str:
    """How much of a resource a tenant's queue may use."""
    groups = cluster_queue(world, name)["spec"]["resourceGroups"]
    quotas = {one["name"]: one["nominalQuota"] for one in groups[0]["flavors"][0]["resources"]}
    return str(quotas[resource])


def template(seconds: int = 1, **spec: Any) -> Document:
    """A pod of one host's chips, as restricted pod security wants it; it says nothing of where it runs."""
    container = {
        "name": "work", "image": "work", "securityContext": CONFINED, "resources": {"limits": CHIPS},
    }  # fmt: skip
    context = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    run = {"restartPolicy": "Never", "securityContext": context, "containers": [container], **spec}
    return {"metadata": {"annotations": {"lab.holdfast.dev/run-seconds": str(seconds)}}, "spec": run}


def placed(world: World, name: str) -> Document:
    """Selector and tolerations of what a tenant holds, for a template that names no queue."""
    uid = world.held[name]
    own = {"key": "holdfast.dev/reservation", "operator": "Equal", "value": uid, "effect": "NoExecute"}
    chips = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
    return {"nodeSelector": {RESERVED: uid}, "tolerations": [own, chips]}


def job(pods: int, what: Document, in_queue: str = "") -> Document:
    """A Job of so many pods at once."""
    labels = {"labels": {QUEUE: in_queue}} if in_queue else {}
    spec = {"parallelism": pods, "completions": pods, "backoffLimit": 0, "template": what}
    return {"metadata": {"name": unique("job"), **labels}, "spec": spec}


def jobset(replicas: int, pods: int, what: Document, in_queue: str = "") -> Document:
    """A JobSet of so many jobs of so many pods."""
    labels = {"labels": {QUEUE: in_queue}} if in_queue else {}
    jobs = {"name": "slice", "replicas": replicas, "template": {"spec": job(pods, what)["spec"]}}
    head = {"apiVersion": "jobset.x-k8s.io/v1alpha2", "kind": "JobSet"}
    return {**head, "metadata": {"name": unique("set"), **labels}, "spec": {"replicatedJobs": [jobs]}}


def started(world: World, who: str, path: str, made: Document) -> str:
    """Something a tenant's person makes, and is let; its name."""
    return str(done(world.person(who, "site").call("POST", path, made))["metadata"]["name"])


def pods_of(world: World, who: str, label: str) -> list[Document]:
    """The pods with a label in a tenant's namespace."""
    path = f"/api/v1/namespaces/{who}/pods?labelSelector={label.replace('=', '%3D').replace('/', '%2F')}"
    return list(done(world.site.call("GET", path))["items"])


def nodes_of(pods: list[Document]) -> set[str]:
    """Where pods were placed."""
    return {pod["spec"].get("nodeName", "") for pod in pods}


def condition(found: Document, type_: str) -> bool:
    """Whether a condition of an object is true."""
    said = found.get("status", {}).get("conditions", [])
    return any(one["type"] == type_ and one["status"] == "True" for one in said)


def _declare(world: World) -> None:
    place = {"siteKind": "gke", "region": "us-east4", "powerMegawatts": 9, "lifecycle": "Operational"}
    units = {f"domain-{number:03}": {"nodePool": f"gb300-a-domain-{number:03}"} for number in range(2)}
    hall = pool(
        BLOCK, acceleratorType="gb300-nvl72", unitTopology="1x72", chipsPerUnit=72, hostsPerUnit=HOSTS, units=units,
        seal=SITE, spares={"count": 0}, drainLeadSeconds=6, graceSeconds=2, turnAroundSeconds=3, repairSeconds=60,
    )  # fmt: skip
    for declared in (
        document("Datacenter", SITE, place),
        hall,
        document("StackSeal", SITE, {"stack": SITE, "pools": [BLOCK]}),
    ):
        done(world.hub.create(declared, ENGINEER))


def _join(world: World, unit: str, name: str, clique: str) -> None:
    labels = {POOL_LABEL: BLOCK, UNIT_LABEL: unit, "cloud.google.com/gke-nodepool": f"gb300-a-{unit}"}
    labels[CLIQUE_LABEL] = clique
    host = {**fake_host(name, labels), "spec": {"taints": [BORN_TAINT, CHIP_TAINT]}}
    host["status"] = {"capacity": SIZE, "allocatable": SIZE}
    done(world.site.call("POST", "/api/v1/nodes", host))
