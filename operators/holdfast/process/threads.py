"""Threads of a process: each ends with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

AT_ONCE = 8
"""Calls that one process has under way to one server at most, beside its watches and its lease."""
ThingT = TypeVar("ThingT")
ResultT = TypeVar("ResultT")


def start_thread(target: Callable[..., object], *arguments: Any) -> threading.Thread:
    """Run `target` in a thread that does not keep the process alive."""
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread


def some_at_once(step: Callable[[ThingT], ResultT], things: Sequence[ThingT]) -> list[ResultT]:
    """The results of a step taken for each of some things, in their order; raises what one step has raised.

    Either way it returns once no step is under way any more.
    """
    if len(things) < 2:
        return [step(thing) for thing in things]
    with ThreadPoolExecutor(min(AT_ONCE, len(things))) as pool:
        return list(pool.map(step, things))
