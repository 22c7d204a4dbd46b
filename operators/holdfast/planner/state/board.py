"""The working copy a turn is played on: one sheet per pool, and the promise writes decided so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace

from holdfast.assignment.demand import Span
from holdfast.planner.state.changes import NOBODY
from holdfast.planner.state.holdings import Holdings, held, holdings_of
from holdfast.planner.state.ledger import Promise, PromiseState
from holdfast.planner.state.ledger_write import ledger_write
from holdfast.planner.state.namesakes import Namesakes, namesakes_of
from holdfast.planner.state.news import News, known_of, news_of
from holdfast.planner.state.pool_calendar import PoolCalendar
from holdfast.planner.state.profile import Profile
from holdfast.planner.state.recall import Known, Recall, Standing
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Pool, Snapshot
from holdfast.planner.state.steps import (
    Hold,
    LedgerWrite,
    MaintenanceAnswer,
    PromiseWrite,
    RecordDelete,
    Told,
)

Kind = tuple[str, str | None, tuple[str, ...]]
"""What pools are asked for: accelerator type, topology, datacenters."""


@dataclass(slots=True)
class Board:
    """One turn in play. A pool whose clock runs ahead, or that the server refuses, is left alone: it has no sheet.

    `news` says whom to look at. `chips_left` is what admission has worked out of tenants' contracts, `kinder` the
    boards of kinder worlds by name, `open_pools` those of a kind that take something new of a tenant: all of them are
    forgotten with every step decided. `matching` are the pools of a kind, `stuck` those with a slice that only another
    pool could make whole, `ahead` the promises of which a ledger says more than their objects as read: another planner
    has committed and settled them, and the watch has yet to tell. `put_off` are tenants some of whose asks had to wait,
    `at` says whose turn it is: of a pool, then of which of its promises.
    """

    snapshot: Snapshot
    recalled: Recall = field(default_factory=Recall)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    writes: dict[str, PromiseWrite] = field(default_factory=dict)
    deletes: list[RecordDelete] = field(default_factory=list)
    holds: dict[str, Hold] = field(default_factory=dict)
    frozen: dict[str, str] = field(default_factory=dict)
    chips_left: dict[tuple[str, str, str], Profile] = field(default_factory=dict)
    kinder: dict[str, Board] = field(default_factory=dict)
    matching: dict[Kind, list[Sheet]] = field(default_factory=dict)
    open_pools: dict[tuple[Kind, str, int], list[Sheet]] = field(default_factory=dict)
    answers: dict[str, Standing] = field(default_factory=dict)
    maintenance: dict[str, MaintenanceAnswer] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    stuck: frozenset[str] = frozenset()
    ahead: set[str] = field(default_factory=set)
    put_off: set[str] = field(default_factory=set)
    at: tuple[str, ...] = ()
    decided: int = 0
    unfinished: bool = False
    known: Known = field(init=False)
    news: News = field(init=False)
    holdings: Holdings = field(init=False)
    namesakes: Namesakes = field(init=False)
    _taken: dict[tuple[str, str], list[Span]] = field(default_factory=dict)
    _looked_at: list[str] | None = None

    def __post_init__(self) -> None:
        self.known = known_of(self.snapshot)
        self.news = news_of(self.snapshot, self.known, self.recalled)
        self.holdings, self.namesakes = self._kept_up()
        self.frozen.update(self.snapshot.refused)
        for name in sorted(self.snapshot.pools):
            pool, now = self.snapshot.pools[name], self.snapshot.now
            if pool.ledger.as_of > now + self.snapshot.policy.max_skew:
                self.frozen[name] = f"ledger is {pool.ledger.as_of - now} s ahead of this planner's clock"
            if name not in self.frozen:
                self.sheets[name] = Sheet.of(pool, now, self._calendar_of(pool), self.snapshot.promises)

    def _kept_up(self) -> tuple[Holdings, Namesakes]:
        """What the tenants hold by promises as read, and what those are called."""
        before, pools = self.recalled.seen, self.snapshot.pools
        if self.news.everything or before is None:
            return holdings_of(self.known.promises, pools), namesakes_of(self.known.promises)
        sides = before.promises, self.known.promises
        moved = [(sides[0].get(uid), sides[1].get(uid)) for uid in self.news.promised]
        return self.recalled.holdings.with_changes(moved, pools), self.recalled.namesakes.with_changes(moved)

    def _calendar_of(self, pool: Pool) -> PoolCalendar | None:
        """What is known of a pool's calendar: in a pool to be looked at only if it is as it was foreseen."""
        if pool.name not in self.news.pools:
            return self.recalled.calendars.get(pool.name)
        foreseen = None if self.news.everything else self.recalled.foreseen.get(pool.name)
        return foreseen.calendar if foreseen is not None and foreseen.came(pool, self.now) else None

    @property
    def now(self) -> int:
        """The turn's instant."""
        return self.snapshot.now

    def sheets_to_look_at(self) -> Iterator[Sheet]:
        """The pools in which something may be due, by name, each in its turn."""
        return map(self.sheets.__getitem__, self.each(sorted(self.news.pools & self.sheets.keys())))

    def promises_to_look_at(self) -> Iterator[Promise]:
        """The promises for which something may be due, by uid, each in its turn."""
        if self._looked_at is None:
            self._looked_at = sorted(self.news.promises)
        return map(self.snapshot.promises.__getitem__, self.each(self._looked_at))

    def each(self, names: Iterable[str]) -> Iterator[str]:
        """Names of pools and uids one by one, each `at` its turn; within the turn of a pool those of its promises."""
        outer = self.at
        for name in names:
            self.at = (*outer, name)
            yield name
        self.at = outer

    def to_blame(self, met: set[str]) -> str | None:
        """In whose turn it is that the planner fails: of a pool's promise; of the pool itself the second time.

        `met` are those in whose turns it failed before. None where it is nobody's, or leaving them alone is no help.
        """
        names = self.at[:1] if met.intersection(self.at[:1]) else reversed(self.at)
        return next((name for name in names if name not in self.snapshot.refused), None)

    def with_sheets(self, sheets: dict[str, Sheet]) -> Board:
        """The same turn with other sheets, on which nothing is decided: a kinder world, with the same contracts."""
        other = copy(self)
        other.sheets, other.kinder, other.matching, other.open_pools = sheets, {}, {}, {}
        return other

    def promise(self, uid: str) -> Promise | None:
        """The promise object as read; what this turn decides about it shows only in the next turn."""
        return self.snapshot.promises.get(uid)

    def taken(self, tenant: str, accelerator: str) -> list[Span]:
        """Chips that this turn is about to promise to a tenant beyond what it holds."""
        return self._taken.get((tenant, accelerator), [])

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
        self.chips_left.clear()
        self.kinder.clear()
        self.open_pools.clear()
        if promise.uid not in self.writes:
            self.writes[promise.uid] = PromiseWrite(promise, version, needs, told, before)
            if promise.state is PromiseState.COMMITTED and not _within(promise, old):
                spans = self._taken.setdefault((promise.tenant, promise.accelerator), [])
                spans.extend(held(promise, self.snapshot.pools))

    def stand(self, uid: str, answer: Standing) -> None:
        """Put an answer on the board, just given or kept from an earlier turn."""
        self.answers[uid] = answer
        if answer.hold is not None:
            self.holds[uid] = answer.hold

    def freeze(self, uid: str, why: str) -> None:
        """Leave a reservation to a person; the first contradiction met is the one that is told."""
        self.frozen.setdefault(uid, why)

    def left_alone(self, uid: str | None) -> bool:
        """Whether a promise stays exactly as it is, because what was planned for it was refused.

        None asks it of quarantined units, which no promise has any more.
        """
        return (uid or NOBODY) in self.snapshot.refused

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

    def ledger_writes(self) -> tuple[LedgerWrite, ...]:
        """The ledgers to write: of pools that were looked at or played on, and fences.

        What one ledger alone does not show (all that a tenant holds, that no pool has an entry left) is decided on
        exact pictures of all of them: such a step needs a write of each ledger that another planner may have changed,
        and of one ledger at least, since whoever came later has written every one of them.
        """
        fences, epoch = self._fences(), self.snapshot.epoch
        written = (
            ledger_write(sheet, epoch, fence=name in fences)
            for name, sheet in zip(self.each(self.sheets), self.sheets.values(), strict=True)
            if sheet.played or name in self.news.pools or name in fences
        )
        return tuple(write for write in written if write is not None)

    def promise_writes(self) -> tuple[PromiseWrite, ...]:
        """The promise objects to write, by uid, each with the ledgers that must have been written first."""
        fences = self._fences()
        return tuple(
            replace(write, needs=write.needs | fences) if write.looks_at_all else write
            for _, write in sorted(self.writes.items())
        )


def _within(new: Promise, old: Promise | None) -> bool:
    """Whether all that a promise is about to hold is held by it already."""
    if old is None or old.state is not PromiseState.COMMITTED:
        return False
    moves = (new.moving or old.moving) is not None and new.slices <= old.slices
    more = not moves and any(count > old.pools.get(pool, 0) for pool, count in new.pools.items())
    inside = (
        old.start <= new.start
        and new.end <= old.end
        and (not old.intervals or new.intervals == old.intervals)
    )
    return not more and inside
