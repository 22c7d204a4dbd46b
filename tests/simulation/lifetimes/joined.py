"""TPU slices in a life: the slice controller of each site, and what must hold of Slices, nodes and reports (`formed`).

of a node      I2 open only once a Slice of its holder with its cube has been usable, or standing in for another cube
of a report    I10 told clean only if no Slice with the cube is older than the last host that was closed by that grant
at rest        every Slice is of cubes that are Active for its promise; every whole promise has its cubes joined

A Slice that is created late, by an agent that was paused, is lawful: nobody opens because of it, and it is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - seeded, and only here

import msgspec
from tests.simulation.api_server import ApiServer
from tests.simulation.lifetimes.formed import Formed
from tests.simulation.slice_controller import slices, step
from tests.simulation.storage import Document, Entry

from holdfast.agent.node_marks import is_closed, open_for, written_grant
from holdfast.agent.tpu_slice import TPU_SLICES, TpuSlice
from holdfast.api.ledger import EMPTY
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.core_objects import Node
from holdfast.cluster.transport import kinds
from holdfast.hardware.names import POOL_LABEL, UNIT_LABEL

STEPS = 2
HANGING_SECONDS = 40
"""For so long at a time a Slice may hang, in lives in which the controller misbehaves."""


def control(server: ApiServer, hosts: int, elapsed: float, moody: bool) -> None:
    """Let a site's slice controller work; a moody one leaves a Slice hanging now and then."""
    span = int(elapsed // HANGING_SECONDS)

    def hangs(one: Document) -> bool:
        return moody and Random(f"{one['metadata']['name']} {span}").random() < 0.3

    for _ in range(STEPS):
        step(server, hosts, lambda one: "hang" if hangs(one) else "")


@dataclass
class Joined:
    """What has been seen of Slices at one site."""

    formed: Formed
    usable: set[tuple[str, str, str]] = field(default_factory=set)
    standing: dict[str, tuple[TpuSlice, int]] = field(default_factory=dict)
    closed: dict[tuple[str, str, int], int] = field(default_factory=dict)

    def take(self, change: Entry, pools: dict[str, AcceleratorPool]) -> Iterator[str]:
        """One change at the site."""
        yield from self.formed.take(change)
        if change.place.plural == kinds.TPU_SLICE.plural:
            self._slice(change)
        elif change.place.plural == kinds.NODE.plural and change.new is not None:
            yield from self._node(msgspec.convert(change.new, Node), change.revision, pools)

    def _slice(self, change: Entry) -> None:
        name = change.place.name
        if change.new is None:
            self.standing.pop(name, None)
            return
        one = TPU_SLICES.decode(msgspec.json.encode(change.new))
        self.standing[name] = (one, self.standing.get(name, (one, change.revision))[1])
        if one.usable:
            self.usable |= {(one.promise, one.pool, unit) for unit in one.units}

    def _node(self, node: Node, revision: int, pools: dict[str, AcceleratorPool]) -> Iterator[str]:
        pool, unit = node.metadata.labels.get(POOL_LABEL, ""), node.metadata.labels.get(UNIT_LABEL, "")
        if is_closed(node):
            self.closed[pool, unit, written_grant(node)] = revision
        holder = open_for(node)
        if not holder or (holder, pool, unit) in self.usable:
            return
        given = (pools[pool].status or EMPTY).units.get(unit) if pool in pools else None
        if given is None or given.replaces is None:
            yield f"I2: {node.metadata.name} is open for {holder}, for whom its cube was never joined"

    def cleaned(self, pool: str, unit: str, grant: int) -> Iterator[str]:
        """A unit that is told clean of a grant."""
        before = self.closed.get((pool, unit, grant), 0)
        for one, born in self.standing.values():
            if one.pool == pool and unit in one.units and born < before:
                yield f"I10: {pool}/{unit} is told clean of {grant} while Slice {one.metadata.name} stands"


def unjoined(server: ApiServer, pools: dict[str, AcceleratorPool]) -> Iterator[str]:
    """At rest: Slices of cubes that nobody has for them, and whole promises whose cubes are not joined."""
    found = [TPU_SLICES.decode(msgspec.json.encode(one)) for one in slices(server)]
    for one in found:
        units = (pools[one.pool].status or EMPTY).units
        if any(unit not in units or units[unit].promise != one.promise for unit in one.units):
            yield f"I12: Slice {one.metadata.name} of {', '.join(one.units)} is left at rest"
    usable = {(one.promise, one.pool, unit) for one in found if one.usable for unit in one.units}
    for name, pool in pools.items():
        for promise, active in _whole(pool):
            missing = [unit for unit in active if (promise, name, unit) not in usable]
            yield from (f"I12: {name}/{unit} of {promise} is not joined at rest" for unit in missing)


def _whole(pool: AcceleratorPool) -> Iterator[tuple[str, list[str]]]:
    """Promises in force that have all their units of a pool, and these."""
    ledger = pool.status or EMPTY
    for promise, entry in ledger.promises.items():
        mine = (promise, "Active")
        active = [unit for unit, given in ledger.units.items() if (given.promise, given.state) == mine]
        if entry.state == "Committed" and len(active) == entry.count:
            yield promise, active
