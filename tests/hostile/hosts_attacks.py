"""What is refused about a tenant's hosts: reading a neighbour's, forging one's own, joining cubes by hand."""

from __future__ import annotations

from collections.abc import Iterator

from tests.documents import UID, document
from tests.guards.server import OURS, SITE_AGENT
from tests.hostile.attack import RBAC_SAYS, Attack, Try, meta

PATH, SAID = f"{OURS}/namespaces/{{}}/reservedhosts", "holdfast-reserved-hosts"
SLICES = "holdfast-agent-slices"
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

    yield from _of_slices()


def _of_slices() -> Iterator[Attack]:
    mine = {"holdfast.dev/reservation": UID, "holdfast.dev/pool": "lake-mariner.tpu7x-a"}
    yield Attack("cubes, joined", "mistral", "site", RBAC_SAYS, "is forbidden", _joined("mine", labels=mine))
    owned = {"annotations": {"slice.accelerator.gke.io/owner-workload-name": "train"}}
    for sentence, reason, tried in (
        ("cubes joined for nobody", "only with the labels", _joined("stray")),
        (
            "cubes joined in another's name",
            "its owner's to take apart",
            _joined("owned", labels=mine, **owned),
        ),
    ):
        yield Attack(sentence, "the site's agent", "site", SLICES, reason, tried, (), SITE_AGENT)


def _joined(name: str, **more: object) -> Try:
    """A Slice of one cube."""
    spec = {"type": "tpu7x", "topology": "4x4x4", "partitionIds": ["a94"]}
    made = {
        "apiVersion": "accelerator.gke.io/v1beta1",
        "kind": "Slice",
        "metadata": meta(name, **more),
        "spec": spec,
    }
    return Try("POST", "/apis/accelerator.gke.io/v1beta1/slices", made)


def forged_in(namespace: str) -> Try:
    """A unit made up in a namespace."""
    return Try("POST", PATH.format(namespace), document("ReservedHosts", "forged", _SPEC))
