"""The way back, step by step: what is released, freed, quarantined, dropped, closed, deleted, and what is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import (
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
    uid,
    with_ledger,
    with_units,
)  # fmt: skip

from holdfast.planner.plan import plan
from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import EntryState, GrantState, PromiseState
from holdfast.planner.state.snapshot import Health
from holdfast.planner.upkeep.handback import end_promises, hand_back, retire_records

ME = uid("mistral/pretrain")
GOING = promise(state=PromiseState.RELEASING, cause="Expired", round=2)
SEEN, GONE, BOTH, NEITHER = (True, False), (False, True), (True, True), (False, False)
ENDS: tuple[tuple[str, int, dict[str, Any], tuple[bool, bool], str], ...] = (
    ("a second before its end nothing happens", NOW + DAY - 1, {}, SEEN, ""),
    ("at its end it is released", NOW + DAY, {}, SEEN, "Expired"),
    ("gone, it is released", NOW, {}, GONE, "Cancelled"),
    ("called gone but still seen, it stays", NOW, {}, BOTH, ""),
    ("not seen but not proven gone, it stays", NOW, {}, NEITHER, ""),
    ("no promise has no end", NOW + 9 * DAY, {"state": PromiseState.NONE, "attempt": ""}, SEEN, ""),
    ("no promise of one that is gone is closed", NOW, {"state": PromiseState.NONE}, GONE, "Cancelled"),
)


@pytest.mark.parametrize(("name", "now", "changes", "found", "cause"), ENDS, ids=[row[0] for row in ENDS])
def test_when_a_release_begins(
    name: str, now: int, changes: dict[str, Any], found: tuple[bool, bool], cause: str
) -> None:
    seen, gone = found
    asks = [reservation()] if seen else []
    board = Board(snapshot(promise(**changes), *asks, gone=[ME] if gone else [], now=now))
    end_promises(board)
    write = board.writes.get(ME)
    assert (write.promise.cause if write else "") == cause
    if write:
        assert (write.promise.state, write.promise.round) == (PromiseState.RELEASING, 2)


RELEASING, QUARANTINED, ACTIVE = GrantState.RELEASING, GrantState.QUARANTINED, GrantState.ACTIVE
UNITS: tuple[tuple[str, GrantState, dict[str, Any], bool, str], ...] = (
    ("a clean unit is free", RELEASING, {"clean_grant": 7}, True, "free"),
    ("clean of an older grant is not clean", RELEASING, {"clean_grant": 6}, True, "Releasing"),
    ("clean of a newer grant is not clean of this one", RELEASING, {"clean_grant": 8}, True, "Releasing"),
    ("a dead unit goes into quarantine", RELEASING, {"health": Health.UNHEALTHY}, True, "Quarantined"),
    ("so does one that is not seen any more", RELEASING, {"health": Health.MISSING}, True, "Quarantined"),
    ("dead and clean is still dead", RELEASING, {"health": Health.UNHEALTHY, "clean_grant": 7}, True, "Quarantined"),
    ("so does one with a dead host", RELEASING, {"health": Health.DEGRADED, "lacking": 1}, True, "Quarantined"),
    ("a slow one need not", RELEASING, {"health": Health.DEGRADED}, True, "Releasing"),
    ("a quarantined unit is free once it works and is clean", QUARANTINED, {"clean_grant": 7}, True, "free"),
    ("one that works and is not clean stays", QUARANTINED, {}, True, "Quarantined"),
    ("an active unit stays, whatever is said of it", ACTIVE, {"clean_grant": 7}, True, "Active"),
    ("at a silent site a clean unit stays", RELEASING, {"clean_grant": 7}, False, "Releasing"),
    ("at a silent site a dead unit stays", RELEASING, {"health": Health.MISSING}, False, "Releasing"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "state", "unit", "heard", "becomes"), UNITS, ids=[row[0] for row in UNITS])
def test_handing_back_a_unit(
    name: str, state: GrantState, unit: dict[str, Any], heard: bool, becomes: str
) -> None:
    owner = None if state is QUARANTINED else "mistral/pretrain"
    held = with_ledger(pool(), entry(), grants={"cube-000": grant(owner, 7, state=state)}, granted=7)
    held = replace(with_units(held, "cube-000", **unit), reachable=heard)
    board = Board(snapshot(held, promise()))
    hand_back(board)
    found = board.sheets[LAKE].grants.get("cube-000")
    assert (found.state.value if found else "free") == becomes
    assert found is None or (found.promise is None) == (found.state is QUARANTINED)


def test_a_release_begun_in_this_turn_is_written_before_its_next_step() -> None:
    held = with_ledger(pool(), entry(), grants={"cube-000": grant()}, granted=1)
    dead = with_units(held, "cube-000", health=Health.UNHEALTHY)
    for picture in (with_ledger(pool(), entry()), dead):
        ledger = plan(snapshot(picture, GOING)).ledgers[0].ledger
        assert ledger.entries[ME].state is EntryState.RELEASING
        assert [each.state for each in ledger.grants.values()] in ([], [RELEASING])


def test_an_entry_leaves_with_its_last_unit_and_its_promise_closes_a_turn_later() -> None:
    leaving = entry(state=EntryState.RELEASING, round=2)
    held = with_ledger(pool(), leaving, grants={"cube-000": grant(number=7, state=RELEASING)}, granted=7)
    clean = with_units(held, "cube-000", clean_grant=7)
    made = plan(snapshot(clean, GOING))
    assert made.ledgers[0].ledger.entries == {}
    assert made.promises == ()
    closed = plan(snapshot(pool(), GOING)).promises[0].promise
    assert (closed.state, closed.ended_at, closed.round) == (PromiseState.RELEASED, NOW, 2)


def test_an_entry_stays_as_long_as_one_of_its_units_is_not_back() -> None:
    leaving = entry(state=EntryState.RELEASING, round=2)
    going = {f"cube-00{n}": grant(number=n + 7, state=RELEASING) for n in range(2)}
    held = with_units(with_ledger(pool(), leaving, grants=going, granted=8), "cube-000", clean_grant=7)
    (write,) = plan(snapshot(held, GOING)).ledgers
    assert (set(write.ledger.entries), set(write.ledger.grants)) == ({ME}, {"cube-001"})


def test_a_promise_is_not_closed_while_one_of_its_pools_cannot_be_judged() -> None:
    ahead = with_ledger(pool(), as_of=NOW + HOUR)
    assert plan(snapshot(ahead, GOING)).promises == ()


@pytest.mark.parametrize(("age", "deleted"), [(10 * DAY - 1, 0), (10 * DAY, 1)])
def test_a_record_is_deleted_when_it_has_been_kept_long_enough(age: int, deleted: int) -> None:
    record = replace(GOING, state=PromiseState.RELEASED, ended_at=NOW - age)
    picture = snapshot(record)
    board = Board(replace(picture, policy=replace(picture.policy, record=10 * DAY)))
    retire_records(board)
    assert len(board.deletes) == deleted


@pytest.mark.parametrize(("now", "notice"), [(NOW + DAY - HOUR - 1, False), (NOW + DAY - HOUR, True)])
def test_notice_is_given_a_drain_lead_before_the_end(now: int, notice: bool) -> None:
    board = Board(snapshot(with_ledger(pool(drain_lead=HOUR), entry()), promise(), now=now))
    end_promises(board)
    assert board.sheets[LAKE].entries[ME].notice is notice
