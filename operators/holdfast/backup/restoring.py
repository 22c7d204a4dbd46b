"""A backup made into a hub: into one that is empty, or in which this very restore was cut short.

Pools are made first, and each is born with the mark; so there is no instant at which an operator that runs already
could sell anything. What is there already was made by an earlier try and is left as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from holdfast.backup.document import Backup, Document
from holdfast.backup.kept import KEPT, Kept
from holdfast.backup.making import first_uid, ledgers_of, made_of
from holdfast.cluster.client import Api
from holdfast.cluster.raw_objects import raw_view
from holdfast.cluster.reviews import Deed, allowed
from holdfast.cluster.transport.errors import AlreadyExists
from holdfast.cluster.transport.kinds import (
    ACCELERATOR_POOL,
    CAPACITY_PROMISE,
    CAPACITY_RESERVATION,
    RESOURCE_QUOTA,
    ServedKind,
)
from holdfast.hardware.names import FIRST_UID_ANNOTATION, GROUP, RESTORED_ANNOTATION

COUNTED = f"count/{CAPACITY_RESERVATION.plural}.{GROUP}"
"""What a quota says of reservations."""


class WrongHub(Exception):
    """This backup is not to be restored into this hub; nothing was written."""


def check_hub(api: Api, backup: Backup) -> None:
    """Raise WrongHub unless the backup may be restored here; ClusterError."""
    if not any(backup.of(ACCELERATOR_POOL.plural)):
        raise WrongHub("the backup has no pools, so nothing was ever promised on its hub: install a hub anew")
    missing = [one.plural for one in (ACCELERATOR_POOL, CAPACITY_PROMISE) if not _may_make(api, one)]
    if missing:
        raise WrongHub(f"this identity may not create {', '.join(missing)}: an administrator restores a hub")
    strangers = list(_strangers(api, backup))
    if strangers:
        named, more = ", ".join(strangers[:3]), len(strangers) - 3
        rest = f" and {more} more" if more > 0 else ""
        raise WrongHub(
            f"this hub lives: {named}{rest} are not of this backup; a hub is restored into an empty one alone"
        )
    for narrow in _too_narrow(api, backup):
        raise WrongHub(narrow)


def restore(api: Api, backup: Backup) -> Mapping[str, int]:
    """Make what is not there yet; how many of each kind were made. Raises ClusterError: run it again, it goes on."""
    made = Counter[str]()
    for kept in KEPT:
        for document in made_of(backup, kept.kind.plural):
            made[kept.kind.plural] += _make(api, kept.kind, document)
        if kept.kind == ACCELERATOR_POOL:
            _write_ledgers(api, backup)
    return made


def _make(api: Api, kind: ServedKind, document: Document) -> bool:
    try:
        api.create(raw_view(kind), document)
    except AlreadyExists:
        return False
    return True


def _write_ledgers(api: Api, backup: Backup) -> None:
    view = raw_view(ACCELERATOR_POOL)
    for name, ledger in ledgers_of(backup).items():
        pool = api.get(view, name)
        if not pool.get("status"):
            api.replace(view, {**pool, "status": ledger}, "status")


def _may_make(api: Api, kind: ServedKind) -> bool:
    return allowed(api, Deed("create", GROUP, kind.plural))


def _strangers(api: Api, backup: Backup) -> Iterator[str]:
    """What the hub has of the promised kinds, and not from this backup."""
    for kept in (one for one in KEPT if one.promised):
        for found in _all(api, kept.kind):
            if not _of_this(kept, found, backup):
                path = "/".join(filter(None, (_space(found), found["metadata"]["name"])))
                yield f"{kept.kind.kind} {path}"


def _too_narrow(api: Api, backup: Backup) -> Iterator[str]:
    """Quotas that stand already, by an earlier version's try or somebody else's hand, and would refuse reservations."""
    wanted = Counter(_space(one) for one in made_of(backup, CAPACITY_RESERVATION.plural))
    there = Counter(map(_space, _all(api, CAPACITY_RESERVATION)))
    for quota in _all(api, RESOURCE_QUOTA):
        space, name = _space(quota), quota["metadata"]["name"]
        most = str(quota["spec"].get("hard", {}).get(COUNTED, ""))
        if there[space] < wanted[space] and most.isdigit() and wanted[space] > int(most):
            yield (
                f"ResourceQuota {space}/{name} lets {most} reservations stand, and the backup has {wanted[space]}: "
                f"kubectl delete resourcequota {name} -n {space}, keep others from making it again meanwhile, and run "
                "this again; those of the backup are made last"
            )


def _all(api: Api, kind: ServedKind) -> Iterator[Document]:
    return (found for page in api.list_pages(raw_view(kind)) for found in page.objects)


def _space(found: Document) -> str:
    return str(found["metadata"].get("namespace", ""))


def _of_this(kept: Kept, found: Document, backup: Backup) -> bool:
    marks = found["metadata"].get("annotations", {})
    if kept.kind == ACCELERATOR_POOL:
        return bool(marks.get(RESTORED_ANNOTATION) == backup.mark)
    if kept.kind == CAPACITY_RESERVATION:
        known = {first_uid(one) for one in backup.of(CAPACITY_RESERVATION.plural)}
        return marks.get(FIRST_UID_ANNOTATION) in known
    return found["metadata"]["name"] in {
        one["metadata"]["name"] for one in backup.of(CAPACITY_PROMISE.plural)
    }
