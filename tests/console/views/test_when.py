from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import DAY, NOW

from holdfast.api.query import OfferDocument, QueryStatus
from holdfast.api.reservation_status import HoldDocument, PromisedPool, RelaxationDocument
from holdfast.console.views.when import WhenAsked, offered, query_manifest, query_of

ASKED = WhenAsked("mistral", "tpu7x", "4x4x8", 4, 30)


def test_a_question_is_the_query_that_anybody_could_ask() -> None:
    query = query_of(replace(ASKED, earliest="2027-02-01T00:00:00Z", across=True), "q")
    asked = query.spec.reservation
    assert (query.spec.answer, asked.count, asked.topology) == ("Slots", 4, "4x4x8")
    assert (asked.window.duration_seconds, asked.window.earliest_start) == (30 * DAY, 1_801_440_000)
    assert "kind: AvailabilityQuery" in query_manifest(query)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"count": 0}, "count"),
        ({"days": 0}, "durationSeconds"),
        ({"accelerator": "<b>"}, "acceleratorType"),
        ({"topology": "8xx"}, "topology"),
        ({"earliest": "soon"}, "earliestStart"),
        ({"count": 10**8}, "count"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        query_of(replace(ASKED, **change), "q")


def test_an_offer_comes_with_the_manifest_that_reserves_it() -> None:
    offer = OfferDocument(start=NOW, end=NOW + DAY, count=4, datacenters=("lake-mariner",),
                          pools=(PromisedPool(name="lake-mariner.tpu7x-a", count=8),))  # fmt: skip
    (line,) = offered(query_of(ASKED, "q"), QueryStatus(offers=(offer,))).offers
    assert (line.start, line.pools) == (NOW, ("8 of lake-mariner.tpu7x-a",))
    assert "kind: CapacityReservation" in line.manifest
    assert 'start: "2027-01-15T08:00:00Z"' in line.manifest


def test_a_no_says_why_and_what_would_help() -> None:
    hold = HoldDocument(reason="WindowConflict", message="taken", earliest_start=NOW,
                        relaxations=(RelaxationDocument(kind="Fewer", count=1),))  # fmt: skip
    found = offered(query_of(ASKED, "q"), QueryStatus(hold=hold))
    assert [fact.term for fact in found.hold] == ["WindowConflict", "as asked from"]
    assert found.helps == ("Fewer: count: 1",)
