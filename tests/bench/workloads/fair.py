"""fair: one tenant's thousand asks that no fleet can serve, and beside them another tenant's single one.

The single one comes at the worst instant, just after a turn has begun to look: it waits for the rest of that turn, and
for the turns until its answer. It is asked again beside each of the crowd's first turns, and the worst counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import process_time

from tests.bench.figure import Line, Readings, at_most
from tests.bench.fleet import Fleet, at_rest
from tests.bench.played import Played
from tests.bench.repeats import repeated
from tests.bench.workload import Form, Workload
from tests.builders import DAY, NOW, reservation

from holdfast.hub.budget import Budget
from holdfast.planner.state.snapshot import Reservation

TURNS = 8
"""Of the crowd's turns, the first: the budget finds its size in them."""
MOST_WAITED = 4
PATIENCE = 30.0


def _flexible(label: str, count: int) -> Reservation:
    return reservation(
        label,
        topology="4x4x4",
        count=count,
        duration=20 * DAY,
        latest=NOW + 360 * DAY,
        across_datacenters=True,
    )


def _waited(world: Played, ask: Reservation) -> float:
    """CPU seconds of the turn that had begun when it came, and of those until its answer."""
    spent = world.turn().seconds
    world.ask(ask)
    for _ in range(MOST_WAITED):
        turn = world.turn()
        spent += turn.seconds
        if world.answered(turn.plan, ask.uid):
            break
    return spent


def _beside(start: Played, form: Form, units: int) -> dict[str, float]:
    world = start.beside()
    world.budget = Budget(process_time)
    world.turn()  # a running operator: it has seen the fleet at rest
    world.ask(*(_flexible(f"crowd/c-{n}", units - n % 500) for n in range(form.of(1_000, 20))))
    longest, waited, spent = 0.0, 0.0, 0.0
    for number in range(TURNS):
        beside = world.beside()
        waited = max(waited, _waited(beside, _flexible(f"one/single-{number}", units - 1)))
        turn = world.turn()
        longest, spent = max(longest, turn.seconds), spent + turn.seconds
        if spent > PATIENCE or not turn.plan.unfinished:
            break
    return {"wait of the single ask": waited, "longest turn": longest}


def _measure(form: Form) -> Iterator[Readings]:
    start = at_rest(Fleet(form.of(10_000, 40), form.pools))
    units = sum(len(pool.units) for pool in start.snapshot.pools.values())
    found = repeated(form.times, lambda: _beside(start, form, units), within=40)
    yield from (found.readings(metric) for metric in found.ours)


FAIR = Workload(
    "fair",
    "1,000 flexible asks of one tenant for the whole fleet, another's one beside them, 10,000 live",
    (
        Line("wait of the single ask", "s CPU", at_most(1.0)),
        Line("longest turn", "s CPU", at_most(60.0)),
    ),
    _measure,
    seconds=200,
)
