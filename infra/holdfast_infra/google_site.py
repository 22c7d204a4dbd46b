"""What units at Google stand on: network, account, cluster and the networks between accelerators."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import chain

import pulumi
import pulumi_kubernetes as kubernetes

from holdfast_infra.accelerator_cluster import Abilities, AcceleratorCluster, AcceleratorClusterArgs
from holdfast_infra.declaration import Datacenter
from holdfast_infra.fabric_network import FabricNetwork, FabricNetworkArgs
from holdfast_infra.guarded import Guarded
from holdfast_infra.network_objects import NetworkObjects, NetworkObjectsArgs
from holdfast_infra.node_account import NodeAccount
from holdfast_infra.publication import BuiltCluster
from holdfast_infra.settings import Settings
from holdfast_infra.shared_site import SharedSite
from holdfast_infra.site_cluster import site_provider
from holdfast_infra.site_network import PODS_RANGE, SERVICES_RANGE, SiteNetwork, SiteNetworkArgs


class GoogleSite:
    """A datacenter's site, registered as it is made; all of it is ground for the datacenter's units."""

    def __init__(self, settings: Settings, guarded: Guarded) -> None:
        datacenter, self._settings = settings.datacenter, settings
        name = datacenter.site.name
        self._network = SiteNetwork(name, SiteNetworkArgs(datacenter.site, datacenter.addresses, guarded))
        declared = datacenter.cluster.node_account
        self._account = None if declared else NodeAccount(datacenter.site, guarded)
        self._email: pulumi.Input[str] = self._account.email if self._account else declared
        self._cluster = self._make_cluster(guarded)
        self._fabrics = _fabrics(datacenter, guarded)
        guarded.ground.bears([*self._network.hardware, self._cluster.cluster])
        for kind, fabric in self._fabrics.items():
            on_it = [pool.name for pool in datacenter.pools if pool.accelerator.name == kind]
            guarded.ground.bears(fabric.hardware, on_it)
        self._objects = self._network_objects(guarded)

    @cached_property
    def way_in(self) -> kubernetes.Provider:
        """The provider for objects in its cluster; made where something is put there."""
        name, cluster = self._settings.datacenter.site.name, self._cluster
        return site_provider(name, self._settings.declared_cluster, cluster.address, cluster)

    @property
    def cluster(self) -> BuiltCluster:
        """Its cluster as the hub should know it."""
        made = self._cluster
        return BuiltCluster(self._settings.datacenter.site.name, made.address, made.cluster)

    @property
    def hardware(self) -> tuple[pulumi.Resource, ...]:
        """Everything that stands here."""
        parts = (self._account, self._network, self._cluster, *self._fabrics.values())
        return (*chain.from_iterable(each.hardware for each in parts if each), *self._objects)

    def shared(self, policies: Mapping[str, pulumi.Input[str]]) -> SharedSite:
        """What units are told of it, and the workload policies that they use."""
        attachments = {kind: fabric.attachments for kind, fabric in self._fabrics.items()}
        return SharedSite(self._cluster.cluster.name, self._email, policies, attachments)

    def _make_cluster(self, guarded: Guarded) -> AcceleratorCluster:
        datacenter, network, account = self._settings.datacenter, self._network, self._account
        kinds = [pool.accelerator for pool in datacenter.pools]
        abilities = Abilities(
            slices=any(kind.unit == "cube" for kind in kinds),
            shielded=all(kind.shielded for kind in kinds),
        )
        args = AcceleratorClusterArgs(
            site=datacenter.site,
            plan=datacenter.cluster,
            system_pool=datacenter.system_pool,
            abilities=abilities,
            network=network.network,
            subnetwork=network.subnetwork.id,
            pods_range=PODS_RANGE,
            services_range=SERVICES_RANGE,
            around=(*network.way_out, *(account.roles if account else ())),
            node_account=self._email,
            guarded=guarded,
        )
        return AcceleratorCluster(datacenter.site.name, args)

    def _network_objects(self, guarded: Guarded) -> tuple[pulumi.Resource, ...]:
        """Objects in the cluster for every further network whose cards no driver hands over."""
        kinds = {pool.accelerator.name: pool.accelerator for pool in self._settings.datacenter.pools}
        attachments = [
            each
            for name, fabric in self._fabrics.items()
            if not kinds[name].fabric.dranet
            for each in fabric.attachments
        ]
        if not attachments:
            return ()
        name = self._settings.datacenter.site.name
        return NetworkObjects(
            f"{name}-networks", NetworkObjectsArgs(self.way_in, attachments, guarded)
        ).hardware


def _fabrics(datacenter: Datacenter, guarded: Guarded) -> dict[str, FabricNetwork]:
    kinds = {pool.accelerator.name: pool.accelerator for pool in datacenter.pools}
    fabrics = {}
    for name, kind in kinds.items():
        addresses = datacenter.addresses.fabric(name)
        if addresses:
            args = FabricNetworkArgs(datacenter.site, kind, addresses, guarded)
            fabrics[name] = FabricNetwork(f"{datacenter.site.name}-{name}", args)
    return fabrics
