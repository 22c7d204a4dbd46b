"""In how many pools and datacenters one promise may lie: in as many as its documents can name (`api/bounds.py`).

Where an ask would lie in more, it is placed once more in those that one promise can name: first where it runs, then
what its tenant prefers, then where most room is. With few datacenters in a fleet all of this is one comparison.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from holdfast.api.bounds import MAX_DATACENTERS, MAX_POOLS
from holdfast.planner.admission.case import Case
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Pool

AT_MOST = f"in at most {MAX_DATACENTERS} datacenters and {MAX_POOLS} pools"


def nameable(pools: Collection[Pool]) -> bool:
    """Whether one promise may lie in all of these pools."""
    if len(pools) <= MAX_DATACENTERS:
        return True  # so it is with nearly all
    return len(pools) <= MAX_POOLS and len({pool.datacenter for pool in pools}) <= MAX_DATACENTERS


def can_name(case: Case, names: Iterable[str]) -> bool:
    """The same of pools by name."""
    known = case.board.snapshot.pools
    return nameable([known[name] for name in names if name in known])


def roomiest(case: Case, group: list[Sheet], room: Mapping[str, int]) -> list[Sheet]:
    """As many of a group of pools as one promise can name, in the order of the group; `room` is in slices, by pool."""
    if nameable([sheet.pool for sheet in group]):
        return group
    runs = case.kept.pools.keys() if case.kept is not None and case.begun else frozenset[str]()
    near = _nearest(case, group, room, runs)
    able = [sheet for sheet in group if sheet.pool.datacenter in near]
    able.sort(key=lambda s: (s.pool.name not in runs, case.rank(s), -room[s.pool.name], s.pool.name))
    chosen = {sheet.pool.name for sheet in able[:MAX_POOLS]}
    return [sheet for sheet in group if sheet.pool.name in chosen]


def _nearest(
    case: Case, group: list[Sheet], room: Mapping[str, int], runs: Collection[str]
) -> frozenset[str]:
    """The datacenters to choose from, where they are too many."""
    places: dict[str, tuple[bool, int, int]] = {}
    for sheet in group:
        elsewhere, rank, less = places.get(sheet.pool.datacenter, (True, case.rank(sheet), 0))
        elsewhere = elsewhere and sheet.pool.name not in runs
        places[sheet.pool.datacenter] = (elsewhere, rank, less - room[sheet.pool.name])
    return frozenset(sorted(places, key=lambda name: (*places[name], name))[:MAX_DATACENTERS])
