"""One reservation as admission sees it: the ask, what is in force of it, and the pools that may serve it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from holdfast.hardware.accelerator_type import AcceleratorType
from holdfast.hardware.catalogue import accelerator
from holdfast.hardware.errors import TopologyImpossible, UnknownAccelerator
from holdfast.hardware.units import chips_per_slice, units_per_slice
from holdfast.planner.admission.effort import Effort
from holdfast.planner.state.board import Board, Kind
from holdfast.planner.state.ledger import EntryState, Part, Promise, PromiseState
from holdfast.planner.state.pool_calendar import parts_of
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Pool, Reservation, Tenant


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules and the search look at.

    `units` and `chips` are those of one slice, 0 where `objection` says why the shape is impossible. `kept` is
    the promise in force, None for a first answer. `effort` is what deciding it costs, whatever is changed of it.
    """

    board: Board
    reservation: Reservation
    tenant: Tenant | None
    hardware: AcceleratorType | None
    units: int
    chips: int
    objection: str
    kept: Promise | None
    effort: Effort = field(default_factory=Effort, compare=False)

    @property
    def now(self) -> int:
        """The turn's instant."""
        return self.board.now

    @property
    def earliest(self) -> int:
        """Before this instant nothing is promised: now, or the creation where this planner's clock lags a little."""
        return max(self.now, self.reservation.created)

    @property
    def begun(self) -> bool:
        """Whether a window is in force and has opened: its start and its pools stay.

        Units in its hands say so too: they were granted by a planner whose clock was a little ahead.
        """
        if self.kept is None:
            return False
        uid, sheets = self.kept.uid, self.board.sheets.values()
        return self.now >= self.kept.start or any(
            sheet.active(uid) for sheet in sheets if uid in sheet.entries
        )

    @property
    def count(self) -> int:
        """The most slices asked for at one instant to come: an interval that is over asks for nothing any more."""
        return max((part.count for part in self.parts), default=self.reservation.count)

    @property
    def least(self) -> int:
        """The fewest slices the tenant accepts. What is in force shrinks only by a lower count."""
        count = self.count
        return max(min(self.reservation.min_count or count, count), min(self._in_force, count))

    @property
    def _in_force(self) -> int:
        """The most slices that are promised at one instant to come."""
        if self.kept is None:
            return 0
        ahead = (part.count for part in self.kept.intervals if part.end > self.now)
        return max(ahead, default=self.kept.slices)

    def most_in_a_pool(self, slices: int) -> int:
        """How many of so many slices may lie in one pool: a share that is rounded down, and never less than one."""
        percent = self.reservation.max_percent_per_pool
        return slices if percent is None else max(1, slices * percent // 100)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The intervals asked for that are not over, as far as they can be served.

        From now on; where a window in force has begun, one that runs is looked at since then.
        """
        if not self.reservation.window.parts:
            return ()  # so it is with nearly all
        shortest = self.board.snapshot.policy.shortest
        cut = (replace(part, start=self._since(part)) for part in self.reservation.window.parts)
        return tuple(part for part in cut if part.end > self.now and part.end - part.start >= shortest)

    def _since(self, part: Part) -> int:
        """From when an interval counts; one that takes over from one that runs, since that began.

        Else a planner whose clock is a second behind would find nothing due, and take units that run.
        """
        kept = self.kept if self.begun else None
        start = max(part.start, self.earliest if kept is None else kept.start)
        if kept is None or start > self.now:
            return start
        running = (one.start for one in kept.paid if one.start <= self.now < one.end)
        return min(start, next(running, start))

    def fewest(self, parts: Iterable[Part]) -> tuple[Part, ...]:
        """Intervals with the fewest slices that are accepted in each."""
        least = self.least
        return tuple(replace(part, count=min(part.count, least)) for part in parts)

    @property
    def predecessor(self) -> Promise | None:
        """The promise of a reservation that was deleted under this name while it was in force."""
        mine, promises = self.reservation, self.board.snapshot.promises
        others = (promises[uid] for uid in self.board.namesakes.of(mine.label) if uid != mine.uid)
        gave_up = (
            one for one in others if one.slices and (one.ended_at is None or one.ended_at >= mine.created)
        )
        return next(gave_up, None)

    def matching(self) -> list[Sheet]:
        """Pools of the accelerator type in the datacenters asked for, best preference first.

        Pools that already serve a window in force belong to it, whatever the preference says now.
        """
        sheets, known = self.board.sheets, self.board.matching
        if self.begun:
            return [sheet for sheet in sheets.values() if self.wants(sheet.pool) or self.keeps(sheet)]
        if self._kind not in known:
            wanted = [sheet for sheet in sheets.values() if self.wants(sheet.pool)]
            known[self._kind] = sorted(wanted, key=self.rank)
        return known[self._kind]

    def open_pools(self) -> list[Sheet]:
        """The matching pools that take something new in this turn: to all of a tenant that have no entry, the same."""
        if self.entered:
            return [sheet for sheet in self.matching() if self._takes(sheet)]
        mine, tenant = len(self.reservation.window.parts), self.tenant.name if self.tenant else ""
        known, asked = self.board.open_pools, (self._kind, tenant, mine)
        if asked not in known:
            known[asked] = [sheet for sheet in self.matching() if self._takes(sheet)]
        return known[asked]

    @property
    def entered(self) -> bool:
        """Whether some pool has an entry of it, as played or as read."""
        uid = self.reservation.uid
        return self.kept is not None or any(
            uid in sheet.entries or (sheet.played and uid in sheet.as_read.entries)
            for sheet in self.board.sheets.values()
        )

    @property
    def _kind(self) -> Kind:
        mine = self.reservation
        return mine.accelerator, mine.topology, mine.datacenters

    def any_open_pool(self) -> bool:
        """Whether there is such a pool."""
        return any(self._takes(sheet) for sheet in self.matching())

    def keeps(self, sheet: Sheet) -> bool:
        """Whether a window that has begun is served from this pool."""
        return self.begun and self.kept is not None and sheet.pool.name in self.kept.pools

    def rank(self, sheet: Sheet) -> int:
        """The place of a pool's datacenter in the tenant's order of preference."""
        wanted = self.reservation.datacenters
        return wanted.index(sheet.pool.datacenter) if sheet.pool.datacenter in wanted else len(wanted)

    def wants(self, pool: Pool) -> bool:
        """Whether a pool has the accelerator type and shape, in a datacenter asked for, and cannot be taken back."""
        wanted = self.reservation.datacenters
        fits = pool.accelerator == self.reservation.accelerator and self._shaped(pool)
        return fits and pool.guaranteed and (not wanted or pool.datacenter in wanted)

    def serves(self, sheet: Sheet) -> bool:
        """Whether what is in force of this reservation lies, among others, in this pool."""
        entry = sheet.entries.get(self.reservation.uid)
        if entry is None or self.kept is None:
            return False
        return entry.state is EntryState.COMMITTED and self.kept.in_force(entry.form)

    def leaving(self, sheet: Sheet) -> bool:
        """Whether an entry of this reservation is on its way out, as played or as read: then none comes in yet."""
        uid = self.reservation.uid
        if uid not in sheet.entries and uid not in sheet.as_read.entries:
            return False  # so it is with nearly all
        entries = (sheet.entries.get(uid), sheet.as_read.entries.get(uid))
        return any(entry is not None and entry.state is EntryState.RELEASING for entry in entries)

    def refusal(self, sheet: Sheet) -> str:
        """Why the pool's site has no place for the tenant; empty where it has."""
        return sheet.pool.refuses.get(self.tenant.name, "") if self.tenant else ""

    def _shaped(self, pool: Pool) -> bool:
        """A slice type's unit is a whole slice: only a pool of that very topology has it."""
        if self.hardware is None or self.hardware.unit != "slice":
            return True
        return (
            pool.topology == self.reservation.topology if pool.topology else pool.chips_per_unit == self.chips
        )

    def _takes(self, sheet: Sheet) -> bool:
        if self.leaving(sheet):
            return False
        if not self.can_be_written(sheet):
            return False
        if self.reservation.uid in sheet.entries:
            return self.serves(sheet) and sheet.pool.reachable
        roomy = len(sheet.entries) < self.board.snapshot.policy.max_entries
        return sheet.pool.selling and sheet.pool.reachable and roomy and not self.refusal(sheet)

    def can_be_written(self, sheet: Sheet) -> bool:
        """Whether a ledger takes so many intervals more: it is one object, and has room for all that stands in it."""
        asked = len(self.reservation.window.parts)
        if not asked:
            return True  # so it is with nearly all
        others = sheet.worked_out().parts - parts_of(sheet.entries.get(self.reservation.uid))
        return others + asked <= self.board.snapshot.policy.max_parts


def case_of(board: Board, reservation: Reservation) -> Case:
    """Look up everything a reservation names; what cannot be found becomes an objection, never an exception."""
    promise = board.promise(reservation.uid)
    kept = promise if promise is not None and promise.state is PromiseState.COMMITTED else None
    hardware, units, chips, objection = None, 0, 0, ""
    try:
        hardware = accelerator(reservation.accelerator)
        units = units_per_slice(hardware, reservation.topology)
        chips = chips_per_slice(hardware, reservation.topology)
    except (UnknownAccelerator, TopologyImpossible) as error:
        objection = str(error)
    tenant = board.snapshot.tenants.get(reservation.tenant or "")
    return Case(board, reservation, tenant, hardware, units, chips, objection, kept)
