"""A fault of ours in the turn of one pool or promise: it is left as its ledger says, and everybody else is served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from tests.builders import DAY, HOUR, LAKE, NOW, pool, reservation, uid
from tests.planner.maintaining import maintains, maintenance
from tests.planner.world import World

from holdfast.planner import memory
from holdfast.planner import plan as planning
from holdfast.planner.admission import admit, whole_slices
from holdfast.planner.state import board
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.upkeep import binding, handback, health, opening, repair, settle
from holdfast.planner.upkeep import maintenance as windows

BESIDE = "lake-mariner.tpu7x-b"
MINE, THEIRS, NEW = "mistral/pretrain", "anthropic/eval", "other/new"
Patch = pytest.MonkeyPatch


def names(thing: Any) -> set[str]:
    """What an argument is of: a pool, a promise."""
    if isinstance(thing, Sheet):
        return {thing.pool.name}
    found = (getattr(thing, word, None) for word in ("name", "uid", "pool"))
    return {one for one in found if isinstance(one, str)}


def failing(patch: Patch, module: ModuleType, function: str, whose: str) -> None:
    """From now on a function fails wherever it is asked about this pool or promise."""
    sound = getattr(module, function)

    def poisoned(*arguments: Any, **named: Any) -> Any:
        if any(whose in (names(one) if not isinstance(one, str) else {one}) for one in arguments):
            raise ArithmeticError(function)
        return sound(*arguments, **named)

    patch.setattr(module, function, poisoned)


def two_pools(**changes: Any) -> World:
    """One cube in two for a tenant in each of two pools, from in an hour on."""
    world = World().has(pool(LAKE, 4), pool(BESIDE, 4))
    for label in (MINE, THEIRS):
        world.asks(reservation(label, count=2, start=NOW + HOUR, end=NOW + DAY, **changes))
        world.rest()
    return world


def opened(world: World) -> Plan:
    """The windows have opened, and somebody asks for what is left: both pools have somebody's, and one is poisoned."""
    world.now = NOW + HOUR
    world.asks(reservation(NEW, topology="4x4x4", start=NOW + 2 * DAY, end=NOW + 3 * DAY))
    world.turn()
    return world.last


STEPS = [
    (settle, "_stands"),
    (health, "breaker_of"),
    (repair, "replacements_left"),
    (handback, "_empty"),
    (whole_slices, "_broken_in"),
    (board, "ledger_write"),
    (memory, "of_pool"),
]


def where(world: World, label: str) -> str:
    (name,) = world.promise(label).pools
    return name


@pytest.mark.parametrize(("module", "function"), STEPS, ids=[f"{m.__name__}.{f}" for m, f in STEPS])
def test_the_other_pools_go_on_and_the_new_one_is_served_there(
    monkeypatch: Patch, module: ModuleType, function: str
) -> None:
    world = two_pools()
    ill, well = where(world, MINE), where(world, THEIRS)
    failing(monkeypatch, module, function, ill)
    if function == "_empty":
        monkeypatch.setattr(handback, "_empty", lambda sheet, _: _or_fail(sheet.pool.name != ill))
    if function == "_stands":
        monkeypatch.setattr(
            settle, "_stands", lambda entry, _: _or_fail(entry.reservation != MINE, told=True)
        )
    before = world.pools[ill].ledger
    made = opened(world)
    assert made.faults.keys() == {ill}
    assert made.faults.items() <= made.frozen.items()
    assert world.pools[ill].ledger == before
    assert len(world.units(THEIRS)) == 4
    assert where(world, NEW) == well


def _or_fail(well: bool, *, told: bool = False) -> bool:
    if not well:
        raise ArithmeticError
    return told


def test_a_promise_that_cannot_be_bound_leaves_its_pool_to_all_others(monkeypatch: Patch) -> None:
    world = World().has(pool(LAKE, 8))
    for label in (MINE, THEIRS):
        world.asks(reservation(label, start=NOW + HOUR, end=NOW + DAY))
    world.rest()
    failing(monkeypatch, binding, "_bind_in_pool", uid(MINE))
    made = opened(world)
    assert made.faults.keys() == {uid(MINE)}
    assert "ArithmeticError: _bind_in_pool" in made.frozen[uid(MINE)]
    assert (world.units(MINE), len(world.units(THEIRS))) == ([], 2)
    assert world.hold(MINE).reason == "Frozen"
    assert where(world, NEW) == LAKE


def test_where_several_promises_of_a_pool_fail_it_is_the_pool(monkeypatch: Patch) -> None:
    world = World().has(pool(LAKE, 8))
    for number in range(4):
        world.asks(reservation(f"{MINE}-{number}", start=NOW + HOUR, end=NOW + DAY))
    world.rest()
    failing(monkeypatch, binding, "_bind_in_pool", LAKE)
    made = opened(world)
    assert len(made.faults) == 2
    assert LAKE in made.faults
    assert world.hold(NEW).reason != "Promised"


@pytest.mark.parametrize(
    ("module", "function"),
    [(handback, "_give_notice"), (opening, "_sheets"), (admit, "attempt")],
    ids=["notice", "opening", "writing down"],
)
def test_a_promise_is_left_alone_whichever_step_fails(
    monkeypatch: Patch, module: ModuleType, function: str
) -> None:
    world = two_pools(atomic=True)
    failing_for(monkeypatch, module, function, uid(MINE))
    world.amends(MINE, count=1, start=NOW + HOUR, end=NOW + DAY)
    made = opened(world)
    assert set(made.faults) <= {uid(MINE)}
    assert len(world.units(THEIRS)) == 4


def failing_for(patch: Patch, module: ModuleType, function: str, whose: str) -> None:
    sound: Callable[..., Any] = getattr(module, function)

    def poisoned(*arguments: Any) -> Any:
        asked = [getattr(one, "reservation", one) for one in arguments]
        if any(getattr(one, "uid", "") == whose for one in (*arguments, *asked)):
            raise ArithmeticError(function)
        return sound(*arguments)

    patch.setattr(module, function, poisoned)


def test_a_maintenance_window_that_cannot_be_judged_is_told_so_and_its_pool_goes_on(
    monkeypatch: Patch,
) -> None:
    world = two_pools()
    ill = where(world, MINE)
    asked = replace(maintenance(), pool=ill)
    maintains(world, asked)
    monkeypatch.setattr(windows, "_decided", lambda *_: _or_fail(well=False))
    made = opened(world)
    assert made.faults.keys() == {asked.uid}
    assert made.maintenance[asked.uid] == windows.LEFT_ALONE
    assert len(world.units(MINE)) == 4


def test_a_fault_in_what_was_remembered_costs_the_memory_and_no_more(monkeypatch: Patch) -> None:
    world = two_pools()
    recipe = (lambda board: _or_fail(well=board.recalled is planning.NOTHING), *planning.RECIPE)
    monkeypatch.setattr(planning, "RECIPE", recipe)
    assert "ArithmeticError" in opened(world).forgot
    assert (len(world.units(MINE)), len(world.units(THEIRS))) == (4, 4)


def test_a_fault_in_nobodys_turn_is_raised(monkeypatch: Patch) -> None:
    world = two_pools()
    monkeypatch.setattr(planning, "answered", lambda _: _or_fail(well=False))
    with pytest.raises(ArithmeticError):
        opened(world)


def test_once_it_is_mended_all_is_as_if_nothing_had_been(monkeypatch: Patch) -> None:
    world = two_pools()
    failing(monkeypatch, health, "breaker_of", where(world, MINE))
    opened(world)
    monkeypatch.undo()
    world.rest()
    assert (len(world.units(MINE)), len(world.units(THEIRS))) == (4, 4)
