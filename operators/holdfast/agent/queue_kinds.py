"""Kueue's objects as far as we write them, and the caches of them: kinds that a site may not serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from holdfast.api.report import Queues
from holdfast.cluster.cache.optional import OptionalStore
from holdfast.cluster.cache.store import ChangeSignal
from holdfast.cluster.core_objects import Metadata, view_of
from holdfast.cluster.transport.kinds import CLUSTER_QUEUE, LOCAL_QUEUE, RESOURCE_FLAVOR, TOPOLOGY
from holdfast.cluster.transport.objects import Selector, View
from holdfast.hardware.names import KEEPER, KEEPER_LABEL, RESERVATION_TAINT

OF_RESERVATION = RESERVATION_TAINT
"""Label of the objects of one reservation: its uid. Spelled like the taint it leads past."""
OURS = Selector(labels=f"{KEEPER_LABEL}={KEEPER}")
"""What the agent keeps, and so looks at."""


class QueueObject(msgspec.Struct, frozen=True, omit_defaults=True):
    """A Topology, ResourceFlavor, ClusterQueue or LocalQueue; of its spec we know what we write."""

    metadata: Metadata
    spec: dict[str, Any] = {}

    @property
    def reservation(self) -> str:
        """uid of the reservation it is kept for; empty where it is not kept for one."""
        ours = self.metadata.labels.get(KEEPER_LABEL) == KEEPER
        return self.metadata.labels.get(OF_RESERVATION, "") if ours else ""


TOPOLOGIES = view_of(TOPOLOGY, QueueObject)
FLAVORS = view_of(RESOURCE_FLAVOR, QueueObject)
CLUSTER_QUEUES = view_of(CLUSTER_QUEUE, QueueObject)
LOCAL_QUEUES = view_of(LOCAL_QUEUE, QueueObject)
VIEWS: tuple[View[QueueObject], ...] = (TOPOLOGIES, FLAVORS, CLUSTER_QUEUES, LOCAL_QUEUES)
"""In the order in which they are made; taken away in the opposite one."""


@dataclass(frozen=True, slots=True)
class QueueCaches:
    """What the site's Kueue knows of us, by kind."""

    stores: tuple[OptionalStore[QueueObject], ...]

    @classmethod
    def empty(cls, changes: ChangeSignal) -> QueueCaches:
        """Nothing known yet."""
        return cls(tuple(OptionalStore(view, changes) for view in VIEWS))

    @property
    def standing(self) -> Queues:
        """Whether there can be queues here: all of the kinds are served to us, or none is of use."""
        if any(store.refused for store in self.stores):
            return "NotAllowed"
        return "Kept" if all(store.served for store in self.stores) else "NotServed"

    def of(self, view: View[QueueObject]) -> OptionalStore[QueueObject]:
        """The cache of one kind."""
        return next(store for store in self.stores if store.view is view)
