"""Kubernetes' own kinds, as far as we look at them: frozen projections that never build what we ignore.

Leases, and Events as we write them, are whole; everything else shows only a part and is never PUT.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from holdfast.cluster.transport.kinds import (
    DEFINITION,
    GUARD_BINDING,
    LEASE,
    NAMESPACE,
    NODE,
    POD,
    ROLE_BINDING,
    ServedKind,
)
from holdfast.cluster.transport.objects import HasMetadata, View, identify
from holdfast.hardware.names import NO_EXECUTE


class Owner(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False):
    """One owner reference."""

    api_version: str
    kind: str
    name: str
    uid: str
    controller: bool = False


class Metadata(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What every object carries. Times are RFC3339 as the server wrote them."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    finalizers: tuple[str, ...] = ()
    owner_references: tuple[Owner, ...] = ()
    deletion_timestamp: str | None = None


class Taint(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False):
    """One taint of a node. `time_added` is kept so that writing the list back changes nothing else."""

    key: str
    effect: str
    value: str = ""
    time_added: str | None = None

    @property
    def evicts(self) -> bool:
        """Whether pods that do not tolerate it are ended."""
        return self.effect == NO_EXECUTE


class NodeCondition(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """One condition of a node."""

    type: str
    status: str
    last_transition_time: str | None = None


class NodeSpec(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """How a node is closed."""

    taints: tuple[Taint, ...] = ()
    unschedulable: bool = False


class NodeStatus(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a node is, and what of each resource its pods may have, in Kubernetes' quantities."""

    conditions: tuple[NodeCondition, ...] = ()
    allocatable: dict[str, str] = {}


class Node(msgspec.Struct, frozen=True, omit_defaults=True):
    """One host."""

    metadata: Metadata
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()

    @property
    def ready(self) -> bool:
        """Whether its kubelet says so; Unknown and silence are not ready."""
        return any(one.type == "Ready" and one.status == "True" for one in self.status.conditions)

    @property
    def cordoned(self) -> bool:
        """Whether somebody has closed it to new pods by hand."""
        return self.spec.unschedulable


class PodSpec(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False):
    """Where a pod runs; empty until it is bound."""

    node_name: str = ""


class Running(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Of a container that runs: that it does."""


class ContainerState(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """How a container is, as far as it tells whether it runs."""

    running: Running | None = None


class ContainerStatus(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One container of a pod."""

    state: ContainerState = ContainerState()


class PodStatus(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False):
    """How far a pod is, and its containers: of its own, those that ran first or beside, those put in later."""

    phase: str = ""
    container_statuses: tuple[ContainerStatus, ...] = ()
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    ephemeral_container_statuses: tuple[ContainerStatus, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether a container still does, whatever the phase is called."""
        told = (self.container_statuses, self.init_container_statuses, self.ephemeral_container_statuses)
        return any(one.state.running is not None for statuses in told for one in statuses)


class Pod(msgspec.Struct, frozen=True, omit_defaults=True):
    """One pod."""

    metadata: Metadata
    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()

    @property
    def finished(self) -> bool:
        """Whether its containers have ended for good, so that it occupies no chip."""
        return self.status.phase in ("Succeeded", "Failed") and not self.status.runs

    @property
    def owned_by_daemon_set(self) -> bool:
        """Whether it is one of the pods every node carries."""
        return any(owner.controller and owner.kind == "DaemonSet" for owner in self.metadata.owner_references)


class Namespace(msgspec.Struct, frozen=True, omit_defaults=True):
    """One namespace."""

    metadata: Metadata


class LeaseSpec(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False):
    """Who holds a lease and since when; times are RFC3339 with microseconds. An empty holder is nobody."""

    holder_identity: str | None = None
    lease_duration_seconds: int | None = None
    acquire_time: str | None = None
    renew_time: str | None = None
    lease_transitions: int | None = None


class Lease(msgspec.Struct, frozen=True, omit_defaults=True):
    """One lease."""

    metadata: Metadata
    spec: LeaseSpec = LeaseSpec()


class RoleRef(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """The role a binding gives."""

    api_group: str
    kind: str
    name: str


class Subject(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False):
    """Whom a binding gives it to."""

    kind: str
    name: str
    api_group: str = ""
    namespace: str = ""


class RoleBinding(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One role given to some subjects in a namespace."""

    metadata: Metadata
    role_ref: RoleRef
    subjects: tuple[Subject, ...] = ()


class DefinitionMetadata(Metadata, frozen=True, rename="camel", omit_defaults=True):
    """When a definition was made, beside what every object carries."""

    creation_timestamp: str = ""


class KindDefinition(msgspec.Struct, frozen=True, omit_defaults=True):
    """One kind's definition, as far as it tells since when the kind stands and whether it is going."""

    metadata: DefinitionMetadata

    @property
    def going(self) -> bool:
        """Whether it is being deleted, and all objects of its kind with it."""
        return self.metadata.deletion_timestamp is not None


class GuardBinding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One binding of an admission policy, named like the policy it puts in force."""

    metadata: Metadata


_Projected = TypeVar("_Projected", bound=HasMetadata)


def view_of(kind: ServedKind, shape: type[_Projected], *, complete: bool = False) -> View[_Projected]:
    """A kind in the form of a msgspec Struct; apiVersion and kind are written in front of it."""
    head = {"apiVersion": kind.api_version, "kind": kind.kind}

    def encode(whole: _Projected) -> bytes:
        return msgspec.json.encode({**head, **msgspec.to_builtins(whole)})

    return View(kind, msgspec.json.Decoder(shape).decode, encode, identify, complete)


NODES = view_of(NODE, Node)
PODS = view_of(POD, Pod)
NAMESPACES = view_of(NAMESPACE, Namespace)
ROLE_BINDINGS = view_of(ROLE_BINDING, RoleBinding)
DEFINITIONS = view_of(DEFINITION, KindDefinition)
LEASES = view_of(LEASE, Lease, complete=True)
GUARD_BINDINGS = view_of(GUARD_BINDING, GuardBinding)
