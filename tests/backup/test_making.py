"""What is made of a backup: pools with the mark, reservations with their first uid, ledgers word for word."""

from __future__ import annotations

from typing import Any

import pytest
from tests.documents import ledger, pool, promise, reservation

from holdfast.backup.document import Backup
from holdfast.backup.making import ledgers_of, made_of

UID = "11111111-1111-4111-8111-111111111111"
PROMISES, POOLS, ASKS = "capacitypromises", "acceleratorpools", "capacityreservations"


def stored(document: dict[str, Any], **meta: Any) -> dict[str, Any]:
    """A document as an API server has it."""
    own = {"uid": UID, "resourceVersion": "9", "generation": 3, "managedFields": [], **meta}
    return {**document, "metadata": {**document["metadata"], **own}}


def backup(**objects: Any) -> Backup:
    return Backup(
        1_800_000_000, "hub", "9", "0.1.0", {plural: tuple(found) for plural, found in objects.items()}
    )


def one(plural: str, document: dict[str, Any], **others: Any) -> dict[str, Any]:
    """The one object that is made of a document."""
    (made,) = made_of(backup(**{plural: [document], **others}), plural)
    return made


def test_a_pool_is_born_with_the_mark_and_without_the_end_of_an_older_one() -> None:
    marks = {"holdfast.dev/resumed-by": "ada", "recall.holdfast.dev/u1": "ada"}
    made = one(POOLS, stored(pool(), annotations=marks))
    assert made["metadata"]["annotations"]["holdfast.dev/restored"].startswith("2027-01-15T08:00:00Z ")
    assert made["metadata"]["annotations"].keys() == {"holdfast.dev/restored", "recall.holdfast.dev/u1"}
    assert made["metadata"].keys() == {"name", "annotations"}
    assert "status" not in made


def test_a_ledger_is_written_as_it_was_and_its_outages_are_accepted_anew() -> None:
    written = ledger()
    found = ledgers_of(
        backup(acceleratorpools=[{**pool("ny.a"), "status": {**written, "outages": {"a": {}}}}, pool("ny.b")])
    )
    assert found == {"ny.a": written}


def test_a_reservation_keeps_the_uid_it_first_had_however_often_it_is_restored() -> None:
    made = one(ASKS, stored(reservation("mistral", "train")))
    assert made["metadata"]["annotations"] == {"holdfast.dev/first-uid": UID}
    again = one(ASKS, stored(made, uid="another"))
    assert again["metadata"]["annotations"] == {"holdfast.dev/first-uid": UID}


def test_what_was_being_deleted_is_not_made() -> None:
    going = stored(reservation("mistral", "train"), deletionTimestamp="2027-01-15T07:00:00Z")
    assert list(made_of(backup(capacityreservations=[going]), ASKS)) == []


@pytest.mark.parametrize(("answered", "generation"), [(3, 1), (2, 0)])
def test_a_promise_answers_the_first_generation_of_a_reservation_that_it_answered_whole(
    answered: int, generation: int
) -> None:
    asked = stored(reservation("mistral", "train"), generation=3)
    given = promise(UID, generation=answered)
    assert one(PROMISES, given, capacityreservations=[asked])["spec"]["generation"] == generation


def test_a_promise_whose_reservation_is_gone_answers_all_of_it() -> None:
    assert one(PROMISES, promise(UID, generation=5))["spec"]["generation"] == 1
