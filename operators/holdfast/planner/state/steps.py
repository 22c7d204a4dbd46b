"""What a turn may ask to be written, each step with the version it was decided on; and what it leaves to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from holdfast.api.reasons import Reason
from holdfast.planner.state.ledger import Ledger, Promise, PromiseState
from holdfast.planner.state.sameness import very_same


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

    `stalled` says that no waiting mends it: its author must change the reservation. `conflicts` are the intervals
    (start, end) of a fixed window in which too little is left.
    """

    reason: Reason
    message: str
    blockers: tuple[Blocker, ...] = ()
    earliest_start: int | None = None
    relaxations: tuple[Relaxation, ...] = ()
    stalled: bool = False
    conflicts: tuple[tuple[int, int], ...] = ()


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


Stamp = tuple[object, ...]
"""Records of one turn; the very same tuple again in the next while they are the very same records."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer to one reservation: a hold, or None where what is in force is all there is for now.

    `spec` is what was asked by whom, `stamps` the pools and promises it rests on, `until` the instant at which time
    alone may change it (epoch seconds; None while the turn that gave it goes on), `turn` the number of that turn.
    """

    hold: Hold | None
    spec: Stamp
    stamps: tuple[Stamp, ...]
    until: int | None
    turn: int

    def stands(self, spec: Stamp, stamps: tuple[Stamp, ...], now: int) -> bool:
        """Whether nothing it rests on is another by now."""
        ahead = self.until is not None and now < self.until
        return ahead and self.spec == spec and very_same(self.stamps, stamps)


@dataclass(frozen=True, slots=True)
class Recall:
    """Answers by reservation uid, stamps by what they are of, and who was left alone, in the turn of this number."""

    turn: int = 0
    answers: Mapping[str, Standing] = field(default_factory=dict)
    stamps: Mapping[tuple[str, str], Stamp] = field(default_factory=dict)
    left_alone: frozenset[str] = frozenset()

    def doubted(self) -> Recall:
        """The same where a step of the turn came to nothing: what was answered beside it is decided anew."""
        return replace(self, answers={uid: replace(one, until=0) for uid, one in self.answers.items()})


@dataclass(frozen=True, slots=True)
class Plan:
    """One turn's writes, in the order they are applied: ledgers, then promises, then words.

    `holds` answers each reservation that got neither a promise nor an attempt; `frozen` names what only a
    person may touch, with the reason. `wake_at` is the next instant at which time alone changes something.
    `decided` counts the reservations decided anew; `unfinished` says that the budget was spent before everybody was:
    the next turn goes on at once. `answers` are those to queries, by uid; `expired` are the uids of queries to delete.
    """

    ledgers: tuple[LedgerWrite, ...] = ()
    promises: tuple[PromiseWrite, ...] = ()
    deletes: tuple[RecordDelete, ...] = ()
    holds: Mapping[str, Hold] = field(default_factory=dict)
    frozen: Mapping[str, str] = field(default_factory=dict)
    wake_at: int | None = None
    superseded: bool = False
    decided: int = 0
    unfinished: bool = False
    recall: Recall = field(default_factory=Recall)
    answers: Mapping[str, QueryAnswer] = field(default_factory=dict)
    expired: tuple[str, ...] = ()
