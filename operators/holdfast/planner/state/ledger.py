"""What is stored and therefore true: one pool's ledger, and the promise object that is a reservation's commit point.

    reservation ──┐                       AcceleratorPool.status (one per pool)
                  ├─▶ CapacityPromise ──▶   entries: uid → count over a window, attempt, round
    planner ──────┘    attempt in force     grants:  unit → promise, number, state
    maintenance window, once accepted ──▶   outages: uid → units over a time

An entry is *in force* when its attempt is the one its promise object names. Rounds only grow, so an entry that
is not in force and is older than the promise object's round can be freed by any planner with any reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from holdfast.planner.state.capacity import Capacity
from holdfast.planner.state.moving import Moving

FAR = 253_402_300_799
"""The end of year 9999: an instant after every window."""


class EntryState(StrEnum):
    """Where an entry stands on its way from an attempt to nothing."""

    PREPARED = "Prepared"
    COMMITTED = "Committed"
    RELEASING = "Releasing"


class GrantState(StrEnum):
    """Where a unit stands on its way through a promise's hands."""

    ACTIVE = "Active"
    RELEASING = "Releasing"
    QUARANTINED = "Quarantined"


class PromiseState(StrEnum):
    """The state of a promise object; an absent object is read as NONE in round 0."""

    NONE = "None"
    COMMITTED = "Committed"
    RELEASING = "Releasing"
    RELEASED = "Released"


@dataclass(frozen=True, slots=True)
class Part:
    """So many, and the same ones throughout, over [start, end): slices of an ask or a promise, units of a form."""

    start: int
    end: int
    count: int


@dataclass(frozen=True, slots=True)
class Form:
    """One attempt's share in one pool: `count` units needed over [start, end), turn-around included.

    A window of several intervals has `parts`: each needs its units until it ends, and for `clearing` seconds after
    that; `count` is the most they need at one instant, [start, end) the time from the first to the last.
    """

    attempt: str
    round: int
    count: int
    start: int
    end: int
    parts: tuple[Part, ...] = ()
    clearing: int = 0

    def needs(self, now: int = 0) -> tuple[Part, ...]:
        """What it needs, clearing included; parts that are over by `now` show in their units, on the way back."""
        if not self.parts:
            return (Part(self.start, self.end, self.count),)
        live = (part for part in self.parts if part.end > now)
        return tuple(Part(part.start, part.end + self.clearing, part.count) for part in live)

    def running(self, now: int) -> tuple[Part, ...]:
        """What it needs at an instant of its window, whatever lasts longest in front."""
        if not self.parts:
            return self.needs()
        running = (part for part in self.needs(now) if part.start <= now)
        return tuple(sorted(running, key=lambda part: -part.end))

    def due(self, now: int) -> int:
        """How many units its holder is to have at an instant of its window."""
        return sum(part.count for part in self.running(now))


@dataclass(frozen=True, slots=True)
class Entry:
    """A promise's share in one pool's ledger.

    While an amendment is under way `next` is its new form, and the entry needs the larger of the two at every
    instant. `notice` says that the window is about to end and no new work should start on its units; `waiting` that its
    units stay closed until every pool of its promise has given all it owes.
    """

    reservation: str
    tenant: str
    form: Form
    state: EntryState
    next: Form | None = None
    notice: bool = False
    waiting: bool = False

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms that count as occupied, the one in the ledger's first place first."""
        return (self.form,) if self.next is None else (self.form, self.next)

    @property
    def stepped(self) -> bool:
        """Whether one of its forms has parts."""
        return bool(self.form.parts) or (self.next is not None and bool(self.next.parts))

    def between_parts(self, now: int) -> bool:
        """Whether its holder is to have no unit, since no part of its window is due."""
        return self.stepped and all(form.parts and not form.due(now) for form in self.forms)

    def over(self, now: int) -> bool:
        """Whether the window has ended in every form of it, clearing included."""
        return self.form.end <= now and (self.next is None or self.next.end <= now)

    def begun(self, now: int) -> bool:
        """Whether the window is open whichever of the forms is in force: before that no unit is granted.

        A promise object may have been swapped to the next form where this planner has not seen it yet; the ledger, on
        whose version units are granted, shows both.
        """
        return self.form.start <= now and (self.next is None or self.next.start <= now)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What was judged of a unit that is not well in a promise's hands; every instant by a planner's own clock.

        since                    it is in trouble: its dwell runs
        since, failed, until     it counts as failed: its tenant is asked, and may answer until then
        since, failed, swap      a spare is set aside; from `swap` on its pods may be sent away, and `cause` says why
        …, ended                 it is well again; what is known of it counts for a while, `times` how often it began

    `by` is the person who recalled it.
    """

    since: int
    times: int = 1
    failed: int | None = None
    until: int | None = None
    swap: int | None = None
    cause: str = ""
    by: str = ""
    ended: int | None = None

    @property
    def believed(self) -> bool:
        """Whether something was decided of it: its tenant is asked, or it goes. Of what is not believed nothing is."""
        return self.until is not None or self.swap is not None


@dataclass(frozen=True, slots=True)
class Grant:
    """A unit in a promise's hands. `number` is unique in the pool; `since` is when `state` was reached."""

    promise: str | None
    number: int
    state: GrantState
    since: int
    replaces: str | None = None
    trouble: Trouble | None = None

    @property
    def leaving(self) -> bool:
        """Whether it is to make room for another unit."""
        return self.trouble is not None and self.trouble.swap is not None

    @property
    def failed(self) -> bool:
        """Whether its unit counts as failed."""
        return self.trouble is not None and self.trouble.failed is not None

    @property
    def keeps(self) -> bool:
        """Whether its holder counts on the unit, whatever is reported of it: nobody has decided otherwise."""
        return self.state is GrantState.ACTIVE and not self.leaving


@dataclass(frozen=True, slots=True)
class Outage:
    """What an accepted maintenance window takes out of a pool over [start, end); no units named: all of it.

    `against` are the uids of the reservations whose promises it took units from when it was accepted.
    """

    name: str
    start: int
    end: int
    units: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    def takes(self, unit: str, start: int, end: int) -> bool:
        """Whether a unit is out at some instant of [start, end)."""
        return self.start < end and start < self.end and (not self.units or unit in self.units)


@dataclass(frozen=True, slots=True)
class Ledger:
    """One pool's status as it was read. `sealed` remembers that the stack's seal was once seen.

    `replaced` holds when failed units were replaced lately, whatever has become of those units since; `idle_out` since
    when units that nobody has do not work, as far as that is believed.
    """

    epoch: int = 0
    as_of: int = 0
    peak: int = 0
    granted: int = 0
    sealed: bool = False
    replaced: tuple[int, ...] = ()
    capacity: Capacity | None = None
    entries: Mapping[str, Entry] = field(default_factory=dict)
    grants: Mapping[str, Grant] = field(default_factory=dict)
    outages: Mapping[str, Outage] = field(default_factory=dict)
    idle_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Promise:
    """The commit point of one reservation; `pools` maps pool name to units, `start` and `end` are the window.

    `end` is the end of the paid window: the entries' forms run on for grace and turn-around. `intervals` are, in
    slices, what is promised of a window of several; it reaches from the first to the last, and `slices` is the most of
    those that are not over: one that was changed since says of each interval what was held in it. Of
    an `atomic` one no pool opens a unit before all of them can. While a slice is `moving` its pools have that slice
    twice at first, which is not promised, and then still the units that are to leave.
    """

    uid: str
    state: PromiseState
    attempt: str
    round: int
    tenant: str
    namespace: str
    reservation: str
    generation: int
    accelerator: str
    topology: str | None
    slices: int
    requested_slices: int
    units_per_slice: int
    pools: Mapping[str, int]
    start: int
    end: int
    created: int = 0
    cause: str = ""
    ended_at: int | None = None
    intervals: tuple[Part, ...] = ()
    atomic: bool = False
    moving: Moving | None = None
    resource_version: str = ""

    @property
    def label(self) -> str:
        """`namespace/name` of the reservation, as people write it."""
        return f"{self.namespace}/{self.reservation}"

    @property
    def twice(self) -> int:
        """How many slices its pools have beyond those promised, because one moves and what it leaves still stands."""
        if self.moving is None or not self.units_per_slice:
            return 0
        return max(sum(self.pools.values()) // self.units_per_slice - self.slices, 0)

    def gives(self, pool: str) -> frozenset[int]:
        """The grants that are to leave a pool first, since their slice has moved."""
        return self.moving.grants if self.moving is not None and self.moving.source == pool else frozenset()

    @property
    def paid(self) -> tuple[Part, ...]:
        """How many slices it gives, interval by interval."""
        return self.intervals or (Part(self.start, self.end, self.slices),)

    def in_force(self, form: Form) -> bool:
        """Whether this promise object names that form's attempt as the committed one."""
        return self.state is PromiseState.COMMITTED and form.attempt == self.attempt

    def due(self, entry: Entry | None, pool: str, now: int) -> int:
        """How many units of a pool its holder is to have at an instant of its window, by its entry there."""
        forms = entry.forms if entry is not None else ()
        form = next((form for form in forms if self.in_force(form)), None)
        return self.pools.get(pool, 0) if form is None else form.due(now)

    @property
    def ending(self) -> bool:
        """Whether its units are on their way back, or back."""
        return self.state in (PromiseState.RELEASING, PromiseState.RELEASED)
