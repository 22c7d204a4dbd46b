"""Which hosts were really empty: at one instant Ready, closed by a grant, and without a pod.

What is gone from a host that is not Ready may run on there, so that its absence alone says nothing. A host that is made
anew, and in nobody's hands since, stands for the one that an agent has seen empty just before.
"""

from __future__ import annotations

from collections import defaultdict

from tests.simulation.lifetimes.truth import node_of
from tests.simulation.storage import Entry, Place

from holdfast.cluster.core_objects import Node
from holdfast.cluster.transport import kinds
from holdfast.hardware.names import GRANT_ANNOTATION, NO_RESERVATION, RESERVATION_TAINT

Host = tuple[str, str]
"""Site and name of a node."""


class Emptied:
    """Kept change by change of the sites; nothing of it is seen by an agent."""

    def __init__(self) -> None:
        self._nodes: dict[Host, Node] = {}
        self._pods: dict[Host, set[Place]] = defaultdict(set)
        self._seen: set[tuple[str, str]] = set()
        self._before: dict[str, str] = {}

    def take(self, site: str, change: Entry) -> None:
        """Take in one change of a node or a pod."""
        stored = change.new or change.old or {}
        if change.place.plural == kinds.NODE.plural:
            host = (site, change.place.name)
            self._anew(self._nodes.get(host), node_of(stored))
            self._nodes[host] = node_of(stored)
        elif change.place.plural == kinds.POD.plural:
            host = (site, stored["spec"]["nodeName"])
            (self._pods[host].discard if change.new is None else self._pods[host].add)(change.place)
        else:
            return
        self._look_at(host)

    def _anew(self, former: Node | None, node: Node) -> None:
        uid = node.metadata.uid
        if former is not None and former.metadata.uid != uid:
            self._before[uid] = former.metadata.uid
        if GRANT_ANNOTATION in node.metadata.annotations:
            self._before.pop(uid, None)

    def _look_at(self, host: Host) -> None:
        node = self._nodes.get(host)
        if node is None or not node.ready or self._pods[host]:
            return
        written = node.metadata.annotations.get(GRANT_ANNOTATION)
        if written and any(
            t.key == RESERVATION_TAINT and t.value == NO_RESERVATION for t in node.spec.taints
        ):
            self._seen.add((node.metadata.uid, written))

    def by(self, uid: str, grant: int) -> bool:
        """Whether the host with this uid, or the one it stands for, was ever empty while closed by this grant."""
        return any((host, str(grant)) in self._seen for host in (uid, self._before.get(uid, "")))
