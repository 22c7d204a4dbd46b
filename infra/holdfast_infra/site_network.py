"""The cluster's own network: one VPC, one subnet, and a way out for nodes without public addresses."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_gcp import compute

from holdfast_infra.declaration import AddressPlan, Site
from holdfast_infra.guarded import Guarded

PODS_RANGE = "pods"
SERVICES_RANGE = "services"


@dataclass(frozen=True, slots=True)
class SiteNetworkArgs:
    """What a site's network is made of."""

    site: Site
    addresses: AddressPlan
    guarded: Guarded


class SiteNetwork(pulumi.ComponentResource):
    """VPC, subnet with ranges for pods and services, router and NAT, named after the datacenter."""

    def __init__(self, name: str, args: SiteNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("holdfast:infra:SiteNetwork", name, None, opts)
        self._args = args
        self._options = args.guarded.options(self)
        self.network = self._make_network(f"{name}-network")
        self.subnetwork = self._make_subnetwork(f"{name}-nodes")
        self.router = self._make_router(f"{name}-router")
        self.nat = self._make_nat(f"{name}-nat")
        self.hardware: tuple[pulumi.Resource, ...] = (self.network, self.subnetwork, self.router, self.nat)
        self.register_outputs({"network": self.network.id})

    def _make_network(self, name: str) -> compute.Network:
        return compute.Network(
            name,
            compute.NetworkArgs(
                name=name,
                project=self._args.site.project,
                auto_create_subnetworks=False,
                routing_mode="REGIONAL",
                deletion_policy=self._args.guarded.deletion_policy,
            ),
            self._options,
        )

    def _make_subnetwork(self, name: str) -> compute.Subnetwork:
        addresses = self._args.addresses
        ranges = {PODS_RANGE: addresses.pods, SERVICES_RANGE: addresses.services}
        return compute.Subnetwork(
            name,
            compute.SubnetworkArgs(
                name=name,
                project=self._args.site.project,
                region=self._args.site.region,
                network=self.network.id,
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
                network=self.network.id,
                deletion_policy=self._args.guarded.deletion_policy,
            ),
            self._options,
        )

    def _make_nat(self, name: str) -> compute.RouterNat:
        return compute.RouterNat(
            name,
            compute.RouterNatArgs(
                name=name,
                project=self._args.site.project,
                region=self._args.site.region,
                router=self.router.name,
                nat_ip_allocate_option="AUTO_ONLY",
                source_subnetwork_ip_ranges_to_nat="ALL_SUBNETWORKS_ALL_IP_RANGES",
                deletion_policy=self._args.guarded.deletion_policy,
            ),
            self._options,
        )
