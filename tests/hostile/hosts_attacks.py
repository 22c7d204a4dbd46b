"""What is refused about a tenant's hosts: reading a neighbour's, forging one's own."""

from __future__ import annotations

from collections.abc import Iterator

from tests.documents import UID, document
from tests.guards.server import OURS
from tests.hostile.attack import RBAC_SAYS, Attack, Try

PATH, SAID = f"{OURS}/namespaces/{{}}/reservedhosts", "holdfast-reserved-hosts"
_SPEC = {
    "reservation": "mallory/standing",
    "reservationUid": UID,
    "pool": "lake-mariner.h200-a",
    "unit": "host-000",
    "acceleratorType": "h200",
    "health": "Healthy",
    "expected": 1,
    "ready": 1,
    "delivered": {"grant": 1, "since": "2027-01-04T00:00:00Z", "reason": "FirstDelivery"},
}


def attacks() -> Iterator[Attack]:
    """All of them."""
    reason = "only the agent writes ReservedHosts"
    yield Attack("a unit it does not have", "mallory", "site", SAID, reason, forged_in("mallory"))
    for sentence, tried in (
        ("a neighbour's hosts, read", Try("GET", PATH.format("anthropic"))),
        ("everybody's hosts, read", Try("GET", f"{OURS}/reservedhosts")),
        ("its hosts, written by itself", forged_in("mistral")),
    ):
        yield Attack(sentence, "mistral", "site", RBAC_SAYS, "is forbidden", tried)


def forged_in(namespace: str) -> Try:
    """A unit made up in a namespace."""
    return Try("POST", PATH.format(namespace), document("ReservedHosts", "forged", _SPEC))
