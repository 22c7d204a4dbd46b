"""Maintenance in a world: what platform engineers take out of the calendar, and how it must be told at rest."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random  # noqa: TID251 - seeded, and only here

from tests.simulation.lifetimes.birth import POOLS
from tests.simulation.lifetimes.tenants import NAMES, send
from tests.simulation.lifetimes.world import World

from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.paths import Path
from holdfast.hardware.instants import text_of

WINDOWS = ("cooling", "firmware")


def maintain(world: World, _who: int, n: int) -> None:
    """An engineer declares maintenance; where its name is taken, that one is withdrawn."""
    chance = Random(n)
    name, pool = chance.choice(WINDOWS), chance.choice(POOLS)
    if world.hub.find(kinds.MAINTENANCE_WINDOW, name) is not None:
        send(world, "engineer", "DELETE", Path.of(kinds.MAINTENANCE_WINDOW, "", name), {})
        return
    start = int(world.time.epoch()) + chance.choice((0, 20, 60))
    spec = {"pool": pool, "start": text_of(start), "end": text_of(start + chance.choice((20, 60, 200)))}
    units = (world.hub.find(kinds.ACCELERATOR_POOL, pool) or {}).get("spec", {}).get("units", {})
    named = [{"namespace": namespace, "name": job} for namespace, job in NAMES]
    document = {
        "apiVersion": "holdfast.dev/v1alpha1",
        "kind": "MaintenanceWindow",
        "metadata": {"name": name},
        "spec": {
            **spec,
            **({"units": [chance.choice(sorted(units))]} if units and chance.random() < 0.6 else {}),
            **({"againstReservations": named} if chance.random() < 0.4 else {}),
        },
    }
    send(world, "engineer", "POST", Path.of(kinds.MAINTENANCE_WINDOW, ""), document)


def untold(world: World) -> Iterator[str]:
    """Windows that are told at rest otherwise than the ledgers have them, and outages without a window."""
    group, plural = kinds.MAINTENANCE_WINDOW.group, kinds.MAINTENANCE_WINDOW.plural
    stored = tuple(world.hub.storage.within(group, plural, ""))
    pools = world.hub.storage.within(kinds.ACCELERATOR_POOL.group, kinds.ACCELERATOR_POOL.plural, "")
    carried = {uid for pool in pools for uid in pool.get("status", {}).get("outages", {})}
    for each in stored:
        said = [one["status"] for one in each.get("status", {}).get("conditions", ())]
        if said != ["True" if each["metadata"]["uid"] in carried else "False"]:
            yield f"I17: maintenance {each['metadata']['name']} is told as {said}, the ledgers carry {carried}"
    if missing := carried - {each["metadata"]["uid"] for each in stored}:
        yield f"I12: the outages {missing} have no window any more"
