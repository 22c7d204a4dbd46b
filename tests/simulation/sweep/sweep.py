"""The sweep: in every scenario, every call of planner and agent goes wrong once in every way.

crash before, crash after   the process starts again with fresh memory and goes on
lost reply, late commit     no answer comes; what was late arrives a step later, or at the very end
pause and takeover          it is frozen before the call, another takes over, and a step later, or at the very end, it
                            goes on with that very call
stale read                  from this call on one of its caches stands still for two steps
dropped event               its next watches bring nothing of what has happened

Of a read two ways are left out: the crash after it is the crash before the next call, and a late read does nothing.
Then come the checks of every life: after each commit, at rest, and when all windows are over.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from tests.simulation.faults import Fault
from tests.simulation.lifetimes.actor import Actor
from tests.simulation.lifetimes.rest import come_to_rest
from tests.simulation.lifetimes.speed import read_once
from tests.simulation.lifetimes.world import EVERY_KIND, Process, World
from tests.simulation.sweep.scenarios import SCENARIOS, Scenario

from holdfast.cluster.transport.http import Request

ROUND_SECONDS = 3
ROUNDS = 3
CACHES = 12
"""At least as many as any process has."""


class Way(enum.Enum):
    """How one call goes wrong."""

    NOTHING = "nothing"
    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    LOST_REPLY = "lost reply"
    LATE_SOON = "late commit, a step later"
    LATE_COMMIT = "late commit, at the end"
    PAUSE_BRIEFLY = "pause and takeover, going on a step later"
    PAUSE = "pause and takeover, going on at the end"
    STALE_READ = "stale read"
    DROPPED_EVENT = "dropped event"


WAYS = tuple(way for way in Way if way is not Way.NOTHING)
OF_WRITES_ONLY = frozenset({Way.CRASH_AFTER, Way.LATE_SOON, Way.LATE_COMMIT})
SOON = frozenset({Way.LATE_SOON, Way.PAUSE_BRIEFLY})
_FAULTS = {
    Way.CRASH_BEFORE: Fault.CRASH_BEFORE,
    Way.CRASH_AFTER: Fault.CRASH_AFTER,
    Way.LOST_REPLY: Fault.LOST_REPLY,
    Way.LATE_SOON: Fault.LATE_COMMIT,
    Way.LATE_COMMIT: Fault.LATE_COMMIT,
}


@dataclass(frozen=True, slots=True)
class Point:
    """One run of the sweep: the number of the call from 1, in which scenario, and how it goes wrong."""

    scenario: int
    call: int
    way: Way

    def __str__(self) -> str:
        return f"{SCENARIOS[self.scenario].name}: call {self.call}, {self.way.value}"


class Run:
    """One scenario played once."""

    def __init__(
        self, scenario: Scenario, call: int = 0, way: Way = Way.NOTHING, words: bool = False
    ) -> None:
        self.scenario = scenario
        self.at, self.way = call, way
        self.calls = 0
        self.writes: list[int] = []
        self.world = World(scenario.shape, words)
        self.world.net.on_call = self._on_call
        first = (self.world.planners[0], self.world.agents[0])
        self.acting: list[Process] = list(first)
        self._counted = {process.name for process in first}
        self._stands_in: dict[str, Process] = {
            first[0].name: self.world.planners[1],
            first[1].name: self.world.agents[1],
        }
        self._stale: tuple[Process, int, int] | None = None
        self._hit = -1
        self._step = 0

    def play(self) -> str:
        """The whole story; what is broken in it, or nothing."""
        read_once()
        try:
            for number, step in enumerate(self.scenario.steps):
                self._step = number
                self.world.due = ROUNDS * ROUND_SECONDS
                step(self.world)
                if why := self._rounds():
                    return why
                self._some_steps_later()
            self.world.net.on_call = _no_more
            return come_to_rest(self.world)
        finally:
            self.world.end()

    def _rounds(self) -> str:
        while self.world.due > 0:
            for process in list(self.acting):
                self._round(process)
            self.world.pass_time(ROUND_SECONDS)
            self.world.due -= ROUND_SECONDS
            if why := next(self.world.failures(), ""):
                return why
        return ""

    def _round(self, process: Process) -> None:
        stale = self._stale
        kinds = EVERY_KIND
        if stale is not None and stale[0] is process and self._step <= stale[2]:
            kinds &= ~(1 << stale[1])
        process.feed(kinds)
        process.actor.run()
        if process.actor.frozen and process in self.acting:
            self.acting[self.acting.index(process)] = self._stands_in[process.name]

    def _some_steps_later(self) -> None:
        """What was held back is let go, once a step has passed over it."""
        if self._hit < 0 or self.way not in SOON or self._step <= self._hit:
            return
        while self.world.net.late:
            self.world.net.deliver(0)
        for process in (self.world.planners[0], self.world.agents[0]):
            if process.actor.frozen:
                process.actor.frozen = False
                process.actor.run()

    def _on_call(self, actor: Actor, request: Request) -> None:
        if actor.name not in self._counted:
            return
        self.calls += 1
        if request.mutates:
            self.writes.append(self.calls)
        if self.calls == self.at:
            self._hit = self._step
            self._go_wrong(actor, request)

    def _go_wrong(self, actor: Actor, request: Request) -> None:
        process = next(each for each in self.acting if each.name == actor.name)
        self.world.journal.note("SWEEP", f"{actor.name}, {request}: {self.way.value}")
        if self.way in _FAULTS:
            actor.faults = [_FAULTS[self.way]]
        elif self.way in (Way.PAUSE, Way.PAUSE_BRIEFLY):
            actor.stop_here(str(request))
        elif self.way is Way.STALE_READ:
            self._stale = (process, self.at % CACHES, self._step + 2)
        elif self.way is Way.DROPPED_EVENT:
            process.side.drop = 2


def _no_more(_actor: Actor, _request: Request) -> None:
    """At rest nothing goes wrong."""


def points(scenario: int) -> Iterator[Point]:
    """Every way for every call of a scenario; raises AssertionError if it fails without a fault."""
    whole = Run(SCENARIOS[scenario])
    broken = whole.play()
    assert not broken, f"{SCENARIOS[scenario].name} without any fault: {broken}"
    writes = set(whole.writes)
    for call in range(1, whole.calls + 1):
        for way in WAYS:
            if call in writes or way not in OF_WRITES_ONLY:
                yield Point(scenario, call, way)


def try_point(point: Point) -> str:
    """What is broken at one point of the sweep, or nothing."""
    return Run(SCENARIOS[point.scenario], point.call, point.way).play()


def told_point(point: Point) -> str:
    """The same in words."""
    run = Run(SCENARIOS[point.scenario], point.call, point.way, words=True)
    broken = run.play()
    return "\n".join([str(point), *run.world.journal.lines, f"BROKEN  {broken}"])
