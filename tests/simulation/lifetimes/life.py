"""One life: its moves, then an end without faults in which everything must come to rest, and an audit.

I12: when faults stop, the system comes to rest in a bounded number of rounds and then writes nothing but Leases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.simulation.faults import Fault
from tests.simulation.lifetimes import happenings
from tests.simulation.lifetimes.moves import Move
from tests.simulation.lifetimes.parameters import Parameters
from tests.simulation.lifetimes.rest import come_to_rest
from tests.simulation.lifetimes.speed import read_once
from tests.simulation.lifetimes.wires import BROKEN, BUSY
from tests.simulation.lifetimes.world import EVERY_KIND, Process, World

FEW_CALLS = (0, 1, 1, 2, 3, 5, 8)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a life was: the first thing that was broken, if anything was, and how much happened in it."""

    broken: str = ""
    calls: int = 0
    refusals: int = 0
    story: tuple[str, ...] = ()


def live(shape: Parameters, moves: Sequence[Move], story: bool = False) -> Outcome:
    """Play one life to its end, or to the first thing that is broken."""
    read_once()
    world = World(shape, story)
    try:
        broken = _first_failure(world, moves)
    finally:
        world.end()
    refused = sum(who.startswith("planner") for who, _ in world.refusals)
    return Outcome(broken, world.net.calls, refused, tuple(world.journal.lines))


def _first_failure(world: World, moves: Sequence[Move]) -> str:
    for move in moves:
        play(world, move)
        if why := next(world.failures(), ""):
            return why
    return come_to_rest(world)


def play(world: World, move: Move) -> None:
    """One move."""
    happening = happenings.HAPPENINGS.get(move.verb)
    if happening is not None:
        happening(world, move.who, move.n)
    elif move.verb in _OF_ALL:
        _OF_ALL[move.verb](world, move)
    else:
        process = world.processes[move.who % len(world.processes)]
        _OF_ONE[move.verb](world, process, move.n)


# --- moves of one process ----------------------------------------------------------------------------------


def _run(_world: World, process: Process, n: int) -> None:
    process.actor.run(FEW_CALLS[n % len(FEW_CALLS)])


def _round(world: World, process: Process, _n: int) -> None:
    world.round(process)


def _feed(_world: World, process: Process, n: int) -> None:
    if not process.actor.frozen:
        process.feed(n & EVERY_KIND)


def _crash(world: World, process: Process, _n: int) -> None:
    world.journal.note(
        process.name, f"crashes {process.actor.next_call and 'before ' + process.actor.next_call}"
    )
    _wake(process)
    process.actor.crash()


def _freeze(world: World, process: Process, n: int, sleeping: bool = False) -> None:
    """Pause it, best amid a turn; one that is paused goes on."""
    if process.actor.frozen:
        _thaw(world, process, n)
        return
    if not process.actor.amid:
        process.feed(EVERY_KIND)
        process.actor.run(FEW_CALLS[n % len(FEW_CALLS)])
    world.journal.note(process.name, f"is paused before {process.actor.next_call or 'its next turn'}")
    process.actor.frozen, process.sleeping = True, sleeping


def _thaw(world: World, process: Process, n: int) -> None:
    """It goes on: its watchdog may run before its main thread does, or after some calls of it."""
    world.journal.note(process.name, "goes on")
    _wake(process)
    if n & 1:
        process.actor.run(FEW_CALLS[n // 2 % len(FEW_CALLS)])
    process.tick()


def _wake(process: Process) -> None:
    process.actor.frozen = process.sleeping = False


def _sleep(world: World, process: Process, n: int) -> None:
    _freeze(world, process, n, sleeping=True)


def _arm(fault: Callable[[int], object]) -> Callable[[World, Process, int], None]:
    def arm(_world: World, process: Process, n: int) -> None:
        process.actor.faults = [None] * (n % 6) + [fault(n)]

    return arm


def _drop(_world: World, process: Process, n: int) -> None:
    process.side.drop = 1 + n % 3


def _blind(world: World, process: Process, n: int) -> None:
    """Some of its caches stand still for a while, until they are let go by the same move."""
    process.blind = 0 if process.blind else n & EVERY_KIND
    world.journal.note(process.name, f"does not see changes of kinds {process.blind:b}")


def _cut(world: World, process: Process, n: int) -> None:
    place = "site" if n % 3 == 0 else "hub"
    world.net.cut ^= {(process.name, place)}
    world.journal.note(
        process.name, f"{'loses' if (process.name, place) in world.net.cut else 'finds'} the {place}"
    )


_OF_ONE: dict[str, Callable[[World, Process, int], None]] = {
    "run": _run,
    "round": _round,
    "feed": _feed,
    "crash": _crash,
    "freeze": _freeze,
    "sleep": _sleep,
    "drop": _drop,
    "cut": _cut,
    "blind": _blind,
    "lost": _arm(lambda _: Fault.LOST_REPLY),
    "late": _arm(lambda _: Fault.LATE_COMMIT),
    "unsent": _arm(lambda _: Fault.UNSENT),
    "after": _arm(lambda _: Fault.CRASH_AFTER),
    "busy": _arm(lambda n: BROKEN if n & 1 else BUSY),
}

# --- moves of all ------------------------------------------------------------------------------------------


def _time(world: World, move: Move) -> None:
    world.pass_time((1, 2, 3, 5, 8, 12, 20, 35)[move.n % 8])
    if world.net.late and move.n >> 4 & 1:
        world.net.deliver(move.who)


def _compact(world: World, _move: Move) -> None:
    world.journal.note("fate", "the hub forgets its history")
    world.hub.compact()


_OF_ALL: dict[str, Callable[[World, Move], None]] = {
    "time": _time,
    "calm": lambda world, _: world.calm(),
    "compact": _compact,
}
