"""The lab's real clusters: hosts join them as Nodes and leave them with everything that runs there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from holdfast_lab.cloud.apiserver import MERGE, ApiServer, RefusedByServer
from holdfast_lab.cloud.hosts import How, Site, datacenter_of
from holdfast_lab.cloud.store import CloudObject
from holdfast_lab.pulumi_protocol.errors import Refusal

FAILED_ANNOTATION = "lab.holdfast.dev/failed"
_AT_ONCE = 8


class LabSite:
    """One datacenter's cluster, entered as its admin."""

    def __init__(self, api: ApiServer, authority: str) -> None:
        self.api = api
        self._authority = authority

    def join(self, nodes: Sequence[dict[str, Any]]) -> None:
        """Create the Nodes, several at once."""
        with ThreadPoolExecutor(_AT_ONCE) as crew:
            list(crew.map(self._join, nodes))

    def leave(self, names: Iterable[str]) -> None:
        """Delete the Nodes and their pods without grace."""
        with ThreadPoolExecutor(_AT_ONCE) as crew:
            list(crew.map(self._leave, names))

    def access(self) -> tuple[str, str]:
        """Where the cluster's real API server listens."""
        return self.api.host.removeprefix("https://"), self._authority

    def has(self, name: str) -> bool:
        """Whether a Node of this name is here."""
        return self.api.find(f"/api/v1/nodes/{name}") is not None

    def fail(self, name: str, how: How | None) -> None:
        """Annotate a Node so that its simulated kubelet falls silent, or (None) speaks again."""
        patch = {"metadata": {"annotations": {FAILED_ANNOTATION: how}}}
        self.api.call("PATCH", f"/api/v1/nodes/{name}", body=patch, media=MERGE)

    def failed(self) -> list[str]:
        """Names of the Nodes that are annotated as failed."""
        found = self.api.get("/api/v1/nodes")["items"]
        metadata = [node["metadata"] for node in found]
        return [each["name"] for each in metadata if (each.get("annotations") or {}).get(FAILED_ANNOTATION)]

    def _join(self, node: dict[str, Any]) -> None:
        try:
            self.api.call("POST", "/api/v1/nodes", body=node)
        except RefusedByServer as error:
            if error.status != 409:
                raise

    def _leave(self, name: str) -> None:
        self.api.delete(f"/api/v1/nodes/{name}", {})
        pods = self.api.get("/api/v1/pods", {"fieldSelector": f"spec.nodeName={name}"})["items"]
        for pod in (each["metadata"] for each in pods):
            path = f"/api/v1/namespaces/{pod['namespace']}/pods/{pod['name']}"
            self.api.delete(path, {"gracePeriodSeconds": 0})


class LabSites:
    """The clusters of one lab, by datacenter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, LabSite] = {}

    def of(self, cluster: CloudObject) -> Site:
        """The site of a GKE cluster; refuses one that the lab has not started."""
        return self.named(datacenter_of(cluster))

    def named(self, datacenter: str) -> LabSite:
        """The site of a datacenter."""
        if datacenter not in self._open:
            self._open[datacenter] = self._enter(datacenter)
        return self._open[datacenter]

    def names(self) -> list[str]:
        """Every datacenter whose cluster was started."""
        found = self._folder.glob("clusters/*/admin.kubeconfig")
        return sorted(path.parent.name for path in found if path.parent.name != "hub")

    def _enter(self, datacenter: str) -> LabSite:
        path = self._folder / "clusters" / datacenter / "admin.kubeconfig"
        if not path.exists():
            raise Refusal(
                f"googleapi: Error 503: the lab has no cluster for datacenter {datacenter}, so no host can "
                f"join (it has: {', '.join(self.names()) or 'none'}): run `holdfast lab up`., backendError"
            )
        return LabSite(ApiServer.enter(str(path)), _authority(path))


def _authority(path: Path) -> str:
    clusters = yaml.safe_load(path.read_text(encoding="utf-8"))["clusters"]
    return str(clusters[0]["cluster"].get("certificate-authority-data", ""))
