"""The most that the pools could ever sell to an ask: with every unit healthy, delivered and free, spares aside.

Pools that may share a reservation are counted together. What it runs already counts where it is, and beyond spares and
shares only there, until it ends: what is asked for longer has no more than anybody else.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.homes import nameable, roomiest
from holdfast.planner.admission.running import running
from holdfast.planner.admission.share import Slices, spreadable
from holdfast.planner.admission.windows import last_end
from holdfast.planner.state.sheet import Sheet


def together(case: Case) -> list[list[Sheet]]:
    """The matching pools that may share it, in groups: of many as many as one promise can name, the roomiest."""
    return [_few_enough(case, sheets) for sheets in _sharing(case)]


def limited(case: Case) -> bool:
    """Whether more pools may share it than one promise can name."""
    return not all(nameable([sheet.pool for sheet in sheets]) for sheets in _sharing(case))


def _few_enough(case: Case, sheets: list[Sheet]) -> list[Sheet]:
    if nameable([sheet.pool for sheet in sheets]):
        return sheets
    stays = running(case)
    return roomiest(case, sheets, {sheet.pool.name: _room(case, sheet, stays) for sheet in sheets})


def _sharing(case: Case) -> list[list[Sheet]]:
    """The matching pools that may share it: all, those of each datacenter, or of those in which it has begun."""
    pools = case.matching()
    if case.reservation.across_datacenters:
        return [pools]
    if case.begun and case.kept is not None:
        homes = {sheet.pool.datacenter for sheet in pools if case.keeps(sheet)}
        return [[sheet for sheet in pools if sheet.pool.datacenter in homes]] if homes else [pools]
    groups = dict[str, list[Sheet]]()
    for sheet in pools:
        groups.setdefault(sheet.pool.datacenter, []).append(sheet)
    return list(groups.values())


def too_many(case: Case, groups: Sequence[list[Sheet]]) -> tuple[int, int] | None:
    """So many slices are asked for at some instant, and so many could there ever be; None where that is enough.

    Of several intervals each is looked at: of fewer slices no pool may hold as many.
    """
    stays = running(case)
    for level in sorted({part.count for part in case.parts} or {case.count}, reverse=True):
        least = min(level, case.least)
        if not any(_reaches(case, sheets, stays, level, least) for sheets in groups):
            return least, max(_most(case, sheets, stays, level) for sheets in groups)
    return None


def _reaches(case: Case, sheets: list[Sheet], stays: Slices, level: int, least: int) -> bool:
    """Whether these pools could ever sell enough: of a large fleet a few do, where slices may lie together."""
    if case.reservation.max_percent_per_pool is not None:
        return _most(case, sheets, stays, level) >= least
    sums = itertools.accumulate(_room(case, sheet, stays) for sheet in sheets)
    return any(slices >= least for slices in sums)


def _most(case: Case, sheets: list[Sheet], stays: Slices, level: int) -> int:
    """The most slices, up to so many, that these pools could ever sell together."""
    rooms = {sheet.pool.name: _room(case, sheet, stays) for sheet in sheets}
    return spreadable(case, rooms, min(level, sum(rooms.values())), stays)


def _room(case: Case, sheet: Sheet, stays: Slices) -> int:
    """The most slices that a pool could ever sell to it."""
    room = max(0, sheet.worked_out().staying - sheet.pool.spares) // case.units
    longer = case.kept is None or last_end(case) > case.kept.end
    return room if longer else max(room, stays.get(sheet.pool.name, 0))
