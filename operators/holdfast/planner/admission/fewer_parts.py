"""Several intervals of which only some is given back: fewer slices, fewer intervals, or shorter ones.

It lies where what is in force lies, and at no instant is there more of it in a pool than there is now, its units'
cleaning included: as long as that was to take when it was promised. So no rule and no calendar is asked, as for a
single window (`amendments.lowered`). Where what is left cannot lie so, layer by layer, or where more intervals than
there were find no room in a ledger, it is a new ask.
"""

from __future__ import annotations

from functools import partial

from holdfast.assignment.demand import Span
from holdfast.planner.admission.case import Case
from holdfast.planner.admission.layers import Layer, joined
from holdfast.planner.admission.placement import Placement
from holdfast.planner.admission.stepped import Layers, fill_in_parts
from holdfast.planner.state.calendar import lowest
from holdfast.planner.state.ledger import Promise
from holdfast.planner.state.sheet import Sheet


def fewer_parts(case: Case, kept: Promise, window: tuple[int, int]) -> Placement | None:
    """What is left of a series, or None where more is asked for than is in force.

    window: from the first interval that is asked for to the last.
    """
    sheets = case.board.sheets
    serving = [sheets[name] for name in kept.pools if name in sheets and case.serves(sheets[name])]
    if not _inside(case, kept) or not all(map(case.can_be_written, serving)):
        return None
    layers = fill_in_parts(case, serving, case.count, partial(_held, case))
    slices = {name: sum(one.slices for one in each) for name, each in layers.items()}
    if sum(slices.values()) < case.count:
        return None
    return Placement(*window, slices, layers, given_back=True)


def cleared_in(case: Case, sheet: Sheet) -> int:
    """Seconds after each interval in force here for which its units were to be cleaned when it was promised."""
    entry = sheet.entries[case.reservation.uid]
    return max(0, entry.form.end - case.kept.end) if case.kept is not None else sheet.pool.clearing


def _inside(case: Case, kept: Promise) -> bool:
    """Whether at every instant to come no more is asked for than is promised."""
    promised = [Span(part.start, part.end, part.count) for part in kept.paid]
    return all(lowest(promised, (), max(part.start, case.now), part.end) >= part.count for part in case.parts)


def _held(case: Case, sheet: Sheet, layer: Layer, below: Layers) -> int:
    """How many slices of a layer are in force in a pool, above those that lie below it."""
    clearing, entry = cleared_in(case, sheet), sheet.entries[case.reservation.uid]
    held = [Span(part.start, part.end, part.count) for part in entry.form.needs()]
    stretches = joined(layer.stretches, clearing)
    units = min(lowest(held, (), max(start, case.now), end + clearing) for start, end in stretches)
    return min(layer.slices, max(0, units // case.units - sum(one.slices for one in below)))
