"""What a turn may ask to be written, each step with the version it was decided on; and the answer "not now"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from holdfast.api.bounds import MAX_SENTENCE
from holdfast.api.reasons import Reason
from holdfast.planner.state.ledger import Ledger, Promise, PromiseState


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something that stands in a reservation's way until an instant; only what its tenant may know."""

    kind: str
    name: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One change of an ask with which it would be promised as things stand; what is left out stays as asked.

    `end`, with or without `start`, is a fixed window; `duration` (seconds) is that of a flexible one.
    """

    kind: Literal["Later", "Fewer", "Elsewhere", "Shorter"]
    start: int | None = None
    end: int | None = None
    duration: int | None = None
    count: int | None = None
    datacenters: tuple[str, ...] = ()
    across_datacenters: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """The answer "not now": why, what blocks it, when it could start, and what would make it fit sooner.

    `stalled` says whether no waiting mends it, so that its author must change the reservation; None: its reason says
    it of every ask. `again` is the instant at which time alone changes it, where one is known. `conflicts` are the
    intervals (start, end) of a fixed window in which too little is left.
    """

    reason: Reason
    message: str
    blockers: tuple[Blocker, ...] = ()
    earliest_start: int | None = None
    relaxations: tuple[Relaxation, ...] = ()
    stalled: bool | None = None
    conflicts: tuple[tuple[int, int], ...] = ()
    again: int | None = None

    @property
    def stalls(self) -> bool:
        """Whether it can never be promised as it is asked: condition Stalled, on which a client gives up."""
        return self.reason.stalls if self.stalled is None else self.stalled

    def followed_by(self, words: str) -> Hold:
        """The same with something more to say, which stays whole: of what is too long together, the message is cut."""
        room = MAX_SENTENCE - len(words) - len("; ")
        said = self.message if len(self.message) <= room else f"{self.message[: room - 1]}…"
        return replace(self, message=f"{said}; {words}")


@dataclass(frozen=True, slots=True)
class Offer:
    """A window and units by pool that a reservation would be promised now; `count` is in slices."""

    start: int
    end: int
    count: int
    pools: Mapping[str, int]
    datacenters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """The answer to a query: offers, the earliest first, or a hold where there is none."""

    offers: tuple[Offer, ...] = ()
    hold: Hold | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """A promise that lacks `count` units at one instant because of maintenance, or would.

    `until` is when its need of them ends.
    """

    reservation: str
    tenant: str
    count: int
    until: int


@dataclass(frozen=True, slots=True)
class MaintenanceAnswer:
    """How a maintenance window stands: accepted, or why not and when one as long would touch no promise.

    `deficit` is the most that promises lack at one instant because it is accepted.
    """

    accepted: bool
    reason: Reason
    message: str
    touched: tuple[Touched, ...] = ()
    next_starts: tuple[int, ...] = ()
    deficit: int = 0


@dataclass(frozen=True, slots=True)
class LedgerWrite:
    """Replace one pool's ledger, decided on `resource_version`."""

    pool: str
    resource_version: str
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class Told:
    """An event: a reason, and a sentence for people."""

    reason: Reason
    note: str


@dataclass(frozen=True, slots=True)
class PromiseWrite:
    """Create (`resource_version` empty) or swap one promise object.

    A commit names in `needs` the pools whose ledgers must have been written first, in this very turn: those that take
    its entries, and those that must be known exactly.
    `told` is the event of its reservation once the write is done: a promise that ends, or takes another form.
    `before` is the instant (epoch seconds) from which it is too late: the window it would move has begun by then.
    """

    promise: Promise
    resource_version: str
    needs: frozenset[str] = frozenset()
    told: Told | None = None
    before: int | None = None

    @property
    def looks_at_all(self) -> bool:
        """Whether it rests on every pool's ledger: on all a tenant holds, or on no pool having an entry left."""
        return bool(self.needs) or self.promise.state is PromiseState.RELEASED


@dataclass(frozen=True, slots=True)
class RecordDelete:
    """Delete the record of a promise released long ago."""

    uid: str
    resource_version: str
