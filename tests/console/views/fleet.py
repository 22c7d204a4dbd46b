"""The world of the pages as a viewer sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.builders import NOW
from tests.console.world import collections
from tests.documents import Document

from holdfast.api.datacenter import Datacenter
from holdfast.api.door import parse
from holdfast.api.kind import Kind
from holdfast.api.maintenance import MaintenanceWindow
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.report import PoolReport
from holdfast.api.reservation import CapacityReservation
from holdfast.api.tenant import Tenant
from holdfast.console.views.in_view import InView, Reach
from holdfast.console.views.on_call import GUARDS

KINDS: dict[str, tuple[str, type[Kind]]] = {
    "pools": ("acceleratorpools", AcceleratorPool),
    "reports": ("poolreports", PoolReport),
    "datacenters": ("datacenters", Datacenter),
    "tenants": ("tenants", Tenant),
    "promises": ("capacitypromises", CapacityPromise),
    "maintenance": ("maintenancewindows", MaintenanceWindow),
}
Change = Callable[[dict[str, list[Document]]], object]


def engineer(change: Change = lambda _: None, **over: Any) -> InView:
    """What a platform engineer sees, of a world that a test may change first."""
    world = collections()
    change(world)
    found: dict[str, Any] = {
        name: {one["metadata"]["name"]: parse(kind, one) for one in world[plural]}
        for name, (plural, kind) in KINDS.items()
    }
    kinds = {plural for plural, _ in KINDS.values()} | {"capacityreservations"}
    seen = {
        "reach": Reach(frozenset(kinds)),
        "reservations": reservations(world),
        "guards": GUARDS,
        **found,
        **over,
    }
    return InView(NOW, **seen)


def person_of(namespace: str) -> InView:
    """What somebody of a tenant sees."""
    own = {key: one for key, one in reservations(collections()).items() if key[0] == namespace}
    return InView(NOW, Reach(namespaces=frozenset({namespace})), reservations=own)


def reservations(world: dict[str, list[Document]]) -> dict[tuple[str, str], CapacityReservation]:
    """All of them by namespace and name."""
    found = [parse(CapacityReservation, one) for one in world["capacityreservations"]]
    return {(one.metadata.namespace or "", one.metadata.name): one for one in found}


def one_of(documents: list[Document], name: str) -> Document:
    """The document of this name."""
    return next(one for one in documents if one["metadata"]["name"] == name)
