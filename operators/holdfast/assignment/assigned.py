"""Where units differ, counting is only a filter: this assigns whole demands to named units and says who goes short.

Units differ by delivery, retirement, lease end and by the promise they are already bound to. Counting alone accepted
sets of which 13 to 40 % could not be bound: three units, one leaving on day 2 and one arriving on day 2, count two
at every instant and serve no demand of two units over days 1 to 3.

Demands are served in the order of their start, each with the units that leave earliest yet outlast it, which keeps
the long-lived ones for those who need them. One that finds too few has room made for it by two units that change what
lies on them (`exchange`), or by laying all so far from the end of time backwards (`mirrored`); nobody who has been
served loses anything by either. A demand that cannot be served whole takes what there is, is short of the rest, and
waits for units: those that come first are its own for what is left of its span, as binding will give them.

Not simpler: first-free failed in 39.9 % of random sets of three units with retirements. The order alone failed in 3.8 %
of 10,465 possible sets of two to five units with comings, leavings and pauses, and of the sets that it served whole
without one demand in 0.17 %: somebody was short because another had cancelled. With room made it is one set, and one of
64,959 removals. A miss refuses what could have been served; it never accepts what could not. To miss nothing is hard
(NP-hard where units differ by when they come and leave), so looks are bounded, and so is what a pool in deficit costs:
300 units and 600 demands of 200 dates, over-full, were looked at in 0.16 to 0.27 s where the order alone took 18 ms;
where all are served at once nothing is added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from holdfast.assignment.demand import Demand, Span, Units
from holdfast.assignment.exchange import hopeless, moved
from holdfast.assignment.laid import Laid
from holdfast.assignment.mirrored import mirrored

MOVES = 64
MIRRORS = 2
"""So many units are sought by exchanges in one look at a pool, and for so many all is laid backwards in time."""


def complete(units: Units, demands: Sequence[Demand]) -> bool:
    """Whether every demand can be given units of its own for its whole span."""
    return not shortages(units, demands)


def shortages(units: Units, demands: Sequence[Demand]) -> dict[str, int]:
    """By owner, how many units its demands cannot be given, summed: so that it grows with each that lacks more."""
    return summed(lacks(units, demands))


def harmless(units: Units, before: Sequence[Demand], after: Sequence[Demand], owner: str = "") -> bool:
    """Whether one owner can be given all, and nobody is shorter than before."""
    was, short = shortages(units, before), shortages(units, after)
    return owner not in short and all(count <= was.get(other, 0) for other, count in short.items())


def at_latest(demands: Sequence[Demand], instant: int) -> list[Demand]:
    """The same as if all of them had been accepted by an instant."""
    return [replace(demand, accepted=min(demand.accepted, instant)) for demand in demands]


def summed(found: Mapping[str, Sequence[Span]]) -> dict[str, int]:
    """The sum over each owner's demands, whenever they are."""
    return {owner: sum(one.count for one in each) for owner, each in found.items()}


def lacks(units: Units, demands: Sequence[Demand]) -> dict[str, list[Span]]:
    """By owner, when its demands lack how many units, in their order; who can be given all is not named."""
    laid = served(units, demands)
    short: dict[str, list[Span]] = {}
    for place in laid.order:
        demand = demands[place]
        lacking = sum(name in demand.pinned for name in demand.lost) + laid.lacking(place)
        if lacking:
            short.setdefault(demand.owner, []).append(replace(demand.span, count=lacking))
    return short


def served(units: Units, demands: Sequence[Demand]) -> Laid:
    """Who lies where once every demand has had its turn, as many units for each as can be found for it.

    Pinned units are in their holder's hands now, so they are set aside before anybody chooses.
    """
    laid = Laid.over(units, demands)
    moves, mirrors = MOVES, MIRRORS
    for turn, place in enumerate(laid.order):
        laid.choose(place)
        while laid.lacking(place) and moves and not hopeless(laid, place):
            moves -= 1
            if not moved(laid, place):
                mirrors -= 1
                if mirrors < 0 or not mirrored(laid, turn):
                    break
        laid.wait(place)
    return laid
