"""What a turn may ask to be written: each step carries the version it was decided on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfast.api.reasons import Reason
from holdfast.planner.state.ledger import Ledger, Promise, PromiseState


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something that stands in a reservation's way until an instant; only what its tenant may know."""

    kind: str
    name: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """The answer "not now": why, what blocks it, when it could start, and what would make it fit sooner.

    `stalled` says that no waiting mends it: its author must change the reservation.
    """

    reason: Reason
    message: str
    blockers: tuple[Blocker, ...] = ()
    earliest_start: int | None = None
    relaxations: tuple[str, ...] = ()
    stalled: bool = False


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


@dataclass(frozen=True, slots=True)
class Plan:
    """One turn's writes, in the order they are applied: ledgers, then promises, then words.

    `holds` answers each reservation that got neither a promise nor an attempt; `frozen` names what only a
    person may touch, with the reason. `wake_at` is the next instant at which time alone changes something.
    """

    ledgers: tuple[LedgerWrite, ...] = ()
    promises: tuple[PromiseWrite, ...] = ()
    deletes: tuple[RecordDelete, ...] = ()
    holds: Mapping[str, Hold] = field(default_factory=dict)
    frozen: Mapping[str, str] = field(default_factory=dict)
    wake_at: int | None = None
    superseded: bool = False
