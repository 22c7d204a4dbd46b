"""The kinds of object the operator and its agents touch: ours, and the few of Kubernetes' own."""

from __future__ import annotations

from dataclasses import dataclass

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


DATACENTER = _ours("datacenters", "Datacenter")
ACCELERATOR_POOL = _ours("acceleratorpools", "AcceleratorPool")
POOL_REPORT = _ours("poolreports", "PoolReport")
STACK_SEAL = _ours("stackseals", "StackSeal")
TENANT = _ours("tenants", "Tenant")
CAPACITY_PROMISE = _ours("capacitypromises", "CapacityPromise")
CAPACITY_RESERVATION = _ours("capacityreservations", "CapacityReservation", namespaced=True)
AVAILABILITY_QUERY = _ours("availabilityqueries", "AvailabilityQuery", namespaced=True)
MAINTENANCE_WINDOW = _ours("maintenancewindows", "MaintenanceWindow")
RESERVED_HOSTS = _ours("reservedhosts", "ReservedHosts", namespaced=True)

NODE = ServedKind("", "v1", "nodes", "Node")
POD = ServedKind("", "v1", "pods", "Pod", namespaced=True)
NAMESPACE = ServedKind("", "v1", "namespaces", "Namespace")
LEASE = ServedKind("coordination.k8s.io", "v1", "leases", "Lease", namespaced=True)
EVENT = ServedKind("events.k8s.io", "v1", "events", "Event", namespaced=True)
ROLE_BINDING = ServedKind("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", namespaced=True)
NETWORK_POLICY = ServedKind("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", namespaced=True)
RESOURCE_QUOTA = ServedKind("", "v1", "resourcequotas", "ResourceQuota", namespaced=True)
TPU_SLICE = ServedKind("accelerator.gke.io", "v1beta1", "slices", "Slice")
RESOURCE_FLAVOR = ServedKind("kueue.x-k8s.io", "v1beta2", "resourceflavors", "ResourceFlavor")
CLUSTER_QUEUE = ServedKind("kueue.x-k8s.io", "v1beta2", "clusterqueues", "ClusterQueue")
LOCAL_QUEUE = ServedKind("kueue.x-k8s.io", "v1beta2", "localqueues", "LocalQueue", namespaced=True)
TOPOLOGY = ServedKind("kueue.x-k8s.io", "v1beta2", "topologies", "Topology")
DEFINITION = ServedKind("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition")
GUARD_BINDING = ServedKind(
    "admissionregistration.k8s.io",
    "v1",
    "validatingadmissionpolicybindings",
    "ValidatingAdmissionPolicyBinding",
)

TOKEN_REVIEW = ServedKind("authentication.k8s.io", "v1", "tokenreviews", "TokenReview")
ACCESS_REVIEW = ServedKind("authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview")
SELF_ACCESS_REVIEW = ServedKind(
    "authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview"
)
SELF_REVIEW = ServedKind("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview")
REVIEWS = (TOKEN_REVIEW, ACCESS_REVIEW, SELF_ACCESS_REVIEW, SELF_REVIEW)
"""Questions that are posted and never stored."""

OURS = (
    DATACENTER,
    ACCELERATOR_POOL,
    POOL_REPORT,
    STACK_SEAL,
    TENANT,
    CAPACITY_PROMISE,
    CAPACITY_RESERVATION,
    AVAILABILITY_QUERY,
    MAINTENANCE_WINDOW,
    RESERVED_HOSTS,
)
KUEUES = (RESOURCE_FLAVOR, CLUSTER_QUEUE, LOCAL_QUEUE, TOPOLOGY)
"""Kueue's kinds; a site serves them or not."""
FOREIGN = (
    NODE,
    POD,
    NAMESPACE,
    LEASE,
    EVENT,
    ROLE_BINDING,
    NETWORK_POLICY,
    RESOURCE_QUOTA,
    DEFINITION,
    GUARD_BINDING,
    TPU_SLICE,
    *KUEUES,
)
KINDS = (*OURS, *FOREIGN)
