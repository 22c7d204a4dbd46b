"""Admission: what is prepared and asked to be committed, and in which order reservations are answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import (
    ABERNATHY,
    DAY,
    HOUR,
    LAKE,
    MINUTE,
    NOW,
    entry,
    form,
    grant,
    pool,
    promise,
    reservation,
    snapshot,
    tenant,
    uid,
    with_ledger,
)  # fmt: skip

from holdfast.api.reasons import Reason
from holdfast.planner.admission import admit as admission
from holdfast.planner.admission.case import Case
from holdfast.planner.admission.rules import first_hold
from holdfast.planner.plan import plan
from holdfast.planner.state.ledger import EntryState, PromiseState
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Snapshot
from holdfast.planner.state.steps import Hold

ME = uid("mistral/pretrain")
BOUND = {"cube-000": grant(), "cube-001": grant(number=2)}
HELD = with_ledger(pool(), entry(), grants=BOUND, granted=2)


def entry_in(made: Plan, name: str = LAKE) -> Any:
    return next(write.ledger.entries[ME] for write in made.ledgers if write.pool == name)


def test_a_first_attempt_is_prepared_in_round_0_and_committed_in_round_1() -> None:
    made = plan(snapshot(pool(turn_around=540), reservation()))
    prepared, write = entry_in(made), made.promises[0]
    assert prepared.form == form(attempt="a9", round=0, end=NOW + DAY + 600)
    assert (prepared.state, prepared.reservation, prepared.tenant) == (
        EntryState.PREPARED,
        "mistral/pretrain",
        "mistral-ai",
    )
    assert (write.resource_version, write.needs) == ("", frozenset({LAKE}))
    assert (write.promise.attempt, write.promise.round, write.promise.state) == (
        "a9",
        1,
        PromiseState.COMMITTED,
    )
    assert (write.promise.end, dict(write.promise.pools), write.promise.slices) == (NOW + DAY, {LAKE: 2}, 1)


def test_an_attempt_after_no_promise_takes_its_version_and_round() -> None:
    none = promise(state=PromiseState.NONE, attempt="", round=3, pools={}, slices=0, resource_version="7")
    made = plan(snapshot(pool(), none, reservation()))
    assert entry_in(made).form.round == 3
    assert (made.promises[0].resource_version, made.promises[0].promise.round) == ("7", 4)


def test_an_amendment_is_a_next_form_beside_what_is_in_force() -> None:
    made = plan(snapshot(HELD, promise(), reservation(count=2, generation=2)))
    amended = entry_in(made)
    assert (amended.form, amended.state) == (form(), EntryState.COMMITTED)
    assert amended.next == form(4, attempt="a9", round=1)
    assert made.promises[0].promise.generation == 2


@pytest.mark.parametrize(
    ("name", "start", "changes", "before"),
    [
        ("a later start", NOW + HOUR, {"start": NOW + 2 * HOUR, "end": NOW + DAY}, NOW + HOUR),
        ("an earlier start", NOW + HOUR, {"start": NOW + MINUTE, "end": NOW + DAY}, NOW + HOUR),
        ("another place", NOW + HOUR, {"start": NOW + HOUR, "datacenters": ("abernathy",)}, NOW + HOUR),
        ("a later end only", NOW + HOUR, {"start": NOW + HOUR, "end": NOW + 2 * DAY}, None),
        ("more slices only", NOW + HOUR, {"start": NOW + HOUR, "count": 2}, None),
        ("a later end of what has begun", NOW - HOUR, {"start": NOW - HOUR, "end": NOW + 2 * DAY}, None),
    ],
)
def test_what_moves_a_window_must_be_committed_before_it_begins(
    name: str, start: int, changes: dict[str, Any], before: int | None
) -> None:
    held = with_ledger(pool(), entry(start=start, end=NOW + DAY + 60))
    ask = reservation(generation=2, **{"end": NOW + DAY, **changes})
    elsewhere = [pool("abernathy.tpu7x-a")] if ask.datacenters else []
    made = plan(snapshot(held, *elsewhere, promise(start=start, end=NOW + DAY), ask))
    (written,) = made.promises
    assert (written.needs != frozenset(), written.before) == (True, before)


def test_an_amendment_that_changes_nothing_only_moves_the_generation() -> None:
    made = plan(snapshot(HELD, promise(), reservation(generation=2, min_count=1)))
    assert made.promises[0].promise == replace(promise(), generation=2)
    assert made.promises[0].needs == frozenset()


def test_a_settled_reservation_is_not_answered_again() -> None:
    first = plan(snapshot(HELD, promise(), reservation()))
    assert first.promises == ()
    assert dict(first.holds) == {}


@pytest.mark.parametrize("state", [PromiseState.RELEASING, PromiseState.RELEASED])
def test_a_reservation_whose_promise_has_ended_gets_no_other(state: PromiseState) -> None:
    made = plan(snapshot(pool(), promise(state=state, cause="Expired"), reservation(generation=9)))
    assert all(write.promise.state is not PromiseState.COMMITTED for write in made.promises)
    assert dict(made.holds) == {}


def test_the_older_reservation_is_answered_first_then_by_name() -> None:
    asks = [reservation("mistral/b"), reservation("mistral/a"), reservation("mistral/z", created=NOW - 1)]
    made = plan(snapshot(pool(cubes=4), *asks))
    assert {write.promise.label for write in made.promises} == {"mistral/z", "mistral/a"}
    assert list(made.holds) == [uid("mistral/b")]


def test_two_asks_of_one_turn_do_not_get_the_same_units() -> None:
    made = plan(snapshot(pool(cubes=3), reservation("mistral/a"), reservation("mistral/b")))
    assert len(made.promises) == 1
    assert len(made.ledgers) == 1


def test_a_promise_that_is_being_given_up_is_not_attempted_in_the_same_turn() -> None:
    lost = with_ledger(pool(), entry(state=EntryState.PREPARED, round=0))
    made = plan(snapshot(lost, reservation()))
    assert [write.promise.state for write in made.promises] == [PromiseState.NONE]
    assert dict(made.holds) == {}


def test_a_frozen_reservation_is_told_so() -> None:
    made = plan(snapshot(HELD, reservation(generation=2)))
    assert made.holds[ME].reason is Reason.FROZEN
    assert made.promises == ()


@pytest.mark.parametrize(
    ("name", "ask", "slices", "window"),
    [
        ("fewer slices", {"count": 1}, 1, (NOW, NOW + DAY)),
        ("an earlier end", {"count": 2, "end": NOW + HOUR}, 2, (NOW, NOW + HOUR)),
        ("both", {"count": 1, "end": NOW + HOUR}, 1, (NOW, NOW + HOUR)),
        ("an earlier end of a flexible one", {"count": 2, "duration": HOUR}, 2, (NOW, NOW + HOUR)),
    ],
)
def test_what_only_gives_back_is_granted_in_a_full_and_failing_pool(
    name: str, ask: dict[str, Any], slices: int, window: tuple[int, int]
) -> None:
    full = with_ledger(pool(cubes=4, selling=False, spares=4), entry(count=4))
    made = plan(snapshot(full, promise(cubes=4), reservation(generation=2, **ask)))
    found = made.promises[0].promise
    assert (found.slices, (found.start, found.end)) == (slices, window)


def test_giving_back_keeps_the_largest_shares() -> None:
    small = with_ledger(pool(ABERNATHY), entry())
    both = promise(cubes=6, pools={LAKE: 4, ABERNATHY: 2}, slices=3)
    ask = reservation(count=2, generation=2, across_datacenters=True)
    made = plan(snapshot(with_ledger(pool(), entry(count=4)), small, both, ask))
    assert dict(made.promises[0].promise.pools) == {LAKE: 4}


def test_the_entry_of_a_pool_the_promise_has_left_is_released_next() -> None:
    moved = promise(pools={ABERNATHY: 2}, attempt="a2", round=2, generation=2)
    there = with_ledger(pool(ABERNATHY), entry(attempt="a2", round=1, state=EntryState.PREPARED))
    made = plan(snapshot(HELD, there, moved, reservation(generation=2)))
    assert entry_in(made).state is EntryState.RELEASING
    assert entry_in(made, ABERNATHY).state is EntryState.COMMITTED


@pytest.mark.parametrize("start", [NOW, NOW + HOUR], ids=["that runs", "that is still to come"])
def test_an_amendment_never_shrinks_what_is_in_force_by_min_count(start: int) -> None:
    others = entry("other/a", 2, start=NOW + DAY + MINUTE, end=NOW + 3 * DAY)
    busy = with_ledger(pool(cubes=4), entry(count=4, start=start), others)
    ask = reservation(count=2, min_count=1, start=start, end=NOW + 2 * DAY, generation=2)
    made = plan(snapshot(busy, promise(cubes=4, start=start), ask))
    assert made.promises == ()
    assert made.holds[ME].reason is Reason.WINDOW_CONFLICT


def test_a_commit_needs_every_ledger_in_which_it_lies() -> None:
    other = "lake-mariner.tpu7x-b"
    (write,) = plan(snapshot(pool(LAKE, 2), pool(other, 2), reservation(count=2))).promises
    assert set(write.needs) == {LAKE, other}
    assert write.promise.pools == {LAKE: 2, other: 2}


def test_an_amendment_keeps_the_tenant_of_its_promise_whatever_the_namespace_says_now() -> None:
    ask = reservation(count=2, generation=2, tenant="chai-ai")
    made = plan(snapshot(HELD, promise(), ask, tenant("mistral"), tenant("chai")))
    assert [each.promise.tenant for each in made.promises] == ["mistral-ai"]


def test_a_read_older_than_the_ledger_amends_nothing() -> None:
    newer = with_ledger(pool(), entry(round=5, attempt="a7"))
    made = plan(snapshot(newer, promise(), reservation(count=2, generation=2)))
    assert made.promises == ()


def test_an_entry_that_leaves_in_this_turn_is_written_away_before_another_comes() -> None:
    leaving = with_ledger(pool(ABERNATHY), entry(state=EntryState.RELEASING))
    ask = reservation(count=5, generation=2, across_datacenters=True)
    made = plan(snapshot(HELD, leaving, promise(), ask))
    assert all(ME not in write.ledger.entries for write in made.ledgers if write.pool == ABERNATHY)
    assert made.promises == ()


def test_a_reservation_the_planner_fails_on_is_held_alone_and_told_to_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails_on_one(case: Case) -> Hold | None:
        if case.reservation.label == "mistral/poison":
            raise KeyError("a shape nobody thought of")
        return first_hold(case)

    picture = snapshot(pool(), reservation("mistral/poison"), reservation())
    monkeypatch.setattr(admission, "first_hold", fails_on_one)
    made = plan(picture)
    assert [write.promise.reservation for write in made.promises] == ["pretrain"]
    assert made.holds[uid("mistral/poison")].reason is Reason.FROZEN
    assert "planning mistral/poison fails with KeyError" in made.frozen[uid("mistral/poison")]
    monkeypatch.undo()
    assert len(plan(picture).promises) == 2


GIVEN_UP = promise(state=PromiseState.NONE, generation=2, slices=0, pools={})
AHEAD = {
    "an attempt of the newer ask was given up": snapshot(pool(), GIVEN_UP, reservation()),
    "of the newer ask fewer slices are in force": snapshot(
        HELD, promise(generation=2, requested_slices=2), reservation(count=2, min_count=1)
    ),
}


@pytest.mark.parametrize("seen", AHEAD.values(), ids=AHEAD.keys())
def test_an_ask_that_was_read_before_it_was_changed_is_not_answered_once_its_promise_knows_of_the_change(
    seen: Snapshot,
) -> None:
    made = plan(seen)
    assert (made.promises, made.holds) == ((), {})
