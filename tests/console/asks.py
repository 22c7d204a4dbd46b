"""What tenants have asked for in the fleet of tests.console.world, and what was answered; maintenance, and an event."""

from __future__ import annotations

import uuid

from tests.builders import DAY, HOUR, NOW
from tests.documents import Document, document

from holdfast.hardware.instants import text_of

HOSTILE = "<img src=x onerror=\"document.title='owned'\"> \u202etxet </script><script>document.title='owned'</script>"
LAKE, RACKS, ABERNATHY, NEXT = (
    "lake-mariner.tpu7x-a",
    "lake-mariner.gb300-a",
    "abernathy.tpu7x-a",
    "abernathy.gb300-b",
)
LONG = "t" + "-x" * 31
TENANTS = {"mistral": "mistral", "anthropic": "anthropic", "acme": "acme", LONG: LONG}

DEALS: dict[str, tuple[str, int, int, int]] = {
    "mistral/pretrain-q1": (LAKE, 8, -20, 75),
    "acme/finetune": (LAKE, 4, -3, 12),
    "anthropic/eval": (LAKE, 6, 14, 45),
    "mistral/ablations": (LAKE, 5, 20, 34),
    "anthropic/rl-spring": (LAKE, 14, 80, 150),
    f"{LONG}/long": (RACKS, 3, -1, 30),
    "acme/serving": (RACKS, 5, -40, 140),
    "anthropic/pretrain": (ABERNATHY, 12, -10, 90),
    "mistral/next": (NEXT, 9, 40, 130),
}
"""Reservation to pool, units, first and last day from now."""


def uid(label: str) -> str:
    """The uid of a reservation."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, label))


def condition(kind: str, status: str, reason: str, message: str = "") -> Document:
    """A condition."""
    since = text_of(NOW - 3 * HOUR)
    return {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": since}


def promise(label: str, where: str, units: int, first: int, last: int) -> Document:
    """The promise object of a deal."""
    namespace, _, name = label.partition("/")
    spec = {
        "state": "Committed", "attempt": "a1", "round": 2, "tenant": TENANTS[namespace], "namespace": namespace,
        "reservation": name, "generation": 1, "acceleratorType": accelerator_of(where), "slices": units,
        "pools": {where: units}, "window": {"start": NOW + first * DAY, "end": NOW + last * DAY},
        "requestedSlices": units,
        **topology_of(where),
    }  # fmt: skip
    return document(
        "CapacityPromise", uid(label), spec, creationTimestamp=text_of(NOW + min(first, 0) * DAY - 2 * DAY)
    )


def topology_of(where: str) -> Document:
    """A slice is one unit; racks are asked for as such."""
    return {} if "gb300" in where else {"topology": "4x4x4"}


def accelerator_of(where: str) -> str:
    """What a pool has."""
    return "gb300-nvl72" if "gb300" in where else "tpu7x"


def reservations() -> list[Document]:
    """One for each deal, and one that waits."""
    return [*(reservation(label, *deal) for label, deal in DEALS.items()), huge()]


WORDS: dict[str, tuple[str, str, str]] = {
    "mistral/pretrain-q1": ("True", "Active", ""),
    "acme/finetune": ("False", "Degraded", f"1 of 4 units is not healthy: {HOSTILE}"),
    "acme/serving": ("True", "Active", ""),
    "anthropic/pretrain": ("Unknown", "DatacenterUnreachable", "no word from abernathy"),
}


def reservation(label: str, where: str, units: int, first: int, last: int) -> Document:
    """A reservation that is promised, and told so."""
    namespace, _, name = label.partition("/")
    window = {"start": text_of(NOW + first * DAY), "end": text_of(NOW + last * DAY)}
    spec = {"acceleratorType": accelerator_of(where), "count": units, "window": window, **topology_of(where)}
    promised = {"slices": units, "pools": [{"name": where, "count": units}], **window}
    ready, word, message = WORDS.get(label, ("False", "Scheduled", ""))
    said = condition("Ready", ready, word, message)
    status: Document = {"observedGeneration": 1, "conditions": [said], "promised": promised,
                        "datacenters": [where.partition(".")[0]]}  # fmt: skip
    if first < 0:
        status |= {
            "healthyUnits": units,
            "access": [access(where.partition(".")[0], namespace, uid(label), units)],
        }
    created = text_of(NOW + min(first, 0) * DAY - 2 * DAY - HOUR)
    meta = {"namespace": namespace, "uid": uid(label), "creationTimestamp": created}
    return {**document("CapacityReservation", name, spec, **meta), "status": status}


def access(where: str, namespace: str, one: str, units: int) -> Document:
    """How its pods reach the nodes."""
    key = "holdfast.dev/reservation"
    return {"datacenter": where, "endpoint": f"https://{where}.example", "namespace": namespace, "units": units,
            "nodeSelector": {"holdfast.node-restriction.kubernetes.io/reservation": one},
            "tolerations": [{"key": key, "operator": "Equal", "value": one, "effect": "NoExecute"}]}  # fmt: skip


def huge() -> Document:
    """What cannot be had yet."""
    window = {"start": text_of(NOW + 5 * DAY), "end": text_of(NOW + 65 * DAY)}
    spec = {"acceleratorType": "tpu7x", "topology": "8x8x16", "count": 1, "window": window}
    hold: Document = {
        "reason": "InsufficientHealthyCapacity", "message": f"only 3 units are free for all of it {HOSTILE}",
        "blockers": [{"kind": "AcceleratorPool", "name": LAKE, "until": text_of(NOW + 75 * DAY)}],
        "earliestStart": text_of(NOW + 76 * DAY),
        "relaxations": [{"kind": "Later", "start": text_of(NOW + 76 * DAY), "end": text_of(NOW + 136 * DAY)}],
    }  # fmt: skip
    said = condition("Ready", "False", "InsufficientHealthyCapacity", hold["message"])
    meta = {"namespace": "mistral", "uid": uid("mistral/huge"), "creationTimestamp": text_of(NOW - HOUR)}
    return {**document("CapacityReservation", "huge", spec, **meta),
            "status": {"observedGeneration": 1, "conditions": [said], "hold": hold}}  # fmt: skip


def flush() -> Document:
    """Accepted maintenance."""
    spec = {"pool": LAKE, "units": ["cube-12", "cube-13"], "start": text_of(NOW + 50 * DAY),
            "end": text_of(NOW + 53 * DAY), "reason": "coolant flush"}  # fmt: skip
    said = condition("Accepted", "True", "Accepted")
    return {
        **document("MaintenanceWindow", "flush", spec, uid=uid("flush")),
        "status": {"conditions": [said]},
    }


def refused() -> Document:
    """Maintenance that would touch a promise."""
    spec = {
        "pool": RACKS,
        "start": text_of(NOW + 3 * DAY),
        "end": text_of(NOW + 4 * DAY),
        "reason": f"valves {HOSTILE}",
    }
    touched = [
        {"reservation": "acme/serving", "tenant": "acme", "count": 5, "until": text_of(NOW + 140 * DAY)}
    ]
    said = condition("Accepted", "False", "WindowConflict", "it would take units from promises")
    status = {"conditions": [said], "touched": touched, "nextStarts": [text_of(NOW + 141 * DAY)]}
    return {**document("MaintenanceWindow", "valves", spec, uid=uid("valves")), "status": status}


def event(namespace: str, name: str, reason: str, note: str, days: int) -> Document:
    """An event of the planner's."""
    about = {"apiVersion": "holdfast.dev/v1alpha1", "kind": "CapacityReservation", "name": name, "namespace": namespace,
             "uid": uid(f"{namespace}/{name}")}  # fmt: skip
    return {
        "metadata": {"name": f"{name}.{reason.lower()}", "namespace": namespace}, "reason": reason, "note": note,
        "eventTime": text_of(NOW + days * DAY).replace("Z", ".000000Z"), "reportingController": "holdfast.dev/planner",
        "reportingInstance": "planner-1", "action": reason, "regarding": about, "type": "Normal",
    }  # fmt: skip
