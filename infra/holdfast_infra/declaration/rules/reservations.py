"""What is asked of Google's reservations: one path serves one unit or one pool, and no more than it has.

reservation ─▶ block: one optical switch of 144 cubes, or one RoCE fabric ─▶ sub-block: one cube, one NVLink
domain, or one rack of hosts (docs.cloud.google.com/ai-hypercomputer/docs/terminology; tpu7x: .../docs/tpu7x)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations

from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.mistakes import Mistake, shown
from holdfast_infra.declaration.pool import Pool

_BLOCK, _SUB_BLOCK = "/reservationBlocks/", "/reservationSubBlocks/"
_ONE_A_SUB_BLOCK = ("cube", "domain")


def _cubes_come_from_one_block(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in datacenter.pools:
        path = pool.google_reservation
        if pool.accelerator.unit == "cube" and path and _BLOCK not in path:
            yield Mistake(
                f"pools.{pool.block}.googleReservation",
                shown(path),
                "names no block, so cubes could lie on different optical switches and never form a slice",
                "append /reservationBlocks/B",
            )


def _a_block_holds_the_cubes(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in datacenter.pools:
        most = pool.accelerator.largest_slice_chips // pool.chips_per_unit
        if pool.accelerator.unit == "cube" and len(pool.units) > most:
            yield Mistake(
                f"pools.{pool.block}.units",
                f"{len(pool.units)} cubes",
                f"are more than the {most} of one block, so the rest would never be placed",
                "declare a pool for each block",
            )


def _a_sub_block_holds_the_units(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in datacenter.pools:
        one = pool.accelerator.unit in _ONE_A_SUB_BLOCK
        if one and _SUB_BLOCK in pool.google_reservation and len(pool.units) > 1:
            yield Mistake(
                f"pools.{pool.block}.googleReservation",
                shown(pool.google_reservation),
                f"is one sub-block, which is one {pool.accelerator.unit}, but the pool has {len(pool.units)} units",
                "name the block here, and each unit's own sub-block in units[].subBlocks",
            )


def _sub_blocks_lie_in_a_block(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in datacenter.pools:
        path = pool.google_reservation
        named = [unit for unit in pool.units if unit.sub_block]
        if named and path and (_BLOCK not in path or _SUB_BLOCK in path):
            yield Mistake(
                f"pools.{pool.block}.googleReservation",
                shown(path),
                f"is no block, so {named[0].sub_block} (unit {named[0].name}) would be no path",
                "end it with /reservationBlocks/B",
            )


def _a_sub_block_is_one_unit(datacenter: Datacenter) -> Iterator[Mistake]:
    claims: dict[str, list[tuple[Pool, str]]] = defaultdict(list)
    for pool in datacenter.pools:
        for unit in pool.units:
            if unit.sub_block:
                claims[pool.reservation_of(unit)].append((pool, unit.name))
    for path, ((pool, name), *others) in sorted(claims.items()):
        if others and pool.accelerator.unit in _ONE_A_SUB_BLOCK:
            more = ", ".join(f"{other.block}/{unit}" for other, unit in others)
            yield Mistake(
                f"pools.{others[0][0].block}.units",
                shown(path.rpartition("/")[2]),
                f"is the sub-block of {pool.block}/{name} and of {more}, but it holds one unit",
                "give each unit its own",
            )


def _a_block_is_claimed_once(datacenter: Datacenter) -> Iterator[Mistake]:
    """Also where one pool claims a whole reservation and another a part of it."""
    claimed = [pool for pool in datacenter.pools if pool.google_reservation]
    for one, other in combinations(claimed, 2):
        outer, inner = sorted((one, other), key=lambda pool: len(pool.google_reservation))
        same = outer.google_reservation == inner.google_reservation
        if same and _BLOCK not in outer.google_reservation:
            continue  # of one type: odd.py; of two: _a_reservation_has_one_machine_type
        if same or inner.google_reservation.startswith(f"{outer.google_reservation}/"):
            yield Mistake(
                f"pools.{other.block}.googleReservation",
                shown(other.google_reservation),
                f"is claimed by pool {one.block} too ({one.google_reservation}), so hardware would be counted twice",
                "give each pool a block of its own, or declare one pool",
            )


def _a_reservation_has_one_machine_type(datacenter: Datacenter) -> Iterator[Mistake]:
    first: dict[str, Pool] = {}
    for pool in datacenter.pools:
        name = pool.google_reservation.partition(_BLOCK)[0]
        if not name or not pool.accelerator.name:
            continue
        other = first.setdefault(name, pool)
        if other.machine_type != pool.machine_type:
            yield Mistake(
                f"pools.{pool.block}.googleReservation",
                shown(pool.google_reservation),
                f"cannot be of {pool.machine_type} here and of {other.machine_type} in pool {other.block}: "
                "a reservation has one machine type",
                "correct the reservation of one of them",
            )


def _a_policy_of_another_stack_is_named(datacenter: Datacenter) -> Iterator[Mistake]:
    for topology, name in datacenter.policies:
        if name == f"{datacenter.site.name}-{topology}":
            yield Mistake(
                f"workloadPolicies.{topology}",
                shown(name),
                "is the policy that this stack would make itself, so nobody would make it",
                "leave it out here, and name it in the other stacks of the project and region",
            )


RULES: tuple[Callable[[Datacenter], Iterator[Mistake]], ...] = (
    _cubes_come_from_one_block,  # one optical circuit switch a pool
    _a_block_holds_the_cubes,  # the switch has 144 ports
    _a_sub_block_holds_the_units,  # a sub-block is one cube or one domain
    _sub_blocks_lie_in_a_block,  # Google: .../reservationBlocks/B/reservationSubBlocks/S
    _a_sub_block_is_one_unit,  # one path never serves two units
    _a_block_is_claimed_once,  # one block never serves two pools
    _a_policy_of_another_stack_is_named,  # Google: one workload policy for each project, region and topology
    _a_reservation_has_one_machine_type,  # Google: the machine type must match the reservation
)
