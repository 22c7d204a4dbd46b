"""Units that leave at different times: whoever is promised one makes nobody else go short.

So it is even where the assignment misses what could be: here nothing is moved to make room (see stories of exchanges).
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import HOUR, LAKE, NOW, pool, reservation, with_units
from tests.planner.several import several
from tests.planner.world import World

from holdfast.assignment import assigned
from holdfast.planner.state.snapshot import Pool

BESIDE = "lake-mariner.tpu7x-b"
CUBE = "4x4x4"


@pytest.fixture(autouse=True)
def unmoved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever lies stays where it is, so that few demands are enough to find what is missed."""
    monkeypatch.setattr(assigned, "MOVES", 0)


def leaving(name: str, cubes: int, *hours: int) -> Pool:
    """A pool whose first cubes leave after so many hours each."""
    made = pool(name, cubes, grace=0)
    for unit, after in zip(sorted(made.units), hours, strict=False):
        made = with_units(made, unit, retires=NOW + after * HOUR)
    return made


def ask(world: World, label: str, start: int, end: int, **changes: Any) -> None:
    """Ask for cubes over some hours, and wait for the answer."""
    window = {"start": NOW + start * HOUR, "end": NOW + end * HOUR} if "window" not in changes else {}
    world.asks(reservation(label, topology=CUBE, **window, **changes))
    world.rest()


FIRST = ((7, 19), (19, 31), (15, 18), (11, 25))


@pytest.mark.parametrize(
    ("pools", "changes"),
    [
        ((LAKE,), {}),
        ((LAKE, BESIDE), {"count": 2, "max_percent_per_pool": 50}),
        ((LAKE,), {"window": several((1, 2, 1), (6, 9, 1))}),
        ((LAKE, BESIDE), {"window": several((1, 2, 2), (6, 9, 2)), "count": 2, "max_percent_per_pool": 50}),
    ],
    ids=["one slice", "one in each pool", "some nights", "some nights in each pool"],
)
def test_that_one_more_fits_does_not_follow_from_two_more(
    pools: tuple[str, ...], changes: dict[str, Any]
) -> None:
    world = World().has(*(leaving(name, 3, 28, 19) for name in pools))
    apart = {name: each for name, each in changes.items() if name != "window"}
    for number, hours in enumerate(FIRST):
        ask(world, f"t{number}/x", *hours, **apart)
    ask(world, "t4/x", 6, 9, **changes)
    assert [world.ready(f"t{number}/x") for number in range(4)] == ["True Scheduled"] * 4
    assert world.ready("t4/x") == "False WindowConflict"


def test_whoever_is_promised_a_unit_beside_promises_of_several_orders_makes_none_of_them_short() -> None:
    world = World().has(leaving(LAKE, 2, 20))
    for label, start, end in (("t/a", 1, 10), ("t/b", 1, 5), ("t/d", 6, 19), ("t/e", 11, 40)):
        ask(world, label, start, end)
        world.now += 1
    assert [world.ready(f"t/{name}") for name in "abd"] == ["True Scheduled"] * 3
    assert world.ready("t/e") == "False WindowConflict"
    world.cancels("t/d")
    world.rest()
    assert world.ready("t/e") == "True Scheduled"


@pytest.mark.parametrize(
    ("first", "newcomer", "later", "told"),
    [(2, 5, 1, "False"), (10, 2, 1, "True"), (10, 2, 0, "False")],
    ids=["it would take what lasts", "it takes what lasts for a while", "within one second a name decides"],
)
def test_a_newcomer_has_its_turn_after_those_who_stand(
    first: int, newcomer: int, later: int, told: str
) -> None:
    world = World().has(leaving(LAKE, 2, 20))
    ask(world, "t/b", 1, first)
    ask(world, "t/c", 3, 30)
    world.now += later
    ask(world, "t/f", 1, newcomer)
    assert [world.ready(f"t/{name}") for name in "bc"] == ["True Scheduled"] * 2
    assert world.ready("t/f").startswith(told)
