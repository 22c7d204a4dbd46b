"""From the planner's records to documents: what was read is written again, field by field."""

from __future__ import annotations

from tests.builders import NOW, promise
from tests.hub import documents
from tests.hub.documents import LEDGER, PROMISE, UID

from holdfast.api.door import dump
from holdfast.api.reservation_status import HoldDocument, ReservationStatus
from holdfast.hub.document_writer import ledger_document, promise_document, whole_patch
from holdfast.hub.ledger_reader import ledger_of
from holdfast.hub.record_reader import promise_of
from holdfast.planner.state.ledger import Ledger, PromiseState


def test_a_ledger_survives_the_round_trip() -> None:
    written = ledger_document(ledger_of(documents.pool().status))
    assert dump(written) == LEDGER


def test_an_empty_ledger_is_written_as_one() -> None:
    assert ledger_of(ledger_document(Ledger())) == Ledger()


def test_a_promise_survives_the_round_trip_on_the_version_it_was_decided_on() -> None:
    written = promise_document(promise_of(documents.promise()), "12")
    assert dump(written.spec) == PROMISE
    assert (written.metadata.name, written.metadata.resource_version) == (UID, "12")


def test_a_promise_that_holds_nothing_has_no_window_and_a_new_one_no_version() -> None:
    written = promise_document(promise(state=PromiseState.NONE, slices=0, pools={}), "")
    assert written.spec.window is None
    assert written.metadata.resource_version is None


def test_a_patch_names_what_is_absent_so_that_nothing_older_stays() -> None:
    told = ReservationStatus(hold=HoldDocument(reason="WindowConflict", earliest_start=NOW))
    patch = whole_patch(told)
    assert (patch["promised"], patch["amendment"], patch["healthyUnits"]) == (None, None, None)
    assert patch["hold"]["earliestStart"] == "2027-01-15T08:00:00Z"
    assert whole_patch(ReservationStatus())["hold"] is None
