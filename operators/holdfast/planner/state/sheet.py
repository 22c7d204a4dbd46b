"""One pool's ledger while a turn plays on it: what it can still give, and to whom it has given what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from holdfast.assignment.assigned import at_latest, harmless, lacks, summed
from holdfast.assignment.demand import Demand, Span
from holdfast.planner.state.calendar import demanded, hull, leaves
from holdfast.planner.state.ledger import (
    FAR,
    Entry,
    EntryState,
    Form,
    Grant,
    GrantState,
    Ledger,
    Outage,
    Part,
    Promise,
    Trouble,
)
from holdfast.planner.state.pool_calendar import PoolCalendar, calendar_of, demand_of, presences
from holdfast.planner.state.profile import Profile
from holdfast.planner.state.snapshot import Pool
from holdfast.planner.state.staying import stays_until

NO_UNITS: tuple[str, ...] = ()
Promises = Mapping[str, Promise]
UNREAD: Promises = {}


@dataclass(slots=True)
class Sheet:
    """One pool's ledger while it is being changed: by its methods, since what it can give is worked out once.

    `entries`, `grants` and `outages` are for reading; until the first change they are the ledger's own. `calendar` is
    what is known of them already, `kinder` the sheet in kinder worlds (`worlds.py`) until something is played on it,
    `promises` all that were read. `moves` are the slices that begin to leave for another pool in this turn: each counts
    as a replacement.
    """

    pool: Pool
    now: int
    entries: Mapping[str, Entry]
    grants: Mapping[str, Grant]
    granted: int
    calendar: PoolCalendar | None = field(default=None, repr=False, compare=False)
    outages: Mapping[str, Outage] = field(default_factory=dict)
    promises: Promises = field(default_factory=dict, repr=False, compare=False)
    idle_out: Mapping[str, int] = field(default_factory=dict, init=False)
    played: bool = field(default=False, init=False)
    moves: int = field(default=0, init=False)
    kinder: dict[str, Sheet] = field(default_factory=dict, init=False, repr=False, compare=False)
    _entries: dict[str, Entry] = field(default_factory=dict, init=False, repr=False, compare=False)
    _grants: dict[str, Grant] = field(default_factory=dict, init=False, repr=False, compare=False)
    _left: Profile | None = field(default=None, init=False, repr=False, compare=False)
    _holders: dict[str, list[str]] | None = field(default=None, init=False, repr=False, compare=False)
    _units: dict[str, tuple[Span, ...]] | None = field(default=None, init=False, repr=False, compare=False)
    _demands: list[Demand] | None = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, pool: Pool, now: int, known: PoolCalendar | None = None, read: Promises = UNREAD) -> Sheet:
        """A pool's ledger as it was read, ready to be played on."""
        was = pool.ledger
        made = cls(pool, now, was.entries, was.grants, was.granted, known, was.outages, read)
        made.idle_out = was.idle_out
        return made

    @property
    def as_read(self) -> Ledger:
        """The ledger as it was read when the turn began; `entries` and `grants` are as played since."""
        return self.pool.ledger

    def worked_out(self) -> PoolCalendar:
        """The pool's calendar as things stand on this sheet."""
        if self.calendar is None:
            self.calendar = calendar_of(self.pool, self.entries, self.grants, self.outages, self.now)
        return self.calendar

    def units(self) -> dict[str, tuple[Span, ...]]:
        """The units that can be counted on for something new, each with the stretches of time in which it is there."""
        if self._units is None:
            found = presences(self.pool, self.entries, self.grants, self.outages, self.now)
            self._units = {name: tuple(one.at(self.now) for one in each) for name, each in found.items()}
        return self._units

    def out(self, unit: str, start: int, end: int) -> bool:
        """Whether a unit is under maintenance at some instant of [start, end)."""
        return any(outage.takes(unit, start, end) for outage in self.outages.values())

    def free(self, start: int, end: int, without: str = "") -> int:
        """Units that can newly be promised over all of [start, end), spares left aside; never negative."""
        if not self.pool.selling:
            return 0
        own = demand_of(self.entries[without], self.now) if without in self.entries else ()
        return max(0, self.worked_out().least(start, end, self.now, own) - self.pool.spares)

    def left(self, without: str = "") -> Profile:
        """What can be counted on less what is asked for, at every instant, without one reservation; spares included."""
        own = list(demand_of(self.entries[without], self.now)) if without in self.entries else None
        if own:
            return self.worked_out().profile(self.now, own)
        if self._left is None:
            self._left = self.worked_out().profile(self.now)
        return self._left

    def assignable(self, extra: Form, uid: str) -> bool:
        """Whether named units could be found for `extra`, by reservation `uid`, without making anybody short.

        It is the change that is judged, not the whole: who is short already (units that failed, a delivery that
        slipped) stays short either way, and is no reason to sell nothing to others at other times. A newcomer has its
        turn after all that stand; where one of those is of this very second, it may as well come to lie before it.
        """
        if not self._outlasts(uid, stays_until(self.entries.get(uid), extra, self.now)):
            return False
        if self.worked_out().counting_decides(extra.start, extra.end):
            return True
        units, standing, wanted = self.units(), self.standing(), self._needs(extra.needs(self.now), uid)
        after = [*(demand for demand in standing if demand.owner != uid), *wanted]
        if not harmless(units, standing, after, uid):
            return False
        latest = max((demand.accepted for demand in standing if demand.accepted < FAR), default=0)
        if uid in self.promises or latest < self.now:
            return True
        return harmless(units, at_latest(standing, latest), at_latest(after, latest), uid)

    def shortages(self) -> dict[str, int]:
        """By reservation uid, how many units of what stands cannot be delivered, now or ahead, summed."""
        return summed(self.lacks())

    def lacks(self) -> dict[str, list[Span]]:
        """By reservation uid, when how many units of what stands cannot be delivered, now or ahead."""
        return lacks(self.units(), self.standing()) if self.any_short() else {}

    def any_short(self) -> bool:
        """Whether something of what stands may be short: where counting decides and there is enough, nothing is.

        Units in a promise's hands may be under maintenance that began before its window did: that no count shows.
        """
        calendar = self.worked_out()
        if not calendar.counting_decides(0, 0) or calendar.least(self.now, FAR, self.now) < 0:
            return True
        return bool(self.outages) and any(self.out(name, self.now, FAR) for name in self.grants)

    def can_do_without(self, uid: str, name: str) -> bool:
        """Whether another unit could take the place of this one in a reservation's hands, and nobody be shorter."""
        units, standing = self.units(), self.standing()
        moved = [demand.without((name,)) if demand.owner == uid else demand for demand in standing]
        return harmless(units, standing, moved)

    def standing(self) -> list[Demand]:
        """What every entry needs from now on."""
        if self._demands is None:
            self._demands = [
                demand
                for uid, entry in self.entries.items()
                if entry.state is not EntryState.RELEASING and hull(entry).end > self.now
                for demand in self._needs(demanded(entry, self.now), uid)
            ]
        return self._demands

    def _needs(self, parts: Sequence[Part], uid: str) -> list[Demand]:
        """Demands from now on; a failed unit does not serve them, so another one will have to.

        One that is under maintenance is in its hands and stays there: nobody else serves in its place. Of several
        parts those that run have the units in its hands, the longest those that leave last; what is over is the
        first one's, as all of it is where nothing runs yet.
        """
        left = [name for name in self.active(uid) if self.works(name)]
        if len(parts) > 1:
            left.sort(key=lambda name: -leaves(self.pool.units[name], self.pool))
            parts = sorted(parts, key=lambda part: (part.start > self.now, -part.end))
        shares: list[tuple[Part, list[str]]] = []
        for part in parts:
            running = part.start <= self.now
            shares.append((part, left[: part.count if running else 0]))
            left = left[len(shares[-1][1]) :]
        if shares:
            shares[0][1].extend(left)
        return [self._demand(part, tuple(pinned), uid) for part, pinned in shares]

    def _demand(self, part: Part, pinned: tuple[str, ...], uid: str) -> Demand:
        rest = Span(max(part.start, self.now), part.end, part.count)
        lost = tuple(name for name in pinned if self.out(name, rest.start, rest.end))
        return Demand(rest, pinned, uid, self._accepted(uid), lost)

    def _accepted(self, uid: str) -> int:
        """When its promise was made: of two that begin together the later one goes short, and last whoever has none."""
        promise = self.promises.get(uid)
        return FAR if promise is None else promise.created

    def works(self, name: str) -> bool:
        """Whether a unit is counted on: it works, or its holder keeps it whatever is reported."""
        unit, grant = self.pool.units.get(name), self.grants.get(name)
        kept = grant is not None and grant.keeps and (grant.promise or "") in self.entries
        return unit is not None and (unit.works or kept)

    def _outlasts(self, uid: str, end: int) -> bool:
        """Whether the working units in a reservation's hands may stay there until `end`; none has to until 0."""
        if not end:
            return True
        held = [self.pool.units[name] for name in self.active(uid) if self.works(name)]
        return all(not unit.retiring and leaves(unit, self.pool) >= end for unit in held)

    def active(self, uid: str) -> tuple[str, ...]:
        """The units in a reservation's hands, by name."""
        held = self._held().get(uid, NO_UNITS)
        return tuple(name for name in held if self.grants[name].state is GrantState.ACTIVE)

    def held(self, uid: str) -> bool:
        """Whether any unit still carries a reservation's grant, on its way back included."""
        if self._holders is not None:
            return uid in self._holders
        return any(grant.promise == uid for grant in self.grants.values())

    def _held(self) -> Mapping[str, list[str]]:
        """By promise the units that carry its grant, by name."""
        if self._holders is None:
            self._holders = {}
            for name in sorted(self.grants):
                self._holders.setdefault(self.grants[name].promise or "", []).append(name)
        return self._holders

    def enter(self, uid: str, entry: Entry) -> None:
        """Write a reservation's entry, new or changed; one that says the same changes nothing."""
        if (known := self.entries.get(uid)) is not entry and known != entry:
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

    def judge(self, unit: str, trouble: Trouble) -> None:
        """Write down what was judged of a unit's health."""
        self._put(unit, replace(self.grants[unit], trouble=trouble))

    def note_idle(self, out: Mapping[str, int]) -> None:
        """Write down since when units that nobody has do not work; nothing is counted otherwise for that."""
        if out != self.idle_out:
            self._play()
            self.idle_out = out

    def quarantine(self, unit: str) -> None:
        """Leave a unit that died on its way back to nobody, until it is seen clean."""
        old = self.grants[unit]
        self._put(unit, replace(old, promise=None, state=GrantState.QUARANTINED, since=self.now))

    def return_unit(self, unit: str) -> None:
        """A unit is back and clean: nobody has it."""
        self._play()
        del self._grants[unit]
        self.calendar = None

    def take_out(self, uid: str, outage: Outage) -> None:
        """Take what a maintenance window asks for out of the calendar."""
        self._play()
        self.outages = {**self.outages, uid: outage}
        self.calendar = None

    def put_back(self, uid: str) -> None:
        """A maintenance window is over or withdrawn."""
        self._play()
        self.outages = {other: outage for other, outage in self.outages.items() if other != uid}
        self.calendar = None

    def _put(self, unit: str, grant: Grant) -> None:
        self._play()
        self._grants[unit] = grant
        self.calendar = None

    def _change_entry(self, uid: str, entry: Entry | None) -> None:
        """Units in its hands may count otherwise with another entry; where it has none, only its demand changes."""
        before, counted = self.entries.get(uid), self.calendar
        if counted is not None and self.held(uid):
            counted = None
        self._play()
        if entry is None:
            del self._entries[uid]
        else:
            self._entries[uid] = entry
        self.calendar = counted and counted.with_entry(uid, before, entry, self.now)

    def _play(self) -> None:
        """Before the first change the ledger's own maps are copied; what was worked out is no longer true."""
        if not self.played:
            self._entries, self._grants = dict(self.entries), dict(self.grants)
            self.entries, self.grants, self.played = self._entries, self._grants, True
        self._left = self._holders = self._units = self._demands = None
        self.kinder.clear()
