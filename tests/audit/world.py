"""A small lawful world in documents, and the picture an auditor has of it.

Pool lake-mariner.tpu7x-a has six cubes: two are with mistral/pretrain, one is in quarantine, three are free;
acme/eval has a promise of three for later. Pool abernathy.gb300-a has two domains and nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from holdfast.api.door import parse
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.report import PoolReport
from holdfast.api.reservation import CapacityReservation
from holdfast.audit.picture import Picture, SitePicture
from holdfast.cluster.core_objects import Namespace, Node
from holdfast.hardware.instants import text_of

World = dict[str, Any]
Edit = Callable[[World], object]

NOW = 1_800_000_000
PRETRAIN = "11111111-1111-4111-8111-111111111111"
EVAL = "22222222-2222-4222-8222-222222222222"
STRANGER = "33333333-3333-4333-8333-333333333333"
POOL = "lake-mariner.tpu7x-a"
CLEARING = 60 + 1800
OPEN = (NOW - 3600, NOW + 86_400)
LATER = (NOW + 200_000, NOW + 300_000)


def edit(*path: Any) -> Edit:
    """Set what the path names (all but the last) to the last; None removes it."""
    *way, last, value = path

    def change(target: World) -> None:
        for step in way:
            target = target.setdefault(step, {})
        if value is None:
            target.pop(last, None)
        else:
            target[last] = value

    return change


def edits(*several: Edit) -> Edit:
    """All of them, in order."""
    return lambda world: [change(world) for change in several]


def document(kind: str, name: str, spec: World, **more: Any) -> World:
    """A document of ours; `more` beside its spec, `namespace` and `uid` in its metadata."""
    metadata: World = {"name": name}
    metadata |= {key: more.pop(key) for key in ("namespace", "uid") if key in more}
    return {"apiVersion": "holdfast.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec, **more}


def entry(name: str, tenant: str, count: int, window: tuple[int, int]) -> World:
    """A committed entry of attempt a1."""
    return {"reservation": f"{tenant}/{name}", "tenant": tenant, "attempt": "a1", "round": 1, "count": count,
            "from": window[0], "until": window[1] + CLEARING, "state": "Committed"}  # fmt: skip


def grant(number: int, uid: str = PRETRAIN) -> World:
    return {"promise": uid, "grant": number, "state": "Active", "since": NOW - 3000}


def pool() -> World:
    units = {f"cube-{n:03}": {"nodePool": f"tpu7x-a-cube-{n:03}"} for n in range(6)}
    spec = {"datacenter": "lake-mariner", "acceleratorType": "tpu7x", "unitTopology": "4x4x4", "chipsPerUnit": 64,
            "hostsPerUnit": 2, "seal": "lake-mariner", "units": units, "spares": {"count": 1},
            "graceSeconds": 60, "turnAroundSeconds": 1800}  # fmt: skip
    capacity = {"total": 6, "healthy": 5, "promised": 3, "free": 2, "spare": 1, "deficit": 0}
    promises = {PRETRAIN: entry("pretrain", "mistral", 2, OPEN), EVAL: entry("eval", "acme", 3, LATER)}
    dead = {"grant": 3, "state": "Quarantined", "since": NOW - 100}
    ledger = {"epoch": 1, "asOf": NOW - 5, "peak": 3, "granted": 3, "promises": promises, "capacity": capacity,
              "units": {"cube-000": grant(1), "cube-001": grant(2), "cube-002": dead}}  # fmt: skip
    return document("AcceleratorPool", POOL, spec, status=ledger)


def quiet_pool() -> World:
    units = {f"domain-{n:02}": {"nodePool": f"gb300-a-domain-{n:02}"} for n in range(2)}
    spec = {"datacenter": "abernathy", "acceleratorType": "gb300-nvl72", "unitTopology": "1x72", "chipsPerUnit": 72,
            "hostsPerUnit": 18, "seal": "abernathy", "units": units}  # fmt: skip
    return document("AcceleratorPool", "abernathy.gb300-a", spec)


def promise(uid: str, name: str, tenant: str, count: int, window: tuple[int, int]) -> World:
    spec = {"state": "Committed", "attempt": "a1", "round": 2, "tenant": tenant, "namespace": tenant,
            "reservation": name, "generation": 1, "acceleratorType": "tpu7x", "topology": "4x4x4", "slices": count,
            "pools": {POOL: count}, "window": {"start": window[0], "end": window[1]},
            "requestedSlices": count}  # fmt: skip
    return document("CapacityPromise", uid, spec)


def condition(kind: str, reason: str) -> World:
    return {
        "type": kind,
        "status": "True",
        "reason": reason,
        "message": "",
        "lastTransitionTime": text_of(NOW - 60),
    }


def reservation(uid: str, name: str, tenant: str, count: int, window: tuple[int, int]) -> World:
    span = {"start": text_of(window[0]), "end": text_of(window[1])}
    spec = {"acceleratorType": "tpu7x", "topology": "4x4x4", "count": count, "window": span}
    promised = {"slices": count, "pools": [{"name": POOL, "count": count}], **span}
    status = {
        "promised": promised,
        "conditions": [condition("Promised", "Promised")],
        "observedGeneration": 1,
    }
    return document("CapacityReservation", name, spec, namespace=tenant, uid=uid, status=status)


def report() -> World:
    seen = {"health": "Healthy", "hosts": 2, "hostsReady": 2}
    units = {f"cube-{n:03}": dict(seen) for n in range(6)}
    units["cube-000"]["openGrant"], units["cube-001"]["openGrant"] = 1, 2
    units["cube-002"]["health"] = "Unhealthy"
    return document("PoolReport", POOL, {"datacenter": "lake-mariner", "units": units})


def node(name: str, unit: str, uid: str = "none", number: int = 0) -> World:
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
    bound = reservation(PRETRAIN, "pretrain", "mistral", 2, OPEN)
    bound["status"]["conditions"] += [condition("Bound", "Bound"), condition("Ready", "Active")]
    nodes = (node("n0", "cube-000", PRETRAIN, 1), node("n1", "cube-000", PRETRAIN, 1),
             node("n2", "cube-001", PRETRAIN, 2), node("n3", "cube-002", EVAL, 3), node("n4", "cube-003"))  # fmt: skip
    return {
        "pools": {POOL: pool(), "abernathy.gb300-a": quiet_pool()},
        "promises": {PRETRAIN: promise(PRETRAIN, "pretrain", "mistral", 2, OPEN),
                     EVAL: promise(EVAL, "eval", "acme", 3, LATER)},
        "reservations": {PRETRAIN: bound, EVAL: reservation(EVAL, "eval", "acme", 3, LATER)},
        "reports": {POOL: report()},
        "namespaces": {name: {"holdfast.dev/tenant": name} for name in ("mistral", "acme")},
        "nodes": {one["metadata"]["name"]: one for one in nodes},
        "admitted": {"mistral": {f"reservation.holdfast.dev/{PRETRAIN}": ""}},
    }  # fmt: skip


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
