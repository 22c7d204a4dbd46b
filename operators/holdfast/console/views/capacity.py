"""What /v1 serves: capacity by name, and reservations, as plain records with instants in RFC 3339.

The words are those of such clouds' own capacity pages: a name, a place, a type, and counts of whole units beside those
of accelerators. Nothing is shown here that the viewer could not read at the API server.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.api.reservation import CapacityReservation
from holdfast.api.reservation_status import ReservationStatus
from holdfast.console.views.calendar import PoolRow, rows
from holdfast.console.views.in_view import InView
from holdfast.hardware.instants import text_of


@dataclass(frozen=True, slots=True)
class PoolCapacity:
    """One pool. Counts are units; `accelerators` is how many one unit has. Delivered counts what is there."""

    name: str
    datacenter: str
    accelerator_type: str
    unit: str
    accelerators_per_unit: int
    delivered: int
    healthy: int
    reserved: int
    free: int
    spare: int
    deficit: int
    deficit_ahead: int
    lease_end: str | None


@dataclass(frozen=True, slots=True)
class Reserved:
    """One reservation: asked, and what has been answered. `status` is the word kubectl shows in STATUS."""

    namespace: str
    name: str
    accelerator_type: str
    topology: str | None
    count: int
    status: str
    promised: int
    start: str | None
    end: str | None
    datacenters: tuple[str, ...]
    pools: dict[str, int]
    healthy_units: int | None
    earliest_start: str | None


def capacities(seen: InView) -> tuple[PoolCapacity, ...]:
    """Every pool the viewer may read that the planner has counted, by name."""
    return tuple(_capacity(row) for row in rows(seen) if row.numbers is not None)


def _capacity(row: PoolRow) -> PoolCapacity:
    told = row.numbers
    if told is None:
        raise ValueError(f"pool {row.pool} has no numbers: its ledger has not been written")
    return PoolCapacity(
        row.pool, row.datacenter, row.accelerator, row.unit, row.chips_per_unit, told.total, told.healthy,
        told.promised, told.free, told.spare, told.deficit, told.deficit_ahead, _text(row.wall),
    )  # fmt: skip


def reserved_of(one: CapacityReservation) -> Reserved:
    """One reservation, asked and answered."""
    spec, status = one.spec, one.status or ReservationStatus()
    promised, hold = status.promised, status.hold
    return Reserved(
        namespace=one.metadata.namespace or "",
        name=one.metadata.name,
        accelerator_type=spec.accelerator_type,
        topology=spec.topology,
        count=spec.count,
        status=word_of(status),
        promised=promised.slices if promised is not None else 0,
        start=text_of(promised.start) if promised is not None else None,
        end=text_of(promised.end) if promised is not None else None,
        datacenters=status.datacenters or (),
        pools={pool.name: pool.count for pool in promised.pools} if promised is not None else {},
        healthy_units=status.healthy_units,
        earliest_start=_text(hold.earliest_start) if hold is not None else None,
    )


def word_of(status: ReservationStatus) -> str:
    """The word in column STATUS; empty before the planner has answered."""
    return next((said.reason for said in status.conditions if said.type == "Ready"), "")


def _text(instant: int | None) -> str | None:
    return None if instant is None else text_of(instant)
