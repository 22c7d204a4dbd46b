"""Our own kinds as the cluster floor reads and writes them: whole documents, parsed once at this door."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from holdfast.api.datacenter import Datacenter
from holdfast.api.door import dump, parse
from holdfast.api.kind import Kind as Document
from holdfast.api.maintenance import MaintenanceWindow
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.query import AvailabilityQuery
from holdfast.api.report import PoolReport
from holdfast.api.reservation import CapacityReservation
from holdfast.api.reserved_hosts import ReservedHosts
from holdfast.api.seal import StackSeal
from holdfast.api.tenant import Tenant
from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.objects import View, identify

_D = TypeVar("_D", bound=Document)


def _view(kind: kinds.ServedKind, shape: type[_D]) -> View[_D]:
    def decode(body: bytes) -> _D:
        return parse(shape, body)

    def encode(whole: _D) -> bytes:
        return msgspec.json.encode(dump(whole))

    return View(kind, decode, encode, identify, complete=True)


DATACENTERS = _view(kinds.DATACENTER, Datacenter)
POOLS = _view(kinds.ACCELERATOR_POOL, AcceleratorPool)
REPORTS = _view(kinds.POOL_REPORT, PoolReport)
SEALS = _view(kinds.STACK_SEAL, StackSeal)
TENANTS = _view(kinds.TENANT, Tenant)
PROMISES = _view(kinds.CAPACITY_PROMISE, CapacityPromise)
RESERVATIONS = _view(kinds.CAPACITY_RESERVATION, CapacityReservation)
QUERIES = _view(kinds.AVAILABILITY_QUERY, AvailabilityQuery)
MAINTENANCE = _view(kinds.MAINTENANCE_WINDOW, MaintenanceWindow)
RESERVED_HOSTS = _view(kinds.RESERVED_HOSTS, ReservedHosts)
