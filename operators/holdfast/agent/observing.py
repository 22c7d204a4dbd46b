"""The observed state of a whole site, made of the one before at the cost of what has changed in between. Pure.

    node or pod another than before → its unit is made anew; the unit that it has left, too
    pool declared otherwise         → all its units
    pool's ledger written           → the pool alone: what is on its hosts is as it was
    tenants' namespaces others      → everything: whose pods are a tenant's has changed

A unit of which nothing has changed is the very same object, and so is what was worked out of it (`frozen/once.py`).
Observed of nothing, a site is the same, only slower; tests/agent/test_observing.py compares the two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from holdfast.agent.node_marks import is_marked
from holdfast.agent.observed import ObservedUnit, PodsByNode, belongs, has_unit, observed_unit
from holdfast.agent.tenant_pods import TenantPod, is_tenant_pod
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.core_objects import Node
from holdfast.cluster.transport.objects import Key
from holdfast.frozen.once import once
from holdfast.frozen.records import Records
from holdfast.hardware.names import POOL_LABEL, UNIT_LABEL

Nodes = Mapping[str, Node]
"""By name."""


class Claim(NamedTuple):
    """The pool and the unit that a node says it is part of; empty where it says nothing."""

    pool: str
    unit: str


@dataclass(frozen=True, slots=True)
class SeenSite:
    """What is looked at: pools (the datacenter's own count), nodes, pods, the names of tenants' namespaces."""

    pools: Records[Key, AcceleratorPool] = field(default_factory=lambda: Records.of({}))
    nodes: Records[Key, Node] = field(default_factory=lambda: Records.of({}))
    pods: Records[Key, TenantPod] = field(default_factory=lambda: Records.of({}))
    tenants: frozenset[str] = frozenset()
    datacenter: str = ""


@dataclass(frozen=True)
class ObservedPool:
    """One pool of the datacenter as the caches show it: its units, and its marked nodes that belong to none."""

    pool: AcceleratorPool
    units: Mapping[str, ObservedUnit]
    without_unit: tuple[Node, ...]

    @property
    def name(self) -> str:
        """The pool's name."""
        return self.pool.metadata.name

    @property
    @once
    def holders(self) -> frozenset[str]:
        """uids of the reservations for which a host of a unit is open."""
        return frozenset().union(*(unit.holders for unit in self.units.values()))


@dataclass(frozen=True, slots=True)
class ObservedSite:
    """All pools by name, and how they were seen. `pods` are tenants' pods by node, `claims` the nodes by claim."""

    seen: SeenSite = field(default_factory=SeenSite)
    pools: Mapping[str, ObservedPool] = field(default_factory=dict)
    pods: PodsByNode = field(default_factory=lambda: Records.of({}))
    claims: Records[Claim, Nodes] = field(default_factory=lambda: Records.of({}))
    unknown: Mapping[str, Node] = field(default_factory=dict)


class SiteObserver:
    """What an agent observed last, from which it goes on."""

    def __init__(self) -> None:
        self._last: ObservedSite | None = None

    def look(self, seen: SeenSite) -> ObservedSite:
        """The site as it is seen now."""
        self._last = observe(seen, self._last)
        return self._last


def observe(seen: SeenSite, before: ObservedSite | None = None) -> ObservedSite:
    """The site as it is seen now."""
    if before is None or before.seen.tenants != seen.tenants:
        before = ObservedSite(SeenSite(tenants=seen.tenants, datacenter=seen.datacenter))
    moved = seen.nodes.new_since(before.seen.nodes)
    pods, busy = _pods(seen, before)
    nodes = {key.name for key in moved} | busy
    touched = {_claim(node) for one in (before.seen, seen) for node in _named(one, nodes)}
    claims = _claims(seen, before, moved)
    site = replace(before, seen=seen, pods=pods, claims=claims)
    pools = _pools(site, before, touched)
    return replace(site, pools=pools, unknown=_unknown(site, before, pools.keys(), touched))


def _pods(seen: SeenSite, before: ObservedSite) -> tuple[Records[str, tuple[TenantPod, ...]], set[str]]:
    """Tenants' pods by node, in the order of their keys, and the nodes of which something has come or gone."""
    moved = seen.pods.new_since(before.seen.pods)
    found = (pods.get(key) for pods in (before.seen.pods, seen.pods) for key in moved)
    nodes = {pod.spec.node_name for pod in found if pod is not None} - {""}
    here: dict[str, list[TenantPod]] = {
        node: [pod for pod in before.pods.get(node, ()) if _key(pod) not in moved] for node in nodes
    }
    for pod in (seen.pods[key] for key in moved if key in seen.pods):
        if pod.spec.node_name and is_tenant_pod(pod, seen.tenants):
            here[pod.spec.node_name].append(pod)
    put = {node: tuple(sorted(pods, key=_key)) for node, pods in here.items() if pods}
    return Records.of(before.pods).with_changes(put, nodes - put.keys()), nodes


def _key(pod: TenantPod) -> Key:
    return Key(pod.metadata.namespace, pod.metadata.name)


def _claims(seen: SeenSite, before: ObservedSite, moved: Iterable[Key]) -> Records[Claim, Nodes]:
    """Nodes by what they claim."""
    put: dict[Claim, dict[str, Node]] = {}
    for key in moved:
        for nodes in (before.seen.nodes, seen.nodes):
            node = nodes.get(key)
            if node is None:
                continue
            claim = _claim(node)
            theirs = put.setdefault(claim, dict(before.claims.get(claim, {})))
            theirs.pop(key.name, None)
            if nodes is seen.nodes:
                theirs[key.name] = node
    gone = [claim for claim, nodes in put.items() if not nodes]
    return before.claims.with_changes({claim: put[claim] for claim in put.keys() - set(gone)}, gone)


def _pools(site: ObservedSite, before: ObservedSite, touched: set[Claim]) -> dict[str, ObservedPool]:
    by_pool: dict[str, set[str]] = defaultdict(set)
    for claim in touched:
        by_pool[claim.pool].add(claim.unit)
    found = (site.seen.pools[key] for key in sorted(site.seen.pools))
    pools = (pool for pool in found if pool.spec.datacenter == site.seen.datacenter)
    return {pool.metadata.name: _pool(site, before, pool, by_pool[pool.metadata.name]) for pool in pools}


def _pool(site: ObservedSite, before: ObservedSite, pool: AcceleratorPool, touched: set[str]) -> ObservedPool:
    """One pool, of which these units are others; all of them where it is declared otherwise."""
    name = pool.metadata.name
    was = before.pools.get(name)
    if was is None or was.pool.spec != pool.spec:
        claimed = {claim.unit for claim in site.claims if claim.pool == name}
        units = {unit: _unit(site, pool, unit) for unit in sorted(pool.spec.units)}
        return ObservedPool(pool, units, _strays(site, pool, claimed))
    if not touched:
        return was if was.pool is pool else replace(was, pool=pool)
    others = {unit: _unit(site, pool, unit) for unit in touched & pool.spec.units.keys()}
    strays = (
        *(node for node in was.without_unit if _claim(node).unit not in touched),
        *_strays(site, pool, touched),
    )
    return ObservedPool(
        pool, {**was.units, **others}, tuple(sorted(strays, key=lambda node: node.metadata.name))
    )


def _unit(site: ObservedSite, pool: AcceleratorPool, unit: str) -> ObservedUnit:
    nodes = site.claims.get(Claim(pool.metadata.name, unit), {}).values()
    return observed_unit(pool, unit, (node for node in nodes if belongs(node, pool, unit)), site.pods)


def _strays(site: ObservedSite, pool: AcceleratorPool, units: Iterable[str]) -> tuple[Node, ...]:
    """The marked nodes that claim one of these units, or none, and belong to none of the pool's, by name."""
    found = (node for unit in units for node in site.claims.get(Claim(pool.metadata.name, unit), {}).values())
    strays = (node for node in found if is_marked(node) and not has_unit(node, pool))
    return tuple(sorted(strays, key=lambda node: node.metadata.name))


def _unknown(
    site: ObservedSite, before: ObservedSite, known: Iterable[str], touched: set[Claim]
) -> Mapping[str, Node]:
    """The marked nodes whose pool the hub does not have here, by name."""
    pools = frozenset(known)
    looked = (
        touched if pools == before.pools.keys() else {*site.claims, *map(_claim, before.unknown.values())}
    )
    if not any(claim.pool not in pools for claim in looked) and pools == before.pools.keys():
        return before.unknown
    kept = {name: node for name, node in before.unknown.items() if _claim(node) not in looked}
    found = (
        node for claim in looked if claim.pool not in pools for node in site.claims.get(claim, {}).values()
    )
    return {**kept, **{node.metadata.name: node for node in found if is_marked(node)}}


def _named(seen: SeenSite, names: Iterable[str]) -> Iterable[Node]:
    found = (seen.nodes.get(Key("", name)) for name in names)
    return (node for node in found if node is not None)


def _claim(node: Node) -> Claim:
    labels = node.metadata.labels
    return Claim(labels.get(POOL_LABEL, ""), labels.get(UNIT_LABEL, ""))
