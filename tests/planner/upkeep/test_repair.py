"""Replacing failed units: who gets a spare, how many at a time, who leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import (
    DAY,
    LAKE,
    NOW,
    entry,
    form,
    grant,
    lost,
    pool,
    promise,
    reservation,
    snapshot,
    uid,
    with_ledger,
    with_units,
)

from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import Grant, GrantState
from holdfast.planner.state.ledger_write import ledger_write
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Health, Policy, Pool
from holdfast.planner.upkeep.health import judge
from holdfast.planner.upkeep.repair import repair, replacements_left

ME = uid("mistral/pretrain")
DEAD: dict[str, Any] = {"health": Health.UNHEALTHY}


def held(cubes: int = 8, /, count: int = 2, **grants: Grant) -> Pool:
    """A pool where mistral holds cube-000 and cube-001 under grants 1 and 2, both open, and more as named."""
    given = {"cube-000": grant(number=1), "cube-001": grant(number=2)}
    given |= {name.replace("_", "-"): each for name, each in grants.items()}
    ledger = with_ledger(pool(cubes=cubes), entry(count=count), grants=given, granted=9)
    for name, each in given.items():
        ledger = with_units(ledger, name, open_grant=each.number)
    return ledger


def ahead(of: Pool) -> Pool:
    """The same where another reservation has one unit from tomorrow on, as long as mistral has its own."""
    uid_, other = entry("anthropic/later", count=1, start=NOW + 60, end=NOW + DAY)
    return replace(of, ledger=replace(of.ledger, entries={**of.ledger.entries, uid_: other}))


def repaired(of: Pool, now: int = NOW, **of_promise: Any) -> dict[str, str]:
    """What becomes of each granted unit."""
    board = Board(snapshot(of, promise(**of_promise), reservation(), now=now))
    judge(board)
    repair(board)
    grants = board.sheets[of.name].grants.items()
    return {name: g.state.value + (f" for {g.replaces}" if g.replaces else "") for name, g in grants}


def test_nothing_happens_while_all_units_work() -> None:
    assert repaired(held()) == {"cube-000": "Active", "cube-001": "Active"}


def test_a_failed_unit_gets_a_spare_and_stays_for_now() -> None:
    found = repaired(with_units(held(), "cube-000", **DEAD))
    assert found == {"cube-000": "Active", "cube-001": "Active", "cube-002": "Active for cube-000"}


@pytest.mark.parametrize(
    ("why", "changes", "now", "of_promise"),
    [
        ("the site is silent", {"reachable": False}, NOW, {}),
        ("the window is over", {}, NOW + DAY, {}),
        ("the window has not begun", {}, NOW, {"start": NOW + 1}),
        ("the promise is not in force", {}, NOW, {"attempt": "x"}),
        ("there is no unit free", {"cubes": 2}, NOW, {}),
    ],
)
def test_no_spare_is_given_where(
    why: str, changes: dict[str, Any], now: int, of_promise: dict[str, Any]
) -> None:
    broken = with_units(held(changes.pop("cubes", 8)), "cube-000", **DEAD)
    assert len(repaired(replace(broken, **changes), now, **of_promise)) == 2


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("retires before the promise ends", {"retires": NOW + DAY - 1}),
        ("is cordoned", {"cordoned": True}),
        ("is retiring", {"retiring": True}),
        ("is not delivered yet", {"available": NOW + 1}),
        ("has failed too", {"health": Health.MISSING}),
    ],
)
def test_a_unit_is_no_spare_if_it(name: str, unit: dict[str, Any]) -> None:
    broken = with_units(with_units(held(3), "cube-000", **DEAD), "cube-002", **unit)
    assert "cube-002" not in repaired(broken)


def test_a_unit_freed_in_this_very_turn_is_no_spare_yet() -> None:
    broken = with_units(held(3, cube_000=lost(), cube_002=grant("other/a", 3)), "cube-000", **DEAD)
    board = Board(snapshot(broken, promise(), reservation()))
    board.sheets[LAKE].return_unit("cube-002")
    repair(board)
    assert "cube-002" not in board.sheets[LAKE].grants


def test_a_unit_that_was_free_before_this_turn_is_a_spare() -> None:
    broken = with_units(held(3, cube_000=lost()), "cube-000", **DEAD)
    assert repaired(broken)["cube-002"] == "Active for cube-000"


def test_no_spare_is_given_at_a_site_that_fell_silent_after_the_swap_was_decided() -> None:
    broken = with_units(held(3, cube_000=lost()), "cube-000", **DEAD)
    assert "cube-002" not in repaired(replace(broken, reachable=False))


def test_the_replaced_unit_leaves_once_its_spare_is_open() -> None:
    broken = with_units(held(cube_002=grant(number=3, replaces="cube-000")), "cube-000", **DEAD)
    assert repaired(broken)["cube-000"] == "Releasing"
    assert repaired(with_units(broken, "cube-002", open_grant=0))["cube-000"] == "Active"


def test_of_two_failed_units_the_replaced_one_leaves() -> None:
    spare = grant(number=3, replaces="cube-000", since=NOW)
    broken = with_units(held(cube_002=spare), "cube-000", "cube-001", **DEAD)
    found = repaired(replace(broken, ledger=replace(broken.ledger, replaced=(NOW,))))
    assert (found["cube-000"], found["cube-001"]) == ("Releasing", "Active")


def test_a_spare_that_failed_before_it_opened_is_replaced_in_its_turn() -> None:
    spare = grant(number=3, replaces="cube-000", since=NOW - 601)
    broken = with_units(held(cube_002=spare), "cube-000", "cube-002", **DEAD)
    assert repaired(broken)["cube-003"] == "Active for cube-002"


def test_a_spare_on_its_way_back_does_not_stand_in_any_more() -> None:
    spare = grant(number=3, replaces="cube-000", since=NOW - 601, state=GrantState.RELEASING)
    broken = with_units(held(cube_002=spare), "cube-000", **DEAD)
    assert repaired(broken)["cube-003"] == "Active for cube-000"


def test_a_shrunk_promise_gives_back_cordoned_units_first_then_the_newest() -> None:
    four = {"cube_002": grant(number=3), "cube_003": grant(number=4)}
    assert repaired(held(count=3, **four))["cube-003"] == "Releasing"
    assert repaired(with_units(held(count=3, **four), "cube-001", cordoned=True))["cube-001"] == "Releasing"


def test_units_in_a_growing_promise_are_not_surplus() -> None:
    growing = held(count=2, cube_002=grant(number=3))
    ledger = replace(growing.ledger, entries=dict([entry(count=3, next=form(2, attempt="x"))]))
    assert "Releasing" not in repaired(replace(growing, ledger=ledger)).values()


AT_ONCE: dict[str, Any] = {"retiring": True}
IN_TIME = AT_ONCE | {"retires": NOW + 2 * DAY}


def test_the_holder_of_a_unit_that_retires_gets_a_spare_and_the_unit_leaves_once_that_is_open() -> None:
    going = with_units(held(), "cube-000", **AT_ONCE)
    assert repaired(going)["cube-002"] == "Active for cube-000"
    spare = grant(number=3, replaces="cube-000")
    going = with_units(held(cube_002=spare), "cube-000", **AT_ONCE)
    assert repaired(with_units(going, "cube-002", open_grant=0))["cube-000"] == "Active"
    assert repaired(going) == {
        "cube-000": "Releasing",
        "cube-001": "Active",
        "cube-002": "Active for cube-000",
    }


def test_it_leaves_before_a_cordoned_one_and_stays_if_it_is_not_to_retire_after_all() -> None:
    beside = with_units(held(cube_002=grant(number=3, replaces="cube-000")), "cube-001", cordoned=True)
    assert repaired(with_units(beside, "cube-000", **AT_ONCE))["cube-000"] == "Releasing"
    kept = held(cube_002=grant(number=3, replaces="cube-000"))
    assert repaired(kept)["cube-002"] == "Releasing for cube-000"


@pytest.mark.parametrize(
    ("why", "of"),
    [
        ("it retires by a date that its holder is done by", with_units(held(), "cube-000", **IN_TIME)),
        ("there is no other unit", with_units(held(2), "cube-000", **AT_ONCE)),
        ("the other unit is promised from tomorrow on", with_units(ahead(held(3)), "cube-000", **AT_ONCE)),
    ],
)  # fmt: skip
def test_nobody_is_moved_if(why: str, of: Pool) -> None:
    assert repaired(of) == {"cube-000": "Active", "cube-001": "Active"}


def test_failed_units_come_first_and_of_retiring_ones_one_a_turn() -> None:
    going = with_units(held(16), "cube-000", "cube-001", **AT_ONCE)
    assert list(repaired(going).values()).count("Active for cube-000") == 1
    assert "Active for cube-001" not in repaired(going).values()
    broken = with_units(going, "cube-001", health=Health.UNHEALTHY)
    assert "Active for cube-001" in repaired(broken).values()


@pytest.mark.parametrize(
    ("cubes", "failed", "recent", "left"),
    [
        pytest.param(8, 0, 0, 1, id="one in a small pool"),
        pytest.param(256, 0, 0, 2, id="one per cent of a large pool"),
        pytest.param(8, 0, 1, 0, id="none after one within the last ten minutes"),
        pytest.param(256, 0, 1, 1, id="the second of a large pool"),
        pytest.param(9, 4, 0, 0, id="none while over a third has failed"),
        pytest.param(9, 3, 0, 1, id="one while a third has failed"),
        pytest.param(2, 1, 0, 1, id="one where the only failed unit is half of the pool"),
        pytest.param(0, 0, 0, 1, id="nothing to replace in an empty pool"),
    ],
)
def test_the_budget_of_replacements(cubes: int, failed: int, recent: int, left: int) -> None:
    names = [f"cube-{i:03d}" for i in range(failed)]
    lately = (NOW - 600, *[NOW - 599] * recent)
    broken = with_units(with_ledger(pool(cubes=cubes), replaced=lately), *names, **DEAD)
    assert replacements_left(Board(snapshot(broken)).sheets[LAKE], Policy()) == left


def test_a_replacement_is_counted_in_the_very_write_that_gives_it_and_older_ones_are_dropped() -> None:
    broken = with_units(held(256), "cube-000", **DEAD)
    lately = replace(broken, ledger=replace(broken.ledger, replaced=(NOW - 600, NOW - 599), as_of=NOW + 3))
    board = Board(snapshot(lately, promise(), reservation()))
    judge(board)
    repair(board)
    write = ledger_write(board.sheets[LAKE], 2)
    assert write is not None
    assert write.ledger.replaced == (NOW - 599, NOW + 3)


def test_to_forget_a_replacement_is_no_reason_to_write() -> None:
    long_ago = with_ledger(pool(), replaced=(NOW - DAY,))
    first = ledger_write(Sheet.of(long_ago, NOW), 1)
    assert first is not None
    assert ledger_write(Sheet.of(replace(long_ago, ledger=first.ledger), NOW + 1), 1) is None
