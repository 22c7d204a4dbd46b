"""A generated year: drawn alike from one seed, lived through by the shipped planner, and counted rightly."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, NOW, pool, promise, reservation, snapshot
from tests.planner.several import nightly, several
from tests.planner.world import World

from holdfast.forecast.events import Event, Failure, events
from holdfast.forecast.fleet import fleet_of, tenant_name, with_tenants
from holdfast.forecast.plot import svg_of
from holdfast.forecast.tally import Forecast, Tally
from holdfast.forecast.terms import Assumptions, FleetTerms
from holdfast.forecast.year import live
from holdfast.planner.state.moving import Moving
from holdfast.planner.state.snapshot import Maintenance, Reservation, Snapshot, Window

SMALL = Assumptions(days=28, load=0.6, hours=(6, 120), failures=0.0, maintenance=0.0, tenants=2)
FORTNIGHT = 14 * DAY


def fleet(spares: int = 0) -> Snapshot:
    return with_tenants(fleet_of(FleetTerms(pools=2, units=8, spares=spares), NOW), 2)


def drawn(terms: Assumptions = SMALL, seed: int = 3) -> list[Event]:
    return events(fleet(), terms, np.random.default_rng(seed))


def lived(*happening: Event, spares: int = 0) -> Forecast:
    return live(fleet(spares), happening, NOW + FORTNIGHT)


def ask(name: str, units: int, start: int, end: int) -> Event:
    made = reservation(
        f"{tenant_name(0)}/{name}", topology="4x4x4", count=units, start=start, end=end, created=NOW
    )
    return NOW, replace(made, tenant=tenant_name(0))


def test_the_same_seed_draws_the_same_year_and_another_one_another() -> None:
    assert drawn() == drawn()
    assert drawn() != drawn(seed=4)


def test_what_is_drawn_comes_in_order_and_takes_what_was_said() -> None:
    terms = replace(SMALL, failures=30.0, maintenance=30.0)
    found = drawn(terms)
    assert [at for at, _ in found] == sorted(at for at, _ in found)
    assert {type(one) for _, one in found} == {Reservation, Failure, Maintenance}
    assert all(NOW <= at < NOW + terms.days * DAY for at, _ in found)
    asked = sum(one.count * length(one) for _, one in found if isinstance(one, Reservation))
    assert asked >= 0.9 * terms.load * 16 * terms.days * DAY


def length(one: Reservation) -> int:
    window = one.window
    return window.duration or (window.end or 0) - (window.start or 0)


def test_a_quarter_of_the_fleet_for_half_of_the_time_is_an_eighth() -> None:
    found = lived(ask("half", 4, NOW + DAY, NOW + 8 * DAY))
    assert (found.asked, found.promised, found.delivered, found.kept_whole) == (1, 1, 1.0, 1.0)
    assert found.utilisation == pytest.approx(0.125)
    assert [round(28 * used) for _, used in found.weeks] == [6, 1]


@pytest.mark.parametrize(
    ("window", "promised"),
    [
        (several((0, 24, 1)), 48),
        (nightly(5), 80),
        (several((0, 24, 1), (24, 48, 2), (48, 72, 3)), 288),
        (several((0, 24, 3), (24, 48, 1)), 192),
    ],
    ids=["one", "a series", "a ramp up", "a ramp down"],
)
def test_of_several_intervals_what_is_due_at_each_time_is_owed_and_delivered(
    window: Window, promised: int
) -> None:
    world = World().has(pool(LAKE, 8))
    world.asks(reservation(count=3, window=window))
    world.rest()
    found = live(world.snapshot(), (), NOW + 7 * DAY)
    assert (found.delivered, found.kept_whole) == (1.0, 1.0)
    assert [round(share * 8 * 7 * 24) for share in found.weeks[0]] == [promised, promised]


def test_a_slice_that_moves_is_owed_once() -> None:
    moving = promise(pools={LAKE: 2, ABERNATHY: 2}, moving=Moving(LAKE, ABERNATHY))
    tally = Tally(NOW)
    tally.passes(snapshot(pool(LAKE), pool(ABERNATHY), moving), NOW, NOW + HOUR)
    assert tally.owed == {moving.uid: 2 * HOUR}


def test_what_cannot_be_promised_is_asked_and_given_up_when_it_had_to_begin() -> None:
    found = lived(ask("all", 8, NOW, NOW + 9 * DAY), ask("more", 12, NOW + DAY, NOW + 2 * DAY))
    assert (found.asked, found.promised) == (2, 1)


@pytest.mark.parametrize(("spares", "whole"), [(0, False), (1, True)])
def test_a_failure_is_a_gap_unless_there_is_a_spare(spares: int, whole: bool) -> None:
    """Every unit that is sold is in use, and one in a tenant's hands fails for a day."""
    full = [ask(f"full-{n}", 8 - spares, NOW, NOW + 10 * DAY) for n in range(2)]
    name = "datacenter-1.pool-00"
    broken = [
        (NOW + 2 * DAY, Failure(name, "unit-0000", works=False)),
        (NOW + 3 * DAY, Failure(name, "unit-0000", works=True)),
    ]
    found = lived(*full, *broken, spares=spares)
    assert (found.delivered == 1.0) is whole
    assert (found.kept_whole == 1.0) is whole
    assert found.delivered is not None
    assert found.delivered > 0.98


def test_a_later_start_than_the_one_wished_for_is_waiting() -> None:
    """Five want a pool for a day, all at once; there are two, so the third and the fourth wait for a day."""
    wishes = [
        replace(
            reservation(f"{tenant_name(n % 2)}/r{n}", topology="4x4x4", count=8, duration=DAY, latest=NOW + 9 * DAY),
            tenant=tenant_name(n % 2),
        )
        for n in range(5)
    ]  # fmt: skip
    found = lived(*((NOW, one) for one in wishes))
    assert found.promised == 5
    assert found.waits is not None
    assert found.waits[0] == pytest.approx(24, rel=0.01)


def test_the_plot_has_a_point_for_each_week() -> None:
    found = live(fleet(), drawn(), NOW + SMALL.days * DAY)
    lines = re.findall('<polyline points="([^"]+)"', svg_of(found, "a month"))
    assert [len(points.split()) for points in lines] == [4, 4]
