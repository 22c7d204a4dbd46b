"""What of each reservation stands at this site, as Kueue is to know it: whose, what it offers, when to stop. Pure.

ledger says                         its queue
Active                              open; quota: what its open, healthy hosts have
Active, notice given                Hold: what runs goes on, nothing new is admitted
Releasing only                      HoldAndDrain, no quota: Kueue suspends what still runs
nothing                             none

A job that names the queue needs neither selector nor toleration: the flavor carries them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from holdfast.agent.host_health import troubles_of
from holdfast.agent.node_marks import open_for
from holdfast.agent.observed import ObservedUnit
from holdfast.agent.quantities import thousandths
from holdfast.api.ledger import EMPTY, EntryDocument, UnitGrant
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.core_objects import Node
from holdfast.hardware.names import local_queue_name

StopPolicy = Literal["None", "Hold", "HoldAndDrain"]
SeenPool = tuple[AcceleratorPool, Mapping[str, ObservedUnit]]

_NOT_QUEUED = ("pods", "attachable-volumes-")
"""Resources of a node that no container asks for."""
MAX_RESOURCES = 64
"""Of one ClusterQueue (kueue.x-k8s.io/v1beta2, ResourceGroup.coveredResources)."""


@dataclass(frozen=True, slots=True)
class ReservedQueue:
    """One reservation's queue as it should be.

    `offered` is in thousandths, by resource. `joined`: a unit is several hosts, so that it matters to a job which of
    them it gets.
    """

    reservation: str
    tenant: str
    name: str
    stop: StopPolicy
    offered: Mapping[str, int]
    joined: bool


@dataclass(frozen=True, slots=True)
class UnitInQueue:
    """One unit in the hands of a reservation, or on its way out of them."""

    pool: AcceleratorPool
    entry: EntryDocument
    given: UnitGrant
    hosts: tuple[Node, ...]


def queues_due(seen: Iterable[SeenPool]) -> dict[str, ReservedQueue]:
    """The queue of every reservation that has a unit here, by its uid."""
    shares: dict[str, list[UnitInQueue]] = defaultdict(list)
    for pool, units in seen:
        for uid, share in _shares(pool, units):
            shares[uid].append(share)
    return {uid: _queue(uid, found) for uid, found in shares.items()}


def _shares(pool: AcceleratorPool, units: Mapping[str, ObservedUnit]) -> Iterable[tuple[str, UnitInQueue]]:
    ledger = pool.status or EMPTY
    for unit, given in ledger.units.items():
        entry = ledger.promises.get(given.promise or "")
        if given.promise is not None and entry is not None:
            hosts = units[unit].nodes if unit in units else ()
            yield given.promise, UnitInQueue(pool, entry, given, hosts)


def _queue(uid: str, shares: list[UnitInQueue]) -> ReservedQueue:
    pool, entry = shares[0].pool, shares[0].entry
    return ReservedQueue(
        reservation=uid,
        tenant=entry.tenant,
        name=local_queue_name(entry.tenant, entry.reservation, uid),
        stop=_stop(shares),
        offered=_offered(uid, shares),
        joined=pool.spec.hosts_per_unit > 1,
    )


def _stop(shares: Iterable[UnitInQueue]) -> StopPolicy:
    active = [share for share in shares if share.given.state == "Active"]
    if not active:
        return "HoldAndDrain"
    return "Hold" if any(share.entry.notice for share in active) else "None"


def _offered(uid: str, shares: Iterable[UnitInQueue]) -> dict[str, int]:
    """Of each resource its hosts have, as much as those have that are open, healthy and not cordoned."""
    offered: dict[str, int] = defaultdict(int)
    for share in shares:
        for host in share.hosts:
            counts = share.given.state == "Active" and open_for(host) == uid and _works(host)
            for name, text in host.status.allocatable.items():
                if not name.startswith(_NOT_QUEUED):
                    offered[name] += (thousandths(text) or 0) if counts else 0
    return {name: offered[name] for name in sorted(offered)[:MAX_RESOURCES]}


def _works(host: Node) -> bool:
    return not troubles_of(host) and not host.cordoned
