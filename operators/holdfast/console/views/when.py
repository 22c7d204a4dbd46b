"""When could I have it: a question in the words of a form, and its answer with a manifest to apply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from holdfast.api.door import dump, parse
from holdfast.api.query import AvailabilityQuery, OfferDocument, QueryStatus, reserving
from holdfast.api.yaml_text import text_of as yaml_of
from holdfast.console.views.reservation import Fact, change
from holdfast.hardware.instants import text_of

DAY = 86_400
MOST_OFFERS = 6


@dataclass(frozen=True, slots=True)
class WhenAsked:
    """What the form says. `days` is how long; `earliest` an instant in text, empty for now."""

    namespace: str
    accelerator: str
    topology: str = ""
    count: int = 1
    days: int = 30
    earliest: str = ""
    datacenters: tuple[str, ...] = ()
    across: bool = False


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer, and the manifest that would reserve it."""

    start: int
    end: int
    count: int
    datacenters: tuple[str, ...]
    pools: tuple[str, ...]
    manifest: str


@dataclass(frozen=True, slots=True)
class Offered:
    """The answer: offers, or why there is none and what would help."""

    offers: tuple[OfferLine, ...] = ()
    hold: tuple[Fact, ...] = ()
    helps: tuple[str, ...] = ()
    fault: str = ""


def query_of(question: WhenAsked, name: str) -> AvailabilityQuery:
    """The query it is, as `holdfast when` and kubectl would ask it. Raises ValueError, naming what does not fit."""
    bounds: dict[str, Any] = {"durationSeconds": question.days * DAY}
    if question.earliest:
        bounds["earliestStart"] = question.earliest
    reservation: dict[str, Any] = {
        "acceleratorType": question.accelerator,
        "count": question.count,
        "window": bounds,
        "placement": {
            "datacenters": list(question.datacenters),
            "acrossDatacenters": "Allow" if question.across else "Forbid",
        },
    }
    if question.topology:
        reservation["topology"] = question.topology
    spec = {"answer": "Slots", "maxOffers": MOST_OFFERS, "reservation": reservation}
    metadata = {"name": name, "namespace": question.namespace}
    return parse(AvailabilityQuery, {"kind": "AvailabilityQuery", "metadata": metadata, "spec": spec})


def query_manifest(query: AvailabilityQuery) -> str:
    """The question as an object, for who would rather have the operator answer it."""
    return yaml_of(
        dump(query), "kubectl create -f - : the operator answers in status, and deletes it after a while"
    )


def offered(query: AvailabilityQuery, status: QueryStatus) -> Offered:
    """The planner's answer, for people."""
    if status.hold is None:
        return Offered(offers=tuple(_line(query, offer) for offer in status.offers))
    hold = status.hold
    why = [Fact(hold.reason, hold.message)]
    why += [Fact("in the way", f"{one.kind} {one.name}") for one in hold.blockers]
    if hold.earliest_start is not None:
        why.append(Fact("as asked from", text_of(hold.earliest_start)))
    return Offered(hold=tuple(why), helps=tuple(change(one) for one in hold.relaxations))


def _line(query: AvailabilityQuery, offer: OfferDocument) -> OfferLine:
    return OfferLine(
        offer.start,
        offer.end,
        offer.count,
        offer.datacenters,
        tuple(f"{pool.count} of {pool.name}" for pool in offer.pools),
        manifest(query, offer),
    )


def manifest(query: AvailabilityQuery, offer: OfferDocument, name: str = "reservation") -> str:
    """The CapacityReservation to apply for an offer."""
    document = {
        "apiVersion": query.api_version,
        "kind": "CapacityReservation",
        "metadata": {"name": name, "namespace": query.metadata.namespace},
        "spec": dump(reserving(query.spec.reservation, offer)),
    }
    return yaml_of(document, "An offer holds nothing: apply it to have it promised")
