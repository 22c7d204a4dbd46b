"""From the words of `holdfast when` to a query, and from an offer back to a reservation to apply."""

from __future__ import annotations

import re
from typing import Any

from holdfast.api.door import dump, parse
from holdfast.api.query import AvailabilityQuery, OfferDocument, reserving
from holdfast.cli.asked import Answers, Asked
from holdfast.hardware.instants import seconds_of, text_of

SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
KEPT_SECONDS = 60
"""An answer is read at once, and the query deleted; this is for a command that was killed meanwhile."""
ANSWERS = {
    Answers.SLOTS: "Slots",
    Answers.EARLIEST: "Earliest",
    Answers.CHECK: "Check",
    Answers.LATEST_END: "LatestEnd",
}


def query_for(asked: Asked, name: str) -> AvailabilityQuery:
    """The query that asks it. Raises ValueError, which names the option or field that does not fit."""
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
    return parse(AvailabilityQuery, {"kind": "AvailabilityQuery", "metadata": metadata, "spec": spec})


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
    """The window as a document. Raises ValueError where the options contradict one another."""
    if (asked.lasting is None) == (asked.end is None):
        raise ValueError("say how long with --for, or until when with --end: one of them")
    if _fixed(asked):
        if asked.earliest or asked.latest:
            raise ValueError(
                "--earliest and --latest go with --for and without --start: a fixed window has no bounds"
            )
        return _without_none({"start": asked.start, "end": asked.end or _end(asked)})
    bounds = {"earliestStart": asked.earliest, "latestEnd": asked.latest}
    return _without_none({"durationSeconds": duration_of(asked.lasting or ""), **bounds})


def duration_of(text: str) -> int:
    """Seconds of 90d, 36h, 30m, 600s or several of these in a row. Raises ValueError."""
    if not re.fullmatch(r"([0-9]+[dhms])+", text):
        raise ValueError(f"--for {text!r} is no duration; for example 90d, 36h or 1d12h")
    return sum(int(number) * SECONDS[unit] for number, unit in re.findall(r"([0-9]+)([dhms])", text))


def _end(asked: Asked) -> str:
    return text_of(seconds_of(asked.start or "") + duration_of(asked.lasting or ""))


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
