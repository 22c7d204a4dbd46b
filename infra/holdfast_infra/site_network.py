"""The cluster's own network: one VPC, one subnet, and a way out for nodes without public addresses.

In a VPC that is there already (network.existing, of this project or of a Shared VPC's host) only the subnet is made, in
the VPC's own project; the way out is its owner's.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_gcp import compute

from holdfast_infra.declaration import AddressPlan, Site
from holdfast_infra.guarded import Guarded

_MTU = 8896
"""Bytes; decided once, because hosts must restart to change it (the value of xpk, blueprint_generator.py)."""
PODS_RANGE = "pods"
SERVICES_RANGE = "services"


@dataclass(frozen=True, slots=True)
class SiteNetworkArgs:
    """What a site's network is made of."""

    site: Site
    addresses: AddressPlan
    guarded: Guarded


class SiteNetwork(pulumi.ComponentResource):
    """VPC, subnet with ranges for pods and services, router and NAT, named after the datacenter.

    `network` is the VPC's id, `way_out` what nodes without public addresses need; empty if the VPC brings it.
    """

    def __init__(self, name: str, args: SiteNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("holdfast:infra:SiteNetwork", name, None, opts)
        self._args = args
        self._options = args.guarded.options(self)
        existing = args.addresses.existing
        made = None if existing else self._make_network(f"{name}-network")
        self.network: pulumi.Input[str] = made.id if made else existing
        self.subnetwork = self._make_subnetwork(f"{name}-nodes")
        self.way_out: tuple[pulumi.Resource, ...] = self._make_way_out(name) if made else ()
        around = (made, *self.way_out) if made else ()
        self.hardware: tuple[pulumi.Resource, ...] = (self.subnetwork, *around)
        self.register_outputs({"network": self.network})

    def _make_way_out(self, name: str) -> tuple[pulumi.Resource, ...]:
        router = self._make_router(f"{name}-router")
        return router, self._make_nat(f"{name}-nat", router)

    def _make_network(self, name: str) -> compute.Network:
        return compute.Network(
            name,
            compute.NetworkArgs(
                name=name,
                project=self._args.site.project,
                auto_create_subnetworks=False,
                routing_mode="REGIONAL",
                mtu=_MTU,
                deletion_policy=self._args.guarded.deletion_policy,
            ),
            self._options,
        )

    def _make_subnetwork(self, name: str) -> compute.Subnetwork:
        addresses = self._args.addresses
        ranges = {PODS_RANGE: addresses.pods, SERVICES_RANGE: addresses.services}
        owner = addresses.existing.split("/")[1] if addresses.existing else self._args.site.project
        return compute.Subnetwork(
            name,
            compute.SubnetworkArgs(
                name=name,
                project=owner,
                region=self._args.site.region,
                network=self.network,
                ip_cidr_range=str(addresses.nodes),
                private_ip_google_access=True,
                secondary_ip_ranges=[
                    compute.SubnetworkSecondaryIpRangeArgs(range_name=range_name, ip_cidr_range=str(cidr))
                    for range_name, cidr in ranges.items()
                ],
                deletion_policy=self._args.guarded.deletion_policy,
            ),
            self._options,
        )

    def _make_router(self, name: str) -> compute.Router:
        return compute.Router(
            name,
            compute.RouterArgs(
                name=name,
                project=self._args.site.project,
                region=self._args.site.region,
                network=self.network,
                deletion_policy=self._args.guarded.deletion_policy,
            ),
            self._options,
        )

    def _make_nat(self, name: str, router: compute.Router) -> compute.RouterNat:
        return compute.RouterNat(
            name,
            compute.RouterNatArgs(
                name=name,
                project=self._args.site.project,
                region=self._args.site.region,
                router=router.name,
                nat_ip_allocate_option="AUTO_ONLY",
                source_subnetwork_ip_ranges_to_nat="ALL_SUBNETWORKS_ALL_IP_RANGES",
                deletion_policy=self._args.guarded.deletion_policy,
            ),
            self._options,
        )
