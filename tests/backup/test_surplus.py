"""A promise that has more than its count by what was given after the backup: what goes, and when a person decides."""

from __future__ import annotations

from typing import Any

import pytest
from tests.backup.test_comparing import ENTRY, MARK, MINE, NOW, marked, of
from tests.documents import ledger, pool, promise

from holdfast.api.door import parse
from holdfast.api.ledger import EMPTY
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.backup.comparing import adopted, compare, given_back
from holdfast.backup.found import Comparison

OWN = {"u1": 1, "u2": 2}
PART: dict[str, Any] = {"from": NOW - 100, "until": NOW + 100, "count": 3}
OVER: dict[str, Any] = {"from": NOW - 100, "until": NOW - 50, "count": 2}
NEXT: dict[str, Any] = {
    "attempt": "a2",
    "round": 2,
    "count": 3,
    "from": 1_800_000_000,
    "until": 1_800_090_000,
}


def holding(recalled: tuple[str, ...] = (), replaces: str | None = None, **entry: Any) -> AcceleratorPool:
    """The pool as it was restored: a promise of two units has u1 by grant 1 and u2 by grant 2."""
    units = {
        unit: {"promise": MINE, "grant": number, "state": "Active", "since": NOW - 200}
        for unit, number in OWN.items()
    }
    if replaces:
        units["u2"]["replaces"] = replaces
    status = ledger(granted=5, asOf=NOW - 100, peak=3, promises={MINE: {**ENTRY, **entry}}, units=units)
    bare = marked({**pool("ny.a"), "status": status})
    calls = {f"recall.holdfast.dev/{unit}": "ada" for unit in recalled}
    marks = {**bare.metadata.annotations, **calls}
    return bare.model_copy(update={"metadata": bare.metadata.model_copy(update={"annotations": marks})})


def compared(declared: AcceleratorPool, attempt: str = "a1", **units: dict[str, Any]) -> Comparison:
    """With u3 given after the backup; of u1 and u2 the agent says this, else that they are open."""
    well = {"health": "Healthy", "hosts": 16, "hostsReady": 16}
    seen = {unit: {**well, "openGrant": number} for unit, number in OWN.items()}
    seen["u3"] = {**well, "unaccounted": {"grant": 7, "reservation": MINE}}
    for unit, told in units.items():
        seen[unit] = {**well, **told}
    promises = {MINE: parse(CapacityPromise, promise(MINE, attempt=attempt))}
    return compare([declared], {"ny.a": of(MARK, seen)}, promises, NOW)


CLOSED: dict[str, Any] = {}
BROKEN = {"health": "Unhealthy", "trouble": {"source": "Kubelet", "reason": "NotReady"}}
EMPTY_ONE, BUSY = {**BROKEN, "openGrant": 1, "occupied": False}, {**BROKEN, "occupied": True}


@pytest.mark.parametrize(
    ("declared", "told", "back"),
    [
        pytest.param(holding(), {"u1": CLOSED}, ["u1"], id="the one that is closed"),
        pytest.param(holding(), {"u1": EMPTY_ONE}, ["u1"], id="the one in trouble on which no pod is"),
        pytest.param(holding(), {"u1": EMPTY_ONE, "u2": CLOSED}, ["u2"], id="rather the one that is closed"),
        pytest.param(
            holding(("u2",)), {"u1": CLOSED}, ["u2"], id="rather the one that a person has recalled"
        ),
        pytest.param(holding(count=3), {"u1": CLOSED}, [], id="none, for its count has room for all"),
        pytest.param(holding(count=9), {"u1": CLOSED}, [], id="none, for it is short all the same"),
        pytest.param(holding(replaces="u1"), {"u1": CLOSED}, [], id="none, for one stands in for another"),
        pytest.param(
            holding(parts=[PART]), {"u1": CLOSED}, [], id="none, for this interval has room for all"
        ),
        pytest.param(
            holding(parts=[OVER]), {"u1": CLOSED}, [], id="none, for between intervals all of them go"
        ),
    ],
)
def test_what_a_promise_has_beyond_its_count_goes_where_nobody_is(
    declared: AcceleratorPool, told: dict[str, Any], back: list[str]
) -> None:
    found = compared(declared, **told)
    assert [one.unit for one in found.returns] == back
    assert [one.unit for one in found.adoptions] == ["u3"]
    assert (found.surplus, found.strangers) == ((), ())


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({}, id="all are open"),
        pytest.param({"u1": BUSY}, id="one has a host away, and pods on the others"),
        pytest.param({"u1": {**BUSY, "openGrant": 1}}, id="one is in trouble, and pods are on it"),
    ],
)
def test_where_somebody_may_be_on_each_a_person_says_which_goes(told: dict[str, Any]) -> None:
    found = compared(holding(), **told)
    assert [(one.due, one.beyond, one.units) for one in found.surplus] == [(2, 1, ("u1", "u2", "u3"))]
    assert found.returns == ()
    decided = compared(holding(("u1",)), **told)
    assert [one.unit for one in decided.returns] == ["u1"]
    assert decided.surplus == ()


def test_an_adopted_unit_that_a_person_recalls_is_taken_back_as_a_strangers() -> None:
    found = compared(holding(("u3",)))
    assert [(one.unit, one.free) for one in found.strangers] == [("u3", True)]
    assert (found.adoptions, found.returns, found.surplus) == ((), (), ())
    assert found.numbers == {"ny.a": 7}
    assert [one.unit for one in compared(holding(("u3",), count=3)).adoptions] == ["u3"]


@pytest.mark.parametrize(("attempt", "beyond"), [("a1", [1]), ("a2", [])])
def test_the_count_is_that_of_the_form_which_the_promise_says_is_in_force(
    attempt: str, beyond: list[int]
) -> None:
    found = compared(holding(next=NEXT), attempt)
    assert [one.beyond for one in found.surplus] == beyond


def test_what_goes_is_released_in_the_write_that_adopts_the_other() -> None:
    found, before = compared(holding(), u1=CLOSED), holding().status or EMPTY
    after = adopted(given_back(before, found.returns, NOW), found.adoptions, 7, NOW)
    states = {unit: (given.grant, given.state, given.since) for unit, given in after.units.items()}
    assert states == {"u1": (1, "Releasing", NOW), "u2": (2, "Active", NOW - 200), "u3": (7, "Active", NOW)}
    assert after.units["u1"].promise == MINE
