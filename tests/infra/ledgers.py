"""AcceleratorPool objects as the hub returns them."""

from __future__ import annotations

from typing import Any

from holdfast.hardware.instants import text_of

UID = "0b6f7f0e-6f0a-4d6e-9c55-3f5f8d0c1a01"
POOL = "lake-mariner.tpu7x-a"
DAY = 86_400
NOW = 1_798_761_600
"""2027-01-01T00:00:00Z, the planner's time in every ledger here."""


def pool(*units: str, name: str = POOL, **status: Any) -> dict[str, Any]:
    """A pool of these units; without status nobody ever promised anything."""
    found: dict[str, Any] = {
        "metadata": {"name": name},
        "spec": {"datacenter": name.partition(".")[0], "units": {unit: {"nodePool": unit} for unit in units}},
    }
    if status:
        found["status"] = {"promises": {}, "units": {}} | status
    return found


def entry(
    reservation: str = "mistral/pretrain-q1", state: str = "Committed", count: int = 1
) -> dict[str, Any]:
    """One promise's share."""
    window = {"from": NOW, "until": NOW + 90 * DAY}
    return {"reservation": reservation, "tenant": "mistral", "state": state, "count": count, **window}


def grant(state: str = "Active", promise: str | None = UID) -> dict[str, Any]:
    """One unit in somebody's hands."""
    return {"grant": 1, "since": NOW, "state": state} | ({"promise": promise} if promise else {})


def day(number: float) -> str:
    """The instant so many days from NOW, as a spec has it."""
    return text_of(NOW + int(number * DAY))


def spec(*units: str, lease: float = 3_650, **fields: Any) -> dict[str, Any]:
    """A pool's spec: these units, there always, under a lease that ends after so many days."""
    return {
        "datacenter": POOL.partition(".")[0],
        "units": {unit: {"nodePool": unit} for unit in units},
        "graceSeconds": 0,
        "turnAroundSeconds": 0,
        "repairSeconds": DAY,
        "obligations": [{"kind": "SiteLease", "name": "l", "holder": "h", "until": day(lease)}],
    } | fields


def dated(declared: dict[str, Any], unit: str, **dates: Any) -> dict[str, Any]:
    """The same spec with other dates of one unit."""
    return declared | {"units": declared["units"] | {unit: {"nodePool": unit, **dates}}}


def promise(count: int, start: float, end: float, name: str = "pretrain", **fields: Any) -> dict[str, Any]:
    """Units promised from one day to another."""
    window = {"from": NOW + int(start * DAY), "until": NOW + int(end * DAY)}
    return (
        {"reservation": f"team/{name}", "tenant": "acme", "count": count, "state": "Committed"}
        | window
        | fields
    )


def standing(declared: dict[str, Any], *promises: dict[str, Any], **units: dict[str, Any]) -> dict[str, Any]:
    """The pool as the hub returns it; promises have the uids p0, p1, …; units are grants."""
    status = {
        "asOf": NOW,
        "promises": {f"p{number}": entry for number, entry in enumerate(promises)},
        "units": {
            unit.replace("_", "-"): {"grant": 1, "since": NOW, **grant} for unit, grant in units.items()
        },
    }
    return {"metadata": {"name": POOL}, "spec": declared, "status": status}


def report(**health: str) -> dict[str, Any]:
    """What the pool's agent reported."""
    return {
        "metadata": {"name": POOL},
        "spec": {"units": {unit: {"health": word} for unit, word in health.items()}},
    }
