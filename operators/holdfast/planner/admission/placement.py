"""Where and when: the slices of one case on pools, for a window, each slice whole inside one pool.

Within a datacenter the smallest pool that takes everything is chosen, else the largest first; over datacenters the
tenant's order decides. A window in force that has begun keeps its pools and gets more beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.entitlement import slices_allowed
from holdfast.planner.admission.homes import can_name, roomiest
from holdfast.planner.admission.preference import in_order
from holdfast.planner.admission.room import room, rooms, sure
from holdfast.planner.admission.running import running, whole
from holdfast.planner.admission.share import spreadable, staying
from holdfast.planner.admission.stepped import Layers, fill_in_parts
from holdfast.planner.state.calendar import with_clearing
from holdfast.planner.state.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Placement:
    """An answer "yes": a window and the slices in each pool; of several intervals which layers of them, too.

    Where something is only `given_back` no calendar was asked, so nothing may last longer than what is in force.
    """

    start: int
    end: int
    slices: Mapping[str, int]
    layers: Mapping[str, Layers] = field(default_factory=dict)
    given_back: bool = False

    @property
    def total(self) -> int:
        """Slices over all pools."""
        return sum(self.slices.values())


def place(case: Case, start: int, end: int) -> Placement | None:
    """The best placement for a window: complete if possible, else at least the fewest slices accepted."""
    wanted = min(case.count, slices_allowed(case, start, end))
    if wanted < case.least:
        return None
    best: Placement | None = None
    for group in groups(case):
        placement = _placed(case, group, wanted, (start, end))
        if placement.total == wanted:
            return placement
        if placement.total >= case.least and (best is None or placement.total > best.total):
            best = placement
    return best


def _placed(case: Case, group: list[Sheet], wanted: int, window: tuple[int, int]) -> Placement:
    """As many as fit up to `wanted`, in no more places than one promise can name."""
    found = _filled(case, group, wanted, window)
    if can_name(case, found.slices):
        return found
    return _filled(case, roomiest(case, group, _room_in(case, group, window)), wanted, window)


def _room_in(case: Case, group: list[Sheet], window: tuple[int, int]) -> dict[str, int]:
    """Slices by pool, by count; of several intervals the fewest of any."""
    spans = [(part.start, part.end) for part in case.parts] or [window]
    return {s.pool.name: min(room(case, s, span) for span in spans) // case.units for s in group}


def _filled(case: Case, group: list[Sheet], wanted: int, window: tuple[int, int]) -> Placement:
    if not case.parts:
        return Placement(*window, _fill(case, group, wanted, window))
    layers = fill_in_parts(case, group, wanted)
    return Placement(
        *window, {name: sum(one.slices for one in each) for name, each in layers.items()}, layers
    )


def most_slices(case: Case, start: int, end: int) -> int:
    """The most slices any one placement could hold in a window, entitlement included; for relaxations."""
    allowed = slices_allowed(case, start, end)
    totals = (_placed(case, group, allowed, (start, end)).total for group in groups(case))
    return max(totals, default=0)


def fits(case: Case, sheet: Sheet, window: tuple[int, int], wanted: int) -> int:
    """How many slices, up to `wanted`, one pool can have of a case over a window, those in force there included."""
    return _assignable(case, sheet, window, min(room(case, sheet, window) // max(case.units, 1), wanted))


def groups(case: Case) -> Iterator[list[Sheet]]:
    """Sets of pools that may share one reservation, most preferred first."""
    pools = case.open_pools()
    if case.begun:
        pools = sorted(pools, key=lambda s: (not case.keeps(s), case.rank(s), s.pool.name))
    if case.reservation.across_datacenters:
        yield pools
        return
    if case.begun and case.kept is not None:
        known = case.board.snapshot.pools
        homes = {known[name].datacenter for name in case.kept.pools if name in known}
        yield [sheet for sheet in pools if sheet.pool.datacenter in homes]
        return
    by_datacenter: dict[str, list[Sheet]] = {}
    for sheet in pools:
        by_datacenter.setdefault(sheet.pool.datacenter, []).append(sheet)
    yield from by_datacenter.values()


def _fill(case: Case, group: list[Sheet], wanted: int, window: tuple[int, int]) -> dict[str, int]:
    """Slices by pool, as many as fit up to `wanted`; none where slices that run would have to move.

    First whatever runs stays where it is. Then pools are filled in this order: those that serve it already, the
    tenant's preferred datacenters, and among equals best fit: the tightest pool that takes everything, so that large
    holes stay whole for large asks; where none does, the roomiest first, so that few pools are touched (each is a
    ledger write); and a pool with many entries comes behind one with few (`preference`). Example: 3 slices wanted, room
    2, 5 and 9: all 3 go to the pool with 5. Best fit is no optimum; it is stable and explains itself. A pool is looked
    at again only where it takes fewer slices than were found to fit; rooms only shrink by that, so it ends.
    """
    counted = _counted(case, group, window)
    able = {
        sheet.pool.name: _assignable(case, sheet, window, min(counted[sheet.pool.name], wanted))
        for sheet in group
    }
    while True:
        taken = _taken(case, group, wanted, _with_more(able, counted, wanted))
        fewer = _fewer(case, group, window, {n: each for n, each in taken.items() if each < able[n]})
        if not fewer:
            return taken
        able.update(fewer)


def _with_more(rooms: Mapping[str, int], counted: Mapping[str, int], wanted: int) -> dict[str, int]:
    """The rooms by which pools are ordered: by count, where all that is wanted fits."""
    return {name: counted[name] if slices >= wanted else slices for name, slices in rooms.items()}


def _taken(case: Case, group: list[Sheet], wanted: int, rooms: Mapping[str, int]) -> dict[str, int]:
    stays = running(case)
    wanted = spreadable(case, rooms, wanted, stays)
    most = case.most_in_a_pool(wanted)
    order = in_order(case, (sheet for sheet in group if rooms[sheet.pool.name]), rooms, wanted)
    taken = staying(stays, rooms, wanted, (most, wanted), whole(case))
    if sum(taken.values()) < min(wanted, sum(stays.values())):
        return {}
    for sheet in order:
        name = sheet.pool.name
        had = taken.get(name, 0)
        share = min(rooms[name] - had, most - had, wanted - sum(taken.values()))
        if share > 0:
            taken[name] = taken.get(name, 0) + share
    return taken


def _fewer(
    case: Case, group: list[Sheet], window: tuple[int, int], shares: Mapping[str, int]
) -> dict[str, int]:
    """The pools that cannot take such a share after all: that fewer fit does not follow from more."""
    able = {
        sheet.pool.name: _assignable(case, sheet, window, shares[sheet.pool.name])
        for sheet in group
        if sheet.pool.name in shares
    }
    return {name: slices for name, slices in able.items() if slices < shares[name]}


def _counted(case: Case, group: list[Sheet], window: tuple[int, int]) -> dict[str, int]:
    """How many slices each pool can take over a window by count."""
    by_count = zip(group, rooms(case, group, window), strict=True)
    return {sheet.pool.name: units // case.units for sheet, units in by_count}


def _assignable(case: Case, sheet: Sheet, window: tuple[int, int], slices: int) -> int:
    """How many slices, up to so many that fit by count, a pool can take over a window, named units included.

    Counting gives an upper bound, and where units differ a count may promise what no units can serve: one leaving on
    day 2 and one arriving on day 2 count as one throughout. So slices are taken off the bound until the whole can be
    assigned to named units; what is `sure` needs no check, since it is in force and stays. It ends: zero slices fit.
    It goes down one by one and not by halves, since an assignment may miss what could be: that fewer fit does not
    follow from more.
    So `slices` are no more than are wanted, and whoever takes fewer than were found asks again.
    """
    certain = sure(case, sheet, window) // case.units if slices and case.kept is not None else 0
    while slices > certain:
        form = with_clearing(sheet.pool, "", slices * case.units, window, 0)
        if sheet.assignable(form, case.reservation.uid):
            break
        slices -= 1
    return slices
