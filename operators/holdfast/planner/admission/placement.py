"""Where and when: the slices of one case on pools, for a window, each slice whole inside one pool.

Within a datacenter the smallest pool that takes everything is chosen, else the largest first; over datacenters the
tenant's order decides. A window in force that has begun keeps its pools and gets more beside them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.entitlement import slices_allowed
from holdfast.planner.admission.together import free_slices
from holdfast.planner.state.calendar import with_clearing
from holdfast.planner.state.sheet import Sheet

CROWDED = 100
"""Entries after which the next ledger is taken: a write of a thousand costs ten times one of a hundred."""


@dataclass(frozen=True, slots=True)
class Placement:
    """An answer "yes": a window and the slices in each pool."""

    start: int
    end: int
    slices: Mapping[str, int]

    @property
    def total(self) -> int:
        """Slices over all pools."""
        return sum(self.slices.values())


def place(case: Case, start: int, end: int) -> Placement | None:
    """The best placement for a window: complete if possible, else at least the fewest slices accepted."""
    wanted = min(case.reservation.count, slices_allowed(case, start, end))
    if wanted < case.least:
        return None
    best: Placement | None = None
    for group in groups(case):
        placement = Placement(start, end, _fill(case, group, wanted, (start, end)))
        if placement.total == wanted:
            return placement
        if placement.total >= case.least and (best is None or placement.total > best.total):
            best = placement
    return best


def most_slices(case: Case, start: int, end: int) -> int:
    """The most slices any one placement could hold in a window, entitlement included; for relaxations."""
    room = slices_allowed(case, start, end)
    totals = (sum(_fill(case, group, room, (start, end)).values()) for group in groups(case))
    return max(totals, default=0)


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
    for name in dict.fromkeys(sheet.pool.datacenter for sheet in pools):
        yield [sheet for sheet in pools if sheet.pool.datacenter == name]


def _fill(case: Case, group: list[Sheet], wanted: int, window: tuple[int, int]) -> dict[str, int]:
    """Slices by pool, as many as fit up to `wanted`; none where slices that run would have to move.

    First whatever runs stays where it is. Then pools are filled in this order: those that serve it already, the
    tenant's preferred datacenters, and among equals best fit: the tightest pool that takes everything, so that large
    holes stay whole for large asks; where none does, the roomiest first, so that few pools are touched (each is a
    ledger write); and a pool with many entries comes behind one with few (`_snugness`). Example: 3 slices wanted, room
    2, 5 and 9: all 3 go to the pool with 5. Best fit is no optimum;
    it is stable, explains itself, and every pool is looked at once.
    """
    room = _rooms(case, group, window)
    wanted = _spreadable(case, room, wanted)
    most = case.most_in_a_pool(wanted)
    open_to_it = [sheet for sheet in group if room[sheet.pool.name]]
    order = sorted(
        open_to_it, key=lambda s: (*_preference(case, s), *_snugness(s, room, wanted), s.pool.name)
    )
    taken = _staying(case, room, wanted)
    if case.begun and case.kept is not None and sum(taken.values()) < min(wanted, case.kept.slices):
        return {}
    for sheet in order:
        name = sheet.pool.name
        had = taken.get(name, 0)
        share = min(room[name] - had, most - had, wanted - sum(taken.values()))
        if share > 0:
            taken[name] = taken.get(name, 0) + share
    return taken


def _spreadable(case: Case, room: Mapping[str, int], wanted: int) -> int:
    """The most slices, up to `wanted`, of which no pool need hold more than its share; what runs may stay beyond it.

    Fewer slices have a smaller share, so it is counted anew with what is left until nothing more is lost: the shares
    only shrink, and the first number that stands is the largest there is. Example: half of them at most in one pool,
    rooms 6, 3 and 0, 8 wanted: 4 + 3 = 7 fit, of 7 a share is 3, and 3 + 3 = 6 stands.
    """
    if case.reservation.max_percent_per_pool is None:
        return wanted
    running = case.kept.pools if case.begun and case.kept is not None else {}
    while True:
        most = case.most_in_a_pool(wanted)
        able = sum(
            min(slices, max(most, running.get(name, 0) // case.units)) for name, slices in room.items()
        )
        if able >= wanted:
            return wanted
        wanted = able


def _staying(case: Case, room: Mapping[str, int], wanted: int) -> dict[str, int]:
    """The slices that run and stay where they are, before anything is added."""
    taken: dict[str, int] = {}
    if not case.begun or case.kept is None:
        return taken
    kept = case.kept.pools
    for name in sorted(kept, key=lambda n: (-kept[n], n)):
        share = min(kept[name] // case.units, room.get(name, 0), wanted - sum(taken.values()))
        if share > 0:
            taken[name] = share
    return taken


def _preference(case: Case, sheet: Sheet) -> tuple[bool, int]:
    return not case.keeps(sheet), case.rank(sheet)


def _snugness(sheet: Sheet, rooms: Mapping[str, int], wanted: int) -> tuple[bool, int, int]:
    """Best fit: pools that take everything come first, the tightest in front; the others largest first.

    A ledger is written whole, and the API server's rules look at each of its entries. So a pool comes behind those
    with a hundred entries fewer: all of them grow alike, and none to a thousand while others have room.
    """
    room = rooms[sheet.pool.name]
    return (room < wanted, len(sheet.entries) // CROWDED, room if room >= wanted else -room)


def _rooms(case: Case, group: list[Sheet], window: tuple[int, int]) -> dict[str, int]:
    """How many slices each pool can take over a window; counted for all at once where none has an entry of the case."""
    if not group or case.entered:
        return {
            sheet.pool.name: _assignable(case, sheet, window, _room(case, sheet, window) // case.units)
            for sheet in group
        }
    counted = free_slices(case, group, window)
    return {
        sheet.pool.name: _assignable(case, sheet, window, slices) if slices else 0
        for sheet, slices in zip(group, counted, strict=True)
    }


def _assignable(case: Case, sheet: Sheet, window: tuple[int, int], slices: int) -> int:
    """How many slices, up to so many that fit by count, a pool can take over a window, named units included.

    Counting gives an upper bound, and where units differ a count may promise what no units can serve: one leaving on
    day 2 and one arriving on day 2 count as one throughout. So slices are taken off the bound until the whole can be
    assigned to named units; `_sure` needs no check, since it is in force and stays. It ends: zero slices always fit.
    It goes down one by one and not by halves, since the assignment is greedy: that fewer fit does not follow from more.
    """
    sure = _sure(case, sheet, window) // case.units
    while slices > sure:
        form = with_clearing(sheet.pool, "", slices * case.units, window, 0)
        if sheet.assignable(form, case.reservation.uid):
            break
        slices -= 1
    return slices


def _sure(case: Case, sheet: Sheet, window: tuple[int, int]) -> int:
    """Units that need no check: those in force here, while the window lies inside the one in force."""
    kept = case.kept
    if kept is None or not case.serves(sheet) or window[1] > kept.end:
        return 0
    return kept.pools.get(sheet.pool.name, 0) if window[0] >= kept.start else 0


def _room(case: Case, sheet: Sheet, window: tuple[int, int]) -> int:
    """Units by count: where the window in force runs, at least those in force; beyond it, only free ones.

    An amendment's new window is cut where the old one begins and ends. In each piece the pool can give what is free
    without this reservation; inside the old window it can also give what it gives now, even where failures have left
    less than that free. The least over the pieces is the room. Example: 2 units in force until noon, 1 free after: an
    extension past noon has room for 1, so growth does not fit and a longer end for both does not either. Not simpler,
    as the free units over the whole new window: a reservation with one failed unit could then not keep what it has.
    """
    uid, kept, clearing = case.reservation.uid, case.kept, sheet.pool.clearing
    start, end = max(window[0], case.now), window[1] + clearing
    own, inner = 0, (start, start)
    if kept is not None and case.serves(sheet):
        own, inner = kept.pools.get(sheet.pool.name, 0), (kept.start, kept.end + clearing)
    edges = sorted({start, end, *(edge for edge in inner if start < edge < end)})
    return min(
        (
            max(sheet.free(a, b, without=uid), own if inner[0] <= a and b <= inner[1] else 0)
            for a, b in itertools.pairwise(edges)
        ),
        default=0,
    )
