"""A small sound declaration, and how to change one field of it."""

from __future__ import annotations

import copy
from typing import Any

Declared = dict[str, Any]

SOUND: Declared = {
    "name": "lake-mariner",
    "siteKind": "gke",
    "project": "holdfast-lake-mariner",
    "region": "us-east4",
    "zone": "us-east4-b",
    "powerMegawatts": 360,
    "lifecycle": "Operational",
    "lease": {
        "landlord": "TeraWulf",
        "guarantor": "Google",
        "start": "2026-01-01T00:00:00Z",
        "end": "2036-01-01T00:00:00Z",
    },
    "network": {
        "nodes": "10.0.0.0/20",
        "pods": "10.4.0.0/15",
        "services": "10.8.0.0/20",
        "fabrics": {"h200": "192.168.0.0/17"},
    },
    "cluster": {"releaseChannel": "RAPID", "minimumVersion": "1.35.2-gke.1842000"},
    "systemPool": {"machineType": "n2-standard-8", "nodes": 3},
    "pools": {
        "tpu7x-a": {
            "acceleratorType": "tpu7x",
            "googleReservation": "projects/p/reservations/r/reservationBlocks/b",
            "spares": 1,
            "units": [
                {"ids": "cube-000..cube-002"},
                {"ids": "cube-005", "availableFrom": "2027-01-01T00:00:00Z", "delivered": False},
                {"ids": "cube-007", "retiring": True, "retiredBy": "2027-02-01T00:00:00Z"},
            ],
            "pledges": [
                {"lender": "Macquarie", "facility": "hardware-2026", "until": "2030-01-01T00:00:00Z"}
            ],
        },
        "h200-a": {
            "acceleratorType": "h200",
            "googleReservation": "projects/p/reservations/h/reservationBlocks/b",
            "spares": 1,
            "units": [{"ids": "host-000..host-002"}],
        },
    },
}
REMOVED = object()


def changed(*changes: tuple[str, object]) -> Declared:
    """SOUND with values put at dotted paths; REMOVED takes a field out. List positions are numbers."""
    declared = copy.deepcopy(SOUND)
    for path, value in changes:
        *outer, last = path.split("/")
        at: Any = declared
        for step in outer:
            at = at[int(step)] if isinstance(at, list) else at[step]
        if value is REMOVED:
            del at[last]
        else:
            at[last] = value
    return declared


R = "projects/p/reservations"
TPU, H200 = "pools/tpu7x-a", "pools/h200-a"
SPOT = {"capacity": "spot"}


def pool(kind: str, path: str = "", ids: str = "u-00..u-03", **more: object) -> Declared:
    named = {"googleReservation": f"{R}/{path}"} if path else {}
    return {"acceleratorType": kind, "spares": 0, "units": [{"ids": ids}], **named, **more}


def pools(**declared: Declared) -> tuple[str, object]:
    return ("pools", {name.replace("_", "-"): each for name, each in declared.items()})
