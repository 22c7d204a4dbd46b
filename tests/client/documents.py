"""What a hub answers a tenant, as documents."""

from __future__ import annotations

from tests.audit.world import PRETRAIN
from tests.documents import Document

SINCE = "2027-01-15T07:00:03Z"


def condition(kind: str, reason: str, status: str = "True", generation: int = 1) -> Document:
    return {
        "type": kind, "status": status, "reason": reason, "message": f"{reason} it is.",
        "observedGeneration": generation, "lastTransitionTime": SINCE,
    }  # fmt: skip


PROMISED: Document = {
    "observedGeneration": 1,
    "conditions": [condition("Promised", "Promised"), condition("Ready", "Scheduled", "False")],
    "promised": {
        "slices": 1,
        "start": "2027-02-01T00:00:00Z",
        "end": "2027-02-02T00:00:00Z",
        "pools": [{"name": "lake-mariner.tpu7x-a", "count": 2}],
    },
}
ACCESS: Document = {
    "datacenter": "lake-mariner",
    "namespace": "mistral",
    "units": 2,
    "nodeSelector": {"holdfast.node-restriction.kubernetes.io/reservation": PRETRAIN},
    "tolerations": [{"key": "holdfast.dev/reservation", "operator": "Equal", "value": PRETRAIN}],
}
ACTIVE: Document = {
    **PROMISED,
    "conditions": [
        condition("Promised", "Promised"),
        condition("Bound", "Bound"),
        condition("Ready", "Active"),
    ],
    "access": [ACCESS],
}
HOLD: Document = {"reason": "ExceedsEntitlement", "message": "Lower count.", "earliestStart": SINCE}
HELD: Document = {
    "observedGeneration": 1,
    "conditions": [
        condition("Ready", "ExceedsEntitlement", "False"),
        condition("Stalled", "ExceedsEntitlement"),
    ],
    "hold": HOLD,
}
OFFER: Document = {
    "start": "2027-02-01T00:00:00Z", "end": "2027-02-02T00:00:00Z", "count": 1, "datacenters": ["abernathy"],
}  # fmt: skip
