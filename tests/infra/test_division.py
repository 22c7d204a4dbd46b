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


def test_two_blocks_become_two_stacks_named_after_their_blocks() -> None:
    parts = divide(IRONWOOD_C)
    assert list(parts) == ["ironwood-c-blk-a", "ironwood-c-blk-b"]
    for name, part in parts.items():
        datacenter = parse(part)
        assert datacenter.site.name == name
        assert [len(pool.units) for pool in datacenter.pools] == [144]


def test_the_first_stack_makes_the_policy_and_the_others_name_it() -> None:
    first, second = divide(IRONWOOD_C).values()
    assert "workloadPolicies" not in first
    assert second["workloadPolicies"] == {"4x4x4": "ironwood-c-blk-a-4x4x4"}


def test_a_pool_at_the_end_renames_no_stack() -> None:
    before = divide(IRONWOOD_C)
    more = {**IRONWOOD_C["pools"]["blk-b"], "googleReservation": "r/reservationBlocks/c"}
    after = divide({**IRONWOOD_C, "pools": {**IRONWOOD_C["pools"], "blk-c": more}})
    assert list(after)[:2] == list(before)


def test_a_site_that_is_small_enough_stays_as_it_is() -> None:
    assert divide(SOUND) == {"lake-mariner": SOUND}


def test_a_million_chips_are_planned_and_judged_in_time_with_no_address_twice() -> None:
    began = time.perf_counter()
    stacks = [parse(part) for part in divide(site(109)).values()]
    seconds = time.perf_counter() - began
    chips = sum(pool.chips_per_unit * len(pool.units) for stack in stacks for pool in stack.pools)
    assert (len(stacks), chips >= MILLION) == (109, True)
    for name in ("nodes", "pods", "services"):
        ranges: list[IPv4Network] = [stack.addresses.ranges[name] for stack in stacks]
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
            "network.services = '10.8.0.0/32': cannot be shared by 2 stacks",
        ),
    ],
)
def test_what_cannot_be_divided_is_said(change: tuple[str, object], sentence: str) -> None:
    whole = site(2)
    path, value = change
    outer, _, inner = path.partition("/")
    divided = {**whole, outer: {**whole[outer], inner: value} if inner else value}
    with pytest.raises(DeclarationError) as refused:
        divide(divided)
    assert sentence in str(refused.value)
