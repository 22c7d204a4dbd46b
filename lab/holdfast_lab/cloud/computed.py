"""What the cloud makes up when something is created: addresses, fingerprints, links, versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast_lab.clock import now
from holdfast_lab.cloud.hosts import Site
from holdfast_lab.cloud.kinds import ACCOUNT, CLUSTER, NETWORK, NODE_POOL, SUBNETWORK, last_segment
from holdfast_lab.cloud.nodes import node_count
from holdfast_lab.cloud.request import Request
from holdfast_lab.pulumi_protocol.property_values import Plain

VERSION = "1.37.2-gke.1000000"
"""The version clusters run: the control plane the lab builds."""
_COMPUTE = "https://www.googleapis.com/compute/v1/"
_CONTAINER = "https://container.googleapis.com/v1/"


def computed(request: Request, identity: str, site: Site | None) -> Plain:
    """Outputs that are not inputs; `site` is the cluster of a cluster or node pool."""
    base = _CONTAINER if request.kind in (CLUSTER, NODE_POOL) else _COMPUTE
    make = _BY_KIND.get(request.kind)
    stamped = {"creationTimestamp": now().isoformat(timespec="seconds"), "selfLink": f"{base}{identity}"}
    return stamped | (make(request, site) if make else {})


def _network(request: Request, _site: Site | None) -> Plain:
    number = _number(request.name)
    return {"numericId": str(number), "networkId": str(number), "gatewayIpv4": ""}


def _subnetwork(request: Request, _site: Site | None) -> Plain:
    network, _, _ = str(request.at("ipCidrRange") or "10.0.0.0/20").partition("/")
    gateway = f"{network.rpartition('.')[0]}.1"
    return {"subnetworkId": _number(request.name), "gatewayAddress": gateway, "fingerprint": _print(request)}


def _account(request: Request, _site: Site | None) -> Plain:
    email = f"{request.at('accountId')}@{request.at('project')}.iam.gserviceaccount.com"
    return {"email": email, "member": f"serviceAccount:{email}", "uniqueId": str(_number(email))}


def _cluster(request: Request, site: Site | None) -> Plain:
    endpoint, authority = site.access() if site else ("", "")
    return {
        "endpoint": endpoint,
        "masterVersion": VERSION,
        "nodeVersion": VERSION,
        "labelFingerprint": _print(request),
        "clusterIpv4Cidr": "10.4.0.0/14",
        "servicesIpv4Cidr": "10.8.0.0/20",
        "masterAuth": {
            "clusterCaCertificate": authority,
            "clientCertificate": "",
            "clientKey": "",
            "clientCertificateConfig": {"issueClientCertificate": False},
        },
        "nodeLocations": request.listed("nodeLocations"),
    }


def _node_pool(request: Request, _site: Site | None) -> Plain:
    location = request.at("location")
    group = f"{_COMPUTE}projects/{request.at('project')}/zones/{location}/instanceGroups/gke-{request.name}"
    return {
        "version": VERSION,
        "nodeCount": node_count(request) // max(1, len(request.listed("nodeLocations"))),
        "instanceGroupUrls": [group],
        "managedInstanceGroupUrls": [group.replace("instanceGroups", "instanceGroupManagers")],
        "cluster": last_segment(str(request.at("cluster"))),
    }


_BY_KIND: dict[str, Callable[[Request, Site | None], dict[str, Any]]] = {
    NETWORK: _network,
    SUBNETWORK: _subnetwork,
    CLUSTER: _cluster,
    ACCOUNT: _account,
    NODE_POOL: _node_pool,
}


def _number(text: str) -> int:
    """A number that stays the same for the same name."""
    return 10**15 + int.from_bytes(text.encode()[:5].ljust(5, b"0"))


def _print(request: Request) -> str:
    return f"{_number(request.name):x}"[-8:]
