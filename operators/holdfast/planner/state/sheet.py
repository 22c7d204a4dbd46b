"""One pool's ledger while a turn plays on it: what it can still give, and to whom it has given what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from holdfast.api.bounds import REPLACEMENT_WINDOW_SECONDS
from holdfast.planner.state.assignment import Demand, shortages
from holdfast.planner.state.calendar import Span, highest, hull, leaves
from holdfast.planner.state.ledger import FAR, Capacity, Entry, EntryState, Form, Grant, GrantState, Ledger
from holdfast.planner.state.pool_calendar import PoolCalendar, calendar_of, demand_of, presences
from holdfast.planner.state.profile import Profile
from holdfast.planner.state.snapshot import Pool
from holdfast.planner.state.steps import LedgerWrite

NO_UNITS: tuple[str, ...] = ()


@dataclass(slots=True)
class Sheet:
    """One pool's ledger while it is being changed: by its methods, since what it can give is worked out once.

    `entries` and `grants` are for reading; until the first change they are the ledger's own. `calendar` is what is
    known of them already.
    """

    pool: Pool
    now: int
    entries: Mapping[str, Entry]
    grants: Mapping[str, Grant]
    granted: int
    calendar: PoolCalendar | None = field(default=None, repr=False, compare=False)
    played: bool = field(default=False, init=False)
    _entries: dict[str, Entry] = field(default_factory=dict, init=False, repr=False, compare=False)
    _grants: dict[str, Grant] = field(default_factory=dict, init=False, repr=False, compare=False)
    _left: Profile | None = field(default=None, init=False, repr=False, compare=False)
    _holders: dict[str, list[str]] | None = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, pool: Pool, now: int, calendar: PoolCalendar | None = None) -> Sheet:
        """A pool's ledger as it was read, ready to be played on."""
        ledger = pool.ledger
        return cls(pool, now, ledger.entries, ledger.grants, ledger.granted, calendar)

    @property
    def as_read(self) -> Ledger:
        """The ledger as it was read when the turn began; `entries` and `grants` are as played since."""
        return self.pool.ledger

    def worked_out(self) -> PoolCalendar:
        """The pool's calendar as things stand on this sheet."""
        if self.calendar is None:
            self.calendar = calendar_of(self.pool, self.entries, self.grants, self.now)
        return self.calendar

    def units(self) -> dict[str, Span]:
        """The units that can be counted on for something new, each with the span of time it is there."""
        found = presences(self.pool, self.entries, self.grants, self.now)
        return {name: one.at(self.now) for name, one in found.items()}

    def free(self, start: int, end: int, without: str = "") -> int:
        """Units that can newly be promised over all of [start, end), spares left aside; never negative."""
        if not self.pool.selling:
            return 0
        own = demand_of(self.entries.get(without))
        return max(0, self.worked_out().least(start, end, self.now, own) - self.pool.spares)

    def left(self, without: str = "") -> Profile:
        """What can be counted on less what is asked for, at every instant, without one reservation; spares included."""
        own = list(demand_of(self.entries.get(without)))
        if own:
            return self.worked_out().profile(self.now, own)
        if self._left is None:
            self._left = self.worked_out().profile(self.now)
        return self._left

    def assignable(self, extra: Form, uid: str) -> bool:
        """Whether named units could be found for `extra`, by reservation `uid`, without making anybody short.

        It is the change that is judged, not the whole: who is short already (units that failed, a delivery that
        slipped) stays short either way, and is no reason to sell nothing to others at other times.
        """
        if not self._outlasts(uid, extra.end):
            return False
        if self.worked_out().counting_decides(extra.end):
            return True
        units = self.units()
        wanted = self._needs(Span(extra.start, extra.end, extra.count), uid)
        standing = self._standing({})
        others = [demand for demand in standing if demand.owner != uid]
        before, after = shortages(units, standing), shortages(units, [*others, wanted])
        return uid not in after and all(short <= before.get(other, 0) for other, short in after.items())

    def shortages(self, accepted: Mapping[str, int]) -> dict[str, int]:
        """By reservation uid, how many units of what stands cannot be delivered, now or ahead.

        `accepted` says when each promise was made: of two that begin together the later one goes short.
        """
        return shortages(self.units(), self._standing(accepted)) if self.any_short() else {}

    def any_short(self) -> bool:
        """Whether something of what stands may be short: where counting decides and there is enough, nothing is."""
        calendar = self.worked_out()
        return not calendar.counting_decides(0) or calendar.least(self.now, FAR, self.now) < 0

    def can_do_without(self, uid: str, name: str) -> bool:
        """Whether another unit could take the place of this one in a reservation's hands, and nobody be shorter."""
        units, standing = self.units(), self._standing({})
        moved = [_without(demand, name) if demand.owner == uid else demand for demand in standing]
        before, after = shortages(units, standing), shortages(units, moved)
        return all(short <= before.get(other, 0) for other, short in after.items())

    def _standing(self, accepted: Mapping[str, int]) -> list[Demand]:
        """What every entry needs from now on."""
        return [
            self._needs(hull(entry), uid, accepted.get(uid, 0))
            for uid, entry in self.entries.items()
            if entry.state is not EntryState.RELEASING and hull(entry).end > self.now
        ]

    def _needs(self, span: Span, uid: str, accepted: int = 0) -> Demand:
        """A demand from now on; a failed unit does not serve it, so another one will have to."""
        working = tuple(name for name in self.active(uid) if self._works(name))
        return Demand(Span(max(span.start, self.now), span.end, span.count), working, uid, accepted)

    def _works(self, name: str) -> bool:
        return name in self.pool.units and self.pool.units[name].works

    def _outlasts(self, uid: str, end: int) -> bool:
        """Whether the working units in a reservation's hands may stay there until `end`."""
        entry = self.entries.get(uid)
        if entry is None or end <= entry.form.end:
            return True
        held = [self.pool.units[name] for name in self.active(uid) if self._works(name)]
        return all(not unit.retiring and leaves(unit, self.pool) >= end for unit in held)

    def active(self, uid: str) -> tuple[str, ...]:
        """The units in a reservation's hands, by name."""
        held = self._held().get(uid, NO_UNITS)
        return tuple(name for name in held if self.grants[name].state is GrantState.ACTIVE)

    def held(self, uid: str) -> bool:
        """Whether any unit still carries a reservation's grant, on its way back included."""
        return uid in self._held()

    def _held(self) -> Mapping[str, list[str]]:
        """By promise the units that carry its grant, by name."""
        if self._holders is None:
            self._holders = {}
            for name in sorted(self.grants):
                self._holders.setdefault(self.grants[name].promise or "", []).append(name)
        return self._holders

    def enter(self, uid: str, entry: Entry) -> None:
        """Write a reservation's entry, new or changed; one that says the same changes nothing."""
        if self.entries.get(uid) != entry:
            self._change_entry(uid, entry)

    def strike(self, uid: str) -> None:
        """Take a reservation's entry out."""
        self._change_entry(uid, None)

    def grant(self, unit: str, uid: str, replaces: str | None = None) -> None:
        """Give a free unit to a reservation under the next grant number."""
        self.granted += 1
        self._put(unit, Grant(uid, self.granted, GrantState.ACTIVE, self.now, replaces))

    def release(self, unit: str) -> None:
        """Start to take a unit back."""
        self._put(unit, replace(self.grants[unit], state=GrantState.RELEASING, since=self.now))

    def quarantine(self, unit: str) -> None:
        """Leave a unit that died on its way back to nobody, until it is seen clean."""
        self._put(
            unit, replace(self.grants[unit], promise=None, state=GrantState.QUARANTINED, since=self.now)
        )

    def return_unit(self, unit: str) -> None:
        """A unit is back and clean: nobody has it."""
        self._play()
        del self._grants[unit]
        self.calendar = None

    def _put(self, unit: str, grant: Grant) -> None:
        self._play()
        self._grants[unit] = grant
        self.calendar = None

    def _change_entry(self, uid: str, entry: Entry | None) -> None:
        """Units in its hands may count otherwise with another entry; where it has none, only its demand changes."""
        before, counted = self.entries.get(uid), self.calendar
        still = counted is not None and not self.held(uid)
        self._play()
        if entry is None:
            del self._entries[uid]
        else:
            self._entries[uid] = entry
        self.calendar = counted.with_entry(uid, before, entry) if counted is not None and still else None

    def _play(self) -> None:
        """Before the first change the ledger's own maps are copied; what was worked out is no longer true."""
        if not self.played:
            self._entries, self._grants = dict(self.entries), dict(self.grants)
            self.entries, self.grants, self.played = self._entries, self._grants, True
        self._left = self._holders = None

    def replaced(self) -> tuple[int, ...]:
        """When units were replaced within the window that counts, on this sheet too.

        What no longer counts is dropped only with a write that adds one: to forget is no reason to write.
        """
        read, since = self.as_read, self.now - REPLACEMENT_WINDOW_SECONDS
        fresh = sum(
            grant.replaces is not None and grant.number > read.granted for grant in self.grants.values()
        )
        if not fresh:
            return read.replaced
        return (*(at for at in read.replaced if at > since), *[max(read.as_of, self.now)] * fresh)

    def peak(self) -> int:
        """The most units needed at any instant from now, those on their way back included."""
        going = sum(
            grant.promise is not None and grant.state is GrantState.RELEASING
            for grant in self.grants.values()
        )
        return min(self.worked_out().demand.most(self.now) + going, len(self.pool.units))

    def capacity(self) -> Capacity:
        """The pool in numbers at this instant, for people.

        Every unit that is there is in one of four places: serving (held and working), idle (nobody's and sound), going
        (released or quarantined), or no use (failed or cordoned in nobody's hands). What serves or idles is worth
        something now: `left` is that less what is due now. Below zero it is the deficit; above, spares come first and
        the rest is free. Example: 8 units, 4 promised of which one has failed, 2 spares: 3 serve, 4 idle, left = 3,
        so spare 2 and free 1. Not simpler, as total less promised: a failed unit in a tenant's hands would count.
        """
        there = {name: unit for name, unit in self.pool.units.items() if unit.available <= self.now}
        states = {name: grant.state for name, grant in self.grants.items()}
        serving = [name for name in there if states.get(name) is GrantState.ACTIVE and there[name].works]
        idle = [name for name in there if name not in states and there[name].sound]
        going = [name for name in there if states.get(name, GrantState.ACTIVE) is not GrantState.ACTIVE]
        promised = self.worked_out().demand.least(self.now, self.now + 1)
        left, ahead = len(serving) + len(idle) - promised, self._ahead()
        return Capacity(
            total=len(there),
            healthy=len(serving) + len(idle) + sum(there[name].sound for name in going),
            promised=promised,
            free=max(0, left - self.pool.spares),
            spare=max(0, min(self.pool.spares, left)),
            deficit=max(0, -left),
            deficit_ahead=highest(ahead, self.now),
            deficit_from=min((span.start for span in ahead), default=None),
        )

    def _ahead(self) -> list[Span]:
        """What windows that have not begun will be short of."""
        short = {uid: (hull(self.entries[uid]), missing) for uid, missing in self.shortages({}).items()}
        return [
            Span(span.start, span.end, missing) for span, missing in short.values() if span.start > self.now
        ]

    def write(self, epoch: int, *, fence: bool = False) -> LedgerWrite | None:
        """The write that makes this sheet the ledger; None where nothing has changed, unless it is to be a fence."""
        old, capacity = self.pool.ledger, self.capacity()
        new = Ledger(
            epoch=max(old.epoch, epoch),
            as_of=max(old.as_of, self.now),
            peak=self.peak(),
            granted=self.granted,
            sealed=old.sealed or self.pool.sealed,
            replaced=self.replaced(),
            entries=self.entries,
            grants=self.grants,
            capacity=capacity,
        )
        if replace(new, epoch=old.epoch, as_of=old.as_of) == old and old.epoch and not fence:
            return None
        return LedgerWrite(self.pool.name, self.pool.resource_version, new)


def _without(demand: Demand, name: str) -> Demand:
    return replace(demand, pinned=tuple(each for each in demand.pinned if each != name))
