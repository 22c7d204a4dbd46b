"""Slices as they are formed, anew ones too, and what is told of them; against all that was ever so at a site.

of a birth     as many cubes as its topology has, all distinct, of one pool; each was Active for the promise, and at one
               instant all of them were whole, Ready, and where the Slice says that they are
of a report    whatever state it tells of a Slice was so; and a cube is told open only in a Slice of its holder that has
               been usable, or because it stands in for another: so a promise is whole again once its slice is ACTIVE

Agents see late and act later, so what they do is held against every instant before, and not against the last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec
from tests.simulation.lifetimes.truth import node_of
from tests.simulation.storage import Document, Entry

from holdfast.agent.tpu_slice import TPU_SLICES, USABLE, TpuSlice
from holdfast.api.ledger import EMPTY
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.core_objects import Node
from holdfast.cluster.transport import kinds
from holdfast.hardware.names import POOL_LABEL, UNIT_LABEL
from holdfast.hardware.topology import chips

Unit = tuple[str, str]
"""Pool and name."""
CUBE_CHIPS = 64
STILL = 1 << 62
PARTITION_LABEL = "cloud.google.com/gke-tpu-partition-4x4x4-id"
"""By which a Slice names a cube; a life has cubes of no other shape."""


@dataclass
class Formed:
    """What has been so at one site, by revision of its server; `hosts` is how many a cube has."""

    hosts: int
    active: set[tuple[str, str, str]] = field(default_factory=set)
    states: set[tuple[str, str]] = field(default_factory=set)
    joined: set[tuple[str, str, str]] = field(default_factory=set)
    _nodes: dict[Unit, dict[str, Node]] = field(default_factory=lambda: defaultdict(dict))
    _whole: dict[tuple[str, str, str], list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def ledger(self, pool: AcceleratorPool) -> None:
        """A ledger has been written."""
        for unit, given in (pool.status or EMPTY).units.items():
            if given.state == "Active" and given.promise:
                self.active.add((given.promise, pool.metadata.name, unit))

    def take(self, change: Entry) -> Iterator[str]:
        """One change at the site."""
        if change.place.plural == kinds.NODE.plural:
            self._node(change)
        elif change.place.plural == kinds.TPU_SLICE.plural and change.new is not None:
            one = TPU_SLICES.decode(msgspec.json.encode(change.new))
            self._state(one)
            if change.old is None and one.promise:
                yield from self._born(one, change.revision)

    def _state(self, one: TpuSlice) -> None:
        self.states.add((one.metadata.name, "DEACTIVATING" if one.going else one.state))
        if one.usable:
            self.joined |= {(one.promise, one.pool, unit) for unit in one.units}

    def _node(self, change: Entry) -> None:
        for document in (change.old, change.new):
            if document is not None:
                node = node_of(document)
                unit = node.metadata.labels.get(POOL_LABEL, ""), node.metadata.labels.get(UNIT_LABEL, "")
                self._nodes[unit].pop(change.place.name, None)
                if document is change.new:
                    self._nodes[unit][change.place.name] = node
                self._look_at(unit, change.revision)

    def _look_at(self, unit: Unit, revision: int) -> None:
        """Whether a cube is whole from now on, and where."""
        nodes = list(self._nodes[unit].values())
        partitions = {node.metadata.labels.get(PARTITION_LABEL, "") for node in nodes}
        whole = len(nodes) == self.hosts and len(partitions) == 1 and all(node.ready for node in nodes)
        for (pool, name, partition), spans in self._whole.items():
            if (pool, name) == unit and spans[-1][1] == STILL and not (whole and partition in partitions):
                spans[-1] = spans[-1][0], revision
        if whole:
            spans = self._whole[(*unit, partitions.pop())]
            if not spans or spans[-1][1] != STILL:
                spans.append((revision, STILL))

    def _born(self, one: TpuSlice, revision: int) -> Iterator[str]:
        name, cubes = one.metadata.name, list(zip(one.units, one.spec.partition_ids, strict=False))
        wanted = max(1, chips(one.spec.topology) // CUBE_CHIPS)
        if not len(set(one.units)) == len(set(one.spec.partition_ids)) == len(one.units) == wanted:
            yield f"I2: Slice {name} is formed of {one.units}, {one.spec.partition_ids}, not of {wanted} distinct cubes"
        for unit in one.units:
            if (one.promise, one.pool, unit) not in self.active:
                yield f"I2: Slice {name} is formed of {one.pool}/{unit}, which was never Active for {one.promise}"
        spans = [self._whole.get((one.pool, unit, partition), []) for unit, partition in cubes]
        if not _at_once(spans, revision):
            yield f"I2: Slice {name} is formed of {', '.join(one.units)}, which were never all whole at one instant"

    def reported(self, pool: AcceleratorPool, told: Mapping[str, Document]) -> Iterator[str]:
        """What a report tells of the units of a pool."""
        for unit, each in told.items():
            where = f"{pool.metadata.name}/{unit}"
            said = each.get("slice")
            if said is not None and (said["name"], said["state"]) not in self.states:
                yield f"I2: of {where} Slice {said['name']} is told {said['state']}, which it never was"
            grant = each.get("openGrant")
            if grant is not None and not self._may_be_open(pool, unit, grant, said):
                yield f"I2: {where} is told open by {grant} in no Slice of its holder that has been usable"

    def _may_be_open(self, pool: AcceleratorPool, unit: str, grant: int, said: Document | None) -> bool:
        """In a Slice whatever older state of it is told: who writes it may have seen hosts later than Slices."""
        given = (pool.status or EMPTY).units.get(unit)
        if given is None or given.grant != grant or given.promise is None or given.replaces is not None:
            return True  # told of a grant that is over, or of one that may stand in for another
        usable = said is not None and any((said["name"], state) in self.states for state in USABLE)
        return usable and (given.promise, pool.metadata.name, unit) in self.joined


def _at_once(spans: list[list[tuple[int, int]]], before: int) -> bool:
    """Whether some instant before lies in a span of each."""
    starts = [start for each in spans for start, _ in each if start <= before]
    return any(all(any(a <= start < b for a, b in each) for each in spans) for start in starts)
