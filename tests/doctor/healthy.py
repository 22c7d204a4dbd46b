"""A hub on which nothing is wrong, as documents that a test may change before it is examined."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tests.documents import Document, document, entry, ledger, pool

from holdfast.doctor.checks import examine
from holdfast.doctor.expected import installation
from holdfast.doctor.finding import Ailment
from holdfast.doctor.reading import LISTS, HubReading
from holdfast.hardware.instants import seconds_of, text_of

NOW = seconds_of("2027-01-15T08:00:00Z")
WANTED = installation()
Change = Callable[[dict[str, Any]], None]


def lease(renewed: int = NOW - 5) -> Document:
    """One that somebody holds."""
    return {"metadata": {}, "spec": {"holderIdentity": "a", "renewTime": text_of(renewed)}}


def healthy() -> dict[str, Any]:
    """Every list, by name and object."""
    established = {"conditions": [{"type": "Established", "status": "True"}]}
    site = {"siteKind": "gke", "region": "us", "powerMegawatts": 9, "lifecycle": "Operational"}
    used = {"count/capacityreservations.holdfast.dev": "3"}
    hard = {"count/capacityreservations.holdfast.dev": "200"}
    labelled = {"metadata": {"name": "mistral", "labels": {"holdfast.dev/tenant": "mistral"}}}
    lists: dict[str, Any] = {
        **{name: {} for name in LISTS},
        "customresourcedefinitions": {
            name: {**one, "status": established} for name, one in WANTED.definitions.items()
        },
        "validatingadmissionpolicies": dict(WANTED.policies),
        "validatingadmissionpolicybindings": dict(WANTED.bindings),
        "election": {"holdfast-system/holdfast-planner": lease()},
        "heartbeats": {"holdfast-agents/ny": lease()},
        "datacenters": {"ny": document("Datacenter", "ny", site)},
        "acceleratorpools": {"ny.a": {**pool("ny.a"), "status": ledger(promises={}, granted=0, units={})}},
        "tenants": {"mistral": document("Tenant", "mistral", {"group": "mistral", "entitlements": []})},
        "namespaces": {"mistral": labelled},
        "resourcequotas": {"mistral/holdfast-tenant": {"status": {"hard": hard, "used": used}}},
    }
    return copy.deepcopy(lists)


def examined(*changes: Change, **reading: Any) -> list[Ailment]:
    """What is found once these changes are made."""
    lists = healthy()
    for change in changes:
        change(lists)
    whole = {
        "now": float(NOW),
        "here": float(NOW),
        "version": {"major": "1", "minor": "34"},
        "lists": lists,
        **reading,
    }
    return list(examine(HubReading(**whole), WANTED))


def full(promises: int) -> Document:
    """A ledger with so many entries."""
    return ledger(
        promises={f"p{n}": entry(reservation=f"research/r-{n}") for n in range(promises)}, granted=0, units={}
    )
