"""A ledger is one object: it takes so many intervals, and what stands in it stays, and may be changed within them."""

from __future__ import annotations

from tests.builders import HOUR, LAKE, NOW, pool, reservation
from tests.planner.several import nightly, several
from tests.planner.world import World

from holdfast.planner.state.snapshot import Policy


def test_a_ledger_takes_no_more_intervals_than_it_can_hold_and_what_has_none_all_the_same() -> None:
    world = World().has(pool(LAKE, 8))
    world.policy = Policy(max_parts=5)
    world.asks(reservation("mistral/a", window=nightly(3)))
    world.asks(reservation("mistral/b", window=nightly(3)))
    world.asks(reservation("mistral/c"))
    told = [world.rest().ready(f"mistral/{name}") for name in "abc"]
    assert sorted(told) == ["False LedgerFull", "True Active", "True Active"]
    assert told[2] == "True Active"
    held = next(label for label in ("mistral/a", "mistral/b") if world.ready(label) == "False LedgerFull")
    world.amends(held, window=nightly(2))
    assert world.rest().ready(held) == "True Active"


def test_what_stands_in_a_full_ledger_may_be_amended_as_far_as_its_own_intervals_leave_room() -> None:
    world = World().has(pool(LAKE, 8))
    world.policy = Policy(max_parts=3)
    world.asks(reservation("mistral/a", window=nightly(3)))
    world.rest().amends("mistral/a", count=2, window=nightly(3, slices=2))
    assert world.rest().promise("mistral/a").slices == 2
    world.amends("mistral/a", window=nightly(4, slices=2))
    assert world.rest().hold("mistral/a").reason == "LedgerFull"
    assert len(world.promise("mistral/a").intervals) == 3


def test_who_asks_for_intervals_is_not_answered_with_the_pools_of_one_who_asks_for_none() -> None:
    world = World(policy=Policy(max_parts=3)).has(pool(LAKE, 8), pool("lake-mariner.tpu7x-b", 2))
    world.asks(reservation("mistral/most", count=3, window=nightly(2, slices=3)))
    world.rest().asks(reservation("mistral/a", count=4, end=NOW + HOUR))
    world.asks(reservation("mistral/b", count=2, window=several((48, 50, 2), (72, 74, 2), (96, 98, 2))))
    assert [world.rest().ready(f"mistral/{name}") for name in "ab"] == ["False WindowConflict"] * 2
