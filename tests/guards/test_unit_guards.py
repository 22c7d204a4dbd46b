"""A unit in a ledger: granted under a number of its own, inside a window, and released before it is anyone else's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.documents import OTHER, Edit, edits, grant
from tests.guards.ledgers import (
    ACTIVE,
    GOING,
    NEXT,
    NOTHING,
    OPEN,
    PREPARED,
    QUARANTINED,
    RELEASING,
    Write,
    entry_becomes,
    refused_and_beside_it_taken,
    status,
    tried,
)
from tests.guards.server import Server

HANDS = "a unit changes hands only by being released first"
NUMBER = "every grant of a unit has a number of its own"
BINDING = "a unit is granted only to a committed promise whose window has opened"
POSTPONED = "the window of a promise that has units is not postponed"
REPLACES = "a unit replaces another unit of the same promise"
COUNTED = "a replacement is counted at the instant it is given"
TEN_MINUTES = "a replacement counts for ten minutes"
FROM_BIRTH = "a grant names from birth which unit it replaces"
LAST = "a promise is dropped only after its units"
GONE = "a unit that backs a promise cannot be removed"

REMEMBERED = "a unit's trouble is neither forgotten nor begun anew while it lasts"

SINCE = "a unit that nobody has does not work since it was first seen so"
FORGOTTEN = status("replaced", [])


def second(unit: str = "u1", **over: Any) -> Edit:
    """A second grant, of another unit, under the next number."""
    return edits(status("granted", 2), status("units", unit, grant(grant=2, **over)))


def in_place_of(unit: str, *counted: int) -> Edit:
    """A second grant that stands in for another unit, counted at these instants; else at the one of the write."""
    return edits(second(replaces=unit), status("replaced", list(counted) or [2000]))


def later(now: int) -> Edit:
    """Some time later no replacement counts any more."""
    return edits(status("asOf", now), FORGOTTEN)


def unit_is(state: str) -> Edit:
    """The granted unit in another state."""
    return status("units", "u0", "state", state)


EMPTIED = status("units", {})
DEAD = status("units", "u0", {"grant": 1, "state": "Quarantined", "since": 1000})
SERVING = {**OPEN, **ACTIVE}
LATELY = {**SERVING, "replaced": [2000]}

ILL = {"units": {"u0": grant(trouble={"since": 950})}}
WELL = {"units": {"u0": grant(trouble={"since": 950, "ended": 960})}}
NOTHING_WRONG = status("units", "u0", grant())


def trouble(**over: Any) -> Edit:
    """What is judged of the granted unit."""
    return status("units", "u0", "trouble", {"since": 950, **over})


REFUSED = [
    Write(
        "a unit that nobody has out anew",
        SINCE,
        status("idleOut", {"u3": 1900}),
        status("idleOut", {}),
        {"idleOut": {"u3": 950}},
    ),
    Write(
        "dropping a promise before its units",
        LAST,
        status("promises", {}),
        edits(status("promises", {}), EMPTIED),
        {**GOING, **RELEASING},
    ),
    Write(
        "swapping the holder", HANDS, status("units", "u0", "promise", OTHER), unit_is("Releasing"), ACTIVE
    ),
    Write("granting what is being released", HANDS, second("u0", promise=OTHER), EMPTIED, GOING),
    Write("dropping an active unit", HANDS, EMPTIED, unit_is("Releasing"), ACTIVE),
    Write("releasing to active", HANDS, unit_is("Active"), EMPTIED, GOING),
    Write("active to nobody's quarantine", HANDS, DEAD, unit_is("Releasing"), ACTIVE),
    Write("quarantined to active", HANDS, unit_is("Active"), EMPTIED, QUARANTINED),
    Write("another number for a grant", HANDS, second("u0"), second("u1"), SERVING),
    Write("a number given before", NUMBER, status("units", "u1", grant()), second("u1"), OPEN),
    Write("a number beyond the counter", NUMBER, status("units", "u1", grant(grant=2)), second("u1"), OPEN),
    Write("before the window opens", BINDING, second(), edits(status("asOf", 2000), second())),
    Write(
        "to a preparation", BINDING, second(), edits(entry_becomes(round=5), second()), {**PREPARED, **OPEN}
    ),
    Write("to a promise that is released", BINDING, second(), NOTHING, {**RELEASING, **OPEN}),
    Write("to nobody's promise", BINDING, second(promise=OTHER), second(), OPEN),
    Write(
        "before the next form's window opens",
        BINDING,
        edits(second(), entry_becomes(next={**NEXT, "from": 2500})),
        edits(second(), entry_becomes(next=NEXT)),
        OPEN,
    ),
    Write(
        "a window postponed from under its units",
        POSTPONED,
        entry_becomes(next={**NEXT, "from": 2500}),
        entry_becomes(next=NEXT),
        {**ACTIVE, **OPEN},
    ),
    Write("in place of nobody's unit", REPLACES, in_place_of("u5"), in_place_of("u0"), SERVING),
    Write("in place of itself", REPLACES, in_place_of("u1"), in_place_of("u0"), SERVING),
    Write("in place, and not counted", COUNTED, second(replaces="u0"), in_place_of("u0"), SERVING),
    Write("in place, counted at another time", COUNTED, in_place_of("u0", 1999), in_place_of("u0"), SERVING),
    Write("a replacement forgotten at once", TEN_MINUTES, FORGOTTEN, NOTHING, LATELY),
    Write("a replacement forgotten a second too early", TEN_MINUTES, later(2599), later(2600), LATELY),
    Write(
        "a second replacement written over the first",
        TEN_MINUTES,
        edits(status("asOf", 2001), in_place_of("u0", 2001)),
        edits(status("asOf", 2001), in_place_of("u0", 2000, 2001)),
        LATELY,
    ),
    Write("in place, said later", FROM_BIRTH, status("units", "u0", "replaces", "u5"), NOTHING, ACTIVE),
    Write("trouble that lasts, forgotten", REMEMBERED, NOTHING_WRONG, trouble(failed=960), ILL),
    Write("trouble that lasts, begun anew", REMEMBERED, trouble(since=951), trouble(ended=960), ILL),
    Write("trouble before the last was over", REMEMBERED, trouble(since=959), trouble(since=960), WELL),
    Write("a unit the pool does not have", GONE, second("u9"), second("u7"), OPEN),
]

ACCEPTED = [
    ("release a unit", unit_is("Releasing"), ACTIVE),
    ("free a releasing unit", EMPTIED, GOING),
    ("a dead releasing unit into quarantine", DEAD, GOING),
    ("free a quarantined unit", EMPTIED, QUARANTINED),
    ("a unit in trouble is released", unit_is("Releasing"), ILL),
    (
        "a unit in trouble is freed",
        EMPTIED,
        {"units": {"u0": grant(state="Releasing", trouble={"since": 950})}},
    ),
    ("forget what a unit replaced", status("units", "u0", grant()), {"units": {"u0": grant(replaces="u5")}}),
]


@pytest.mark.parametrize("write", REFUSED, ids=str)
def test_a_write_is_refused_and_the_lawful_one_beside_it_taken(hub: Server, write: Write) -> None:
    refused_and_beside_it_taken(hub, write)


@pytest.mark.parametrize(("what", "change", "start"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_taken(hub: Server, what: str, change: Edit, start: Mapping[str, Any]) -> None:
    assert tried(hub, start, change).message == "", what
