"""What follows from a frozen thing alone, worked out once for that very thing and forgotten with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

ThingT = TypeVar("ThingT")
FoundT = TypeVar("FoundT")


def once(work_out: Callable[[ThingT], FoundT]) -> Callable[[ThingT], FoundT]:
    """The same function of one thing; what it finds is kept in the thing's own `__dict__`, beside its fields.

    So the thing has no `__slots__`; it is equal to another by its fields, as ever. Two threads may both work it out.
    """
    name = f"{work_out.__module__}.{work_out.__qualname__}"

    @wraps(work_out)
    def found(thing: ThingT) -> FoundT:
        known = thing.__dict__
        if name not in known:
            known[name] = work_out(thing)
        answer: FoundT = known[name]
        return answer

    return found
