"""The worlds that are measured: the same for everybody, as full as they say, and at rest."""

from __future__ import annotations

from itertools import islice

from tests.bench.fleet import CUBES, Fleet, at_rest, pool_name, written
from tests.bench.peers import naive
from tests.bench.trace import WHOLE, trace
from tests.builders import DAY, HOUR, NOW, reservation

SMALL = Fleet(live=60, pools=3)


def test_the_trace_is_the_same_for_one_seed_and_within_its_bounds() -> None:
    asks = list(islice(trace(7), 500))
    assert asks == list(islice(trace(7), 500))
    assert asks != list(islice(trace(8), 500))
    assert all(WHOLE.units[0] <= one.units <= WHOLE.units[1] for one in asks)
    assert all(WHOLE.hours[0] <= one.hours <= WHOLE.hours[1] for one in asks)


def test_every_promise_is_live_and_those_that_have_begun_hold_open_units() -> None:
    world = at_rest(SMALL).snapshot
    assert len(world.promises) == SMALL.live
    assert all(one.end > world.now for one in world.promises.values())
    begun = sum(one.pools[name] for one in world.promises.values() if one.start <= NOW for name in one.pools)
    opened = [unit for pool in world.pools.values() for unit in pool.units.values() if unit.open_grant]
    assert begun == len(opened) > 0


def test_a_world_at_rest_is_short_of_nothing_and_nothing_is_planned_in_it() -> None:
    world = at_rest(SMALL)
    made = world.turn().plan
    assert (made.ledgers, made.promises, dict(made.holds), dict(made.frozen)) == ((), (), {}, {})
    told = [pool.ledger.capacity for pool in world.snapshot.pools.values()]
    assert all(one is not None and (one.deficit, one.deficit_ahead) == (0, 0) for one in told)


def test_a_full_fleet_has_nothing_until_its_hours_are_over() -> None:
    full = written(Fleet(live=30, pools=2, full_hours=100))
    ask = reservation("one/x", topology="4x4x4", count=1, duration=HOUR, latest=NOW + 300 * DAY)
    found = naive.earliest_start(full, ask)
    assert found is not None
    assert found >= NOW + 100 * HOUR


def test_the_first_thirty_six_pools_are_one_datacenters() -> None:
    homes = [pool_name(number).partition(".")[0] for number in range(109)]
    assert [homes.count(home) for home in dict.fromkeys(homes)] == [36, 36, 37]
    assert CUBES * 109 * 64 >= 1_000_000
