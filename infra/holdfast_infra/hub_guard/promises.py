"""May this pool be declared so? The decision alone, from objects as the hub returned them. Pure.

A later declaration may take supply (see supply.py) as long as nobody is promised it. What stands in the ledger is
laid out over the units twice, by the dates in force and by the new ones, and compared:

    1. no object, or one that cannot be read          no: silence is not permission
    2. a promise is short of more units than before   no: its reservation, tenant and date are named
    3. spares are lowered while a promise stands      no: each was given with that many to replace what fails
    4. a unit in somebody's hands would fail by it    no: see trouble.py
    5. otherwise                                      yes, also where a promise was short already

Units are told apart, because counting is not enough: three units of which one leaves and one arrives on day 2
make two at every instant and serve nobody who needs two units over days 1 to 3. The planner's own assignment says
who lies where (`holdfast.assignment`). A unit in somebody's hands stays there: it must outlast its promise, and no
spare is counted in its place, since the planner replaces units that fail and not units that leave.

Of those that start together the planner serves first whose promise was made first. A pool does not tell that, so all
is laid out by either end of the order, whoever ends first and whoever ends last, and is to hold in both. Not simpler:
in one order 0.33 % of 25,000 random changes that it let pass left somebody short in the planner's, in both 0.03 %.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from holdfast.assignment.assigned import served
from holdfast.assignment.demand import Demand, Span
from holdfast.hardware.instants import text_of
from holdfast_infra.hub_guard.ledger import Refusal, listed
from holdfast_infra.hub_guard.standing import Promised, Standing, health_of, read_standing
from holdfast_infra.hub_guard.supply import FAR, SPARES, Object, Supply, Taking, read_supply, takings
from holdfast_infra.hub_guard.trouble import cut_short, seen_by

REMEDY = (
    "keep what is declared, declare other units for that time, or wait until the tenant has moved or cancelled its "
    "reservation"
)


@dataclass(frozen=True, slots=True)
class Shortage:
    """How many units a promise cannot be given, and from when."""

    units: int
    since: int


Turn = Callable[[Promised], int]
"""Of promises that start together whose turn it is first: the least."""
Laid = tuple[Supply, Standing]
"""What there is, and what is promised of it."""


def _shortest_first(promised: Promised) -> int:
    return promised.end


def _longest_first(promised: Promised) -> int:
    return -promised.end


def may_declare(pool: Object | None, name: str, new: Object, report: Object | None = None) -> Refusal | None:
    """None if the pool of this name may take this spec, else whom it would break its word to.

    report: the pool's PoolReport, None where the hub has none.
    """
    if pool is None:
        return Refusal(
            f"the hub knows no pool {name}, so nobody can say what is promised from it",
            "point holdfast:hubContext at the hub of this stack, or `pulumi refresh` where it was deleted on purpose",
        )
    try:
        return _judged(pool, pool["spec"], new, report)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return Refusal(
            f"pool {name} cannot be read ({type(error).__name__}: {error})",
            "bring infra and hub to one version",
        )


def shortages(supply: Supply, standing: Standing, turn: Turn = _shortest_first) -> dict[str, Shortage]:
    """By reservation, what it cannot be given; who gets all is not in it."""
    spans = dict(_free(supply, standing))
    units = {name: (Span(start, leaves, 1),) for name, (start, leaves) in spans.items()}
    laid = served(units, [_demand(each, turn(each)) for each in standing.promises])
    short: dict[str, Shortage] = {}
    for place, each in enumerate(standing.promises):
        since = [_lost_at(supply, unit, each) for unit in each.hands if not _outlasts(supply, unit, each)]
        missing = laid.lacking(place)
        lacking = len(since) + missing
        if missing:
            since.append(_begins(spans, each, missing, supply.clearing))
        if lacking:
            short[each.reservation] = Shortage(lacking, min(since))
    return short


def _demand(promised: Promised, turn: int) -> Demand:
    """What it still wants, beside what is in its hands."""
    span = Span(promised.start, promised.end, len(promised.hands) + promised.wanting)
    return Demand(span, promised.hands, promised.reservation, turn)


def _judged(pool: Object, old: Object, new: Object, report: Object | None) -> Refusal | None:
    taken = takings(old, new)
    if not taken:
        return None
    before, after = read_supply(old), read_supply(new)
    standing, later = read_standing(pool, report), read_standing(pool, seen_by(taken, new, report))
    hit = cut_short(taken, standing, later)
    if hit:
        return hit
    later = _clearing_longer(later, after.clearing - before.clearing)
    worse = worse_off((before, standing), (after, later))
    if worse:
        return Refusal(f"{_changes(taken)} would leave {broken(worse)}", REMEDY)
    lowered = [taking for taking in taken if taking.field == SPARES]
    if lowered and standing.promises:
        return Refusal(
            f"{_changes(lowered)} would leave fewer units to replace one of {_stood_by(standing)}", REMEDY
        )
    return None


def worse_off(before: Laid, after: Laid) -> list[tuple[Promised, Shortage]]:
    """The promises that would be short of more units than they are, in the first order in which any is."""
    return next(
        filter(None, (_worse_by(turn, before, after) for turn in (_shortest_first, _longest_first))), []
    )


def _worse_by(turn: Turn, before: Laid, after: Laid) -> list[tuple[Promised, Shortage]]:
    was, will = shortages(*before, turn), shortages(*after, turn)
    _, standing = before
    return [
        (each, will[each.reservation])
        for each in standing.promises
        if each.reservation in will
        and will[each.reservation].units > was.get(each.reservation, Shortage(0, 0)).units
    ]


def _clearing_longer(standing: Standing, seconds: int) -> Standing:
    """What stands once every promise's units take so much longer to be clean; shorter changes no promise."""
    later = tuple(replace(each, end=each.end + max(0, seconds)) for each in standing.promises)
    return replace(standing, promises=later)


def _free(supply: Supply, standing: Standing) -> Iterator[tuple[str, tuple[int, int]]]:
    """Units that can be given to somebody, each with the span in which the planner counts on it."""
    for name, unit in supply.units.items():
        health = health_of(standing, name)
        late = health == "Missing" and unit.available <= standing.now
        if unit.retiring or late or name in standing.cordoned:
            continue
        start = unit.available
        if health == "Unhealthy":
            start = max(start, standing.now + supply.repair)
        if name in standing.away:
            clean = standing.away[name] + supply.clearing
            start = max(start, clean if clean > standing.now else standing.now + max(1, supply.clearing))
        yield name, (start, _leaves(supply, name))


def _leaves(supply: Supply, unit: str) -> int:
    """Until when a promise may count on a unit, the time to clear it included."""
    return min(supply.stays(unit), FAR - supply.clearing) + supply.clearing


def _outlasts(supply: Supply, unit: str, promised: Promised) -> bool:
    """Whether a unit in somebody's hands is declared to be there until the promise is over."""
    there = unit in supply.units and supply.units[unit].available <= promised.start
    return there and _leaves(supply, unit) >= promised.end


def _lost_at(supply: Supply, unit: str, promised: Promised) -> int:
    """When a unit that does not outlast its promise leaves it."""
    if unit not in supply.units or supply.units[unit].available > promised.start:
        return promised.start
    return max(promised.start, supply.stays(unit))


def _begins(spans: Mapping[str, tuple[int, int]], promised: Promised, missing: int, clearing: int) -> int:
    """When a shortage begins: with the window, unless units are there then and leave inside it."""
    inside = sorted(
        leaves - clearing
        for start, leaves in spans.values()
        if start <= promised.start < leaves - clearing and leaves < promised.end
    )
    return inside[-missing] if len(inside) >= missing else promised.start


def _changes(taken: Iterable[Taking]) -> str:
    """The changes in words, units with the same change together."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for each in taken:
        together.setdefault((each.field, each.old, each.new), []).append(each.unit)
    return listed(
        [
            f"{field} {f'of {listed(units)} ' if units[0] else ''}from {old} to {new}"
            for (field, old, new), units in together.items()
        ],
    )


def broken(worse: list[tuple[Promised, Shortage]]) -> str:
    """Whom it would break its word to, the first to notice in front."""
    return listed(
        [
            f"reservation {each.reservation} (tenant {each.tenant}) short of {short.units} "
            f"{'unit' if short.units == 1 else 'units'} from {text_of(short.since)}"
            for each, short in sorted(worse, key=lambda one: (one[1].since, one[0].reservation))
        ],
    )


def _stood_by(standing: Standing) -> str:
    """The promises that stand, the last to end first."""
    return listed(
        [
            f"reservation {each.reservation} (tenant {each.tenant}) until {text_of(each.end)}"
            for each in sorted(standing.promises, key=lambda one: (-one.end, one.reservation))
        ],
    )
