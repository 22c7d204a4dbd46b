"""Parts of one promise at several sites that open together, or not yet: acrossDatacenters: Atomic, in plain words."""

from __future__ import annotations

import pytest
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, MINUTE, NOW, pool, reservation
from tests.planner.lifetimes import Random
from tests.planner.several import nightly, several
from tests.planner.world import World

from holdfast.api.reasons import Reason
from holdfast.planner.state.ledger import GrantState
from holdfast.planner.state.snapshot import Repair, Reservation

RUN, OTHER = "mistral/run", "anthropic/other"
TOGETHER = "no pool opens before all of them can, as acrossDatacenters: Atomic asks"


def apart(**changes: object) -> Reservation:
    """Two slices of two cubes, of which one site has room for one."""
    asked = {
        "count": 2,
        "across_datacenters": True,
        "atomic": True,
        "start": NOW + HOUR,
        "end": NOW + DAY,
        **changes,
    }
    if "window" in asked:
        del asked["start"], asked["end"]
    return reservation(RUN, **asked)


def two_sites(**lake: object) -> World:
    return World().has(pool(LAKE, 2, **lake), pool(ABERNATHY, 2))


def opened(world: World) -> dict[str, int]:
    """By pool, how many units are open to the reservation."""
    return {
        name: sum(one.units[unit].open_grant == grant.number for unit, grant in one.ledger.grants.items())
        for name, one in world.pools.items()
    }


def active(world: World, name: str) -> list[str]:
    """The units of a pool that are in its hands."""
    grants = world.pools[name].ledger.grants.items()
    return [unit for unit, grant in grants if grant.state is GrantState.ACTIVE]


def message(world: World) -> str:
    status = world.ask(RUN).status
    assert status is not None
    return next(each.message for each in status.conditions if each.type == "Ready")


def sites(world: World) -> list[str]:
    """Where its tenant is told that it can run."""
    status = world.ask(RUN).status
    assert status is not None
    return [access.datacenter for access in status.access]


def test_where_all_can_they_open_when_the_window_does() -> None:
    world = two_sites()
    world.asks(apart())
    world.wait(2 * HOUR)
    assert opened(world) == {LAKE: 2, ABERNATHY: 2}
    assert (world.ready(RUN), sites(world)) == ("True Active", ["abernathy", "lake-mariner"])
    assert not any(entry.waiting for one in world.pools.values() for entry in one.ledger.entries.values())


def test_one_site_that_cannot_keeps_the_other_closed_until_it_can() -> None:
    world = two_sites()
    world.asks(apart())
    world.rest()
    world.fail(LAKE, "cube-001")
    world.wait(2 * HOUR)
    assert opened(world) == {LAKE: 0, ABERNATHY: 0}
    assert (world.ready(RUN), sites(world)) == ("False AwaitingRepair", [])
    assert message(world).endswith(TOGETHER)
    world.mend(LAKE, "cube-001")
    world.rest()
    assert (opened(world), world.ready(RUN)) == ({LAKE: 2, ABERNATHY: 2}, "True Active")


def test_where_slices_may_lie_apart_and_need_not_open_together_one_site_does_not_wait() -> None:
    world = two_sites()
    world.asks(apart(atomic=False))
    world.rest()
    world.fail(LAKE, "cube-001")
    world.wait(2 * HOUR)
    assert opened(world) == {LAKE: 1, ABERNATHY: 2}
    assert sites(world) == ["abernathy", "lake-mariner"]


def test_a_site_that_is_not_heard_keeps_the_other_closed() -> None:
    world = two_sites()
    world.asks(apart())
    world.rest()
    world.declare(LAKE, reachable=False)
    world.wait(2 * HOUR)
    assert (opened(world), world.ready(RUN)) == ({LAKE: 0, ABERNATHY: 0}, "Unknown DatacenterUnreachable")
    world.declare(LAKE, reachable=True)
    world.rest()
    assert opened(world) == {LAKE: 2, ABERNATHY: 2}


def half_granted() -> World:
    """The window is open; at Lake Mariner both units are granted and wait, at Abernathy one has failed."""
    world = two_sites()
    world.asks(apart())
    world.rest()
    world.fail(ABERNATHY, "cube-001")
    world.wait(2 * HOUR)
    return world


def test_a_site_that_has_its_units_and_is_not_heard_any_more_keeps_the_other_closed() -> None:
    world = half_granted()
    world.declare(LAKE, reachable=False)
    world.mend(ABERNATHY, "cube-001")
    world.rest()
    assert opened(world) == {LAKE: 0, ABERNATHY: 0}
    world.declare(LAKE, reachable=True)
    world.rest()
    assert opened(world) == {LAKE: 2, ABERNATHY: 2}


def test_a_unit_that_fails_while_it_waits_and_has_no_spare_keeps_all_closed() -> None:
    world = half_granted()
    world.fail(LAKE, "cube-000")
    world.mend(ABERNATHY, "cube-001")
    world.rest()
    assert opened(world) == {LAKE: 0, ABERNATHY: 0}
    world.mend(LAKE, "cube-000")
    world.wait(HOUR)
    assert opened(world) == {LAKE: 2, ABERNATHY: 2}


def test_units_that_wait_are_kept_for_it_and_are_nobody_elses() -> None:
    world = two_sites()
    world.asks(apart())
    world.rest()
    world.fail(LAKE, "cube-001")
    world.wait(2 * HOUR)
    assert world.units(RUN) == ["cube-000", "cube-000", "cube-001"]
    world.asks(reservation(OTHER, datacenters=("abernathy",), end=NOW + 3 * HOUR))
    world.rest()
    assert (world.units(OTHER), world.hold(OTHER).reason) == ([], Reason.WINDOW_CONFLICT)


def test_what_fails_later_at_one_site_closes_nothing_at_the_other() -> None:
    world = two_sites()
    world.asks(apart())
    world.wait(2 * HOUR)
    world.fail(LAKE, "cube-001")
    world.wait(HOUR)
    assert opened(world)[ABERNATHY] == 2
    assert "abernathy" in sites(world)
    assert TOGETHER not in message(world)


def test_a_unit_that_fails_while_it_waits_is_swapped_at_once_though_its_tenant_wants_nothing_swapped() -> (
    None
):
    world = World().has(pool(LAKE, 3, spares=1), pool(ABERNATHY, 2))
    world.asks(apart(repair=Repair(policy="Never")))
    world.rest()
    world.fail(ABERNATHY, "cube-001")
    world.wait(2 * HOUR)
    lost = next(iter(world.pools[LAKE].ledger.grants))
    world.fail(LAKE, lost)
    world.wait(HOUR)
    assert sorted(active(world, LAKE)) == sorted({"cube-000", "cube-001", "cube-002"} - {lost})
    world.mend(ABERNATHY, "cube-001")
    world.rest()
    assert (opened(world), world.ready(RUN)) == ({LAKE: 2, ABERNATHY: 2}, "True Active")


def test_in_a_series_each_night_opens_together() -> None:
    world = two_sites()
    world.asks(apart(window=nightly(2, slices=2)))
    world.wait(HOUR)
    assert opened(world) == {LAKE: 2, ABERNATHY: 2}
    world.wait(10 * HOUR)
    world.fail(ABERNATHY, "cube-000")
    world.wait(14 * HOUR)
    assert opened(world) == {LAKE: 0, ABERNATHY: 0}
    world.mend(ABERNATHY, "cube-000")
    world.rest()
    assert opened(world) == {LAKE: 2, ABERNATHY: 2}


def test_a_pool_that_a_ramp_needs_later_keeps_nobody_closed_before() -> None:
    world = two_sites()
    world.asks(apart(window=several((0, 5, 1), (5, 10, 2))))
    world.wait(HOUR)
    assert sorted(opened(world).values()) == [0, 2]
    world.wait(5 * HOUR)
    assert opened(world) == {LAKE: 2, ABERNATHY: 2}


def test_a_pool_that_is_added_later_waits_for_nobody_that_has_opened() -> None:
    world = two_sites().has(pool("lake-mariner.tpu7x-b", 2))
    world.asks(apart())
    world.wait(2 * HOUR)
    world.amends(RUN, count=3)
    world.rest()
    assert sorted(opened(world).values()) == [2, 2, 2]


def test_one_that_is_no_longer_to_open_together_opens_what_it_has() -> None:
    world = two_sites()
    world.asks(apart())
    world.rest()
    world.fail(LAKE, "cube-001")
    world.wait(2 * HOUR)
    world.amends(RUN, atomic=False)
    world.rest()
    assert opened(world) == {LAKE: 1, ABERNATHY: 2}


def test_one_that_ends_while_it_waits_is_handed_back() -> None:
    world = two_sites()
    world.asks(apart(end=NOW + 3 * HOUR))
    world.rest()
    world.fail(LAKE, "cube-001")
    world.wait(4 * HOUR)
    world.mend(LAKE, "cube-001")
    world.wait(MINUTE)
    assert world.ready(RUN) == "True Released"
    assert all(not one.ledger.grants and not one.ledger.entries for one in world.pools.values())


@pytest.mark.parametrize("order", range(100))
def test_two_that_open_together_and_one_that_does_not_end_alike_in_any_order(order: int) -> None:
    world = World(shuffle=Random(order).shuffle if order else lambda _: None)
    world.has(pool(LAKE, 4), pool(ABERNATHY, 4))
    world.asks(apart(datacenters=("abernathy", "lake-mariner"), max_percent_per_pool=50))
    world.asks(reservation(OTHER, count=2, across_datacenters=True, atomic=True, max_percent_per_pool=50))
    world.rest()
    world.fail(ABERNATHY, "cube-003")
    world.wait(2 * HOUR)
    assert (world.ready(OTHER), sum(opened(world).values())) == ("True Active", 4)
    assert world.ready(RUN) == "False AwaitingRepair"
    world.mend(ABERNATHY, "cube-003")
    world.wait(HOUR)
    assert (world.ready(RUN), sum(opened(world).values())) == ("True Active", 8)
