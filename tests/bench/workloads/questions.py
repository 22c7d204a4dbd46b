"""questions: a thousand queries of all four kinds wait at once, where there is room and where the fleet is full.

Beside them a reservation comes just after a turn has begun: it goes first in the next one, and waits for no more than
the rest of that turn. And one query alone, in a full fleet: when could this begin?
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median
from time import process_time

from tests.bench.figure import Line, Readings, at_most
from tests.bench.fleet import TENANTS, Fleet, at_rest
from tests.bench.played import Played
from tests.bench.quantile import quantile
from tests.bench.repeats import repeated
from tests.bench.workload import Form, Workload
from tests.builders import DAY, NOW, reservation

from holdfast.hub.budget import Budget
from holdfast.planner.state.snapshot import AnswerKind, Query, Reservation

FULL_HOURS = 7 * 30 * 24
WORLDS = {"where there is room": 0, "in a full fleet": FULL_HOURS}
WAITING, ALONE = 1_000, 30
PATIENCE = 60.0
"""CPU seconds after which a storm is given up."""
KINDS = tuple(AnswerKind)


def _ask(number: int, **more: int) -> Reservation:
    """What is asked about: 1 to 60 cubes for 1 to 20 days."""
    return reservation(
        f"tenant-{number % TENANTS:02d}/question-{number}", topology="4x4x4", count=1 + number * 7 % 60, **more
    )  # fmt: skip


def _query(number: int) -> Query:
    """Of four in a row one of each kind: two of a fixed window in the coming days, two within most of a year."""
    lasting, first = (1 + number % 20) * DAY, NOW + (1 + number % 10) * DAY
    kind = KINDS[number % len(KINDS)]
    if kind in (AnswerKind.CHECK, AnswerKind.LATEST_END):
        return Query(_ask(number, start=first, end=first + lasting), kind)
    return Query(_ask(number, duration=lasting, latest=NOW + 360 * DAY), kind)


def _storm(start: Played, form: Form, where: str) -> dict[str, float]:
    """CPU seconds until all are answered, and until a reservation is that came beside the first of them."""
    world = start.beside()
    world.budget = Budget(process_time)
    world.question(*map(_query, range(form.of(WAITING, 20))))
    asked = _ask(WAITING, start=NOW + 2 * DAY, end=NOW + 3 * DAY)
    turn = world.turn()
    world.ask(asked)
    times, waited = [turn.seconds], 0.0
    while turn.plan.unfinished and sum(times) < PATIENCE:
        turn = world.turn()
        times.append(turn.seconds)
        waited = waited or sum(times) * world.answered(turn.plan, asked.uid)
    answers = sum(times), max(times), waited
    return {} if turn.plan.unfinished else dict(zip(_metrics(where), answers, strict=True))


def _alone(world: Played, form: Form) -> dict[str, float]:
    """Milliseconds of a turn that answers one query of the earliest start."""
    times: list[float] = []
    for number in range(form.of(ALONE, 3)):
        query = Query(_ask(number, duration=20 * DAY, latest=NOW + 360 * DAY), AnswerKind.EARLIEST)
        before = world.snapshot
        world.question(query)
        times.append(world.turn().seconds * 1_000)
        world.snapshot = before
    return {
        "one, earliest start, turn p50": median(times),
        "one, earliest start, turn p99": quantile(times, 0.99),
    }


def _measure(form: Form) -> Iterator[Readings]:
    for where, hours in WORLDS.items():
        world = at_rest(Fleet(form.of(10_000, 40), form.pools, full_hours=form.of(hours, hours and 24)))
        found = repeated(form.times, partial(_storm, world, form, where), within=30)
        yield from (found.readings(metric).or_given_up(PATIENCE) for metric in _metrics(where))
    found = repeated(form.times, lambda: _alone(world, form), within=10)
    yield from (found.readings(metric) for metric in found.ours)


def _metrics(where: str) -> tuple[str, ...]:
    return (
        f"all answered, {where}",
        f"longest turn, {where}",
        f"a reservation beside them, {where}",
    )


def _lines() -> Iterator[Line]:
    for where in WORLDS:
        whole, longest, beside = _metrics(where)
        yield Line(whole, "s CPU", at_most(5.0))
        yield Line(longest, "s CPU")
        yield Line(beside, "s CPU", at_most(1.0))
    yield Line("one, earliest start, turn p50", "ms CPU")
    yield Line("one, earliest start, turn p99", "ms CPU", at_most(10.0))


QUESTIONS = Workload(
    "questions",
    "1,000 queries of all kinds at once, a reservation beside them; and one query alone",
    tuple(_lines()),
    _measure,
    seconds=220,
)
