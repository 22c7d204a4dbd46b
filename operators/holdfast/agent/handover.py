"""Hands one unit over: the only place that writes nodes and ends pods.

    1. the unit's nodes, of one instant          the targets, with their versions
    2. its pool, fresh from the hub               the authority, read after them
    3. guests sent away, marks written            each on the version read in step 1
    4. where there was nothing left to do:        the pods on each node, of now; none left means undone

The other order is wrong: an agent paused between reading the ledger and reading a node would write what was true
before the pause on a version from after it, and open the node to a former holder.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.agent.caches import Workplace, find
from holdfast.agent.desired import Closed, Frozen, Open, Wanted, change_of, wanted_of
from holdfast.agent.observed import UnitSight, belongs, sight_of
from holdfast.agent.tenant_namespace import admits
from holdfast.agent.tenant_pods import GUEST_PODS, GuestPod, is_guest, must_be_told
from holdfast.api.ledger import EMPTY
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import NODES, Node
from holdfast.cluster.holdfast_objects import POOLS
from holdfast.cluster.transport.errors import Gone, Stale, Unavailable, Unknown
from holdfast.cluster.transport.http import CALL_SECONDS
from holdfast.cluster.transport.objects import Where, identify
from holdfast.hardware.names import POOL_LABEL, UNIT_LABEL


@dataclass(frozen=True, slots=True)
class HandOver:
    """One turn's hand-overs in one pool. `tenants` are the names of tenants' namespaces."""

    place: Workplace
    pool: str
    tenants: frozenset[str]

    def settle(self, seen: UnitSight) -> int | None:
        """Make a unit say what the ledger says. Returns the grant that was found undone, if one was.

        Of `seen`, the picture in the caches, only the guests are used: their versions guard their eviction.
        """
        claimed = self._nodes_of(seen.unit)
        pool = find(self.place.hub, POOLS, self.pool)
        if pool is None or pool.spec.datacenter != self.place.datacenter:
            self._leave(seen.unit, f"pool {self.pool} is gone from the hub; nodes stay as they are")
            return None
        sight = sight_of(pool, seen.unit, (node for node in claimed if belongs(node, pool, seen.unit)), {})
        wanted = wanted_of(pool.status or EMPTY, seen.unit, sight.nodes)
        if why := self._objection(wanted):
            self._leave(seen.unit, why)
            return None
        if isinstance(wanted, Closed) and wanted.grant is not None:
            self._send_away(seen.guests, pool.spec.grace_seconds)
        return self._write(sight, wanted)

    def _nodes_of(self, unit: str) -> list[Node]:
        """All nodes that claim to be this unit's, of one instant."""
        where = Where(labels=f"{POOL_LABEL}={self.pool},{UNIT_LABEL}={unit}")
        return [node for page in self.place.site.list_pages(NODES, where) for node in page.objects]

    def _leave(self, unit: str, why: str) -> None:
        self.place.chronicle.complain(f"{self.pool}/{unit}", why)

    def _objection(self, wanted: Wanted) -> str | None:
        """Why nothing may be written now, or None."""
        if isinstance(wanted, Frozen):
            return wanted.why
        if isinstance(wanted, Closed):
            return None
        namespace = self.place.sources.namespaces.get(wanted.tenant)
        if admits(namespace, wanted.tenant, wanted.reservation):
            return None
        return f"opens when namespace {wanted.tenant} shows reservation {wanted.reservation}"

    def _send_away(self, guests: Iterable[GuestPod], grace_seconds: int) -> None:
        once = self.place.site.impatient(CALL_SECONDS)
        for guest in guests:
            if must_be_told(guest, grace_seconds):
                _end(once, guest, grace_seconds)
                self.place.chronicle.did(
                    "sent a pod away", f"{guest.metadata.namespace}/{guest.metadata.name}"
                )

    def _write(self, sight: UnitSight, wanted: Wanted) -> int | None:
        changes = {node.metadata.name: change_of(node, wanted) for node in sight.nodes}
        if not any(changes.values()):
            return self._undone(sight, wanted)
        for node in sight.nodes:
            if change := changes[node.metadata.name]:
                self._write_node(node, change)
        self.place.chronicle.did(_deed(wanted), f"{self.pool}/{sight.unit}", hosts=len(sight.nodes))
        return None

    def _write_node(self, node: Node, change: dict[str, object]) -> None:
        """One node's marks; one that has moved since it was read is left to the next turn."""
        try:
            self.place.sources.nodes.put(self.place.site.patch(NODES, identify(node), change))
        except (Stale, Gone):
            return

    def _undone(self, sight: UnitSight, wanted: Wanted) -> int | None:
        """The grant being undone, if every host is there, Ready, closed and written by it, without a guest."""
        if not isinstance(wanted, Closed) or wanted.grant is None or not sight.whole:
            return None
        if sight.undone_grant != wanted.grant or any(self._has_guests(node) for node in sight.nodes):
            return None
        return wanted.grant

    def _has_guests(self, node: Node) -> bool:
        where = Where(fields=f"spec.nodeName={node.metadata.name}")
        pages = self.place.site.list_pages(GUEST_PODS, where)
        return any(page.broken or any(is_guest(pod, self.tenants) for pod in page.objects) for page in pages)


def _end(site: Api, guest: GuestPod, grace_seconds: int) -> None:
    """Evict one pod. A disruption budget may ask for patience, but a unit is not held by it: then it is deleted.

    The pod ends in its own time then; once it is ending no budget counts, and the next eviction shortens that.
    """
    pod = identify(guest)
    try:
        site.evict(pod, grace_seconds)
    except (Unavailable, Unknown):
        _delete(site, guest)
    except (Stale, Gone):
        return


def _delete(site: Api, guest: GuestPod) -> None:
    try:
        site.delete(GUEST_PODS, identify(guest))
    except (Stale, Gone):
        return


def _deed(wanted: Wanted) -> str:
    return f"opened by grant {wanted.grant}" if isinstance(wanted, Open) else "closed"
