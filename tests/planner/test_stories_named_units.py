"""Units that leave at different times: whoever is promised one makes nobody else go short."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import HOUR, LAKE, NOW, pool, reservation, with_units
from tests.planner.several import several
from tests.planner.world import World

from holdfast.planner.state.snapshot import Pool

BESIDE = "lake-mariner.tpu7x-b"
CUBE = "4x4x4"


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
