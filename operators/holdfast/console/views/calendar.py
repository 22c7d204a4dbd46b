"""The calendar: pools over time. Units are height, promises are bars, the lease's end is a wall.

Who may read pools sees each whole. Who may not sees the pools in which its own promises lie, and in them only those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from holdfast.api.datacenter import Datacenter
from holdfast.api.ledger import EntryDocument
from holdfast.api.pool import AcceleratorPool
from holdfast.api.reservation import CapacityReservation
from holdfast.console.views.in_view import InView, ledger_of
from holdfast.console.views.slots import Occupied, Run, laid
from holdfast.hardware.names import datacenter_of
from holdfast.planner.state.capacity import Capacity

FOREVER = 4_102_444_800
"""2100-01-01T00:00:00Z: an end for what has none, beyond every picture."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One promise in one pool. `units` over [start, end); `places` are the heights at which it is drawn."""

    reservation: str
    tenant: str
    state: str
    start: int
    end: int
    units: int
    places: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class OutageBand:
    """Units that maintenance takes out; `accepted` is false for a window that waits or was refused."""

    name: str
    start: int
    end: int
    units: int
    reason: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class Step:
    """From this instant on so many units are there."""

    at: int
    units: int


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One pool. `numbers`, `steps` and `outages` are absent for a viewer who may not read it.

    `spares` are kept back; where that many follow from a confidence, `spares_by` says which.
    """

    pool: str
    datacenter: str
    accelerator: str
    unit: str = ""
    chips_per_unit: int = 0
    numbers: Capacity | None = None
    spares: int = 0
    spares_by: str = ""
    steps: tuple[Step, ...] = ()
    outages: tuple[OutageBand, ...] = ()
    wall: int | None = None
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Filter:
    """Which pools are wanted; an empty word wants all."""

    accelerator: str = ""
    datacenter: str = ""

    def wants(self, row: PoolRow) -> bool:
        """Whether a row is among them."""
        return self.accelerator in ("", row.accelerator) and self.datacenter in ("", row.datacenter)


def rows(seen: InView, wanted: Filter = Filter()) -> tuple[PoolRow, ...]:
    """The pools, by name, without their bars."""
    found = _whole_rows(seen) if seen.reach.fleet else _own_rows(seen)
    return tuple(row for row in found if wanted.wants(row))


def bars(seen: InView, pool: str) -> tuple[Bar, ...]:
    """The bars of one pool, in order of start."""
    if seen.reach.fleet:
        document = seen.pools.get(pool)
        return () if document is None else of_ledger(document)
    return _placed([bar for one in seen.reserved() for bar in _own_bars(one) if bar[0] == pool])


def of_ledger(pool: AcceleratorPool) -> tuple[Bar, ...]:
    """A pool's entries as bars; an amendment that is not in force yet is one of its own."""
    return _placed(
        [(pool.metadata.name, bar) for entry in ledger_of(pool).promises.values() for bar in _forms(entry)]
    )


def _forms(entry: EntryDocument) -> Iterator[Bar]:
    yield Bar(entry.reservation, entry.tenant, entry.state, entry.from_, entry.until, entry.count)
    if entry.next is not None:
        form = entry.next
        yield Bar(entry.reservation, entry.tenant, "Amending", form.from_, form.until, form.count)


def _placed(found: list[tuple[str, Bar]]) -> tuple[Bar, ...]:
    ordered = sorted((bar for _, bar in found), key=lambda bar: (bar.start, bar.end, bar.reservation))
    places = laid(Occupied(bar.start, bar.end, bar.units) for bar in ordered)
    return tuple(
        Bar(bar.reservation, bar.tenant, bar.state, bar.start, bar.end, bar.units, runs)
        for bar, runs in zip(ordered, places, strict=True)
    )


def _whole_rows(seen: InView) -> Iterator[PoolRow]:
    outages = _outages(seen)
    for pools in seen.sites().values():
        for pool in pools:
            site = seen.datacenters.get(pool.spec.datacenter)
            yield _row(pool, outages.get(pool.metadata.name, ()), site)


def _row(pool: AcceleratorPool, outages: tuple[OutageBand, ...], site: Datacenter | None) -> PoolRow:
    spec, ledger = pool.spec, ledger_of(pool)
    return PoolRow(
        pool=pool.metadata.name,
        datacenter=spec.datacenter,
        accelerator=spec.accelerator_type,
        unit=spec.unit_topology,
        chips_per_unit=spec.chips_per_unit,
        numbers=Capacity(**dict(ledger.capacity)) if ledger.capacity is not None else None,
        spares=spec.kept_back,
        spares_by=spec.spares.by,
        steps=supply(pool),
        outages=outages,
        wall=site.spec.lease.end if site is not None and site.spec.lease is not None else None,
        entries=len(ledger.promises),
    )


def supply(pool: AcceleratorPool) -> tuple[Step, ...]:
    """How many units are there from when on: deliveries add, dated retirements take away. The first step is at 0."""
    changes: dict[int, int] = {0: 0}
    for unit in pool.spec.units.values():
        begins = unit.available_from or 0
        changes[begins] = changes.get(begins, 0) + 1
        if unit.retired_by is not None:
            changes[unit.retired_by] = changes.get(unit.retired_by, 0) - 1
    level, steps = 0, []
    for at, change in sorted(changes.items()):
        level += change
        steps.append(Step(at, level))
    return tuple(steps)


def _outages(seen: InView) -> Mapping[str, tuple[OutageBand, ...]]:
    found: dict[str, list[OutageBand]] = {}
    for window in seen.maintenance.values():
        spec, pool = window.spec, seen.pools.get(window.spec.pool)
        units = len(spec.units) if spec.units else len(pool.spec.units) if pool is not None else 0
        said = window.status.conditions if window.status is not None else ()
        accepted = any(one.type == "Accepted" and one.status == "True" for one in said)
        found.setdefault(spec.pool, []).append(
            OutageBand(window.metadata.name, spec.start, spec.end, units, spec.reason, accepted)
        )
    return {pool: tuple(sorted(ones, key=lambda one: (one.start, one.name))) for pool, ones in found.items()}


def _own_rows(seen: InView) -> Iterator[PoolRow]:
    kinds: dict[str, str] = {}
    for one in seen.reserved():
        kinds |= {pool: one.spec.accelerator_type for pool, _ in _own_bars(one)}
    for pool, accelerator in sorted(kinds.items()):
        yield PoolRow(pool, datacenter_of(pool), accelerator)


def _own_bars(one: CapacityReservation) -> Iterator[tuple[str, Bar]]:
    """What its status says is promised, pool by pool."""
    promised = one.status.promised if one.status is not None else None
    for pool in promised.pools if promised is not None else ():
        if promised is not None:
            yield pool.name, Bar(one.path, "", "Committed", promised.start, promised.end, pool.count)
