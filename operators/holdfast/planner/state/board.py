"""The working copy a turn is played on: one sheet per pool, and the promise writes decided so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from holdfast.planner.state.ledger import FAR, Promise, PromiseState
from holdfast.planner.state.profile import Profile
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Snapshot
from holdfast.planner.state.steps import (
    Hold,
    Plan,
    PromiseWrite,
    Recall,
    RecordDelete,
    Stamp,
    Standing,
    Told,
)


@dataclass(slots=True)
class Board:
    """One turn in play. A pool whose clock runs ahead, or that the server refuses, is left alone: it has no sheet.

    `chips_left` is what admission has worked out of tenants' contracts, `kinder` the boards of kinder worlds by name;
    both are forgotten with every step decided.
    """

    snapshot: Snapshot
    sheets: dict[str, Sheet] = field(default_factory=dict)
    writes: dict[str, PromiseWrite] = field(default_factory=dict)
    deletes: list[RecordDelete] = field(default_factory=list)
    holds: dict[str, Hold] = field(default_factory=dict)
    frozen: dict[str, str] = field(default_factory=dict)
    chips_left: dict[tuple[str, str, str], Profile] = field(default_factory=dict)
    kinder: dict[str, Board] = field(default_factory=dict)
    answers: dict[str, Standing] = field(default_factory=dict)
    stamps: dict[tuple[str, str], Stamp] = field(default_factory=dict)
    decided: int = 0
    unfinished: bool = False
    _tenants: dict[str, dict[str, None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.frozen.update(self.snapshot.refused)
        for name in sorted(self.snapshot.pools):
            pool, now = self.snapshot.pools[name], self.snapshot.now
            if pool.ledger.as_of > now + self.snapshot.policy.max_skew:
                self.frozen[name] = f"ledger is {pool.ledger.as_of - now} s ahead of this planner's clock"
            if name not in self.frozen:
                self.sheets[name] = Sheet.of(pool, now)
        for uid, promise in self.snapshot.promises.items():
            self._tenants.setdefault(promise.tenant, {})[uid] = None

    @property
    def now(self) -> int:
        """The turn's instant."""
        return self.snapshot.now

    def promise(self, uid: str) -> Promise | None:
        """The promise object as read; what this turn decides about it shows only in the next turn."""
        return self.snapshot.promises.get(uid)

    def of_tenant(self, tenant: str) -> Iterable[str]:
        """The uids of a tenant's promises, this turn's included."""
        return self._tenants.get(tenant, ())

    def swap(
        self,
        promise: Promise,
        needs: frozenset[str] = frozenset(),
        told: Told | None = None,
        before: int | None = None,
    ) -> None:
        """Ask for one write of a promise object; the first one decided in a turn stands.

        `told` is what its reservation's event says once the write is done, `before` when it is too late for it.
        """
        old = self.promise(promise.uid)
        version = old.resource_version if old else ""
        self._tenants.setdefault(promise.tenant, {})[promise.uid] = None
        self.chips_left.clear()
        self.kinder.clear()
        self.writes.setdefault(promise.uid, PromiseWrite(promise, version, needs, told, before))

    def stand(self, uid: str, answer: Standing) -> None:
        """Put an answer on the board, just given or kept from an earlier turn."""
        self.answers[uid] = answer
        if answer.hold is not None:
            self.holds[uid] = answer.hold

    def recall(self, wake_at: int | None) -> Recall:
        """What this turn leaves to the next one; what it has answered stands until time alone may change something.

        What is told of later starts moves with the clock where a repair or a hand-back is late: so for a slot at most.
        """
        until = min(FAR if wake_at is None else wake_at, self.now + self.snapshot.policy.slot)
        answers = {
            uid: replace(one, until=until) if one.until is None else one for uid, one in self.answers.items()
        }
        before = self.snapshot.recall
        return Recall(before.turn + 1, answers, self.stamps, frozenset(self.snapshot.refused))

    def freeze(self, uid: str, why: str) -> None:
        """Leave a reservation to a person; the first contradiction met is the one that is told."""
        self.frozen.setdefault(uid, why)

    def left_alone(self, uid: str | None) -> bool:
        """Whether a promise stays exactly as it is, because what was planned for it was refused."""
        return uid in self.snapshot.refused

    def void_attempts(self, uid: str) -> None:
        """Give up what is under way for a reservation: a newer round makes every older attempt free to remove."""
        old = self.promise(uid)
        if old is not None:
            self.swap(replace(old, round=old.round + 1))
            return
        reservation = self.snapshot.reservations.get(uid)
        sheet = next(s for s in self.sheets.values() if uid in s.entries)
        entry = sheet.entries[uid]
        namespace, _, name = entry.reservation.partition("/")
        self.swap(
            Promise(
                uid=uid,
                state=PromiseState.NONE,
                attempt="",
                round=1,
                tenant=entry.tenant,
                namespace=namespace,
                reservation=name,
                generation=reservation.generation if reservation else 0,
                accelerator=sheet.pool.accelerator,
                topology=reservation.topology if reservation else None,
                slices=0,
                requested_slices=reservation.count if reservation else 1,
                units_per_slice=1,
                pools={},
                start=entry.form.start,
                end=entry.form.end,
            )
        )

    def _fences(self) -> frozenset[str]:
        """The ledgers to write even if nothing changes in them."""
        unfenced = self.snapshot.unfenced & self.sheets.keys()
        alone = any(write.looks_at_all and not write.needs for write in self.writes.values())
        return unfenced or frozenset(sorted(self.sheets)[:1] if alone else ())

    def plan(self, wake_at: int | None) -> Plan:
        """Everything decided, as data.

        What one ledger alone does not show (all that a tenant holds, that no pool has an entry left) is decided on
        exact pictures of all of them: such a step needs a write of each ledger that another planner may have changed,
        and of one ledger at least, since whoever came later has written every one of them.
        """
        fences = self._fences()
        written = (
            sheet.write(self.snapshot.epoch, fence=name in fences) for name, sheet in self.sheets.items()
        )
        return Plan(
            ledgers=tuple(write for write in written if write is not None),
            promises=tuple(
                replace(write, needs=write.needs | fences) if write.looks_at_all else write
                for _, write in sorted(self.writes.items())
            ),
            deletes=tuple(self.deletes),
            holds=self.holds,
            frozen=self.frozen,
            wake_at=wake_at,
            decided=self.decided,
            unfinished=self.unfinished,
            recall=self.recall(wake_at),
        )
