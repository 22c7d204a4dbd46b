"""A site of many blocks as several datacenters, each of a size that one stack and one cluster are quick with.

    pools      in the order written, as many to a stack as have at most 144 units together: one block of cubes
    names      of a stack: the site's and its first pool's, so a pool that is added at the end renames none
    policies   the first stack with cubes, or with domains, makes their workload policy; the others name it
    addresses  an equal share of each declared range, so no two stacks overlap and their networks can be peered

Every part is a whole declaration, with its own cluster: parse() judges it as any other.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any

from holdfast.hardware.catalogue import ACCELERATORS
from holdfast_infra.declaration.address_needs import power_of_two
from holdfast_infra.declaration.fields import Fields
from holdfast_infra.declaration.mistakes import DeclarationError, Mistake, shown
from holdfast_infra.declaration.units import parse_units

MOST_UNITS = 144
"""One block of cubes; more than 200 node pools slow a cluster's API."""
_RANGES = ("nodes", "pods", "services")
Declared = dict[str, Any]


def divide(site: Mapping[str, Any]) -> dict[str, Declared]:
    """The declarations that a site's declaration becomes, by name; the site's own if it is small enough.

    Raises DeclarationError for what keeps it from being divided; what is wrong inside a part parse() finds.
    """
    groups = list(_groups(_pools(site)))
    if len(groups) == 1:
        return {str(site.get("name")): copy.deepcopy(dict(site))}
    parts = [_part(site, groups, number) for number in range(len(groups))]
    _share_policies(parts)
    return {part["name"]: part for part in parts}


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


def _groups(units: Mapping[str, int]) -> Iterator[list[str]]:
    """Pools that share a stack."""
    group: list[str] = []
    held = 0
    for block, count in units.items():
        if group and held + count > MOST_UNITS:
            yield group
            group, held = [], 0
        group.append(block)
        held += count
    yield group


def _part(site: Mapping[str, Any], groups: list[list[str]], number: int) -> Declared:
    blocks = groups[number]
    part = copy.deepcopy(dict(site))
    part["name"] = f"{site.get('name')}-{blocks[0]}"
    part["pools"] = {block: part["pools"][block] for block in blocks}
    network = part.get("network")
    if isinstance(network, dict):
        for name in _RANGES:
            _take_share(network, name, f"network.{name}", len(groups), number)
        fabrics = network.get("fabrics")
        fabrics = fabrics if isinstance(fabrics, dict) else {}
        for name in fabrics:
            _take_share(fabrics, name, f"network.fabrics.{name}", len(groups), number)
    return part


def _share_policies(parts: list[Declared]) -> None:
    """Name to each stack the policies that an earlier one makes."""
    made: dict[str, str] = {}
    for part in parts:
        declared = (pool.get("acceleratorType") for pool in part["pools"].values() if isinstance(pool, dict))
        kinds = (ACCELERATORS.get(str(name)) for name in declared)
        placed = sorted({kind.unit_topology for kind in kinds if kind and kind.unit in ("cube", "domain")})
        named = {topology: made[topology] for topology in placed if topology in made}
        if named:
            part["workloadPolicies"] = named
        made |= {topology: f"{part['name']}-{topology}" for topology in placed if topology not in made}


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
                    f"cannot be shared by {parts} stacks",
                    "write a larger range",
                )
            ]
        )
    share = whole.num_addresses >> bits
    ranges[name] = str(IPv4Network((int(whole.network_address) + number * share, whole.prefixlen + bits)))
