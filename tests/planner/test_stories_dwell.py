"""Golden stories in plain words: blips that move nothing, units that stay with fewer hosts, tenants that are asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import DAY, HOUR, LAKE, MINUTE, NOW, pool, reservation
from tests.planner.ailing import ail, lose, tell
from tests.planner.several import several
from tests.planner.term import Term
from tests.planner.world import World

from holdfast.planner.plan import plan
from holdfast.planner.state.ledger import GrantState

MINE = "mistral/pretrain"


def running(cubes: int = 4, **changes: object) -> World:
    """Lake Mariner with one reservation of one slice (two cubes) that runs for a day."""
    world = World().has(pool(LAKE, cubes, **changes))
    world.asks(reservation(MINE))
    return world.rest()


def deficit(world: World) -> int:
    capacity = world.pools[LAKE].ledger.capacity
    return capacity.deficit if capacity is not None else 0


@pytest.mark.parametrize("seconds", [1, 60, 180, 299])
def test_a_blip_moves_nothing_and_nobody_is_told(seconds: int) -> None:
    world = running()
    told = list(world.events)
    ail(world, LAKE, "cube-000")
    assert world.wait(seconds).ready(MINE) == "True Active"
    world.mend(LAKE, "cube-000")
    assert world.wait(HOUR).units(MINE) == ["cube-000", "cube-001"]
    assert world.pools[LAKE].ledger.granted == 2
    assert world.events == told


def test_what_lasts_longer_than_its_dwell_is_swapped_where_nothing_runs() -> None:
    world = running()
    ail(world, LAKE, "cube-000", occupied=False)
    assert world.wait(299).units(MINE) == ["cube-000", "cube-001"]
    assert world.wait(1).units(MINE) == ["cube-001", "cube-002"]


def test_a_dwell_goes_on_where_the_planner_before_has_begun_it() -> None:
    world = running()
    ail(world, LAKE, "cube-000", occupied=False)
    world.wait(200)
    world.term = Term(epoch=2)
    assert world.wait(99).units(MINE) == ["cube-000", "cube-001"]
    assert world.wait(1).units(MINE) == ["cube-001", "cube-002"]


def test_a_dwell_is_written_where_it_begins_and_where_it_ends() -> None:
    world = running()
    ail(world, LAKE, "cube-000")
    version = world.rest().pools[LAKE].resource_version
    assert world.wait(299, step=10).pools[LAKE].resource_version == version
    assert world.wait(1).pools[LAKE].resource_version != version


def test_a_unit_that_keeps_coming_and_going_is_swapped_however_short_it_is_away() -> None:
    world = running()
    for _ in range(5):
        assert world.units(MINE) == ["cube-000", "cube-001"]
        world.mend(LAKE, "cube-000")
        world.wait(MINUTE)
        ail(world, LAKE, "cube-000", occupied=False)
        world.wait(MINUTE)
    assert world.units(MINE) == ["cube-001", "cube-002"]


def test_what_was_swapped_for_coming_and_going_goes_to_nobody_before_it_has_been_well_for_a_while() -> None:
    world = running(3)
    for _ in range(5):
        world.mend(LAKE, "cube-000")
        world.wait(MINUTE)
        ail(world, LAKE, "cube-000", occupied=False)
        world.wait(MINUTE)
    world.mend(LAKE, "cube-000")
    world.asks(reservation("anthropic/next", topology="4x4x4", duration=HOUR))
    assert world.wait(9 * MINUTE).units("anthropic/next") == []
    ail(world, LAKE, "cube-000", occupied=False)
    world.wait(MINUTE).mend(LAKE, "cube-000")
    assert world.wait(9 * MINUTE).units("anthropic/next") == []
    assert world.wait(2 * MINUTE).units("anthropic/next") == ["cube-000"]


def test_a_domain_with_enough_hosts_stays_says_so_and_is_swapped_when_its_tenant_asks_for_it() -> None:
    world = running()
    lose(world, LAKE, "cube-000", 2)
    assert world.wait(HOUR).units(MINE) == ["cube-000", "cube-001"]
    assert world.ready(MINE) == "True Degraded"
    tell(world, MINE, None, 0, (LAKE, "cube-000", 1))
    assert world.rest().units(MINE) == ["cube-001", "cube-002"]
    assert world.ready(MINE) == "True Active"


def test_a_tenant_whose_pods_run_is_asked_and_silence_takes_a_spare_from_nobody() -> None:
    world = running(3)
    ail(world, LAKE, "cube-000")
    assert world.wait(HOUR).ready(MINE) == "False AwaitingConsent"
    world.asks(reservation("anthropic/next", topology="4x4x4", duration=HOUR))
    assert world.rest().ready("anthropic/next") == "True Active"
    assert world.units(MINE) == ["cube-000", "cube-001"]


def test_a_consent_has_the_unit_swapped_once_a_spare_is_open() -> None:
    world = running()
    ail(world, LAKE, "cube-000")
    world.wait(HOUR)
    tell(world, MINE, "AskFirst", 0, (LAKE, "cube-000", 1))
    world.turn()
    assert world.units(MINE) == ["cube-000", "cube-001", "cube-002"]
    assert world.rest().units(MINE) == ["cube-001", "cube-002"]


def test_unanswered_a_failed_unit_gets_notice_and_then_leaves_within_the_limit() -> None:
    world = World().has(pool(LAKE, 4, ask_limit=6 * HOUR))
    world.asks(reservation(MINE))
    world.rest()
    tell(world, MINE, "AskFirst", HOUR)
    ail(world, LAKE, "cube-000")
    failed = 300
    assert world.wait(failed + 5 * HOUR - 1).units(MINE) == ["cube-000", "cube-001"]
    assert world.wait(1).units(MINE) == ["cube-000", "cube-001", "cube-002"]
    assert world.ready(MINE) == "False Repairing"
    assert world.wait(HOUR - 1).units(MINE) == ["cube-000", "cube-001", "cube-002"]
    assert world.wait(1).units(MINE) == ["cube-001", "cube-002"]


def test_one_that_says_never_keeps_its_failed_unit_until_a_person_recalls_it() -> None:
    world = running()
    tell(world, MINE, "Never")
    ail(world, LAKE, "cube-000")
    assert world.wait(20 * HOUR).units(MINE) == ["cube-000", "cube-001"]
    world.declare(LAKE, recalled={"cube-000": "alice@example.com"})
    assert world.rest().units(MINE) == ["cube-001", "cube-002"]
    trouble = world.pools[LAKE].ledger.grants["cube-000"].trouble
    assert trouble is not None
    assert (trouble.cause, trouble.by) == ("Recall", "alice@example.com")


def test_a_consent_for_what_is_gone_changes_nothing_and_is_told() -> None:
    world = running()
    tell(
        world,
        MINE,
        None,
        0,
        (LAKE, "cube-000", 9),
        ("abernathy.tpu7x-a", "cube-000", 1),
        (LAKE, "cube-003", 1),
    )
    assert world.rest().units(MINE) == ["cube-000", "cube-001"]
    assert world.ready(MINE) == "True Active"
    status = world.ask(MINE).status
    assert status is not None
    assert [one.state for one in status.repairs] == ["Over"] * 3


def test_a_unit_that_fails_while_its_window_ends_holds_nothing_up() -> None:
    world = running()
    tell(world, MINE, "Never")
    world.wait(DAY - HOUR)
    ail(world, LAKE, "cube-000")
    world.wait(2 * HOUR)
    assert world.ready(MINE) == "True Released"
    assert world.pools[LAKE].ledger.grants["cube-000"].state is GrantState.QUARANTINED
    assert world.now == NOW + DAY + HOUR


def test_a_failed_unit_is_neither_free_nor_spare_at_the_instant_at_which_its_window_ends() -> None:
    world = World().has(pool(LAKE, 4, spares=1))
    world.asks(reservation(MINE, window=several((0, 23, 1), (23, 24, 1))))
    world.rest()
    tell(world, MINE, "Never")
    ail(world, LAKE, "cube-000")
    world.wait(DAY - 1)
    world.now += 1
    ail(world, LAKE, "cube-002")
    world.turn()
    counted = world.pools[LAKE].ledger.capacity
    assert counted is not None
    assert (counted.promised, counted.healthy, counted.free, counted.spare) == (0, 2, 1, 1)


def test_more_reported_failures_than_are_believed_move_nobody_and_say_so() -> None:
    world = running(6)
    ail(world, LAKE, "cube-000", "cube-002", "cube-003", occupied=False)
    assert world.wait(HOUR).ready(MINE) == "False RepairsFrozen"
    assert world.units(MINE) == ["cube-000", "cube-001"]
    assert deficit(world) == 0, "three that are free could take its place"
    world.mend(LAKE, "cube-002", "cube-003")
    assert world.rest().units(MINE) == ["cube-001", "cube-002"]


def test_what_is_missing_is_told_though_nothing_is_believed() -> None:
    world = running(3)
    ail(world, LAKE, "cube-000", "cube-001", "cube-002")
    assert world.wait(299).ready(MINE) == "True Active"
    assert deficit(world) == 0
    assert world.wait(1).ready(MINE) == "False RepairsFrozen"
    assert deficit(world) == 2
    world.mend(LAKE, "cube-000", "cube-001")
    assert world.wait(1).ready(MINE) == "True Active"
    assert deficit(world) == 0


def test_three_that_have_been_in_repair_for_a_day_do_not_stop_the_fourth_of_a_small_pool() -> None:
    world = running(10)
    for spare in (2, 3, 4):
        unit = min(world.units(MINE))
        ail(world, LAKE, unit, occupied=False, heals=False)
        world.wait(HOUR)
        assert f"cube-{spare:03d}" in world.units(MINE)
    last = min(world.units(MINE))
    ail(world, LAKE, last, occupied=False, heals=False)
    assert world.rest().ready(MINE) == "False RepairsFrozen"
    assert last in world.wait(20 * HOUR).units(MINE)
    assert last not in world.wait(2 * HOUR).units(MINE)


def test_while_its_reservation_is_away_nobody_knows_what_its_tenant_has_said() -> None:
    world = running()
    tell(world, MINE, "AskFirst")
    ail(world.rest(), LAKE, "cube-000", heals=False, occupied=False)
    made = plan(replace(world.snapshot(), reservations={}))
    judged = [one.trouble for write in made.ledgers for one in write.ledger.grants.values() if one.trouble]
    assert [(one.failed, one.until, one.swap) for one in judged] == [(world.now, None, None)]
