"""A workload: the lines it is to fill, and how; and the form it is run in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.bench.figure import Line, Readings
from tests.bench.repeats import TIMES


@dataclass(frozen=True, slots=True)
class Form:
    """How a workload is run: whole, or short to see that it runs. The short form has no peers and means no figures."""

    short: bool = False
    long: bool = False

    @property
    def times(self) -> int:
        """Repeats."""
        return 1 if self.short else TIMES

    @property
    def pools(self) -> int:
        """Pools of a fleet."""
        return 4 if self.short else 109

    def of(self, whole: int, short: int) -> int:
        """A size in this form."""
        return short if self.short else whole


@dataclass(frozen=True, slots=True)
class Workload:
    """`measure` yields readings as it has them; after `seconds` it is ended, and what is missing was not reached."""

    name: str
    what: str
    lines: tuple[Line, ...]
    measure: Callable[[Form], Iterator[Readings]]
    seconds: int = 120
