"""Does everybody live who must: the operator, an agent for each datacenter; and do clocks agree with the hub's."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.doctor.expected import Document, Installation
from holdfast.doctor.finding import Ailment, error, warning
from holdfast.doctor.reading import HubReading
from holdfast.hardware.instants import seconds_of
from holdfast.hardware.names import AGENTS_NAMESPACE, ELECTION_LEASE, SYSTEM_NAMESPACE

CLOCK_SECONDS = 5
"""As far as the operator follows a Date (holdfast.cluster.transport.clock)."""
SILENT_SECONDS = 60
"""Leases are renewed every ten seconds and taken for missed after forty; clocks may differ by a few."""


def clocks(seen: HubReading, _: Installation) -> Iterator[Ailment]:
    """Does this machine's clock agree with the hub's, and no renewal lie in the future."""
    if seen.now is None:
        yield warning(
            "clocks", "API server", "sends no Date, so no clock can be judged", "look at what stands between"
        )
        return
    apart = seen.here - seen.now
    if abs(apart) > CLOCK_SECONDS:
        wrong = f"is {abs(apart):.0f} s {'ahead of' if apart > 0 else 'behind'} the API server's"
        yield warning(
            "clocks", "this machine's clock", wrong, "set it (NTP); instants you type mean another time there"
        )
    for name, lease in {**seen.of("election"), **seen.of("heartbeats")}.items():
        ahead = (_renewed(lease) or 0) - seen.now
        if ahead > CLOCK_SECONDS:
            wrong = f"was renewed {ahead:.0f} s in the future: its holder's clock or the API server's is off"
            yield warning(
                "clocks", f"lease {name}", wrong, "set the clocks (NTP) of its holder and of the hub"
            )


def operator(seen: HubReading, _: Installation) -> Iterator[Ailment]:
    """Does an operator lead."""
    if "election" not in seen.unread:
        lease = seen.of("election").get(f"{SYSTEM_NAMESPACE}/{ELECTION_LEASE}")
        remedy = "start `holdfast operator`, and look at its log"
        yield from _lives(
            "operator", "operator", lease, seen, ("nothing is promised, bound or repaired", remedy)
        )


def agents(seen: HubReading, _: Installation) -> Iterator[Ailment]:
    """Does every operational datacenter have an agent that speaks."""
    if "heartbeats" in seen.unread:
        return
    for name, site in seen.of("datacenters").items():
        if site.get("spec", {}).get("lifecycle") == "Operational":
            lease = seen.of("heartbeats").get(f"{AGENTS_NAMESPACE}/{name}")
            remedy = f"start `holdfast agent --datacenter {name}`, and look at its log"
            yield from _lives(
                "agents", f"agent of {name}", lease, seen, ("nothing opens or closes there", remedy)
            )


def _lives(
    area: str, who: str, lease: Document | None, seen: HubReading, meaning: tuple[str, str]
) -> Iterator[Ailment]:
    """Whether it has renewed its Lease; `meaning` is what follows where it has not, and what to do."""
    consequence, remedy = meaning
    renewed = _renewed(lease) if lease is not None else None
    if renewed is None or not (lease or {}).get("spec", {}).get("holderIdentity"):
        yield error(area, who, f"has no Lease, so it has never led or spoken: {consequence}", remedy)
    elif seen.now is not None and seen.now - renewed > SILENT_SECONDS:
        yield error(area, who, f"has been silent for {seen.now - renewed:.0f} s: {consequence}", remedy)


def _renewed(lease: Document) -> int | None:
    try:
        return seconds_of(str(lease.get("spec", {}).get("renewTime")))
    except ValueError:
        return None
