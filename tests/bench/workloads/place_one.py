"""place-one: one ask with a start, answered by one whole turn of the planner, in fleets of so many live promises."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median

from tests.bench.figure import Line, Readings, at_most
from tests.bench.fleet import Fleet, at_rest
from tests.bench.played import Played
from tests.bench.quantile import quantile
from tests.bench.repeats import repeated
from tests.bench.trace import trace
from tests.bench.workload import Form, Workload
from tests.builders import DAY, HOUR, NOW, reservation

LIVE = (1_000, 10_000, 100_000)
ASKS = 20
PATIENCE = 3.0
"""CPU seconds of turns after which a repeat asks no more."""
LASTING = 20 * DAY
MS = 1_000.0


class Asker:
    """Asks for four cubes over some weeks, one ask after the other, never the same."""

    def __init__(self, world: Played) -> None:
        self._world = world
        self._asked = trace(7, over=330 * 24)
        self._number = 0
        self.after = 0.0

    def place(self) -> float:
        """Milliseconds of the turn that answers one more ask, in a world at rest; `after`: of those until it rests."""
        self._number += 1
        start = NOW + (next(self._asked).start + 1) * HOUR
        ask = reservation(
            f"one/ask-{self._number}", topology="4x4x4", count=4, start=start, end=start + LASTING
        )
        self._world.ask(ask)
        turn = self._world.turn()
        if not self._world.answered(turn.plan, ask.uid):
            raise AssertionError(f"{ask.label} got no answer")
        self.after = self._world.rest() * MS
        return turn.seconds * MS

    def idle(self) -> float:
        """Milliseconds of a turn in which nothing has changed."""
        return self._world.turn().seconds * MS


def once(asker: Asker, form: Form, suffix: str) -> dict[str, float]:
    """One repeat."""
    idle, times = asker.idle(), [asker.place()]
    while len(times) < form.of(ASKS, 2) and sum(times) < PATIENCE * MS:
        times.append(asker.place())
    middle = median(times)
    return {
        f"turn p50{suffix}": middle,
        f"turn p99{suffix}": quantile(times, 0.99),
        f"p50 beyond an idle turn{suffix}": middle - idle,
        f"turns after it, until rest{suffix}": asker.after,
    }


def _suffix(live: int) -> str:
    return f", {live:,} live"


def _measure(form: Form) -> Iterator[Readings]:
    middles: list[float] = []
    for live in LIVE:
        asker = Asker(at_rest(Fleet(form.of(live, live // 100), form.pools)))
        found = repeated(form.times, partial(once, asker, form, _suffix(live)), within=45)
        yield from (found.readings(metric) for metric in found.ours)
        middles.append(median(found.ours[f"turn p50{_suffix(live)}"]))
    yield Readings("growth of p50", (middles[-1] / middles[0],))


def _lines() -> Iterator[Line]:
    for live in LIVE:
        yield Line(f"turn p50{_suffix(live)}", "ms CPU", at_most(1.0))
        yield Line(f"turn p99{_suffix(live)}", "ms CPU")
        yield Line(f"p50 beyond an idle turn{_suffix(live)}", "ms CPU")
        yield Line(f"turns after it, until rest{_suffix(live)}", "ms CPU")
    yield Line("growth of p50", "100,000 / 1,000 live", at_most(1.5))


PLACE_ONE = Workload(
    "place-one", "one ask with a start, a whole turn of the planner", tuple(_lines()), _measure, seconds=240
)
