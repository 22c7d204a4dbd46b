"""quality: how good the answers are: delay beside CP-SAT's best on a fixed set, and earliest starts beside brute force.

The planner answers in the order of asking and moves nobody. So it is held to the best schedule in which nobody begins
later than with us; the best one of all, in which the large wait for the small, is told beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from tests.bench.figure import Line, Readings, at_most
from tests.bench.peers import brute_force, optimum
from tests.bench.peers.optimum import Job
from tests.bench.played import played
from tests.bench.small_worlds import small_world
from tests.bench.trace import trace
from tests.bench.workload import Form, Workload
from tests.builders import DAY, HOUR, LAKE, MINUTE, NOW, pool, reservation, snapshot, tenant

from holdfast.planner.plan import plan
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Reservation

CUBES, ASKS, SETS = 144, 60, 3
SPREAD_HOURS = 200 * 24
SMALL_WORLDS = 150
FAIR_BEST = "delay beyond the best that makes nobody later"
BEST = "delay beyond the best of all"


def _jobs(seed: int, asks: int) -> list[Job]:
    """A fixed set: flexible asks of the trace for one pool, each answered by the planner in its turn."""
    drawn = list(itertools.islice(trace(seed, over=SPREAD_HOURS), asks))
    world = played(snapshot(pool(LAKE, CUBES), tenant(chips=10**7)))
    wanted = [
        reservation(
            f"mistral/q-{n:03d}", topology="4x4x4", count=one.units, duration=one.hours * HOUR,
            earliest=NOW + one.start * HOUR, latest=NOW + 366 * DAY,
        )
        for n, one in enumerate(drawn)
    ]  # fmt: skip
    world.ask(*wanted)
    world.turn()
    promises = world.snapshot.promises
    return [
        Job(
            one.units,
            one.hours * 60 + 1,
            one.start * 60,
            (promises[ask.uid].start - NOW) // MINUTE,
        )
        for ask, one in zip(wanted, drawn, strict=True)
        if ask.uid in promises
    ]


def _delay(jobs: list[Job]) -> int:
    return sum(job.start - job.earliest for job in jobs)


def _against_optimum(form: Form) -> Iterator[Readings]:
    sets = [_jobs(seed, form.of(ASKS, 6)) for seed in range(form.of(SETS, 1))]
    ours = tuple(_delay(jobs) / 60 for jobs in sets)
    yield Readings("promised of the fixed set", (float(sum(map(len, sets))),))
    for metric, nobody_later in ((FAIR_BEST, True), (BEST, False)):
        best = [optimum.least_delay(jobs, CUBES, nobody_later=nobody_later) / 60 for jobs in sets]
        more = 100 * (sum(ours) - sum(best)) / (sum(best) or 1.0)
        yield Readings(metric, (more,))


def _start(made: Plan, ask: Reservation) -> int | None:
    return next((write.promise.start for write in made.promises if write.promise.uid == ask.uid), None)


def _equal(seed: int) -> bool:
    world, ask = small_world(seed)
    return _start(plan(world), ask) == brute_force.earliest_start(world, ask)


def _measure(form: Form) -> Iterator[Readings]:
    yield from _against_optimum(form)
    worlds = form.of(SMALL_WORLDS, 15)
    yield Readings("small worlds answered otherwise", (float(sum(not _equal(n) for n in range(worlds))),))


QUALITY = Workload(
    "quality",
    "delay of 3 x 60 asks in one pool beside CP-SAT's, and 150 small worlds beside brute force",
    (
        Line("promised of the fixed set", f"of {SETS * ASKS}"),
        Line(FAIR_BEST, "%", at_most(2.0)),
        Line(BEST, "%"),
        Line("small worlds answered otherwise", f"of {SMALL_WORLDS}", at_most(0)),
    ),
    _measure,
    seconds=180,
)
