"""A TPU slice as GKE's slice controller takes and tells it, and which of them are ours. Pure but for its shape.

fact                                                                                          source
name: at most 49 characters, ^[a-z]([-a-z0-9]*[a-z0-9])?$                                     [1]
spec: type tpu7x, a topology of whole cubes, the id of each of its partitions, all distinct   [1]
condition Ready, in its reason ACTIVATING, ACTIVE, ACTIVE_DEGRADED, FAILED, INCOMPLETE,
    DEACTIVATING, SliceNotCreated, SliceCreationFailed                                        [1] [2]
annotation slice.gke.io/retry-on-failure: "true": what fails to form is tried again           [1]
finalizer: the controller's; the object goes once the hardware is apart                       [2]
annotations slice.accelerator.gke.io/owner-workload-…: formed for a workload of Kueue's       [3]

[1] docs.cloud.google.com/kubernetes-engine/docs/reference/crds/slice
[2] docs.cloud.google.com/kubernetes-engine/docs/how-to/create-dynamic-slices
[3] AI-Hypercomputer's tpu-slice-controller for Kueue, internal/core
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from holdfast.cluster.core_objects import Metadata, view_of
from holdfast.cluster.transport.kinds import TPU_SLICE
from holdfast.hardware.names import POOL_LABEL, SLICE_RESERVATION_LABEL, SLICE_UNITS_ANNOTATION

USABLE = frozenset({"ACTIVE", "ACTIVE_DEGRADED"})
DEGRADED = "ACTIVE_DEGRADED"
BROKEN = frozenset({"FAILED", "SliceCreationFailed"})
NOT_CREATED = "SliceNotCreated"
RETRY_ANNOTATION = "slice.gke.io/retry-on-failure"
_OWNED_PREFIX = "slice.accelerator.gke.io/owner-"
_DIGITS = 8


class SliceSpec(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What is to be joined."""

    type: str = ""
    topology: str = ""
    partition_ids: tuple[str, ...] = ()


class SliceCondition(msgspec.Struct, frozen=True, omit_defaults=True):
    """One condition."""

    type: str
    status: str
    reason: str = ""
    message: str = ""


class SliceStatus(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far it is."""

    conditions: tuple[SliceCondition, ...] = ()


class TpuSlice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One Slice."""

    metadata: Metadata
    spec: SliceSpec = SliceSpec()
    status: SliceStatus = SliceStatus()

    @property
    def state(self) -> str:
        """The reason of its condition Ready."""
        ready = next((one for one in self.status.conditions if one.type == "Ready"), None)
        return (ready.reason if ready else "") or NOT_CREATED

    @property
    def message(self) -> str:
        """What the controller says about it."""
        return next((one.message for one in self.status.conditions if one.type == "Ready"), "")

    @property
    def going(self) -> bool:
        """Whether it has been deleted and is being taken apart."""
        return self.metadata.deletion_timestamp is not None

    @property
    def usable(self) -> bool:
        """Whether its chips are joined."""
        return self.state in USABLE and not self.going

    @property
    def owner(self) -> str:
        """Whose it is, if it is not ours: Kueue's, another controller's, or somebody's by hand."""
        if any(key.startswith(_OWNED_PREFIX) for key in self.metadata.annotations):
            return "a workload of Kueue"
        if self.metadata.owner_references:
            first = self.metadata.owner_references[0]
            return f"{first.kind} {first.name}"
        return "" if SLICE_RESERVATION_LABEL in self.metadata.labels else "somebody else"

    @property
    def promise(self) -> str:
        """The uid of the reservation for which we formed it; empty for all others'."""
        return "" if self.owner else self.metadata.labels[SLICE_RESERVATION_LABEL]

    @property
    def pool(self) -> str:
        """The pool of which we formed it."""
        return self.metadata.labels.get(POOL_LABEL, "")

    @property
    def units(self) -> tuple[str, ...]:
        """The units of which we formed it, in the order of its partitions: nodes that are gone change nothing."""
        text = self.metadata.annotations.get(SLICE_UNITS_ANNOTATION, "")
        return tuple(text.split(",")) if text else ()


TPU_SLICES = view_of(TPU_SLICE, TpuSlice)


def slice_of(promise: str, pool: str, spec: SliceSpec, units: Sequence[str]) -> TpuSlice:
    """A slice to create. Its name says what it is made of, so that a second try meets the first."""
    made_of = "\n".join((pool, spec.topology, *units, *spec.partition_ids))
    digest = hashlib.sha256(made_of.encode()).hexdigest()[:_DIGITS]
    metadata = Metadata(
        name=f"hf-{promise}-{digest}",
        labels={SLICE_RESERVATION_LABEL: promise, POOL_LABEL: pool},
        annotations={SLICE_UNITS_ANNOTATION: ",".join(units), RETRY_ANNOTATION: "true"},
    )
    return TpuSlice(metadata, spec)
