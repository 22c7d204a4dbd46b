"""What makes a node's further networks usable by pods: a Network and a GKENetworkParamSet for each.

    GKENetworkParamSet   VPC, subnet and how the card is handed over: NetDevice for TCP, RDMA for RoCE
    Network              the name by which pods ask for it (annotation networking.gke.io/interfaces), type Device

Sources: docs.cloud.google.com/kubernetes-engine/docs/how-to/setup-multinetwork-support-for-pods, and the templates
of cluster-toolkit modules/scheduler/gke-cluster. Where GKE's network driver hands the cards over (gb200, gb300) there
are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_kubernetes import Provider
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from holdfast_infra.fabric_network import Attachment
from holdfast_infra.guarded import Guarded

API = "networking.gke.io/v1"
PARAMETERS, NETWORK = "GKENetworkParamSet", "Network"


@dataclass(frozen=True, slots=True)
class NetworkObjectsArgs:
    """The further networks of a site, and how to reach its cluster."""

    provider: Provider
    attachments: Sequence[Attachment]
    guarded: Guarded


class NetworkObjects(pulumi.ComponentResource):
    """Two objects for each further network, in the cluster of the site."""

    def __init__(
        self, name: str, args: NetworkObjectsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("holdfast:infra:NetworkObjects", name, None, opts)
        self._args = args
        self.hardware: tuple[pulumi.Resource, ...] = tuple(
            made for each in args.attachments for made in self._network(each)
        )
        self.register_outputs({})

    def _network(self, attachment: Attachment) -> tuple[pulumi.Resource, pulumi.Resource]:
        name = attachment.object_name
        parameters = self._apply(PARAMETERS, name, parameters_spec(attachment), ())
        return parameters, self._apply(NETWORK, name, network_spec(name), (parameters,))

    def _apply(
        self, kind: str, name: str, spec: dict[str, Any], waits_for: Sequence[pulumi.Resource]
    ) -> CustomResource:
        options = self._args.guarded.options(self, waits_for)
        return CustomResource(
            f"{kind}/{name}",
            api_version=API,
            kind=kind,
            metadata=ObjectMetaArgs(name=name),
            spec=spec,
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(provider=self._args.provider)),
        )


def parameters_spec(attachment: Attachment) -> dict[str, Any]:
    """Which VPC and subnet, and how its card is handed over."""
    return {
        "vpc": attachment.network,
        "vpcSubnet": attachment.subnetwork,
        "deviceMode": "RDMA" if attachment.is_rdma else "NetDevice",
    }


def network_spec(name: str) -> dict[str, Any]:
    """The network that pods ask for, by the parameters of its name."""
    reference = {"group": "networking.gke.io", "kind": PARAMETERS, "name": name}
    return {"type": "Device", "parametersRef": reference}
