"""What a life may contain, drawn by its seed: a swarm, in which each life knows only some of the faults and events.

A life that could do everything would seldom do one thing often enough to matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random  # noqa: TID251 - seeded, and only here

from tests.simulation.lifetimes.moves import (
    ALWAYS,
    EVENTS,
    FAULTS,
    MAINTENANCE,
    QUESTION,
    RESHAPE,
    SERIES,
    STRAND,
    TERMS,
    TOGETHER,
    Move,
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The shape of one life. `units` are those of pools a and b at one site and c at the other.

    `all_lead` makes every replica act without asking for the lease; `clocks` seeds how their clocks run, `in_flight` in
    which order a server sees calls that are made together; 0 is one after the other. `slices`: 1 where sites join cubes
    by Slices, 2 where their controller leaves some hanging for a while.
    """

    replicas: int
    agents: int
    all_lead: bool
    units: tuple[int, int, int]
    hosts: int
    chips: int
    turn_around: int
    spares: int
    clocks: int
    in_flight: int = 0
    slices: int = 0


SHAPES = ((2, 1, 1), (3, 2, 2), (1, 1, 1), (4, 0, 2))


def parameters(seed: int) -> Parameters:
    """The shape of the life of this seed."""
    chance = Random(seed)
    return Parameters(
        replicas=chance.choice((1, 2, 2, 3)),
        agents=chance.choice((1, 1, 1, 2)),
        all_lead=chance.random() < 0.4,
        units=chance.choice(SHAPES),
        hosts=chance.choice((1, 1, 2)),
        chips=chance.choice((128, 192, 100_000)),
        turn_around=chance.choice((0, 20)),
        spares=chance.choice((0, 0, 1)),
        clocks=chance.randrange(1000),
        in_flight=Random(f"the calls of {seed}").choice((0, 1, 2, 3)),
        slices=Random(f"the slices of {seed}").choice((0, 1, 2)),
    )


def weights(chance: Random) -> Mapping[str, float]:
    """How often each kind of move comes up; most faults and events are not known to any one life.

    In some lives caches are followed seldom, so that most turns are planned on old pictures.
    """
    fresh = chance.choice((0.2, 1.0, 1.0))
    known = {name: weight for name, weight in FAULTS.items() if chance.random() < 0.4}
    happening = {name: weight for name, weight in EVENTS.items() if chance.random() < 0.7}
    return {**ALWAYS, "round": ALWAYS["round"] * fresh, **known, **happening}


def moves(seed: int) -> tuple[Move, ...]:
    """What happens in the life of this seed, in order."""
    chance = Random(-seed - 1)
    weighed = weights(chance)
    verbs = chance.choices(list(weighed), list(weighed.values()), k=chance.randint(60, 160))
    drawn = [Move(verb, chance.randrange(12), chance.randrange(1 << 20)) for verb in verbs]
    for news, shares, move in AMONG_THEM:
        drawn = list(_among(drawn, Random(f"the {news} of {seed}"), shares, move))
    return tuple(drawn)


def _among(
    drawn: Iterable[Move], chance: Random, shares: Sequence[float], move: Callable[[Random], Move]
) -> Iterator[Move]:
    """The moves, and in most lives others between them, from a stream of their own."""
    share = chance.choice(shares)
    for each in drawn:
        if chance.random() < share:
            yield move(chance)
        yield each


def _question(chance: Random) -> Move:
    return Move(QUESTION, 0, chance.randrange(1 << 20))


def _maintenance(chance: Random) -> Move:
    return Move(MAINTENANCE, 0, chance.randrange(1 << 20))


def _terms(chance: Random) -> Move:
    return Move(TERMS, chance.randrange(12), chance.randrange(1 << 20))


def _intervals(chance: Random) -> Move:
    return Move(chance.choice((SERIES, SERIES, RESHAPE)), chance.randrange(12), chance.randrange(1 << 20))


def _together(chance: Random) -> Move:
    return Move(TOGETHER, chance.randrange(12), chance.randrange(1 << 20))


def _strand(chance: Random) -> Move:
    return Move(STRAND, chance.randrange(12), chance.randrange(1 << 20))


AMONG_THEM: tuple[tuple[str, tuple[float, ...], Callable[[Random], Move]], ...] = (
    ("questions", (0.0, 0.05, 0.05, 0.2), _question),
    ("maintenance", (0.0, 0.03, 0.1), _maintenance),
    ("terms", (0.0, 0.05, 0.15), _terms),
    ("intervals", (0.0, 0.0, 0.05, 0.1), _intervals),
    ("parts", (0.0, 0.0, 0.05, 0.1), _together),
    ("strands", (0.0, 0.0, 0.05, 0.1), _strand),
)
"""What came to be known after the first moves: the name of its stream, how often it comes up, and what it is."""
