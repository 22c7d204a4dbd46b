"""What one viewer may see of a hub at one instant: the only thing that views are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from holdfast.api.datacenter import Datacenter
from holdfast.api.ledger import EMPTY, LedgerDocument
from holdfast.api.maintenance import MaintenanceWindow
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.report import PoolReport
from holdfast.api.reservation import CapacityReservation
from holdfast.api.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a viewer sees: whole kinds by plural, and the namespaces whose reservations are theirs to read."""

    kinds: frozenset[str] = frozenset()
    namespaces: frozenset[str] = frozenset()

    @property
    def fleet(self) -> bool:
        """Whether the viewer may read pools: what is promised there, and to whom, stands in their ledgers."""
        return "acceleratorpools" in self.kinds


@dataclass(frozen=True, slots=True)
class InView:
    """The documents, by name or uid. `unreadable` are objects that exist and cannot be read, with why.

    `guards` are the names of the admission policies in force; None for a viewer who may not read them.
    """

    now: int
    reach: Reach = Reach()
    pools: Mapping[str, AcceleratorPool] = field(default_factory=dict)
    reports: Mapping[str, PoolReport] = field(default_factory=dict)
    datacenters: Mapping[str, Datacenter] = field(default_factory=dict)
    tenants: Mapping[str, Tenant] = field(default_factory=dict)
    promises: Mapping[str, CapacityPromise] = field(default_factory=dict)
    maintenance: Mapping[str, MaintenanceWindow] = field(default_factory=dict)
    reservations: Mapping[tuple[str, str], CapacityReservation] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    guards: frozenset[str] | None = None

    def sites(self) -> dict[str, list[AcceleratorPool]]:
        """The pools of each datacenter, both in order of name."""
        found: dict[str, list[AcceleratorPool]] = {}
        for _, pool in sorted(self.pools.items()):
            found.setdefault(pool.spec.datacenter, []).append(pool)
        return dict(sorted(found.items()))

    def named(self, sought: str = "") -> list[tuple[str, str]]:
        """Namespace and name of every reservation whose path contains a text, in order."""
        return sorted(key for key in self.reservations if not sought or sought in "/".join(key))

    def reserved(self) -> Iterator[CapacityReservation]:
        """The reservations, by namespace and name."""
        return (self.reservations[key] for key in self.named())


def ledger_of(pool: AcceleratorPool) -> LedgerDocument:
    """Its ledger; an empty one before the planner has written it."""
    return pool.status or EMPTY
