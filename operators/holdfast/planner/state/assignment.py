"""Where units differ, counting is only a filter: this assigns whole demands to named units and says if it works out.

Units differ by delivery, retirement, lease end and by the promise they are already bound to. Demands are served in
the order of their start, each with the units that leave earliest yet outlast it, which keeps the long-lived ones
for those who need them. Only a complete assignment is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.planner.state.calendar import Span


@dataclass(frozen=True, slots=True)
class Demand:
    """Units needed over a span, some of which may be pinned to names already."""

    span: Span
    pinned: tuple[str, ...] = ()


def alike(units: Mapping[str, Span], now: int) -> bool:
    """Whether every unit is there now and leaves at the same time, so that counting alone decides."""
    ends = {span.end for span in units.values()}
    return len(ends) <= 1 and all(span.start <= now for span in units.values())


def complete(units: Mapping[str, Span], demands: Sequence[Demand]) -> bool:
    """Whether every demand can be given units of its own for its whole span.

    Pinned units are in their holder's hands now, so they are set aside before anybody chooses.
    """
    busy = dict.fromkeys(units, 0)
    for demand in demands:
        for name in demand.pinned:
            busy[name] = max(busy.get(name, 0), demand.span.end)
    for demand in sorted(demands, key=lambda d: (d.span.start, d.span.end, d.pinned)):
        missing = demand.span.count - len(demand.pinned)
        chosen = [name for name in fitting(units, demand.span) if busy[name] <= demand.span.start][
            : max(missing, 0)
        ]
        if len(chosen) < missing:
            return False
        for name in chosen:
            busy[name] = demand.span.end
    return True


def fitting(units: Mapping[str, Span], span: Span) -> list[str]:
    """The units there for the whole span, those that leave first in front, then by name."""
    able = [name for name, unit in units.items() if unit.start <= span.start and unit.end >= span.end]
    return sorted(able, key=lambda name: (units[name].end, name))
