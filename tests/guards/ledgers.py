"""Edits of a ledger: refused ones, each with the lawful one beside it, and how both are tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.documents import UID, Document, Edit, changed, edit, entry, grant, ledger, pool
from tests.guards.server import PLANNER, Answer, Server


@dataclass(frozen=True, slots=True)
class Write:
    """A refused edit of a ledger, the sentence it is refused with, and the lawful edit beside it.

    `start` is what the stored ledger says otherwise than the plain one.
    """

    what: str
    why: str
    wrong: Edit
    right: Edit
    start: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence a test run shows."""
        return self.what


def entry_becomes(**over: Any) -> Edit:
    """The one entry with other values than the plain one."""
    return edit("status", "promises", UID, entry(**over))


def status(*path: Any) -> Edit:
    """An edit below status."""
    return edit("status", *path)


NOTHING = status("epoch", 1)
NEXT = {"attempt": "a2", "round": 1, "count": 2, "from": 2000, "until": 3000}
PREPARED = {"promises": {UID: entry(state="Prepared", round=4)}}
RELEASING = {"promises": {UID: entry(state="Releasing")}}
AMENDING = {"promises": {UID: entry(next=NEXT)}}
ACTIVE = {"units": {"u0": grant()}}
GOING = {"units": {"u0": grant(state="Releasing")}}
QUARANTINED = {"units": {"u0": {"grant": 1, "state": "Quarantined", "since": 900}}}
OPEN = {"asOf": 2000}


def planned(hub: Server, start: Mapping[str, Any]) -> Document:
    """A pool with a ledger, as stored."""
    made = hub.create(pool()).document
    answer = hub.replace({**made, "status": ledger(**start)}, "/status", PLANNER)
    assert answer.message == ""
    return answer.document


def tried(hub: Server, start: Mapping[str, Any], change: Edit) -> Answer:
    """What the server says to the planner's write of one edit."""
    return hub.replace(changed(planned(hub, start), change), "/status", PLANNER)


def refused_and_beside_it_taken(hub: Server, write: Write) -> None:
    """The test of one row: the edit is refused for what it says, and the lawful one is taken."""
    beside(tried(hub, write.start, write.wrong), write.why, tried(hub, write.start, write.right))


def beside(wrong: Answer, why: str, right: Answer) -> None:
    """A refusal in these words, beside an answer to the same write once its reason is gone."""
    assert not wrong.accepted
    assert why in wrong.message
    assert right.message == ""
