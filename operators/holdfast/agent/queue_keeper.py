"""Keeps the queues of the reservations at this site as the ledgers want them, where the site has Kueue.

    a queue that the caches show to be other than it should, or that nobody is due
    -> the ledgers, fresh       the authority
    -> each object, fresh       written on the version it has, or made, or taken away

A reservation's queue comes once its tenant's namespace shows the reservation. It goes when no ledger knows it any more
and no node is open for it. Finalizers are Kueue's and stay. What is refused of one object is told of its tenant and
keeps none of the others from being put right; where Kueue does not answer all is left alone for some turns: a job waits
then, and no host's hand-over does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from holdfast.agent.caches import Agent, find
from holdfast.agent.node_marks import open_for
from holdfast.agent.obstacle import Obstacle, obstacle_of, tenant_subject
from holdfast.agent.queue_kinds import LOCAL_QUEUES, VIEWS, QueueObject
from holdfast.agent.queue_objects import objects_of, says
from holdfast.agent.queues import ReservedQueue, SeenPool, queues_due
from holdfast.agent.tenant_namespace import admits
from holdfast.cluster.cache.store import Store
from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import POOLS
from holdfast.cluster.transport.errors import ClusterError, Expired, Gone, Refused, Stale
from holdfast.cluster.transport.objects import View, identify
from holdfast.hardware.names import KEEPER, KEEPER_LABEL

_CALL_SECONDS = 3.0
"""For one call that Kueue's webhooks answer: so long, at most, a turn is kept from its other work."""


def keep_queues(agent: Agent, seen: Sequence[SeenPool]) -> None:
    """Write what differs and take away what nobody is due; nothing where the site serves no queues."""
    if agent.caches.queues.standing != "Kept":
        return
    caches = agent.caches
    stores: tuple[Store[Any], ...] = (caches.nodes, caches.namespaces, *caches.queues.stores)
    looked = *(thing for each in seen for thing in each), *(store.records for store in stores)
    if agent.settled.still("queues", *looked):
        return
    due = _admitted(agent, queues_due(seen))
    if all(_stands(agent, queue) for queue in due.values()) and not _left_over(agent, due):
        agent.queue_patience.answered()
        agent.settled.settle("queues", *looked)
        return
    if not agent.queue_patience.wants_a_try():
        return
    try:
        _settle(agent, seen)
    except (Stale, Expired):
        return  # the world moved: the next turn decides on what it is then
    except ClusterError as error:
        agent.queue_patience.failed()
        agent.log.did("queues left for later", agent.datacenter, why=str(error))
        return
    agent.queue_patience.answered()


def _admitted(agent: Agent, due: Mapping[str, ReservedQueue]) -> dict[str, ReservedQueue]:
    """Those whose tenant's namespace shows the reservation; on the way out it need not any more."""
    spaces = agent.caches.namespaces
    return {
        uid: queue
        for uid, queue in due.items()
        if queue.stop == "HoldAndDrain" or admits(spaces.get(queue.tenant), queue.tenant, uid)
    }


def _stands(agent: Agent, queue: ReservedQueue) -> bool:
    """Whether all its objects are known to be as they should; one on its way out is not made anew."""
    for view, wanted in objects_of(queue):
        known = agent.caches.queues.of(view).get(wanted.metadata.name, wanted.metadata.namespace)
        if known is None and queue.stop == "HoldAndDrain":
            continue
        if known is None or not says(known, wanted):
            return False
    return True


def _left_over(agent: Agent, due: Mapping[str, ReservedQueue]) -> list[tuple[View[QueueObject], QueueObject]]:
    """What is kept for reservations that are due none: local queues first, flavors last. Not what is ending already,
    nor while a node is open for it: a ledger that went back takes nothing from anybody.
    """
    kept = due.keys() | {open_for(node) for node in agent.caches.nodes.objects()}
    found = []
    for view in reversed(VIEWS):
        for one in agent.caches.queues.of(view).objects():
            ending = one.metadata.deletion_timestamp is not None
            if one.reservation and one.reservation not in kept and not ending:
                found.append((view, one))
    return found


# --- the one apply ---------------------------------------------------------------------------------------


def _settle(agent: Agent, seen: Sequence[SeenPool]) -> None:
    pools = {
        pool.metadata.name: pool
        for page in agent.hub.list_pages(POOLS, agent.own_pools)
        for pool in page.objects
    }
    now = [(pools[pool.metadata.name], units) for pool, units in seen if pool.metadata.name in pools]
    due = _admitted(agent, queues_due(now))
    site = agent.site.single_try(_CALL_SECONDS)
    for queue in due.values():
        if not _stands(agent, queue):
            _write(agent, site, queue)
    _clear_away(agent, site, _left_over(agent, due))


def _write(agent: Agent, site: Api, queue: ReservedQueue) -> None:
    """Each object of a queue in turn, whatever is in the way of another; the first obstacle is told of its tenant.

    Quota and stopPolicy are in the third. Nothing is made that leads to what is not there, or is somebody else's.
    """
    making, found = queue.stop != "HoldAndDrain", list[Obstacle]()
    for view, wanted in objects_of(queue):
        if obstacle := _hindrance(agent, site, view, wanted, making=making):
            found.append(obstacle)
            stands = agent.caches.queues.of(view).get(wanted.metadata.name, wanted.metadata.namespace)
            making = making and stands is not None
    for obstacle in found[:1]:
        agent.log.blocked(tenant_subject(queue.tenant), obstacle)


def _hindrance(
    agent: Agent, site: Api, view: View[QueueObject], wanted: QueueObject, *, making: bool
) -> Obstacle | None:
    """As `_write_one`; a refusal is an obstacle, too."""
    try:
        return _write_one(agent, site, view, wanted, making=making)
    except Refused as error:
        return obstacle_of(error)


def _write_one(
    agent: Agent, site: Api, view: View[QueueObject], wanted: QueueObject, *, making: bool
) -> Obstacle | None:
    """Make one object say what is wanted; why not, if somebody else's stands in its place."""
    before, store = (
        find(site, view, wanted.metadata.name, wanted.metadata.namespace),
        agent.caches.queues.of(view),
    )
    if before is None and making:
        store.put(site.create(view, wanted))
        agent.log.did(f"made a {view.kind.kind}", wanted.metadata.name)
    elif before is not None and (obstacle := _objection(view, before, wanted)):
        return obstacle
    elif before is not None and not says(before, wanted):
        store.put(site.patch(view, identify(before), {"spec": wanted.spec}))
        agent.log.did(f"changed a {view.kind.kind}", wanted.metadata.name)
    return None


def _objection(view: View[QueueObject], before: QueueObject, wanted: QueueObject) -> Obstacle | None:
    """Why an object that stands is not ours to change, or cannot be: where a LocalQueue leads never changes."""
    ours = before.metadata.labels.get(KEEPER_LABEL) == KEEPER
    if ours and (view is not LOCAL_QUEUES or says(before, wanted)):
        return None
    where = f"{before.metadata.namespace}/" if before.metadata.namespace else ""
    why = (
        f"{view.kind.kind} {where}{before.metadata.name}: was there before and leads elsewhere, so jobs cannot name it "
        f"for this reservation. Remove it; it is then made anew. Selector and toleration work meanwhile"
    )
    return Obstacle("QueueTaken", why)


def _clear_away(agent: Agent, site: Api, left: Iterable[tuple[View[QueueObject], QueueObject]]) -> None:
    for view, one in left:
        with suppress(Stale, Gone):
            site.delete(view, identify(one))
            agent.log.did(f"took a {view.kind.kind} away", one.metadata.name)
