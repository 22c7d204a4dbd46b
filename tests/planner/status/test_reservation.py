"""What is said: a table of readiness, the shape of a status, and that nothing is said twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import (
    DAY,
    LAKE,
    NOW,
    entry,
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

from holdfast.api.door import dump
from holdfast.api.reasons import Reason
from holdfast.api.reservation_status import ReservationStatus
from holdfast.hardware.instants import text_of
from holdfast.planner.state.ledger import Grant, GrantState, PromiseState
from holdfast.planner.state.snapshot import Health, Pool, Snapshot
from holdfast.planner.state.steps import Hold, Relaxation, Told
from holdfast.planner.status.facts import Facts, facts_of
from holdfast.planner.status.holding import hold_words
from holdfast.planner.status.readiness import READINESS, SHORT, TOGETHER, PromiseView, readiness
from holdfast.planner.status.reservation import StatusWrite, reservation_statuses

GOOD = Facts(2, 2, 2, 2, False, False, (), False, {})
RELEASED: dict[str, Any] = {"state": PromiseState.RELEASED}
TABLE: tuple[tuple[str, dict[str, Any], dict[str, Any], str], ...] = (
    ("released", RELEASED, {"silent": ("lake-mariner",)}, "True Released"),
    ("releasing", {"state": PromiseState.RELEASING}, {"silent": ("lake-mariner",)}, "False Releasing"),
    ("silent", {"start": NOW + 1}, {"silent": ("lake-mariner",)}, "Unknown DatacenterUnreachable"),
    *((f"short ahead: {why}", {"start": NOW + 1, "short": why}, {}, f"False {why}") for why in SHORT),
    ("before its start", {"start": NOW + 1}, {"granted": 0, "opened": 0}, "True Scheduled"),
    (
        "waiting for others",
        {},
        {"granted": 1, "lacking": True, "handing_over": True},
        "False WaitingForHandover",
    ),
    ("lacking some", {}, {"granted": 1, "opened": 1, "lacking": True}, "False AwaitingRepair"),
    *(
        (f"short now: {why}", {"short": why}, {"granted": 0, "lacking": True}, f"False {why}")
        for why in SHORT
    ),
    ("lacking all", {}, {"granted": 0, "opened": 0, "lacking": True}, "False AwaitingRepair"),
    ("just begun", {}, {"granted": 0, "opened": 0}, "False Binding"),
    ("held back by its agent", {}, {"opened": 1, "working": 1, "blocked": "why"}, "False SiteRefuses"),
    ("open whatever else is held back", {}, {"blocked": "why"}, "True Active"),
    ("being opened", {}, {"opened": 1, "working": 1}, "False Binding"),
    (
        "failing, and not believed",
        {},
        {"failed": 1, "asked": 1, "frozen": True, "opened": 1},
        "False RepairsFrozen",
    ),
    ("failing, its tenant is asked", {}, {"failed": 2, "asked": 1, "opened": 1}, "False AwaitingConsent"),
    ("failing", {"requested_slices": 2}, {"failed": 1, "working": 1, "opened": 1}, "False Repairing"),
    ("in trouble that may pass", {}, {"working": 1}, "True Active"),
    (
        "under maintenance, and its unit is down",
        {"short": Reason.UNDER_MAINTENANCE},
        {"out": True, "working": 1, "failed": 1},
        "False UnderMaintenance",
    ),
    (
        "before maintenance",
        {"short": Reason.UNDER_MAINTENANCE},
        {"notice": True},
        "True MaintenanceAhead",
    ),
    ("near its end", {"requested_slices": 2}, {"notice": True}, "True Expiring"),
    ("with fewer hosts", {"requested_slices": 2}, {"degraded": 1}, "True Degraded"),
    ("partial", {"requested_slices": 2}, {}, "True PartiallyFulfilled"),
    ("well", {}, {}, "True Active"),
)


@pytest.mark.parametrize(("name", "of_promise", "facts", "said"), TABLE, ids=[row[0] for row in TABLE])
def test_readiness(name: str, of_promise: dict[str, Any], facts: dict[str, Any], said: str) -> None:
    short = of_promise.get("short")
    kept = {key: value for key, value in of_promise.items() if key != "short"}
    answer = readiness(PromiseView(promise(**kept), replace(GOOD, **facts), NOW, short))
    assert f"{answer.status} {answer.reason.value}" == said


def test_every_answer_of_the_table_is_met_by_the_rows_above() -> None:
    assert {answer.reason.value for _, answer in READINESS} == {said.split()[1] for *_, said in TABLE}


def bound(held: Grant | None = None, **unit: Any) -> Pool:
    grants = {"cube-000": grant(number=1), "cube-001": held or grant(number=2)}
    open_now = with_units(with_ledger(pool(), entry(), grants=grants), "cube-000", open_grant=1)
    return with_units(open_now, "cube-001", **{"open_grant": 2, **unit})


@pytest.mark.parametrize(
    ("name", "unit", "figures"),
    [
        ("all open and working", {}, (2, 2, 2, 2)),
        ("one open for an older grant", {"open_grant": 1}, (2, 2, 1, 1)),
        ("one failed", {"health": Health.UNHEALTHY}, (2, 2, 2, 1)),
        ("one in trouble that may pass", {"health": Health.UNHEALTHY, "heals": True}, (2, 2, 2, 2)),
    ],
)
def test_facts_count_units(name: str, unit: dict[str, Any], figures: tuple[int, int, int, int]) -> None:
    facts = facts_of(snapshot(bound(**unit)), promise())
    assert (facts.count, facts.granted, facts.opened, facts.working) == figures


@pytest.mark.parametrize(
    ("name", "slices", "opened"),
    [
        ("nothing is told of slices", ("", ""), 2),
        ("both are one slice", ("s-1", "s-1"), 2),
        ("one of them is in a slice of which another has gone, one in none yet", ("s-1", ""), 0),
    ],
)
def test_open_cubes_of_a_slice_that_is_taken_apart_do_not_count_as_open(
    name: str, slices: tuple[str, str], opened: int
) -> None:
    first, second = slices
    told = with_units(bound(slice=second), "cube-000", slice=first)
    assert facts_of(snapshot(told), promise()).opened == opened


@pytest.mark.parametrize(("cubes", "lacking"), [(1, True), (2, False)])
def test_a_promise_lacks_units_only_where_none_can_be_given_now(cubes: int, lacking: bool) -> None:
    assert facts_of(snapshot(with_ledger(pool(cubes=cubes), entry())), promise()).lacking is lacking


def test_a_unit_that_is_not_declared_any_more_is_counted_and_harms_nobody() -> None:
    ghost = with_ledger(pool(cubes=1), entry(), grants={"cube-000": grant(), "cube-009": grant(number=2)})
    facts = facts_of(snapshot(ghost), promise())
    assert (facts.granted, facts.opened, facts.working) == (2, 0, 0)


def said(picture: Snapshot, **holds: Hold) -> list[StatusWrite]:
    return list(reservation_statuses(picture, {uid("mistral/pretrain"): hold for hold in holds.values()}))


def conditions(status: ReservationStatus) -> dict[str, str]:
    return {each.type: f"{each.status} {each.reason}" for each in status.conditions}


def test_one_that_opens_together_is_told_where_to_run_once_all_that_was_granted_first_is_open() -> None:
    together = promise(atomic=True)
    half = snapshot(bound(open_grant=0), together, reservation())
    assert said(half)[0].status.access == ()
    assert said(snapshot(bound(open_grant=0), promise(), reservation()))[0].status.access != ()
    swapped = bound(replace(grant(number=2), replaces="cube-002"), open_grant=0)
    for whole in (bound(), swapped, bound(open_grant=0, health=Health.UNHEALTHY)):
        assert said(snapshot(whole, together, reservation()))[0].status.access != ()


def test_what_waits_for_other_pools_says_so_and_where_nobody_can_run_yet() -> None:
    shut = with_ledger(pool(), entry(waiting=True), grants={"cube-000": grant(), "cube-001": grant(number=2)})
    status = said(snapshot(shut, promise(atomic=True), reservation()))[0].status
    ready = next(each for each in status.conditions if each.type == "Ready")
    assert (ready.status, ready.reason, status.access) == ("False", "Binding", ())
    assert ready.message == f"units are granted and stay closed; {TOGETHER}"


def test_a_bound_reservation_is_told_where_to_run() -> None:
    picture = snapshot(replace(bound(), endpoint="10.0.0.1"), promise(), reservation())
    status = said(picture)[0].status
    assert set(conditions(status).values()) == {"True Accepted", "True Promised", "True Bound", "True Active"}
    assert [(each.datacenter, each.endpoint, each.units) for each in status.access] == [
        ("lake-mariner", "10.0.0.1", 2)
    ]
    assert status.access[0].tolerations[0].value == uid("mistral/pretrain")
    assert (status.healthy_units, status.datacenters) == (2, ("lake-mariner",))


def test_a_released_one_is_neither_promised_nor_bound() -> None:
    picture = snapshot(pool(), promise(**RELEASED), reservation())
    (said,) = reservation_statuses(picture, {})
    found = conditions(said.status)
    assert (found["Promised"], found["Bound"], found["Ready"]) == (
        "False Released",
        "False Released",
        "True Released",
    )


@pytest.mark.parametrize("reason", sorted(reason for reason in Reason if reason.stalls))
def test_what_only_its_author_can_fix_is_stalled(reason: Reason) -> None:
    found = conditions(said(snapshot(reservation()), hold=Hold(reason, "why"))[0].status)
    assert found["Stalled"] == f"True {reason.value}"
    assert found["Accepted"] == f"False {reason.value}"


def test_a_hold_that_time_heals_is_not_stalled() -> None:
    hold = Hold(
        Reason.WINDOW_CONFLICT, "why", earliest_start=NOW + DAY, relaxations=(Relaxation("Fewer", count=1),)
    )
    status = said(snapshot(reservation()), hold=hold)[0].status
    assert "Stalled" not in conditions(status)
    assert status.hold is not None
    assert status.hold.earliest_start == NOW + DAY


def test_a_hold_is_told_with_every_change_that_helps_and_every_conflict() -> None:
    easing = (
        Relaxation("Later", start=NOW + DAY, end=NOW + 2 * DAY),
        Relaxation("Elsewhere", datacenters=("abernathy",), across_datacenters=True),
        Relaxation("Shorter", duration=60, count=1),
    )
    told = hold_words(Hold(Reason.WINDOW_CONFLICT, "why", relaxations=easing, conflicts=((NOW, NOW + 300),)))
    written = [dump(one) for one in told.relaxations]
    assert written == [
        {"kind": "Later", "start": text_of(NOW + DAY), "end": text_of(NOW + 2 * DAY), "datacenters": []},
        {"kind": "Elsewhere", "datacenters": ["abernathy"], "acrossDatacenters": "Allow"},
        {"kind": "Shorter", "durationSeconds": 60, "count": 1, "datacenters": []},
    ]
    assert [(one.start, one.end) for one in told.conflicts] == [(NOW, NOW + 300)]


def test_an_attempt_under_way_says_nothing_yet() -> None:
    assert said(snapshot(reservation())) == []
    assert (
        said(snapshot(reservation(), promise(state=PromiseState.NONE, attempt="", slices=0, pools={}))) == []
    )


def test_an_amendment_that_must_wait_is_told_beside_what_is_in_force() -> None:
    picture = snapshot(bound(), promise(), reservation(generation=2))
    status = said(picture, hold=Hold(Reason.WINDOW_CONFLICT, "why"))[0].status
    assert status.amendment is not None
    assert status.amendment.message == "why; what was promised before stays in force"
    assert conditions(status)["Reconciling"] == "True WindowConflict"
    assert (status.hold, status.observed_generation) == (None, 2)


def test_what_is_in_force_answers_the_generation_it_was_promised_for_and_no_newer_one() -> None:
    picture = snapshot(bound(), promise(), reservation(generation=2))
    status = said(picture, hold=Hold(Reason.WINDOW_CONFLICT, "why"))[0].status
    generations = {each.type: each.observed_generation for each in status.conditions}
    assert generations == {"Accepted": 2, "Promised": 1, "Bound": 1, "Ready": 1, "Reconciling": 2}


def test_an_amendment_that_only_its_author_can_mend_is_stalled_beside_what_runs() -> None:
    picture = snapshot(bound(), promise(), reservation(generation=2))
    found = conditions(said(picture, hold=Hold(Reason.EXCEEDS_CAPACITY, "why"))[0].status)
    assert (found["Ready"], found["Stalled"]) == ("True Active", "True ExceedsCapacity")
    assert "Reconciling" not in found


def test_nothing_is_said_twice_and_a_wiped_status_is_said_again() -> None:
    picture = snapshot(bound(), promise(), reservation())
    first = said(picture)[0]
    assert first.events == (Told(Reason.ACTIVE, "all its units are open to the tenant"),)
    again = replace(
        picture, now=NOW + 1, reservations={first.reservation.uid: reservation(status=first.status)}
    )
    assert said(again) == []
    wiped = said(replace(picture, now=NOW + 1))[0].status
    assert conditions(wiped) == conditions(first.status)


def test_a_condition_keeps_its_transition_time_while_its_answer_stays() -> None:
    old = said(snapshot(bound(), promise(), reservation()))[0].status
    failed = bound(lost(number=2), health=Health.UNHEALTHY)
    failing = snapshot(failed, promise(), reservation(status=old), now=NOW + 9)
    times = {each.type: each.last_transition_time for each in said(failing)[0].status.conditions}
    assert times == {"Accepted": NOW, "Promised": NOW, "Bound": NOW, "Ready": NOW + 9}


def test_handing_over_is_seen_in_any_of_its_pools() -> None:
    leaving = grant("other/a", 3, state=GrantState.RELEASING)
    busy = with_ledger(pool(cubes=2), entry(), grants={"cube-000": leaving})
    facts = facts_of(snapshot(busy), promise())
    assert (facts.handing_over, facts.lacking, facts.opened_at) == (True, True, {})
    assert LAKE in busy.name
