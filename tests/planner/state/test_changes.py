"""Whose changes one ledger write carries: givers come first, and any first few of them are a ledger of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import entry, form, grant, pool, reservation, snapshot, uid, with_ledger, with_units
from tests.planner.invariants import oversubscribed

from holdfast.planner.plan import plan
from holdfast.planner.state.changes import NOBODY, movers, partly
from holdfast.planner.state.ledger import EntryState, GrantState, Ledger, Outage
from holdfast.planner.state.ledger_write import ledger_write
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Pool
from holdfast.planner.state.steps import LedgerWrite

A, Z = "mistral/a", "mistral/z"


def exchanged(leaves: str, comes: str) -> tuple[Pool, LedgerWrite]:
    """A pool of two units whose one holder leaves in the same write in which another comes."""
    before = with_ledger(pool(cubes=2), entry(leaves, state=EntryState.RELEASING))
    after = Sheet(before, snapshot(before).now, dict([entry(comes, state=EntryState.PREPARED)]), {}, 0)
    write = ledger_write(after, 1)
    assert write is not None
    return before, write


@pytest.mark.parametrize(("leaves", "comes"), [(A, Z), (Z, A)])
def test_who_leaves_comes_before_who_takes_whatever_their_names(leaves: str, comes: str) -> None:
    before, write = exchanged(leaves, comes)
    assert movers(before.ledger, write.ledger) == (uid(leaves), uid(comes))


def test_of_two_who_amend_the_one_that_takes_a_unit_comes_last() -> None:
    old = Ledger(entries=dict([entry(A), entry(Z)]))
    new = Ledger(entries=dict([entry(A), entry(Z, notice=True)]), grants={"cube-000": grant(A)}, granted=1)
    assert movers(old, new) == (uid(Z), uid(A))


def test_a_form_that_is_new_takes_and_one_that_is_dropped_gives() -> None:
    next_form = form(3, attempt="x", round=1)
    old = Ledger(entries=dict([entry(Z, next=next_form), entry(A)]))
    new = Ledger(entries=dict([entry(Z), entry(A, next=next_form)]))
    assert movers(old, new) == (uid(Z), uid(A))


def test_a_part_keeps_everything_of_those_left_out_as_it_was() -> None:
    before, write = exchanged(Z, A)
    part = partly(before, write, {uid(Z)})
    assert part is not None
    assert (part.ledger.entries, part.resource_version) == ({}, write.resource_version)
    nothing = partly(before, write, ())
    assert nothing is None or nothing.ledger.entries == before.ledger.entries


def test_accepted_maintenance_is_a_change_of_its_own_that_is_kept_or_left_out() -> None:
    before = with_ledger(pool(cubes=2), outages={"kept": Outage("kept", 5, 9), "over": Outage("over", 1, 2)})
    after = Sheet.of(before, snapshot(before).now)
    after.put_back("over")
    after.take_out("new", Outage("new", 10, 19))
    write = ledger_write(after, 1)
    assert write is not None
    assert movers(before.ledger, write.ledger) == ("over", "new")
    part = partly(before, write, {"over"})
    assert part is not None
    assert part.ledger.outages.keys() == {"kept"}


def test_a_quarantined_unit_that_is_free_again_is_nobodys_change() -> None:
    dead = grant(None, 3, state=GrantState.QUARANTINED)
    held = with_units(with_ledger(pool(), grants={"cube-000": dead}, granted=3), "cube-000", clean_grant=3)
    (write,) = plan(snapshot(held, reservation())).ledgers
    assert movers(held.ledger, write.ledger) == (NOBODY, uid("mistral/pretrain"))


def test_every_first_few_promise_no_more_than_there_is() -> None:
    before, write = exchanged(Z, A)
    names = movers(before.ledger, write.ledger)
    parts = [partly(before, write, names[:count]) for count in range(len(names) + 1)]
    for part in parts:
        if part is not None:
            assert list(oversubscribed(before.ledger, replace(before, ledger=part.ledger))) == []
    assert parts[-1] == write
