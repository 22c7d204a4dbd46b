"""What leaves the planner takes only legal steps: every pair of states, held to the table."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from tests.documents import UID, document, entry, grant, ledger, promise

from holdfast.api.door import parse
from holdfast.api.ledger import LedgerDocument
from holdfast.api.legal_steps import ABSENT, ENTRY_STEPS, GRANT_STEPS, PROMISE_STEPS, legal
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.cluster.transport.errors import Refused
from holdfast.hub.legal_writes import check_ledger, check_promise


def with_entry(state: str) -> LedgerDocument:
    return stored(promises={UID: entry(state=state)} if state != ABSENT else {})


def with_unit(state: str) -> LedgerDocument:
    return stored(units={"u0": grant(state=state)} if state != ABSENT else {})


def stored(**over: object) -> LedgerDocument:
    spec = {"datacenter": "ny", "acceleratorType": "tpu7x", "unitTopology": "4x4x4", "chipsPerUnit": 64,
            "hostsPerUnit": 16, "seal": "ny", "units": {"u0": {"nodePool": "np"}}}  # fmt: skip
    pool = parse(AcceleratorPool, {**document("AcceleratorPool", "ny.a", spec), "status": ledger(**over)})
    assert pool.status is not None
    return pool.status


def taken(check: Callable[[Any, Any], None], old: Any, new: Any) -> bool:
    try:
        check(old, new)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(("old", "new"), list(product(ENTRY_STEPS, ENTRY_STEPS)))
def test_an_entry_takes_only_legal_steps(old: str, new: str) -> None:
    assert taken(check_ledger, with_entry(old), with_entry(new)) == legal(ENTRY_STEPS, old, new)


@pytest.mark.parametrize(("old", "new"), list(product(GRANT_STEPS, GRANT_STEPS)))
def test_a_unit_takes_only_legal_steps(old: str, new: str) -> None:
    assert taken(check_ledger, with_unit(old), with_unit(new)) == legal(GRANT_STEPS, old, new)


@pytest.mark.parametrize(("old", "new"), list(product(PROMISE_STEPS, PROMISE_STEPS)))
def test_a_promise_takes_only_legal_steps(old: str, new: str) -> None:
    if new != ABSENT:
        assert taken(check_promise, object_in(old), object_in(new)) == legal(PROMISE_STEPS, old, new)


def test_an_illegal_step_is_told_by_name_and_states() -> None:
    with pytest.raises(
        Refused, match=f"entry {UID} would go from Committed to nothing, which is no legal step"
    ):
        check_ledger(with_entry("Committed"), with_entry(ABSENT))


def test_the_first_ledger_of_a_pool_begins_with_preparations() -> None:
    assert taken(check_ledger, None, with_entry("Prepared"))
    assert not taken(check_ledger, None, with_entry("Committed"))


def object_in(state: str) -> CapacityPromise | None:
    if state == ABSENT:
        return None
    ending = {"cause": "Cancelled"} if state.startswith("Releas") else {}
    record = {"endedAt": 4000} if state == "Released" else {}
    made = promise(state=state, **ending, **record)
    return parse(CapacityPromise, {**made, "metadata": {"name": UID}})
