"""What a reservation needs of named units over a time, and when units are there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Span:
    """`count` units over [start, end)."""

    start: int
    end: int
    count: int


Units = Mapping[str, Sequence[Span]]
"""Units by name, each with the stretches of time in which it is there."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Units needed over a span by `owner`, some of which may be pinned to names already.

    Of demands that start together the one that was `accepted` first is served first, and of those accepted in the same
    second the one whose owner's name comes first (`order`). `lost` are those of the pinned units that are under
    maintenance for some of the span: they stay, and are missing all the same.
    """

    span: Span
    pinned: tuple[str, ...] = ()
    owner: str = ""
    accepted: int = 0
    lost: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        """How many units it needs beside those that are pinned."""
        return max(self.span.count - len(self.pinned), 0)

    @property
    def order(self) -> tuple[int, int, str, int, tuple[str, ...]]:
        """Whose turn it is: the same in admission, in binding and in what is told."""
        return self.span.start, self.accepted, self.owner, self.span.end, self.pinned

    def without(self, names: Collection[str]) -> Demand:
        """The same with some units no longer in its hands."""
        return replace(self, pinned=tuple(each for each in self.pinned if each not in names))
