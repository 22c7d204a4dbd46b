"""drop-datacenter: 36 of 109 pools fail at once among 100,000 live promises, or only fall silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from tests.bench.figure import Line, Readings, at_least, at_most, none_at_all
from tests.bench.fleet import SITES, Fleet
from tests.bench.played import Played
from tests.bench.repeats import repeated
from tests.bench.workload import Form, Workload
from tests.bench.workloads.idle import quiet

from holdfast.planner.state.ledger import PromiseState
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Health, Pool, Snapshot, Unit

LIVE = 100_000
DROPPED = SITES[0]


def _failed(snapshot: Snapshot) -> Snapshot:
    """Every unit of the datacenter is reported broken."""
    return _changed(snapshot, lambda pool: replace(pool, units=_broken(pool)))


def _silent(snapshot: Snapshot) -> Snapshot:
    """Its agent is not heard."""
    sites = {**snapshot.sites, DROPPED: replace(snapshot.sites[DROPPED], silent=True)}
    return replace(_changed(snapshot, lambda pool: replace(pool, reachable=False)), sites=sites)


def _changed(snapshot: Snapshot, change: Callable[[Pool], Pool]) -> Snapshot:
    pools = {
        name: change(pool) if pool.datacenter == DROPPED else pool for name, pool in snapshot.pools.items()
    }
    return replace(snapshot, pools=pools)


def _broken(pool: Pool) -> dict[str, Unit]:
    return {name: replace(unit, health=Health.UNHEALTHY) for name, unit in pool.units.items()}


def _once(start: Played, change: Callable[[Snapshot], Snapshot], words: str) -> dict[str, float]:
    world = start.beside(change(start.snapshot))
    before = world.snapshot
    turn = world.turn()
    spoken = world.speak(turn.plan)
    return {
        f"decided and told, {words}": turn.seconds + spoken,
        f"of which the plan, {words}": turn.seconds,
        f"promises given up, {words}": float(_given_up(before, world.snapshot, turn.plan)),
        f"deficits told, {words}": _deficits(world.snapshot),
    }


def _given_up(before: Snapshot, after: Snapshot, made: Plan) -> int:
    """Promises that are not in force any more, and entries that lie in no ledger any more."""
    ended = sum(write.promise.state is not PromiseState.COMMITTED for write in made.promises)
    lost = sum(len(before.pools[name].ledger.entries.keys() - after.pools[name].ledger.entries.keys())
               for name in before.pools)  # fmt: skip
    return ended + lost + len(made.deletes)


def _deficits(after: Snapshot) -> float:
    """Of the datacenter's pools that owe units before they are repaired, the part that says what is missing."""
    owing = [pool for pool in after.pools.values() if pool.datacenter == DROPPED and _owes(pool, after.now)]
    told = [pool.ledger.capacity for pool in owing]
    return sum(one is not None and one.deficit + one.deficit_ahead > 0 for one in told) / len(told)


def _owes(pool: Pool, now: int) -> bool:
    return any(entry.form.start < now + pool.repair for entry in pool.ledger.entries.values())


def _measure(form: Form) -> Iterator[Readings]:
    start = quiet(Fleet(form.of(LIVE, 80), form.pools))
    for words, change in (("failed", _failed), ("silent", _silent)):
        found = repeated(form.times, partial(_once, start, change, words), within=40)
        yield from (found.readings(metric) for metric in found.ours if _wanted(metric))


def _wanted(metric: str) -> bool:
    return metric in {line.metric for line in LINES}


LINES = (
    Line("decided and told, failed", "s CPU", at_most(10.0)),
    Line("of which the plan, failed", "s CPU"),
    Line("promises given up, failed", "of 100,000", none_at_all()),
    Line("deficits told, failed", "of the pools that owe", at_least(1)),
    Line("decided and told, silent", "s CPU", at_most(10.0)),
    Line("promises given up, silent", "of 100,000", none_at_all()),
)
DROP_DATACENTER = Workload(
    "drop-datacenter", "36 of 109 pools are lost, 100,000 live", LINES, _measure, seconds=330
)
