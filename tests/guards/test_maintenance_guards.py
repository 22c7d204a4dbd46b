"""What the API server refuses to write about maintenance: in ledgers, and of the windows themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.documents import OTHER, UID, Document, Edit, changed, document, edit, edits, entry, unique
from tests.guards.ledgers import NOTHING, RELEASING, Write, refused_and_beside_it_taken, status, tried
from tests.guards.server import ENGINEER, Server

FORM = "an accepted maintenance window keeps its units, its time and whom it is against"
NAMES = "maintenance of a whole pool is not accepted over a promise that it does not name"
CLEAR = "nothing new is promised from a pool for a time at which all of it is under maintenance"
WORK = "33333333-3333-4333-8333-333333333333"


def outage(**over: Any) -> Document:
    """The whole pool over [3000, 4000), once the one promise is over."""
    return {"name": "work", "from": 3000, "until": 4000, **over}


def out(**over: Any) -> Edit:
    """A ledger that carries it."""
    return status("outages", {WORK: outage(**over)})


def begins(**over: Any) -> Edit:
    """Another promise, prepared, with a peak for both."""
    return edits(status("promises", OTHER, entry(state="Prepared", **over)), status("peak", 6))


STANDING = {"outages": {WORK: outage(units=["u0"], against=[UID])}}
WHOLE = {"outages": {WORK: outage()}}

REFUSED = [
    Write("an outage that ends earlier", FORM, out(units=["u0"], until=3500), NOTHING, STANDING),
    Write("an outage that ends later", FORM, out(units=["u0"], until=4500), status("outages", {}), STANDING),
    Write("an outage of other units", FORM, out(units=["u1"], against=[UID]), NOTHING, STANDING),
    Write("an outage of the whole pool all of a sudden", FORM, out(against=[UID]), NOTHING, STANDING),
    Write("an outage against somebody else", FORM, out(units=["u0"], against=[OTHER]), NOTHING, STANDING),
    Write("maintenance over a promise", NAMES, out(**{"from": 2999}), out()),
    Write("maintenance over the beginning of one", NAMES, out(**{"from": 1, "until": 2001}), out(until=3001)),
    Write(
        "maintenance that names another",
        NAMES,
        out(**{"from": 2999}, against=[OTHER]),
        out(**{"from": 2999}, against=[UID]),
    ),
    Write("a promise over maintenance", CLEAR, begins(until=3001), begins(), WHOLE),
    Write(
        "a promise within maintenance",
        CLEAR,
        begins(**{"from": 3100, "until": 3200}),
        begins(**{"from": 4000, "until": 4100}),
        WHOLE,
    ),
    Write(
        "an outage that ends before it begins", "a window must end after it starts", out(until=3000), out()
    ),
]
ACCEPTED = [
    ("maintenance of some units over a promise", out(**{"from": 2000}, units=["u0"]), {}),
    ("maintenance over what is being released", out(**{"from": 2000}), RELEASING),
    ("a promise beside maintenance of some units", begins(**{"from": 3100, "until": 3200}), STANDING),
    ("an outage leaves", status("outages", None), STANDING),
    (
        "a second beside the first",
        status("outages", "4" + WORK[1:], outage(**{"from": 5000, "until": 6000})),
        WHOLE,
    ),
]


@pytest.mark.parametrize("write", REFUSED, ids=str)
def test_a_write_is_refused_and_the_lawful_one_beside_it_taken(hub: Server, write: Write) -> None:
    refused_and_beside_it_taken(hub, write)


@pytest.mark.parametrize(("what", "change", "start"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_accepted(hub: Server, what: str, change: Edit, start: Mapping[str, Any]) -> None:
    assert tried(hub, start, change).message == "", what


def window(**over: Any) -> Document:
    """A window over the whole of a pool, far ahead."""
    spec = {"pool": "ny.a", "start": "2127-01-04T00:00:00Z", "end": "2127-01-05T00:00:00Z", **over}
    return document(
        "MaintenanceWindow", unique("work"), {key: one for key, one in spec.items() if one is not None}
    )


WRONG = [
    ("no pool", {"pool": None}, "spec.pool: Required value"),
    ("a pool that is no name", {"pool": "everything"}, "spec.pool in body should match"),
    (
        "an end before its start",
        {"end": "2127-01-03T00:00:00Z"},
        "a maintenance window must end after it starts",
    ),
    (
        "longer than five years",
        {"end": "2133-01-04T00:00:00Z"},
        "a maintenance window must end within five years",
    ),
    ("no unit at all", {"units": []}, "spec.units in body should have at least 1 items"),
    ("one unit twice", {"units": ["u0", "u0"]}, "Duplicate value"),
    ("a name without its namespace", {"againstReservations": [{"name": "a"}]}, "namespace: Required value"),
]


@pytest.mark.parametrize(("what", "over", "why"), WRONG, ids=[row[0] for row in WRONG])
def test_a_window_that_cannot_be_is_refused(hub: Server, what: str, over: Document, why: str) -> None:
    assert why in hub.create(window(**over), ENGINEER).message, what
    assert hub.create(window(), ENGINEER).message == ""


MOVED = {"pool": "ny.b", "start": "2127-01-03T00:00:00Z", "end": "2127-01-06T00:00:00Z", "units": ["u0"]}


@pytest.mark.parametrize("field", MOVED)
def test_a_window_is_not_moved_and_may_name_more_reservations(hub: Server, field: str) -> None:
    made = hub.create(window(), ENGINEER).document
    moved = hub.replace(changed(made, edit("spec", field, MOVED[field])), "", ENGINEER)
    assert "pool, units, start and end are immutable: make another maintenance window" in moved.message
    named = edit("spec", "againstReservations", [{"namespace": "mistral", "name": "pretrain"}])
    assert hub.replace(changed(made, named), "", ENGINEER).message == ""
