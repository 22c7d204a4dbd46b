"""Every kind of the API, in the order in which a reader meets them."""

from __future__ import annotations

from holdfast.api.datacenter import Datacenter
from holdfast.api.kind import Kind
from holdfast.api.maintenance import MaintenanceWindow
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.query import AvailabilityQuery
from holdfast.api.report import PoolReport
from holdfast.api.reservation import CapacityReservation
from holdfast.api.reserved_hosts import ReservedHosts
from holdfast.api.seal import StackSeal
from holdfast.api.tenant import Tenant

KINDS: tuple[type[Kind], ...] = (
    Datacenter,
    AcceleratorPool,
    PoolReport,
    StackSeal,
    Tenant,
    CapacityReservation,
    CapacityPromise,
    AvailabilityQuery,
    MaintenanceWindow,
)
"""Those of the hub."""
SITE_KINDS: tuple[type[Kind], ...] = (ReservedHosts,)
"""Those of a datacenter's own cluster."""
