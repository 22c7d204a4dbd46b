"""A site of many blocks as stacks that are quick: one shared by the blocks of a cluster, and one for each block.

    blocks     pools in the order written, as many to a stack as have at most 144 units together: one block of cubes
    clusters   blocks in that order, as many as have at most 15,000 hosts together: one datacenter, with a shared stack
    names      a datacenter's is the site's, with the first pool's if there are several; a block's stack is named like
               its datacenter and its first pool; so a pool that is added at the end renames none of the same cluster
    policies   the first datacenter with cubes, or with domains, makes their workload policy; the others name it.
               One that the site names, because yet another stack makes it, all of them name
    addresses  an equal share of each declared range, so no two clusters overlap and their networks can be peered

Every part is a declaration of its own, which parse() judges as any other (parts.py). Where the hosts are there already
nothing is shared: each stack is a whole datacenter.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from typing import Any

from holdfast.hardware.catalogue import ACCELERATORS
from holdfast_infra.declaration.address_needs import power_of_two
from holdfast_infra.declaration.fields import Fields
from holdfast_infra.declaration.mistakes import DeclarationError, Mistake, shown
from holdfast_infra.declaration.parts import BLOCK, SHARED
from holdfast_infra.declaration.pool import parse_pool
from holdfast_infra.declaration.rules.versions import MOST_NODES
from holdfast_infra.declaration.site import GKE, Site
from holdfast_infra.declaration.units import parse_units

MOST_UNITS = 144
"""One block of cubes; more than 200 node pools slow a cluster's API."""
_RANGES = ("nodes", "pods", "services")
_NOWHERE = Site("", GKE, "", "", "", 0, "")
Declared = dict[str, Any]


def divide(site: Mapping[str, Any]) -> dict[str, Declared]:
    """The declarations that a site's declaration becomes, by name; the site's own if it is small enough.

    Raises DeclarationError for what keeps it from being divided; what is wrong inside a part parse() finds.
    """
    blocks = list(_groups(_pools(site), MOST_UNITS))
    if len(blocks) == 1:
        return {str(site.get("name")): copy.deepcopy(dict(site))}
    clusters = _clusters(site, blocks)
    several = len(clusters) > 1
    datacenters = (
        [_datacenter(site, clusters, number) for number in range(len(clusters))] if several else [dict(site)]
    )
    _share_policies(datacenters)
    if site.get("siteKind", GKE) != GKE:
        return {each["name"]: each for each in datacenters}
    made = zip(datacenters, clusters, strict=True)
    return {stack: part for datacenter, cluster in made for stack, part in _stacks(datacenter, cluster)}


def _clusters(site: Mapping[str, Any], blocks: Sequence[list[str]]) -> list[list[list[str]]]:
    """Blocks that share a cluster."""
    if site.get("siteKind", GKE) != GKE:
        return [[block] for block in blocks]
    hosts = {block[0]: sum(_hosts(name, site["pools"][name]) for name in block) for block in blocks}
    by_name = {block[0]: block for block in blocks}
    return [[by_name[first] for first in firsts] for firsts in _groups(hosts, MOST_NODES)]


def _hosts(block: str, declared: Any) -> int:
    """Hosts of one pool; 0 where parse() will refuse it."""
    pool = parse_pool(_NOWHERE, block, Fields(f"pools.{block}", declared, []))
    return pool.hosts


def _stacks(datacenter: Declared, blocks: Sequence[list[str]]) -> Iterator[tuple[str, Declared]]:
    """The shared stack of one datacenter, then its blocks'; the whole of it where there is one block."""
    name = str(datacenter.get("name"))
    if len(blocks) == 1:
        yield name, datacenter
        return
    yield name, {**datacenter, "part": SHARED}
    for block in blocks:
        pools = {pool: datacenter["pools"][pool] for pool in block}
        yield f"{name}-{block[0]}", {**datacenter, "part": BLOCK, "pools": pools}


def _pools(site: Mapping[str, Any]) -> dict[str, int]:
    """Units of each pool, in the order written."""
    declared = site.get("pools")
    if not isinstance(declared, dict) or not declared:
        raise DeclarationError(
            [Mistake("pools", "", "are no section with pools, so nothing can be divided", "declare pools")]
        )
    units = {
        str(block): len(parse_units(Fields(f"pools.{block}", pool, []))[0])
        for block, pool in declared.items()
    }
    large = [
        Mistake(
            f"pools.{block}",
            f"{count} units",
            f"are more than one stack should hold ({MOST_UNITS}), and a pool is in one stack",
            "declare several pools",
        )
        for block, count in units.items()
        if count > MOST_UNITS
    ]
    if large:
        raise DeclarationError(large)
    return units


def _groups(sizes: Mapping[str, int], most: int) -> Iterator[list[str]]:
    """Neighbours that are no more than so many together."""
    group: list[str] = []
    held = 0
    for block, count in sizes.items():
        if group and held + count > most:
            yield group
            group, held = [], 0
        group.append(block)
        held += count
    yield group


def _datacenter(site: Mapping[str, Any], clusters: list[list[list[str]]], number: int) -> Declared:
    """One of several clusters of a site: its pools, its share of the ranges."""
    pools = [pool for block in clusters[number] for pool in block]
    made = copy.deepcopy({**site, "pools": {pool: site["pools"][pool] for pool in pools}})
    made["name"] = f"{site.get('name')}-{pools[0]}"
    network = made.get("network")
    if isinstance(network, dict):
        for name in _RANGES:
            _take_share(network, name, f"network.{name}", len(clusters), number)
        fabrics = network.get("fabrics")
        fabrics = fabrics if isinstance(fabrics, dict) else {}
        for name in fabrics:
            _take_share(fabrics, name, f"network.fabrics.{name}", len(clusters), number)
    return made


def _share_policies(parts: list[Declared]) -> None:
    """Name to each stack the policies that an earlier one makes; one that the site names stands."""
    made: dict[str, str] = {}
    for part in parts:
        given = part.get("workloadPolicies") or {}
        if not isinstance(given, dict):
            continue  # for parse() to refuse
        elsewhere = {topology: name for topology, name in given.items() if name is not None}
        placed = _placed(part)
        named = {topology: made[topology] for topology in placed if topology in made}
        if named:
            part["workloadPolicies"] = {**named, **elsewhere}
        made |= {topology: f"{part['name']}-{topology}" for topology in placed - made.keys()}


def _placed(part: Declared) -> set[str]:
    """Topologies of its units that a policy places."""
    declared = (pool.get("acceleratorType") for pool in part["pools"].values() if isinstance(pool, dict))
    kinds = (ACCELERATORS.get(str(name)) for name in declared)
    return {kind.unit_topology for kind in kinds if kind and kind.unit in ("cube", "domain")}


def _take_share(ranges: dict[str, Any], name: str, field: str, parts: int, number: int) -> None:
    """One of equal shares of a range; what is no range is left for parse() to refuse."""
    try:
        whole = IPv4Network(ranges.get(name, ""))
    except ValueError:
        return
    bits = power_of_two(parts).bit_length() - 1
    if whole.prefixlen + bits > whole.max_prefixlen:
        raise DeclarationError(
            [
                Mistake(
                    field,
                    shown(str(whole)),
                    f"cannot be shared by {parts} clusters",
                    "write a larger range",
                )
            ]
        )
    share = whole.num_addresses >> bits
    ranges[name] = str(IPv4Network((int(whole.network_address) + number * share, whole.prefixlen + bits)))
