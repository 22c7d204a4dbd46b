"""From the words of `holdfast when` to a query, and from an offer back to a reservation to apply."""

from __future__ import annotations

from typing import Any

from holdfast.api.door import Fault, Misfit, dump, parse
from holdfast.api.query import AvailabilityQuery, OfferDocument, reserving
from holdfast.cli.asked import Answers, Asked
from holdfast.cli.spaces import fit_space
from holdfast.cli.spans import duration_of, instant_of
from holdfast.hardware.instants import LONGEST_SECONDS, SHORTEST_WINDOW_SECONDS, text_of

KEPT_SECONDS = 60
"""An answer is read at once, and the query deleted; this is for a command that was killed meanwhile."""
OPTIONS = {
    "acceleratorType": "--accelerator",
    "topology": "--topology",
    "count": "--count",
    "minCount": "--at-least",
    "window": "--for",
    "placement.datacenters": "--datacenter",
}
"""By which option a field of the reservation is said; instants are looked at before, so of a window --for is left."""
_RESERVATION = "spec.reservation."
ANSWERS = {
    Answers.SLOTS: "Slots",
    Answers.EARLIEST: "Earliest",
    Answers.CHECK: "Check",
    Answers.LATEST_END: "LatestEnd",
}


def query_for(asked: Asked, name: str) -> AvailabilityQuery:
    """The query that asks it. Raises ValueError, which names the option or field that does not fit."""
    fit_space(asked.namespace)
    if asked.at_least is not None and asked.at_least > asked.count:
        raise ValueError(
            f"--at-least {asked.at_least} is more than --count {asked.count}: say fewer, or a larger --count"
        )
    placement = _without_none(
        {
            "datacenters": asked.datacenter or [],
            "acrossDatacenters": "Allow" if asked.across else "Forbid",
            "maxPercentPerPool": asked.max_percent,
        }
    )
    reservation: dict[str, Any] = {
        "acceleratorType": asked.accelerator,
        "topology": asked.topology,
        "count": asked.count,
        "window": window_of(asked),
        "placement": placement,
        "minCount": asked.at_least,
    }
    spec = {
        "answer": ANSWERS[_question(asked)],
        "maxOffers": asked.offers,
        "ttlSecondsAfterAnswered": KEPT_SECONDS,
        "reservation": {key: value for key, value in reservation.items() if value is not None},
    }
    metadata = {"name": name, "namespace": asked.namespace}
    try:
        return parse(AvailabilityQuery, {"kind": "AvailabilityQuery", "metadata": metadata, "spec": spec})
    except Misfit as misfit:
        raise ValueError("; ".join(map(_in_options, misfit.faults))) from misfit


def _in_options(fault: Fault) -> str:
    """A field's fault by the option that says it."""
    field = fault.where.removeprefix(_RESERVATION)
    option = next((option for named, option in OPTIONS.items() if field.startswith(named)), fault.where)
    return f"{option} cannot be used, so nothing was asked: {fault.why} (got {fault.got})"


def _question(asked: Asked) -> Answers:
    """What is to be known: nothing beside a fixed window is offered. Raises ValueError where that is asked for."""
    if not _fixed(asked):
        return asked.answer or Answers.SLOTS
    if asked.answer in (Answers.SLOTS, Answers.EARLIEST):
        raise ValueError(
            f"--answer {asked.answer} looks for other windows than the one that --start and --end fix: "
            "leave --answer out and that one is checked, or say --for with --earliest and --latest"
        )
    return asked.answer or Answers.CHECK


def _fixed(asked: Asked) -> bool:
    """Whether one window is meant, not some time within bounds."""
    return asked.lasting is None or asked.start is not None


def window_of(asked: Asked) -> dict[str, Any]:
    """The window as a document. Raises ValueError where an option is none or the options contradict one another."""
    if (asked.lasting is None) == (asked.end is None):
        raise ValueError("say how long with --for, or until when with --end: one of them")
    if not _fixed(asked):
        return _flexible(asked)
    if asked.earliest or asked.latest:
        raise ValueError(
            "--earliest and --latest go with --for and without --start: a fixed window has no bounds"
        )
    start = instant_of(asked.start, "--start") if asked.start is not None else None
    if asked.end is None:
        return {"start": asked.start, "end": text_of((start or 0) + duration_of(asked.lasting or ""))}
    end = instant_of(asked.end, "--end", up=True)
    if start is not None and not SHORTEST_WINDOW_SECONDS <= end - start <= LONGEST_SECONDS:
        raise ValueError(
            f"--end {asked.end} is no end of what begins at --start {asked.start}: "
            f"say one at least {SHORTEST_WINDOW_SECONDS} seconds and at most five years after it"
        )
    return _without_none({"start": asked.start, "end": asked.end})


def _flexible(asked: Asked) -> dict[str, Any]:
    lasting = duration_of(asked.lasting or "")
    bounds = {"--earliest": asked.earliest, "--latest": asked.latest}
    said = {option: instant_of(text, option) for option, text in bounds.items() if text is not None}
    if len(said) == len(bounds) and said["--latest"] - said["--earliest"] < lasting:
        raise ValueError(
            f"--for {asked.lasting} is longer than what lies between --earliest {asked.earliest} and --latest "
            f"{asked.latest}: widen one of them, or say less"
        )
    return _without_none(
        {"durationSeconds": lasting, "earliestStart": asked.earliest, "latestEnd": asked.latest}
    )


def _without_none(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value is not None}


def reservation_for(query: AvailabilityQuery, offer: OfferDocument, name: str) -> dict[str, Any]:
    """The CapacityReservation to apply for an offer."""
    return {
        "apiVersion": query.api_version,
        "kind": "CapacityReservation",
        "metadata": {"name": name, "namespace": query.metadata.namespace},
        "spec": dump(reserving(query.spec.reservation, offer)),
    }
