"""What only shows when several stacks are judged together: each sound alone, refused or fought over side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.mistakes import Mistake, shown

_BLOCK = "/reservationBlocks/"


def clashes(datacenters: Sequence[Datacenter]) -> Iterator[Mistake]:
    """What two of these stacks claim both; the later one is told."""
    names: set[str] = set()
    owners: dict[str, str] = {}
    policies: dict[tuple[str, str, str], str] = {}
    for datacenter in datacenters:
        name = datacenter.site.name
        if name in names:
            yield Mistake(
                "name",
                shown(name),
                "is the name of another of these stacks, so one would take the other's",
                "rename one",
            )
        names.add(name)
        yield from _blocks(datacenter, owners)
        yield from _policies(datacenter, policies)


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
