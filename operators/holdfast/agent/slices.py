"""TPU slices of this site: formed for promises, waited for, taken apart at hand-back. `keep_slices` writes them.

    ledger Active     all slices of the site · ledger afresh · plan (`slice_plan`) · create, delete
                      a cube's nodes open once the Slice that it is in says ACTIVE, or ACTIVE_DEGRADED
    ledger Releasing  Slices with the cube are deleted; it is reported clean only once none has it any more

Deleted means asked for: the controller takes the hardware apart and then lets the object go. Its finalizer is never
taken away, and a Slice that somebody else formed (Kueue, a person) is never touched: its cube waits, and is told of.
One that cannot be read may have any cube in it: until it can be, none opens or is called clean, no slice is changed.

A cube that stands in for another one that its promise still has opens outside of any slice, so that the other may
leave; then the slice is formed anew (docs/slices.md). Where the site does not know Slices all works by selector.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from holdfast.agent.caches import Agent, find
from holdfast.agent.desired import Closed, Desired, Frozen, Open, desired_for
from holdfast.agent.host_health import PARTITION_PREFIX, PARTITION_SUFFIX
from holdfast.agent.node_health import PARTITION_ID_SUFFIX
from holdfast.agent.node_marks import open_for
from holdfast.agent.observed import ObservedUnit
from holdfast.agent.obstacle import Obstacle, unit_subject
from holdfast.agent.slice_plan import Cube, Share, SlicePlan, plan_slices, slices_with
from holdfast.agent.tpu_slice import BROKEN, TPU_SLICES, TpuSlice
from holdfast.api.ledger import EMPTY, LedgerDocument
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.holdfast_objects import POOLS
from holdfast.cluster.transport.errors import AlreadyExists, Gone, Stale
from holdfast.cluster.transport.objects import Broken, identify
from holdfast.hardware.catalogue import ACCELERATORS
from holdfast.hardware.errors import TopologyImpossible
from holdfast.hardware.topology import chips

_BAD = frozenset({"UNHEALTHY", "UNSET", "INCOMPLETE"})
"""States of a partition of which no slice can be formed."""

Units = Mapping[str, ObservedUnit]
AllSlices = Sequence[TpuSlice] | Obstacle
"""All slices of a site, or why they are not known."""
NOT_READABLE = Obstacle(
    "PolicyRefused",
    "the agent may not look for Slices at its site: apply manifests/site there, then it goes on",
)


def is_sliced(pool: AcceleratorPool) -> bool:
    """Whether the units of a pool are cubes, which only a Slice joins."""
    kind = ACCELERATORS.get(pool.spec.accelerator_type)
    return kind is not None and kind.unit == "cube"


def partition_of(pool: AcceleratorPool, observed: ObservedUnit) -> str:
    """The id of a cube's partition, as all of its hosts name it; empty where they do not agree."""
    key = f"{PARTITION_PREFIX}{pool.spec.unit_topology}{PARTITION_ID_SUFFIX}"
    ids = {node.metadata.labels.get(key, "") for node in observed.nodes}
    return next(iter(ids)) if len(ids) == 1 else ""


def cubes_of(pool: AcceleratorPool, units: Units, promise: str) -> Iterator[Cube]:
    """The units that are Active for a promise. Of a partition that two units claim neither is believed."""
    ledger = pool.status or EMPTY
    claims = Counter(partition_of(pool, observed) for observed in units.values())
    for unit, given in ledger.units.items():
        if given.state == "Active" and given.promise == promise and unit in units:
            partition = partition_of(pool, units[unit])
            sole = partition if claims[partition] == 1 else ""
            yield Cube(
                unit, given.grant, sole, bool(sole) and units[unit].whole and _sound(pool, units[unit])
            )


def _sound(pool: AcceleratorPool, observed: ObservedUnit) -> bool:
    key = f"{PARTITION_PREFIX}{pool.spec.unit_topology}{PARTITION_SUFFIX}"
    return not _BAD & {node.metadata.labels.get(key, "") for node in observed.nodes}


def share_of(pool: AcceleratorPool, promise: str, topology: str | None) -> Share | None:
    """What a promise has of a pool in slices; None where it has nothing there or its shape is not known."""
    entry = (pool.status or EMPTY).promises.get(promise)
    if entry is None or topology is None:
        return None
    with suppress(TopologyImpossible):
        size = max(1, chips(topology) // pool.spec.chips_per_unit)
        shape = topology if chips(topology) >= pool.spec.chips_per_unit else pool.spec.unit_topology
        return Share(
            promise, pool.metadata.name, pool.spec.accelerator_type, shape, size, entry.count // size
        )
    return None


def stands_in(ledger: LedgerDocument, unit: str) -> bool:
    """Whether a unit was granted for another one that its promise still has."""
    given = ledger.units.get(unit)
    other = ledger.units.get(given.replaces or "") if given else None
    return (
        given is not None and other is not None and other.state == "Active" and other.promise == given.promise
    )


# --- what a unit waits for -------------------------------------------------------------------------------


def waits_for(
    pool: AcceleratorPool, observed: ObservedUnit, desired: Desired, standing: AllSlices
) -> Obstacle | None:
    """Why a cube may not be opened yet, or not be called clean yet, given all slices of the site; None: it may."""
    if isinstance(desired, Frozen) or (isinstance(desired, Closed) and desired.grant is None):
        return None
    if isinstance(desired, Open) and _needs_none(pool, observed, desired):
        return None
    if isinstance(standing, Obstacle):
        return standing
    having = of_unit(pool, observed, standing)
    return _formed(having, desired) if isinstance(desired, Open) else _apart(having)


def _needs_none(pool: AcceleratorPool, observed: ObservedUnit, desired: Open) -> bool:
    """Whether a cube is open already, or stands in for another and opens outside of any slice."""
    opened = any(open_for(node) == desired.reservation for node in observed.nodes)
    return opened or stands_in(pool.status or EMPTY, observed.unit)


def _apart(having: Iterable[TpuSlice]) -> Obstacle | None:
    for one in having:
        if one.owner:
            return taken(one)
        why = f"waits until Slice {one.metadata.name} has been taken apart ({one.state})"
        return Obstacle("SlicePending", f"{why}; its finalizer is the slice controller's to remove")
    return None


def _formed(having: Iterable[TpuSlice], desired: Open) -> Obstacle | None:
    mine = [one for one in having if one.promise == desired.reservation and not one.going]
    others = [one for one in having if one not in mine]
    if any(one.usable for one in mine) and not others:
        return None
    for one in others:
        if one.owner:
            return taken(one)
        return Obstacle(
            "SlicePending", f"opens once Slice {one.metadata.name} has been taken apart ({one.state})"
        )
    if not mine:
        return Obstacle(
            "SlicePending", "opens once its slice is formed, for which cubes are missing or not ready"
        )
    name, state = mine[0].metadata.name, mine[0].state
    if state in BROKEN:
        why = f"Slice {name} could not be formed ({state}: {mine[0].message}). GKE tries again by itself"
        return Obstacle("SliceFailed", f"{why}; deleted, it is formed anew")
    return Obstacle("SlicePending", f"opens once Slice {name} is ACTIVE; it is {state}")


def taken(one: TpuSlice) -> Obstacle:
    """A cube in somebody else's slice."""
    why = f"its partition is in Slice {one.metadata.name}, which {one.owner} formed and Holdfast leaves alone"
    return Obstacle("SliceTaken", f"{why}: goes on once its owner has deleted it")


def usable_for(pool: AcceleratorPool, observed: ObservedUnit, standing: Sequence[TpuSlice]) -> bool:
    """Whether the holder of an open cube has it joined, or needs no slice of it: only then it is reported open.

    Its hosts say whose it is: another agent may have opened it for a grant that this one's ledger does not show yet.
    """
    if stands_in(pool.status or EMPTY, observed.unit):
        return True
    return any(one.usable and one.promise in observed.holders for one in of_unit(pool, observed, standing))


def of_unit(pool: AcceleratorPool, observed: ObservedUnit, standing: Iterable[TpuSlice]) -> list[TpuSlice]:
    """The slices a cube is in."""
    return slices_with(observed.unit, partition_of(pool, observed), pool.metadata.name, standing)


# --- the one apply ---------------------------------------------------------------------------------------


def unread(agent: Agent) -> Obstacle | None:
    """Why the cache does not show all slices of the site, if it does not."""
    return _unreadable(agent.caches.slices.broken())


def _unreadable(broken: Sequence[Broken]) -> Obstacle | None:
    """What Slices that exist and cannot be read stand in the way of."""
    if not broken:
        return None
    first = min(broken, key=lambda one: one.identity.name)
    others = f", and {len(broken) - 1} more" if broken[1:] else ""
    why = (
        f"Slice {first.identity.name} cannot be read ({first.why:.300}){others}: any cube may be in it, so none is "
        f"opened or called clean, and no slice formed or taken apart, until it can be read or is gone. Install an "
        f"agent that reads what the slice controller writes"
    )
    return Obstacle("SlicePending", why)


def standing_now(agent: Agent) -> AllSlices:
    """All slices of the site, of one instant, asked of its server; none where it does not know the kind."""
    if not agent.caches.slices.served:
        return ()
    pages = list(agent.site.list_pages(TPU_SLICES))
    found = [one for page in pages for one in page.objects]
    return _unreadable([one for page in pages for one in page.broken]) or found


def keep_slices(agent: Agent, pool: AcceleratorPool, units: Units) -> None:
    """Delete and create what the plan of each promise of a pool of cubes says."""
    if not is_sliced(pool) or not agent.caches.slices.served or unread(agent):
        return
    place, looked = f"slices {pool.metadata.name}", (pool, units, agent.caches.slices.records)
    if agent.settled.still(place, *looked):
        return
    standing, restless = agent.caches.slices.objects(), False
    for promise, involved in _involved(pool, standing).items():
        subject, still = unit_subject(pool.metadata.name, min(involved)), False
        with agent.log.isolate(subject):
            if _frozen(pool, units, involved):
                continue
            if _plan(agent, pool, units, promise, standing).moves:
                _settle(agent, pool.metadata.name, units, promise)
            else:
                still = agent.shapes.known(promise) is not None
        restless = restless or not still
    if not restless:
        agent.settled.settle(place, *looked)


def _involved(pool: AcceleratorPool, standing: Iterable[TpuSlice]) -> Mapping[str, set[str]]:
    """By promise the units it has in a pool, or had when a slice of it was formed."""
    involved: dict[str, set[str]] = defaultdict(set)
    for unit, given in (pool.status or EMPTY).units.items():
        if given.state == "Active" and given.promise:
            involved[given.promise].add(unit)
    for one in standing:
        if one.promise and one.pool == pool.metadata.name and one.units:
            involved[one.promise].update(one.units)
    return involved


def _frozen(pool: AcceleratorPool, units: Units, involved: Iterable[str]) -> bool:
    """Whether a node of these units knows more than the ledger: it has gone back, and takes no slice apart."""
    ledger = pool.status or EMPTY
    seen = (units[unit] for unit in involved if unit in units)
    return any(isinstance(desired_for(ledger, one.unit, one.nodes), Frozen) for one in seen)


def _plan(
    agent: Agent, pool: AcceleratorPool, units: Units, promise: str, standing: Sequence[TpuSlice]
) -> SlicePlan:
    cubes = list(cubes_of(pool, units, promise))
    own = tuple(one for one in standing if one.promise == promise and one.pool == pool.metadata.name)
    if not cubes:
        return SlicePlan(delete=tuple(one for one in own if not one.going))
    share = share_of(pool, promise, agent.shapes.topology(agent.hub, promise))
    return plan_slices(share, cubes, standing) if share is not None else SlicePlan(keep=own)


def _settle(agent: Agent, pool: str, units: Units, promise: str) -> None:
    """The plan again, on the slices and the ledger of now; then its steps."""
    standing = standing_now(agent)
    now = find(agent.hub, POOLS, pool)
    if isinstance(standing, Obstacle) or now is None or now.spec.datacenter != agent.datacenter:
        return
    involved = _involved(now, standing).get(promise, set())
    if _frozen(now, units, involved):
        return
    plan = _plan(agent, now, units, promise, standing)
    for one in plan.delete:
        with suppress(Stale, Gone):
            agent.site.delete(TPU_SLICES, identify(one))
            agent.log.did(
                "took a slice apart",
                f"{pool}/{one.metadata.name}",
                units=list(one.units),
                reservation_uid=promise,
            )
    for one in plan.create:
        with suppress(AlreadyExists):
            agent.caches.slices.put(agent.site.create(TPU_SLICES, one))
            agent.log.did(
                "formed a slice",
                f"{pool}/{one.metadata.name}",
                units=list(one.units),
                reservation_uid=promise,
            )
