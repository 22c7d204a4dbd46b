"""One reservation as admission sees it: the ask, what is in force of it, and the pools that may serve it."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.hardware.catalogue import AcceleratorType, accelerator
from holdfast.hardware.errors import TopologyImpossible, UnknownAccelerator
from holdfast.hardware.units import units_per_slice
from holdfast.planner.board import Board, Sheet
from holdfast.planner.ledger import EntryState, Promise, PromiseState
from holdfast.planner.snapshot import Reservation, Tenant


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules and the search look at.

    `units` is units per slice, 0 where `objection` says why the shape is impossible. `kept` is the promise in
    force, None for a first answer.
    """

    board: Board
    reservation: Reservation
    tenant: Tenant | None
    hardware: AcceleratorType | None
    units: int
    objection: str
    kept: Promise | None

    @property
    def now(self) -> int:
        """The turn's instant."""
        return self.board.now

    @property
    def begun(self) -> bool:
        """Whether a window is in force and has opened: its start and its pools stay."""
        return self.kept is not None and self.now >= self.kept.start

    @property
    def least(self) -> int:
        """The fewest slices the tenant accepts."""
        return min(self.reservation.min_count or self.reservation.count, self.reservation.count)

    def matching(self) -> list[Sheet]:
        """Pools of the accelerator type in the datacenters asked for, best preference first.

        Pools that already serve a window in force belong to it, whatever the preference says now.
        """
        return [sheet for sheet in self.board.sheets.values() if self._matches(sheet) or self.keeps(sheet)]

    def open_pools(self) -> list[Sheet]:
        """The matching pools that take something new in this turn."""
        return [sheet for sheet in self.matching() if self._takes(sheet)]

    def keeps(self, sheet: Sheet) -> bool:
        """Whether a window that has begun is served from this pool."""
        return self.begun and self.kept is not None and sheet.pool.name in self.kept.pools

    def rank(self, sheet: Sheet) -> int:
        """The place of a pool's datacenter in the tenant's order of preference."""
        wanted = self.reservation.datacenters
        return wanted.index(sheet.pool.datacenter) if sheet.pool.datacenter in wanted else len(wanted)

    def _matches(self, sheet: Sheet) -> bool:
        wanted = self.reservation.datacenters
        fits = sheet.pool.accelerator == self.reservation.accelerator
        return fits and (not wanted or sheet.pool.datacenter in wanted)

    def _takes(self, sheet: Sheet) -> bool:
        entry = sheet.entries.get(self.reservation.uid)
        if entry is not None:
            return entry.state is not EntryState.RELEASING and sheet.pool.reachable
        roomy = len(sheet.entries) < self.board.snapshot.policy.max_entries
        return sheet.pool.selling and sheet.pool.reachable and roomy


def case_of(board: Board, reservation: Reservation) -> Case:
    """Look up everything a reservation names; what cannot be found becomes an objection, never an exception."""
    promise = board.promise(reservation.uid)
    kept = promise if promise is not None and promise.state is PromiseState.COMMITTED else None
    hardware, units, objection = None, 0, ""
    try:
        hardware = accelerator(reservation.accelerator)
        units = units_per_slice(hardware, reservation.topology)
    except (UnknownAccelerator, TopologyImpossible) as error:
        objection = str(error)
    tenant = board.snapshot.tenants.get(reservation.tenant or "")
    return Case(board, reservation, tenant, hardware, units, objection, kept)
