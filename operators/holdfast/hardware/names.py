"""Every name that two parts must spell alike: groups, labels, taints, annotations, namespaces, leases.

Changing a value here changes a protocol: nodes that are already born, objects that are already stored and
admission policies that are already applied keep the old spelling.
"""

from __future__ import annotations

# --- API ------------------------------------------------------------------------------------------------
GROUP = "holdfast.dev"
VERSION = "v1alpha1"
GROUP_VERSION = f"{GROUP}/{VERSION}"

# --- Labels every accelerator node is born with (node_config.labels of its GKE node pool) ---------------
POOL_LABEL = f"{GROUP}/pool"
UNIT_LABEL = f"{GROUP}/unit"

# --- Who holds a node -----------------------------------------------------------------------------------
RESERVATION_TAINT = f"{GROUP}/reservation"
"""Key of the standing taint, effect NoExecute. Its value is NO_RESERVATION or a reservation's uid."""
NO_RESERVATION = "none"
"""Value of the standing taint at birth and after every hand-back: the node is closed to everyone."""
DRAINING_TAINT = f"{GROUP}/draining"
"""Extra taint during notice, effect NoSchedule, value = the reservation's uid."""
RESERVATION_LABEL = "holdfast.node-restriction.kubernetes.io/reservation"
"""Label of an open node, value = the reservation's uid. A kubelet may not write this prefix itself."""
GRANT_ANNOTATION = f"{GROUP}/grant"
"""Number of the grant that last wrote this node; rises within a pool and is never reused."""
SLICE_RESERVATION_LABEL = f"{GROUP}/reservation"
"""Label of a TPU Slice that an agent formed, value = the reservation's uid; POOL_LABEL names the pool."""
SLICE_UNITS_ANNOTATION = f"{GROUP}/units"
"""Of such a Slice: the units it is made of, in the order of its partitions."""
RELEASE_ANNOTATION = f"{GROUP}/release-frozen-deletions"
"""On a Tenant: until this instant its frozen deletions may go. Written by platform engineers only."""
REMEDIATION_ANNOTATION = f"{GROUP}/remediation"
"""On a node: somebody else repairs it. `<who> <since> <until>`, both instants as in RFC 3339."""
RESTORED_ANNOTATION = f"{GROUP}/restored"
"""On an AcceleratorPool: it was restored from a backup, and nobody has let the hub sell again. The value says which.

Its agent says it back in its report, so that it is known to have looked since.
"""
RESUMED_ANNOTATION = f"{GROUP}/resumed-by"
"""On an AcceleratorPool that was restored: the person who let the hub sell again."""
FIRST_UID_ANNOTATION = f"{GROUP}/first-uid"
"""On a restored CapacityReservation: the uid it had where it was made; promise, ledgers and nodes know it by that."""
RECALL_ANNOTATION_PREFIX = f"recall.{GROUP}/"
"""On an AcceleratorPool, with a unit's name behind it: taken back for safety. The value is the person who does it."""
NO_EXECUTE = "NoExecute"
NO_SCHEDULE = "NoSchedule"

# --- Namespaces -----------------------------------------------------------------------------------------
TENANT_LABEL = f"{GROUP}/tenant"
"""Immutable label of a namespace: the tenant it belongs to."""
RESERVATION_NAMESPACE_PREFIX = f"reservation.{GROUP}/"
"""A tenant's namespace at a site carries this prefix + uid (empty value) for each reservation it holds."""
POD_EXCEPTION_PREFIX = f"pod-exception.{GROUP}/"
"""It carries this prefix + name (empty value) for each exception from pod security that its Tenant grants."""
POD_SECURITY_LABEL = "pod-security.kubernetes.io/enforce"
"""The level to which Kubernetes itself holds the pods of a namespace."""
SYSTEM_NAMESPACE = "holdfast-system"
AGENTS_NAMESPACE = "holdfast-agents"
RESERVED_NAMESPACES = ("default",)
"""Namespaces that every cluster has: no tenant is named like one."""
RESERVED_PREFIXES = ("kube-", "holdfast-", "gke-", "gmp-")
"""Beginnings of the namespaces of Kubernetes, of Holdfast and of GKE: no tenant's name begins so."""

# --- Queues, where a site has Kueue ------------------------------------------------------------------------
QUEUE_LABEL = "kueue.x-k8s.io/queue-name"
"""Label of a Job or JobSet: the LocalQueue it waits in (kueue.sigs.k8s.io/docs/tasks/run/jobs)."""
KEEPER_LABEL = "app.kubernetes.io/managed-by"
KEEPER = "holdfast-agent"
"""Value of KEEPER_LABEL on what the agent keeps for Kueue: it looks at no other."""
QUEUE_TOPOLOGY = "holdfast"
"""The Topology by which Kueue knows pools, units and hosts."""
_LONGEST_LABEL = 63

# --- Identities -----------------------------------------------------------------------------------------
PLANNER_ACCOUNT = "planner"
SITE_AGENT_ACCOUNT = "agent"
TENANT_ROLE = "holdfast-tenant"
"""At a site: the ClusterRole of tenants, and the RoleBinding that gives it in a tenant's namespace."""
AGENTS_GROUP = f"system:serviceaccounts:{AGENTS_NAMESPACE}"
PLATFORM_ENGINEERS = "holdfast:platform-engineers"

# --- Leases ---------------------------------------------------------------------------------------------
ELECTION_LEASE = "holdfast-planner"
"""Planner election, in SYSTEM_NAMESPACE. The heartbeat of datacenter D is the Lease D in AGENTS_NAMESPACE."""

# --- Chips as Kubernetes counts them --------------------------------------------------------------------
TPU_CHIPS = "google.com/tpu"
NVIDIA_CHIPS = "nvidia.com/gpu"
AMD_CHIPS = "amd.com/gpu"


def is_reserved(name: str) -> bool:
    """Whether a namespace of this name can never be a tenant's."""
    return name in RESERVED_NAMESPACES or name.startswith(RESERVED_PREFIXES)


def pool_name(datacenter: str, block: str) -> str:
    """Name of an AcceleratorPool and of its PoolReport: `lake-mariner.tpu7x-a`."""
    return f"{datacenter}.{block}"


def datacenter_of(pool: str) -> str:
    """The datacenter a pool belongs to; datacenter names hold no dot, so it ends at the first one."""
    return pool.partition(".")[0]


def block_of(pool: str) -> str:
    """The block behind the datacenter's name: `tpu7x-a` of `lake-mariner.tpu7x-a`."""
    return pool.partition(".")[2]


def node_pool_name(block: str, unit: str) -> str:
    """Name of the GKE node pool that is one unit: `tpu7x-a-cube-000`, at most 40 characters."""
    return f"{block}-{unit}"


def reservation_namespace_label(uid: str) -> str:
    """Label key by which a site namespace shows that it holds the reservation with this uid."""
    return f"{RESERVATION_NAMESPACE_PREFIX}{uid}"


def queue_object_name(uid: str) -> str:
    """Name of the ClusterQueue, and of its ResourceFlavor, of the reservation with this uid."""
    return f"holdfast-{uid}"


def local_queue_name(tenant: str, reservation: str, uid: str) -> str:
    """Name of a reservation's LocalQueue in its tenant's namespace at a site: what a job names.

    Called like the reservation; one made in a namespace that is not called like the tenant carries that before it.
    Where that is longer than a label may be it is the uid; and where a reservation's own name has a dot in it, for
    `team.b` would be the name of `team/b`, too.
    """
    namespace, _, own = reservation.partition("/")
    if "." in own:
        return uid
    name = own if namespace == tenant else f"{namespace}.{own}"
    return name if len(name) <= _LONGEST_LABEL else uid
