"""Which cubes form which slice of a promise in one pool, and what to delete and create for it. Pure.

Rule 1. A slice that stands stays, as long as each of its cubes is Active for its promise: nothing that runs is touched.
Rule 2. One that has lost a cube is deleted; its other cubes wait, with whatever is granted next, to be formed anew.
Rule 3. Cubes in no slice are taken in the order of their grants, so many at a time as a slice needs, ready ones only.
Rule 4. A cube is free only once every slice that has it has gone, whoever formed that: partitions are never shared.

So the slices of a promise follow from its grants and from what stands, and an agent needs no memory of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from holdfast.agent.tpu_slice import SliceSpec, TpuSlice, slice_of


@dataclass(frozen=True, slots=True)
class Cube:
    """One unit that is Active for the promise. `partition` is empty where its hosts do not agree on one."""

    unit: str
    grant: int
    partition: str
    ready: bool


@dataclass(frozen=True, slots=True)
class Share:
    """A promise's share in one pool: so many slices of so many cubes each."""

    promise: str
    pool: str
    type: str
    topology: str
    cubes_per_slice: int
    slices: int


@dataclass(frozen=True, slots=True)
class SlicePlan:
    """What stands and stays, what is to be deleted, what to be created."""

    keep: tuple[TpuSlice, ...] = ()
    delete: tuple[TpuSlice, ...] = ()
    create: tuple[TpuSlice, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.delete or self.create)


def plan_slices(share: Share, cubes: Iterable[Cube], standing: Sequence[TpuSlice]) -> SlicePlan:
    """The plan, from all slices of the site."""
    active = {cube.unit: cube for cube in cubes}
    own = [one for one in standing if one.promise == share.promise and one.pool == share.pool]
    keep = tuple(one for one in own if not one.going and _whole(share, one, active))
    delete = tuple(one for one in own if not one.going and one not in keep)
    free = [
        cube
        for cube in sorted(active.values(), key=lambda cube: cube.grant)
        if cube.ready and not slices_with(cube.unit, cube.partition, share.pool, standing)
    ]
    size, most = share.cubes_per_slice, min(share.slices - len(keep), len(free) // share.cubes_per_slice)
    create = tuple(_made(share, free[size * n : size * (n + 1)]) for n in range(most))
    return SlicePlan(keep, delete, create)


def slices_with(unit: str, partition: str, pool: str, standing: Iterable[TpuSlice]) -> list[TpuSlice]:
    """All slices that a cube is in, by the unit's name if we formed it, by the partition whoever did."""
    return [
        one
        for one in standing
        if (one.promise and one.pool == pool and unit in one.units)
        or (partition and partition in one.spec.partition_ids)
    ]


def _whole(share: Share, one: TpuSlice, active: Mapping[str, Cube]) -> bool:
    """Whether a slice is what it should be: all its cubes Active, each where it was when the slice was formed."""
    if one.spec.topology != share.topology or len(set(one.units)) != share.cubes_per_slice:
        return False
    if len(one.spec.partition_ids) != len(one.units):
        return False
    pairs = zip(one.units, one.spec.partition_ids, strict=True)
    return all(unit in active and active[unit].partition in ("", partition) for unit, partition in pairs)


def _made(share: Share, cubes: Sequence[Cube]) -> TpuSlice:
    partitions = tuple(cube.partition for cube in cubes)
    spec = SliceSpec(share.type, share.topology, partitions)
    return slice_of(share.promise, share.pool, spec, [cube.unit for cube in cubes])
