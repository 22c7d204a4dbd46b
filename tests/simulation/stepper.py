"""Several replicas, one call at a time, in every order.

Each replica is a plain function in a thread of its own; a baton lets exactly one of them run, from one call to the
next. A schedule is the list of who moved; replaying a prefix and then going another way walks the whole tree.

    replica 0   ──call──call──call──▶          a world is made anew for each schedule, so that every
    replica 1        ──call────call──call──▶   schedule starts from the same state and ends the same way
"""

from __future__ import annotations

import contextlib
import itertools
import random  # noqa: TID251 - seeded, and only here
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, NamedTuple, Protocol, TypeVar

from tests.simulation.faults import Crash

from holdfast.cluster.transport.http import Reply, Request, Transport


class World(Protocol):
    """What the replicas share; a subclass adds whatever they and the check need."""

    @property
    def server(self) -> Transport:
        """The way to the server before the baton is put around it."""


W = TypeVar("W", bound=World)
Replica = Callable[[W, "Baton"], object]
Check = Callable[[W], None]


class Step(NamedTuple):
    """A replica that can move, and what it will do with its turn."""

    replica: int
    what: str


Choice = Callable[[Sequence[Step]], Step]
"""Of the steps that can be made, the one that is."""
Commute = Callable[[str, str], bool]
"""Whether two replicas' steps may change places and nobody, a check among them, can tell."""


@dataclass(frozen=True, slots=True)
class Explored:
    """How much was tried: whole schedules, the longest of them, and whether none is left."""

    schedules: int
    longest: int
    complete: bool = True


class Violation(AssertionError):
    """A check or a replica failed. `schedule` replays it; the message shows every step."""

    def __init__(self, schedule: list[int], steps: list[str]) -> None:
        moves = enumerate(zip(schedule, steps, strict=True), 1)
        lines = [f"{number:3} replica {who}: {what}" for number, (who, what) in moves]
        super().__init__("\n".join([f"schedule {schedule}", *lines]))
        self.schedule = schedule


class _Abandoned(BaseException):
    """The schedule is over; a replica that is still waiting ends."""


class Baton:
    """A replica's transport: every call waits for its turn. `pause` is a turn without a call."""

    def __init__(self, way: Transport) -> None:
        self._way = way
        self._go = threading.Lock()
        self._parked = threading.Lock()
        self._go.acquire()
        self._parked.acquire()
        self._abandoned = False
        self.done = False
        self.failure: BaseException | None = None
        self.next = ""

    def call(self, request: Request) -> Reply:
        """As Transport.call, at its turn."""
        self.pause(str(request))
        return self._way.call(request)

    def stream(self, request: Request) -> Iterator[bytes]:
        """As Transport.stream; all its lines are one turn."""
        self.pause(f"WATCH {request.path}")
        return iter(list(self._way.stream(request)))

    def pause(self, what: str = "pause") -> None:
        """Wait for a turn; `what` is what will be done with it."""
        self.next = what
        self._parked.release()
        self._go.acquire()
        if self._abandoned:
            raise _Abandoned

    def start(self, body: Callable[[], object]) -> None:
        """Run the replica up to its first call."""
        threading.Thread(target=self._run, args=(body,), name="replica", daemon=True).start()
        self._parked.acquire()

    def step(self) -> None:
        """Let the replica do its next call and run up to the one after it."""
        self._go.release()
        self._parked.acquire()

    def abandon(self) -> None:
        """End a replica that still waits."""
        if not self.done:
            self._abandoned = True
            self.step()

    def _run(self, body: Callable[[], object]) -> None:
        try:
            body()
        except (_Abandoned, Crash):
            pass
        except BaseException as failure:
            self.failure = failure
        finally:
            self.done = True
            self._parked.release()


@dataclass(frozen=True, slots=True)
class Story(Generic[W]):
    """What is explored: a world, replicas in it, a check after every step and another when all have ended."""

    make_world: Callable[[], W]
    replicas: Sequence[Replica[W]]
    check: Check[W] = field(default=lambda _: None)
    check_at_rest: Check[W] = field(default=lambda _: None)

    def play(self, choose: Choice) -> list[int]:
        """One schedule from start to end; returns who moved. Raises Violation."""
        world = self.make_world()
        batons = [Baton(world.server) for _ in self.replicas]
        schedule: list[int] = []
        steps: list[str] = []
        try:
            for baton, replica in zip(batons, self.replicas, strict=True):
                baton.start(partial(replica, world, baton))
            self._judge(world, batons, self.check)
            while waiting := [Step(who, baton.next) for who, baton in enumerate(batons) if not baton.done]:
                mover, what = choose(waiting)
                schedule.append(mover)
                steps.append(what)
                batons[mover].step()
                self._judge(world, batons, self.check)
            self._judge(world, batons, self.check_at_rest)
        except (AssertionError, _Failed) as failure:
            raise Violation(schedule, steps) from (failure.__cause__ or failure)
        finally:
            for baton in batons:
                baton.abandon()
        return schedule

    def replay(self, schedule: Sequence[int]) -> None:
        """The same schedule again; where it is too short, the first that can move goes on."""
        rest = iter(schedule)

        def again(waiting: Sequence[Step]) -> Step:
            mover = next(rest, waiting[0].replica)
            return next(step for step in waiting if step.replica == mover)

        self.play(again)

    def _judge(self, world: W, batons: Sequence[Baton], check: Check[W]) -> None:
        for baton in batons:
            if baton.failure is not None:
                raise _Failed from baton.failure
        check(world)


class _Failed(Exception):
    """A replica raised."""


class _Redundant(Exception):
    """Every step that is left leads to orders which differ from one already seen in steps that commute."""


class _Branches:
    """Depth first through the tree of choices: follows a prefix, then takes the first branch everywhere.

    A step whose orders have all been seen sleeps until one that does not commute with it is made (the sleep sets of
    Godefroid, Partial-Order Methods, 1996): where nothing commutes every order is seen.
    """

    def __init__(self, prefix: list[int], commute: Commute) -> None:
        self.taken = prefix
        self.widths: list[int] = []
        self._commute = commute
        self._asleep: set[Step] = set()

    def __call__(self, waiting: Sequence[Step]) -> Step:
        depth = len(self.widths)
        awake = [step for step in waiting if step not in self._asleep]
        if not awake:
            raise _Redundant
        self.widths.append(len(awake))
        if depth == len(self.taken):
            self.taken.append(0)
        chosen = awake[self.taken[depth]]
        seen = {*self._asleep, *awake[: self.taken[depth]]}
        self._asleep = {step for step in seen if self._commute(step.what, chosen.what)}
        return chosen

    def next_prefix(self) -> list[int] | None:
        """The prefix of the next schedule in order, or None after the last one."""
        for depth in range(len(self.widths) - 1, -1, -1):
            if self.taken[depth] + 1 < self.widths[depth]:
                return [*self.taken[:depth], self.taken[depth] + 1]
        return None


def never(_one: str, _other: str) -> bool:
    """No two steps commute."""
    return False


def interleavings(story: Story[W], bound: int = 100_000, commute: Commute = never) -> Explored:
    """Every order of the replicas' calls, but for steps that commute, each once; stops after `bound` and says so."""
    prefix: list[int] | None = []
    count = longest = 0
    while prefix is not None and count < bound:
        branches = _Branches(prefix, commute)
        with contextlib.suppress(_Redundant):
            longest = max(longest, len(story.play(branches)))
            count += 1
        prefix = branches.next_prefix()
    return Explored(count, longest, complete=prefix is None)


def freezes(story: Story[W], victim: int = 0) -> Explored:
    """The victim stops before its k-th call, the others run to their end, then it goes on: for every k."""
    longest = 0
    for before in itertools.count():
        schedule = story.play(_Frozen(victim, before))
        longest = max(longest, len(schedule))
        if schedule.count(victim) <= before:
            break
    return Explored(before + 1, longest)


class _Frozen:
    """The choice that lets the victim make some calls first, and the rest of them last."""

    def __init__(self, victim: int, calls_before: int) -> None:
        self.victim = victim
        self.left = calls_before

    def __call__(self, waiting: Sequence[Step]) -> Step:
        others = [step for step in waiting if step.replica != self.victim]
        victim = next((step for step in waiting if step.replica == self.victim), None)
        if victim is None or (self.left == 0 and others):
            return others[0]
        self.left = max(0, self.left - 1)
        return victim


def random_walks(story: Story[W], seeds: Sequence[int]) -> Explored:
    """One random schedule for each seed, where the tree is too large to walk."""
    lengths = [len(story.play(random.Random(seed).choice)) for seed in seeds]
    return Explored(len(lengths), max(lengths, default=0), complete=False)
