"""idle: a turn in which nothing has changed: deciding it, and working out that there is nothing to tell.

Beside it the whole turn of a running operator: stores, reading, proofs of deletion, plan and words (`looped.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median

from tests.bench.figure import Line, Readings, at_most
from tests.bench.fleet import Fleet, at_rest
from tests.bench.looped import Looped, looped
from tests.bench.played import Played
from tests.bench.repeats import repeated
from tests.bench.workload import Form, Workload

GOALS = {10_000: 5.0, 100_000: 20.0}
TURNS = 20
PATIENCE = 2_000.0
"""Milliseconds of turns after which a repeat takes no more."""
MOST_WORDS = 4


def quiet(fleet: Fleet) -> Played:
    """A world in which all has been said."""
    world = at_rest(fleet)
    for _ in range(MOST_WORDS):
        before = world.snapshot
        world.speak(world.turn().plan)
        if world.snapshot.reservations is before.reservations:
            return world
    raise AssertionError("something is said anew in every turn")


def _once(world: Played, form: Form, live: int) -> dict[str, float]:
    plans: list[float] = []
    words: list[float] = []
    while len(plans) < form.of(TURNS, 2) and sum(plans) + sum(words) < PATIENCE:
        turn = world.turn()
        plans.append(turn.seconds * 1_000)
        words.append(world.speak(turn.plan) * 1_000)
    both = [plan + word for plan, word in zip(plans, words, strict=True)]
    return {
        f"turn, {live:,} live": median(both),
        f"of which the plan, {live:,} live": median(plans),
        f"of which the words, {live:,} live": median(words),
    }


def _measure(form: Form) -> Iterator[Readings]:
    for live in GOALS:
        world = quiet(Fleet(form.of(live, live // 100), form.pools))
        found = repeated(form.times, partial(_once, world, form, live), within=20)
        yield from (found.readings(metric) for metric in found.ours)
        whole = looped(world.snapshot)
        found = repeated(form.times, partial(_whole, whole, form, live), within=15)
        yield from (found.readings(metric) for metric in found.ours)


def _whole(operator: Looped, form: Form, live: int) -> dict[str, float]:
    turns = [operator.turn() * 1_000 for _ in range(form.of(TURNS, 2))]
    return {f"turn of the whole operator, {live:,} live": median(turns)}


def _lines() -> Iterator[Line]:
    for live, goal in GOALS.items():
        yield Line(f"turn, {live:,} live", "ms CPU", at_most(goal))
        yield Line(f"of which the plan, {live:,} live", "ms CPU")
        yield Line(f"of which the words, {live:,} live", "ms CPU")
        yield Line(f"turn of the whole operator, {live:,} live", "ms CPU", at_most(goal))


IDLE = Workload("idle", "a turn in which nothing has changed", tuple(_lines()), _measure, seconds=480)
