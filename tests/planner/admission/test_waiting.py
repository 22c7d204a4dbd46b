"""Stalled is only what nothing but a change mends; where time does, a hold waits, says from when, and is promised."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from tests.builders import (
    DAY,
    HOUR,
    NOW,
    entry,
    grant,
    pool,
    promise,
    reservation,
    snapshot,
    tenant,
    uid,
    with_ledger,
    with_units,
)
from tests.planner.several import several
from tests.planner.world import World

from holdfast.api.reasons import Reason
from holdfast.planner.plan import plan
from holdfast.planner.state.ledger import GrantState, Outage, Promise
from holdfast.planner.state.snapshot import Health, Policy, Pool, Window
from holdfast.planner.state.steps import Hold


@dataclass(frozen=True)
class Row:
    """An ask that is held, and why."""

    name: str
    reason: Reason
    ask: dict[str, Any]
    things: tuple[Any, ...] = (pool(),)
    says: str = ""


BOTH = ("cube-000", "cube-001")
TWO, ONE_SLICE = pool(cubes=2), tenant(chips=128)
OLDER, SHORT = promise("mistral/older"), tenant(horizon=2 * DAY)
BIG_FIRST = {"window": several((0, 1, 3), (24, 25, 1))}
ALL_BIG = {"window": several((0, 1, 1), (24, 25, 3))}


def half_leaves() -> Pool:
    """Six cubes, of which four leave in half an hour."""
    leaving = (f"cube-00{number}" for number in range(4))
    return with_units(pool(cubes=6), *leaving, retires=NOW + HOUR // 2)


STALLED = (
    Row("nobody answers for it", Reason.MISCONFIGURED, {"tenant": None}),
    Row("the catalogue does not know it", Reason.MISCONFIGURED, {"topology": None, "accelerator": "tpu-v9"}),
    Row("its days are none", Reason.MISCONFIGURED, {"window": Window(objection="it never happens")}),
    Row("its shape cannot be formed", Reason.TOPOLOGY_IMPOSSIBLE, {"topology": "4x4x6"}),
    Row("there is no such pool", Reason.NO_MATCHING_POOL, {"datacenters": ("abernathy",)}),
    Row("no pool is so large", Reason.NO_MATCHING_POOL, {"topology": "4x8x8"}, (TWO,)),
    Row("it began before it was made", Reason.WINDOW_CONFLICT, {"start": NOW - HOUR, "end": NOW + DAY}),
    Row("too little of it is left", Reason.WINDOW_CONFLICT, {"end": NOW + 9}),
    Row("the contract is smaller", Reason.EXCEEDS_ENTITLEMENT, {"count": 2}, (pool(), ONE_SLICE), "entitled to 128"),
    Row("the contract is smaller than its last interval", Reason.EXCEEDS_ENTITLEMENT, ALL_BIG, (pool(), ONE_SLICE)),
    Row("it lasts longer than the horizon", Reason.EXCEEDS_ENTITLEMENT,
        {"duration": 2 * DAY + 1, "earliest": NOW + 9 * DAY}, (pool(), SHORT), "2 days that tenant"),
    Row("another promise of its tenant lasts as long", Reason.EXCEEDS_ENTITLEMENT, {}, (pool(), ONE_SLICE, OLDER),
        "end one of them"),
    Row("another promise leaves it nine seconds", Reason.EXCEEDS_ENTITLEMENT, {"end": NOW + DAY + 9},
        (pool(), ONE_SLICE, OLDER), "end one of them"),
    Row("it must begin before another promise ends", Reason.EXCEEDS_ENTITLEMENT,
        {"duration": HOUR, "latest": NOW + DAY + HOUR - 1}, (pool(), ONE_SLICE, OLDER), "end one of them"),
    Row("more than there is", Reason.EXCEEDS_CAPACITY, {"count": 2}, (TWO,), "the most that can ever be promised"),
    Row("its last interval is more than there is", Reason.EXCEEDS_CAPACITY, ALL_BIG, (TWO,)),
    Row("units come too late for it", Reason.SUPPLY_NOT_YET_DELIVERED, {"end": NOW + HOUR},
        (with_units(TWO, *BOTH, available=NOW + HOUR - 9),), "ask for a later end"),
    Row("units leave before its end", Reason.SITE_LEASE_ENDS, {}, (replace(TWO, lease_end=NOW + HOUR),)),
)  # fmt: skip


def cleaned(cubes: int) -> Pool:
    """Units that are on their way back from nobody."""
    grants = {name: grant(None, n, state=GrantState.QUARANTINED) for n, name in enumerate(BOTH[:cubes], 1)}
    return with_ledger(TWO, grants=grants, granted=2)


def in_work(hours: int) -> Pool:
    """Both units are under maintenance for so long."""
    return with_ledger(TWO, outages={"m": Outage("work", NOW, NOW + hours * HOUR)})


TAKEN = with_ledger(TWO, entry("other/a", start=NOW + DAY))
WAITING = (
    Row("its end comes within the horizon", Reason.EXCEEDS_ENTITLEMENT, {"start": NOW + DAY, "end": NOW + 3 * DAY},
        (pool(), SHORT), "from 2027-01-16T08:00:00Z on it lies within them"),
    Row("it is longer than the horizon, and what is left of it is not", Reason.EXCEEDS_ENTITLEMENT,
        {"end": NOW + 9 * DAY}, (pool(), SHORT), "from 2027-01-22T08:00:00Z on"),
    Row("its earliest start comes nearer, however late would do", Reason.EXCEEDS_ENTITLEMENT,
        {"duration": DAY, "earliest": NOW + 3 * DAY, "latest": NOW + 9 * DAY}, (pool(), SHORT),
        "from 2027-01-17T08:00:00Z on"),
    Row("its earliest start comes nearer", Reason.EXCEEDS_ENTITLEMENT,
        {"duration": DAY, "earliest": NOW + 3 * DAY}, (pool(), SHORT), "from 2027-01-17T08:00:00Z on"),
    Row("its last interval comes within the horizon", Reason.EXCEEDS_ENTITLEMENT,
        {"window": several((0, 1, 1), (60, 72, 1))}, (pool(), SHORT), "from 2027-01-16T08:00:00Z on"),
    Row("another promise of its tenant ends before it does", Reason.EXCEEDS_ENTITLEMENT, {"end": NOW + DAY + 10},
        (pool(), ONE_SLICE, OLDER), "from 2027-01-16T08:00:00Z on they leave enough"),
    Row("it may begin once another promise ends, and others are in the way then", Reason.EXCEEDS_ENTITLEMENT,
        {"duration": HOUR, "latest": NOW + DAY + HOUR}, (TAKEN, ONE_SLICE, OLDER), "from 2027-01-16T08:00:00Z on"),
    Row("its last interval begins once another promise ends", Reason.EXCEEDS_ENTITLEMENT,
        {"window": several((0, 1, 1), (25, 26, 1))}, (pool(), ONE_SLICE, OLDER),
        "from 2027-01-16T08:00:00Z on they leave enough"),
    Row("of its last interval another promise leaves enough", Reason.EXCEEDS_ENTITLEMENT, BIG_FIRST,
        (pool(), tenant(chips=384), promise("mistral/older", end=NOW + HOUR)), "what is left"),
    Row("only its first interval is beyond the contract", Reason.EXCEEDS_ENTITLEMENT, BIG_FIRST, (pool(), ONE_SLICE),
        "what is left"),
    Row("only its first interval is more than there is", Reason.EXCEEDS_CAPACITY, BIG_FIRST, (TWO,), "what is left"),
    Row("units leave within its first interval only", Reason.SITE_LEASE_ENDS, BIG_FIRST, (half_leaves(),),
        "what is left"),
    Row("others are in the way until its end", Reason.WINDOW_CONFLICT, {}, (with_ledger(TWO, entry("other/a")),)),
    Row("units have failed", Reason.INSUFFICIENT_HEALTHY_CAPACITY, {},
        (with_units(TWO, *BOTH, health=Health.UNHEALTHY),)),
    Row("units come in time", Reason.SUPPLY_NOT_YET_DELIVERED, {"end": NOW + HOUR},
        (with_units(TWO, *BOTH, available=NOW + HOUR - 10),), "from 2027-01-15T08:59:50Z on they serve what is left"),
    Row("units come in time and are wanted by others for longer", Reason.SUPPLY_NOT_YET_DELIVERED, {},
        (with_ledger(with_units(TWO, "cube-000", available=NOW + HOUR), entry("other/a", 1, start=NOW + HOUR)),)),
    Row("units are cleaned", Reason.WAITING_FOR_HANDOVER, {}, (cleaned(2),)),
    Row("units are cordoned", Reason.CORDONED, {}, (with_units(TWO, *BOTH, cordoned=True),)),
    Row("units are under maintenance", Reason.UNDER_MAINTENANCE, {}, (in_work(1),)),
    Row("the site is silent", Reason.DATACENTER_UNREACHABLE, {}, (replace(TWO, reachable=False),)),
    Row("the site refuses its tenant", Reason.SITE_REFUSES, {}, (replace(TWO, refuses={"mistral-ai": "why"}),)),
    Row("its stack is taken down", Reason.SEAL_BROKEN, {}, (replace(TWO, selling=False),)),
    Row("the ledger is full", Reason.LEDGER_FULL, {},
        (with_ledger(pool(), entry("other/a"), entry("other/b")), promise("other/a"), promise("other/b"))),
    Row("its records contradict each other", Reason.FROZEN, {}, (with_ledger(pool(), entry()),)),
)  # fmt: skip


def hold(row: Row) -> Hold:
    """How it is held in a first turn."""
    wanted = reservation(**row.ask)
    picture = snapshot(wanted, *row.things, policy=Policy(max_entries=2))
    return plan(picture).holds[wanted.uid]


@pytest.mark.parametrize("row", STALLED, ids=[row.name for row in STALLED])
def test_it_is_stalled_where(row: Row) -> None:
    found = hold(row)
    assert (found.reason, found.stalls) == (row.reason, True)
    assert row.says in found.message


@pytest.mark.parametrize("row", WAITING, ids=[row.name for row in WAITING])
def test_it_waits_where(row: Row) -> None:
    found = hold(row)
    assert (found.reason, found.stalls) == (row.reason, False)
    assert row.says in found.message


def test_every_reason_of_a_hold_is_in_a_table() -> None:
    words = list(Reason)
    of_holds = {*words[words.index(Reason.MISCONFIGURED) : words.index(Reason.OFFERED)]}
    of_holds -= {Reason.WINDOW_BEGUN, Reason.SEARCH_ENDED}  # the latter has its tests in test_effort.py
    assert {row.reason for row in (*STALLED, *WAITING)} == of_holds


def played(row: Row) -> World:
    """The same after nine days in which nobody does anything."""
    older = [thing for thing in row.things if isinstance(thing, Promise)]
    world = World().has(*(thing for thing in row.things if thing not in older))
    for one in older:
        world.asks(reservation("mistral/older", end=one.end))
    world.rest().asks(reservation(**row.ask))
    return world.rest().wait(9 * DAY)


SERVED = [row for row in WAITING if row.says and row.things[0] is not TAKEN]


@pytest.mark.parametrize("row", SERVED, ids=[row.name for row in SERVED])
def test_by_waiting_alone_it_is_promised_where(row: Row) -> None:
    assert played(row).promise("mistral/pretrain").slices == 1


@pytest.mark.parametrize("row", STALLED, ids=[row.name for row in STALLED])
def test_no_waiting_has_it_promised_where(row: Row) -> None:
    world = played(row)
    assert uid("mistral/pretrain") not in world.promises


@pytest.mark.parametrize(("days", "stalls"), [(2.9, False), (3, True)])
def test_a_later_end_comes_within_the_horizon_while_the_promise_lasts_or_never(
    days: float, stalls: bool
) -> None:
    world = World().has(pool(), SHORT)
    world.asks(reservation())
    world.rest().amends("mistral/pretrain", end=NOW + int(days * DAY))
    assert world.rest().hold("mistral/pretrain").stalls is stalls
    world.wait(DAY)
    assert (world.promise("mistral/pretrain").end > NOW + DAY) is not stalls


@pytest.mark.parametrize(
    ("begins", "hours", "stalls"), [(20, 47, False), (20, 71, False), (0, 71, False), (0, 72, True)]
)
def test_a_longer_duration_comes_within_the_horizon_while_the_promise_lasts_or_never(
    begins: int, hours: int, stalls: bool
) -> None:
    world = World().has(pool(), SHORT)
    earliest = NOW + begins * HOUR if begins else None
    world.asks(reservation(duration=DAY, earliest=earliest))
    world.rest().wait(HOUR)
    world.amends("mistral/pretrain", duration=hours * HOUR, earliest=earliest)
    assert world.rest().hold("mistral/pretrain").stalls is stalls
    world.wait(46 * HOUR)
    found = world.promise("mistral/pretrain")
    assert (found.end - found.start == hours * HOUR) is not stalls
