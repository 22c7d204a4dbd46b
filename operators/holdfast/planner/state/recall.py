"""What a planner remembers from one turn to the next, so that a turn costs what has changed. None of it is truth.

It says what the last turn saw, what was worked out of that, and from which instant time alone may change it. A planner
that has forgotten everything plans the same: it looks at everything once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from holdfast.frozen.records import PAGES, Records
from holdfast.planner.state.holdings import Holdings
from holdfast.planner.state.ledger import FAR, Promise
from holdfast.planner.state.namesakes import Namesakes
from holdfast.planner.state.pool_calendar import PoolCalendar
from holdfast.planner.state.snapshot import Maintenance, Pool, Reservation, Tenant
from holdfast.planner.state.steps import Hold, MaintenanceAnswer

Subject = tuple[str, str]
"""("pools", an accelerator type) or ("tenant", its name): what an answer rests on."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer to one reservation: a hold, or None where what is in force is all there is for now.

    `asked` is the ask it was given to, `turn` the number of the turn that gave it. `own` is when time alone makes
    another ask of it, `until` when time alone may change the answer (epoch seconds; None while that turn goes on).
    """

    hold: Hold | None
    asked: Reservation
    turn: int
    own: int = FAR
    until: int | None = None

    def stands(self, asked: Reservation, now: int) -> bool:
        """Whether the same is asked and no instant has come; not the status that stands there, which asks nothing."""
        if self.until is None or now >= self.until:
            return False
        return asked is self.asked or replace(asked, status=self.asked.status) == self.asked


@dataclass(frozen=True, slots=True)
class Known:
    """What the last turn saw, as the very records."""

    now: int
    pools: Mapping[str, Pool]
    promises: Records[str, Promise]
    reservations: Records[str, Reservation]
    tenants: Mapping[str, Tenant]
    maintenance: Mapping[str, Maintenance]
    refused: frozenset[str]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A pool as it is read once what was decided of it is written, and nothing else has happened.

    `calendar` is that pool's, and `due` the instant from which time alone may make it another.
    """

    pool: Pool
    calendar: PoolCalendar
    due: int

    def came(self, read: Pool, now: int) -> bool:
        """Whether it is read just so, in time."""
        return now < self.due and replace(self.pool, resource_version=read.resource_version) == read


@dataclass(frozen=True, slots=True)
class Recall:
    """`seen` is what the last turn saw, None where there was none: then everything is looked at.

    By pool: its calendar, what it becomes by what was decided (`foreseen`), and the instant at which time alone may
    change something in it (`due`). `pages` are such instants of the promises' pages. `restless` are the promises for
    which something was decided, that a person must look at, or of which a ledger says more than was read. `waiting` are
    the reservations that have less than they ask for, `stuck` the pools with a slice that only another pool could make
    whole. `moved` says in which turn something that answers rest on last changed. `maintenance` are the answers to
    maintenance windows, `put_off` the tenants some of whose asks had to wait for the next turn.
    """

    turn: int = 0
    seen: Known | None = None
    answers: Mapping[str, Standing] = field(default_factory=dict)
    calendars: Mapping[str, PoolCalendar] = field(default_factory=dict)
    foreseen: Mapping[str, Foreseen] = field(default_factory=dict)
    due: Mapping[str, int] = field(default_factory=dict)
    pages: tuple[int, ...] = (FAR,) * PAGES
    restless: frozenset[str] = frozenset()
    restless_pools: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    stuck: frozenset[str] = frozenset()
    moved: Mapping[Subject, int] = field(default_factory=dict)
    maintenance: Mapping[str, MaintenanceAnswer] = field(default_factory=dict)
    put_off: frozenset[str] = frozenset()
    holdings: Holdings = field(default_factory=Holdings)
    namesakes: Namesakes = field(default_factory=Namesakes)

    def doubted(self) -> Recall:
        """The same where a step of the turn came to nothing: what was answered beside it is decided anew."""
        return replace(self, answers={uid: replace(one, until=0) for uid, one in self.answers.items()})
