"""A pool's sheet: peak, capacity, when a ledger is written, and the instants at which a turn must come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import (
    DAY,
    HOUR,
    LAKE,
    MINUTE,
    NOW,
    entry,
    form,
    grant,
    lost,
    pool,
    promise,
    reservation,
    snapshot,
    tenant,
    with_ledger,
    with_units,
)  # fmt: skip

from holdfast.planner.plan import plan
from holdfast.planner.state.board import Board
from holdfast.planner.state.capacity import Capacity
from holdfast.planner.state.ledger import EntryState, Grant, GrantState, Trouble
from holdfast.planner.state.ledger_write import capacity_of, ledger_write, peak_of
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Health, Pool, Snapshot

RELEASING, PREPARED = GrantState.RELEASING, EntryState.PREPARED
NEXT_DAY = entry("a/b", start=NOW + DAY + MINUTE, end=NOW + 2 * DAY)
TWICE = {
    "cube-000": grant("o/r", 1, state=RELEASING),
    "cube-001": grant(None, 2, state=GrantState.QUARANTINED),
}


def sheet(of: Pool, now: int = NOW) -> Sheet:
    return Board(snapshot(of, now=now)).sheets[of.name]


PEAKS: tuple[tuple[str, Pool, int], ...] = (
    ("nothing is promised", pool(), 0),
    ("promises one after the other", with_ledger(pool(), entry("a/a"), NEXT_DAY), 2),
    ("promises side by side", with_ledger(pool(), entry("a/a"), entry("a/b", 3)), 5),
    ("an attempt counts", with_ledger(pool(), entry(state=PREPARED)), 2),
    ("a next form counts", with_ledger(pool(), entry(next=form(4, attempt="x"))), 4),
    ("a unit on its way back counts, a quarantined one does not", with_ledger(pool(), entry(), grants=TWICE), 3),
    ("it never asks for more than the pool has", with_ledger(pool(cubes=2), entry(), grants=TWICE), 2),
    ("what is over does not count", with_ledger(pool(), entry(start=NOW - DAY, end=NOW)), 0),
    ("an empty pool", pool(cubes=0), 0),
)  # fmt: skip


@pytest.mark.parametrize(("name", "of", "peak"), PEAKS, ids=[row[0] for row in PEAKS])
def test_the_peak(name: str, of: Pool, peak: int) -> None:
    assert peak_of(sheet(of)) == peak


FAILED = {"health": Health.UNHEALTHY}
BUSY = with_ledger(
    pool(cubes=4, spares=1), entry(), grants={"cube-000": grant(), "cube-001": grant(number=2)}
)
IN_TROUBLE, ASKED = Trouble(NOW), Trouble(NOW - HOUR, failed=NOW)


def busy(held: Grant, *others: str) -> Pool:
    """The same with one unit in use failed, under this grant, and others beside it."""
    ledger = replace(BUSY.ledger, grants={**BUSY.ledger.grants, "cube-000": held})
    return with_units(replace(BUSY, ledger=ledger), "cube-000", *others, **FAILED)


def ended(of: Pool) -> Pool:
    """The same after the window, before anything is taken back."""
    over = dict([entry(start=NOW - DAY, end=NOW)])
    return replace(of, ledger=replace(of.ledger, entries=over))


FIGURES: tuple[tuple[str, Pool, Capacity], ...] = (
    ("an empty pool", pool(cubes=0), Capacity(0, 0, 0, 0, 0, 0)),
    ("nothing promised", pool(cubes=4, spares=1), Capacity(4, 4, 0, 3, 1, 0)),
    ("two of four in use", BUSY, Capacity(4, 4, 2, 1, 1, 0)),
    ("a unit in use failed", busy(lost()), Capacity(4, 3, 2, 0, 1, 0)),
    ("a unit in use is in trouble that may pass", busy(grant(trouble=IN_TROUBLE)), Capacity(4, 4, 2, 1, 1, 0)),
    ("it failed, and its tenant is asked", busy(grant(trouble=ASKED)), Capacity(4, 3, 2, 1, 1, 0)),
    ("it failed, and its window is over", ended(busy(grant(trouble=ASKED))), Capacity(4, 3, 0, 2, 1, 0)),
    ("three failed", busy(lost(), "cube-002", "cube-003"), Capacity(4, 1, 2, 0, 0, 1)),
    ("a unit in use retires", with_units(BUSY, "cube-000", retiring=True), Capacity(4, 4, 2, 1, 1, 0)),
    ("a free unit is cordoned", with_units(BUSY, "cube-003", cordoned=True), Capacity(4, 3, 2, 0, 1, 0)),
    ("a unit is still to come", with_units(BUSY, "cube-003", available=NOW + 1), Capacity(3, 3, 2, 0, 1, 0)),
    ("a free unit's date has come", with_units(BUSY, "cube-003", retires=NOW), Capacity(4, 3, 2, 0, 1, 0)),
    ("a free unit's date is near", with_units(BUSY, "cube-003", retires=NOW + 1), Capacity(4, 4, 2, 1, 1, 0)),
    ("a date has come while in use", with_units(BUSY, "cube-000", retires=NOW), Capacity(4, 4, 2, 1, 1, 0)),
    ("the site lease is over", replace(pool(cubes=4, spares=1), lease_end=NOW), Capacity(4, 0, 0, 0, 0, 0)),
    ("the site lease ends soon", replace(pool(cubes=4, spares=1), lease_end=NOW + 1), Capacity(4, 4, 0, 3, 1, 0)),
    ("one on its way back is past its date", with_units(with_ledger(pool(cubes=4), grants=TWICE), "cube-000",
     retires=NOW), Capacity(4, 3, 0, 2, 0, 0)),
    ("units on their way back", with_ledger(pool(cubes=4), grants=TWICE), Capacity(4, 4, 0, 2, 0, 0)),
    ("promised for later", with_ledger(pool(cubes=4), entry(start=NOW + 1)), Capacity(4, 4, 0, 4, 0, 0)),
)  # fmt: skip


@pytest.mark.parametrize(("name", "of", "figures"), FIGURES, ids=[row[0] for row in FIGURES])
def test_the_pool_in_numbers(name: str, of: Pool, figures: Capacity) -> None:
    assert capacity_of(sheet(of)) == figures


def test_the_first_decision_of_a_turn_about_a_promise_stands() -> None:
    held = with_ledger(pool(), entry())
    board = Board(snapshot(held, promise()))
    board.void_attempts(promise().uid)
    board.swap(replace(promise(), round=7), needs=frozenset({LAKE}))
    (write,) = board.promise_writes()
    assert (write.promise.round, write.needs) == (2, frozenset())


def test_a_new_pool_is_written_once_and_then_only_when_something_changes() -> None:
    write = plan(snapshot(pool(sealed=True))).ledgers[0]
    assert (write.ledger.epoch, write.ledger.as_of, write.ledger.sealed) == (1, NOW, True)
    written = pool(sealed=True, ledger=write.ledger)
    assert plan(snapshot(written, now=NOW + 5, epoch=3)).ledgers == ()


def test_a_seal_once_seen_is_remembered() -> None:
    once = with_ledger(pool(sealed=False), sealed=True)
    write = ledger_write(sheet(once), 1)
    assert write is None or write.ledger.sealed


def test_the_clock_of_a_ledger_never_goes_back() -> None:
    write = ledger_write(sheet(with_ledger(pool(), as_of=NOW + 4)), 2)
    assert write is not None
    assert (write.ledger.as_of, write.ledger.epoch) == (NOW + 4, 2)


def test_a_unit_held_beyond_every_window_is_not_sold_at_once() -> None:
    late = with_ledger(pool(cubes=1), entry(count=1, start=NOW - DAY, end=NOW), grants={"cube-000": grant()})
    assert sheet(late).free(NOW, NOW + 1) == 0
    assert sheet(late).free(NOW + MINUTE, NOW + DAY) == 1


def test_a_pool_that_sells_nothing_has_nothing_free() -> None:
    assert sheet(pool(selling=False)).free(NOW, NOW + DAY) == 0


def wakes(*things: Any, **changes: Any) -> int | None:
    picture: Snapshot = snapshot(*things, **changes)
    found = plan(picture).wake_at
    return None if found is None else found - NOW


LEFT = with_ledger(pool(turn_around=540), grants={"cube-000": grant("o/r", state=RELEASING)})
LATELY = with_ledger(pool(), replaced=(NOW,))
INSTANTS: tuple[tuple[str, tuple[Any, ...], int | None], ...] = (
    ("nothing to wait for", (pool(),), None),
    ("a window opens", (promise(start=NOW + 7),), 7),
    ("a window ends", (promise(),), DAY),
    ("notice is due", (promise(), with_ledger(pool(drain_lead=HOUR), entry())), DAY - HOUR),
    ("an entry ends", (with_ledger(pool(), entry()),), DAY + MINUTE),
    ("supply comes", (with_units(pool(), "cube-000", available=NOW + 7),), 7),
    ("a unit retires", (with_units(pool(), "cube-000", retires=NOW + 7),), 7),
    ("a lease has ended and cleared", (pool(lease_end=NOW),), MINUTE),
    ("a unit should be clean", (LEFT,), 600),
    ("the next replacement is allowed", (LATELY,), 600),
    ("a ledger's clock comes within reach", (with_ledger(pool(), as_of=NOW + 9),), 4),
    ("too little is left of a window", (reservation(start=NOW, end=NOW + DAY),), DAY - 9),
    ("it gets too late for a flexible ask", (reservation(duration=HOUR, latest=NOW + HOUR),), 1),
    ("an end comes within the horizon", (reservation(end=NOW + DAY), tenant(horizon=DAY - 9)), 9),
    ("a record has been kept", (promise(state="Released", ended_at=NOW),), 400 * DAY),
    ("the earliest start comes within the horizon",
     (with_ledger(pool(cubes=2), entry("o/r", end=NOW + HOUR)), reservation(duration=DAY), tenant(horizon=DAY)), HOUR),
)  # fmt: skip


@pytest.mark.parametrize(("name", "things", "instant"), INSTANTS, ids=[row[0] for row in INSTANTS])
def test_the_next_turn_comes_when(name: str, things: tuple[Any, ...], instant: int | None) -> None:
    assert wakes(*things) == instant


def test_an_instant_that_has_come_is_not_waited_for() -> None:
    opened = replace(promise(), start=NOW)
    assert wakes(opened) == DAY
    assert LAKE in snapshot(pool()).pools
