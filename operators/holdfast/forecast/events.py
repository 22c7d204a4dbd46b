"""What happens in a generated year: asks, failures and their repair, maintenance; each at its instant, in order."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from holdfast.forecast.fleet import tenant_name
from holdfast.forecast.terms import DAY, HOUR, Assumptions
from holdfast.hardware.catalogue import accelerator
from holdfast.planner.state.snapshot import Maintenance, Pool, Reservation, Snapshot, Window

QUARTER = 4
MAINTENANCE_HOURS, NOTICE_DAYS = 8, 30
YEAR = 365 * DAY


class Drawn(Protocol):
    """A source of numbers that is the same each time it begins with the same seed, as NumPy's Generator is."""

    def random(self) -> float:
        """From [0, 1)."""

    def exponential(self, scale: float) -> float:
        """The time until something that comes once in `scale` on the average."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A unit fails at an instant, or works again."""

    pool: str
    unit: str
    works: bool


Event = tuple[int, Reservation | Failure | Maintenance]


def events(seen: Snapshot, terms: Assumptions, drawn: Drawn) -> list[Event]:
    """All of a year, in order of time; `drawn` is used up."""
    end = seen.now + terms.days * DAY
    found = [
        *_asks(seen, terms, drawn),
        *(one for pool in _by_name(seen) for one in _failures(pool, seen.now, terms, drawn)),
        *(one for pool in _by_name(seen) for one in _maintenance(pool, seen.now, terms, drawn)),
    ]
    return sorted((one for one in found if seen.now <= one[0] < end), key=lambda one: one[0])


def _by_name(seen: Snapshot) -> list[Pool]:
    return [seen.pools[name] for name in sorted(seen.pools)]


def _asks(seen: Snapshot, terms: Assumptions, drawn: Drawn) -> Iterator[Event]:
    """As many as take `load` of all units, spread evenly over the time; each of the type that its turn comes to."""
    units = [pool for pool in _by_name(seen) for _ in pool.units]
    left = terms.load * len(units) * terms.days * DAY
    number = 0
    while left > 0 and units:
        pool = units[int(drawn.random() * len(units))]
        count = _log_uniform(drawn, 1, len(pool.units))
        lasting = _log_uniform(drawn, *terms.hours) * HOUR
        start = seen.now + int(drawn.random() * terms.days * DAY)
        created = max(seen.now, start - int(drawn.random() * terms.ahead * DAY))
        tenant, name = tenant_name(number % terms.tenants), f"ask-{number:05d}"
        window = _window(start, lasting, terms, drawn)
        yield (
            created,
            Reservation(
                _uid(f"{tenant}/{name}"),
                tenant,
                name,
                1,
                created,
                tenant,
                pool.accelerator,
                shape_of(pool),
                count,
                window,
            ),
        )
        left -= count * lasting
        number += 1


def _window(start: int, lasting: int, terms: Assumptions, drawn: Drawn) -> Window:
    if drawn.random() < terms.flexible:
        return Window(duration=lasting, earliest=start, latest=start + 3 * lasting)
    return Window(start=start, end=start + lasting)


def shape_of(pool: Pool) -> str | None:
    """The topology of a slice that is one unit of a pool; None where a unit is a host."""
    hardware = accelerator(pool.accelerator)
    return None if hardware.unit == "host" else pool.topology or hardware.unit_topology


def _uid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def _failures(pool: Pool, now: int, terms: Assumptions, drawn: Drawn) -> Iterator[Event]:
    """Each unit fails by itself, and works again after its repair."""
    if not terms.failures:
        return
    for unit in sorted(pool.units):
        at = now + int(drawn.exponential(YEAR / terms.failures))
        while at < now + terms.days * DAY:
            yield at, Failure(pool.name, unit, works=False)
            at += terms.repair_hours * HOUR
            yield at, Failure(pool.name, unit, works=True)
            at += 1 + int(drawn.exponential(YEAR / terms.failures))


def _maintenance(pool: Pool, now: int, terms: Assumptions, drawn: Drawn) -> Iterator[Event]:
    """Windows of a quarter of the pool, one quarter after the other."""
    if not terms.maintenance:
        return
    names, number = sorted(pool.units), 0
    size = max(1, len(names) // QUARTER)
    at = now + int(drawn.exponential(YEAR / terms.maintenance))
    while at < now + terms.days * DAY:
        first = number % QUARTER * size
        name = f"{pool.name}-{number:03d}"
        start = at + NOTICE_DAYS * DAY
        units = tuple(names[first : first + size])
        yield (
            at,
            Maintenance(_uid(name), name, 1, at, pool.name, start, start + MAINTENANCE_HOURS * HOUR, units),
        )
        at += 1 + int(drawn.exponential(YEAR / terms.maintenance))
        number += 1


def _log_uniform(drawn: Drawn, least: int, most: int) -> int:
    return min(most, int(least * ((most + 1) / least) ** drawn.random()))
