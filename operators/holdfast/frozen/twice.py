"""What costs more to work out than to do without, unless it is asked for again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

AskedT = TypeVar("AskedT", bound=Hashable)
FoundT = TypeVar("FoundT")


class AskedTwice(Generic[AskedT, FoundT]):
    """A function that answers who asks the same again, and says None to who asks it first.

    It remembers `most` askings and forgets them all at once; what it has found `work_out` itself is to remember.
    """

    def __init__(self, work_out: Callable[[AskedT], FoundT], most: int) -> None:
        self._work_out = work_out
        self._most = most
        self._asked: set[AskedT] = set()

    def __call__(self, asked: AskedT) -> FoundT | None:
        """The answer, or None."""
        if asked in self._asked:
            return self._work_out(asked)
        if len(self._asked) >= self._most:
            self._asked.clear()
        self._asked.add(asked)
        return None
