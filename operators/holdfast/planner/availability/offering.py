"""One query answered: offers by the kind of answer, and why not where there are none.

An offer is what admission would promise at this very instant: the rules are asked and the units placed, on the board
on which this turn's reservations were.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.diagnosis import hold_for
from holdfast.planner.admission.placement import Placement
from holdfast.planner.admission.relaxations import eased
from holdfast.planner.admission.rules import first_hold, start_possible, window_ahead
from holdfast.planner.availability.openings import as_asked, from_then_on, in_a_row, to_the_end
from holdfast.planner.availability.whole_slots import in_whole_slots
from holdfast.planner.state.snapshot import AnswerKind
from holdfast.planner.state.steps import Hold, Offer, QueryAnswer


def answer_to(case: Case, kind: AnswerKind, most: int) -> QueryAnswer:
    """The offers, or the hold that the ask itself would get; `most` is how many offers are wanted of slots.

    Several intervals are offered as asked or not at all: no other days are looked for.
    """
    asked = in_whole_slots(case)
    openings = as_asked if asked.parts else OPENINGS[kind]
    found = openings(asked) if _sensible(asked) else iter(())
    placements = tuple(islice(found, most if kind is AnswerKind.SLOTS else 1))
    if not placements and (hold := _why_not(asked)) is not None:
        return QueryAnswer(hold=hold)
    return QueryAnswer(tuple(_offer(asked, one) for one in placements or as_asked(asked)))


def _sensible(case: Case) -> bool:
    """Whether there is anything to look for: a tenant, hardware that can form what is asked for, and time for it."""
    known = case.tenant is not None and not case.objection
    return known and start_possible(case) is None and window_ahead(case) is None


def _why_not(case: Case) -> Hold | None:
    """What admission would say of the ask; None where it would be promised after all."""
    hold = first_hold(case)
    if hold is not None:
        return eased(case, hold)
    return hold_for(case) if next(as_asked(case), None) is None else None


def _slots(case: Case) -> Iterator[Placement]:
    """Windows one after the other in each datacenter of its own, merged by start; the preferred first."""
    if case.reservation.across_datacenters:
        return in_a_row(case)
    ranked = sorted(case.matching(), key=lambda sheet: (case.rank(sheet), sheet.pool.name))
    rows = (in_a_row(_only(case, name)) for name in dict.fromkeys(sheet.pool.datacenter for sheet in ranked))
    return heapq.merge(*rows, key=lambda placed: placed.start)


def _only(case: Case, datacenter: str) -> Case:
    return replace(case, reservation=replace(case.reservation, datacenters=(datacenter,)))


OPENINGS: Mapping[AnswerKind, Callable[[Case], Iterator[Placement]]] = {
    AnswerKind.CHECK: as_asked,
    AnswerKind.EARLIEST: from_then_on,
    AnswerKind.SLOTS: _slots,
    AnswerKind.LATEST_END: to_the_end,
}
"""How each kind of answer finds its offers."""


def _offer(case: Case, placed: Placement) -> Offer:
    homes = {case.board.sheets[name].pool.datacenter for name in placed.slices}
    units = {name: slices * case.units for name, slices in sorted(placed.slices.items())}
    return Offer(placed.start, placed.end, placed.total, units, tuple(sorted(homes)))
