"""The kinds of object the operator and its agents touch: ours, and the few of Kubernetes' own."""

from dataclasses import dataclass
from typing import Final

from holdfast.hardware.names import GROUP, VERSION


@dataclass(frozen=True, slots=True)
class ServedKind:
    """One kind as the API server serves it. `group` is empty for the oldest Kubernetes kinds."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool = False

    @property
    def api_version(self) -> str:
        """The apiVersion an object of this kind carries."""
        return f"{self.group}/{self.version}" if self.group else self.version


def _ours(plural: str, kind: str, *, namespaced: bool = False) -> ServedKind:
    return ServedKind(GROUP, VERSION, plural, kind, namespaced)


DATACENTER: Final = _ours("datacenters", "Datacenter")
ACCELERATOR_POOL: Final = _ours("acceleratorpools", "AcceleratorPool")
POOL_REPORT: Final = _ours("poolreports", "PoolReport")
STACK_SEAL: Final = _ours("stackseals", "StackSeal")
TENANT: Final = _ours("tenants", "Tenant")
CAPACITY_PROMISE: Final = _ours("capacitypromises", "CapacityPromise")
CAPACITY_RESERVATION: Final = _ours("capacityreservations", "CapacityReservation", namespaced=True)

NODE: Final = ServedKind("", "v1", "nodes", "Node")
POD: Final = ServedKind("", "v1", "pods", "Pod", namespaced=True)
NAMESPACE: Final = ServedKind("", "v1", "namespaces", "Namespace")
LEASE: Final = ServedKind("coordination.k8s.io", "v1", "leases", "Lease", namespaced=True)
EVENT: Final = ServedKind("events.k8s.io", "v1", "events", "Event", namespaced=True)
ROLE_BINDING: Final = ServedKind(
    "rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", namespaced=True
)

OURS: Final = (
    DATACENTER,
    ACCELERATOR_POOL,
    POOL_REPORT,
    STACK_SEAL,
    TENANT,
    CAPACITY_PROMISE,
    CAPACITY_RESERVATION,
)
FOREIGN: Final = (NODE, POD, NAMESPACE, LEASE, EVENT, ROLE_BINDING)
KINDS: Final = (*OURS, *FOREIGN)
