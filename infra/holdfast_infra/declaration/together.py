"""What only shows when several stacks are judged together: each sound alone, refused or fought over side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.mistakes import Mistake, shown
from holdfast_infra.declaration.parts import BLOCK, SHARED

_BLOCK = "/reservationBlocks/"


def clashes(datacenters: Sequence[Datacenter]) -> Iterator[Mistake]:
    """What two of these stacks claim both; the later one is told."""
    names: set[str] = set()
    shared = {each.site.name: each for each in datacenters if each.part == SHARED}
    pools: set[str] = set()
    owners: dict[str, str] = {}
    policies: dict[tuple[str, str, str], str] = {}
    for datacenter in datacenters:
        name = datacenter.site.name
        if datacenter.part == BLOCK:
            yield from _block(datacenter, shared.get(name))
        elif name in names:
            yield Mistake(
                "name",
                shown(name),
                "is the name of another of these stacks, so one would take the other's",
                "rename one",
            )
        if datacenter.makes_site:
            names.add(name)
            yield from _policies(datacenter, policies)
        if datacenter.makes_units:
            yield from _pools(datacenter, pools)
            yield from _blocks(datacenter, owners)


def _block(block: Datacenter, shared: Datacenter | None) -> Iterator[Mistake]:
    """What a block says of its datacenter and the shared stack does not: it would build on something else."""
    if shared is None:
        return
    different = [field for field, found in _SAID_BY_BOTH.items() if found(block) != found(shared)]
    for field in different:
        yield Mistake(
            f"{block.site.name}: {field}",
            "",
            f"differs between the shared stack and the block of {block.pools[0].name}",
            "write what the shared stack has, or plan both anew: `holdfast stacks plan`",
        )
    known = {pool.name for pool in shared.pools}
    for pool in block.pools:
        if pool.name not in known:
            yield Mistake(
                f"{block.site.name}: pools.{pool.block}",
                "",
                "is in a block and not in the shared stack, whose ranges and version are judged without it",
                "declare it in the shared stack, too",
            )


_SAID_BY_BOTH: Mapping[str, Callable[[Datacenter], object]] = {
    "region, zone, project or lifecycle": lambda each: each.site,
    "lease": lambda each: each.lease,
    "network": lambda each: each.addresses,
    "cluster": lambda each: each.cluster,
    "protect": lambda each: each.protect,
}


def _pools(datacenter: Datacenter, made: set[str]) -> Iterator[Mistake]:
    """One pool is made by one stack; only blocks of one datacenter could both name it."""
    for pool in datacenter.pools:
        if pool.name in made and datacenter.part == BLOCK:
            yield Mistake(
                f"{datacenter.site.name}: pools.{pool.block}",
                "",
                "is in two blocks, so each stack would make its node pools",
                "leave it in one",
            )
        made.add(pool.name)


def _blocks(datacenter: Datacenter, owners: dict[str, str]) -> Iterator[Mistake]:
    for pool in datacenter.pools:
        path = pool.google_reservation
        owner = owners.setdefault(path, pool.name) if _BLOCK in path else pool.name
        if owner != pool.name:
            yield Mistake(
                f"{datacenter.site.name}: pools.{pool.block}.googleReservation",
                shown(path),
                f"is claimed by pool {owner} too, so its hardware would be counted twice",
                "give each pool a block of its own",
            )


def _policies(datacenter: Datacenter, made: dict[tuple[str, str, str], str]) -> Iterator[Mistake]:
    """Two stacks that both make a workload policy of one project, region and topology."""
    site, named = datacenter.site, dict(datacenter.policies)
    topologies = {pool.topology for pool in datacenter.pools if pool.accelerator.unit in ("cube", "domain")}
    for topology in sorted(topologies - set(named)) if site.is_google else ():
        owner = made.setdefault((site.project, site.region, topology), site.name)
        if owner != site.name:
            yield Mistake(
                f"{site.name}: workloadPolicies.{topology}",
                "",
                f"is missing: stack {owner} of this project and region makes the one policy that Google accepts",
                f"write {owner}-{topology}",
            )
