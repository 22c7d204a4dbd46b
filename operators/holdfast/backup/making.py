"""From an object in a backup to the object that is made of it. Pure.

    pool          with the mark that makes the hub rest, and without an older one
    ledger        word for word, so that no node is written anew; without outages: they are accepted again
                  from their maintenance windows, in the first turn, before anything is sold
    reservation   with its first uid; it begins a new count of generations
    promise       of generation 1 where it answered the reservation as it stood, else of 0: a change that waited, waits
    all others    as they were

What is being deleted is not made: a reservation that was deleted then is gone, and its promise ends as of any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from holdfast.backup.document import Backup, Document
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, CAPACITY_PROMISE, CAPACITY_RESERVATION
from holdfast.hardware.names import FIRST_UID_ANNOTATION, RESTORED_ANNOTATION, RESUMED_ANNOTATION

_KEPT = ("name", "namespace", "labels", "annotations", "finalizers")


def made_of(backup: Backup, plural: str) -> Iterator[dict[str, Any]]:
    """The objects to make of one kind, in the order in which they were first made."""
    standing = (one for one in backup.of(plural) if "deletionTimestamp" not in one["metadata"])
    make = _MAKERS.get(plural, _as_it_was)
    for one in sorted(standing, key=_age):
        yield make(one, backup)


def ledgers_of(backup: Backup) -> Mapping[str, dict[str, Any]]:
    """The ledgers by pool, as they are written; pools that never had one are left out."""
    pools = backup.of(ACCELERATOR_POOL.plural)
    return {one["metadata"]["name"]: _ledger(one["status"]) for one in pools if one.get("status")}


def first_uid(reservation: Document) -> str:
    """The uid that a reservation's promise is named by."""
    meta = reservation["metadata"]
    return str(meta.get("annotations", {}).get(FIRST_UID_ANNOTATION) or meta["uid"])


def _ledger(status: Document) -> dict[str, Any]:
    return {key: value for key, value in status.items() if key != "outages"}


def _age(document: Document) -> tuple[str, str, str]:
    meta = document["metadata"]
    return (meta.get("creationTimestamp", ""), meta.get("namespace", ""), meta["name"])


def _as_it_was(document: Document, _: Backup) -> dict[str, Any]:
    meta = {key: value for key, value in document["metadata"].items() if key in _KEPT}
    return {
        **{key: value for key, value in document.items() if key not in ("metadata", "status")},
        "metadata": meta,
    }


def _pool(document: Document, backup: Backup) -> dict[str, Any]:
    made = _annotated(_as_it_was(document, backup), RESTORED_ANNOTATION, backup.mark)
    made["metadata"]["annotations"].pop(RESUMED_ANNOTATION, None)
    return made


def _reservation(document: Document, backup: Backup) -> dict[str, Any]:
    return _annotated(_as_it_was(document, backup), FIRST_UID_ANNOTATION, first_uid(document))


def _promise(document: Document, backup: Backup) -> dict[str, Any]:
    made, spec = _as_it_was(document, backup), document["spec"]
    asks = backup.of(CAPACITY_RESERVATION.plural)
    asked = next((one for one in asks if first_uid(one) == document["metadata"]["name"]), None)
    answered = asked is None or spec["generation"] >= asked["metadata"]["generation"]
    return {**made, "spec": {**spec, "generation": int(answered)}}


def _annotated(made: dict[str, Any], key: str, value: str) -> dict[str, Any]:
    meta = made["metadata"]
    return {**made, "metadata": {**meta, "annotations": {**meta.get("annotations", {}), key: value}}}


_MAKERS: Mapping[str, Callable[[Document, Backup], dict[str, Any]]] = {
    ACCELERATOR_POOL.plural: _pool,
    CAPACITY_RESERVATION.plural: _reservation,
    CAPACITY_PROMISE.plural: _promise,
}
