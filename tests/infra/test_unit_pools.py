"""Units whose hosts stand together are placed by the policy of their own topology, whichever stack has made it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

import pytest
from tests.hardware.test_catalogue_extended import RUBIN
from tests.infra.declarations import changed, pool
from tests.infra.recording import Recording, run

from holdfast.hardware.catalogue import extend, for_a_while
from holdfast_infra.ground import Ground
from holdfast_infra.program import main

NAME = "lake-mariner"
GB200, RUBIN_A = pool("gb200-nvl72", "g/reservationBlocks/b"), pool("rubin-nvl144", "v/reservationBlocks/b")
TWO = {"gb200-a": GB200, "rubin-a": RUBIN_A}
OTHERS = {"1x72": "abernathy-1x72"}
SLICES = pool("tpu-v5p", "s", topology="4x4x4")
CUBES = pool("tpu7x", "c/reservationBlocks/b")


@pytest.fixture(autouse=True)
def a_second_shape() -> Iterator[None]:
    """Domains of 144 GPUs beside those of 72."""
    with for_a_while():
        extend(RUBIN)
        yield


def site(pools: dict[str, Any], **more: object) -> dict[str, Any]:
    fields = [("pools", pools), ("network/fabrics", {}), *more.items()]
    return changed(*fields)


def policies(recorded: Recording) -> dict[str, str]:
    """Topologies by the names of the policies that the run makes."""
    made = recorded.of("ResourcePolicy")
    return {each.name: each.inputs["workloadPolicy"]["acceleratorTopology"] for each in made}


def placed(recorded: Recording) -> dict[str, dict[str, str]]:
    """How each pool's units stand together; one answer for a pool, or the test fails."""
    found: dict[str, list[dict[str, str]]] = {}
    for each in (each for each in recorded.of("NodePool") if each.labels):
        found.setdefault(each.labels["holdfast.dev/pool"], []).append(each.inputs["placementPolicy"])
    assert all(len({json.dumps(one, sort_keys=True) for one in each}) == 1 for each in found.values())
    return {name.rpartition(".")[2]: each[0] for name, each in found.items()}


def by(name: str) -> dict[str, str]:
    return {"type": "COMPACT", "policyName": name}


@pytest.mark.parametrize("pools", [TWO, dict(reversed(TWO.items()))], ids=["gb200 first", "rubin first"])
def test_two_shapes_of_domains_have_a_policy_each(pools: dict[str, Any]) -> None:
    recorded = run(main, NAME, site(pools))
    assert policies(recorded) == {f"{NAME}-1x144": "1x144", f"{NAME}-1x72": "1x72"}
    assert placed(recorded) == {"gb200-a": by(f"{NAME}-1x72"), "rubin-a": by(f"{NAME}-1x144")}


@pytest.mark.parametrize("stands", TWO, ids=lambda each: each)
def test_the_policy_of_one_shape_is_named_and_made_as_if_it_were_the_only_one(stands: str) -> None:
    (alone,) = run(main, NAME, site({stands: TWO[stands]})).of("ResourcePolicy")
    beside = {each.name: each for each in run(main, NAME, site(TWO)).of("ResourcePolicy")}
    assert beside[alone.name] == alone


def test_the_policy_that_another_stack_makes_is_taken_and_the_other_topologys_is_made() -> None:
    recorded = run(main, NAME, site(TWO, workloadPolicies=OTHERS))
    assert policies(recorded) == {f"{NAME}-1x144": "1x144"}
    assert placed(recorded) == {"gb200-a": by("abernathy-1x72"), "rubin-a": by(f"{NAME}-1x144")}


@pytest.mark.parametrize("named", [{}, {"workloadPolicies": OTHERS}], ids=["none is named", "one is named"])
def test_the_parts_of_a_datacenter_place_two_shapes_as_the_whole_does(named: dict[str, Any]) -> None:
    whole = run(main, NAME, site(TWO, **named))
    shared = run(main, NAME, site(TWO, part="shared", **named))
    blocks = [
        run(main, f"{NAME}-{name}", site({name: one}, part="block", **named), shared.exported)
        for name, one in TWO.items()
    ]
    assert policies(shared) == policies(whole)
    assert {name: how for block in blocks for name, how in placed(block).items()} == placed(whole)


def test_each_policy_is_ground_of_its_own_pools_only(monkeypatch: pytest.MonkeyPatch) -> None:
    borne: dict[str, list[str]] = {}

    def await_answer(_ground: Ground, _kind: str, name: str, pools: Collection[str] = ()) -> None:
        borne[name] = [each.rpartition(".")[2] for each in pools]

    monkeypatch.setattr(Ground, "await_answer", await_answer)
    run(main, NAME, site(TWO))
    assert {name: pools for name, pools in borne.items() if name in (f"{NAME}-1x72", f"{NAME}-1x144")} == {
        f"{NAME}-1x72": ["gb200-a"], f"{NAME}-1x144": ["rubin-a"]
    }  # fmt: skip


@pytest.mark.parametrize(
    "pools", [{"a": CUBES, "b": SLICES}, {"b": SLICES, "a": CUBES}], ids=["cubes first", "slices first"]
)
def test_slices_shaped_like_a_cube_place_themselves_and_take_no_policy_away(pools: dict[str, Any]) -> None:
    alone, shared = (run(main, NAME, site(pools, **part)) for part in ({}, {"part": "shared"}))
    named = run(main, NAME, site(pools, workloadPolicies={"4x4x4": "abernathy-4x4x4"}))
    itself = {"type": "COMPACT", "tpuTopology": "4x4x4"}
    assert policies(alone) == policies(shared) == {f"{NAME}-4x4x4": "4x4x4"}
    assert placed(alone) == {"a": by(f"{NAME}-4x4x4"), "b": itself}
    assert placed(named) == {"a": by("abernathy-4x4x4"), "b": itself}
