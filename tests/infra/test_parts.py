"""A datacenter of several stacks: one makes what all share, the others its pools, and together they are the whole."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import pulumi
import pytest
from tests.infra.declarations import changed
from tests.infra.recording import Recording, run
from tests.infra.test_settings import HUB, read

from holdfast_infra.declaration import DeclarationError, parse
from holdfast_infra.declaration.together import clashes
from holdfast_infra.program import main
from holdfast_infra.shared_site import exported

NAME, BLOCK = "lake-mariner", "lake-mariner-h200-a"
RDMA = ("host-0", *(f"rdma-{number}" for number in range(8)))


def part(kind: str, *pools: str) -> dict[str, Any]:
    """The sound declaration as one part of its datacenter, with these of its pools."""
    declared = changed(("part", kind))
    return {**declared, "pools": {name: declared["pools"][name] for name in pools or declared["pools"]}}


@cache
def shared() -> Recording:
    return run(main, NAME, part("shared"))


@cache
def block() -> Recording:
    return run(main, BLOCK, part("block", "h200-a"), shared().exported)


@cache
def cubes() -> Recording:
    return run(main, f"{NAME}-tpu7x-a", part("block", "tpu7x-a"), shared().exported)


def hardware(recorded: Recording) -> dict[tuple[str, str], dict[str, Any]]:
    return {(each.kind, each.name): each.inputs for each in recorded.hardware}


def test_the_parts_make_exactly_what_the_whole_makes() -> None:
    whole = hardware(run(main, NAME, changed()))
    assert hardware(shared()) | hardware(block()) | hardware(cubes()) == whole
    assert sum(len(each.hardware) for each in (shared(), block(), cubes())) == len(whole)


def test_a_block_refers_to_the_stack_of_its_datacenter_and_reads_names_only() -> None:
    assert block().referenced == [f"organization/holdfast/{NAME}"]
    (first, *_) = block().of("NodePool")
    networks = first.inputs["networkConfig"]["additionalNodeNetworkConfigs"]
    assert [each["subnetwork"] for each in networks] == [f"{NAME}-h200-{suffix}" for suffix in RDMA]
    assert first.inputs["cluster"] == NAME
    placed = {each.inputs["placementPolicy"]["policyName"] for each in cubes().of("NodePool")}
    assert placed == {f"{NAME}-4x4x4"}


def test_each_object_in_the_hub_is_published_by_one_stack_and_each_block_has_a_seal_of_its_own() -> None:
    assert [each.name for each in shared().of("Datacenter")] == [f"Datacenter/{NAME}"]
    assert not [*shared().of("AcceleratorPool"), *shared().of("StackSeal"), *block().of("Datacenter")]
    (seal,) = block().of("StackSeal")
    assert seal.inputs["spec"] == {"stack": BLOCK, "pools": [f"{NAME}.h200-a"]}
    (pool,) = block().of("AcceleratorPool")
    assert (pool.inputs["spec"]["datacenter"], pool.inputs["spec"]["seal"]) == (NAME, BLOCK)


def test_what_is_shared_goes_only_after_the_hub_was_asked_for_the_datacenter() -> None:
    (site,) = shared().of("Datacenter")
    assert {each.urn for each in shared().hardware} <= shared().waits_for(site)


def test_a_block_whose_shared_stack_is_not_up_stops_with_one_sentence() -> None:
    with pytest.raises(pulumi.RunError, match=f"stack {NAME} shares no cluster.*pulumi up --stack {NAME}"):
        exported(NAME, {}, ["cluster"])
    with pytest.raises(pulumi.RunError, match=r"shares no networks.h200.1.network"):
        exported(NAME, {"networks": {"h200": [{"network": "n"}]}}, ["networks", "h200", 1, "network"])
    assert exported(NAME, {"cluster": NAME}, ["cluster"]) == NAME


def test_under_construction_nothing_is_shared_and_nothing_is_asked_of_google() -> None:
    dated = {"ids": "host-000..host-002", "availableFrom": "2027-04-01T00:00:00Z"}
    early = {**part("block", "h200-a"), "lifecycle": "UnderConstruction"}
    early["pools"]["h200-a"]["units"] = [dated]
    recorded = run(main, BLOCK, early)
    assert (recorded.hardware, recorded.referenced) == ([], [])
    assert [each.name for each in recorded.of("AcceleratorPool")] == [f"AcceleratorPool/{NAME}.h200-a"]


@pytest.mark.parametrize(
    ("kind", "stack", "sound"),
    [
        ("shared", NAME, True),
        ("shared", BLOCK, False),
        ("block", BLOCK, True),
        ("block", NAME, False),
        ("block", "abernathy-h200-a", False),
    ],
)
def test_a_stack_is_named_for_its_part(kind: str, stack: str, sound: bool) -> None:
    config = {**HUB, "holdfast:datacenter": json.dumps(part(kind))}
    if sound:
        assert read(config, stack).datacenter.part == kind
        return
    with pytest.raises(pulumi.RunError, match="is not the stack's name"):
        read(config, stack)


def test_a_part_at_a_site_whose_cluster_is_there_already_is_refused() -> None:
    with pytest.raises(DeclarationError, match="part = 'block': shares a cluster that stacks make"):
        parse(changed(("siteKind", "kubernetes"), ("part", "block")))
    with pytest.raises(DeclarationError, match="part = 'half'"):
        parse(changed(("part", "half")))


def told(*declared: dict[str, Any]) -> list[str]:
    return [str(mistake) for mistake in clashes([parse(each) for each in declared])]


def test_parts_that_say_different_things_of_one_datacenter_are_told_apart() -> None:
    together = [part("shared"), part("block", "h200-a"), part("block", "tpu7x-a")]
    assert told(*together) == []
    moved = copy.deepcopy(together)
    moved[1]["lease"]["end"] = "2035-01-01T00:00:00Z"
    (line,) = told(*moved)
    assert line.startswith("lake-mariner: lease: differs between the shared stack and the block of")
    less = part("shared", "tpu7x-a")
    (line,) = told(less, part("block", "h200-a"))
    assert line.startswith("lake-mariner: pools.h200-a: is in a block and not in the shared stack")
    assert told(part("block", "h200-a"), part("block", "h200-a"))[0].startswith("lake-mariner: pools.h200-a")
