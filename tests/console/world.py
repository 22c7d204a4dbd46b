"""A fleet for the pages, in documents: two sites, four pools, three tenants, and everything a page has to show.

Lake Mariner has a lease that ends, a delivery, maintenance and an ill unit; Abernathy's agent is not heard. NOW is
2027-01-15T08:00:00Z. Reservation mistral/huge waits; `HOSTILE` stands in every sentence that others write.
"""

from __future__ import annotations

from typing import Any

from tests.builders import DAY, HOUR, NOW
from tests.console.asks import (
    ABERNATHY,
    DEALS,
    HOSTILE,
    LAKE,
    NEXT,
    RACKS,
    TENANTS,
    condition,
    event,
    flush,
    promise,
    refused,
    reservations,
    uid,
)
from tests.documents import Document, document

from holdfast.hardware.instants import text_of

Collections = dict[str, list[Document]]
PLATFORM = {"username": "ada", "groups": ["holdfast:platform-engineers", "system:authenticated"]}
PEOPLE = {
    "token-of-ada": PLATFORM,
    "token-of-mila": {"username": "mila@mistral.example", "groups": ["mistral", "system:authenticated"]},
    "token-of-eve": {"username": "eve", "groups": ["system:authenticated"]},
}


def may(spec: Document) -> bool:
    """What RBAC would say: engineers read all, a tenant's people what lies in their namespace, others nothing."""
    groups, asked = spec.get("groups", []), spec["resourceAttributes"]
    if "holdfast:platform-engineers" in groups:
        return asked["verb"] in ("get", "list") or asked["resource"] == "availabilityqueries"
    own = asked["resource"] in ("capacityreservations", "availabilityqueries", "events")
    return own and asked["namespace"] in TENANTS and asked["namespace"] in groups


def collections() -> Collections:
    """Every collection by plural."""
    asks = reservations()
    found = {
        "datacenters": [site("lake-mariner", lease_days=200), site("abernathy", silent=True)],
        "acceleratorpools": [lake(), racks(), abernathy(), coming()],
        "poolreports": reports(),
        "stackseals": [document("StackSeal", one, {"stack": one, "pools": pools}) for one, pools in (
            ("lake-mariner", [LAKE, RACKS]), ("abernathy", [ABERNATHY, NEXT]))],
        "tenants": [tenant(name) for name in TENANTS],
        "namespaces": [{"metadata": {"name": name, "labels": {"holdfast.dev/tenant": name}}} for name in TENANTS],
        "capacityreservations": asks,
        "capacitypromises": [promise(label, *deal) for label, deal in DEALS.items()],
        "maintenancewindows": [flush(), refused()],
        "events": [event("mistral", "pretrain-q1", "Bound", "every promised unit is granted", -20)],
    }  # fmt: skip
    for documents in found.values():
        for one in documents:
            one["metadata"] = {"resourceVersion": "9", "generation": 1, **one["metadata"]}
    return found


def entry(label: str, units: int, first: int, last: int, **over: Any) -> Document:
    """An entry of a ledger."""
    namespace = label.partition("/")[0]
    return {
        "reservation": label, "tenant": TENANTS[namespace], "attempt": "a1", "round": 2, "count": units,
        "from": NOW + first * DAY, "until": NOW + last * DAY, "state": "Committed", **over,
    }  # fmt: skip


def entries(pool: str) -> Document:
    """The entries of a pool."""
    return {uid(label): entry(label, *deal[1:]) for label, deal in DEALS.items() if deal[0] == pool}


def grants(pool: str, unit: str) -> Document:
    """The units of the entries whose window is open, from the first unit on."""
    found: Document = {}
    for label, (of, units, first, _) in DEALS.items():
        for _ in range(units if of == pool and first < 0 else 0):
            since = NOW + first * DAY
            found[f"{unit}-{len(found):02}"] = {
                "promise": uid(label), "grant": len(found) + 1, "state": "Active", "since": since,
            }  # fmt: skip
    return found


def ledger(pool: str, unit: str, capacity: dict[str, Any], **over: Any) -> Document:
    """A pool's ledger."""
    held = grants(pool, unit)
    return {"epoch": 1, "asOf": NOW, "peak": 14, "granted": len(held) + 1, "sealed": True, "promises": entries(pool),
            "units": held, "capacity": capacity, **over}  # fmt: skip


def pool(name: str, units: Document, accelerator: str, status: Document, **over: Any) -> Document:
    """A pool with its ledger."""
    racks = accelerator.startswith("gb300")
    spec = {
        "datacenter": name.partition(".")[0], "acceleratorType": accelerator,
        "unitTopology": "1x72" if racks else "4x4x4",
        "chipsPerUnit": 72 if racks else 64, "hostsPerUnit": 18 if racks else 16, "seal": name.partition(".")[0],
        "units": units, **over,
    }  # fmt: skip
    return {**document("AcceleratorPool", name, spec), "status": status}


def declared(unit: str, count: int, **over: Any) -> Document:
    """So many units."""
    return {f"{unit}-{n:02}": {"nodePool": f"np-{unit}-{n:02}", **over} for n in range(count)}


def lake() -> Document:
    """24 cubes, eight of them to come in a month; two spares; one failed; maintenance is accepted."""
    later = {"availableFrom": text_of(NOW + 30 * DAY)}
    units = {
        **declared("cube", 16),
        **{f"cube-{n}": {"nodePool": f"np-cube-{n}", **later} for n in range(16, 24)},
    }
    capacity = {"total": 16, "healthy": 15, "promised": 12, "free": 1, "spare": 2, "deficit": 0, "deficitAhead": 2,
                "deficitFrom": text_of(NOW + 20 * DAY)}  # fmt: skip
    outage = {
        "name": "flush",
        "units": ["cube-12", "cube-13"],
        "from": NOW + 50 * DAY,
        "until": NOW + 53 * DAY,
    }
    status = ledger(LAKE, "cube", capacity, outages={uid("flush"): outage})
    grown = {"attempt": "a2", "round": 2, "count": 10, "from": NOW + 45 * DAY, "until": NOW + 75 * DAY}
    status["promises"][uid("mistral/pretrain-q1")]["next"] = grown
    status["units"]["cube-15"] = {"grant": 13, "state": "Quarantined", "since": NOW - 2 * HOUR}
    return pool(LAKE, units, "tpu7x", status, spares={"count": 2})


def racks() -> Document:
    """Ten racks, one spare."""
    capacity = {"total": 10, "healthy": 10, "promised": 8, "free": 1, "spare": 1, "deficit": 0}
    return pool(
        RACKS, declared("rack", 10), "gb300-nvl72", ledger(RACKS, "rack", capacity), spares={"count": 1}
    )


def abernathy() -> Document:
    """Twelve cubes, all of them promised, one more than is sound."""
    capacity = {"total": 12, "healthy": 11, "promised": 12, "free": 0, "spare": 0, "deficit": 1}
    return pool(ABERNATHY, declared("cube", 12), "tpu7x", ledger(ABERNATHY, "cube", capacity))


def coming() -> Document:
    """Twelve racks that are delivered in five weeks."""
    capacity = {"total": 0, "healthy": 0, "promised": 0, "free": 0, "spare": 0, "deficit": 0}
    units = declared("rack", 12, availableFrom=text_of(NOW + 35 * DAY))
    return pool(NEXT, units, "gb300-nvl72", ledger(NEXT, "rack", capacity))


def reports() -> list[Document]:
    """What the agents say: cube-10 of Lake Mariner lacks three hosts, a rack is held back."""
    found = []
    for one, unit, count, hosts in (
        (LAKE, "cube", 16, 16),
        (RACKS, "rack", 10, 18),
        (ABERNATHY, "cube", 12, 16),
    ):
        held = grants(one, unit)
        units: Document = {}
        for n in range(count):
            name = f"{unit}-{n:02}"
            opened = {"openGrant": held[name]["grant"]} if name in held else {}
            units[name] = {"health": "Healthy", "hosts": hosts, "hostsReady": hosts, **opened}
        found.append(document("PoolReport", one, {"datacenter": one.partition(".")[0], "units": units}))
    found[0]["spec"]["units"]["cube-10"] |= {"health": "Unhealthy", "hostsReady": 13}
    found[0]["spec"]["units"]["cube-14"] |= {"health": "Degraded"}
    found[2]["spec"]["units"]["cube-03"] |= {"health": "Unhealthy", "hostsReady": 15}
    found[1]["spec"]["blocked"] = {"rack-07": {"reason": "PolicyRefused", "message": f"refused: {HOSTILE}"}}
    return found


def site(name: str, *, silent: bool = False, lease_days: int = 0) -> Document:
    """A datacenter in operation."""
    spec: Document = {
        "siteKind": "gke",
        "region": "us-east4",
        "powerMegawatts": 90,
        "lifecycle": "Operational",
    }
    if lease_days:
        spec["lease"] = {
            "landlord": "TeraWulf",
            "start": text_of(NOW - 300 * DAY),
            "end": text_of(NOW + lease_days * DAY),
        }
    said = (
        condition("Ready", "Unknown", "DatacenterUnreachable")
        if silent
        else condition("Ready", "True", "Reachable")
    )
    return {**document("Datacenter", name, spec), "status": {"conditions": [said]}}


def tenant(name: str) -> Document:
    """A tenant; acme's deletions are held back."""
    chips = [{"acceleratorType": kind, "chips": 100_000} for kind in ("gb300-nvl72", "tpu7x")]
    made = document("Tenant", name, {"group": name, "entitlements": chips})
    if name == "acme":
        said = condition(
            "Ready", "False", "DeletionsFrozen", "4 of 6 reservations were deleted within a minute"
        )
        made["status"] = {"conditions": [said]}
    return made
