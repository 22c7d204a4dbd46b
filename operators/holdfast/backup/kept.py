"""What is kept of a hub, in the order in which it is made anew.

Pools come first, with the mark that makes the hub rest; promises when the reservations they answer are there; quotas
last, for a quota lowered below what stands keeps what stands, and would refuse to have it made anew.
What programs say again by themselves is not kept: reports, heartbeats, statuses, queries. Nor is what belongs to the
cluster: definitions, policies, rights of roles, accounts and their tokens (docs/backup.md says how each comes back).
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.cluster.transport.kinds import (
    ACCELERATOR_POOL,
    CAPACITY_PROMISE,
    CAPACITY_RESERVATION,
    DATACENTER,
    MAINTENANCE_WINDOW,
    NAMESPACE,
    RESOURCE_QUOTA,
    ROLE_BINDING,
    STACK_SEAL,
    TENANT,
    ServedKind,
)
from holdfast.hardware.names import TENANT_LABEL


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind: all of it, those of a label, or those in tenants' namespaces.

    `promised` kinds are what a hub is for: a hub that has any of its own is no hub to restore into.
    """

    kind: ServedKind
    labels: str = ""
    in_tenants: bool = False
    promised: bool = False


KEPT = (
    Kept(ACCELERATOR_POOL, promised=True),
    Kept(STACK_SEAL),
    Kept(DATACENTER),
    Kept(NAMESPACE, labels=TENANT_LABEL),
    Kept(TENANT),
    Kept(ROLE_BINDING, in_tenants=True),
    Kept(CAPACITY_RESERVATION, promised=True),
    Kept(MAINTENANCE_WINDOW),
    Kept(CAPACITY_PROMISE, promised=True),
    Kept(RESOURCE_QUOTA, in_tenants=True),
)
