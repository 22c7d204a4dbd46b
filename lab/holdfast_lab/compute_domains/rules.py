"""What NVIDIA's DRA driver makes of pods, hosts and ComputeDomains. Pure: documents in, verdicts out.

a claim's channel is prepared on the host where it was allocated, for a pod that is there            [1]
refused for good: the ComputeDomain is gone, or stands in another namespace than the claim           [1] [2]
not yet: the host carries another ComputeDomain's label; one host serves one domain at a time        [2]
the host is labelled with the domain's uid; its daemon comes there; until it is ready: not yet       [1] [2]
a daemon's claim is prepared without a look at the claim's namespace                                 [1]
a claim that no pod of the host has any more is unprepared, and the label goes                       [1]
a domain is Ready once at least numNodes hosts of it are there and each is ready                     [3]

[1] cmd/compute-domain-kubelet-plugin/device_state.go  [2] computedomain.go in the same folder
[3] cmd/compute-domain-controller/computedomain.go
all of github.com/NVIDIA/k8s-dra-driver-gpu at 22407113

Assumed: a pod that has ended holds its claim no more, as a kubelet does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from holdfast_lab.compute_domains.objects import CLIQUE, DRIVER, LABEL, Document

Kind = Literal["ComputeDomainChannelConfig", "ComputeDomainDaemonConfig"]
_LABELLED_FOR_ANOTHER = "label already exists for a different ComputeDomain"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What becomes of one pod's claims. `label`: the uid that its host is to carry; empty where none is."""

    done: bool = False
    refusal: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a pod asks of the driver: which domain, as what, and where the claim stands."""

    namespace: str
    domain: str
    kind: Kind


def claims_of(pod: Document, claims: Mapping[tuple[str, str], Document]) -> list[Claim] | None:
    """The driver's among a pod's claims; None while one of its claims has not been allocated."""
    namespace = pod["metadata"]["namespace"]
    found: list[Claim] = []
    named = {
        one["name"]: one.get("resourceClaimName")
        for one in pod.get("status", {}).get("resourceClaimStatuses", [])
    }
    for one in pod["spec"].get("resourceClaims", []):
        name = one.get("resourceClaimName") or named.get(one["name"])
        claim = claims.get((namespace, name or ""))
        if claim is None or "allocation" not in claim.get("status", {}):
            return None
        found += _of_the_driver(claim)
    return found


def _of_the_driver(claim: Document) -> Iterable[Claim]:
    devices = claim["status"]["allocation"]["devices"]
    for config in devices.get("config", []):
        opaque = config.get("opaque", {})
        if opaque.get("driver") == DRIVER:
            told = opaque["parameters"]
            yield Claim(claim["metadata"]["namespace"], told.get("domainID", ""), told["kind"])


def prepared(
    asked: Sequence[Claim], host: Document, domains: Mapping[str, Document], ready: frozenset[tuple[str, str]]
) -> Prepared:
    """What the plugin of a host does for a pod; `ready` has the domain and host of each daemon that is."""
    label = ""
    for claim in (one for one in asked if one.kind == "ComputeDomainChannelConfig"):
        domain = domains.get(claim.domain)
        if domain is None:
            return Prepared(refusal=f"ComputeDomain not found: {claim.domain}")
        if domain["metadata"]["namespace"] != claim.namespace:
            return Prepared(
                refusal="the ResourceClaim's namespace is different than the ComputeDomain's namespace"
            )
        if host["metadata"].get("labels", {}).get(LABEL, claim.domain) != claim.domain:
            return Prepared(refusal=_LABELLED_FOR_ANOTHER)
        label = claim.domain
    here = host["metadata"]["name"]
    return Prepared(done=not label or (label, here) in ready, label=label)


def used(pods: Iterable[tuple[Document, Sequence[Claim]]]) -> frozenset[tuple[str, str]]:
    """The host and domain of each channel that a pod holds: all labels that may stand."""
    return frozenset(
        (pod["spec"]["nodeName"], claim.domain)
        for pod, asked in pods
        for claim in asked
        if claim.kind == "ComputeDomainChannelConfig"
    )


def ready_daemons(pods: Iterable[Document]) -> frozenset[tuple[str, str]]:
    """The domain and host of each IMEX daemon that is ready."""
    return frozenset(
        (pod["metadata"]["labels"][LABEL], pod["spec"]["nodeName"])
        for pod in pods
        if LABEL in pod["metadata"].get("labels", {}) and "nodeName" in pod["spec"] and _is_ready(pod)
    )


def status_of(domain: Document, hosts: Iterable[Document], ready: frozenset[tuple[str, str]]) -> Document:
    """A ComputeDomain's status: its hosts, and whether they are enough."""
    uid = domain["metadata"]["uid"]
    mine = sorted(
        (host for host in hosts if (uid, host["metadata"]["name"]) in ready),
        key=lambda host: str(host["metadata"]["name"]),
    )
    nodes = [
        {
            "name": host["metadata"]["name"],
            "ipAddress": "",
            "cliqueID": host["metadata"]["labels"].get(CLIQUE, ""),
            "index": index,
            "status": "Ready",
        }
        for index, host in enumerate(mine)
    ]
    enough = len(nodes) >= domain["spec"].get("numNodes", 0)
    return {"status": "Ready" if enough else "NotReady", **({"nodes": nodes} if nodes else {})}


def _is_ready(pod: Document) -> bool:
    conditions = pod.get("status", {}).get("conditions", [])
    ending = "deletionTimestamp" in pod["metadata"]
    return not ending and any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
