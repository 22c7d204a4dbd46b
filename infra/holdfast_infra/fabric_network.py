"""The networks between accelerators, besides the cluster's own: what machine types with RDMA need to boot.

    h200, b200     a VPC for gVNIC with one subnet          a RoCE VPC with 8 subnets, one a network card
    gb300-nvl72    a VPC for IDPF with one subnet           a RoCE VPC for bare metal: 8 cards in Google's subnet
    h100, -mega    4 or 8 plain VPCs of one subnet each, for GPUDirect
    tpu7x          a VPC for traffic between slices, where a range is declared for it
    gb200-nvl72    none: GKE makes them (accelerator network profile `auto`)

Each subnet is a sixteenth of the range declared for the accelerator type, counted by its own number, so
declaring another type moves none. The source of these shapes is the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_gcp import compute

from holdfast.hardware import AcceleratorType
from holdfast_infra.declaration import Site
from holdfast_infra.declaration.address_needs import FABRIC_SUBNETS
from holdfast_infra.guarded import Guarded

_SIXTEENTHS = FABRIC_SUBNETS.bit_length() - 1
"""Bits by which a fabric's range is split."""
_PROFILES = "https://www.googleapis.com/compute/v1/projects/{project}/global/networkProfiles"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One more network of a node: names of the VPC, of its subnet, and of the object that stands for it."""

    network: pulumi.Input[str]
    subnetwork: pulumi.Input[str]
    object_name: str
    is_rdma: bool = False


@dataclass(frozen=True, slots=True)
class FabricNetworkArgs:
    """What one accelerator type's networks are made of."""

    site: Site
    accelerator: AcceleratorType
    addresses: IPv4Network
    guarded: Guarded


class FabricNetwork(pulumi.ComponentResource):
    """VPCs and subnets of one accelerator type; `attachments` lists them in the order of the cards."""

    def __init__(
        self, name: str, args: FabricNetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("holdfast:infra:FabricNetwork", name, None, opts)
        self._args = args
        self._name = name
        self._options = args.guarded.options(self)
        self._ranges = args.addresses.subnets(prefixlen_diff=_SIXTEENTHS)
        self.hardware: list[pulumi.Resource] = []
        self.attachments: tuple[Attachment, ...] = (*self._host_cards(), *self._rdma_cards())
        self.register_outputs({})

    def _host_cards(self) -> Iterator[Attachment]:
        fabric = self._args.accelerator.fabric
        if fabric.nic:
            network = self._vpc("host", dual_stack=fabric.nic == "IDPF")
            self._open_inside("host", network)
            yield self._subnet("host-0", network, dual_stack=fabric.nic == "IDPF")
        for number in range(fabric.extra_vpcs):
            network = self._vpc(f"net-{number}")
            self._open_inside(f"net-{number}", network)
            yield self._subnet(f"net-{number}-0", network)

    def _rdma_cards(self) -> Iterator[Attachment]:
        fabric = self._args.accelerator.fabric
        if not fabric.rdma_profile:
            return
        network = self._vpc("rdma", profile=self._profile(fabric.rdma_profile))
        for number in range(fabric.rdma_subnets):
            yield self._subnet(f"rdma-{number}", network, is_rdma=True)
        only = network.name.apply(lambda name: f"default-subnet-1-{name}")
        for number in range(fabric.rdma_cards):
            yield Attachment(network.name, only, self._object_name(f"rdma-{number}"), is_rdma=True)

    def _profile(self, suffix: str) -> str:
        """The whole URL: a name alone is refused (compute.Network.network_profile)."""
        site = self._args.site
        return f"{_PROFILES.format(project=site.project)}/{site.zone}-{suffix}"

    def _object_name(self, suffix: str) -> str:
        """Name of the Network object; pods name it in their annotation networking.gke.io/interfaces."""
        return f"{self._args.accelerator.name}-{suffix}"

    def _vpc(self, suffix: str, profile: str = "", dual_stack: bool = False) -> compute.Network:
        name = f"{self._name}-{suffix}"
        network = compute.Network(
            name,
            compute.NetworkArgs(
                name=name,
                project=self._args.site.project,
                auto_create_subnetworks=False,
                mtu=self._args.accelerator.fabric.mtu or None,
                network_profile=profile or None,
                enable_ula_internal_ipv6=dual_stack or None,
                deletion_policy=self._args.guarded.deletion_policy,
            ),
            self._options,
        )
        self.hardware.append(network)
        return network

    def _open_inside(self, suffix: str, network: compute.Network) -> None:
        """Hosts talk to hosts. (RoCE networks come open inside and refuse rules of their own.)"""
        name = f"{self._name}-{suffix}-inside"
        firewall = compute.Firewall(
            name,
            compute.FirewallArgs(
                name=name,
                project=self._args.site.project,
                network=network.id,
                direction="INGRESS",
                source_ranges=[str(self._args.addresses)],
                allows=[compute.FirewallAllowArgs(protocol=protocol) for protocol in ("tcp", "udp", "icmp")],
                deletion_policy=self._args.guarded.deletion_policy,
            ),
            self._options,
        )
        self.hardware.append(firewall)

    def _subnet(
        self, suffix: str, network: compute.Network, dual_stack: bool = False, is_rdma: bool = False
    ) -> Attachment:
        name = f"{self._name}-{suffix}"
        subnetwork = compute.Subnetwork(
            name,
            compute.SubnetworkArgs(
                name=name,
                project=self._args.site.project,
                region=self._args.site.region,
                network=network.id,
                ip_cidr_range=str(next(self._ranges)),
                stack_type="IPV4_IPV6" if dual_stack else None,
                ipv6_access_type="INTERNAL" if dual_stack else None,
                deletion_policy=self._args.guarded.deletion_policy,
            ),
            self._options,
        )
        self.hardware.append(subnetwork)
        return Attachment(network.name, subnetwork.name, self._object_name(suffix), is_rdma)
