"""Where a node pool's hosts join: the real cluster of their datacenter.

`Site` is what the cloud needs of it. `LabSites` finds the lab's cluster of a datacenter; `PaperSites` keeps
nothing, for tests of the cloud without control planes (environment variable HOLDFAST_LAB_HOSTS=paper).
"""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import yaml

from holdfast_lab.cloud.apiserver import MERGE, ApiError, ApiServer
from holdfast_lab.cloud.errors import Refusal
from holdfast_lab.cloud.kinds import last_segment
from holdfast_lab.cloud.store import CloudObject

DATACENTER_LABEL = "holdfast.dev/datacenter"
FAILED_ANNOTATION = "lab.holdfast.dev/failed"
PAPER = "HOLDFAST_LAB_HOSTS"
_AT_ONCE = 8


class Site(Protocol):
    """A datacenter's cluster."""

    def join(self, nodes: Sequence[dict[str, Any]]) -> None:
        """Let hosts join; one that is there already is left as it is."""

    def leave(self, names: Iterable[str]) -> None:
        """Take hosts away with everything that runs on them, as deleted machines go."""

    def access(self) -> tuple[str, str]:
        """Address without scheme, and the cluster's certificate authority in base64."""


class PaperSite:
    """Hosts that exist only in the cloud's own rows."""

    def join(self, nodes: Sequence[dict[str, Any]]) -> None:
        """Nothing to do."""

    def leave(self, names: Iterable[str]) -> None:
        """Nothing to do."""

    def access(self) -> tuple[str, str]:
        """An address that nobody listens on."""
        return "127.0.0.1:1", ""


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

    def fail(self, name: str, failed: bool) -> None:
        """Annotate a Node so that its simulated kubelet falls silent, or speaks again."""
        value = "true" if failed else None
        patch = {"metadata": {"annotations": {FAILED_ANNOTATION: value}}}
        self.api.call("PATCH", f"/api/v1/nodes/{name}", body=patch, media=MERGE)

    def failed(self) -> list[str]:
        """Names of the Nodes that are annotated as failed."""
        found = self.api.get("/api/v1/nodes")["items"]
        metadata = [node["metadata"] for node in found]
        return [each["name"] for each in metadata if (each.get("annotations") or {}).get(FAILED_ANNOTATION)]

    def _join(self, node: dict[str, Any]) -> None:
        try:
            self.api.call("POST", "/api/v1/nodes", body=node)
        except ApiError as error:
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

    @cached_property
    def _paper(self) -> bool:
        return os.environ.get(PAPER) == "paper"

    def of(self, cluster: CloudObject) -> Site:
        """The site of a GKE cluster; refuses one that the lab has not started."""
        return PaperSite() if self._paper else self.named(datacenter_of(cluster))

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


def datacenter_of(cluster: CloudObject) -> str:
    """The label `holdfast.dev/datacenter` (or `datacenter`) of a GKE cluster, else its name."""
    labels = cluster.inputs.get("resourceLabels") or {}
    return str(labels.get(DATACENTER_LABEL) or labels.get("datacenter") or last_segment(cluster.name))


def _authority(path: Path) -> str:
    clusters = yaml.safe_load(path.read_text(encoding="utf-8"))["clusters"]
    return str(clusters[0]["cluster"].get("certificate-authority-data", ""))
