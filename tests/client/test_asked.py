"""An ask and its form on the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from holdfast.api.door import dump
from holdfast.api.query import OfferDocument, reserving
from holdfast.api.reservation import ReservationSpec
from holdfast.client import Ask, Fixed, Flexible, Offer, Several
from holdfast.client.asked import ask_of, spec_of
from holdfast.client.reading import Fields

START, END = datetime(2027, 1, 4, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)
ASKS = [
    Ask(accelerator="gb300", window=Fixed(END)),
    Ask(accelerator="tpu7x", topology="4x4x8", count=2, at_least=1, window=Fixed(END, START)),
    Ask(accelerator="tpu7x", window=Flexible(timedelta(days=30), START, END), datacenters=("a", "b"),
        across_datacenters=True, max_percent_per_pool=50),
    Ask(accelerator="tpu7x", count=8, window=Fixed(END), across_datacenters=True, atomic=True),
    Ask(accelerator="tpu7x", count=4, window=Several(
        {"intervals": [{"start": "2027-01-04T00:00:00Z", "end": "2027-02-01T00:00:00Z", "count": 2}]})),
    Ask(accelerator="tpu7x", window=Several({"recurrence": {
        "weekdays": ["Monday"], "startTime": "20:00", "durationSeconds": 3600, "timeZone": "UTC", "count": 3}})),
]  # fmt: skip


@pytest.mark.parametrize("ask", ASKS)
def test_an_ask_is_read_back_as_it_was_written_and_is_what_the_operator_reads(ask: Ask) -> None:
    spec = spec_of(ask)
    assert ask_of(Fields("spec", spec)) == ask
    assert dump(ReservationSpec.model_validate(spec)) == spec


def test_a_fraction_of_a_second_is_given_up_towards_the_outside() -> None:
    half = timedelta(milliseconds=500)
    spec = spec_of(Ask(accelerator="tpu7x", window=Fixed(END + half, START + half)))
    assert spec["window"] == {"start": "2027-01-04T00:00:00Z", "end": "2027-04-01T00:00:01Z"}


def test_an_instant_of_another_zone_is_the_same_instant() -> None:
    zone = timezone(timedelta(hours=1))
    ask = Ask(accelerator="tpu7x", window=Fixed(END.astimezone(zone), START.astimezone(zone)))
    assert spec_of(ask) == spec_of(replace(ask, window=Fixed(END, START)))


def test_an_instant_without_a_zone_is_refused_by_field_value_and_remedy() -> None:
    ask = Ask(accelerator="tpu7x", window=Fixed(END, START.replace(tzinfo=None)))
    with pytest.raises(
        ValueError, match=r"window\.start 2027-01-04T00:00:00 has no time zone.*tzinfo="
    ) as raised:
        spec_of(ask)
    assert "nothing was asked" in str(raised.value)


@pytest.mark.parametrize("places", [("a",), ("a", "b")])
def test_an_offer_is_taken_as_the_command_line_takes_it(places: tuple[str, ...]) -> None:
    ask = ASKS[1]
    told = OfferDocument.model_validate({"start": "2027-02-01T00:00:00Z", "end": "2027-02-02T00:00:00Z",
                                         "count": 1, "datacenters": places})  # fmt: skip
    offer = Offer(START.replace(month=2, day=1), START.replace(month=2, day=2), 1, places)
    theirs = dump(reserving(ReservationSpec.model_validate(spec_of(ask)), told))
    assert spec_of(offer.ask(ask)) == theirs
