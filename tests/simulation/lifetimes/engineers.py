"""What platform engineers do to a world: one function each, its ways chosen by a number."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.lifetimes.birth import POOLS, contract, node, node_pool
from tests.simulation.lifetimes.checks import TENANTS
from tests.simulation.lifetimes.hosts import some_host, write
from tests.simulation.lifetimes.tenants import send
from tests.simulation.lifetimes.world import World
from tests.simulation.storage import Document, with_metadata

from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.paths import Path
from holdfast.hardware.instants import text_of
from holdfast.hardware.names import TENANT_LABEL, datacenter_of


def cordon(world: World, who: int, _n: int) -> None:
    """A host is closed to new pods by hand, or opened again."""
    server, host = some_host(world, who)
    closed = not host["spec"].get("unschedulable", False)
    world.journal.note("engineer", f"{host['metadata']['name']} {'cordoned' if closed else 'uncordoned'}")
    write(server, kinds.NODE, host, spec={**host["spec"], "unschedulable": closed})


def _pool_name(world: World, who: int) -> str:
    there = [name for name in POOLS if world.hub.find(kinds.ACCELERATOR_POOL, name)]
    return there[who % len(there)]


def _declare(world: World, who: int, change: Callable[[Document], Document]) -> bool:
    name = _pool_name(world, who)
    found = world.hub.find(kinds.ACCELERATOR_POOL, name) or {}
    patch = {"spec": change(found["spec"])}
    return send(world, "engineer", "PATCH", Path.of(kinds.ACCELERATOR_POOL, "", name), patch).status == 200


def unit(world: World, who: int, n: int) -> None:
    """One more unit is declared, and its hosts come."""
    added = f"cube-{10 + n % 4}"
    pool = _pool_name(world, who)
    declared = {"nodePool": node_pool(pool, 10 + n % 4)}
    if _declare(world, who, lambda _: {"units": {added: declared}}):
        server = world.sites[datacenter_of(pool)]
        for host in range(world.shape.hosts):
            fresh = node(pool, added, host)
            if server.find(kinds.NODE, fresh["metadata"]["name"]) is None:
                server.add(kinds.NODE, fresh)


def _of_a_unit(world: World, who: int, n: int, change: Document) -> None:
    def one(spec: Document) -> Document:
        names = sorted(spec["units"])
        return {"units": {names[n % len(names)]: change}}

    _declare(world, who, one)


def retire(world: World, who: int, n: int) -> None:
    """A unit is to be returned, or no longer."""
    _of_a_unit(world, who, n, {"retiring": bool(n >> 4 & 1)})


def dates(world: World, who: int, n: int) -> None:
    """A unit's delivery or departure moves."""
    instant = text_of(int(world.time.epoch()) + 40 * (1 + n % 5))
    field = "availableFrom" if n >> 4 & 1 else "retiredBy"
    _of_a_unit(world, who, n, {field: None if n >> 5 & 1 else instant})


def spares(world: World, who: int, n: int) -> None:
    """The number of spares changes."""
    _declare(world, who, lambda _: {"spares": {"count": n % 2}})


def entitle(world: World, who: int, n: int) -> None:
    """A contract changes."""
    tenant = TENANTS[who % len(TENANTS)]
    spec = contract(tenant, (64, 128, 100_000)[n % 3])
    send(world, "engineer", "PATCH", Path.of(kinds.TENANT, "", tenant), {"spec": spec})


def label(world: World, who: int, _n: int) -> None:
    """A namespace is made without its tenant's label, or gets it back."""
    tenant = TENANTS[who % len(TENANTS)]
    found = world.hub.find(kinds.NAMESPACE, f"{tenant}-lab") or {}
    labels = None if found["metadata"].get("labels") else {TENANT_LABEL: tenant}
    world.journal.note("engineer", f"namespace {tenant}-lab {'gets' if labels else 'loses'} its label")
    write(world.hub, kinds.NAMESPACE, with_metadata(found, labels=labels))
