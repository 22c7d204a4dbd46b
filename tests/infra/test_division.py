"""A site of many blocks becomes stacks of a size that is quick, and each of them is sound."""

from __future__ import annotations

import time
from ipaddress import IPv4Network
from itertools import combinations
from typing import Any

import pytest
from tests.infra.declarations import SOUND, changed
from tests.infra.test_declaration_stacks import STACKS, declared

from holdfast_infra.declaration import DeclarationError, parse
from holdfast_infra.declaration.division import divide
from holdfast_infra.declaration.parts import BLOCK, SHARED
from holdfast_infra.declaration.together import clashes

IRONWOOD_C: dict[str, Any] = declared(STACKS / "wanted" / "Pulumi.ironwood-c.yaml")
MILLION = 1_000_000


def site(blocks: int) -> dict[str, Any]:
    """So many Ironwood blocks."""
    pools = {
        f"b{number:03d}": {
            "acceleratorType": "tpu7x",
            "googleReservation": f"projects/p/reservations/r/reservationBlocks/b{number:03d}",
            "spares": 10,
            "units": [{"ids": "cube-000..cube-143"}],
        }
        for number in range(blocks)
    }
    network = {"nodes": "172.16.0.0/13", "pods": "10.0.0.0/8", "services": "192.168.0.0/16"}
    return changed(("pools", pools), ("network", network), ("name", "big"))


def test_two_blocks_become_a_shared_stack_and_one_for_each_of_them() -> None:
    parts = divide(IRONWOOD_C)
    assert list(parts) == ["ironwood-c", "ironwood-c-blk-a", "ironwood-c-blk-b"]
    read = [parse(part) for part in parts.values()]
    assert {each.site.name for each in read} == {"ironwood-c"}
    assert [each.part for each in read] == [SHARED, BLOCK, BLOCK]
    assert [[pool.block for pool in each.pools] for each in read] == [
        ["blk-a", "blk-b"],
        ["blk-a"],
        ["blk-b"],
    ]


def test_blocks_that_are_more_than_a_cluster_holds_stand_in_several_of_which_the_first_makes_the_policy() -> (
    None
):
    parts = divide(site(8))
    shared = {name: part for name, part in parts.items() if part["part"] == SHARED}
    assert {name: list(part["pools"]) for name, part in shared.items()} == {
        "big-b000": ["b000", "b001", "b002", "b003", "b004", "b005"],
        "big-b006": ["b006", "b007"],
    }
    assert "workloadPolicies" not in shared["big-b000"]
    assert shared["big-b006"]["workloadPolicies"] == {"4x4x4": "big-b000-4x4x4"}
    assert parts["big-b006-b007"]["name"] == "big-b006"


ELSEWHERE = "lake-mariner-4x4x4"
NAMED = [
    (None, None, "big-b000-4x4x4"),
    ({}, {}, "big-b000-4x4x4"),
    ({"4x4x4": None}, {"4x4x4": None}, "big-b000-4x4x4"),
    ({"4x4x4": ELSEWHERE}, {"4x4x4": ELSEWHERE}, ELSEWHERE),
]
"""What a site says of policies, what its first datacenter says then, and which policy places cubes of the second."""


@pytest.mark.parametrize(("given", "first", "second"), NAMED)
def test_a_policy_that_another_stack_has_made_is_the_one_of_every_stack_of_the_site(
    given: Any, first: Any, second: str
) -> None:
    parts = divide({**site(8), **({} if given is None else {"workloadPolicies": given})})
    assert {name: each.get("workloadPolicies") for name, each in parts.items()} == {
        name: {"4x4x4": second} if "b006" in name or "b007" in name else first for name in parts
    }
    assert list(clashes([parse(each) for each in parts.values()])) == []
    assert not {name for each in parts.values() for _, name in parse(each).policies} - {second}


def test_a_topology_that_the_site_does_not_name_gets_a_policy_of_its_own() -> None:
    racks = {"acceleratorType": "gb200-nvl72", "googleReservation": "r/reservationBlocks/g", "spares": 1}
    whole = {**site(13), "workloadPolicies": {"4x4x4": ELSEWHERE}}
    for number in (1, 9):
        whole["pools"][f"b{number:03d}"] = {**racks, "units": [{"ids": "domain-00..domain-99"}]}
    named = {name: part.get("workloadPolicies") for name, part in divide(whole).items() if "part" in part}
    assert named["big-b000"] == {"4x4x4": ELSEWHERE}
    assert named["big-b006"] == {"4x4x4": ELSEWHERE, "1x72": "big-b000-1x72"}


def test_policies_that_are_no_section_are_left_for_each_stack_to_refuse() -> None:
    for part in divide({**site(8), "workloadPolicies": "4x4x4"}).values():
        with pytest.raises(DeclarationError, match="workloadPolicies = '4x4x4': is no section"):
            parse(part)


def test_a_pool_at_the_end_renames_no_stack() -> None:
    before = divide(IRONWOOD_C)
    more = {**IRONWOOD_C["pools"]["blk-b"], "googleReservation": "r/reservationBlocks/c"}
    after = divide({**IRONWOOD_C, "pools": {**IRONWOOD_C["pools"], "blk-c": more}})
    assert list(after)[:3] == list(before)


def test_where_the_hosts_are_there_already_each_stack_is_a_whole_datacenter() -> None:
    pools = {
        name: {"acceleratorType": "b200", "units": [{"ids": f"{name}-000..{name}-099"}]}
        for name in ("a", "b")
    }
    lone = {key: IRONWOOD_C[key] for key in ("region", "zone", "powerMegawatts", "lifecycle", "lease")}
    parts = divide({**lone, "name": "oslo", "siteKind": "kubernetes", "pools": pools})
    assert [(name, part["name"], "part" in part) for name, part in parts.items()] == [
        ("oslo-a", "oslo-a", False),
        ("oslo-b", "oslo-b", False),
    ]


def test_a_site_that_is_small_enough_stays_as_it_is() -> None:
    assert divide(SOUND) == {"lake-mariner": SOUND}


def test_a_million_chips_are_planned_and_judged_in_time_with_no_address_twice() -> None:
    began = time.perf_counter()
    stacks = [parse(part) for part in divide(site(109)).values()]
    seconds = time.perf_counter() - began
    blocks = [stack for stack in stacks if stack.makes_units]
    clusters = [stack for stack in stacks if stack.makes_site]
    chips = sum(pool.chips_per_unit * len(pool.units) for stack in blocks for pool in stack.pools)
    assert (len(blocks), len(clusters), chips >= MILLION) == (109, 19, True)
    for name in ("nodes", "pods", "services"):
        ranges: list[IPv4Network] = [stack.addresses.ranges[name] for stack in clusters]
        assert not any(one.overlaps(other) for one, other in combinations(ranges, 2))
    assert seconds < 10


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("pools", {}), "pools: are no section with pools"),
        (
            (
                "pools",
                {"a": {"acceleratorType": "l4", "units": [{"ids": "h-000..h-199"}]}},
            ),
            "pools.a = 200 units: are more than one stack should hold (144)",
        ),
        (
            ("network/services", "10.8.0.0/32"),
            "network.services = '10.8.0.0/32': cannot be shared by 2 clusters",
        ),
    ],
)
def test_what_cannot_be_divided_is_said(change: tuple[str, object], sentence: str) -> None:
    whole = site(7)
    path, value = change
    outer, _, inner = path.partition("/")
    divided = {**whole, outer: {**whole[outer], inner: value} if inner else value}
    with pytest.raises(DeclarationError) as refused:
        divide(divided)
    assert sentence in str(refused.value)
