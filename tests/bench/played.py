"""A hub in memory at the planner's own speed: turns are timed, what they plan is written, agents open what is granted.

No guard is asked and no law checked here: that is what the simulation does with the same code. Only `plan` is timed;
what stands around it here (copying maps) is the bench's own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import partial
from time import process_time
from typing import TypeVar

from holdfast.frozen.records import Records
from holdfast.hub.budget import Budget
from holdfast.planner.plan import plan
from holdfast.planner.state.ledger import GrantState
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.recall import Recall
from holdfast.planner.state.snapshot import Pool, Query, Reservation, Snapshot
from holdfast.planner.status.quiet import Quiet
from holdfast.planner.status.reservation import reservation_statuses
from holdfast.planner.status.sites_and_tenants import site_statuses, tenant_statuses

ThingT = TypeVar("ThingT")
MOST_TURNS = 6


@dataclass(frozen=True, slots=True)
class Timed:
    """A plan and the CPU seconds it took."""

    plan: Plan
    seconds: float


@dataclass
class Played:
    """A world that turns are played on; `budget` as the operator's loop has one, None for all at once."""

    snapshot: Snapshot
    budget: Budget | None = None
    recall: Recall = field(default_factory=Recall)
    quiet: Quiet = field(default_factory=Quiet)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(2))

    def beside(self, snapshot: Snapshot | None = None) -> Played:
        """Another who remembers the same, in this world or in a changed one; its turns change nothing here."""
        return Played(snapshot or self.snapshot, deepcopy(self.budget), self.recall, deepcopy(self.quiet))

    def turn(self) -> Timed:
        """One turn: planned, timed and written."""
        seen = self.snapshot
        if self.budget is not None:
            seen = replace(seen, policy=replace(seen.policy, decisions=self.budget.decisions))
        began = process_time()
        turn = partial(plan, recall=self.recall)
        made = turn(seen) if self.budget is None else self.budget.plan(turn, seen)
        seconds = process_time() - began
        if self.budget is not None:
            with self.budget.writing(made):
                pass  # writes cost nothing here
        self.snapshot, self.recall = self._after(made), made.recall
        self.quiet.hear(made.news)
        return Timed(made, seconds)

    def speak(self, made: Plan) -> float:
        """Work out all that is told and write it down; the CPU seconds it took to work out."""
        began = process_time()
        said = list(reservation_statuses(self.snapshot, made.holds, self.quiet, self.recall.calendars))
        counts = self.quiet.counts(self.snapshot)
        list(site_statuses(self.snapshot, counts))
        list(tenant_statuses(self.snapshot, counts, self.recall.holdings))
        seconds = process_time() - began
        told = {one.reservation.uid: replace(one.reservation, status=one.status) for one in said}
        self.snapshot = replace(self.snapshot, reservations=_with(self.snapshot.reservations, told))
        return seconds

    def rest(self) -> float:
        """Turns until one writes nothing; the CPU seconds of all of them."""
        spent = 0.0
        for _ in range(MOST_TURNS):
            turn = self.turn()
            made, spent = turn.plan, spent + turn.seconds
            if not (made.ledgers or made.promises or made.unfinished):
                return spent
        raise AssertionError(
            f"no rest after {MOST_TURNS} turns: {len(made.ledgers)} ledgers were still written"
        )

    def ask(self, *asks: Reservation) -> None:
        """Reservations are created."""
        new = {one.uid: one for one in asks}
        self.snapshot = replace(self.snapshot, reservations=_with(self.snapshot.reservations, new))

    def question(self, *queries: Query) -> None:
        """Queries are created; each is answered once."""
        new = {one.ask.uid: one for one in queries}
        self.snapshot = replace(self.snapshot, queries={**self.snapshot.queries, **new})

    def forget(self, *asks: Reservation) -> None:
        """Reservations that got no promise are deleted."""
        left = Records.of(self.snapshot.reservations).with_changes({}, [one.uid for one in asks])
        self.snapshot = replace(self.snapshot, reservations=left)

    def answered(self, made: Plan, uid: str) -> bool:
        """Whether a reservation has a promise or a hold after this turn."""
        return uid in made.holds or uid in self.snapshot.promises

    def _after(self, made: Plan) -> Snapshot:
        seen, number = self.snapshot, next(self._numbers)
        version = str(number)
        pools = {
            write.pool: _opened(
                replace(seen.pools[write.pool], ledger=write.ledger, resource_version=version)
            )
            for write in made.ledgers
        }
        promises = {
            write.promise.uid: replace(
                write.promise, created=write.promise.created or seen.now, resource_version=version
            )
            for write in made.promises
        }
        answered = {uid: replace(seen.queries[uid], answered_at=seen.now) for uid in made.answers}
        return replace(
            seen,
            attempt=f"b{number}",
            pools={**seen.pools, **pools},
            promises=_with(seen.promises, promises),
            queries={**seen.queries, **answered},
        )


def played(snapshot: Snapshot) -> Played:
    """A world to play on."""
    return Played(snapshot)


def _with(old: Mapping[str, ThingT], new: Mapping[str, ThingT]) -> Mapping[str, ThingT]:
    return Records.of(old).with_changes(new)


def _opened(pool: Pool) -> Pool:
    """The pool once its agent has opened every unit granted there."""
    granted = {
        name: replace(pool.units[name], open_grant=grant.number)
        for name, grant in pool.ledger.grants.items()
        if grant.state is GrantState.ACTIVE and pool.units[name].open_grant != grant.number
    }
    return replace(pool, units={**pool.units, **granted}) if granted else pool
