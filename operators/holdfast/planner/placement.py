"""Where and when: the slices of one case on pools, for a window, each slice whole inside one pool.

Within a datacenter the smallest pool that takes everything is chosen, else the largest first; over datacenters the
tenant's order decides. A window in force that has begun keeps its pools and gets more beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from holdfast.planner.board import Sheet
from holdfast.planner.calendar import with_clearing
from holdfast.planner.case import Case
from holdfast.planner.entitlement import slices_allowed


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
    for group in _groups(case):
        placement = Placement(start, end, _fill(case, group, wanted, (start, end)))
        if placement.total == wanted:
            return placement
        if placement.total >= case.least and (best is None or placement.total > best.total):
            best = placement
    return best


def most_slices(case: Case, start: int, end: int) -> int:
    """The most slices any one placement could hold in a window, entitlement included; for relaxations."""
    room = slices_allowed(case, start, end)
    totals = (sum(_fill(case, group, room, (start, end)).values()) for group in _groups(case))
    return max(totals, default=0)


def _groups(case: Case) -> Iterator[list[Sheet]]:
    """Sets of pools that may share one reservation, most preferred first."""
    pools = sorted(case.open_pools(), key=lambda s: (not case.keeps(s), case.rank(s), s.pool.name))
    if case.reservation.across_datacenters:
        yield pools
        return
    for name in dict.fromkeys(sheet.pool.datacenter for sheet in pools):
        yield [sheet for sheet in pools if sheet.pool.datacenter == name]
        if any(case.keeps(sheet) for sheet in pools):
            return


def _fill(case: Case, group: list[Sheet], wanted: int, window: tuple[int, int]) -> dict[str, int]:
    room = {sheet.pool.name: _slices(case, sheet, window) for sheet in group}
    order = sorted(
        group, key=lambda s: (*_preference(case, s), *_snugness(room[s.pool.name], wanted), s.pool.name)
    )
    taken: dict[str, int] = {}
    for sheet in order:
        share = min(room[sheet.pool.name], wanted - sum(taken.values()))
        if share > 0:
            taken[sheet.pool.name] = share
    return taken


def _preference(case: Case, sheet: Sheet) -> tuple[bool, int]:
    return not case.keeps(sheet), case.rank(sheet)


def _snugness(room: int, wanted: int) -> tuple[bool, int]:
    """Best fit: pools that take everything come first, the tightest in front; the others largest first."""
    return (room < wanted, room if room >= wanted else -room)


def _slices(case: Case, sheet: Sheet, window: tuple[int, int]) -> int:
    """How many slices a pool can take over a window, named units included."""
    uid, start, end = case.reservation.uid, *window
    kept = case.kept.pools.get(sheet.pool.name, 0) if case.kept and case.keeps(sheet) else 0
    if case.kept is not None and end > case.kept.end:
        kept = 0
    slices = sheet.free(start, end + sheet.pool.clearing, without=uid) // case.units
    while slices > 0:
        form = with_clearing(sheet.pool, "", slices * case.units, window, 0)
        if sheet.assignable(form, uid):
            break
        slices -= 1
    return max(slices, kept // case.units)
