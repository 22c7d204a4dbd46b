"""Stacks that are sound alone and claim one thing together."""

from __future__ import annotations

from typing import Any

from tests.infra.declarations import changed
from tests.infra.test_division import IRONWOOD_C

from holdfast_infra.declaration import parse
from holdfast_infra.declaration.division import divide
from holdfast_infra.declaration.together import clashes

OTHER: dict[str, Any] = changed(("name", "abernathy"), ("project", "acme-abernathy"))
OTHER_BLOCKS = {
    block: {**pool, "googleReservation": f"projects/q/reservations/{block}/reservationBlocks/b"}
    for block, pool in OTHER["pools"].items()
}


def told(*declared: dict[str, Any]) -> list[str]:
    return [str(mistake) for mistake in clashes([parse(each) for each in declared])]


def test_a_block_that_two_stacks_claim_is_named_with_both() -> None:
    lines = told(changed(), OTHER)
    assert len(lines) == 2
    assert "abernathy: pools.tpu7x-a.googleReservation" in lines[0]
    assert "is claimed by pool lake-mariner.tpu7x-a too" in lines[0]
    assert told(changed(), {**OTHER, "pools": OTHER_BLOCKS}) == []


def test_a_name_twice_is_told() -> None:
    again = {**changed(("project", "acme")), "pools": OTHER_BLOCKS}
    assert told(changed(), again)[0].startswith("name = 'lake-mariner': is the name of another")


def test_the_second_stack_of_a_project_names_the_policy_of_the_first() -> None:
    second = {**changed(("name", "abernathy")), "pools": OTHER_BLOCKS}
    (line,) = told(changed(), second)
    assert line.endswith("makes the one policy that Google accepts; write lake-mariner-4x4x4")
    assert told(changed(), {**second, "workloadPolicies": {"4x4x4": "lake-mariner-4x4x4"}}) == []


def test_the_stacks_of_a_plan_stand_together() -> None:
    assert told(*divide(IRONWOOD_C).values()) == []
