"""The program: one stack is one datacenter, from its declaration to the seal.

    1. refuse to run where a refusal could be passed over
    2. parse the declaration, all mistakes at once, and enter the hub
    3. network and cluster
    4. tell the hub what is intended
    5. units, each in its GKE node pool, each behind the hook
    6. seal the stack

At a site that is not Google's the cluster and its hosts are there: step 3 is left out, and in step 5 each host is
marked as what it is, behind the same hook.

A datacenter under construction has no hardware: steps 3 and 5 are left out, and the hub learns of its supply
with dates, so that tenants can reserve what is not there yet. Nothing is asked of Google until it is built.

One more stack is the hub's own (in_cluster/on_hub.py): it is told by `holdfast:hub` in place of `holdfast:datacenter`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib import import_module
from itertools import chain

import pulumi
import pulumi_kubernetes as kubernetes

from holdfast_infra.accelerator_cluster import Abilities, AcceleratorCluster, AcceleratorClusterArgs
from holdfast_infra.declaration import Datacenter
from holdfast_infra.fabric_network import Attachment, FabricNetwork, FabricNetworkArgs
from holdfast_infra.guarded import Guarded
from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard import Hub, HubGuard, KubernetesHub
from holdfast_infra.in_cluster.on_hub import build_hub
from holdfast_infra.in_cluster.on_site import AgentArgs, build_agent
from holdfast_infra.named_hub import named
from holdfast_infra.network_objects import NetworkObjects, NetworkObjectsArgs
from holdfast_infra.node_account import NodeAccount
from holdfast_infra.publication import BuiltCluster, Publication
from holdfast_infra.settings import Settings, read_hub_settings, read_settings
from holdfast_infra.site_cluster import site_provider
from holdfast_infra.site_network import PODS_RANGE, SERVICES_RANGE, SiteNetwork, SiteNetworkArgs
from holdfast_infra.unit_node_pool import PublishedPool, UnitHome
from holdfast_infra.unit_pools import SHAPES, UnitPools, UnitPoolsArgs

_CONTINUE = "PULUMI_CONTINUE_ON_ERROR"


def main(connect: Callable[[HubAddress], Hub] = KubernetesHub) -> None:
    """Run the program of the selected stack. Raises pulumi.RunError with a message and no traceback.

    connect: the door to the hub at an address.
    """
    refuse_to_continue_on_error(os.environ)
    config = pulumi.Config("holdfast")
    of_hub = read_hub_settings(config)
    if of_hub:
        build_hub(of_hub.plan, named(of_hub.hub, connect(of_hub.hub)))
        return
    stack = pulumi.get_stack()
    settings = read_settings(config, stack)
    datacenter, hub = settings.datacenter, connect(settings.hub)
    known = named(settings.hub, hub)
    for warning in datacenter.warnings:
        pulumi.log.warn(str(warning))
    # Registered even where nothing is built: hardware that a stack no longer declares is asked about, too.
    guard = HubGuard(hub, datacenter.site.name)
    guarded = Guarded(guard.hook(), datacenter.protect, guard.ground)
    publication = Publication(stack, datacenter, known, guarded)
    if datacenter.is_built and not datacenter.site.is_google:
        _mark(settings, guarded, publication)
    elif datacenter.is_built:
        _build(settings, guarded, publication)
    else:
        _announce(datacenter, publication)


def refuse_to_continue_on_error(environment: Mapping[str, str]) -> None:
    """Raise pulumi.RunError if the engine would go on after a refusal.

    Under that setting a removed cube beside a stock-out deleted hardware and left a state that could not be
    exported. The command line flag of the same meaning does not show in here: the hook covers it.
    """
    if environment.get(_CONTINUE, "").lower() not in {"", "0", "false"}:
        raise pulumi.RunError(f"{_CONTINUE} is set: a refusal must stop the run, so unset it and start again")


def _announce(datacenter: Datacenter, publication: Publication) -> None:
    site = publication.publish_datacenter(None)
    pools = [publication.publish_pool(pool, None) for pool in datacenter.pools]
    publication.seal([site, *pools])


def _mark(settings: Settings, guarded: Guarded, publication: Publication) -> None:
    """A site whose hosts are there already: it is published, and each host is told what it is."""
    datacenter, name = settings.datacenter, settings.datacenter.site.name
    site = publication.publish_datacenter(None)
    published = tuple(PublishedPool(pool, publication.publish_pool(pool, None)) for pool in datacenter.pools)
    # Loaded where it is needed: the types of Kubernetes' core take as long as everything else together.
    brought = import_module("holdfast_infra.brought_hosts")
    hosts = brought.BroughtHosts(
        f"{name}-hosts", brought.BroughtHostsArgs(name, settings.site_cluster, published, guarded)
    )
    agent = _agent(settings, publication, hosts.provider)
    publication.seal([*agent, *hosts.hardware, site, *(each.published for each in published)])


def _agent(
    settings: Settings, publication: Publication, cluster: kubernetes.Provider
) -> tuple[pulumi.Resource, ...]:
    """The site agent, where its image is declared."""
    image, site = settings.datacenter.cluster.agent_image, settings.datacenter.site.name
    return build_agent(AgentArgs(site, image, publication.provider, cluster)) if image else ()


def _build(settings: Settings, guarded: Guarded, publication: Publication) -> None:
    datacenter, name = settings.datacenter, settings.datacenter.site.name
    network = SiteNetwork(name, SiteNetworkArgs(datacenter.site, datacenter.addresses, guarded))
    declared = datacenter.cluster.node_account
    account = None if declared else NodeAccount(datacenter.site, guarded)
    email = account.email if account else declared
    cluster = _cluster(datacenter, network, email, guarded)
    fabrics = _fabrics(datacenter, guarded)
    guarded.ground.bears([*network.hardware, cluster.cluster])
    for kind, fabric in fabrics.items():
        on_it = [pool.name for pool in datacenter.pools if pool.accelerator.name == kind]
        guarded.ground.bears(fabric.hardware, on_it)
    way_in = cache(partial(site_provider, name, settings.declared_cluster, cluster.address, cluster))
    objects = _network_objects(settings, way_in, fabrics, guarded)
    site = publication.publish_datacenter(BuiltCluster(name, cluster.address, cluster.cluster))
    published = tuple(
        PublishedPool(pool, publication.publish_pool(pool, cluster.cluster)) for pool in datacenter.pools
    )
    home = UnitHome(
        site=datacenter.site,
        cluster=cluster.cluster.name,
        node_account=email,
        kms_key=datacenter.cluster.kms_key,
        policies=dict(datacenter.policies),
        guarded=guarded,
        has_windows=bool(datacenter.cluster.windows),
    )
    units = _units(home, published, {kind: fabric.attachments for kind, fabric in fabrics.items()})
    hardware = chain(
        account.hardware if account else (),
        network.hardware,
        cluster.hardware,
        *(fabric.hardware for fabric in fabrics.values()),
        objects,
        _agent(settings, publication, way_in()) if datacenter.cluster.agent_image else (),
        units,
    )
    publication.seal([*hardware, site, *(each.published for each in published)])
    pulumi.export("cluster", cluster.cluster.name)
    pulumi.export("pools", sorted(pool.name for pool in datacenter.pools))


def _network_objects(
    settings: Settings,
    way_in: Callable[[], kubernetes.Provider],
    fabrics: Mapping[str, FabricNetwork],
    guarded: Guarded,
) -> tuple[pulumi.Resource, ...]:
    """Objects in the cluster for every further network whose cards no driver hands over."""
    kinds = {pool.accelerator.name: pool.accelerator for pool in settings.datacenter.pools}
    attachments = [
        each for name in fabrics if not kinds[name].fabric.dranet for each in fabrics[name].attachments
    ]
    if not attachments:
        return ()
    name = settings.datacenter.site.name
    return NetworkObjects(f"{name}-networks", NetworkObjectsArgs(way_in(), attachments, guarded)).hardware


def _cluster(
    datacenter: Datacenter, network: SiteNetwork, account: pulumi.Input[str], guarded: Guarded
) -> AcceleratorCluster:
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
        way_out=network.way_out,
        node_account=account,
        guarded=guarded,
    )
    return AcceleratorCluster(datacenter.site.name, args)


def _fabrics(datacenter: Datacenter, guarded: Guarded) -> dict[str, FabricNetwork]:
    kinds = {pool.accelerator.name: pool.accelerator for pool in datacenter.pools}
    fabrics = {}
    for name, kind in kinds.items():
        addresses = datacenter.addresses.fabric(name)
        if addresses:
            args = FabricNetworkArgs(datacenter.site, kind, addresses, guarded)
            fabrics[name] = FabricNetwork(f"{datacenter.site.name}-{name}", args)
    return fabrics


def _units(
    home: UnitHome, published: tuple[PublishedPool, ...], attachments: Mapping[str, tuple[Attachment, ...]]
) -> tuple[pulumi.Resource, ...]:
    """All units of the datacenter, one component for each shape of unit it has."""
    made = []
    for kind, shape in SHAPES.items():
        pools = tuple(each for each in published if each.pool.accelerator.unit == kind)
        if pools:
            made.append(UnitPools(shape, home.site.name, UnitPoolsArgs(home, pools, attachments)))
    return tuple(chain.from_iterable(each.hardware for each in made))
