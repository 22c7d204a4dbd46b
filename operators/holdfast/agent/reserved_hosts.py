"""What a tenant reads of its units at this site: one ReservedHosts for each, in its namespace. Pure, but for the apply.

A unit has one while the ledger says Active for a promise of that tenant and the tenant's namespace shows the
reservation; it is gone once the release begins. It says what is observed and nothing is decided by it: forged or wiped,
the next turn writes it again. Whoever reads a namespace reads its hosts, so before one is written the ledger is read
afresh: a unit is told of to its holder alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress

from holdfast.agent.caches import Agent, find
from holdfast.agent.desired import Frozen, desired_for
from holdfast.agent.node_health import domain_of, host_health
from holdfast.agent.observed import ObservedUnit
from holdfast.agent.obstacle import unit_subject
from holdfast.agent.slice_report import Standing, health_with, known_slices, slices_seen, told_slice
from holdfast.agent.tenant_namespace import admits
from holdfast.agent.unit_health import health_of
from holdfast.api.kind import ObjectMeta
from holdfast.api.ledger import EMPTY, UnitGrant
from holdfast.api.pool import AcceleratorPool
from holdfast.api.reserved_hosts import (
    MAX_HOSTS,
    Delivery,
    ReservedHost,
    ReservedHosts,
    ReservedHostsSpec,
    hosts_name,
)
from holdfast.cluster.holdfast_objects import POOLS, RESERVED_HOSTS
from holdfast.cluster.transport.errors import Gone, Stale
from holdfast.cluster.transport.objects import identify
from holdfast.frozen.once import once
from holdfast.hardware.instants import FIRST_SECOND


def hosts_of(pool: AcceleratorPool, observed: ObservedUnit, slices: Standing = None) -> ReservedHosts | None:
    """What the holder of a unit is told of it; None while it is in nobody's hands."""
    ledger = pool.status or EMPTY
    given = ledger.units.get(observed.unit)
    entry = ledger.promises.get(given.promise or "") if given else None
    if given is None or entry is None or given.state != "Active":
        return None
    told = told_slice(pool, observed, slices)
    spec = ReservedHostsSpec(
        reservation=entry.reservation,
        reservation_uid=given.promise or "",
        pool=pool.metadata.name,
        unit=observed.unit,
        accelerator_type=pool.spec.accelerator_type,
        domain=_domain(observed),
        slice=told,
        health=health_with(health_of(observed), told),
        expected=observed.hosts,
        ready=sum(node.ready for node in observed.nodes),
        delivered=delivery_of(given),
        hosts=_hosts(observed),
    )
    name = hosts_name(pool.metadata.name, observed.unit)
    return ReservedHosts(metadata=ObjectMeta(name=name, namespace=entry.tenant), spec=spec)


@once
def _domain(observed: ObservedUnit) -> str:
    return domain_of(observed.nodes)


@once
def _hosts(observed: ObservedUnit) -> tuple[ReservedHost, ...]:
    return tuple(host_health(node) for node in observed.nodes[:MAX_HOSTS])


def delivery_of(given: UnitGrant) -> Delivery:
    """By which grant a unit came, and why."""
    since = max(given.since, FIRST_SECOND)
    if given.replaces is None:
        return Delivery(grant=given.grant, since=since, reason="FirstDelivery")
    return Delivery(grant=given.grant, since=since, reason="Replacement", replaces=given.replaces)


# --- the one apply ---------------------------------------------------------------------------------------


def keep_hosts(agent: Agent, observed: Iterable[tuple[AcceleratorPool, Mapping[str, ObservedUnit]]]) -> None:
    """Write what differs, take away what nobody holds any more; nothing where the site does not know the kind.

    A unit that is frozen keeps what it has, and so does a pool that has left the hub.
    """
    store = agent.caches.reserved_hosts
    if not store.served:
        return
    standing: dict[str, list[ReservedHosts]] = defaultdict(list)
    for one in store.objects():
        standing[one.spec.pool].append(one)
    for pool, units in observed:
        found = standing[pool.metadata.name]
        place = f"hosts {pool.metadata.name}"
        looked = pool, units, agent.caches.namespaces.records, slices_seen(agent), *found
        if not agent.settled.still(place, *looked) and _stand(agent, pool, units, found):
            agent.settled.settle(place, *looked)


def _stand(
    agent: Agent, pool: AcceleratorPool, units: Mapping[str, ObservedUnit], standing: Iterable[ReservedHosts]
) -> bool:
    """Make what is told of a pool's units so; whether it was."""
    told: dict[str, list[ReservedHosts]] = defaultdict(list)
    for one in standing:
        told[one.spec.unit].append(one)
    slices, name, stood = known_slices(agent), pool.metadata.name, True
    for unit, seen in units.items():
        if _differs(agent, pool, seen, told[unit], slices):
            stood = False
            with agent.log.isolate(unit_subject(name, unit)):
                _settle(agent, name, seen, told[unit])
    return stood


def _differs(
    agent: Agent, pool: AcceleratorPool, observed: ObservedUnit, found: list[ReservedHosts], slices: Standing
) -> bool:
    if isinstance(desired_for(pool.status or EMPTY, observed.unit, observed.nodes), Frozen):
        return False
    wanted = hosts_of(pool, observed, slices)
    if wanted is None or not _admitted(agent, wanted):
        return bool(found)
    said = [(one.metadata.name, one.metadata.namespace, one.spec) for one in found]
    return said != [(wanted.metadata.name, wanted.metadata.namespace, wanted.spec)]


def _admitted(agent: Agent, wanted: ReservedHosts) -> bool:
    """Whether the tenant's namespace is there and its own, and shows the reservation."""
    tenant = wanted.metadata.namespace or ""
    return admits(agent.caches.namespaces.get(tenant), tenant, wanted.spec.reservation_uid)


def _settle(agent: Agent, pool: str, observed: ObservedUnit, found: list[ReservedHosts]) -> None:
    """One unit's object, by the ledger of now, on the version that is there."""
    now = find(agent.hub, POOLS, pool)
    if now is None:
        return
    wanted = hosts_of(now, observed, known_slices(agent))
    if wanted is not None and not _admitted(agent, wanted):
        wanted = None
    kept = (wanted.metadata.namespace, wanted.metadata.name) if wanted is not None else None
    _remove(agent, (one for one in found if (one.metadata.namespace, one.metadata.name) != kept))
    if wanted is not None:
        _write(agent, wanted)


def _write(agent: Agent, wanted: ReservedHosts) -> None:
    view, store = RESERVED_HOSTS, agent.caches.reserved_hosts
    before = find(agent.site, view, wanted.metadata.name, wanted.metadata.namespace or "")
    if before is None:
        store.put(agent.site.create(view, wanted))
    elif before.spec != wanted.spec:
        store.put(agent.site.replace(view, before.model_copy(update={"spec": wanted.spec})))


def _remove(agent: Agent, objects: Iterable[ReservedHosts]) -> None:
    for one in objects:
        with suppress(Stale, Gone):
            agent.site.delete(RESERVED_HOSTS, identify(one))
