"""The stand-in for NVIDIA's DRA driver at one site, as a process: looks at everything and does what `rules` say.

    python -m holdfast_lab.compute_domains.controller STATE SITE

It enters as the cluster's admin. A pod that claims devices starts in the lab once its annotation PREPARED says so, as a
kubelet starts it once the driver's plugin has prepared its claims; why it does not, an event of the pod says.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from holdfast_lab import clock
from holdfast_lab.cloud.apiserver import APPLY, MERGE, ApiServer, RefusedByServer
from holdfast_lab.compute_domains.objects import (
    CLIQUE,
    FINALIZER,
    LABEL,
    NAMESPACE,
    Document,
    daemon_set,
    daemon_template,
    resource_slice,
    workload_template,
)
from holdfast_lab.compute_domains.rules import Claim, claims_of, prepared, ready_daemons, status_of, used
from holdfast_lab.pulumi_protocol.errors import Refusal

DOMAINS = "/apis/resource.nvidia.com/v1beta1"
RESOURCE, APPS, CORE = "/apis/resource.k8s.io/v1", "/apis/apps/v1", "/api/v1"
PREPARED = "lab.holdfast.dev/claims-prepared"
LOOK_SECONDS = 0.25
_PLURALS = {
    "CustomResourceDefinition": "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "DeviceClass": f"{RESOURCE}/deviceclasses",
    "Namespace": f"{CORE}/namespaces",
}
_log = logging.getLogger("compute-domains")


@dataclass(frozen=True, slots=True)
class Seen:
    """The site at one look: domains by uid, hosts by name, pods that claim something and what they claim."""

    domains: Mapping[str, Document]
    hosts: Mapping[str, Document]
    claiming: list[tuple[Document, list[Claim]]]
    ready: frozenset[tuple[str, str]]


class DriverStandIn:
    """One site's."""

    def __init__(self, api: ApiServer) -> None:
        self._api = api
        self._told: dict[str, str] = {}
        """By a pod's uid the refusal that its event says."""

    def install(self) -> None:
        """Its kind, its classes, its namespace."""
        for one in yaml.safe_load_all(Path(__file__).with_name("kinds.yaml").read_text()):
            self._api.call(
                "PATCH",
                f"{_PLURALS[one['kind']]}/{one['metadata']['name']}",
                {"fieldManager": "compute-domains", "force": "true"},
                one,
                APPLY,
            )

    def look(self) -> None:
        """Everything one step further. Refusal: the server is away, or somebody was quicker."""
        seen = self._see()
        for host in seen.hosts.values():
            self._make(f"{RESOURCE}/resourceslices", resource_slice(host))
        for domain in seen.domains.values():
            try:
                self._keep(domain, seen)
            except RefusedByServer as refused:
                _log.info("%s: %s; looked at again", domain["metadata"]["name"], refused)
        for pod, asked in seen.claiming:
            self._prepare(pod, asked, seen)
        self._unprepare(seen)

    def _see(self) -> Seen:
        domains = {one["metadata"]["uid"]: one for one in self._list(f"{DOMAINS}/computedomains")}
        hosts = {one["metadata"]["name"]: one for one in self._list(f"{CORE}/nodes", CLIQUE)}
        claims = {
            (one["metadata"]["namespace"], one["metadata"]["name"]): one
            for one in self._list(f"{RESOURCE}/resourceclaims")
        }
        pods = self._list(f"{CORE}/pods")
        there = [pod for pod in pods if pod["spec"].get("nodeName") in hosts and not _ended(pod)]
        found = ((pod, claims_of(pod, claims)) for pod in there if pod["spec"].get("resourceClaims"))
        claiming = [(pod, asked) for pod, asked in found if asked is not None]
        return Seen(domains, hosts, claiming, ready_daemons(pods))

    def _keep(self, domain: Document, seen: Seen) -> None:
        """A ComputeDomain's objects and its status, or what is left of it once it is deleted."""
        meta = domain["metadata"]
        path = f"{DOMAINS}/namespaces/{meta['namespace']}/computedomains/{meta['name']}"
        made = [
            (f"{APPS}/namespaces/{NAMESPACE}/daemonsets", daemon_set(domain)),
            (f"{RESOURCE}/namespaces/{NAMESPACE}/resourceclaimtemplates", daemon_template(domain)),
            (f"{RESOURCE}/namespaces/{meta['namespace']}/resourceclaimtemplates", workload_template(domain)),
        ]
        if "deletionTimestamp" in meta:
            self._take_down(path, made, (host for host in seen.hosts.values() if _label(host) == meta["uid"]))
            return
        if FINALIZER not in meta.get("finalizers", []):
            self._merge(path, {"metadata": {"finalizers": [*meta.get("finalizers", []), FINALIZER]}})
        for plural, one in made:
            self._make(plural, one)
        status = status_of(domain, seen.hosts.values(), seen.ready)
        if status != domain.get("status"):
            self._merge(f"{path}/status", {"status": {"nodes": None, **status}})

    def _take_down(self, path: str, made: Iterable[tuple[str, Document]], hosts: Iterable[Document]) -> None:
        for plural, one in made:
            place = f"{plural}/{one['metadata']['name']}"
            if self._api.find(place) is not None:
                self._api.delete(place, {"propagationPolicy": "Background"})
                self._merge(place, {"metadata": {"finalizers": None}})
        for host in hosts:
            self._mark(host, None)
        self._merge(path, {"metadata": {"finalizers": None}})

    def _prepare(self, pod: Document, asked: list[Claim], seen: Seen) -> None:
        if pod["metadata"].get("annotations", {}).get(PREPARED) or "deletionTimestamp" in pod["metadata"]:
            return
        host = seen.hosts[pod["spec"]["nodeName"]]
        said = prepared(asked, host, seen.domains, seen.ready)
        if said.label and _label(host) != said.label:
            self._mark(host, said.label)
        if said.done:
            path = f"{CORE}/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"
            self._merge(path, {"metadata": {"annotations": {PREPARED: "true"}}})
        elif said.refusal and self._told.get(pod["metadata"]["uid"]) != said.refusal:
            self._told[pod["metadata"]["uid"]] = said.refusal
            self._tell(pod, said.refusal)

    def _unprepare(self, seen: Seen) -> None:
        held = used(seen.claiming)
        for name, host in seen.hosts.items():
            if _label(host) and (name, _label(host)) not in held:
                self._mark(host, None)

    def _mark(self, host: Document, uid: str | None) -> None:
        path = f"{CORE}/nodes/{host['metadata']['name']}"
        host["metadata"] = self._merge(path, {"metadata": {"labels": {LABEL: uid}}})["metadata"]
        _log.info("%s: %s", host["metadata"]["name"], f"serves {uid}" if uid else "serves no domain")

    def _tell(self, pod: Document, why: str) -> None:
        meta, now = pod["metadata"], clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        about = {
            "apiVersion": "v1",
            "kind": "Pod",
            **{key: meta[key] for key in ("namespace", "name", "uid")},
        }
        event = {
            "metadata": {"generateName": f"{meta['name']}.", "namespace": meta["namespace"]},
            "involvedObject": about,
            "reason": "FailedPrepareDynamicResources",
            "message": why,
            "type": "Warning",
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
            "source": {"component": "kubelet", "host": pod["spec"]["nodeName"]},
        }
        self._api.call("POST", f"{CORE}/namespaces/{meta['namespace']}/events", body=event)

    def _make(self, plural: str, one: Document) -> None:
        """Create it where it is not there; what stands is left as it is."""
        if self._api.find(f"{plural}/{one['metadata']['name']}") is None:
            self._api.call("POST", plural, body=one)

    def _merge(self, path: str, change: Document) -> Document:
        return self._api.call("PATCH", path, body=change, media=MERGE)

    def _list(self, path: str, label: str = "") -> list[Document]:
        found: list[Document] = self._api.get(path, {"labelSelector": label} if label else None)["items"]
        return found


def _label(host: Document) -> str:
    return str(host["metadata"].get("labels", {}).get(LABEL, ""))


def _ended(pod: Document) -> bool:
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def run(state: Path, site: str) -> None:
    """Look for ever."""
    driver = DriverStandIn(ApiServer.enter(str(state / "clusters" / site / "admin.kubeconfig")))
    installed = False
    while True:
        try:
            if not installed:
                driver.install()
                installed = True
            driver.look()
        except Refusal as refusal:
            _log.info("%s", refusal)
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    run(Path(sys.argv[1]), sys.argv[2])
