"""How many units a pool can give one reservation over a time: what is free, and what is in force of it anyway."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from holdfast.assignment.demand import Span
from holdfast.planner.admission.case import Case
from holdfast.planner.admission.together import units_over
from holdfast.planner.state.calendar import lowest
from holdfast.planner.state.sheet import Sheet


def room(case: Case, sheet: Sheet, window: tuple[int, int]) -> int:
    """Units by count: where the window in force runs, at least those in force; beyond it, only free ones.

    An amendment's new window is cut where what is in force changes. In each piece the pool can give what is free
    without this reservation; inside the old window it can also give what it gives now, even where failures have left
    less than that free. The least over the pieces is the room. Example: 2 units in force until noon, 1 free after: an
    extension past noon has room for 1, so growth does not fit and a longer end for both does not either. Not simpler,
    as the free units over the whole new window: a reservation with one failed unit could then not keep what it has.
    """
    start, end = max(window[0], case.now), window[1] + sheet.pool.clearing
    own = _in_force(case, sheet)
    if not own:  # so it is with nearly all, and one piece needs no edges
        return sheet.free(start, end, without=case.reservation.uid)
    edges = sorted(
        {start, end, *(edge for span in own for edge in (span.start, span.end) if start < edge < end)}
    )
    return min(
        (
            max(sheet.free(a, b, without=case.reservation.uid), lowest(own, (), a, b))
            for a, b in itertools.pairwise(edges)
        ),
        default=0,
    )


def rooms(case: Case, group: Sequence[Sheet], window: tuple[int, int]) -> list[int]:
    """The same of each of some pools; of all at once where nothing is in force, and the same pools are asked again."""
    ahead = max(window[0], case.now), window[1]
    at_once = units_over(case, group, ahead) if case.kept is None else None
    return [room(case, sheet, window) for sheet in group] if at_once is None else at_once


def sure(case: Case, sheet: Sheet, window: tuple[int, int]) -> int:
    """Units that need no check: those in force here over all of a window."""
    return lowest(_in_force(case, sheet), (), window[0], window[1] + sheet.pool.clearing)


def _in_force(case: Case, sheet: Sheet) -> Sequence[Span]:
    """What is in force of it in a pool, clearing included: as long as was asked for when it was promised."""
    if case.kept is None:
        return ()
    entry = sheet.entries.get(case.reservation.uid)
    if entry is None or not case.serves(sheet):
        return ()
    return [Span(part.start, part.end, part.count) for part in entry.form.needs()]
