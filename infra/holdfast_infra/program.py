"""The program: one stack is one datacenter, from its declaration to the seal.

    1. refuse to run where a refusal could be passed over
    2. parse the declaration, all mistakes at once, and enter the hub
    3. network and cluster
    4. tell the hub what is intended, and look whether it still holds what it was told
    5. units, each in its GKE node pool, each behind the hook; none before step 4 has its answers
    6. seal the stack

At a site that is not Google's the cluster and its hosts are there: step 3 is left out, and in step 5 each host is
marked as what it is, behind the same hook.

A datacenter under construction has no hardware: steps 3 and 5 are left out, and the hub learns of its supply
with dates, so that tenants can reserve what is not there yet. Nothing is asked of Google until it is built.

A datacenter too large for one stack is several: one makes what all share (step 3), the others their pools (4 to 6),
with what the first one exports (shared_site.py; declaration/parts.py).

One more stack is the hub's own (in_cluster/on_hub.py): it is told by `holdfast:hub` in place of `holdfast:datacenter`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from itertools import chain

import pulumi
import pulumi_kubernetes as kubernetes

from holdfast_infra.declaration import Datacenter
from holdfast_infra.google_site import GoogleSite
from holdfast_infra.guarded import Guarded
from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard import Hub, HubGuard, KubernetesHub
from holdfast_infra.hub_guard.undelivered import undelivered
from holdfast_infra.in_cluster.drivers import build_drivers, driver_objects
from holdfast_infra.in_cluster.on_hub import build_hub
from holdfast_infra.in_cluster.on_site import AgentArgs, build_agent
from holdfast_infra.named_hub import named
from holdfast_infra.publication import Publication
from holdfast_infra.settings import Settings, read_hub_settings, read_settings
from holdfast_infra.shared_site import SharedSite, export, shared_by
from holdfast_infra.unit_node_pool import PublishedPool, UnitHome
from holdfast_infra.unit_pools import SHAPES, UnitPools, UnitPoolsArgs, WorkloadPolicies

_CONTINUE, _WHOLE = "PULUMI_CONTINUE_ON_ERROR", "HOLDFAST_WHOLE_PLAN"
_UNSET = {"", "0", "false"}


async def main(connect: Callable[[HubAddress], Hub] = KubernetesHub) -> None:
    """Run the program of the selected stack; for pulumi.run. Raises pulumi.RunError with a message and no traceback.

    connect: the door to the hub at an address.
    """
    refuse_to_continue_on_error(os.environ)
    whole = foresees_the_whole(os.environ, pulumi.runtime.is_dry_run())
    config = pulumi.Config("holdfast")
    of_hub = read_hub_settings(config)
    if of_hub:
        build_hub(of_hub, connect(of_hub.hub), in_previews=not whole)
        return
    stack = pulumi.get_stack()
    settings = read_settings(config, stack)
    datacenter, hub = settings.datacenter, connect(settings.hub)
    known = named(settings.hub, hub)
    for warning in datacenter.warnings:
        pulumi.log.warn(str(warning))
    # Registered even where nothing is built: hardware that a stack no longer declares is asked about, too.
    guard = HubGuard(hub, datacenter.site.name, undelivered(datacenter))
    guarded = Guarded(guard.hook(in_previews=not whole), datacenter.protect, guard.ground)
    publication = Publication(stack, datacenter, known, guarded)
    if datacenter.is_built and not datacenter.site.is_google:
        _mark(settings, guarded, publication)
    elif datacenter.is_built:
        await _build(settings, guarded, publication)
    else:
        _announce(datacenter, publication)


def refuse_to_continue_on_error(environment: Mapping[str, str]) -> None:
    """Raise pulumi.RunError if the engine would go on after a refusal.

    Under that setting a removed cube beside a stock-out deleted hardware and left a state that could not be
    exported. The command line flag of the same meaning does not show in here: the hook covers it.
    """
    if environment.get(_CONTINUE, "").lower() not in _UNSET:
        raise pulumi.RunError(f"{_CONTINUE} is set: a refusal must stop the run, so unset it and start again")


def foresees_the_whole(environment: Mapping[str, str], dry_run: bool) -> bool:
    """Whether a preview goes on to its end for `holdfast guard`, which judges every step of it.

    A preview whose first refusal stops it has foreseen nothing after that; of a network that would be replaced the
    real engine then writes no step at all. Raises pulumi.RunError in a run that changes something: there every step is
    asked about.
    """
    whole = environment.get(_WHOLE, "").lower() not in _UNSET
    if whole and not dry_run:
        raise pulumi.RunError(
            f"{_WHOLE} is set: it is for previews that `holdfast guard` judges, so unset it"
        )
    return whole


def _announce(datacenter: Datacenter, publication: Publication) -> None:
    site = (publication.publish_datacenter(None),) if datacenter.makes_site else ()
    if datacenter.makes_units:
        pools = [publication.publish_pool(pool) for pool in datacenter.pools]
        publication.seal([*site, *pools])


def _mark(settings: Settings, guarded: Guarded, publication: Publication) -> None:
    """A site whose hosts are there already: it is published, and each host is told what it is."""
    datacenter, name = settings.datacenter, settings.datacenter.site.name
    site = publication.publish_datacenter(None)
    published = tuple(PublishedPool(pool, publication.publish_pool(pool)) for pool in datacenter.pools)
    # Loaded where it is needed: the types of Kubernetes' core take as long as everything else together.
    brought = import_module("holdfast_infra.brought_hosts")
    hosts = brought.BroughtHosts(
        f"{name}-hosts", brought.BroughtHostsArgs(name, settings.site_cluster, published, guarded)
    )
    software = _software(settings, publication, lambda: hosts.provider)
    publication.seal([*software, *hosts.hardware, site, *(each.published for each in published)])


def _software(
    settings: Settings, publication: Publication, way_in: Callable[[], kubernetes.Provider]
) -> tuple[pulumi.Resource, ...]:
    """What runs in the site's cluster: drivers, and the site agent where its image is declared."""
    datacenter = settings.datacenter
    site, image, objects = datacenter.site.name, datacenter.cluster.agent_image, driver_objects(datacenter)
    return (
        *(build_drivers(site, objects, way_in()) if objects else ()),
        *(build_agent(AgentArgs(site, image, publication.provider, way_in())) if image else ()),
    )


async def _build(settings: Settings, guarded: Guarded, publication: Publication) -> None:
    """A site of Google's: the whole of it, what its blocks share, or one block of it."""
    datacenter = settings.datacenter
    if not datacenter.makes_site:
        units, pools = await _fill(datacenter, shared_by(datacenter), guarded, publication, ())
        publication.seal([*units, *pools])
        return
    made = GoogleSite(settings, guarded)
    around = (*made.hardware, *_software(settings, publication, lambda: made.way_in))
    if datacenter.makes_units:
        site = publication.publish_datacenter(made.cluster)
        shared = made.shared(dict(datacenter.policies))
        units, pools = await _fill(datacenter, shared, guarded, publication, (made.cluster.cluster,))
        publication.seal([*around, *units, site, *pools])
    else:
        policies = WorkloadPolicies(datacenter, guarded)
        # Last, as a seal is: in a destroy the hub is asked for it first, and it stays while a pool names it.
        publication.publish_datacenter(made.cluster, (*around, *policies.hardware))
        shared = made.shared(policies.names)
        export(shared)
    pulumi.export("cluster", shared.cluster)
    pulumi.export("pools", sorted(pool.name for pool in datacenter.pools))


async def _fill(
    datacenter: Datacenter,
    shared: SharedSite,
    guarded: Guarded,
    publication: Publication,
    after: tuple[pulumi.Resource, ...],
) -> tuple[tuple[pulumi.Resource, ...], tuple[pulumi.Resource, ...]]:
    """Publish the pools and make their units, one component for each shape of unit; what stands on pools, and they.

    A unit is registered once its pool is published and found as it was left: what somebody else changed there stops the
    run before any hardware. The SDK would look through every output that still waits whenever one is answered, and a
    unit has thirty.
    """
    published = tuple(PublishedPool(pool, publication.publish_pool(pool, after)) for pool in datacenter.pools)
    upgrades = tuple(
        chain.from_iterable(publication.publish_upgrades(each.pool, each.published) for each in published)
    )
    await publication.looked()
    home = UnitHome(
        site=datacenter.site,
        shared=shared,
        kms_key=datacenter.cluster.kms_key,
        guarded=guarded,
        has_windows=bool(datacenter.cluster.windows),
    )
    made = []
    for kind, shape in SHAPES.items():
        pools = tuple(each for each in published if each.pool.accelerator.unit == kind)
        if pools:
            made.append(UnitPools(shape, publication.stack, UnitPoolsArgs(home, pools)))
    units = tuple(chain.from_iterable(each.hardware for each in made))
    return (*units, *upgrades), tuple(each.published for each in published)
