"""What each node should say, and what is changed on it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.agent.site_world import BORN, CHAI, CHIPS, CUBE, MISTRAL, ledger, node

from holdfast.agent.desired import Closed, Desired, Frozen, Open, change_of, desired_for
from holdfast.agent.node_marks import written_grant
from holdfast.agent.obstacle import Obstacle
from holdfast.api.ledger import EMPTY, LedgerDocument
from holdfast.cluster.core_objects import Node
from holdfast.hardware.names import DRAINING_TAINT, GRANT_ANNOTATION, RESERVATION_LABEL, RESERVATION_TAINT

HELD = {"key": RESERVATION_TAINT, "value": MISTRAL, "effect": "NoExecute"}
DRAINING = {"key": DRAINING_TAINT, "value": MISTRAL, "effect": "NoSchedule"}
FOREIGN = {"key": "maintenance", "effect": "NoExecute", "timeAdded": "2027-01-01T00:00:00Z"}


def seen(label: str | None = None, grant: str | None = None, taints: Any = (CHIPS, BORN)) -> Node:
    document = node("host-0", labels={RESERVATION_LABEL: label} if label else {}, taints=list(taints))
    if grant is not None:
        document["metadata"]["annotations"][GRANT_ANNOTATION] = grant
    return msgspec.convert(document, Node)


def book(*grants: tuple[str, str, int, str], **more: Any) -> LedgerDocument:
    return LedgerDocument.model_validate(ledger(*grants, **more))


OPEN, CLOSED = Open(MISTRAL, "mistral", 3), Closed(3)
BORN_CLOSED, OPENED = seen(), seen(MISTRAL, "3", (CHIPS, HELD))
WRITTEN_CLOSED = seen(grant="3")


@pytest.mark.parametrize(
    ("given", "desired"),
    [
        pytest.param((), Closed(), id="a unit the ledger does not name is closed, whatever was written last"),
        pytest.param((CUBE, MISTRAL, 3, "Active"), OPEN, id="an active grant is open for its reservation"),
        pytest.param((CUBE, MISTRAL, 3, "Releasing"), CLOSED, id="a releasing grant is undone by number"),
        pytest.param((CUBE, MISTRAL, 3, "Quarantined"), CLOSED, id="a quarantined grant is undone by number"),
        pytest.param(("cube-001", CHAI, 4, "Active"), Closed(), id="another unit's grant is not this unit's"),
    ],
)
def test_the_ledger_decides_what_the_nodes_should_say(given: Any, desired: Desired) -> None:
    assert desired_for(book(given) if given else EMPTY, CUBE, [BORN_CLOSED]) == desired


def test_notice_adds_draining_and_its_absence_does_not() -> None:
    noticed = desired_for(book((CUBE, MISTRAL, 3, "Active"), notice=True), CUBE, [])
    assert noticed == Open(MISTRAL, "mistral", 3, draining=True)
    assert desired_for(book((CUBE, MISTRAL, 3, "Active")), CUBE, []) == OPEN


def test_a_unit_that_waits_for_other_pools_stays_closed_and_one_that_has_opened_stays_open() -> None:
    waiting = book((CUBE, MISTRAL, 3, "Active"), waiting=True)
    assert desired_for(waiting, CUBE, [BORN_CLOSED]) == Closed()
    assert desired_for(waiting, CUBE, [seen(MISTRAL, "2", (CHIPS, HELD))]) == Closed()
    assert desired_for(waiting, CUBE, [BORN_CLOSED, OPENED]) == OPEN
    released = book((CUBE, MISTRAL, 3, "Releasing"), waiting=True)
    assert desired_for(released, CUBE, [BORN_CLOSED]) == CLOSED


def test_a_ledger_that_went_back_behind_the_nodes_changes_nothing() -> None:
    later = seen(MISTRAL, "7", (CHIPS, HELD))
    assert isinstance(desired_for(book(granted=6), CUBE, [later]), Frozen)
    assert isinstance(desired_for(book((CUBE, CHAI, 3, "Active")), CUBE, [later]), Frozen)
    assert desired_for(book(granted=7), CUBE, [later]) == Closed()


def test_a_grant_to_a_promise_without_an_entry_changes_nothing() -> None:
    whole = book((CUBE, MISTRAL, 3, "Active"))
    assert isinstance(desired_for(whole.model_copy(update={"promises": {}}), CUBE, []), Frozen)


LABELLED, UNLABELLED = {"labels": {RESERVATION_LABEL: MISTRAL}}, {"labels": {RESERVATION_LABEL: None}}
WRITTEN = {"annotations": {GRANT_ANNOTATION: "3"}}
TAINTED, CLOSED_TAINTS = {"taints": [CHIPS, HELD]}, {"taints": [CHIPS, BORN]}


@pytest.mark.parametrize(
    ("node", "desired", "change"),
    [
        pytest.param(BORN_CLOSED, Closed(), {}, id="born closed and free: nothing"),
        pytest.param(
            BORN_CLOSED,
            OPEN,
            {"metadata": {**LABELLED, **WRITTEN}, "spec": TAINTED},
            id="born closed: opened",
        ),
        pytest.param(OPENED, OPEN, {}, id="open already: nothing"),
        pytest.param(
            BORN_CLOSED, CLOSED, {"metadata": WRITTEN}, id="nothing to undo: still written by number"
        ),
        pytest.param(WRITTEN_CLOSED, CLOSED, {}, id="undone already: nothing"),
        pytest.param(OPENED, CLOSED, {"metadata": UNLABELLED, "spec": CLOSED_TAINTS}, id="released: closed"),
        pytest.param(
            OPENED,
            Closed(),
            {"metadata": UNLABELLED, "spec": CLOSED_TAINTS},
            id="open unnamed: closed, grant stays",
        ),
        pytest.param(WRITTEN_CLOSED, Closed(), {}, id="free again: the last grant stays written"),
        pytest.param(
            seen(taints=[CHIPS]),
            Closed(),
            {"spec": CLOSED_TAINTS},
            id="taint taken off a free node: put back",
        ),
        pytest.param(
            seen(MISTRAL, "3", [CHIPS]), OPEN, {"spec": TAINTED}, id="taint taken off an open node: back"
        ),
        pytest.param(
            seen(MISTRAL),
            Closed(),
            {"metadata": UNLABELLED},
            id="a label somebody put on a free node: removed",
        ),
        pytest.param(OPENED, Frozen(Obstacle("GrantUnknown", "why")), {}, id="frozen: nothing"),
    ],
)
def test_a_change_is_exactly_what_is_missing(node: Node, desired: Desired, change: dict[str, Any]) -> None:
    assert change_of(node, desired) == change


def test_draining_is_added_and_taken_away_beside_the_standing_taint() -> None:
    draining = seen(MISTRAL, "3", (CHIPS, HELD, DRAINING))
    noticed = Open(MISTRAL, "mistral", 3, draining=True)
    assert change_of(OPENED, noticed) == {"spec": {"taints": [CHIPS, HELD, DRAINING]}}
    assert change_of(draining, noticed) == {}
    assert change_of(draining, OPEN) == {"spec": TAINTED}


def test_other_peoples_taints_stay_as_they_are_and_in_their_order() -> None:
    change = change_of(seen(taints=(FOREIGN, BORN, CHIPS)), OPEN)
    assert change["spec"]["taints"] == [FOREIGN, CHIPS, HELD]


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("", 0), ("-1", 0), ("1e9", 0), ("9" * 40, 0), ("²", 0)]
)
def test_an_annotation_is_a_grant_only_if_it_is_a_plain_number(text: str, number: int) -> None:
    assert written_grant(seen(grant=text)) == number
