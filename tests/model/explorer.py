"""Exhaustive exploration: every reachable state, the shortest way to a wrong one, and whether all come to rest."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S")


class Unsafe(AssertionError):
    """A state that must not be, with the shortest way to it."""


@dataclass(frozen=True, slots=True)
class Explored:
    """How many states there are, and in how many everybody rests."""

    states: int
    at_rest: int


@dataclass(frozen=True, slots=True)
class Model(Generic[S]):
    """A world that steps.

    `moves` gives each next state with what happened; `key` is what tells two states apart; `wrong` says what is broken
    in one. `calm` is the one step that is taken when nothing goes wrong any more, None at rest; it must end within
    `patience` steps from everywhere.
    """

    start: S
    moves: Callable[[S], Iterable[tuple[str, S]]]
    key: Callable[[S], Hashable]
    wrong: Callable[[S], list[str]]
    calm: Callable[[S], S | None]
    patience: int = 80


def explore(model: Model[S]) -> Explored:
    """Walk every reachable state, breadth first. Raises Unsafe with the steps to the first wrong or restless one."""
    first = model.key(model.start)
    came_from: dict[Hashable, tuple[Hashable, str]] = {first: (None, "start")}
    rests: set[Hashable] = set()
    calmed: set[Hashable] = set()
    queue = deque([(first, model.start)])
    while queue:
        key, state = queue.popleft()
        if found := model.wrong(state) or _restless(model, state, calmed, rests):
            raise Unsafe(f"{'; '.join(found)}\n  " + "\n  ".join(_way(came_from, key)))
        for what, following in model.moves(state):
            there = model.key(following)
            if there not in came_from:
                came_from[there] = (key, what)
                queue.append((there, following))
    return Explored(len(came_from), len(rests & came_from.keys()))


def _restless(model: Model[S], state: S, calmed: set[Hashable], rests: set[Hashable]) -> list[str]:
    """Follow the calm steps until rest, or until a state from which rest is known to be reached."""
    way: list[Hashable] = []
    current = state
    while (key := model.key(current)) not in calmed:
        way.append(key)
        if len(way) > model.patience:
            return [f"no rest after {model.patience} calm steps"]
        following = model.calm(current)
        if following is None:
            rests.add(key)
            break
        if found := model.wrong(following):
            return found
        current = following
    calmed.update(way)
    return []


def _way(came_from: dict[Hashable, tuple[Hashable, str]], key: Hashable) -> list[str]:
    steps: list[str] = []
    while key is not None:
        key, what = came_from[key]
        steps.append(what)
    return steps[::-1]
