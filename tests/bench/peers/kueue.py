"""Kueue's manager as a peer: Workloads created on an API server of its own, until each is admitted.

It decides less than we do, a quota and no calendar, and writes less: a status, and no record of a promise. Its program
is the one of `holdfast lab up --with kueue`, built of its Go module and kept; its webhooks are taken away, which would
only slow it down.
"""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.api_server import accepted
from tests.bench.awaited import Awaited
from tests.documents import Document
from tests.guards.server import Server

from holdfast_lab.companions.building import built
from holdfast_lab.companions.catalogue import KUEUE
from holdfast_lab.companions.starting import Place, start
from holdfast_lab.errors import LabError
from holdfast_lab.ports import free_ports
from holdfast_lab.progress import Progress
from holdfast_lab.state import RecordFile

VERSION = "kueue.x-k8s.io/v1beta2"
KINDS = f"/apis/{VERSION}"
NAMESPACE = "peer"
CHIPS = "google.com/tpu"
WORKLOADS = f"{KINDS}/namespaces/{NAMESPACE}/workloads"
HOOKS = "/apis/admissionregistration.k8s.io/v1"
PATIENCE = 100.0


def program() -> tuple[Path | None, str]:
    """The folder of its program and manifests, or why there is none."""
    try:
        return built(KUEUE, Progress()), ""
    except LabError as error:
        return None, str(error)


class Kueue:
    """The manager beside a server, and one queue whose quota is never used up. It ends with the server."""

    def __init__(self, server: Server, folder: Path, at_once: int) -> None:
        self._server = server
        self._at_once = at_once
        self._numbers = itertools.count()
        cluster = server.cluster
        start(Place(KUEUE, cluster, *free_ports(2)), folder, RecordFile(cluster.state), Progress())
        for each in ("mutating", "validating"):
            path = f"{HOOKS}/{each}webhookconfigurations/kueue-{each}-webhook-configuration"
            accepted(server.call("DELETE", path))
        for path, document in _queue():
            accepted(server.create(document, path=path))
        self._admitted = Awaited(server, WORKLOADS, _is_admitted)

    def wave(self, size: int) -> float:
        """Create so many Workloads and wait until all are admitted; how many a second."""
        names = [f"workload-{next(self._numbers)}" for _ in range(size)]
        began = time.perf_counter()
        with ThreadPoolExecutor(self._at_once) as threads:
            list(threads.map(self._create, [names[n :: self._at_once] for n in range(self._at_once)]))
        return self._admitted.wait(names, PATIENCE) / (time.perf_counter() - began)

    def _create(self, names: list[str]) -> None:
        server = Server(self._server.cluster)
        for name in names:
            accepted(server.create(_workload(name), path=WORKLOADS))
        server.close()


def _is_admitted(workload: Document) -> bool:
    conditions = workload.get("status", {}).get("conditions", ())
    return any(each["type"] == "Admitted" and each["status"] == "True" for each in conditions)


def _queue() -> list[tuple[str, Document]]:
    """A namespace, one flavor, one ClusterQueue and one LocalQueue, each with where it is created."""
    quota = {"name": "cubes", "resources": [{"name": CHIPS, "nominalQuota": "10000000"}]}
    groups = [{"coveredResources": [CHIPS], "flavors": [quota]}]
    everything = {"namespaceSelector": {}, "resourceGroups": groups}
    return [
        ("/api/v1/namespaces", {"metadata": {"name": NAMESPACE}}),
        (f"{KINDS}/resourceflavors", _named("cubes", "ResourceFlavor", {})),
        (f"{KINDS}/clusterqueues", _named("all", "ClusterQueue", everything)),
        (f"{KINDS}/namespaces/{NAMESPACE}/localqueues", _named("queue", "LocalQueue", {"clusterQueue": "all"})),
    ]  # fmt: skip


def _named(name: str, kind: str, spec: Document) -> Document:
    return {"apiVersion": VERSION, "kind": kind, "metadata": {"name": name}, "spec": spec}


def _workload(name: str) -> Document:
    container = {"name": "main", "image": "none", "resources": {"requests": {CHIPS: "4"}}}
    template = {"spec": {"containers": [container], "restartPolicy": "Never"}}
    spec = {"queueName": "queue", "podSets": [{"name": "main", "count": 1, "template": template}]}
    return _named(name, "Workload", spec)
