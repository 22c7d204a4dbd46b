"""Nodes that carry our marks and belong to no declared unit: closed as soon as nobody has a right to them.

A host is part of a unit by its labels. Take one off, declare the unit no more, or make the node in another node pool,
and no ledger names the node any longer; the marks on it still let a former holder in. So of each such node:

ledger of its pool says                      the node
the reservation it shows has an Active grant left alone, and told: a label that somebody took off interrupts no tenant
no such grant                                closed, its pods sent away
less than the node's annotation              left alone: a ledger that went back undoes nothing
nothing, there is no such pool               left alone

A node with the pool's label and none of our marks was never ours to close: it may be any machine of the cluster.
Written as a unit is: node read, then the ledger, then the node on the version read.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.agent.caches import Agent, find
from holdfast.agent.desired import Closed, Frozen, change_of, newer_than
from holdfast.agent.handover import pool_unknown, send_away, write_node
from holdfast.agent.node_marks import is_marked, shown_reservations, written_grant
from holdfast.agent.observed import PodsByNode, has_unit
from holdfast.agent.obstacle import Obstacle, node_subject
from holdfast.agent.tenant_pods import TenantPod
from holdfast.api.ledger import EMPTY, LedgerDocument
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.core_objects import NODES, Node
from holdfast.cluster.holdfast_objects import POOLS
from holdfast.hardware.names import POOL_LABEL


def desired_of(ledger: LedgerDocument, node: Node) -> Closed | Frozen:
    """What a node without a unit should say. It must have been read before the ledger."""
    if written_grant(node) > ledger.granted:
        return newer_than(node, ledger.granted)
    active = {grant.promise for grant in ledger.units.values() if grant.state == "Active"}
    held = sorted(shown_reservations(node) & active)
    if not held:
        return Closed()
    why = (
        f"node {node.metadata.name} belongs to no declared unit and is in the hands of reservation {held[0]}, which "
        f"has units here: it stays open to it and is closed after. Give the node its labels back, or remove it"
    )
    return Frozen(Obstacle("NodeWithoutUnit", why))


def close_nodes(agent: Agent, pool: AcceleratorPool, nodes: Iterable[Node], pods: PodsByNode) -> None:
    """Settle each node of a pool that is without a unit, where the caches show something left to do."""
    ledger = pool.status or EMPTY
    for node in nodes:
        here = pods.get(node.metadata.name, ()) if _was_in_use(node) else ()
        desired = desired_of(ledger, node)
        if here or isinstance(desired, Frozen) or change_of(node, desired):
            subject = node_subject(pool.metadata.name, node.metadata.name)
            with agent.log.isolate(subject):
                _settle(agent, pool.metadata.name, node.metadata.name, here)


def leave_unknown(agent: Agent, nodes: Iterable[Node]) -> None:
    """Tell of the marked nodes whose pool the hub does not have: there is no report to tell it in."""
    for node in nodes:
        name = node.metadata.labels.get(POOL_LABEL, "")
        agent.log.blocked(node_subject(name, node.metadata.name), pool_unknown(name))


def _was_in_use(node: Node) -> bool:
    """Whether anybody was ever let in here; on a node as it was born, pods are not ours to judge."""
    return bool(shown_reservations(node) or written_grant(node))


def _settle(agent: Agent, pool_name: str, name: str, pods: Iterable[TenantPod]) -> None:
    node, subject = find(agent.site, NODES, name), node_subject(pool_name, name)
    pool = find(agent.hub, POOLS, pool_name)
    if node is None or node.metadata.labels.get(POOL_LABEL) != pool_name or not is_marked(node):
        return
    if pool is None or pool.spec.datacenter != agent.datacenter:
        agent.log.blocked(subject, pool_unknown(pool_name))
        return
    desired = desired_of(pool.status or EMPTY, node)
    if has_unit(node, pool):
        return
    if isinstance(desired, Frozen):
        agent.log.blocked(subject, desired.obstacle)
        return
    send_away(agent, pods, pool.spec.grace_seconds)
    if change := change_of(node, desired):
        write_node(agent, node, change)
        agent.log.did("closed a node without a unit", name)
