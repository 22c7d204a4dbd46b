"""A failing life made short: moves are taken out for as long as the same invariant still breaks.

Halves first, then quarters, down to single moves; then fewer replicas and agents. Bounded in time, because a life that
is nearly minimal tells the same story.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.simulation.lifetimes.life import live
from tests.simulation.lifetimes.moves import Move
from tests.simulation.lifetimes.parameters import Parameters

Fails = Callable[[Parameters, Sequence[Move]], bool]


def kind_of(broken: str) -> str:
    """What must stay broken: the invariant, or the first words of what has gone wrong."""
    return broken.removeprefix("later: ")[:4]


def minimised(
    shape: Parameters, moves: Sequence[Move], broken: str, seconds: float = 60.0
) -> tuple[Parameters, tuple[Move, ...]]:
    """A shorter life in which the same is broken."""
    kind, deadline = kind_of(broken), time.monotonic() + seconds

    def fails(shape: Parameters, moves: Sequence[Move]) -> bool:
        return time.monotonic() < deadline and kind_of(live(shape, moves).broken) == kind

    short = _fewer_moves(shape, tuple(moves), fails)
    for smaller in _smaller(shape):
        if fails(smaller, short):
            return smaller, _fewer_moves(smaller, short, fails)
    return shape, short


def _fewer_moves(shape: Parameters, moves: tuple[Move, ...], fails: Fails) -> tuple[Move, ...]:
    size = max(1, len(moves) // 2)
    while size:
        start = 0
        while start < len(moves):
            without = moves[:start] + moves[start + size :]
            if fails(shape, without):
                moves = without
            else:
                start += size
        size //= 2
    return moves


def _smaller(shape: Parameters) -> list[Parameters]:
    """The same life with one replica and agent less; `who` of the moves then means others, and often it still fails."""
    fewer = [replace(shape, replicas=1, agents=1), replace(shape, agents=1), replace(shape, hosts=1)]
    return [each for each in fewer if each != shape]
