"""Whether named units serve what counting allows, in few trials.

Counting gives an upper bound, and where units differ a count may promise what no units can serve: one leaving on day 2
and one arriving on day 2 count as one throughout. A trial lays all that stands in a pool out over its units, so only
what is to be taken is tried, and of each pool so few numbers as can be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.effort import looks_of
from holdfast.planner.state.ledger import Form
from holdfast.planner.state.sheet import Sheet


def assignable(case: Case, sheet: Sheet, form: Form) -> bool:
    """Whether units could be found for a form, and nobody be shorter; no once the ask's effort is over."""
    decided = sheet.worked_out().counting_decides(form.start, form.end)
    allowed = decided or case.effort.allows(looks_of(sheet, form))
    return allowed and sheet.assignable(form, case.reservation.uid)


def most_that_fit(most: int, sure: int, fit: Callable[[int], bool]) -> int:
    """The most slices, up to `most`, that are found to fit; `sure` need no trial. In about 2 log2(most) trials.

    Down by one, two, four, … until so many fit, then up again by halves. The assignment may miss what could be, so that
    fewer fit does not follow from more, and what lies between is missed now and then; a miss refuses what could be
    served.
    Not simpler, down one by one: a pool whose units all change hands half-way was asked 144 times to be found empty.
    """
    lost, found, step = most + 1, most, 1
    while found > sure and not fit(found):
        lost, found, step = found, max(sure, found - step), 2 * step
    while lost - found > 1:
        middle = (found + lost) // 2
        found, lost = (middle, lost) if fit(middle) else (found, middle)
    return found


def tried_out(
    bounds: Mapping[str, int],
    shares_of: Callable[[Mapping[str, int]], dict[str, int]],
    able: Callable[[str, int], int],
) -> dict[str, int]:
    """Shares of pools, each of which has been tried; `bounds` say by pool what counting allows.

    Pools are chosen by what is known of them and only the chosen ones are tried: `able` says how many of a share a pool
    has. Where that is fewer, all are chosen anew. What is known of a pool only shrinks, so it ends. A pool that is not
    chosen by its bound would not be chosen by less, so all of them tried beforehand would be chosen alike.
    """
    rooms, tried = dict(bounds), dict[tuple[str, int], int]()
    while True:
        shares = shares_of(rooms)
        for share in shares.items() - tried.keys():
            tried[share] = able(*share)
        fewer = {name: tried[name, share] for name, share in shares.items() if tried[name, share] < share}
        if not fewer:
            return shares
        rooms.update(fewer)
