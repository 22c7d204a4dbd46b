"""What the planner reads of a hub, in one file: exact, for its owner's eyes only, and read back by the same reader.

The file is JSON: the instant, every document as the records have it, the labels of tenants' namespaces, the datacenters
that were silent. Tenants' names are in it, so nobody else may read it (mode 0600), and no half of it is ever seen under
its name. It is evidence: no operator reads one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.api.datacenter import Datacenter
from holdfast.api.door import dump, parse
from holdfast.api.kind import Kind
from holdfast.api.maintenance import MaintenanceWindow
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.query import AvailabilityQuery
from holdfast.api.report import PoolReport
from holdfast.api.reservation import CapacityReservation
from holdfast.api.seal import StackSeal
from holdfast.api.tenant import Tenant
from holdfast.cluster.transport.objects import Key, by_key
from holdfast.frozen.records import Records
from holdfast.hardware.instants import seconds_of, text_of
from holdfast.hub.snapshot_reader import HubDocuments, SnapshotReader
from holdfast.planner.state.snapshot import Snapshot
from holdfast.process.whole_file import write_whole

FORMAT = "holdfast.dev/saved-hub/v1"
DOCUMENTS: Mapping[str, type[Kind]] = {
    "pools": AcceleratorPool,
    "datacenters": Datacenter,
    "reports": PoolReport,
    "seals": StackSeal,
    "tenants": Tenant,
    "promises": CapacityPromise,
    "reservations": CapacityReservation,
    "queries": AvailabilityQuery,
    "maintenance": MaintenanceWindow,
}
"""The fields of HubDocuments that are documents, each of one kind."""
MANY = ("promises", "reservations", "queries")
"""Those among them that are kept by key."""


@dataclass(frozen=True, slots=True)
class SavedHub:
    """A hub as it was read at one instant (epoch seconds)."""

    now: int
    hub: HubDocuments


def text_of_hub(saved: SavedHub) -> str:
    """The text of the file."""
    found = {name: _in_order(getattr(saved.hub, name)) for name in DOCUMENTS}
    whole = {
        "format": FORMAT,
        "now": text_of(saved.now),
        **{name: [dump(one) for one in documents] for name, documents in found.items()},
        "namespaces": {name: dict(labels) for name, labels in sorted(saved.hub.namespaces.items())},
        "silent": sorted(saved.hub.silent),
    }
    return json.dumps(whole, indent=1) + "\n"


def hub_of_text(text: str) -> SavedHub:
    """The hub in a file's text. Raises ValueError, which names what does not fit."""
    whole = _decoded(text)
    documents: dict[str, Any] = {
        name: tuple(parse(kind, one) for one in whole[name]) for name, kind in DOCUMENTS.items()
    }
    documents.update({name: by_key(documents[name]) for name in MANY})
    hub = HubDocuments(**documents, namespaces=whole["namespaces"], silent=frozenset(whole["silent"]))
    return SavedHub(seconds_of(whole["now"]), hub)


def _in_order(documents: Iterable[Kind] | Records[Key, Kind]) -> list[Kind]:
    if isinstance(documents, Records):
        return [documents[key] for key in sorted(documents)]
    return list(documents)


def _decoded(text: str) -> dict[str, Any]:
    try:
        whole = json.loads(text)
    except ValueError as error:
        raise ValueError(f"no saved hub: not JSON ({error})") from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise ValueError(f"no saved hub: its format is not {FORMAT}; save one with holdfast snapshot save")
    shapes = {**dict.fromkeys(DOCUMENTS, list), "namespaces": dict, "silent": list, "now": str}
    wrong = [name for name, shape in shapes.items() if not isinstance(whole.get(name), shape)]
    if not wrong and not all(map(_is_labels, whole["namespaces"].values())):
        wrong.append("namespaces")
    if not wrong and not all(isinstance(site, str) for site in whole["silent"]):
        wrong.append("silent")
    if wrong:
        raise ValueError(f"no whole saved hub: {', '.join(wrong)} is missing or misshapen; save it again")
    return whole


def _is_labels(labels: Any) -> bool:
    return isinstance(labels, dict) and all(isinstance(value, str) for value in labels.values())


def save(saved: SavedHub, file: Path) -> None:
    """Write the file, readable by its owner only; one of that name is replaced as a whole. Raises OSError."""
    write_whole(text_of_hub(saved), file)


def snapshot_of(saved: SavedHub) -> Snapshot:
    """The planner's picture, as a planner that begins at that instant would have it."""
    read = SnapshotReader().read(saved.hub)
    epoch = 1 + max((pool.ledger.epoch for pool in read.pools.values()), default=0)
    return read.seen(saved.now, epoch, "saved")
