"""The laws the planner is tested by refuse and accept what the API server's guards do: one set of tables for both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.documents import Edit, changed, ledger, pool, promise
from tests.guards import (
    test_amendment_guards,
    test_entry_guards,
    test_maintenance_guards,
    test_promise_guards,
    test_unit_guards,
)
from tests.guards.ledgers import Write
from tests.planner.laws import broken_by_ledger, broken_by_promise

from holdfast.api.door import parse
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.hub.ledger_reader import ledger_of
from holdfast.hub.record_reader import PoolParts, pool_of, promise_of

OF_LEDGERS = (test_entry_guards, test_unit_guards, test_amendment_guards, test_maintenance_guards)
REFUSED = [write for module in OF_LEDGERS for write in module.REFUSED]
ACCEPTED = [row for module in OF_LEDGERS for row in module.ACCEPTED]


def broken(start: Mapping[str, Any], change: Edit) -> list[str]:
    """What the laws, or before them the door, say of the planner's write of one edit."""
    before = {**pool(), "status": ledger(**start)}
    known = pool_of(PoolParts(parse(AcceleratorPool, before)))
    try:
        after = parse(AcceleratorPool, changed(before, change))
    except ValueError as refused:
        return [str(refused)]
    return broken_by_ledger(known, ledger_of(after.status))


@pytest.mark.parametrize("write", REFUSED, ids=str)
def test_what_the_server_refuses_of_a_ledger_breaks_a_law(write: Write) -> None:
    assert broken(write.start, write.wrong) != []


@pytest.mark.parametrize("write", REFUSED, ids=str)
def test_the_lawful_write_beside_it_breaks_none(write: Write) -> None:
    assert broken(write.start, write.right) == []


@pytest.mark.parametrize(("what", "change", "start"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_what_the_server_takes_breaks_none(what: str, change: Edit, start: Mapping[str, Any]) -> None:
    assert broken(start, change) == [], what


def amiss(start: Mapping[str, Any], change: Mapping[str, Any]) -> list[str]:
    """What the laws, or before them the door, say of a change of a promise object."""
    stored = promise(**start)
    spec = {key: value for key, value in {**stored["spec"], **change}.items() if value is not None}
    try:
        new = parse(CapacityPromise, {**stored, "spec": spec})
    except ValueError as refused:
        return [str(refused)]
    return broken_by_promise(promise_of(parse(CapacityPromise, stored)), promise_of(new))


@pytest.mark.parametrize("write", test_promise_guards.REFUSED, ids=lambda write: write.what)
def test_what_the_server_refuses_of_a_promise_breaks_a_law(write: test_promise_guards.Write) -> None:
    assert amiss(write.start, write.wrong) != []


@pytest.mark.parametrize("write", test_promise_guards.REFUSED, ids=lambda write: write.what)
def test_the_lawful_change_beside_it_breaks_none(write: test_promise_guards.Write) -> None:
    assert amiss(write.start, write.right) == []


@pytest.mark.parametrize(
    ("what", "change", "start"),
    test_promise_guards.ACCEPTED,
    ids=[row[0] for row in test_promise_guards.ACCEPTED],
)
def test_what_the_server_takes_of_a_promise_breaks_none(
    what: str, change: Mapping[str, Any], start: Mapping[str, Any]
) -> None:
    assert amiss(start, change) == [], what
