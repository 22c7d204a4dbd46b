"""Two planners at once, one of them with an old picture: what is written between looking and writing."""

from __future__ import annotations

from tests.builders import DAY, HOUR, LAKE, NOW, pool, reservation
from tests.planner.world import World

MINE = "mistral/pretrain"


def test_no_unit_is_granted_while_the_window_is_being_postponed() -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(MINE, start=NOW + 100, end=NOW + DAY))
    world.rest()
    world.now = NOW + 99
    world.amends(MINE, start=NOW + HOUR, end=NOW + DAY)
    postponing = world.steps()
    next(postponing)
    next(postponing)  # the next form lies in the ledger, its commit is on its way
    world.now = NOW + 100
    binding = world.steps()
    next(binding)  # has looked: by its picture the old window opens now
    for _ in postponing:
        pass
    for _ in binding:
        pass
    world.rest()
    assert world.promise(MINE).start == NOW + HOUR
    assert world.units(MINE) == []
    world.wait(HOUR)
    assert len(world.units(MINE)) == 2


def test_a_window_whose_units_are_out_is_not_postponed_by_a_slower_clock() -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(MINE, start=NOW + 100, end=NOW + DAY))
    world.rest()
    world.now = NOW + 100
    world.rest()
    world.now = NOW + 98  # another planner's clock, a little behind
    world.amends(MINE, start=NOW + HOUR, end=NOW + DAY)
    world.rest()
    assert world.promise(MINE).start == NOW + 100
    assert len(world.units(MINE)) == 2
