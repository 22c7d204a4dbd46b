"""burst: a thousand, and ten thousand, reservations are created at once; turns of the shipped budget answer them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from time import process_time

from tests.bench.figure import Line, Readings, at_most
from tests.bench.fleet import BEGUN_HOURS, Fleet, at_rest
from tests.bench.played import Played
from tests.bench.repeats import repeated
from tests.bench.trace import Asked, trace
from tests.bench.workload import Form, Workload
from tests.builders import HOUR, NOW, reservation

from holdfast.hub.budget import Budget
from holdfast.planner.state.snapshot import Reservation

LIVE = 1_000
GOALS = {1_000: None, 10_000: at_most(10.0)}
PATIENCE = 60.0
"""CPU seconds after which a burst is given up."""
HORIZON_HOURS = 365 * 24


def _asks(count: int) -> list[Reservation]:
    """The next asks of the published trace, by twenty tenants in turn, all with a start ahead of now."""
    drawn = islice(trace(77, over=HORIZON_HOURS - BEGUN_HOURS), count)
    return [_ask(number, asked) for number, asked in enumerate(drawn)]


def _ask(number: int, asked: Asked) -> Reservation:
    start = NOW + (asked.start + 1) * HOUR
    return reservation(
        f"tenant-{number % 20:02d}/new-{number}", topology="4x4x4", count=asked.units, start=start,
        end=start + asked.hours * HOUR,
    )  # fmt: skip


def _burst(world: Played, count: int) -> tuple[float, float | None]:
    """CPU seconds until the first is answered, and until all are; None where that was given up."""
    world.budget = Budget(process_time)
    asks = _asks(count)
    world.ask(*asks)
    spent, first = 0.0, None
    while spent < PATIENCE:
        turn = world.turn()
        spent += turn.seconds
        if first is None and any(world.answered(turn.plan, one.uid) for one in asks):
            first = spent
        if not turn.plan.unfinished:
            return first or spent, spent
    return first or spent, None


def _measure(form: Form) -> Iterator[Readings]:
    start = at_rest(Fleet(form.of(LIVE, 40), form.pools))
    for count in GOALS:
        wanted = form.of(count, count // 50)

        def once(wanted: int = wanted, count: int = count) -> dict[str, float]:
            first, every = _burst(start.beside(), wanted)
            found = {f"first answer, {count:,} at once": first}
            return found if every is None else {**found, f"all answered, {count:,} at once": every}

        found = repeated(form.times, once, within=50)
        yield found.readings(f"first answer, {count:,} at once")
        yield found.readings(f"all answered, {count:,} at once").or_given_up(PATIENCE)


def _lines() -> Iterator[Line]:
    for count, goal in GOALS.items():
        yield Line(f"first answer, {count:,} at once", "s CPU", at_most(0.5))
        yield Line(f"all answered, {count:,} at once", "s CPU", goal)


BURST = Workload("burst", "so many new at once, beside 1,000 live", tuple(_lines()), _measure, seconds=300)
