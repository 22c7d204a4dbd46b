"""A hub in memory for a forecast: what the planner decides is written, and agents do at once what the ledgers say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from holdfast.forecast.events import Failure
from holdfast.frozen.records import Records
from holdfast.planner.plan import plan
from holdfast.planner.state.ledger import GrantState, Promise, PromiseState
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.recall import Recall
from holdfast.planner.state.snapshot import Health, Maintenance, Pool, Reservation, Snapshot, Unit

MOST_TURNS = 12
"""After which an instant counts as decided: what is left comes to its next one."""
ThingT = TypeVar("ThingT")


@dataclass
class MemoryHub:
    """`seen` is all that is stored; everything in it is replaced, nothing changed in place."""

    seen: Snapshot
    recall: Recall = field(default_factory=Recall)
    turns: int = 0

    def happens(self, event: Reservation | Failure | Maintenance) -> None:
        """Somebody asks, a unit fails or works again, or maintenance is wanted."""
        seen = self.seen
        match event:
            case Reservation():
                self.seen = replace(seen, reservations=_with(seen.reservations, {event.uid: event}))
            case Maintenance():
                self.seen = replace(seen, maintenance={**seen.maintenance, event.uid: event})
            case Failure() if event.unit in seen.pools[event.pool].units:
                pool = seen.pools[event.pool]
                unit = _seen(pool.units[event.unit], event.works)
                self._put({pool.name: replace(pool, units={**pool.units, event.unit: unit})})

    def forgets(self, now: int) -> None:
        """Tenants delete what is over, and what could not be promised by the time it had to begin."""
        over = [
            uid for uid, ask in self.seen.reservations.items() if _over(ask, self.seen.promises.get(uid), now)
        ]
        self.seen = replace(self.seen, reservations=Records.of(self.seen.reservations).with_changes({}, over))

    def decide(self, now: int) -> Plan:
        """Take turns at one instant until nothing more is written; the last plan."""
        made = self._turn(now)
        for _ in range(MOST_TURNS):
            if not (made.ledgers or made.promises or made.deletes):
                break
            made = self._turn(now)
        return made

    def _turn(self, now: int) -> Plan:
        self.turns += 1
        seen = replace(self.seen, now=now, attempt=f"f{self.turns}")
        made = plan(seen, self.recall)
        version = str(self.turns + 1)
        promises = {
            write.promise.uid: replace(
                write.promise, created=write.promise.created or now, resource_version=version
            )
            for write in made.promises
        }
        kept = Records.of(_with(seen.promises, promises)).with_changes({}, [one.uid for one in made.deletes])
        self.seen, self.recall = replace(seen, promises=kept), made.recall
        self._put(
            {
                write.pool: replace(seen.pools[write.pool], ledger=write.ledger, resource_version=version)
                for write in made.ledgers
            }
        )
        return made

    def _put(self, pools: Mapping[str, Pool]) -> None:
        looked_after = {name: _looked_after(pool) for name, pool in pools.items()}
        self.seen = replace(self.seen, pools={**self.seen.pools, **looked_after})


def _over(ask: Reservation, promise: Promise | None, now: int) -> bool:
    if promise is not None:
        return promise.state is PromiseState.RELEASED
    window = ask.window
    last = (window.latest or 0) - window.duration if window.duration is not None else window.start
    return last is not None and last < now


def _seen(unit: Unit, works: bool) -> Unit:
    """The unit as its agent reports it: it works, or is gone for good until it is repaired."""
    if works:
        return replace(unit, health=Health.HEALTHY, source="", reason="")
    return replace(unit, health=Health.UNHEALTHY, heals=False, source="Cloud", reason="NodeGone")


def _looked_after(pool: Pool) -> Pool:
    """The pool once its agent has opened what is granted, and emptied what is taken back and works."""
    changed = {
        name: after
        for name, grant in pool.ledger.grants.items()
        if name in pool.units
        and (after := _as_granted(pool.units[name], grant.number, grant.state)) != pool.units[name]
    }
    return replace(pool, units={**pool.units, **changed}) if changed else pool


def _as_granted(unit: Unit, number: int, state: GrantState) -> Unit:
    if state is GrantState.ACTIVE:
        return replace(unit, open_grant=number)
    return replace(unit, open_grant=0, clean_grant=number) if unit.works else replace(unit, open_grant=0)


def _with(old: Mapping[str, ThingT], new: Mapping[str, ThingT]) -> Mapping[str, ThingT]:
    return Records.of(old).with_changes(new)
