"""What a forecast counts: units in use, units owed and delivered, how long who waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from holdfast.forecast.terms import DAY
from holdfast.planner.state.ledger import GrantState, Promise, PromiseState
from holdfast.planner.state.snapshot import Reservation, Snapshot

WEEK = 7 * DAY


@dataclass(slots=True)
class Week:
    """Unit-seconds of one week: there in all, promised, in tenants' hands and working."""

    there: int = 0
    owed: int = 0
    delivered: int = 0


@dataclass
class Tally:
    """Kept while a forecast runs, from `began` (epoch seconds) on. `short` are unit-seconds lacking, by uid."""

    began: int
    weeks: dict[int, Week] = field(default_factory=dict)
    owed: Counter[str] = field(default_factory=Counter)
    short: Counter[str] = field(default_factory=Counter)
    asked: set[str] = field(default_factory=set)
    waited: dict[str, int] = field(default_factory=dict)

    def asks(self, ask: Reservation) -> None:
        """Somebody asks."""
        self.asked.add(ask.uid)

    def passes(self, seen: Snapshot, start: int, end: int) -> None:
        """Time passes in which nothing changes."""
        working = _working(seen)
        there = sum(len(pool.units) for pool in seen.pools.values())
        due = _due(seen, start)
        for first, last in _weeks(self.began, start, end):
            week = self.weeks.setdefault((first - self.began) // WEEK, Week())
            week.there += there * (last - first)
            week.owed += sum(due.values()) * (last - first)
            week.delivered += sum(min(count, working[uid]) for uid, count in due.items()) * (last - first)
        for uid, count in due.items():
            self.owed[uid] += count * (end - start)
            self.short[uid] += max(0, count - working[uid]) * (end - start)

    def promised(self, seen: Snapshot, promises: Iterable[Promise]) -> None:
        """Promises are made: how long after the earliest start asked for they begin."""
        for one in promises:
            ask = seen.reservations.get(one.uid)
            if one.uid in self.asked and one.uid not in self.waited and ask is not None and one.slices:
                wanted = ask.window.earliest if ask.window.duration is not None else ask.window.start
                self.waited[one.uid] = max(0, one.start - (wanted if wanted is not None else ask.created))


@dataclass(frozen=True, slots=True)
class Forecast:
    """The year in numbers; shares are from 0 to 1, `waits` are hours: the middle, and what one in twenty exceeds.

    None where nothing was owed, or nobody was promised anything: there is nothing to say it of.
    """

    asked: int
    promised: int
    utilisation: float
    delivered: float | None
    kept_whole: float | None
    waits: tuple[float, float] | None
    weeks: tuple[tuple[float, float], ...]


def outcome_of(tally: Tally) -> Forecast:
    """What it all came to. A week is (promised, in use and working), each of all units."""
    there = sum(one.there for one in tally.weeks.values()) or 1
    owed = sum(tally.owed.values())
    waits = sorted(seconds / 3_600 for seconds in tally.waited.values())
    whole = sum(not tally.short[uid] for uid in tally.owed)
    return Forecast(
        asked=len(tally.asked),
        promised=len(tally.waited),
        utilisation=sum(one.delivered for one in tally.weeks.values()) / there,
        delivered=1 - sum(tally.short.values()) / owed if owed else None,
        kept_whole=whole / len(tally.owed) if tally.owed else None,
        waits=(median(waits), waits[int(0.95 * (len(waits) - 1))]) if waits else None,
        weeks=tuple(
            (one.owed / one.there, one.delivered / one.there)
            for _, one in sorted(tally.weeks.items())
            if one.there
        ),
    )


def _working(seen: Snapshot) -> Counter[str]:
    """By uid the units that are open for its pods and work."""
    found: Counter[str] = Counter()
    for pool in seen.pools.values():
        for name, grant in pool.ledger.grants.items():
            unit = pool.units.get(name)
            if grant.state is GrantState.ACTIVE and unit is not None and unit.works and grant.promise:
                found[grant.promise] += unit.open_grant == grant.number
    return found


def _due(seen: Snapshot, now: int) -> dict[str, int]:
    """By uid the units promised at an instant.

    Not simpler, as all units in its pools: of a series nothing is due by day, of a ramp not the most at all times, and
    a slice that moves stands in two pools.
    """
    promised = {
        one.uid: sum(part.count for part in one.paid if part.start <= now < part.end) * one.units_per_slice
        for one in seen.promises.values()
        if one.state is PromiseState.COMMITTED
    }
    return {uid: units for uid, units in promised.items() if units}


def _weeks(began: int, start: int, end: int) -> Iterable[tuple[int, int]]:
    """A stretch of time cut where weeks begin."""
    while start < end:
        cut = min(end, began + ((start - began) // WEEK + 1) * WEEK)
        yield start, cut
        start = cut
