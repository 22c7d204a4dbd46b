"""A small lawful world in documents, and the picture an auditor has of it.

Pool lake-mariner.tpu7x-a has six cubes: two are with research/pretrain of tenant mistral, one is in quarantine,
three are free; widgets/eval of tenant acme has a promise of three for later. Pool abernathy.gb300-a has two domains
and nothing to do. On the hub no namespace is called like its tenant; at a site each is.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from tests.builders import LAKE, NOW
from tests.documents import (
    OTHER,
    UID,
    Document,
    changed,
    document,
    edit,
    entry,
    grant,
    ledger,
    pool,
    promise,
    reservation,
)

from holdfast.api.door import parse
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.report import PoolReport
from holdfast.api.reservation import CapacityReservation
from holdfast.audit.picture import Picture, SitePicture
from holdfast.cluster.core_objects import Namespace, Node
from holdfast.hardware.instants import text_of

World = Document

POOL, QUIET = LAKE, "abernathy.gb300-a"
PRETRAIN, EVAL = UID, OTHER
STRANGER = "33333333-3333-4333-8333-333333333333"
CLEARING = 60 + 1800
OPEN = (NOW - 3600, NOW + 86_400)
LATER = (NOW + 200_000, NOW + 300_000)


@dataclass(frozen=True, slots=True)
class Deal:
    """What a reservation, its promise and its entry agree on; a slice is one cube."""

    uid: str
    tenant: str
    namespace: str
    name: str
    count: int
    window: tuple[int, int]

    def entry(self) -> Document:
        """Its entry, of attempt a1."""
        start, end = self.window
        path = f"{self.namespace}/{self.name}"
        span = {"from": start, "until": end + CLEARING}
        return entry(reservation=path, tenant=self.tenant, count=self.count, **span)

    def promise(self) -> Document:
        """Its promise object, of attempt a1."""
        start, end = self.window
        return promise(self.uid, tenant=self.tenant, namespace=self.namespace, reservation=self.name,
                       topology="4x4x4", slices=self.count, unitsPerSlice=1, pools={POOL: self.count},
                       window={"start": start, "end": end}, requestedSlices=self.count)  # fmt: skip

    def reservation(self) -> Document:
        """Itself, told what it is promised."""
        span = {"start": text_of(self.window[0]), "end": text_of(self.window[1])}
        asked = reservation(self.namespace, self.name, topology="4x4x4", count=self.count, window=span)
        promised = {"slices": self.count, "pools": [{"name": POOL, "count": self.count}], **span}
        conditions = [condition("Promised", "Promised")]
        status = {"promised": promised, "conditions": conditions, "observedGeneration": 1}
        return changed(asked, edit("metadata", "uid", self.uid), edit("status", status))


RUNNING = Deal(PRETRAIN, "mistral", "research", "pretrain", 2, OPEN)
DUE = Deal(EVAL, "acme", "widgets", "eval", 3, LATER)


def planned_pool() -> Document:
    """The pool that is used, with its ledger."""
    units = {f"cube-{n:03}": {"nodePool": f"tpu7x-a-cube-{n:03}"} for n in range(6)}
    declared = pool(
        POOL, hostsPerUnit=2, units=units, spares={"count": 1}, graceSeconds=60, turnAroundSeconds=1800
    )
    dead = grant(promise=None, grant=3, state="Quarantined")
    capacity = {"total": 6, "healthy": 5, "promised": 3, "free": 2, "spare": 1, "deficit": 0}
    status = ledger(
        asOf=NOW - 5, granted=3, capacity=capacity,
        promises={deal.uid: deal.entry() for deal in (RUNNING, DUE)},
        units={"cube-000": grant(), "cube-001": grant(grant=2), "cube-002": dead},
    )  # fmt: skip
    return {**declared, "status": status}


def quiet_pool() -> Document:
    """The pool that nobody uses."""
    units = {f"domain-{n:02}": {"nodePool": f"gb300-a-domain-{n:02}"} for n in range(2)}
    return pool(QUIET, acceleratorType="gb300-nvl72", unitTopology="1x72", chipsPerUnit=72, hostsPerUnit=18,
                units=units)  # fmt: skip


def condition(kind: str, reason: str) -> Document:
    return {
        "type": kind,
        "status": "True",
        "reason": reason,
        "message": "",
        "lastTransitionTime": text_of(NOW - 60),
    }


def report() -> Document:
    seen = {"health": "Healthy", "hosts": 2, "hostsReady": 2}
    units = {f"cube-{n:03}": dict(seen) for n in range(6)}
    units["cube-000"]["openGrant"], units["cube-001"]["openGrant"] = 1, 2
    units["cube-002"]["health"] = "Unhealthy"
    return document("PoolReport", POOL, {"datacenter": "lake-mariner", "units": units})


def node(name: str, unit: str, uid: str = "none", number: int = 0) -> Document:
    labels = {"holdfast.dev/pool": POOL, "holdfast.dev/unit": unit}
    taint = {"key": "holdfast.dev/reservation", "value": uid, "effect": "NoExecute"}
    if uid != "none":
        labels["holdfast.node-restriction.kubernetes.io/reservation"] = uid
    annotations = {"holdfast.dev/grant": str(number)} if number else {}
    return {
        "metadata": {"name": name, "labels": labels, "annotations": annotations},
        "spec": {"taints": [taint]},
    }


def a_world() -> World:
    """The documents, by kind and name or uid; lawful as they stand."""
    bound = RUNNING.reservation()
    bound["status"]["conditions"] += [condition("Bound", "Bound"), condition("Ready", "Active")]
    nodes = (node("n0", "cube-000", PRETRAIN, 1), node("n1", "cube-000", PRETRAIN, 1),
             node("n2", "cube-001", PRETRAIN, 2), node("n3", "cube-002", EVAL, 3), node("n4", "cube-003"))  # fmt: skip
    return {
        "pools": {POOL: planned_pool(), QUIET: quiet_pool()},
        "promises": {deal.uid: deal.promise() for deal in (RUNNING, DUE)},
        "reservations": {PRETRAIN: bound, EVAL: DUE.reservation()},
        "reports": {POOL: report()},
        "namespaces": {deal.namespace: {"holdfast.dev/tenant": deal.tenant} for deal in (RUNNING, DUE)},
        "nodes": {one["metadata"]["name"]: one for one in nodes},
        "admitted": {RUNNING.tenant: {f"reservation.holdfast.dev/{PRETRAIN}": ""}},
    }


def picture(world: World) -> Picture:
    """What an auditor sees of it."""
    nodes = tuple(msgspec.convert(one, Node) for one in world["nodes"].values())
    admitted = world["admitted"].items()
    homes = tuple(
        msgspec.convert({"metadata": {"name": n, "labels": labels}}, Namespace) for n, labels in admitted
    )
    return Picture(
        now=NOW,
        pools={key: parse(AcceleratorPool, one) for key, one in world["pools"].items()},
        promises={key: parse(CapacityPromise, one) for key, one in world["promises"].items()},
        reservations={key: parse(CapacityReservation, one) for key, one in world["reservations"].items()},
        reports={key: parse(PoolReport, one) for key, one in world["reports"].items()},
        namespaces=world["namespaces"],
        sites={"lake-mariner": SitePicture(nodes, homes)},
    )
