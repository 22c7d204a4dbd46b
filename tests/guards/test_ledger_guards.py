"""What the API server refuses to write into a ledger, each beside the same write once its reason is gone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.guards.documents import (
    OTHER,
    UID,
    Edit,
    changed,
    edit,
    edits,
    entry,
    grant,
    ledger,
    pool,
)
from tests.guards.server import PLANNER, Document, Server


@dataclass(frozen=True, slots=True)
class Write:
    """A refused edit of a ledger, the sentence it is refused with, and the lawful edit beside it."""

    what: str
    why: str
    wrong: Edit
    right: Edit
    start: Mapping[str, Any] = field(default_factory=dict)


def entry_becomes(**over: Any) -> Edit:
    """The one entry with other values."""
    return edit("status", "promises", UID, entry(**over))


def status(*path: Any) -> Edit:
    """An edit below status."""
    return edit("status", *path)


NOTHING = entry_becomes()
PREPARED = {"promises": {UID: entry(state="Prepared", round=4)}}
RELEASING = {"promises": {UID: entry(state="Releasing")}}
ACTIVE = {"units": {"u0": grant()}}
GOING = {"units": {"u0": grant(state="Releasing")}}
OPEN = {"asOf": 2000, "promises": {UID: entry()}}
NEXT = {"attempt": "a2", "round": 1, "count": 2, "from": 2000, "until": 3000}
AMENDING = {"promises": {UID: entry(next=NEXT)}}
BOTH_GOING = {**GOING, **RELEASING}

GOES_BACK = "a newer planner has written this ledger"
STEPS = "a committed promise is released before it is dropped, and never goes back"
SHRINKS = "a committed promise shrinks or ends early only in a newer round"
HANDS = "a unit changes hands only by being released first"
NUMBER = "every grant of a unit has a number of its own"
PREPARATION = "an entry is committed exactly as it was prepared"
PROMOTION = "a committed entry takes another attempt only as its next form says"
BINDING = "a unit is granted only to a committed promise whose window has opened"
REPLACES = "a unit replaces another unit of the same promise"
OWNER = "an entry keeps its reservation and its tenant"
PEAK = "peak is at least the count of every entry"

REFUSED = [
    Write("an older epoch", GOES_BACK, status("epoch", 0), status("epoch", 2)),
    Write("an older clock", GOES_BACK, status("asOf", 999), status("asOf", 1001)),
    Write("a grant counter that falls", GOES_BACK, status("granted", 0), status("granted", 2)),
    Write("a seal never seen", GOES_BACK, status("sealed", False), NOTHING, {"sealed": True}),
    Write("wiping the ledger", "the ledger cannot be wiped", edit("status", None), NOTHING),
    Write("wiping one map", STEPS, status("promises", {}), status("promises", {}), RELEASING),
    Write("leaving out a map", "promises: Required value", status("promises", None), NOTHING),
    Write("dropping a committed promise", STEPS, status("promises", UID, None), entry_becomes(state="Releasing", round=2)),
    Write("committed back to prepared", STEPS, entry_becomes(state="Prepared", round=2), entry_becomes(round=2)),
    Write("releasing back to committed", STEPS, entry_becomes(round=2), status("promises", {}), RELEASING),
    Write("an older round", STEPS, entry_becomes(round=0), entry_becomes(round=2)),
    Write("shrinking in the same round", SHRINKS, entry_becomes(count=2), entry_becomes(count=2, round=2)),
    Write("starting later in the same round", SHRINKS, entry_becomes(**{"from": 2500}), entry_becomes(**{"from": 2500}, round=2)),
    Write("ending earlier in the same round", SHRINKS, entry_becomes(until=2500), entry_becomes(until=2500, round=2)),
    Write("releasing in the same round before its end", SHRINKS, entry_becomes(state="Releasing"), edits(status("asOf", 3000), entry_becomes(state="Releasing"))),
    Write("another reservation's name", OWNER, entry_becomes(reservation="anthropic/x"), NOTHING),
    Write("another tenant", OWNER, entry_becomes(tenant="anthropic", round=2), NOTHING),
    Write("committing in the round of the preparation", PREPARATION, entry_becomes(round=4), entry_becomes(round=5), PREPARED),
    Write("committing more than was prepared", PREPARATION, entry_becomes(round=5, count=2), entry_becomes(round=5), PREPARED),
    Write("committing another attempt than was prepared", PREPARATION, entry_becomes(round=5, attempt="a2"), entry_becomes(round=5), PREPARED),
    Write("committing another window than was prepared", PREPARATION, entry_becomes(round=5, until=3001), entry_becomes(round=5), PREPARED),
    Write("notice of a preparation", "notice is given of the end", entry_becomes(state="Prepared", notice=True), entry_becomes(notice=True, round=5), PREPARED),
    Write("a next form of a preparation", "only a committed entry has a next form", entry_becomes(state="Prepared", round=1, next=NEXT), entry_becomes(next=NEXT, round=5) and NOTHING, {}),
    Write("a next form of an older round", "only a committed entry has a next form", entry_becomes(next={**NEXT, "round": 0}), entry_becomes(next=NEXT)),
    Write("a next form above peak", PEAK, entry_becomes(next={**NEXT, "count": 4}), edits(status("peak", 4), entry_becomes(next={**NEXT, "count": 4}))),
    Write("an entry above peak", PEAK, entry_becomes(count=4), edits(status("peak", 4), entry_becomes(count=4))),
    Write("a next form that ends before it starts", "a window must end after it starts", entry_becomes(next={**NEXT, "until": 1999}), entry_becomes(next=NEXT)),
    Write("another attempt that was not prepared", PROMOTION, entry_becomes(attempt="a2", round=2), edits(status("peak", 3), entry_becomes(next=NEXT))),
    Write("promoting in the round of the preparation", SHRINKS, entry_becomes(**{**NEXT, "round": 1}), entry_becomes(**{**NEXT, "round": 2}), AMENDING),
    Write("promoting with another count", PROMOTION, entry_becomes(**{**NEXT, "round": 2, "count": 1}), entry_becomes(**{**NEXT, "round": 2}), AMENDING),
    Write("promoting with another end", PROMOTION, entry_becomes(**{**NEXT, "round": 2, "until": 2900}), entry_becomes(**{**NEXT, "round": 2}), AMENDING),
    Write("promoting with another start", PROMOTION, entry_becomes(**{**NEXT, "round": 2, "from": 1900}), entry_becomes(**{**NEXT, "round": 2}), AMENDING),
    Write("shrinking under cover of an amendment", SHRINKS, entry_becomes(count=2, next=NEXT), entry_becomes(next={**NEXT, "count": 1}), AMENDING),
    Write("dropping a promise before its units", "a promise is dropped only after its units", status("promises", {}), edits(status("promises", {}), status("units", {})), BOTH_GOING),
    Write("swapping a unit's holder", HANDS, status("units", "u0", "promise", OTHER), status("units", "u0", "state", "Releasing"), ACTIVE),
    Write("swapping a releasing unit's holder", HANDS, status("units", "u0", grant(promise=OTHER, grant=2)), status("units", {}), GOING),
    Write("dropping an active unit", HANDS, status("units", {}), status("units", "u0", "state", "Releasing"), ACTIVE),
    Write("a releasing unit back to active", HANDS, status("units", "u0", "state", "Active"), status("units", {}), GOING),
    Write("an active unit into quarantine without its promise", HANDS, status("units", "u0", {"grant": 1, "state": "Quarantined", "since": 1000}), status("units", "u0", "state", "Quarantined"), ACTIVE),
    Write("a quarantined unit back to active", HANDS, status("units", "u0", "state", "Active"), status("units", {}), {"units": {"u0": grant(state="Quarantined")}}),
    Write("a grant number given before", NUMBER, status("units", "u1", grant()), edits(status("granted", 2), status("units", "u1", grant(grant=2))), OPEN),
    Write("a grant number beyond the counter", NUMBER, status("units", "u1", grant(grant=2)), edits(status("granted", 2), status("units", "u1", grant(grant=2))), OPEN),
    Write("changing a grant's number", HANDS, edits(status("granted", 2), status("units", "u0", "grant", 2)), NOTHING, ACTIVE),
    Write("binding before the window opens", BINDING, edits(status("granted", 2), status("units", "u0", grant(grant=2))), edits(status("granted", 2), status("asOf", 2000), status("units", "u0", grant(grant=2)))),
    Write("binding to a preparation", BINDING, edits(status("granted", 2), status("units", "u0", grant(grant=2))), edits(status("granted", 2), entry_becomes(round=5), status("units", "u0", grant(grant=2))), {**PREPARED, "asOf": 2000}),
    Write("binding to nobody's promise", BINDING, edits(status("granted", 2), status("units", "u0", grant(grant=2, promise=OTHER))), edits(status("granted", 2), status("units", "u0", grant(grant=2))), OPEN),
    Write("replacing a unit of nobody", REPLACES, edits(status("granted", 2), status("units", "u1", grant(grant=2, replaces="u5"))), edits(status("granted", 2), status("units", "u1", grant(grant=2, replaces="u0"))), {**OPEN, **ACTIVE}),
    Write("replacing itself", REPLACES, edits(status("granted", 2), status("units", "u1", grant(grant=2, replaces="u1"))), edits(status("granted", 2), status("units", "u1", grant(grant=2, replaces="u0"))), {**OPEN, **ACTIVE}),
    Write("inventing afterwards what a unit replaces", "a grant names from birth", status("units", "u0", "replaces", "u5"), NOTHING, ACTIVE),
    Write("granting a unit the pool does not have", "a unit that backs a promise cannot be removed", edits(status("granted", 2), status("units", "u9", grant(grant=2))), edits(status("granted", 2), status("units", "u7", grant(grant=2))), OPEN),
    Write("a peak below what is promised for now", "peak is at least", status("peak", 2), status("peak", 4), OPEN),
    Write("a peak above the pool", "cannot become smaller than what is promised", status("peak", 9), status("peak", 8)),
    Write("an unknown field", "unknown field", status("surprise", 1), NOTHING),
    Write("a count of none", "should be greater than or equal to 1", entry_becomes(count=0), NOTHING),
    Write("a count beyond every pool", "should be less than or equal to 256", entry_becomes(count=257), NOTHING),
]  # fmt: skip

ACCEPTED = [
    ("grow and extend", edits(status("peak", 4), entry_becomes(count=4, until=4000)), {}),
    ("drop a preparation", status("promises", {}), PREPARED),
    ("replace a preparation by another", entry_becomes(attempt="a9", state="Prepared", round=0, count=1), PREPARED),
    ("drop a releasing entry without units", status("promises", {}), RELEASING),
    ("begin an amendment", entry_becomes(next=NEXT), {}),
    ("give an amendment up", entry_becomes(), AMENDING),
    ("begin another amendment", entry_becomes(next={**NEXT, "attempt": "a3"}), AMENDING),
    ("release during an amendment", entry_becomes(state="Releasing", round=2), AMENDING),
    ("release a unit", status("units", "u0", "state", "Releasing"), ACTIVE),
    ("free a releasing unit", status("units", {}), GOING),
    ("a dead releasing unit into quarantine", status("units", "u0", {"grant": 1, "state": "Quarantined", "since": 1000}), GOING),
    ("free an empty quarantined unit", status("units", {}), {"units": {"u0": {"grant": 1, "state": "Quarantined", "since": 900}}}),
    ("take notice back when the end moves", edits(entry_becomes(until=4000)), {"promises": {UID: entry(notice=True)}}),
    ("forget the peak of a releasing entry", status("peak", 0), RELEASING),
]  # fmt: skip


def planned(hub: Server, start: Mapping[str, Any]) -> Document:
    """A pool with a ledger, as stored."""
    made = hub.create(pool()).document
    answer = hub.replace({**made, "status": ledger(**start)}, "/status", PLANNER)
    assert answer.accepted, answer.message
    return answer.document


@pytest.mark.parametrize("write", REFUSED, ids=[write.what for write in REFUSED])
def test_the_ledger_refuses(hub: Server, write: Write) -> None:
    stored = planned(hub, write.start)
    answer = hub.replace(changed(stored, write.wrong), "/status", PLANNER)
    assert not answer.accepted
    assert write.why in answer.message


@pytest.mark.parametrize("write", REFUSED, ids=[write.what for write in REFUSED])
def test_the_ledger_takes_the_lawful_write_beside_it(hub: Server, write: Write) -> None:
    stored = planned(hub, write.start)
    answer = hub.replace(changed(stored, write.right), "/status", PLANNER)
    assert answer.message == ""


@pytest.mark.parametrize(("what", "change", "start"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_the_ledger_takes(hub: Server, what: str, change: Edit, start: Mapping[str, Any]) -> None:
    answer = hub.replace(changed(planned(hub, start), change), "/status", PLANNER)
    assert answer.message == "", what


def test_a_write_on_an_older_version_is_a_conflict(hub: Server) -> None:
    stored = planned(hub, {})
    assert hub.replace(changed(stored, status("epoch", 2)), "/status", PLANNER).accepted
    assert hub.replace(changed(stored, status("epoch", 3)), "/status", PLANNER).status == 409
