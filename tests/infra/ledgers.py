"""AcceleratorPool objects as the hub returns them."""

from typing import Any

UID = "0b6f7f0e-6f0a-4d6e-9c55-3f5f8d0c1a01"
POOL = "lake-mariner.tpu7x-a"


def pool(*units: str, name: str = POOL, **status: Any) -> dict[str, Any]:
    """A pool of these units; without status nobody ever promised anything."""
    found: dict[str, Any] = {
        "metadata": {"name": name},
        "spec": {"datacenter": name.partition(".")[0], "units": {unit: {"nodePool": unit} for unit in units}},
    }
    if status:
        found["status"] = {"peak": 0, "promises": {}, "units": {}} | status
    return found


def entry(reservation: str = "mistral/pretrain-q1", state: str = "Committed") -> dict[str, Any]:
    """One promise's share."""
    return {"reservation": reservation, "state": state, "count": 1}


def grant(state: str = "Active", promise: str | None = UID) -> dict[str, Any]:
    """One unit in somebody's hands."""
    return {"grant": 1, "state": state} | ({"promise": promise} if promise else {})
