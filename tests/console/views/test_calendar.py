from __future__ import annotations

from tests.builders import DAY, NOW
from tests.console.asks import ABERNATHY, LAKE, NEXT, RACKS
from tests.console.views.fleet import engineer, person_of
from tests.console.world import Collections

from holdfast.console.views.calendar import Filter, PoolRow, Step, bars, rows
from holdfast.console.views.in_view import InView
from holdfast.planner.state.capacity import Capacity


def row(seen: InView, pool: str) -> PoolRow:
    return next(one for one in rows(seen) if one.pool == pool)


def test_an_engineer_sees_every_pool_by_site_and_name() -> None:
    assert [one.pool for one in rows(engineer())] == [NEXT, ABERNATHY, RACKS, LAKE]


def test_a_row_says_what_its_ledger_says() -> None:
    found = row(engineer(), LAKE)
    assert found.numbers == Capacity(16, 15, 12, 1, 2, 0, 2, NOW + 20 * DAY)
    assert (found.spares, found.wall, found.entries) == (2, NOW + 200 * DAY, 5)


def test_spares_by_confidence_are_shown_as_many_and_why() -> None:
    def sure(world: Collections) -> None:
        lake = next(one for one in world["acceleratorpools"] if one["metadata"]["name"] == LAKE)
        lake["spec"]["spares"] = {"confidenceBasisPoints": 9_990, "availabilityBasisPoints": 9_900}

    found = row(engineer(sure), LAKE)
    assert (found.spares, found.spares_by) == (3, "99.90 % sure at 99.00 %")
    assert row(engineer(), LAKE).spares_by == ""


def test_supply_rises_when_it_is_delivered_and_falls_when_it_retires() -> None:
    def retire(world: Collections) -> None:
        units = next(one for one in world["acceleratorpools"] if one["metadata"]["name"] == LAKE)["spec"][
            "units"
        ]
        units["cube-00"]["retiredBy"] = "2027-03-15T08:00:00Z"

    assert row(engineer(), LAKE).steps == (Step(0, 16), Step(NOW + 30 * DAY, 24))
    assert row(engineer(retire), LAKE).steps[2].units == 23
    assert row(engineer(), NEXT).steps == (Step(0, 0), Step(NOW + 35 * DAY, 12))


def test_maintenance_is_shown_whether_it_is_accepted_or_not() -> None:
    (flush,) = row(engineer(), LAKE).outages
    (valves,) = row(engineer(), RACKS).outages
    assert (flush.name, flush.units, flush.reason, flush.accepted) == ("flush", 2, "coolant flush", True)
    assert (valves.name, valves.units, valves.accepted) == ("valves", 10, False)


def test_an_amendment_is_a_bar_of_its_own() -> None:
    found = {(bar.reservation, bar.state): bar.units for bar in bars(engineer(), LAKE)}
    assert found["mistral/pretrain-q1", "Committed"] == 8
    assert found["mistral/pretrain-q1", "Amending"] == 10


def test_a_filter_leaves_what_is_like_it() -> None:
    assert [one.pool for one in rows(engineer(), Filter("tpu7x", "lake-mariner"))] == [LAKE]
    assert rows(engineer(), Filter("l4")) == ()


def test_a_tenant_sees_only_the_pools_its_promises_lie_in_and_only_those() -> None:
    seen = person_of("mistral")
    assert rows(seen) == (PoolRow(NEXT, "abernathy", "gb300-nvl72"), PoolRow(LAKE, "lake-mariner", "tpu7x"))
    assert {bar.reservation for bar in bars(seen, LAKE)} == {"mistral/pretrain-q1", "mistral/ablations"}
    assert bars(seen, RACKS) == ()


def test_nobody_sees_bars_of_a_pool_that_is_not_there() -> None:
    assert bars(engineer(), "ny.a") == ()
