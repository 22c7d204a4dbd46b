"""LeaderWorkerSets of a tenant: made, waited for, taken away, and what their controller said of them."""

from __future__ import annotations

from typing import Any

from tests.companions.world import QUEUE, SITE, World, nodes_of, pods_of, started, template, until
from tests.documents import Document, unique

GROUPS = "/apis/leaderworkerset.x-k8s.io/v1/namespaces/mistral/leaderworkersets"
NAME = "leaderworkerset.sigs.k8s.io/name"


def serving(**spec: Any) -> Document:
    """A pod of one host's chips that goes on, as a leader or a worker does."""
    return template(restartPolicy="Always", **spec)


def group_set(replicas: int, size: int, worker: Document, leader: Document | None = None) -> Document:
    """A LeaderWorkerSet of so many groups of so many pods each; leaders are as workers where none is given."""
    pods = {"size": size, "workerTemplate": worker, **({"leaderTemplate": leader} if leader else {})}
    head = {"apiVersion": "leaderworkerset.x-k8s.io/v1", "kind": "LeaderWorkerSet"}
    spec = {"replicas": replicas, "leaderWorkerTemplate": pods}
    return {**head, "metadata": {"name": unique("group"), "labels": {}}, "spec": spec}


def in_queue(made: Document, queue: str) -> Document:
    """The same, in a queue."""
    made["metadata"]["labels"][QUEUE] = queue
    return made


def nodes_when_whole(world: World, made: Document) -> set[str]:
    """Make it, and wait until each pod of each of its groups runs; the nodes they run on."""
    name = started(world, "mistral", GROUPS, made)
    wanted = made["spec"]["replicas"] * made["spec"]["leaderWorkerTemplate"]["size"]

    def running() -> list[Document]:
        pods = pods_of(world, "mistral", f"{NAME}={name}")
        return [pod for pod in pods if pod["status"].get("phase") == "Running"]

    until(lambda: len(running()) == wanted, f"{wanted} pods of {name} running")
    return nodes_of(running())


def take_away(world: World, name: str) -> None:
    """Delete one and wait until none of its pods is left."""
    assert world.person("mistral", "site").call("DELETE", f"{GROUPS}/{name}").accepted
    until(lambda: not pods_of(world, "mistral", f"{NAME}={name}"), f"the pods of {name} gone")


def said_of(world: World, name: str) -> str:
    """What its controller wrote into its log about one."""
    log = world.lab.clusters[SITE].log("leaderworkerset").read_text(errors="replace")
    return "\n".join(line for line in log.splitlines() if name in line)
