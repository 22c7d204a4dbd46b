"""Documents of Holdfast: lawful as they stand, one edit away from unlawful.

Every builder takes other values by the names they have in the document; None leaves one out.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from typing import Any

Document = dict[str, Any]
Edit = Callable[[Document], object]

UID = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"


def unique(prefix: str = "x") -> str:
    """A name nobody has used."""
    return f"{prefix}{uuid.uuid4().hex[:10]}"


def document(kind: str, name: str, spec: Document, **meta: Any) -> Document:
    """A document of ours."""
    return {
        "apiVersion": "holdfast.dev/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, **meta},
        "spec": spec,
    }


def changed(original: Document, *several: Edit) -> Document:
    """A copy with the edits made, in order."""
    new = copy.deepcopy(original)
    edits(*several)(new)
    return new


def edit(*path: Any) -> Edit:
    """Set what the path names (all but the last) to the last; None removes it."""
    *way, last, value = path

    def change(target: Document) -> None:
        for step in way:
            target = target.setdefault(step, {})
        if value is None:
            target.pop(last, None)
        else:
            target[last] = value

    return change


def edits(*several: Edit) -> Edit:
    """All of them, in order."""
    return lambda target: [change(target) for change in several]


def _but(lawful: Document, over: Document) -> Document:
    return {key: value for key, value in {**lawful, **over}.items() if value is not None}


def entry(**over: Any) -> Document:
    """A committed entry of three units over [2000, 3000)."""
    lawful = {
        "reservation": "research/pretrain-q1",
        "tenant": "mistral",
        "attempt": "a1",
        "round": 1,
        "count": 3,
        "from": 2000,
        "until": 3000,
        "state": "Committed",
    }
    return _but(lawful, over)


def grant(**over: Any) -> Document:
    """The first grant, active in the hands of UID."""
    return _but({"promise": UID, "grant": 1, "state": "Active", "since": 900}, over)


def ledger(**over: Any) -> Document:
    """A ledger at 1000 with one committed entry and no grant."""
    lawful = {"epoch": 1, "asOf": 1000, "peak": 3, "granted": 1, "promises": {UID: entry()}, "units": {}}
    return _but(lawful, over)


def pool(name: str = "", /, **over: Any) -> Document:
    """A pool of eight cubes, not yet planned, in the datacenter its name begins with."""
    name = name or f"ny.{unique()}"
    datacenter = name.partition(".")[0]
    lawful = {
        "datacenter": datacenter,
        "acceleratorType": "tpu7x",
        "unitTopology": "4x4x4",
        "chipsPerUnit": 64,
        "hostsPerUnit": 16,
        "seal": datacenter,
        "units": {f"u{i}": {"nodePool": f"np-u{i}"} for i in range(8)},
    }
    return document("AcceleratorPool", name, _but(lawful, over))


def promise(uid: str = "", /, **over: Any) -> Document:
    """A committed promise of two slices of two units."""
    lawful = {
        "state": "Committed",
        "attempt": "a1",
        "round": 2,
        "tenant": "mistral",
        "namespace": "research",
        "reservation": "pretrain-q1",
        "generation": 1,
        "acceleratorType": "tpu7x",
        "topology": "4x4x8",
        "slices": 2,
        "unitsPerSlice": 2,
        "pools": {"ny.tpu7x-a": 4},
        "window": {"start": 2000, "end": 3000},
        "requestedSlices": 2,
    }
    return document("CapacityPromise", uid or str(uuid.uuid4()), _but(lawful, over))


def reservation(namespace: str = "default", name: str = "", /, **over: Any) -> Document:
    """Two slices over a fixed window far ahead."""
    lawful = {
        "acceleratorType": "tpu7x",
        "topology": "8x8x16",
        "count": 2,
        "window": {"start": "2127-01-04T00:00:00Z", "end": "2127-04-01T00:00:00Z"},
    }
    return document("CapacityReservation", name or unique("r"), _but(lawful, over), namespace=namespace)
