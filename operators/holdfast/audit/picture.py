"""What an audit has seen: the hub's documents, and the nodes and namespaces of the sites at hand.

Every list shows one instant, but different lists show different instants: a check that compares two kinds may
see a step half taken. That is why a finding counts only when two looks agree (verdict.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from holdfast.api.ledger import EMPTY, EntryDocument, LedgerDocument, UnitGrant
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.report import PoolReport, UnitReport
from holdfast.api.reservation import CapacityReservation
from holdfast.cluster.core_objects import Namespace, Node


@dataclass(frozen=True, slots=True)
class SitePicture:
    """One datacenter's cluster, as far as an audit looks at it."""

    nodes: tuple[Node, ...] = ()
    namespaces: tuple[Namespace, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """The hub by kind, the sites by datacenter; `now` is epoch seconds by the hub's clock.

    Pools and reports are by name, promises and reservations by the reservation's uid, the labels of the hub's
    namespaces by namespace. `unread` names objects that exist and could not be read.
    """

    now: int
    pools: Mapping[str, AcceleratorPool] = field(default_factory=dict)
    promises: Mapping[str, CapacityPromise] = field(default_factory=dict)
    reservations: Mapping[str, CapacityReservation] = field(default_factory=dict)
    reports: Mapping[str, PoolReport] = field(default_factory=dict)
    namespaces: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sites: Mapping[str, SitePicture] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    def ledger(self, pool: str) -> LedgerDocument:
        """A pool's ledger; empty for a pool that was never planned or does not exist."""
        found = self.pools.get(pool)
        return (found.status if found is not None else None) or EMPTY

    def entries(self) -> Iterator[tuple[str, str, EntryDocument]]:
        """Every entry with its pool and its reservation's uid."""
        for pool in self.pools:
            for uid, entry in self.ledger(pool).promises.items():
                yield pool, uid, entry

    def grants(self) -> Iterator[tuple[str, str, UnitGrant]]:
        """Every unit that a ledger lists, with its pool."""
        for pool in self.pools:
            for unit, grant in self.ledger(pool).units.items():
                yield pool, unit, grant

    def shares(self, uid: str) -> dict[str, EntryDocument]:
        """A reservation's entries by pool."""
        found = ((pool, self.ledger(pool).promises.get(uid)) for pool in self.pools)
        return {pool: entry for pool, entry in found if entry is not None}

    def seen(self, pool: str, unit: str) -> UnitReport | None:
        """What the site's agent reports of a unit, if it has ever seen it."""
        report = self.reports.get(pool)
        return None if report is None else report.spec.units.get(unit)

    def nodes(self) -> Iterator[tuple[str, Node]]:
        """Every node with its datacenter."""
        for datacenter, site in self.sites.items():
            for node in site.nodes:
                yield datacenter, node
