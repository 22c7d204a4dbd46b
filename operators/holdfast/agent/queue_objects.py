"""Kueue's objects for one reservation's queue, and whether one that stands says the same. Pure.

Topology holdfast              pool, unit, host: once for the site, where units are of several hosts
ResourceFlavor holdfast-<uid>  the label and the tolerations with which pods reach the reservation's nodes
ClusterQueue holdfast-<uid>    the tenant's namespace alone may use it; quota, stopPolicy
LocalQueue <reservation>       in the tenant's namespace: the name that jobs give

Only the fields written here are compared and changed; what Kueue adds, and what people add to the rest, stays.
A flavor with a topology never changes again: Kueue refuses whatever differs from what it was made with. So it is made
of what never changes either, and never of what its hosts show at the time.
Fields: kueue.sigs.k8s.io/docs/reference/kueue.v1beta2; the rule is in its definition of ResourceFlavor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.agent.quantities import quantity, thousandths
from holdfast.agent.queue_kinds import (
    CLUSTER_QUEUES,
    FLAVORS,
    LOCAL_QUEUES,
    OF_RESERVATION,
    TOPOLOGIES,
    QueueObject,
)
from holdfast.agent.queues import ReservedQueue
from holdfast.cluster.core_objects import Metadata
from holdfast.cluster.transport.objects import View
from holdfast.hardware.names import (
    KEEPER,
    KEEPER_LABEL,
    NO_EXECUTE,
    NO_SCHEDULE,
    NVIDIA_CHIPS,
    POOL_LABEL,
    QUEUE_TOPOLOGY,
    RESERVATION_LABEL,
    RESERVATION_TAINT,
    TENANT_LABEL,
    TPU_CHIPS,
    UNIT_LABEL,
    queue_object_name,
)

Spec = dict[str, Any]
_LEVELS = [{"nodeLabel": label} for label in (POOL_LABEL, UNIT_LABEL, "kubernetes.io/hostname")]
_TAINTED_BY_GKE = (TPU_CHIPS, NVIDIA_CHIPS, "kubernetes.io/arch")
"""Taints, NoSchedule, that GKE gives to nodes with chips, and to those whose processors are not the usual ones."""


def objects_of(queue: ReservedQueue) -> list[tuple[View[QueueObject], QueueObject]]:
    """What should stand for a reservation, in the order in which it is made."""
    topology = [(TOPOLOGIES, _TOPOLOGY)] if queue.joined else []
    labels = {KEEPER_LABEL: KEEPER, OF_RESERVATION: queue.reservation, TENANT_LABEL: queue.tenant}
    shared = Metadata(name=queue_object_name(queue.reservation), labels=labels)
    local = Metadata(name=queue.name, namespace=queue.tenant, labels=labels)
    return [
        *topology,
        (FLAVORS, QueueObject(shared, _flavor(queue))),
        (CLUSTER_QUEUES, QueueObject(shared, _cluster_queue(queue))),
        (LOCAL_QUEUES, QueueObject(local, {"clusterQueue": shared.name})),
    ]


def says(before: QueueObject, wanted: QueueObject) -> bool:
    """Whether an object says what is wanted, however its quantities are spelled, or cannot be made to say it."""
    return _is_final(before) or all(
        _plain(before.spec.get(field)) == _plain(value) for field, value in wanted.spec.items()
    )


_TOPOLOGY = QueueObject(Metadata(name=QUEUE_TOPOLOGY, labels={KEEPER_LABEL: KEEPER}), {"levels": _LEVELS})


def _is_final(before: QueueObject) -> bool:
    """Whether it is a flavor with a topology: its nodeLabels, tolerations and topologyName are immutable."""
    return bool(before.spec.get("topologyName"))


def _flavor(queue: ReservedQueue) -> Spec:
    own = {"key": RESERVATION_TAINT, "operator": "Equal", "value": queue.reservation, "effect": NO_EXECUTE}
    others = [{"key": key, "operator": "Exists", "effect": NO_SCHEDULE} for key in _TAINTED_BY_GKE]
    spec: Spec = {"nodeLabels": {RESERVATION_LABEL: queue.reservation}, "tolerations": [own, *others]}
    return {**spec, "topologyName": QUEUE_TOPOLOGY} if queue.joined else spec


def _cluster_queue(queue: ReservedQueue) -> Spec:
    quotas = [{"name": name, "nominalQuota": quantity(sum_)} for name, sum_ in queue.offered.items()]
    flavors = [{"name": queue_object_name(queue.reservation), "resources": quotas}]
    groups = [{"coveredResources": list(queue.offered), "flavors": flavors}]
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": queue.tenant}},
        "resourceGroups": groups if quotas else [],
        "stopPolicy": queue.stop,
    }


def _plain(value: Any) -> Any:
    """A value of a spec with quantities as numbers; an absent list is an empty one."""
    if isinstance(value, Mapping):
        return {key: _amount(each) if key == "nominalQuota" else _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value or None


def _amount(text: Any) -> int | None:
    return thousandths(str(text))
