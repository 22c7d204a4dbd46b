"""What the API server refuses to write into a promise object, each beside the same write once its reason is gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest
from tests.documents import changed, edit, promise
from tests.guards.ledgers import beside
from tests.guards.server import PLANNER, Answer, Server


class Write(NamedTuple):
    """A refused change of a promise's spec, its sentence, and the lawful change beside it."""

    what: str
    why: str
    wrong: Mapping[str, Any]
    right: Mapping[str, Any]
    start: Mapping[str, Any]


NEW_ROUND = "a new attempt or state needs a new round"
FORM = "an attempt never changes its form"
STEPS = "a promise is committed, then releasing, then released, and never goes back"
OWNER = "a promise keeps its tenant and reservation"
SHAPE = "a promise in force keeps its accelerator type and topology"
WHOLE = "a committed promise has a window, and whole slices in its pools"
CAUSE = "a promise that is being released says why, and no other does"

BACK = {"state": "Releasing", "cause": "Cancelled"}
BACK_NOW = {**BACK, "round": 3}
RECORD = {**BACK, "state": "Released", "endedAt": 4000}
NOTHING_YET: Mapping[str, Any] = {"state": "None", "attempt": "", "slices": 0, "pools": {}, "window": None}
SECOND = {"attempt": "a2", "round": 3}
FEWER = {"slices": 1, "pools": {"ny.tpu7x-a": 2}}

MOVING = {"moving": {"from": "x.a", "to": "x.b", "grants": [1, 2]}}
TWICE = {"pools": {"x.a": 4, "x.b": 2}, **SECOND}
MOVES = "a slice begins to move only with an attempt of its own"

HALVES = {"pools": {"x.a": 2, "x.b": 2}, **SECOND}
BACKWARDS = {"start": 2, "end": 1}
AGAIN = {"state": "Committed", "round": 3, "cause": ""}

REFUSED = [
    Write("an older round", "rounds only grow", {"round": 1}, {"round": 3}, {}),
    Write("another attempt in one round", NEW_ROUND, {"attempt": "a2"}, SECOND, {}),
    Write("releasing in one round", NEW_ROUND, BACK, BACK_NOW, {}),
    Write(
        "releasing to committed",
        STEPS,
        {"state": "Committed", "round": 3, "cause": ""},
        RECORD,
        BACK,
    ),
    Write("released at once", STEPS, {**RECORD, "round": 3}, BACK_NOW, {}),
    Write("changing a record", "a released promise is a record", {"endedAt": 4001}, {}, RECORD),
    Write("undoing a promise", STEPS, {**NOTHING_YET, "round": 3}, BACK_NOW, {}),
    Write("commit without attempt", "names its attempt", {"attempt": "", "round": 3}, SECOND, {}),
    Write(
        "an attempt of nothing",
        "no attempt is named",
        {"attempt": "a1", "round": 3},
        {"round": 3},
        NOTHING_YET,
    ),
    Write("fewer slices in one attempt", FORM, {**FEWER, "round": 3}, {**FEWER, **SECOND}, {}),
    Write("other pools in one attempt", FORM, {"pools": {"x.b": 4}}, {"pools": {"x.b": 4}, **SECOND}, {}),
    Write("another end in one attempt", FORM, {"window": {"start": 1, "end": 2}}, {"requestedSlices": 3}, {}),
    Write("another tenant", OWNER, {"tenant": "anthropic", "round": 3}, SECOND, {}),
    Write("another reservation", OWNER, {"reservation": "x", "round": 3}, SECOND, {}),
    Write("another namespace", OWNER, {"namespace": "anthropic", "round": 3}, SECOND, {}),
    Write("another type", SHAPE, {"acceleratorType": "h100", **SECOND}, SECOND, {}),
    Write("another topology", SHAPE, {"topology": "4x4x4", **SECOND}, SECOND, {}),
    Write("no topology any more", SHAPE, {"topology": None, **SECOND}, SECOND, {}),
    Write("an older generation", "older form of its reservation", {"generation": 0}, {"generation": 2}, {}),
    Write(
        "half a slice",
        WHOLE,
        {"pools": {"x.a": 3, "x.b": 1}, **SECOND},
        {"pools": {"x.a": 2, "x.b": 2}, **SECOND},
        {},
    ),
    Write(
        "more units than slices", WHOLE, {"pools": {"x.a": 6}, **SECOND}, {"pools": {"x.a": 4}, **SECOND}, {}
    ),
    Write("a slice twice that does not move", WHOLE, TWICE, {**TWICE, **MOVING}, {}),
    Write(
        "a slice that moves to a pool it has nothing of",
        WHOLE,
        {"pools": {"x.a": 6}, **MOVING, **SECOND},
        {"pools": {"x.a": 4}, **MOVING, **SECOND},
        {},
    ),
    Write("a slice that moves in an old attempt", MOVES, {**MOVING, "round": 3}, {**MOVING, **SECOND}, {}),
    Write("no window", WHOLE, {"window": None, **SECOND}, SECOND, {}),
    Write(
        "a window turned round",
        "must end after it starts",
        {"window": {"start": 2, "end": 1}, **SECOND},
        SECOND,
        {},
    ),
    Write("released without cause", CAUSE, {"state": "Releasing", "round": 3}, BACK_NOW, {}),
    Write("a cause while committed", CAUSE, {"cause": "Expired"}, {}, {}),
    Write("a record without its end", "endedAt is said", {"state": "Released"}, RECORD, BACK),
    Write("an unknown field", "unknown field", {"surprise": 1}, {}, {}),
]

ACCEPTED: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = [
    ("commit what was void", {"round": 3}, NOTHING_YET),
    ("give up where nothing is in force", {"round": 3}, NOTHING_YET),
    ("learn the topology before anything is in force", {"topology": "2x2x2", "round": 3}, NOTHING_YET),
    ("end where nothing was in force", BACK_NOW, NOTHING_YET),
    ("promise fewer slices than asked", {**FEWER, **SECOND}, {}),
]


def tried(hub: Server, start: Mapping[str, Any], change: Mapping[str, Any]) -> Answer:
    """What the server says to the planner's change of a stored promise."""
    made = hub.create(promise(**start), PLANNER)
    assert made.message == ""
    new = made.document
    for key, value in change.items():
        new = changed(new, edit("spec", key, value))
    return hub.replace(new, who=PLANNER)


@pytest.mark.parametrize("write", REFUSED, ids=lambda write: write.what)
def test_a_write_is_refused_and_the_lawful_one_beside_it_taken(hub: Server, write: Write) -> None:
    beside(tried(hub, write.start, write.wrong), write.why, tried(hub, write.start, write.right))


@pytest.mark.parametrize(("what", "change", "start"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_taken(hub: Server, what: str, change: Mapping[str, Any], start: Mapping[str, Any]) -> None:
    assert tried(hub, start, change).message == "", what


def test_a_reservation_whose_name_has_dots_can_be_promised(hub: Server) -> None:
    assert hub.create(promise(reservation="pretrain-v1.2"), PLANNER).message == ""
    assert not hub.create(promise(reservation="pretrain/v1"), PLANNER).accepted


def test_a_promise_is_deleted_only_as_a_record(hub: Server) -> None:
    kept = hub.create(promise(), PLANNER).document
    assert "is not released" in hub.delete(kept, PLANNER).message
    record = hub.create(promise(**RECORD), PLANNER).document
    assert hub.delete(record, PLANNER).accepted
