"""What is worked out of one pool's ledger and report once, and stands until they change: its level over time.

    level(t) = units that can be counted on at t  −  units asked for at t          (spares are still in it)

Most units are there or come at a fixed instant: they make the profile. A few move with the clock: a failed unit is back
its repair time *from now*, one that is late on its way back gets as long again *from now*. They are kept beside the
profile and put in when a question is asked, so that the profile itself holds as long as the documents do.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from holdfast.assignment.demand import Span
from holdfast.planner.state.calendar import Presence, between, held_until, hull, presence, spans
from holdfast.planner.state.ledger import Entry, EntryState, Form, Grant, GrantState, Outage
from holdfast.planner.state.profile import Profile, Row
from holdfast.planner.state.snapshot import Health, Pool

VACANT = frozenset({"emptied", "returned"})
"""Kinder worlds in which nobody holds anything: an entry that comes or goes changes nothing there."""

Attempt = tuple[str, Entry, Form]
"""Uid, entry, and the form of it that a promise object may come to name, or not."""


@dataclass(frozen=True, slots=True)
class PoolCalendar:
    """One pool over time. `ends` are the instants at which units leave, for good or for a while, in order.

    `crossed` says that some demand goes on beyond one of them. `attempts` are the forms of which it is not yet known
    that they are in force; `staying` counts the units that are not declared to leave; `tenants` say by uid who has
    entries, or had; `parts` counts the intervals of all of them. `kinder` are its calendars in kinder worlds
    (`worlds.py`), as far as anybody has asked for them.
    """

    level: Profile
    demand: Profile
    moving: tuple[Presence, ...]
    ends: tuple[int, ...]
    crossed: bool
    attempts: tuple[Attempt, ...] = ()
    staying: int = 0
    tenants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    parts: int = 0
    kinder: dict[str, PoolCalendar] = field(default_factory=dict, init=False, repr=False, compare=False)

    def with_entry(self, uid: str, before: Entry | None, after: Entry | None, now: int) -> PoolCalendar:
        """The same after one entry was put in the place of another; neither may have units that move with it."""
        gains, losses = list(demand_of(before, now)), list(demand_of(after, now))
        changed = replace(
            self,
            level=self.level.with_changes(gains=gains, losses=losses),
            demand=self.demand.with_changes(gains=losses, losses=gains),
            crossed=self.crossed or _crosses(self.ends, after),
            attempts=(*(one for one in self.attempts if one[0] != uid), *_attempts(uid, after)),
            tenants=self.tenants if after is None else _with(self.tenants, after.tenant, uid),
            parts=self.parts - parts_of(before) + parts_of(after),
        )
        if not any(one is not None and one.state is EntryState.RELEASING for one in (before, after)):
            changed.kinder.update((world, self.kinder[world]) for world in VACANT & self.kinder.keys())
        return changed

    def least(self, start: int, end: int, now: int, own: Iterable[Span] = ()) -> int:
        """The lowest level over [start, end), if the demand of `own` is not counted.

        The profile knows the least of each piece in which what is put in beside it does not change.
        """
        extra = [*(one.at(now) for one in self.moving), *own]
        if not extra:
            return self.level.least(start, end)
        edges = {start, end, *(e for span in extra for e in (span.start, span.end) if start < e < end)}
        return min(
            self.level.least(a, b) + sum(span.count for span in extra if span.start <= a and b <= span.end)
            for a, b in itertools.pairwise(sorted(edges))
        )

    def profile(self, now: int, own: Iterable[Span] = ()) -> Profile:
        """The level at every instant, if the demand of `own` is not counted."""
        extra = [*(one.at(now) for one in self.moving), *own]
        return self.level.with_changes(gains=extra) if extra else self.level

    def counting_decides(self, start: int, end: int) -> bool:
        """Whether units that are enough at every instant of [start, end) can also be given to whole windows.

        They can where no unit leaves within a demand. Then serve the demands in the order of their start: at each
        start all units that are there and not in use are as good as each other, for each will last; in use are at
        most as many as are asked for; so there are enough if there are enough by count, and nobody ever moves. Units
        that *come* at different times change nothing in this: whoever starts takes one that has come. Example: cube-1
        is back tomorrow, cube-2 is here; a window from now and one from tomorrow are both served. But with cube-1
        leaving on day 2 and cube-2 coming on day 2, one unit is there at every instant and no window over days 1 to 3
        can be served; there names decide (`holdfast.assignment`). Where all leave together and none comes back, whoever
        is there then is short of all, by count as by name. A whole pool that is under maintenance on day 2 only decides
        by count as long as every demand is over by then or begins after it.
        """
        return len(self.ends) < 2 or not (self.crossed or _within(self.ends, start, end))


def calendar_of(
    pool: Pool,
    entries: Mapping[str, Entry],
    grants: Mapping[str, Grant],
    outages: Mapping[str, Outage],
    now: int,
) -> PoolCalendar:
    """Work a pool out from its units, what is entered and granted in it, and what is under maintenance."""
    here = _by_kind(pool, entries, grants, outages, now)
    ends = tuple(sorted({one.end for one in here}))
    demand = Profile.of_rows([row for entry in entries.values() for row in _rows(entry, now)])
    return PoolCalendar(
        level=Profile.of(gains=[one.at(now) for one in here if not one.after]).less(demand),
        demand=demand,
        moving=tuple(one for one in here if one.after),
        ends=ends,
        crossed=len(ends) > 1 and any(_crosses(ends, entry) for entry in entries.values()),
        attempts=tuple(one for uid, entry in entries.items() for one in _attempts(uid, entry)),
        staying=sum(not unit.retiring for unit in pool.units.values()),
        tenants=_by_tenant(entries),
        parts=sum(parts_of(entry) for entry in entries.values() if entry.stepped),
    )


def parts_of(entry: Entry | None) -> int:
    """How many intervals an entry writes down, those of a next form included."""
    return 0 if entry is None else sum(len(form.parts) for form in entry.forms)


def _by_tenant(entries: Mapping[str, Entry]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for uid, entry in entries.items():
        found.setdefault(entry.tenant, set()).add(uid)
    return {tenant: frozenset(uids) for tenant, uids in found.items()}


def _with(tenants: Mapping[str, frozenset[str]], tenant: str, uid: str) -> dict[str, frozenset[str]]:
    return {**tenants, tenant: tenants.get(tenant, frozenset()) | {uid}}


def _crosses(ends: Sequence[int], entry: Entry | None) -> bool:
    """Whether an entry goes on beyond an instant at which units leave."""
    if entry is None or entry.state is EntryState.RELEASING:
        return False
    span = hull(entry)
    return _within(ends, span.start, span.end)


def _within(ends: Sequence[int], start: int, end: int) -> bool:
    place = bisect_right(ends, start)
    return place < len(ends) and ends[place] < end


def demand_of(entry: Entry | None, now: int) -> Iterator[Span]:
    """What an entry asks for, seen from an instant. What is being released shows in the units instead."""
    if entry is not None and entry.state is not EntryState.RELEASING:
        yield from spans(entry, now)


def _rows(entry: Entry, now: int) -> Sequence[Row]:
    """The same as rows of a profile, without a span each: all entries of a ledger are asked."""
    if entry.next is None and not entry.form.parts:
        form = entry.form  # so it is with nearly all
        return () if entry.state is EntryState.RELEASING else ((form.start, form.end, form.count),)
    return [(span.start, span.end, span.count) for span in demand_of(entry, now)]


def _attempts(uid: str, entry: Entry | None) -> Iterator[Attempt]:
    form = None if entry is None else entry.form if entry.state is EntryState.PREPARED else entry.next
    if entry is not None and form is not None:
        yield uid, entry, form


def presences(
    pool: Pool,
    entries: Mapping[str, Entry],
    grants: Mapping[str, Grant],
    outages: Mapping[str, Outage],
    now: int,
) -> dict[str, tuple[Presence, ...]]:
    """The units that can be counted on for something new, each with the stretches of time in which it is there.

    A unit in a promise's hands counts like a free one: its promise is subtracted as demand. That fails where the
    demand is over and the unit is not back yet: an Active unit whose window ended a minute ago would count as free
    now. So a grant that has outlived its entry is looked at as one on its way back, clean after the pool's clearing
    time. Example: window until 12:00, clearing 10 min, 12:01 now: the unit counts from 12:11 on. Not simpler, by ending
    such grants here: it is another step of the turn that releases, and it may be held up.
    """
    counted = {name: as_counted(grants.get(name), entries, now) for name in pool.units}
    found = (
        (name, presence(unit, counted[name], pool, now, held_until(counted[name], entries, now)))
        for name, unit in pool.units.items()
    )
    return {name: _stretches(name, one, outages) for name, one in found if one is not None}


def _stretches(name: str, found: Presence, outages: Mapping[str, Outage]) -> tuple[Presence, ...]:
    taking = [one for one in outages.values() if one.takes(name, found.start, found.end)]
    return tuple(between(found, taking)) if taking else (found,)


def _by_kind(
    pool: Pool,
    entries: Mapping[str, Entry],
    grants: Mapping[str, Grant],
    outages: Mapping[str, Outage],
    now: int,
) -> list[Presence]:
    """The same counted: what a unit's presence follows from is asked once for all that are alike, as most are."""
    kinds: dict[tuple[object, ...], tuple[str, Grant | None]] = {}
    counted: Counter[tuple[object, ...]] = Counter()
    for name, unit in pool.units.items():
        if unit.retiring or unit.cordoned:
            continue  # it is no presence, whoever has it
        grant = as_counted(grants.get(name), entries, now)
        going = None if grant is None or grant.state is GrantState.ACTIVE else grant.since
        held = grant is not None and grant.keeps and (not grant.failed or held_until(grant, entries, now))
        lost, bad = unit.health is Health.MISSING, unit.health is Health.UNHEALTHY
        kind = (unit.available, unit.retires, lost, bad, going, held, _taking(outages, name))
        kinds.setdefault(kind, (name, grant))
        counted[kind] += 1
    found: list[Presence] = []
    for (name, grant), count in zip(kinds.values(), counted.values(), strict=True):
        one = presence(pool.units[name], grant, pool, now, held_until(grant, entries, now))
        stretches = _stretches(name, one, outages) if one is not None else ()
        found += (replace(stretch, count=count) for stretch in stretches)
    return found


def _taking(outages: Mapping[str, Outage], name: str) -> tuple[str, ...]:
    """The outages that a unit is in; so seldom are there any that it is worth a word to ask for nothing."""
    return tuple(uid for uid, one in outages.items() if not one.units or name in one.units) if outages else ()


def as_counted(grant: Grant | None, entries: Mapping[str, Entry], now: int) -> Grant | None:
    """A unit's grant as it is looked at: one that has outlived its entry is on its way back, whatever it says."""
    if grant is None or grant.state is not GrantState.ACTIVE:
        return grant
    entry = entries.get(grant.promise or "")
    over = entry is None or entry.between_parts(now) or entry.over(now)
    return replace(grant, state=GrantState.RELEASING, since=0) if over else grant
