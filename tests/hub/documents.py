"""Documents of the hub in which every field is set, so that a forgotten one is noticed."""

from __future__ import annotations

from typing import Any

from holdfast.api.datacenter import Datacenter
from holdfast.api.door import parse
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.report import PoolReport
from holdfast.api.reservation import CapacityReservation
from holdfast.api.seal import StackSeal
from holdfast.api.tenant import Tenant

UID = "11111111-1111-4111-8111-111111111111"
POOL, SITE = "lake-mariner.tpu7x-a", "lake-mariner"
BORN = "2027-01-01T00:00:00Z"
Document = dict[str, Any]

LEDGER: Document = {
    "epoch": 7,
    "asOf": 1_800_000_000,
    "peak": 3,
    "granted": 9,
    "sealed": True,
    "replaced": [1_800_000_100],
    "idleOut": {"cube-001": 1_800_000_050},
    "promises": {
        UID: {
            "reservation": "research/pretrain", "tenant": "mistral", "attempt": "a1", "round": 2, "count": 2,
            "from": 1_800_000_100, "until": 1_800_090_000, "state": "Committed", "notice": True,
            "waiting": True, "clearing": 60,
            "parts": [{"from": 1_800_000_100, "until": 1_800_089_940, "count": 2}],
            "next": {"attempt": "a2", "round": 3, "count": 3, "from": 1_800_000_200, "until": 1_800_095_000},
        }
    },
    "units": {
        "cube-000": {
            "promise": UID, "grant": 8, "state": "Active", "since": 1_800_000_100, "replaces": "cube-001",
            "trouble": {
                "since": 1_800_000_110, "times": 2, "failed": 1_800_000_120, "until": 1_800_000_130,
                "swap": 1_800_000_140, "cause": "Recall", "by": "alice@example.com", "ended": 1_800_000_150,
            },
        },
        "cube-001": {"grant": 5, "state": "Quarantined", "since": 1_800_000_050},
    },
    "capacity": {
        "total": 3, "healthy": 2, "promised": 2, "free": 0, "spare": 1, "deficit": 0,
        "deficitAhead": 1, "deficitFrom": "2027-02-01T00:00:00Z",
    },
}  # fmt: skip
PROMISE: Document = {
    "state": "Releasing", "attempt": "a1", "round": 4, "tenant": "mistral", "namespace": "research",
    "reservation": "pretrain", "generation": 3, "acceleratorType": "tpu7x", "topology": "4x4x8", "slices": 1,
    "unitsPerSlice": 2, "pools": {POOL: 2}, "window": {"start": 1_800_000_100, "end": 1_800_089_000},
    "intervals": [{"start": 1_800_000_100, "end": 1_800_089_000, "slices": 1}],
    "moving": {"from": POOL, "to": "lake-mariner.tpu7x-b", "grants": [7, 8]},
    "requestedSlices": 2, "atomic": True, "cause": "Expired", "endedAt": 1_800_099_000,
}  # fmt: skip


def _whole(kind: str, name: str, spec: Document, **meta: Any) -> Document:
    metadata = {"name": name, "resourceVersion": "12", "generation": 5, "creationTimestamp": BORN, **meta}
    return {"apiVersion": "holdfast.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def pool(**meta: Any) -> AcceleratorPool:
    """A pool of three units: there, due, leaving."""
    spec = {
        "datacenter": SITE, "acceleratorType": "tpu7x", "unitTopology": "4x4x4", "chipsPerUnit": 64,
        "hostsPerUnit": 16, "seal": SITE, "spares": {"count": 1}, "drainLeadSeconds": 11, "graceSeconds": 12,
        "turnAroundSeconds": 13, "repairSeconds": 14, "dwellSeconds": 15, "askLimitSeconds": 16,
        "units": {
            "cube-000": {"nodePool": "a-cube-000"},
            "cube-001": {"nodePool": "a-cube-001", "availableFrom": "2027-03-01T00:00:00Z"},
            "cube-002": {"nodePool": "a-cube-002", "retiring": True, "retiredBy": "2028-01-01T00:00:00Z"},
        },
    }  # fmt: skip
    return parse(AcceleratorPool, {**_whole("AcceleratorPool", POOL, spec, **meta), "status": LEDGER})


def report(datacenter: str = SITE) -> PoolReport:
    """What the agent says of them, and what it holds back."""
    seen = {
        "health": "Degraded", "hosts": 16, "hostsReady": 15, "cordoned": True, "openGrant": 8, "cleanGrant": 5,
        "hostsHealthy": 14, "slice": {"name": "s-0", "state": "ACTIVE"},
        "trouble": {"source": "NVSentinel", "reason": "GpuMemWatch", "lasting": True},
        "occupied": False,
        "remediation": {"by": "nvsentinel", "since": "2027-01-01T00:00:00Z", "until": "2027-01-01T01:00:00Z"},
    }  # fmt: skip
    taken = {"reason": "NamespaceTaken", "message": "namespace mistral belongs to somebody else"}
    passing = {"reason": "NamespacePending", "message": "in a moment"}
    spec = {
        "datacenter": datacenter,
        "units": {"cube-000": seen},
        "blocked": {"cube-000": taken, "cube-001": passing},
        "blockedTenants": {"mistral": taken, "chai": passing},
    }
    return parse(PoolReport, _whole("PoolReport", POOL, spec))


def site() -> Datacenter:
    """The datacenter, with a lease and a cluster."""
    spec = {
        "siteKind": "gke", "region": "us-east4", "powerMegawatts": 360, "lifecycle": "Operational",
        "cluster": {"name": "lake", "endpoint": "10.0.0.1"},
        "lease": {"landlord": "TeraWulf", "start": "2026-01-01T00:00:00Z", "end": "2036-01-01T00:00:00Z"},
    }  # fmt: skip
    return parse(Datacenter, _whole("Datacenter", SITE, spec))


def seal(**meta: Any) -> StackSeal:
    """The seal of its stack."""
    return parse(StackSeal, _whole("StackSeal", SITE, {"stack": SITE, "pools": [POOL]}, **meta))


def tenant() -> Tenant:
    """A tenant whose namespaces are not called like it."""
    spec = {
        "group": "mistral-people",
        "entitlements": [{"acceleratorType": "tpu7x", "chips": 128}],
        "horizonSeconds": 86_400,
    }
    return parse(Tenant, _whole("Tenant", "mistral", spec))


def promise() -> CapacityPromise:
    """A promise object on its way to a record."""
    return parse(CapacityPromise, _whole("CapacityPromise", UID, PROMISE))


def reservation(window: Document, **spec: Any) -> CapacityReservation:
    """A reservation in a namespace that is not called like its tenant."""
    asked = {"acceleratorType": "tpu7x", "topology": "4x4x8", "count": 2, "window": window, **spec}
    meta = {"namespace": "research", "uid": UID, "labels": {"holdfast.dev/tenant": "somebody-else"}}
    return parse(CapacityReservation, _whole("CapacityReservation", "pretrain", asked, **meta))
