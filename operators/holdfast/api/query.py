"""AvailabilityQuery: what a tenant asks before it commits to anything, and the offers that answer it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from holdfast.api.bounds import MAX_DATACENTERS, MAX_POOLS, MAX_SLICES, Counter, DatacenterName, Told
from holdfast.api.conditions import Conditions
from holdfast.api.definition import AGE, Column, Definition, Rule
from holdfast.api.kind import Kind
from holdfast.api.merging import ATOMIC_LIST
from holdfast.api.record import Derived, Record
from holdfast.api.reservation import AcrossDatacenters, PlacementDocument, ReservationSpec, WindowDocument
from holdfast.api.reservation_status import HoldDocument, PromisedPool

MAX_OFFERS = 16
LONGEST_TTL_SECONDS = 86_400


class QuerySpec(Record):
    """What would be reserved, and what is to be known of it."""

    rules: ClassVar[tuple[Rule, ...]] = (Rule("self == oldSelf", "a query is asked once: make a new one"),)

    answer: Literal["Check", "Earliest", "Slots", "LatestEnd"] = Field(
        default="Check",
        description="Check: as asked. Earliest: as soon as possible. Slots: several windows. LatestEnd: as long as "
        "possible.",
    )
    reservation: ReservationSpec = Field(
        description="What would be reserved: the spec of a CapacityReservation."
    )
    max_offers: int = Field(
        default=4, strict=True, ge=1, le=MAX_OFFERS, description="Slots: the most offers wanted."
    )
    ttl_seconds_after_answered: int = Field(
        default=600, strict=True, ge=0, le=LONGEST_TTL_SECONDS,
        description="How long the answered query is kept; then it is deleted.",
    )  # fmt: skip


class OfferDocument(Record):
    """What a reservation of this window would have been promised at the instant of the answer."""

    start: Told = Field(description="When the window begins, a whole slot.")
    end: Told = Field(description="When it ends, a whole slot.")
    count: int = Field(strict=True, ge=1, le=MAX_SLICES, description="Slices, or units without topology.")
    datacenters: tuple[DatacenterName, ...] = Field(
        default=(),
        max_length=MAX_DATACENTERS,
        json_schema_extra=ATOMIC_LIST,
        description="Where they would lie.",
    )
    pools: tuple[PromisedPool, ...] = Field(
        default=(),
        max_length=MAX_POOLS,
        json_schema_extra=ATOMIC_LIST,
        description="In which pools, units each.",
    )


class QueryStatus(Record):
    """The planner's answer, given once; nothing is held for it."""

    observed_generation: Counter = Field(default=0, description="The generation of the spec this answers.")
    answered_at: Told | None = Field(default=None, description="The instant at which the offers were true.")
    conditions: Conditions = Field(default=(), description="Ready: answered, and in one word how.")
    offers: tuple[OfferDocument, ...] = Field(
        default=(), max_length=MAX_OFFERS, json_schema_extra=ATOMIC_LIST, description="The earliest first."
    )
    hold: HoldDocument | None = Field(default=None, description="Why there is no offer, and what would help.")


class AvailabilityQuery(Kind):
    """A question about capacity: answered once by planning it, then deleted. It holds nothing."""

    definition: ClassVar[Definition] = Definition(
        plural="availabilityqueries",
        short_names=("avq",),
        namespaced=True,
        columns=(
            Column("ACCELERATOR", ".spec.reservation.acceleratorType"),
            Column("TOPOLOGY", ".spec.reservation.topology"),
            Column("COUNT", ".spec.reservation.count", "integer"),
            Column("ANSWER", ".spec.answer"),
            Column("STATUS", '.status.conditions[?(@.type=="Ready")].reason'),
            Column("START", ".status.offers[0].start"),
            Column("END", ".status.offers[0].end"),
            Column("EARLIEST", ".status.hold.earliestStart"),
            Column("DATACENTERS", ".status.offers[0].datacenters", wide=True),
            AGE,
        ),
    )
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("size(self.metadata.name) <= 63", "a query's name has at most 63 characters"),
    )

    kind: Literal["AvailabilityQuery"] = "AvailabilityQuery"
    spec: QuerySpec = Field(description="The question.")
    status: Annotated[QueryStatus | None, Derived] = Field(
        default=None, description="The answer; written by the planner."
    )


def reserving(asked: ReservationSpec, offer: OfferDocument) -> ReservationSpec:
    """The ask made for one offer: its window, count and place, all of it wanted."""
    place, across = asked.placement, _across(asked, offer)
    spread = place.max_percent_per_pool if place is not None else None
    return ReservationSpec(
        accelerator_type=asked.accelerator_type,
        topology=asked.topology,
        count=offer.count,
        window=asked.window if _several(asked) else WindowDocument(start=offer.start, end=offer.end),
        placement=PlacementDocument(
            datacenters=offer.datacenters, across_datacenters=across, max_percent_per_pool=spread
        ),
    )


def _across(asked: ReservationSpec, offer: OfferDocument) -> AcrossDatacenters:
    if len(offer.datacenters) <= 1:
        return "Forbid"
    return (
        "Atomic"
        if asked.placement is not None and asked.placement.across_datacenters == "Atomic"
        else "Allow"
    )


def _several(asked: ReservationSpec) -> bool:
    return asked.window.intervals is not None or asked.window.recurrence is not None
