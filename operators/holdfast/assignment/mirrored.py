"""The same demands laid from the end of time backwards: that finds room which their own order misses.

By the order of starts the units that leave first are taken first, which is best where units differ by when they leave.
Backwards the units that come last are taken first, which is best where they differ by when they come, or by when they
are no longer pinned. What one order misses the other seldom does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from holdfast.assignment.demand import Demand, Span
from holdfast.assignment.exchange import moved
from holdfast.assignment.laid import Laid
from holdfast.hardware.instants import LAST_SECOND

MOVES = 64
"""So many units are sought by exchanges backwards in time, in one look."""


def mirrored(laid: Laid, turn: int) -> bool:
    """Give the demand whose turn it is one unit more by laying all so far anew; if that fails nothing changes."""
    so_far = laid.order[: turn + 1]
    asked = [_backwards(laid, place, int(place == so_far[turn])) for place in so_far]
    units = {name: _remaining(stretches, laid.pins[name]) for name, stretches in laid.units.items()}
    other, moves = Laid.over(units, asked), MOVES
    for place in other.order:
        other.choose(place)
        while other.lacking(place):
            moves -= 1
            if moves < 0 or not moved(other, place):
                return False
    for name, row in other.rows.items():
        laid.laid_anew(name, [so_far[place] for place in reversed(row)])
    laid.counts[so_far[turn]] += 1
    return True


def _backwards(laid: Laid, place: int, more: int) -> Demand:
    demand = laid.demands[place]
    span = Span(LAST_SECOND - demand.span.end, LAST_SECOND - demand.span.start, laid.counts[place] + more)
    return replace(demand, span=span, pinned=())


def _remaining(stretches: Sequence[Span], pinned: int) -> tuple[Span, ...]:
    """What is left of a unit's time once it is no longer pinned, from the end of time backwards."""
    left = ((max(one.start, pinned), one.end) for one in stretches)
    return tuple(Span(LAST_SECOND - end, LAST_SECOND - start, 1) for start, end in left if start < end)
