"""Why not now: the cause, what blocks, when it could start, and what would make it fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import (
    ABERNATHY,
    DAY,
    HOUR,
    LAKE,
    NOW,
    entry,
    grant,
    pool,
    promise,
    reservation,
    snapshot,
    tenant,
    with_ledger,
    with_units,
)  # fmt: skip

from holdfast.api.reasons import Reason
from holdfast.planner.admission.case import case_of
from holdfast.planner.admission.diagnosis import MAX_BLOCKERS, hold_for
from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import EntryState, GrantState
from holdfast.planner.state.snapshot import Health, Pool
from holdfast.planner.state.steps import Blocker, Hold

SLOT = 300
BOTH = ("cube-000", "cube-001")
TWO = pool(cubes=2)


def hold(*things: Any, **ask: Any) -> Hold:
    wanted = reservation(**ask)
    return hold_for(case_of(Board(snapshot(wanted, *things)), wanted))


def going(state: GrantState, owner: str | None) -> Pool:
    grants = {name: grant(owner, i + 1, state=state) for i, name in enumerate(BOTH)}
    entries = [entry("other/a", state=EntryState.RELEASING)] if owner else []
    return with_ledger(TWO, *entries, grants=grants, granted=2)


CAUSES: tuple[tuple[str, Pool, Reason], ...] = (
    ("other promises are in the way", with_ledger(TWO, entry("other/a")), Reason.WINDOW_CONFLICT),
    ("units are on their way back", going(GrantState.RELEASING, "other/a"), Reason.WAITING_FOR_HANDOVER),
    ("units are not clean yet", going(GrantState.QUARANTINED, None), Reason.WAITING_FOR_HANDOVER),
    ("units are cordoned", with_units(TWO, *BOTH, cordoned=True), Reason.CORDONED),
    ("units have failed", with_units(TWO, *BOTH, health=Health.UNHEALTHY), Reason.INSUFFICIENT_HEALTHY_CAPACITY),
    ("units are not delivered", with_units(TWO, *BOTH, available=NOW + 9), Reason.SUPPLY_NOT_YET_DELIVERED),
    ("units are due and not seen", with_units(TWO, *BOTH, health=Health.MISSING), Reason.SUPPLY_NOT_YET_DELIVERED),
    ("units are retiring", with_units(TWO, *BOTH, retiring=True), Reason.SITE_LEASE_ENDS),
    ("the lease ends before", replace(TWO, lease_end=NOW + HOUR), Reason.SITE_LEASE_ENDS),
    ("the site is silent", replace(TWO, reachable=False), Reason.DATACENTER_UNREACHABLE),
    ("the site refuses the tenant", replace(TWO, refuses={"mistral-ai": "why"}), Reason.SITE_REFUSES),
    ("the stack is taken down", replace(TWO, selling=False), Reason.SEAL_BROKEN),
)  # fmt: skip


@pytest.mark.parametrize(("name", "of", "reason"), CAUSES, ids=[row[0] for row in CAUSES])
def test_the_cause_where(name: str, of: Pool, reason: Reason) -> None:
    assert hold(of).reason is reason


@pytest.mark.parametrize(
    ("of", "dated"),
    [(replace(TWO, lease_end=NOW + HOUR), True), (with_units(TWO, *BOTH, retiring=True), False)],
)
def test_the_day_the_last_unit_leaves_is_told_where_there_is_one(of: Pool, dated: bool) -> None:
    assert ("the last of them leaves at 2027-01-15T09:00:00Z" in hold(of).message) is dated
    assert "9999" not in hold(of).message


def test_the_cause_where_the_tenants_other_promises_use_up_its_contract() -> None:
    found = hold(pool(), promise("mistral/older"), tenant(chips=128))
    assert found.reason is Reason.EXCEEDS_ENTITLEMENT
    assert found.earliest_start == NOW + DAY


def test_the_earliest_start_is_the_first_slot_from_which_the_whole_ask_fits() -> None:
    busy = with_ledger(TWO, entry("other/a", end=NOW + HOUR + 1))
    assert hold(busy).earliest_start == NOW + HOUR + SLOT


def test_a_gap_too_short_for_the_ask_is_no_earliest_start() -> None:
    gap = with_ledger(TWO, entry("other/a", end=NOW + HOUR), entry("other/b", start=NOW + 2 * HOUR))
    assert hold(gap).earliest_start == NOW + DAY + SLOT


def test_where_it_never_fits_there_is_no_earliest_start() -> None:
    assert hold(TWO, count=2).earliest_start is None


def test_the_hold_does_not_change_from_one_second_to_the_next() -> None:
    broken = with_units(TWO, "cube-000", health=Health.UNHEALTHY)
    wanted = reservation(start=NOW + HOUR, end=NOW + DAY)
    first, second = (
        hold_for(case_of(Board(snapshot(wanted, broken, now=now)), wanted)) for now in (NOW + 1, NOW + 2)
    )
    assert first == second


def test_blockers_are_the_own_promises_by_name_and_the_nearest_first() -> None:
    own = [entry(f"mistral/{name}", 1, end=NOW + hours * HOUR) for name, hours in (("z", 1), ("a", 2))]
    found = hold(with_ledger(TWO, *own, entry("other/secret", 1)), count=1)
    assert found.blockers == (
        Blocker("CapacityReservation", "mistral/z", NOW + HOUR),
        Blocker("CapacityReservation", "mistral/a", NOW + 2 * HOUR),
        Blocker("AcceleratorPool", LAKE, None),
    )


def test_blockers_outside_the_window_are_not_named() -> None:
    later = entry("mistral/later", start=NOW + 2 * DAY, end=NOW + 3 * DAY)
    assert [b.kind for b in hold(with_ledger(TWO, later, entry("other/a"))).blockers] == ["AcceleratorPool"]


def test_no_more_blockers_are_named_than_a_status_should_carry() -> None:
    many = [entry(f"mistral/r{i}", 1) for i in range(9)]
    assert len(hold(with_ledger(pool(cubes=9), *many), count=2).blockers) == MAX_BLOCKERS


def test_another_datacenter_is_not_offered_where_it_was_not_asked_for() -> None:
    found = hold(with_ledger(TWO, entry("other/a")), pool(ABERNATHY), datacenters=("lake-mariner",))
    assert found.earliest_start == NOW + DAY + SLOT


def test_an_amendment_gets_a_cause_and_no_search() -> None:
    kept = promise(start=NOW - HOUR)
    held = with_ledger(pool(cubes=4), entry(start=NOW - HOUR), entry("other/a", 2))
    found = hold(held, kept, count=2, generation=2)
    assert (found.reason, found.earliest_start) == (Reason.WINDOW_CONFLICT, None)
