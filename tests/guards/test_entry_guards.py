"""What the API server refuses to write about entries, each beside the same write once its reason is gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.documents import UID, Edit, changed, edit, edits, entry
from tests.guards.ledgers import (
    NOTHING,
    OPEN,
    PREPARED,
    RELEASING,
    Write,
    entry_becomes,
    planned,
    refused_and_beside_it_taken,
    status,
    tried,
)
from tests.guards.server import PLANNER, Server

GOES_BACK = "a newer planner has written this ledger"
STEPS = "a committed promise is released before it is dropped, and never goes back"
SHRINKS = "a committed promise shrinks or ends early only in a newer round"
PREPARATION = "an entry is committed exactly as it was prepared"
OWNER = "an entry keeps its reservation and its tenant"
PEAK = "peak is at least the count of every entry"
ENDED = status("asOf", 3000)
LATER = {"from": 2500}

REFUSED = [
    Write("an older epoch", GOES_BACK, status("epoch", 0), status("epoch", 2)),
    Write("an older clock", GOES_BACK, status("asOf", 999), status("asOf", 1001)),
    Write("a grant counter that falls", GOES_BACK, status("granted", 0), status("granted", 2)),
    Write("a seal seen, then never seen", GOES_BACK, status("sealed", False), NOTHING, {"sealed": True}),
    Write("wiping the ledger", "the ledger cannot be wiped", edit("status", None), NOTHING),
    Write("wiping one map", STEPS, status("promises", {}), entry_becomes(state="Releasing", round=2)),
    Write("leaving out a map", "promises: Required value", status("promises", None), NOTHING),
    Write("dropping a committed promise", STEPS, status("promises", UID, None), NOTHING),
    Write("committed to prepared", STEPS, entry_becomes(state="Prepared", round=2), entry_becomes(round=2)),
    Write("releasing to committed", STEPS, entry_becomes(round=2), status("promises", {}), RELEASING),
    Write("an older round", STEPS, entry_becomes(round=0), entry_becomes(round=2)),
    Write("fewer in one round", SHRINKS, entry_becomes(count=2), entry_becomes(count=2, round=2)),
    Write("later in one round", SHRINKS, entry_becomes(**LATER), entry_becomes(**LATER, round=2)),
    Write("shorter in one round", SHRINKS, entry_becomes(until=2500), entry_becomes(until=2500, round=2)),
    Write(
        "releasing in the same round before its end",
        SHRINKS,
        entry_becomes(state="Releasing"),
        edits(ENDED, entry_becomes(state="Releasing")),
    ),
    Write("another reservation", OWNER, entry_becomes(reservation="anthropic/x"), NOTHING),
    Write("another tenant", OWNER, entry_becomes(tenant="anthropic", round=2), NOTHING),
    Write(
        "committing in the round of the preparation",
        PREPARATION,
        entry_becomes(round=4),
        entry_becomes(round=5),
        PREPARED,
    ),
    Write(
        "committing less than was prepared",
        PREPARATION,
        entry_becomes(round=5, count=2),
        entry_becomes(round=5),
        PREPARED,
    ),
    Write(
        "committing another attempt than was prepared",
        PREPARATION,
        entry_becomes(round=5, attempt="a2"),
        entry_becomes(round=5),
        PREPARED,
    ),
    Write(
        "committing another window than was prepared",
        PREPARATION,
        entry_becomes(round=5, until=3001),
        entry_becomes(round=5),
        PREPARED,
    ),
    Write(
        "notice of a preparation",
        "notice is given of the end of a promise",
        entry_becomes(state="Prepared", round=4, notice=True),
        entry_becomes(notice=True, round=5),
        PREPARED,
    ),
    Write(
        "an entry above peak", PEAK, entry_becomes(count=4), edits(status("peak", 4), entry_becomes(count=4))
    ),
    Write("a peak below an entry that stays as it was", PEAK, status("peak", 2), status("peak", 4)),
    Write("a peak below this moment", "peak is at least", status("peak", 2), status("peak", 4), OPEN),
    Write("a peak above the pool", "the pool cannot become smaller", status("peak", 9), status("peak", 8)),
    Write("an unknown field", "unknown field", status("surprise", 1), NOTHING),
    Write("a count of none", "should be greater than or equal to 1", entry_becomes(count=0), NOTHING),
    Write("a count too large", "should be less than or equal to 256", entry_becomes(count=257), NOTHING),
    Write("a window turned round", "must end after it starts", entry_becomes(until=1), NOTHING),
]

ACCEPTED = [
    ("grow and extend", edits(status("peak", 4), entry_becomes(count=4, until=4000)), {}),
    ("drop a preparation", status("promises", {}), PREPARED),
    ("prepare otherwise", entry_becomes(attempt="a9", state="Prepared", round=0, count=1), PREPARED),
    ("drop a releasing entry without units", status("promises", {}), RELEASING),
    ("no notice where the end moved", entry_becomes(until=4000), {"promises": {UID: entry(notice=True)}}),
    ("forget the peak of a releasing entry", status("peak", 0), RELEASING),
]


@pytest.mark.parametrize("write", REFUSED, ids=str)
def test_a_write_is_refused_and_the_lawful_one_beside_it_taken(hub: Server, write: Write) -> None:
    refused_and_beside_it_taken(hub, write)


@pytest.mark.parametrize(("what", "change", "start"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_taken(hub: Server, what: str, change: Edit, start: Mapping[str, Any]) -> None:
    assert tried(hub, start, change).message == "", what


def test_a_write_on_an_older_version_is_a_conflict(hub: Server) -> None:
    stored = planned(hub, {})
    assert hub.replace(changed(stored, status("epoch", 2)), "/status", PLANNER).accepted
    assert hub.replace(changed(stored, status("epoch", 3)), "/status", PLANNER).status == 409
