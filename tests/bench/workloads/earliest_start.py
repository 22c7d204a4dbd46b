"""earliest-start: every pool is taken for seven months; when could this begin? Each answer is a whole turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import median
from time import process_time

from tests.bench.figure import Line, Readings, at_most, none_at_all
from tests.bench.fleet import Fleet, at_rest
from tests.bench.peers import naive
from tests.bench.played import Played
from tests.bench.quantile import quantile
from tests.bench.repeats import Repeats, repeated
from tests.bench.workload import Form, Workload
from tests.builders import DAY, NOW, reservation

from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Reservation, Window

FULL_HOURS = 7 * 30 * 24
ASKS = 30
PATIENCE = 4_000.0
"""Milliseconds of turns after which a repeat asks no more."""
LASTING, LATEST = 20 * DAY, NOW + 360 * DAY
KINDS = ("one pool's", "a datacenter's", "the fleet's")
WORDS = "turn of one ask"


class Asker:
    """Asks in turn for a few cubes, much of a datacenter and much of the fleet; nothing of it is written."""

    def __init__(self, world: Played, form: Form) -> None:
        self._world = world
        self._form = form
        self._number = 0
        self.wrong = 0

    def next(self) -> Reservation:
        """One more ask."""
        self._number += 1
        kind, step = self._number % len(KINDS), self._number // len(KINDS)
        counts = (4 + step % 12, self._form.of(2_500, 20) + step, self._form.of(6_000, 40) + step)
        return reservation(
            f"one/when-{self._number}", topology="4x4x4", count=counts[kind], duration=LASTING, latest=LATEST,
            across_datacenters=kind == len(KINDS) - 1,
        )  # fmt: skip

    def answer(self, ask: Reservation) -> tuple[float, int | None]:
        """Milliseconds of the turn that answers it, and the start it told of; the world then rests as it was."""
        before = self._world.snapshot
        self._world.ask(ask)
        turn = self._world.turn()
        self._world.snapshot = before
        self._world.turn()
        return turn.seconds * 1_000, _start(turn.plan, ask)

    def once(self) -> dict[str, float]:
        """One repeat: flexible asks, and as many fixed ones that are held and told when they could begin."""
        times, held = [self.answer(self.next())[0]], [self.answer(_fixed(self.next()))[0]]
        while len(times) < self._form.of(ASKS, 3) and sum(times) + sum(held) < PATIENCE:
            times.append(self.answer(self.next())[0])
            held.append(self.answer(_fixed(self.next()))[0])
        idle = self._world.turn().seconds * 1_000
        return {
            "flexible, turn p50": median(times),
            "flexible, turn p99": quantile(times, 0.99),
            "flexible, p50 beyond an idle turn": median(times) - idle,
            "held and told when, turn p99": quantile(held, 0.99),
        }

    def against(self, theirs: dict[str, float]) -> dict[str, float]:
        """One ask that the naive scan answers, too: it is timed, and the two answers are compared."""
        ask = self.next()
        spent, ours = self.answer(ask)
        began = process_time()
        truth = naive.earliest_start(self._world.snapshot, ask)
        theirs[WORDS] = (process_time() - began) * 1_000
        self.wrong += ours != truth
        return {WORDS: spent}


def _fixed(ask: Reservation) -> Reservation:
    """The same, wanted at a time when the fleet is full."""
    return replace(ask, window=Window(start=NOW + DAY, end=NOW + DAY + LASTING))


def _start(made: Plan, ask: Reservation) -> int | None:
    promised = [write.promise.start for write in made.promises if write.promise.uid == ask.uid]
    hold = made.holds.get(ask.uid)
    return promised[0] if promised else hold.earliest_start if hold is not None else None


def _measure(form: Form) -> Iterator[Readings]:
    hours = form.of(FULL_HOURS, 24)
    asker = Asker(at_rest(Fleet(form.of(10_000, 40), form.pools, full_hours=hours)), form)
    found = repeated(form.times, asker.once)
    yield from (found.readings(metric) for metric in found.ours)
    theirs: dict[str, float] = {}
    compared: Repeats = repeated(
        form.times + 1 if form.short else form.times,
        lambda: asker.against(theirs),
        lambda: dict(theirs),
        within=45,
    )
    yield compared.readings(WORDS)
    yield Readings("answers other than the scan's", (float(asker.wrong),))


EARLIEST_START = Workload(
    "earliest-start",
    "every pool taken for seven months: when could this begin",
    (
        Line("flexible, turn p50", "ms CPU"),
        Line("flexible, turn p99", "ms CPU", at_most(10.0)),
        Line("flexible, p50 beyond an idle turn", "ms CPU"),
        Line("held and told when, turn p99", "ms CPU", at_most(10.0)),
        Line(WORDS, "ms CPU", peer="naive scan"),
        Line("answers other than the scan's", "of those compared", none_at_all()),
    ),
    _measure,
    seconds=220,
)
