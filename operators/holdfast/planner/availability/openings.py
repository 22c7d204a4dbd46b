"""Where an ask could be promised: placements in the order of their start, each planned under every rule.

as asked      a fixed window, or the first of a flexible one
from then on  every start at which something changes and there is enough, in whole slots
in a row      one window after the other, none over another
to the end    the same start and the latest end at which it still fits
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache

from holdfast.hardware.instants import LONGEST_SECONDS
from holdfast.planner.admission.case import Case
from holdfast.planner.admission.ends import latest_ends
from holdfast.planner.admission.placement import Placement
from holdfast.planner.admission.relaxations import planned
from holdfast.planner.admission.starts import starts_in_slots
from holdfast.planner.admission.windows import length
from holdfast.planner.availability.whole_slots import soonest, with_window
from holdfast.planner.state.slots import last_slot
from holdfast.planner.state.snapshot import Window


def as_asked(case: Case) -> Iterator[Placement]:
    """What the ask itself would be promised, if anything."""
    if case.reservation.window.duration is not None:
        yield from from_then_on(case)
        return
    found = planned(case)
    if found is not None:
        yield found


def from_then_on(case: Case) -> Iterator[Placement]:
    """Every start from the one asked for, whatever the end of a fixed window."""
    yield from _at(case, _starts(case))


def in_a_row(case: Case) -> Iterator[Placement]:
    """The earliest, then the earliest that begins once that is over, and so on; changes are listed only if needed."""
    changes = cache(lambda: tuple(_starts(case)))

    def since(instant: int) -> Iterator[int]:
        yield instant
        yield from changes()[bisect_right(changes(), instant) :]

    found = next(_at(case, since(_first(case))), None)
    while found is not None:
        yield found
        found = next(_at(case, since(found.end)), None)


def to_the_end(case: Case) -> Iterator[Placement]:
    """As asked, and on as long as it fits: within the bounds asked for, the tenant's horizon and the longest window."""
    for found in as_asked(case):
        last = min(_last_end(case), found.start + LONGEST_SECONDS)
        longer = (
            Window(start=found.start, end=end) for end in latest_ends(case, found.start, found.end, last)
        )
        able = (placed for window in longer if (placed := planned(with_window(case, window))) is not None)
        yield next(able, found)


def _at(case: Case, instants: Iterable[int]) -> Iterator[Placement]:
    """Those of these starts at which it would be promised."""
    lasting, last = length(case), _last_end(case)
    for start in instants:
        if start + lasting > last:
            return
        found = planned(with_window(case, Window(start=start, end=start + lasting)))
        if found is not None:
            yield found


def _starts(case: Case) -> Iterator[int]:
    """Whole slots at which it has enough by count; the first of all is always among them."""
    lasting = length(case)
    return starts_in_slots(case, lasting, _first(case), _last_end(case) - lasting)


def _first(case: Case) -> int:
    """The first slot at which it may begin."""
    window = case.reservation.window
    return max(soonest(case), window.start or window.earliest or 0)


def _last_end(case: Case) -> int:
    """The end that nothing goes beyond: the tenant's horizon, and the latest end of a flexible window."""
    horizon = case.now + (case.tenant.horizon if case.tenant is not None else 0)
    latest = case.reservation.window.latest
    return last_slot(min(horizon, latest if latest is not None else horizon), case.board.snapshot.policy.slot)
