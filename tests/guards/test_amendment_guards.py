"""An amendment in a ledger: its next form comes and goes freely, but takes force only whole and in a newer round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.documents import UID, Edit, edits, entry
from tests.guards.ledgers import (
    AMENDING,
    NEXT,
    PREPARED,
    Write,
    entry_becomes,
    refused_and_beside_it_taken,
    status,
    tried,
)
from tests.guards.server import Server

PROMOTION = "a committed entry takes another attempt only as its next form says"
SHRINKS = "a committed promise shrinks or ends early only in a newer round"
ONLY_COMMITTED = "only a committed entry has a next form"
PEAK = "peak is at least the count of every entry"
SPAN = "a window must end after it starts"


def next_is(**over: Any) -> Edit:
    """The entry with a next form."""
    return entry_becomes(next={**NEXT, **over})


def promoted(**over: Any) -> Edit:
    """The entry in its next form, in the newer round."""
    return entry_becomes(**{**NEXT, "round": 2, **over})


REFUSED = [
    Write(
        "a next form of a preparation",
        ONLY_COMMITTED,
        entry_becomes(state="Prepared", round=4, next={**NEXT, "round": 4}),
        entry_becomes(round=5, next={**NEXT, "round": 5}),
        PREPARED,
    ),
    Write(
        "a next form of a releasing entry",
        ONLY_COMMITTED,
        entry_becomes(state="Releasing", round=2, next={**NEXT, "round": 2}),
        entry_becomes(state="Releasing", round=2),
        AMENDING,
    ),
    Write("a next form of an older round", ONLY_COMMITTED, next_is(round=0), next_is(round=1)),
    Write("a next form above peak", PEAK, next_is(count=4), edits(status("peak", 4), next_is(count=4))),
    Write(
        "a next form above peak beside an entry that is over",
        PEAK,
        edits(status("asOf", 3000), next_is(count=4, until=4000)),
        edits(status("asOf", 3000), status("peak", 4), next_is(count=4, until=4000)),
    ),
    Write("a next form turned round", SPAN, next_is(until=1999), next_is(until=2001)),
    Write("an attempt never prepared", PROMOTION, entry_becomes(attempt="a2", round=2), next_is()),
    Write("force in the round of preparation", SHRINKS, promoted(round=1), promoted(), AMENDING),
    Write("force with another count", PROMOTION, promoted(count=1), promoted(), AMENDING),
    Write("force with another end", PROMOTION, promoted(until=2900), promoted(), AMENDING),
    Write("force with another start", PROMOTION, promoted(**{"from": 1900}), promoted(), AMENDING),
    Write("force with another attempt", PROMOTION, promoted(attempt="a3"), promoted(), AMENDING),
    Write(
        "growing into force in the round of preparation",
        PROMOTION,
        entry_becomes(attempt="a2", until=4000),
        entry_becomes(attempt="a2", until=4000, round=2),
        {"promises": {UID: entry(next={**NEXT, "count": 3, "until": 4000})}},
    ),
    Write(
        "shrinking under cover of an amendment",
        SHRINKS,
        entry_becomes(count=2, next=NEXT),
        next_is(count=1),
        AMENDING,
    ),
]

ACCEPTED = [
    ("begin an amendment", next_is(), {}),
    ("give an amendment up", entry_becomes(), AMENDING),
    ("leave a next form that is over uncounted", next_is(count=4, **{"from": 500, "until": 900}), {}),
    ("begin another amendment", next_is(attempt="a3", count=1), AMENDING),
    ("give it up as the round moves on", entry_becomes(round=7), AMENDING),
    ("release during an amendment", entry_becomes(state="Releasing", round=2), AMENDING),
    (
        "take force and amend again",
        entry_becomes(**{**NEXT, "round": 2}, next={**NEXT, "round": 2}),
        AMENDING,
    ),
]


@pytest.mark.parametrize("write", REFUSED, ids=str)
def test_a_write_is_refused_and_the_lawful_one_beside_it_taken(hub: Server, write: Write) -> None:
    refused_and_beside_it_taken(hub, write)


@pytest.mark.parametrize(("what", "change", "start"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_taken(hub: Server, what: str, change: Edit, start: Mapping[str, Any]) -> None:
    assert tried(hub, start, change).message == "", what
