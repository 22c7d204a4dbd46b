"""I3 for a slice that moves whole: it is in both pools before it leaves one, and what leaves is that slice alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.planner.state.ledger import Promise
from holdfast.planner.state.snapshot import Pool


def moves_whole(old: Promise, new: Promise, lost: list[str]) -> bool:
    """Whether a slice that stands in two pools leaves one of them."""
    if old.moving is None or sum(old.pools.values()) != sum(new.pools.values()) + old.units_per_slice:
        return False
    return len(lost) == 1 and lost[0] in (old.moving.source, old.moving.target)


def left_too_soon(old: Promise | None, new: Promise, pools: Mapping[str, Pool]) -> Iterator[str]:
    """I3: a slice leaves its pool for another only once as many units as are due there are open and work."""
    if old is None or old.moving is None or new.attempt == old.attempt:
        return
    moving = old.moving
    if new.pools.get(moving.source, 0) >= old.pools.get(moving.source, 0) or new.slices < old.slices:
        return
    there = pools[moving.target]
    able = [
        name
        for name, one in there.ledger.grants.items()
        if one.promise == new.uid and there.units[name].open_grant == one.number and there.units[name].works
    ]
    if len(able) < new.pools.get(moving.target, 0):
        yield f"I3: {old.label} leaves {moving.source}, and {len(able)} units are open in {moving.target}"
